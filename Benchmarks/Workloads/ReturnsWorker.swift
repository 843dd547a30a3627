import SimulationCore

/// Workload R: prices only, looked at once each and not stored.
struct ReturnsWorker: WorkloadWorker {
  /// End, lowest and time-weighted mean price of each asset.
  static let statistics = ["end_price", "min_price", "mean_price"].flatMap { name in
    (0..<WorkloadMarket.assetCount).map { "\(name)_\($0)" }
  }

  private let model: any PriceModel
  private var block: PriceBlock

  init(_ model: any PriceModel, blockPaths: Int) {
    self.model = model
    block = PriceBlock(
      capacity: blockPaths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    model.fill(&block, firstPath: paths.lowerBound, seed: WorkloadMarket.seed)
    let price = VectorMath.exp(block.logPrice)
    let assetCount = WorkloadMarket.assetCount
    for slot in 0..<paths.count {
      var low = SIMD8<Double>(repeating: 1)
      var sum = SIMD8<Double>.zero
      var last = low
      for step in 0..<WorkloadMarket.stepCount {
        let offset = block.offset(path: slot, step: step)
        for asset in 0..<assetCount { last[asset] = price[offset + asset] }
        low = pointwiseMin(low, last)
        sum += last
      }
      let mean = sum / Double(WorkloadMarket.stepCount)
      for column in [last, low, mean] {
        for asset in 0..<assetCount { rows.append(column[asset]) }
      }
    }
  }
}
