import Agents
import Markets
import SimulationCore

/// Checks fields against each other, against data and against the models that will use them.
///
/// Works on sections that may lack values where the reader found faults: whatever needs a complete
/// section is tried only on complete ones.
struct Validation {
  let root: Section
  private let incomplete: Set<String>
  var diagnostics: Diagnostics
  let symbols: [String]
  let markets: [NamedSection]
  let oracles: [NamedSection]

  private(set) var run: RunOptions?
  var priceSetting: PriceSetting?
  var priceModel: (any PriceModel)?
  private(set) var shocks: [ScriptedShock] = []

  init(_ reader: SectionReader, root: Section) {
    self.root = root
    incomplete = reader.incomplete
    diagnostics = reader.diagnostics
    symbols = root.map("assets").map(\.key)
    markets = root.named("market", or: "markets")
    oracles = root.named("oracle", or: "oracles")
  }

  mutating func checkAll() {
    checkRun()
    onlyOne(of: "market", and: "markets")
    onlyOne(of: "oracle", and: "oracles")
    for market in markets { check(market.section) }
    checkPositions()
    checkTraders()
    checkVenues()
    for oracle in oracles { checkLatency(oracle) }
    checkPrices()
    checkEffects()
    checkShocks()
    if let gas = complete(root.section("gas")) {
      report(Result { try GasMarket(gas, assets: symbols) }, in: gas)
    }
  }

  /// The section if the reader found nothing wrong in it.
  func complete(_ section: Section?) -> Section? {
    section.flatMap { incomplete.contains($0.path) ? nil : $0 }
  }

  /// Where a key stands, else its block, else the file's beginning.
  func mark(_ section: Section, _ key: String = "") -> SourceMark {
    section.mark(path: key) ?? root.mark() ?? SourceMark(file: "", line: 1, column: 1)
  }

  /// The value, or `nil` with the `ParameterError` reported under the section's path.
  @discardableResult
  mutating func report<T>(_ result: Result<T, any Error>, in section: Section) -> T? {
    switch result {
    case .success(let value):
      return value
    case .failure(let error as ParameterError):
      add(error, in: section)
    case .failure(let error as Diagnostic):
      diagnostics.add(error)
    case .failure(let error):
      diagnostics.add(
        Diagnostic(.parameter, at: mark(section), "\(section.path): \(error)", underline: .hidden))
    }
    return nil
  }

  mutating func add(_ error: ParameterError, in section: Section, notes: [String] = []) {
    let head = error.key.split(separator: ".").last.map(String.init) ?? ""
    let block = error.key.split(separator: ".").dropLast().joined(separator: ".")
    let path = [section.path, error.key].filter { !$0.isEmpty }.joined(separator: ".")
    // A message that begins with the key itself continues its path.
    let isSentence = !head.isEmpty && error.message.hasPrefix(head + " ")
    let start = [section.path, block].filter { !$0.isEmpty }.joined(separator: ".")
    diagnostics.add(
      Diagnostic(
        code: error.code, at: mark(section, error.key),
        isSentence ? "\(start).\(error.message)" : "\(path): \(error.message)",
        underline: .hidden, notes: notes + [error.note].compactMap { $0 }))
  }

  private mutating func checkRun() {
    guard let section = complete(root.section("run")) else { return }
    run = RunOptions(section, diagnostics: &diagnostics)
  }

  private mutating func checkVenues() {
    var names: [String: SourceMark] = [:]
    for venue in root.sections("venues") {
      if let name = venue.table["name"] == nil ? nil : venue.text("name") {
        unique(name, &names, venue, "name")
      }
      if venue.table["pair"] != nil {
        let pair = venue.texts("pair")
        if pair.count == 2, pair[0] == pair[1] {
          diagnostics.add(
            Diagnostic(
              .duplicateName, at: mark(venue, "pair"),
              "\(venue.path).pair: a pair has two different assets, found \(pair[0]) twice"))
        }
      }
      if let venue = complete(venue) { report(Result { try Exchanges.build(venue) }, in: venue) }
    }
  }

  /// Reports a name that stood before.
  mutating func unique(
    _ name: String, _ seen: inout [String: SourceMark], _ section: Section, _ key: String
  ) {
    let place = mark(section, key)
    if let first = seen[name] {
      diagnostics.add(
        Diagnostic(
          .duplicateName, at: place, "\(section.path).\(key): '\(name)' stands twice",
          second: Diagnostic.SecondPlace(first, "the other place")))
    } else {
      seen[name] = place
    }
  }

  private mutating func onlyOne(of single: String, and several: String) {
    guard root.isWritten(single), root.isWritten(several) else { return }
    diagnostics.add(
      Diagnostic(
        .oneOfTwo, at: mark(root, several), "give exactly one of \(single) and \(several)",
        underline: .hidden,
        second: root.mark(single).map { Diagnostic.SecondPlace($0, "the other one") }))
  }

  /// Reports a reference to a block that does not exist, with the nearest that does.
  mutating func checkReference(
    _ section: Section, _ key: String, to what: String, among names: [String]
  ) {
    guard let name = section.text(key), !names.contains(name) else { return }
    let nearest = NearestName.find(name, in: names)
    diagnostics.add(
      Diagnostic(
        .unknownWord, at: mark(section, key),
        "\(section.path).\(key): the scenario has no \(what) '\(name.cut(to: 40))'",
        hint: nearest.map { "did you mean '\($0)'?" },
        notes: names.isEmpty ? [] : ["known: " + names.joined(separator: ", ")]))
  }

  /// A latency that ends within the step in which it begins.
  private mutating func checkLatency(_ named: NamedSection) {
    let oracle = named.section
    guard oracle.table["latency_blocks"] != nil,
      case .integer(let blocks)? = oracle.value("latency_blocks"),
      oracle.isWritten("latency_blocks"), let mark = oracle.mark("latency_blocks"), blocks > 0,
      let run
    else { return }
    let seconds = Double(blocks) * named.blockSeconds(readBy: markets)
    guard seconds < run.stepMinutes * 60 else { return }
    let amount = blocks == 1 ? "1 block is" : "\(blocks) blocks are"
    diagnostics.add(
      Diagnostic(
        .oracleLatency, at: mark,
        "\(oracle.path).latency_blocks: \(amount) \(seconds.shortText) s but run.step_minutes is "
          + "\(run.stepMinutes.shortText); it has no effect", underline: .hidden))
  }

  private mutating func checkShocks() {
    guard let run else { return }
    for (number, section) in root.sections("shocks").enumerated() {
      guard let section = complete(section) else { continue }
      let shock = report(
        Result {
          try ScriptedShock(
            section, number: number, assets: symbols, pegs: priceSetting?.pegs ?? [],
            stepCount: run.stepCount, stepYears: run.stepYears)
        }, in: section)
      if let shock { shocks.append(shock) }
    }
  }
}
