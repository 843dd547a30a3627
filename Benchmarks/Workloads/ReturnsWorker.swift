import SimulationCore

/// Workload R: prices only, looked at once each and not stored.
struct ReturnsWorker: WorkloadWorker {
  /// End, lowest and time-weighted mean price of each asset.
  static let statistics = ["end_price", "min_price", "mean_price"].flatMap { name in
    (0..<WorkloadMarket.assetCount).map { "\(name)_\($0)" }
  }

  private let model: any PriceModel
  private var block: PriceBlock
  /// Of one path.
  private var prices: [SIMD8<Double>]

  init(_ model: any PriceModel, blockPaths: Int) {
    precondition(WorkloadMarket.assetCount == 8, "a step's prices fill one SIMD8")
    self.model = model
    block = PriceBlock(
      capacity: blockPaths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
    prices = Array(repeating: .zero, count: WorkloadMarket.stepCount)
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    model.fill(&block, firstPath: paths.lowerBound, seed: WorkloadMarket.seed)
    for slot in 0..<paths.count {
      takeExponentials(slot)
      var low = SIMD8<Double>(repeating: 1)
      var sum = SIMD8<Double>.zero
      for price in prices {
        low.replace(with: price, where: price .< low)
        sum += price
      }
      let mean = sum / Double(WorkloadMarket.stepCount)
      for column in [prices[prices.count - 1], low, mean] {
        for asset in 0..<WorkloadMarket.assetCount { rows.append(column[asset]) }
      }
    }
  }

  private mutating func takeExponentials(_ slot: Int) {
    let first = block.offset(path: slot, step: 0)
    let count = WorkloadMarket.stepCount * WorkloadMarket.assetCount
    block.logPrice.withUnsafeBufferPointer { logPrices in
      prices.withUnsafeMutableBytes { bytes in
        let target = bytes.bindMemory(to: Double.self)
        guard let source = logPrices.baseAddress, let start = target.baseAddress else { return }
        VectorMath.exp(source + first, count: count, into: start)
      }
    }
  }
}
