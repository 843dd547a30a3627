import Markets
package import SimulationCore

/// Reads a scenario from its file to a checked value, or to everything that is wrong with it.
extension Scenario {
  /// Reads `file`, what it includes and the data that it names.
  ///
  /// `dataFolders` are further folders from which files may be read. Throws all diagnostics together;
  /// their `exitCode` tells missing files (66) from invalid ones (65).
  package static func load(
    _ file: String, overrides: [Override] = [], dataFolders: [String] = []
  ) throws(Diagnostics) -> Scenario {
    let access = FileAccess(
      scenarioFolder: FileAccess.folder(of: file), dataFolders: dataFolders)
    var include = ScenarioInclude(access: access, diagnostics: Diagnostics())
    guard let read = include.read(file) else { throw include.diagnostics }
    return try check(read, file: file, overrides: overrides, access: access, include: include)
  }

  /// Like `load` for a text that is already in memory; `name` stands for the file in messages.
  package static func parse(
    _ text: String, name: String, overrides: [Override] = [], dataFolders: [String] = []
  ) throws(Diagnostics) -> Scenario {
    let access = FileAccess(
      scenarioFolder: FileAccess.folder(of: name), dataFolders: dataFolders)
    var include = ScenarioInclude(access: access, diagnostics: Diagnostics())
    guard let read = include.node(of: Array(text.utf8), name: name) else {
      throw include.diagnostics
    }
    return try check(read, file: name, overrides: overrides, access: access, include: include)
  }

  /// The merged tree of a file under its overrides, and the reader that knows its assets.
  static func tree(
    _ file: String, overrides: [Override], dataFolders: [String]
  ) throws(Diagnostics) -> (root: ScenarioNode, reader: SectionReader) {
    let access = FileAccess(
      scenarioFolder: FileAccess.folder(of: file), dataFolders: dataFolders)
    var include = ScenarioInclude(access: access, diagnostics: Diagnostics())
    guard let read = include.read(file) else { throw include.diagnostics }
    return try reader(read.node, overrides: overrides, access: access, include: include)
  }

  private static func reader(
    _ node: ScenarioNode, overrides: [Override], access: FileAccess, include: ScenarioInclude
  ) throws(Diagnostics) -> (root: ScenarioNode, reader: SectionReader) {
    var diagnostics = include.diagnostics
    if include.isIncomplete { throw diagnostics }
    let root = Override.apply(overrides, to: node, diagnostics: &diagnostics)
    guard isKnownFormat(root, diagnostics: &diagnostics),
      isOfBoundedSize(root, diagnostics: &diagnostics)
    else { throw diagnostics }
    let symbols = (root["assets"]?.entries ?? []).map(\.key)
    return (
      root,
      SectionReader(
        assets: symbols, access: access, folders: include.folders, diagnostics: diagnostics)
    )
  }

  private static func check(
    _ read: (text: String, node: ScenarioNode), file: String, overrides: [Override],
    access: FileAccess, include: ScenarioInclude
  ) throws(Diagnostics) -> Scenario {
    let tree = try reader(
      read.node, overrides: overrides, access: access, include: include)
    let root = tree.root
    var reader = tree.reader
    let section = reader.section(root, ScenarioTable.root, path: "")
    var validation = Validation(reader, root: section)
    validation.checkAll()
    guard !validation.diagnostics.hasErrors, let run = validation.run,
      let setting = validation.priceSetting, let model = validation.priceModel,
      let dynamics = section.section("dynamics"), let output = section.section("output")
    else { throw validation.diagnostics }
    let canonical = root.canonical.compact
    return Scenario(
      file: file, name: section.text("name") ?? "", description: section.text("description"),
      question: section.text("question"), expected: section.text("expected"),
      sources: section.texts("sources"), run: run, output: OutputOptions(output),
      assets: setting.assets, priceModel: model, priceSetting: setting, dynamics: dynamics,
      shocks: validation.shocks, markets: validation.markets,
      positions: section.blocks("positions"), traders: section.sections("traders"),
      herd: section.section("herd"), liquidators: section.sections("liquidators"),
      venues: section.sections("venues"), oracles: validation.oracles,
      gas: section.section("gas"), text: read.text, overrides: overrides.map(\.spelling),
      canonical: canonical, digest: sha256(canonical.utf8), diagnostics: validation.diagnostics)
  }

  /// Refuses lists of assets whose correlation alone would not fit into memory.
  private static func isOfBoundedSize(_ root: ScenarioNode, diagnostics: inout Diagnostics) -> Bool
  {
    guard let assets = root["assets"], let count = assets.entries?.count,
      count > ScenarioTable.assetLimit
    else { return true }
    diagnostics.add(
      Diagnostic(
        .listLength, at: assets.mark,
        "assets: expected 1 to \(ScenarioTable.assetLimit) entries, found \(count)",
        underline: .hidden))
    return false
  }

  /// A file of another version gets this one message instead of many that mean the same.
  private static func isKnownFormat(_ root: ScenarioNode, diagnostics: inout Diagnostics) -> Bool {
    guard let format = root["format"] else { return true }
    if format.scalarText == ScenarioTable.format { return true }
    diagnostics.add(
      Diagnostic(
        .format, at: format.mark,
        "format: this program reads \(ScenarioTable.format), the file says \(format.foundText)"))
    return false
  }
}

extension Section {
  /// The sections of a list of blocks.
  package func sections(_ key: String) -> [Section] {
    list(key).compactMap { if case .section(let section) = $0 { section } else { nil } }
  }

  /// The texts of a list.
  package func texts(_ key: String) -> [String] {
    list(key).compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Where a dotted key inside the section stands; the nearest written place around it.
  package func mark(path key: String) -> SourceMark? {
    let parts = key.split(separator: ".", maxSplits: 1)
    guard let head = parts.first, table[String(head)] != nil else { return mark() }
    if parts.count == 2, let inner = section(String(head)) {
      return inner.mark(path: String(parts[1]))
    }
    return mark(String(head))
  }
}
