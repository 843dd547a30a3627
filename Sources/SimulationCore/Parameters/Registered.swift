/// A model that a scenario can name: a word, a field table, and a sentence about it.
///
/// Each family refines this protocol with an initialiser from a checked `Section` and with its batch
/// methods; its list of types is the one place to register a new model.
package protocol Registered: Sendable {
  /// The word by which a scenario chooses this model.
  static var kind: String { get }
  /// One sentence for the reference page.
  static var summary: String { get }
  /// The fields of this kind, without the selector and without the family's common fields.
  static var fields: [Field] { get }
}

/// The models of one kind of thing, and the key by which a scenario chooses among them.
package struct Family: Sendable {
  package let name: String
  package let summary: String
  /// The key that names the model: `kind`, `model` or `rule`.
  package let selector: String
  /// The word taken when the selector is absent; `nil` means that it is required.
  package let defaultKind: String?
  /// Fields that all members share.
  package let common: [Field]
  package let members: [any Registered.Type]

  package init(
    _ name: String, _ summary: String, selector: String, defaultKind: String? = nil,
    common: [Field] = [], members: [any Registered.Type]
  ) {
    self.name = name
    self.summary = summary
    self.selector = selector
    self.defaultKind = defaultKind
    self.common = common
    self.members = members
  }

  package var kinds: [String] { members.map { $0.kind } }

  /// The full table of one member, the selector's own field left out; `nil` for an unknown kind.
  package func table(for kind: String) -> FieldTable? {
    guard let member = members.first(where: { $0.kind == kind }) else { return nil }
    return FieldTable("\(name).\(kind)", member.summary, common + member.fields)
  }
}
