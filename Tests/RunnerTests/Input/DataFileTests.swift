import Foundation
import Runner
import SimulationCore
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

  private func positions(_ bytes: [UInt8]) throws -> PositionRows {
    try withFile(bytes) { try PositionsCSV.read($0, assets: ["WETH", "USDC"], at: mark) }
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

  private func positionFault(_ rows: String, header: String = "account,asset,supplied,borrowed")
    -> String
  {
    fault { try positions(Array("\(header)\n\(rows)".utf8)) }
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
    #expect(rows.owner.isEmpty)
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
        "a,WETH,1,0,x\na,USDC,1,0,y\n", header: "account,asset,supplied,borrowed,cohort")
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

  @Test("A million rows pass through one buffer")
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
