import Foundation
import SimulationCore
import Testing

@Suite("Correlations that answer to joint moves")
struct DynamicCorrelationTests {
  private static let assets = [asset("A", volatility: 0.8), asset("B", volatility: 0.5)]
  private static let stepCount = 400
  private static let (a, b, c) = (0.08, 0.87, 0.4)

  /// With alpha 0 the variance stays the long-run one, so that moves follow from prices.
  private func moves(
    _ values: [String: Value] = [:], paths: Int = 400, seed: UInt64 = 5
  ) throws -> [[(Double, Double)]] {
    let model = try model(
      "garch_t",
      [
        "degrees_of_freedom": .number(12), "alpha": .number(0), "beta": .number(0.5),
        "start_variance_ratio": .number(1),
      ].merging(values) { $1 }, assets: Self.assets, stepCount: Self.stepCount,
      correlation: try Correlation(matrix: [[1, Self.c], [Self.c, 1]]))
    let all = logPrices(
      model, count: paths, stepCount: Self.stepCount, assetCount: 2, seed: seed)
    let s = Self.assets.map { $0.volatility / 8760.0.squareRoot() }
    return (0..<paths).map { path in
      (0..<Self.stepCount).map { step in
        let row = (path * Self.stepCount + step) * 2
        func move(_ asset: Int) -> Double {
          let before = step == 0 ? 0 : all[row - 2 + asset]
          return (all[row + asset] - before + 0.5 * s[asset] * s[asset]) / s[asset]
        }
        return (move(0), move(1))
      }
    }
  }

  private let dynamic: [String: Value] = [
    "correlation_reaction": .number(a), "correlation_memory": .number(b),
  ]

  /// Engle's recursion written again; given it, what the first move leaves of the second is
  /// uncorrelated with it.
  @Test("moves have the correlation that the moves before them give, |z| < 4")
  func conditional() throws {
    var products: [Double] = []
    var squares: [Double] = []
    // Empirical against promised correlation where much and where little is promised.
    var promised = [0.0, 0.0]
    var found = [0.0, 0.0]
    var counts = [0.0, 0.0]
    for path in try moves(dynamic) {
      var (q11, q12, q22) = (1.0, Self.c, 1.0)
      for (x, y) in path {
        let rho = q12 / (q11 * q22).squareRoot()
        let rest = (y - rho * x) / (1 - rho * rho).squareRoot()
        products.append(x * rest)
        squares.append(rest * rest)
        let side = rho > Self.c ? 1 : 0
        promised[side] += rho
        found[side] += x * y
        counts[side] += 1
        let free = 1 - Self.a - Self.b
        q11 = free + Self.a * x * x + Self.b * q11
        q12 = free * Self.c + Self.a * x * y + Self.b * q12
        q22 = free + Self.a * y * y + Self.b * q22
      }
    }
    #expect(abs(meanScore(products, 0)) < 4)
    #expect(abs(meanScore(squares, 1)) < 4)
    for side in 0..<2 {
      #expect(abs(found[side] - promised[side]) / counts[side] < 0.03)
    }
    #expect(promised[1] / counts[1] - promised[0] / counts[0] > 0.2)
  }

  @Test("without a reaction every bit is that of a constant correlation")
  func neutral() throws {
    let plain = try moves(paths: 8)
    let neutral = try moves(
      ["correlation_reaction": .number(0), "correlation_memory": .number(0.3)], paths: 8)
    for (one, other) in zip(plain, neutral) { #expect(one.elementsEqual(other, by: ==)) }
    // The first step has nothing to answer to; a factor of two by hand is BLAS's to the last bits.
    for (one, other) in zip(plain, try moves(dynamic, paths: 8)) {
      #expect(abs(one[0].1 - other[0].1) < 1e-12)
      #expect(abs(one[20].1 - other[20].1) > 1e-6)
    }
  }

  @Test("neither the block nor the horizon changes a bit, and weights of one are refused")
  func bits() throws {
    func paths(_ first: Int, _ count: Int, stepCount: Int) throws -> [Double] {
      logPrices(
        try model("gjr_t", dynamic, assets: Self.assets, stepCount: stepCount), firstPath: first,
        count: count, stepCount: stepCount, assetCount: 2)
    }
    let whole = try paths(0, 20, stepCount: 300)
    #expect(try paths(5, 9, stepCount: 300) == Array(whole[5 * 600..<14 * 600]))
    #expect(try paths(0, 1, stepCount: 257) == Array(whole.prefix(257 * 2)))
    let error = #expect(throws: ParameterError.self) {
      try moves(["correlation_reaction": .number(0.2), "correlation_memory": .number(0.8)])
    }
    #expect(error?.message.contains("below 1") == true)
  }
}
