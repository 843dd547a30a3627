import SimulationCore

/// The columns of a positions file that describe an account as a whole, and what they may hold.
struct AccountReader {
  /// What has been said of the accounts so far.
  struct State {
    fileprivate var owners = Numbering()
    /// For each owner the line that names it first.
    fileprivate var ownerLine: [Int32] = []
    /// For each account its owner; empty without the column.
    fileprivate var ownerOf: [Int32] = []
  }

  private let setting: PositionsCSV.Setting
  private let cohortPlace: Int?
  private let ownerPlace: Int?
  let marketPlace: Int?
  private var cohorts = Numbering()
  private var markets = Numbering()

  init(_ setting: PositionsCSV.Setting, _ stream: borrowing CSVStream) {
    self.setting = setting
    cohortPlace = stream.header.firstIndex(of: "cohort")
    ownerPlace = stream.header.firstIndex(of: "owner")
    marketPlace = stream.header.firstIndex(of: "market")
    for name in setting.cohorts { _ = cohorts.number(Array(name.utf8)[...]) }
    for name in setting.markets { _ = markets.number(Array(name.utf8)[...]) }
  }

  /// The market of the current row; its cell must be empty or agree where the whole file has one.
  func market(_ stream: borrowing CSVStream) throws(Diagnostic) -> Int {
    guard let place = marketPlace, !stream.isEmpty(place) else {
      if let market = setting.market { return market }
      throw stream.fault(
        .tableValue, field: marketPlace ?? 0,
        "no market is named; the scenario has several: \(setting.markets.joined(separator: ", "))")
    }
    guard let market = markets.known(stream.bytes(place)) else {
      throw unknown(stream, place, "market", "the scenario", among: setting.markets)
    }
    if let own = setting.market, own != market {
      throw stream.fault(
        .tableValue, field: place,
        "the file's accounts belong to market \(setting.markets[own]), this row names "
          + setting.markets[market])
    }
    return market
  }

  /// Takes over what the current row says of its account, or compares it with what stood above.
  func read(
    _ stream: borrowing CSVStream, _ account: Int, _ market: Int, _ name: Int,
    _ rows: inout PositionRows, _ state: inout State
  ) throws(Diagnostic) {
    var cohort: Int32 = -1
    if let place = cohortPlace, !stream.isEmpty(place) {
      guard let known = cohorts.known(stream.bytes(place)) else {
        throw unknown(stream, place, "cohort", "traders", among: setting.cohorts)
      }
      cohort = Int32(known)
    }
    let isNew = account == rows.accountCount
    if isNew {
      rows.appendAccount(cohort: cohort, market: Int32(market))
    } else if rows.cohort[account] != cohort, let place = cohortPlace {
      throw another(stream, name, place, "cohort")
    }
    try readOwner(stream, account, name, isNew: isNew, &state)
  }

  private func readOwner(
    _ stream: borrowing CSVStream, _ account: Int, _ name: Int, isNew: Bool, _ state: inout State
  ) throws(Diagnostic) {
    guard let place = ownerPlace else { return }
    let isFirst: Bool
    let owner: Int
    if stream.isEmpty(place) {
      owner = -1
      isFirst = true
    } else {
      let known = state.owners.count
      owner = state.owners.number(stream.bytes(place))
      isFirst = owner == known
      if isFirst { state.ownerLine.append(Int32(clamping: stream.line)) }
    }
    guard isNew else {
      if state.ownerOf[account] != Int32(owner) { throw another(stream, name, place, "owner") }
      return
    }
    guard isFirst else {
      throw stream.fault(
        .tableValue, field: place,
        "owner \(stream.text(place).cut(to: 40)) has another account in row "
          + "\(state.ownerLine[owner]); owners of several accounts are not modelled yet: "
          + "give each account its own owner, or leave the column out")
    }
    state.ownerOf.append(Int32(owner))
  }

  private func another(
    _ stream: borrowing CSVStream, _ name: Int, _ place: Int, _ what: String
  ) -> Diagnostic {
    stream.fault(
      .tableValue, field: place,
      "account \(stream.text(name).cut(to: 40)) has another \(what) above")
  }

  private func unknown(
    _ stream: borrowing CSVStream, _ place: Int, _ what: String, _ owner: String,
    among names: [String]
  ) -> Diagnostic {
    let text = stream.text(place)
    let nearest = NearestName.find(text, in: names)
    return stream.fault(
      .tableValue, field: place,
      "\(what) '\(text.cut(to: 40))' is not defined in \(owner)"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
  }
}
