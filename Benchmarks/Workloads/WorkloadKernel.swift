import Markets
import SimulationCore

/// Parts of the engine that are counted one by one, each a fixed piece of work on one thread.
///
/// `gate.sh` counts the instructions of two numbers of repeats and takes the difference, so that
/// neither the start of the program nor the preparation of a kernel is part of the figure.
package enum WorkloadKernel: String, CaseIterable, Sendable {
  /// Normals, correlation and running sums of 16 paths by 1,440 steps by 8 assets.
  case gaussianBlock = "gaussian_block"
  /// The same with the chi-square mixing of Student's t.
  case studentTBlock = "student_t_block"
  /// 10,000 normals, one call each, as agents and liquidators draw them.
  case normals
  /// 100,000 exponentials of log prices.
  case exponentials
  /// 100,000 logarithms.
  case logarithms
  /// The test of 10,000 accounts at falling prices.
  case healthScan = "health_scan"
  /// Eight paths of L2 with 2,000 accounts.
  case headline = "l2"
  /// A path of B with 500 accounts.
  case behaviour = "b"

  package static let usage = """
    usage: benchmarks kernel NAME [--repeat N]
    NAME is one of \(allCases.map(\.rawValue).joined(separator: ", ")); `benchmarks kernels` lists them.
    """

  /// Reads the arguments after `kernel`.
  package static func parse(
    _ arguments: [String]
  ) throws -> (kernel: WorkloadKernel, repeats: Int) {
    guard let name = arguments.first, let kernel = WorkloadKernel(rawValue: name) else {
      throw WorkloadSettings.UsageError(description: "the second argument names a kernel")
    }
    switch arguments.dropFirst() {
    case []: return (kernel, 1)
    case let rest where rest.count == 2 && rest.first == "--repeat":
      guard let text = rest.last, let count = Int(text), (1...1_000_000).contains(count) else {
        throw WorkloadSettings.UsageError(
          description: "--repeat needs a whole number from 1 to 1000000")
      }
      return (kernel, count)
    default: throw WorkloadSettings.UsageError(description: "a kernel takes --repeat N")
    }
  }

  /// Does the work `repeats` times; the sum over its results depends on the repeats alone.
  package func run(repeats: Int) throws -> Double {
    switch self {
    case .gaussianBlock:
      let section = Section(
        table: FieldTable("dynamics", "", GeometricBrownianMotion.fields),
        kind: GeometricBrownianMotion.kind, values: [:])
      return WorkloadKernel.fill(
        try GeometricBrownianMotion(section, WorkloadMarket.priceSetting(multiplier: 1)), repeats)
    case .studentTBlock:
      return WorkloadKernel.fill(try WorkloadMarket.priceModel(multiplier: 1), repeats)
    case .normals: return WorkloadKernel.drawNormals(repeats)
    case .exponentials:
      return WorkloadKernel.map(repeats, from: -1, step: 1e-5) { VectorMath.exp($0) }
    case .logarithms:
      return WorkloadKernel.map(repeats, from: 0.5, step: 1e-5) { VectorMath.log($0) }
    case .healthScan: return WorkloadKernel.scan(repeats)
    case .headline:
      var settings = WorkloadSettings(.headline)
      settings.paths = 8 * repeats
      settings.accounts = 2_000
      settings.threads = 1
      return try WorkloadRun(settings).rows.reduce(0, +)
    case .behaviour:
      var settings = WorkloadSettings(.behaviour)
      settings.paths = repeats
      settings.accounts = 500
      settings.threads = 1
      return try WorkloadRun(settings).rows.reduce(0, +)
    }
  }

  private static func fill(_ model: any PriceModel, _ repeats: Int) -> Double {
    let paths = 16
    var block = PriceBlock(
      capacity: paths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
    block.resize(to: paths)
    var sum = 0.0
    for turn in 0..<repeats {
      model.fill(&block, firstPath: turn * paths, seed: WorkloadMarket.seed)
      sum += block.logPrice[block.logPrice.count - 1]
    }
    return sum
  }

  private static func drawNormals(_ repeats: Int) -> Double {
    var sum = 0.0
    for turn in 0..<repeats {
      let random = PathRandom(seed: WorkloadMarket.seed, path: UInt32(turn))
      for draw in 0..<10_000 { sum += random.normal(.bookHealth, UInt32(draw)) }
    }
    return sum
  }

  private static func map(
    _ repeats: Int, from start: Double, step: Double, _ function: ([Double]) -> [Double]
  ) -> Double {
    var sum = 0.0
    let arguments = (0..<100_000).map { start + step * Double($0) }
    for turn in 0..<repeats { sum += function(arguments)[turn % arguments.count] }
    return sum
  }

  private static func scan(_ repeats: Int) -> Double {
    let accounts = 10_000
    let pool = LendingPool(
      parameters: WorkloadMarket.rules(accounts: accounts).reserves,
      positions: WorkloadBook.positions(accounts: accounts))
    var weights = HealthWeights(assetCount: WorkloadMarket.assetCount)
    var threshold = [Double](repeating: 0, count: accounts)
    var debt = threshold
    var liquidatable: [Int32] = []
    liquidatable.reserveCapacity(accounts)
    var room = [Int32](repeating: 0, count: accounts + 1)
    var prices = [Double](repeating: 1, count: WorkloadMarket.assetCount)
    var found = 0
    for turn in 0..<repeats {
      // From a few accounts to a twentieth of them, then from the start again.
      for asset in WorkloadMarket.reserve.indices {
        prices[asset] = 0.96 - 0.01 * Double(turn % 10)
      }
      weights.update(pool: pool, prices: prices)
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
      found += liquidatable.count
    }
    return Double(found)
  }
}
