import SimulationCore
import Testing

@Suite("A path is a function of seed and number alone")
struct BlockIndependenceTests {
  private static let assets = [
    asset("A", volatility: 0.8, drift: 0.1), asset("B", volatility: 0.5), asset("C"),
  ]
  private static let stepCount = 300

  private func build(_ kind: String, stepCount: Int = stepCount) throws -> any PriceModel {
    let rows = (0..<400).map { row -> [Double] in
      [100 + Double(row * 37 % 11), 5 + Double(row * 17 % 7)]
    }
    let table = try PriceTable(
      symbols: ["A", "B"], timeHours: (0..<400).map { Double($0) }, rows: rows)
    let isParametric = PriceModels.type(of: kind)?.isParametric ?? false
    return try model(
      kind, isParametric ? [:] : ["file": .text("prices.csv")],
      assets: BlockIndependenceTests.assets,
      stepCount: stepCount, correlation: try .oneFactor([0.9, 0.7, 0.1]),
      data: isParametric ? nil : table)
  }

  @Test(
    "neither the size of a block nor its first path changes a bit",
    arguments: PriceModels.all.map { $0.kind })
  func blocks(kind: String) throws {
    let model = try build(kind)
    let width = BlockIndependenceTests.stepCount * 3
    let whole = logPrices(
      model, count: 40, stepCount: BlockIndependenceTests.stepCount, assetCount: 3, seed: 9)
    for (first, count) in [(0, 1), (1, 1), (3, 9), (8, 8), (7, 33), (39, 1)] {
      let part = logPrices(
        model, firstPath: first, count: count, stepCount: BlockIndependenceTests.stepCount,
        assetCount: 3, seed: 9)
      #expect(part == Array(whole[first * width..<(first + count) * width]))
    }
  }

  @Test(
    "a shorter horizon is the beginning of a longer one", arguments: PriceModels.all.map { $0.kind }
  )
  func horizon(kind: String) throws {
    let long = logPrices(try build(kind), count: 2, stepCount: 300, assetCount: 3)
    let short = logPrices(try build(kind, stepCount: 257), count: 1, stepCount: 257, assetCount: 3)
    #expect(short == Array(long.prefix(257 * 3)))
  }

  @Test("workers that make blocks at the same time make the same bits")
  func workers() async throws {
    let model = try build("student_t")
    @Sendable func paths(_ worker: Int) -> [Double] {
      logPrices(model, firstPath: 16 * worker, count: 16, stepCount: 300, assetCount: 3, seed: 5)
    }
    let alone = (0..<12).map(paths)
    let together = await withTaskGroup(of: (Int, [Double]).self) { group in
      for worker in 0..<12 {
        group.addTask { (worker, paths(worker)) }
      }
      return await group.reduce(into: [[Double]](repeating: [], count: 12)) { $0[$1.0] = $1.1 }
    }
    #expect(together == alone)
  }

  @Test("a block that is not full leaves the rest untouched")
  func partialBlock() throws {
    let model = try build("student_t")
    var block = PriceBlock(capacity: 10, stepCount: 300, assetCount: 3)
    for entry in block.logPrice.indices { block.logPrice[entry] = 7 }
    block.resize(to: 4)
    model.fill(&block, firstPath: 6, seed: 9)
    #expect(block.logPrice[(4 * 900)...].allSatisfy { $0 == 7 })
    #expect(
      Array(block.logPrice.prefix(4 * 900))
        == logPrices(model, firstPath: 6, count: 4, stepCount: 300, assetCount: 3, seed: 9))
  }

  @Test("seeds and path numbers change the path", arguments: ["gbm", "student_t", "bootstrap"])
  func distinct(kind: String) throws {
    let model = try build(kind)
    func path(_ number: Int, _ seed: UInt64) -> [Double] {
      logPrices(model, firstPath: number, count: 1, stepCount: 300, assetCount: 3, seed: seed)
    }
    #expect(path(0, 1) != path(1, 1))
    #expect(path(0, 1) != path(0, 2))
    // The seed's upper half counts too, and so does the last path number of all.
    #expect(path(0, 1) != path(0, 1 + 1 << 32))
    #expect(path(1 << 32 - 1, 1) != path(0, 1))
  }
}
