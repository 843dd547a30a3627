import Agents
import Markets
import SimulationCore

/// The accounts of every market at time 0, from blocks of the scenario and from files.
///
/// Accounts of a block with `market` go there. A file without it in a scenario of several markets
/// says with its column `market` where each account belongs.
struct AccountBooks {
  private let scenario: Scenario
  /// The synthetic block of each market that has one.
  private var drawn: [Int: SyntheticBook] = [:]
  /// The rows of each market whose accounts come from a file.
  private var files: [Int: PositionRows] = [:]

  /// Reads all files; throws the first fault of each.
  ///
  /// Books that a run has no memory for are refused before they are made.
  init(_ scenario: Scenario) throws(Diagnostics) {
    try AccountBooks.checkMemory(scenario)
    self.scenario = scenario
    let names = scenario.markets.map(\.name)
    var diagnostics = Diagnostics()
    for block in scenario.positions {
      let market = block.text("market").flatMap { names.firstIndex(of: $0) }
      guard block.text("source") == "csv", let file = block.text("file") else {
        drawn[market ?? 0] = SyntheticBook(block, assets: scenario.symbols)
        continue
      }
      let mark =
        block.mark("file") ?? SourceMark(file: scenario.file, line: 1, column: 1)
      do throws(Diagnostic) {
        let rows = try PositionsCSV.read(
          file,
          for: PositionsCSV.Setting(
            assets: scenario.symbols, cohorts: scenario.traders.compactMap { $0.text("cohort") },
            markets: names, market: market ?? (names.count == 1 ? 0 : nil)),
          at: mark)
        for index in market.map({ $0...$0 }) ?? 0...max(0, names.count - 1) { files[index] = rows }
      } catch {
        diagnostics.add(error)
      }
    }
    if diagnostics.hasErrors { throw diagnostics }
  }

  private static func checkMemory(_ scenario: Scenario) throws(Diagnostics) {
    var bytes = RunEstimate.bytesOfAccounts(scenario)
    for block in scenario.positions where block.text("source") == "csv" {
      if let file = block.text("file") { bytes += FileAccess.size(file) * bytesPerFileByte }
    }
    let mark = scenario.positions.first?.mark()
    let start = SourceMark(file: scenario.file, line: 1, column: 1)
    if let refusal = MemoryLimit.refusal(needing: bytes, at: mark ?? start) {
      throw Diagnostics(refusal)
    }
  }

  // Measured: 2 with 10 million rows of 54 bytes, more with shorter ones.
  private static let bytesPerFileByte = 4

  /// The accounts of one market, in the order of a file's first rows or as they are drawn.
  func book(of market: Int, reserves: [ReserveParameters]) -> AccountBook {
    if let book = drawn[market] {
      return book.book(
        seed: scenario.run.seed, market: market, prices: scenario.assets.map(\.initialPrice),
        reserves: reserves)
    }
    return files[market].map { AccountBook($0, market: market) } ?? AccountBook()
  }
}

extension AccountBook {
  /// The accounts of one market, each with its legs by asset.
  fileprivate init(_ rows: PositionRows, market: Int) {
    self.init()
    var legs: [(asset: Int, supplied: Double, borrowed: Double)] = []
    for account in 0..<rows.accountCount where Int(rows.market[account]) == market {
      legs.removeAll(keepingCapacity: true)
      for place in Int(rows.legStart[account])..<Int(rows.legStart[account + 1]) {
        let row = Int(rows.byAccount[place])
        legs.append((Int(rows.asset[row]), rows.supplied[row], rows.borrowed[row]))
      }
      let cohort = Int(rows.cohort[account])
      append(legs: legs, cohort: cohort >= 0 ? rows.cohorts[cohort] : nil)
    }
  }
}
