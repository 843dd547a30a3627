package import SimulationCore

/// All tables of a scenario with the places where they stand, in the order of the file.
package struct FieldIndex: Sendable {
  package struct Block: Sendable {
    /// Dotted, placeholders in capitals: `market.reserves.ASSET`.
    package let path: String
    /// Key and word that choose this table where the block belongs to a family.
    package let selector: (key: String, kind: String)?
    package let table: FieldTable
  }

  package let blocks: [Block]

  /// The index of every block that can be reached from the root.
  package static let scenario = FieldIndex(ScenarioTable.root)

  package init(_ root: FieldTable) {
    var blocks: [Block] = []
    FieldIndex.collect(root, path: "", selector: nil, into: &blocks)
    self.blocks = blocks
  }

  /// The blocks at a path such as `market.reserves` or `liquidators.0`, and the one field that its
  /// last part names, if it names one.
  package func lookUp(_ path: String) -> (blocks: [Block], field: String?) {
    let parts = FieldIndex.first(of: path.split(separator: ".").map(String.init))
    let exact = blocks.filter { FieldIndex.matches($0.path, parts) }
    guard let last = parts.last else { return (exact, nil) }
    let named = exact.filter { block in
      block.path.split(separator: ".").last { !FieldIndex.isPlaceholder($0) }.map(String.init)
        == last
    }
    if !named.isEmpty { return (named, nil) }
    // A placeholder would match a field's name as well: fields go first.
    let parents = blocks.filter { block in
      block.table[last] != nil && FieldIndex.matches(block.path, Array(parts.dropLast()))
    }
    return parents.isEmpty ? (exact, nil) : (parents, last)
  }

  /// The place that a path with one mistyped part was probably meant to name.
  package func nearest(to path: String) -> String? {
    let parts = FieldIndex.first(of: path.split(separator: ".").map(String.init))
    guard let last = parts.last else { return nil }
    let above = Array(parts.dropLast())
    let keys = blocks.filter { FieldIndex.matches($0.path, above) }
      .flatMap { $0.table.fields.map(\.key) }
    if let key = NearestName.find(last, in: keys) { return (above + [key]).joined(separator: ".") }
    return NearestName.find(path, in: blocks.map(\.path))
  }

  /// Placeholders match any one part, and may be left out.
  private static func matches(_ path: String, _ parts: [String]) -> Bool {
    var rest = parts[...]
    for step in path.split(separator: ".") {
      if let head = rest.first, head == step || isPlaceholder(step) {
        rest = rest.dropFirst()
      } else if !isPlaceholder(step) {
        return false
      }
    }
    return rest.isEmpty
  }

  private static func isPlaceholder(_ step: Substring) -> Bool {
    ["ASSET", "NAME", "NUMBER"].contains(step)
  }

  /// Blocks of which a scenario may hold several are described once, where one stands alone.
  private static let single = ["markets": "market", "oracles": "oracle"]

  /// `markets.lido.kind` as `market.kind`, `positions.0.accounts` as `positions.accounts`.
  private static func first(of parts: [String]) -> [String] {
    guard parts.count > 1 else { return parts }
    if let name = single[parts[0]] { return [name] + parts.dropFirst(2) }
    return parts[0] == "positions" && Int(parts[1]) != nil ? [parts[0]] + parts.dropFirst(2) : parts
  }

  private static func collect(
    _ table: FieldTable, path: String, selector: (key: String, kind: String)?,
    into blocks: inout [Block]
  ) {
    blocks.append(Block(path: path, selector: selector, table: table))
    for field in table.fields where !path.isEmpty || single[field.key] == nil {
      descend(field.type, path: path.isEmpty ? field.key : path + "." + field.key, into: &blocks)
    }
  }

  private static func descend(_ type: FieldType, path: String, into blocks: inout [Block]) {
    switch type {
    case .block(let table): collect(table, path: path, selector: nil, into: &blocks)
    case .family(let family):
      let common = Set(family.common.map(\.key))
      for (index, kind) in family.kinds.enumerated() {
        guard let table = family.table(for: kind) else { continue }
        var own: [Block] = []
        collect(table, path: path, selector: (family.selector, kind), into: &own)
        // Blocks of common fields are the same for all members: told once.
        blocks += own.filter { block in
          let below = block.path.dropFirst(path.count + 1).split(separator: ".").first
          return index == 0 || !(below.map { common.contains(String($0)) } ?? false)
        }
      }
    case .list(let element, _): descend(element, path: path + ".NUMBER", into: &blocks)
    case .mapByAsset(let element): descend(element, path: path + ".ASSET", into: &blocks)
    case .mapByName(let element): descend(element, path: path + ".NAME", into: &blocks)
    case .either(let alternatives):
      for alternative in alternatives {
        // A list of the same blocks has nothing to add.
        if case .list(.block, _) = alternative, blocks.last?.path == path { continue }
        descend(alternative, path: path, into: &blocks)
      }
    default: break
    }
  }
}
