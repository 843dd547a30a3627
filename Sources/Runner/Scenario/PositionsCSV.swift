package import SimulationCore

/// The rows of a positions file as columns, in the file's order; one row an account and asset.
package struct PositionRows: Sendable {
  /// Accounts are numbered in the order in which they first appear.
  package private(set) var accountCount = 0
  package private(set) var account: [Int32] = []
  /// Position of the asset in the scenario's order.
  package private(set) var asset: [Int32] = []
  /// Tokens.
  package private(set) var supplied: [Double] = []
  /// Tokens.
  package private(set) var borrowed: [Double] = []
  /// Line of the file on which the row begins.
  package private(set) var line: [Int32] = []
  /// For each account its cohort as a position in `cohorts`, -1 where the file gives none.
  package private(set) var cohort: [Int32] = []
  /// The cohorts that the scenario defines.
  package let cohorts: [String]
  /// For each account its market as a position in the scenario's order.
  package private(set) var market: [Int32] = []
  /// Rows sorted by account, then by asset; those of account i are
  /// `byAccount[legStart[i] ..< legStart[i + 1]]`.
  package private(set) var byAccount: [Int32] = []
  package private(set) var legStart: [Int32] = []

  init(cohorts: [String]) { self.cohorts = cohorts }

  mutating func appendAccount(cohort: Int32, market: Int32) {
    accountCount += 1
    self.cohort.append(cohort)
    self.market.append(market)
  }

  mutating func appendRow(
    account: Int, asset: Int, supplied: Double, borrowed: Double, line: Int
  ) {
    self.account.append(Int32(account))
    self.asset.append(Int32(asset))
    self.supplied.append(supplied)
    self.borrowed.append(borrowed)
    self.line.append(Int32(clamping: line))
  }

  /// Fills `byAccount` and `legStart` by a counting sort; linear in the rows.
  ///
  /// Returns the earliest row that repeats an account's asset, and the row that it repeats.
  mutating func group() -> (row: Int, first: Int)? {
    legStart = [Int32](repeating: 0, count: accountCount + 1)
    for account in account { legStart[Int(account) + 1] += 1 }
    for account in 0..<accountCount { legStart[account + 1] += legStart[account] }
    var next = legStart
    byAccount = [Int32](repeating: 0, count: account.count)
    var repeated: (row: Int, first: Int)?
    for row in account.indices {
      let owner = Int(account[row])
      // Insertion among the account's rows so far: an account has few.
      var place = Int(next[owner])
      let start = Int(legStart[owner])
      while place > start, asset[Int(byAccount[place - 1])] > asset[row] {
        byAccount[place] = byAccount[place - 1]
        place -= 1
      }
      if place > start, asset[Int(byAccount[place - 1])] == asset[row], repeated == nil {
        repeated = (row, Int(byAccount[place - 1]))
      }
      byAccount[place] = Int32(row)
      next[owner] += 1
    }
    return repeated
  }
}

/// Reads accounts from a CSV with the columns `account,asset,supplied,borrowed` (tokens) and,
/// optionally, `cohort`, `owner`, `market`.
package enum PositionsCSV {
  /// What the names in a file may be.
  package struct Setting: Sendable {
    package let assets: [String]
    package let cohorts: [String]
    package let markets: [String]
    /// The market that holds all accounts of the file; `nil` = the file's column says it.
    package let market: Int?

    package init(
      assets: [String], cohorts: [String] = [], markets: [String] = [NamedSection.only],
      market: Int? = 0
    ) {
      self.assets = assets
      self.cohorts = cohorts
      self.markets = markets
      self.market = market
    }
  }

  private static let required = ["account", "asset", "supplied", "borrowed"]
  private static let optional = ["cohort", "owner", "market"]

  /// All rows, or the first fault with its row and column; nothing is handed out in part.
  ///
  /// An empty amount is 0. Rows of an account may stand anywhere, but its cohort and owner must agree,
  /// and no asset may stand in two of them. The same name in two markets is two accounts. One owner
  /// has one account. Cost: linear in the file; about 32 bytes a row and 60 an account.
  package static func read(_ path: String, for setting: Setting, at mark: SourceMark)
    throws(Diagnostic) -> PositionRows
  {
    var stream = try CSVStream.open(path, at: mark)
    try checkHeader(stream)
    let places = required.map { stream.header.firstIndex(of: $0) ?? 0 }
    let reader = AccountReader(setting, stream)
    if setting.market == nil, reader.marketPlace == nil {
      throw stream.fault(
        .tableHeader,
        "the header lacks column 'market', which says to which of "
          + "\(setting.markets.joined(separator: ", ")) an account belongs")
    }
    var accounts = Numbering()
    var state = AccountReader.State()
    var rows = PositionRows(cohorts: setting.cohorts)
    var symbols = Numbering()
    for asset in setting.assets { _ = symbols.number(Array(asset.utf8)[...]) }
    while try stream.next() {
      guard !stream.isEmpty(places[0]) else {
        throw stream.fault(.tableValue, field: places[0], "an account has a name")
      }
      let market = try reader.market(stream)
      let account =
        setting.market == nil
        ? accounts.number(stream.bytes(places[0]) + [0] + setting.markets[market].utf8)
        : accounts.number(stream.bytes(places[0]))
      guard let asset = symbols.known(stream.bytes(places[1])) else {
        throw unknownAsset(stream, places[1], setting.assets)
      }
      try reader.read(stream, account, market, places[0], &rows, &state)
      rows.appendRow(
        account: account, asset: asset, supplied: try amount(stream, places[2]),
        borrowed: try amount(stream, places[3]), line: stream.line)
    }
    guard rows.accountCount > 0 else {
      throw stream.fileFault(.tableEmpty, "the file holds no account")
    }
    if let repeated = rows.group() {
      let line = Int(rows.line[repeated.row])
      let symbol = setting.assets[Int(rows.asset[repeated.row])]
      throw Diagnostic(
        .tableValue, at: SourceMark(file: path, line: line, column: 1),
        "row \(line), column asset: the account has \(symbol) already, in row "
          + "\(rows.line[repeated.first])", underline: .hidden)
    }
    return rows
  }

  private static func checkHeader(_ stream: borrowing CSVStream) throws(Diagnostic) {
    let header = stream.header
    if let missing = required.first(where: { !header.contains($0) }) {
      throw stream.fault(
        .tableHeader,
        "the header lacks column '\(missing)'; it is \(required.joined(separator: ",")), "
          + "and optionally \(optional.joined(separator: ", "))")
    }
    if let unknown = header.first(where: { !(required + optional).contains($0) }) {
      let nearest = NearestName.find(unknown, in: required + optional)
      throw stream.fault(
        .tableHeader,
        "unknown column '\(unknown.cut(to: 40))'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
  }

  private static func unknownAsset(
    _ stream: borrowing CSVStream, _ field: Int, _ assets: [String]
  ) -> Diagnostic {
    let text = stream.text(field)
    if text == stream.header[field] {
      return stream.fault(.tableHeader, "row \(stream.line): the header stands here again")
    }
    let nearest = NearestName.find(text, in: assets)
    return stream.fault(
      .unknownAsset, field: field,
      "asset '\(text.cut(to: 40))' is not defined in assets"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
  }

  private static func amount(_ stream: borrowing CSVStream, _ field: Int) throws(Diagnostic)
    -> Double
  {
    if stream.isEmpty(field) { return 0 }
    let amount = try stream.number(field)
    guard amount >= 0 else {
      throw stream.fault(
        .tableValue, field: field, "an amount is at least 0, found \(amount.shortText)")
    }
    return amount
  }
}
