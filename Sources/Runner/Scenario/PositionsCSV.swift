package import SimulationCore

/// The rows of a positions file as columns, in the file's order; one row an account and asset.
package struct PositionRows: Sendable {
  /// Accounts are numbered in the order in which they first appear.
  package var accountCount = 0
  package var account: [Int32] = []
  /// Position of the asset in the scenario's order.
  package var asset: [Int32] = []
  /// Tokens.
  package var supplied: [Double] = []
  /// Tokens.
  package var borrowed: [Double] = []
  /// For each account its cohort as a position in `cohorts`, -1 where the file gives none.
  package var cohort: [Int32] = []
  package var cohorts: [String] = []
  /// For each account its owner, numbered by first appearance; empty without the column.
  package var owner: [Int32] = []
  /// For each account its market as a position in `markets`; empty without the column.
  package var market: [Int32] = []
  package var markets: [String] = []

  package init() {}
}

/// Reads accounts from a CSV with the columns `account,asset,supplied,borrowed` (tokens) and,
/// optionally, `cohort`, `owner`, `market`.
package enum PositionsCSV {
  private static let required = ["account", "asset", "supplied", "borrowed"]
  private static let optional = ["cohort", "owner", "market"]

  /// All rows, or the first fault with its row and column; nothing is handed out in part.
  ///
  /// An empty amount is 0. Rows of an account may stand anywhere, but its cohort, owner and market
  /// must agree. Cost: linear in the file; about 24 bytes a row and 40 an account.
  package static func read(_ path: String, assets: [String], at mark: SourceMark)
    throws(Diagnostic) -> PositionRows
  {
    var stream = try CSVStream.open(path, at: mark)
    try checkHeader(stream)
    let places = required.map { stream.header.firstIndex(of: $0) ?? 0 }
    let optionalPlaces = optional.map { stream.header.firstIndex(of: $0) }
    var accounts = Numbering()
    var labels = [Numbering](repeating: Numbering(), count: optional.count)
    var columns = [[Int32]](repeating: [], count: optional.count)
    var rows = PositionRows()
    var symbols = Numbering()
    for asset in assets { _ = symbols.number(Array(asset.utf8)[...]) }
    while try stream.next() {
      guard !stream.isEmpty(places[0]) else {
        throw stream.fault(.tableValue, field: places[0], "an account has a name")
      }
      let account = accounts.number(stream.bytes(places[0]))
      let isNew = account == rows.accountCount
      if isNew { rows.accountCount += 1 }
      guard let asset = symbols.known(stream.bytes(places[1])) else {
        throw unknownAsset(stream, places[1], assets)
      }
      rows.account.append(Int32(account))
      rows.asset.append(Int32(asset))
      rows.supplied.append(try amount(stream, places[2]))
      rows.borrowed.append(try amount(stream, places[3]))
      for (index, place) in optionalPlaces.enumerated() {
        guard let place else { continue }
        let label =
          stream.isEmpty(place) ? Int32(-1) : Int32(labels[index].number(stream.bytes(place)))
        if isNew {
          columns[index].append(label)
        } else if columns[index][account] != label {
          throw stream.fault(
            .tableValue, field: place,
            "account \(stream.text(places[0]).cut(to: 40)) has another \(optional[index]) above")
        }
      }
    }
    guard rows.accountCount > 0 else {
      throw stream.fileFault(.tableEmpty, "the file holds no account")
    }
    rows.cohort = columns[0].isEmpty ? [Int32](repeating: -1, count: rows.accountCount) : columns[0]
    rows.cohorts = labels[0].names
    rows.owner = columns[1]
    rows.market = columns[2]
    rows.markets = labels[2].names
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

/// Numbers texts in the order in which they first appear.
///
/// Keys of up to 15 bytes are kept as they are, longer ones as 128 bits of FNV-1a: two of 10^8 such
/// names agree by chance with a probability of about 10^-23.
private struct Numbering {
  private struct Key: Hashable {
    let high: UInt64
    let low: UInt64
  }

  private var numbers: [Key: Int] = [:]
  private(set) var names: [String] = []
  /// Names are kept for small sets only; accounts are known by their numbers.
  private static let nameLimit = 10_000

  mutating func number(_ bytes: ArraySlice<UInt8>) -> Int {
    let key = Numbering.key(bytes)
    if let number = numbers[key] { return number }
    let number = numbers.count
    numbers[key] = number
    if number < Numbering.nameLimit { names.append(String(decoding: bytes, as: UTF8.self)) }
    return number
  }

  func known(_ bytes: ArraySlice<UInt8>) -> Int? { numbers[Numbering.key(bytes)] }

  private static func key(_ bytes: ArraySlice<UInt8>) -> Key {
    if bytes.count <= 15 {
      var high: UInt64 = 0
      var low = UInt64(bytes.count)
      for byte in bytes {
        high = high << 8 | low >> 56
        low = low << 8 | UInt64(byte)
      }
      return Key(high: high, low: low)
    }
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    for byte in bytes {
      hash ^= UInt128(byte)
      hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
    }
    return Key(
      high: UInt64(truncatingIfNeeded: hash >> 64) | 1 << 63, low: UInt64(truncatingIfNeeded: hash))
  }
}
