import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("CSV files are read whole or refused with row and column")
struct DataFileTests {
  private let mark = SourceMark(file: "crash.yaml", line: 1, column: 1)

  private func withFile<T>(_ bytes: [UInt8], _ body: (String) throws -> T) throws -> T {
    let path = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString).csv"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  private func prices(_ text: String, wanted: Set<String>? = nil) throws -> PriceTable {
    try withFile(Array(text.utf8)) { try PriceCSV.read($0, wanted: wanted, at: mark) }
  }

  /// `isSplit`: two markets, between which the file chooses by its column.
  private func positions(_ bytes: [UInt8], isSplit: Bool = false) throws -> PositionRows {
    try withFile(bytes) {
      try PositionsCSV.read(
        $0,
        for: PositionsCSV.Setting(
          assets: ["WETH", "USDC"], cohorts: ["retail", "funds"],
          markets: isSplit ? ["lido", "main"] : ["main"], market: isSplit ? nil : 0),
        at: mark)
    }
  }

  /// `LINE: message [code]` of what is refused.
  private func fault(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return ""
    } catch let error as Diagnostic {
      return "\(error.mark.line): \(error.message) [\(error.code)]"
    } catch {
      return "\(error)"
    }
  }

  private func positionFault(
    _ rows: String, header: String = "account,asset,supplied,borrowed", isSplit: Bool = false
  ) -> String {
    fault { try positions(Array("\(header)\n\(rows)".utf8), isSplit: isSplit) }
  }

  @Test("Wide prices: ISO times in every form, empty fields, quoted fields, CRLF")
  func wide() throws {
    let table = try prices(
      "\u{FEFF}t_utc,ETH,\"BTC\"\r\n2021-04-05 00:00,2056.19,57908.1\r\n"
        + "2021-04-05T01:00:00Z,,\"57787.9\"\r\n2021-04-05 02:00,2043.85,57595.4")
    #expect(table.symbols == ["ETH", "BTC"])
    // 2021-04-05 is 18,722 days after 1970-01-01: 449,328 hours.
    #expect(table.timeHours == [449_328.0, 449_329, 449_330])
    #expect(table.price(row: 0, symbol: 0) == 2056.19)
    #expect(table.price(row: 1, symbol: 0).isNaN)
    #expect(table.price(row: 1, symbol: 1) == 57787.9)
    #expect(table.spacingHours == 1)
  }

  @Test("Tidy prices: columns and rows in any order, hours as numbers")
  func tidy() throws {
    let table = try prices(
      "asset,price_usd,time\nETH,3,1\nETH,2,0\nBTC,10,0\nDOGE,x,0\n", wanted: ["ETH", "BTC"])
    #expect(table.symbols == ["ETH", "BTC"])
    #expect(table.timeHours == [0, 1])
    #expect(table.price(row: 0, symbol: 0) == 2)
    #expect(table.price(row: 1, symbol: 1).isNaN)
  }

  @Test(
    "Faults of price files are told with row and column",
    arguments: [
      (
        "t,ETH\n0,1\n1,\"1,000\"\n",
        "3: row 3, column ETH: expected a number, found \"1,000\"; write 1000 [E083]"
      ),
      ("t,ETH\n0,1\n1,0\n", "3: row 3, column ETH: a price must be above 0, found 0 [E083]"),
      (
        "t,ETH\n0,1\n0,2\n",
        "3: row 3, column t: the time is not later than that of the row before [E084]"
      ),
      (
        "t,ETH\n05/04/2021,1\n1,2\n",
        "2: row 2, column t: expected a time such as 2021-04-05 00:00 (UTC) or hours as a number, found \"05/04/2021\" [E084]"
      ),
      ("t,ETH\n0,1,2\n", "2: row 2 has 3 fields, the header has 2 [E081]"),
      ("t,ETH,ETH\n0,1,2\n", "1: the header names column 'ETH' twice [E080]"),
      ("t,ETH\n0,1\n", "1: prices need at least 2 rows, found 1 [E085]"),
      (
        "time,asset,close\n0,ETH,1\n",
        "1: a tidy price file has the columns time, asset, price_usd; price_usd is missing [E080]"
      ),
      (
        "time,asset,price_usd\n0,ETH,1\n0,ETH,1\n",
        "3: row 3, column asset: 'ETH' has two prices for 0 [E083]"
      ),
      ("", "1: the file is empty [E085]"),
    ])
  func priceFaults(_ text: String, _ message: String) {
    #expect(fault { try prices(text) }.hasSuffix(message))
  }

  @Test("Positions: rows of an account anywhere, empty amounts, cohorts")
  func positionRows() throws {
    let rows = try positions(
      Array(
        """
        account,asset,supplied,borrowed,cohort
        0xabcdef0123456789abcdef0123456789abcdef01,WETH,1.5,0,retail
        b,WETH,2,,"funds"
        0xabcdef0123456789abcdef0123456789abcdef01,USDC,,1000.25,retail
        c,USDC,0,1e3,

        """.utf8))
    #expect(rows.accountCount == 3)
    #expect(rows.account == [0, 1, 0, 2])
    #expect(rows.asset == [0, 0, 1, 1])
    #expect(rows.supplied == [1.5, 2, 0, 0])
    #expect(rows.borrowed == [0, 0, 1000.25, 1000])
    #expect(rows.cohort == [0, 1, -1])
    #expect(rows.cohorts == ["retail", "funds"])
    // Sorted by account, then by asset: WETH stands before USDC.
    #expect(rows.byAccount == [0, 2, 1, 3])
    #expect(rows.legStart == [0, 2, 3, 4])
    #expect(rows.market == [0, 0, 0])
    #expect(rows.line == [2, 3, 4, 5])
  }

  @Test("Legs come in the order of the assets, however the rows stand")
  func legOrder() throws {
    let rows = try positions(
      Array("account,asset,supplied,borrowed\nb,USDC,0,1\na,USDC,0,2\nb,WETH,3,0\n".utf8))
    #expect(rows.byAccount == [2, 0, 1])
    #expect(rows.legStart == [0, 2, 3])
  }

  @Test("An asset that an account has twice is refused with both rows")
  func repeatedAsset() {
    #expect(
      positionFault("a,WETH,1,0\nb,WETH,1,0\n\na,WETH,0,5\n")
        == "5: row 5, column asset: the account has WETH already, in row 2 [E083]")
  }

  @Test("A cohort must be one of the scenario's, with the nearest name as advice")
  func unknownCohort() {
    let header = "account,asset,supplied,borrowed,cohort"
    #expect(
      positionFault("a,WETH,1,0,retail\nb,WETH,1,0,retial\n", header: header)
        == "3: row 3, column cohort: cohort 'retial' is not defined in traders; "
        + "did you mean 'retail'? [E083]")
  }

  @Test("An owner has one account: more are refused with both rows")
  func owners() throws {
    let header = "account,asset,supplied,borrowed,owner"
    let own = try positions(
      Array("\(header)\na,WETH,1,0,x\nb,WETH,1,0,\na,USDC,0,1,x\nc,WETH,1,0,\n".utf8))
    #expect(own.accountCount == 3)
    #expect(
      positionFault("a,WETH,1,0,x\nb,WETH,1,0,x\n", header: header)
        == "3: row 3, column owner: owner x has another account in row 2; owners of several "
        + "accounts are not modelled yet: give each account its own owner, or leave the column out "
        + "[E083]")
    #expect(
      positionFault("a,WETH,1,0,x\na,USDC,0,1,y\n", header: header)
        == "3: row 3, column owner: account a has another owner above [E083]")
    #expect(
      positionFault("a,WETH,1,0,\na,USDC,0,1,y\n", header: header)
        == "3: row 3, column owner: account a has another owner above [E083]")
  }

  @Test(
    "The column market sends accounts to their markets; one name in two markets is two accounts")
  func marketColumn() throws {
    let header = "account,asset,supplied,borrowed,market"
    let text = "\(header)\na,WETH,1,0,main\na,WETH,2,0,lido\na,USDC,0,3,main\n"
    let rows = try positions(Array(text.utf8), isSplit: true)
    #expect(rows.accountCount == 2)
    #expect(rows.market == [1, 0])
    #expect(rows.account == [0, 1, 0])
    #expect(
      positionFault("a,WETH,1,0,\n", header: header, isSplit: true)
        == "2: row 2, column market: no market is named; the scenario has several: lido, main [E083]"
    )
    #expect(
      positionFault("a,WETH,1,0,mian\n", header: header, isSplit: true)
        == "2: row 2, column market: market 'mian' is not defined in the scenario; "
        + "did you mean 'main'? [E083]")
    #expect(
      positionFault("a,WETH,1,0\n", isSplit: true)
        == "1: the header lacks column 'market', which says to which of lido, main an account "
        + "belongs [E080]")
    // With one market the cells may be empty or agree.
    #expect(positionFault("a,WETH,1,0,\nb,WETH,1,0,main\n", header: header) == "")
  }

  @Test("Faults of positions are told with row and column, and nothing is imported")
  func positionFaults() {
    #expect(positionFault("a,WETH,1\n") == "2: row 2 has 3 fields, the header has 4 [E081]")
    #expect(
      positionFault("a,WETH,1,0\nb,WETH,\"1,000\",0\n")
        == "3: row 3, column supplied: expected a number, found \"1,000\"; write 1000 [E083]")
    #expect(
      positionFault("a,WETH,1,000,0\n") == "2: row 2 has 5 fields, the header has 4 [E081]")
    #expect(
      positionFault("a,WETH,1,0\naccount,asset,supplied,borrowed\n")
        == "3: row 3: the header stands here again [E080]")
    #expect(
      positionFault("a,WETH,1,0\n", header: "account,asset,supplied")
        == "1: the header lacks column 'borrowed'; it is account,asset,supplied,borrowed, "
        + "and optionally cohort, owner, market [E080]")
    #expect(
      positionFault("a,WETH,1,0,x\n", header: "account,asset,supplied,borrowed,cohrt")
        == "1: unknown column 'cohrt'; did you mean 'cohort'? [E080]")
    #expect(
      positionFault("a,DOGE,1,0\n")
        == "2: row 2, column asset: asset 'DOGE' is not defined in assets [E019]")
    #expect(
      positionFault("a,WETH,-1,0\n")
        == "2: row 2, column supplied: an amount is at least 0, found -1 [E083]")
    #expect(
      positionFault("a,WETH,nan,0\n")
        == "2: row 2, column supplied: expected a number, found \"nan\" (numbers are finite) [E083]"
    )
    #expect(positionFault("a,\"WETH,1,0\n") == "2: row 2: a quote is not closed [E081]")
    #expect(positionFault("") == "1: the file holds no account [E085]")
    #expect(
      positionFault(
        "a,WETH,1,0,retail\na,USDC,1,0,funds\n",
        header: "account,asset,supplied,borrowed,cohort")
        == "3: row 3, column cohort: account a has another cohort above [E083]")
  }

  @Test("NUL bytes and other encodings are refused")
  func encodings() {
    let head = Array("account,asset,supplied,borrowed\n".utf8)
    #expect(
      fault { try positions(head + Array("a,WETH,1\0,0\n".utf8)) }
        == "2: row 2, column 3: a NUL byte [E082]")
    #expect(
      fault { try positions(head + [0xE9] + Array(",WETH,1,0\n".utf8)) }
        == "2: row 2 is not UTF-8 [E082]")
    #expect(
      fault { try positions([0xFF, 0xFE, 0x61, 0x00]) }.hasSuffix("[E082]"))
  }

  @Test("A million rows pass through one buffer", .enabled(if: isOptimised))
  func manyRows() throws {
    var text = Array("account,asset,supplied,borrowed\n".utf8)
    for row in 0..<1_000_000 {
      text += Array("\(row / 2),\(row % 2 == 0 ? "WETH" : "USDC"),\(row).5,1\n".utf8)
    }
    let rows = try positions(text)
    #expect(rows.accountCount == 500_000)
    #expect(rows.supplied[999_999] == 999_999.5)
    #expect(rows.account[999_999] == 499_999)
  }
}
