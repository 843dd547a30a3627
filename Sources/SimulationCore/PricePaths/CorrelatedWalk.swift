import CKernels

/// Random walks of the log prices whose returns are made from correlated draws.
///
///     r = drift + m * sd * (F z),   z ~ N(0, I),   m one draw a step of the mixing law, or 1
///
/// or whatever the model's stages make of `sd * (F z)` and m. Paths are made in tiles of 8 paths by
/// 256 steps that are aligned to path and step numbers, so that a path's bits do not depend on its
/// block.
///
/// - Cost: O(paths x steps x assets squared).
struct CorrelatedWalk: Sendable {
  private let assetCount: Int
  private let stepCount: Int
  /// Of the log price a step.
  private let drift: [Double]
  /// Of the moves a step, without the mixing law's part.
  private let variance: [Double]
  private let draws: CorrelatedDraws

  /// Log prices drift by mu - s^2 / 2 a year, with standard deviation s a year times the draw of
  /// `mixing`.
  init(_ setting: PriceSetting, mixing: TabulatedQuantile? = nil) {
    self.init(
      setting,
      annualDrift: setting.assets.map { $0.drift - 0.5 * $0.volatility * $0.volatility },
      stepDeviation: setting.assets.map { $0.volatility * setting.stepYears.squareRoot() },
      mixing: mixing)
  }

  /// A drift of the log price a year, and a standard deviation a step on which the stages build.
  init(
    _ setting: PriceSetting, annualDrift: [Double], stepDeviation: [Double],
    mixing: TabulatedQuantile? = nil
  ) {
    let count = setting.assets.count
    precondition(setting.correlation.count == count, "one row of correlation an asset")
    assetCount = count
    stepCount = setting.stepCount
    drift = annualDrift.map { $0 * setting.stepYears }
    variance = stepDeviation.map { $0 * $0 }
    draws = CorrelatedDraws(
      coefficients: (0..<count * count).map {
        stepDeviation[$0 / count] * setting.correlation.factor[$0]
      },
      mixing: mixing)
  }

  /// Draws normal moves with a constant variance from `mixture`.
  func mixed(_ mixture: CrashMixture) -> MixtureStage<NoStage> {
    MixtureStage(
      mixture: mixture, volatility: NoStage(), bigStep: nil, buildUp: nil, stepCount: stepCount)
  }

  /// Draws Student-t moves and their variance from `mixture`; big steps go along `basket`, `[asset]`.
  func mixed(
    _ mixture: CrashMixture, _ volatility: SettledStage<CommonVariance>, degreesOfFreedom: Double,
    basket: [Double]
  ) -> MixtureStage<SettledStage<CommonVariance>> {
    MixtureStage(
      mixture: mixture, volatility: volatility,
      bigStep: BigStep(
        mixture, degreesOfFreedom: degreesOfFreedom, factor: draws.coefficients, basket: basket),
      buildUp: VarianceBuildUp(
        volatility, factor: draws.coefficients, degreesOfFreedom: degreesOfFreedom,
        stepCount: stepCount),
      stepCount: stepCount)
  }

  /// Fills the block with the walk as drawn.
  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    let isMixed = draws.mixing != nil
    forEachTile(of: &block, firstPath: firstPath, seed: seed, start: { _ in }) {
      tile, block, place in
      store(&tile, scaled: isMixed, place, &block)
    }
  }

  /// Fills the block with what the stages, one after the other, make of the draws.
  func fill<Volatility: ReturnStage, Jumps: ReturnStage>(
    _ block: inout PriceBlock, firstPath: Int, seed: UInt64, _ volatility: Volatility,
    _ jumps: Jumps
  ) {
    block.weights = []
    fill(&block, firstPath: firstPath, seed: seed, volatility, jumps, weight: nil)
  }

  /// Fills the block with paths of a mixture, weights included; its events are those of `jumps`.
  func fill<Volatility: ReturnStage, Sizes: JumpSizes>(
    _ block: inout PriceBlock, firstPath: Int, seed: UInt64, _ mixed: MixtureStage<Volatility>,
    _ jumps: JumpStage<Sizes>
  ) {
    block.weights = [Double](repeating: 1, count: block.pathCount)
    fill(&block, firstPath: firstPath, seed: seed, mixed, jumps) { laws, events, lane in
      mixed.weight(laws, lane: lane, crashLogRatio: jumps.logRatio(events, lane: lane))
    }
  }

  private func fill<Volatility: ReturnStage, Jumps: ReturnStage>(
    _ block: inout PriceBlock, firstPath: Int, seed: UInt64, _ volatility: Volatility,
    _ jumps: Jumps, weight: ((Volatility.State, Jumps.State, _ lane: Int) -> Double)?
  ) {
    var variances = volatility.state(assetCount: assetCount)
    var events = jumps.state(assetCount: assetCount)
    forEachTile(
      of: &block, firstPath: firstPath, seed: seed,
      start: { tile in
        volatility.start(&variances, &tile)
        jumps.start(&events, &tile)
      }
    ) { tile, block, place in
      volatility.apply(&tile, &variances)
      jumps.apply(&tile, &events)
      store(&tile, scaled: false, place, &block)
      guard let weight, tile.steps.upperBound == stepCount else { return }
      for lane in place.lanes {
        block.weights[tile.firstPath + lane - firstPath] = weight(variances, events, lane)
      }
    }
  }

  /// Where a tile's lanes go: consecutive paths of the block, from entry `offset` on.
  private struct Place {
    let lanes: Range<Int>
    let offset: Int
  }

  /// Draws tile after tile; `start` is told of new paths, `finish` makes returns of the draws and
  /// stores them.
  private func forEachTile(
    of block: inout PriceBlock, firstPath: Int, seed: UInt64, start: (inout WalkTile) -> Void,
    finish: (inout WalkTile, inout PriceBlock, Place) -> Void
  ) {
    precondition(
      block.stepCount == stepCount && block.assetCount == assetCount, "the block fits the model")
    let endPath = firstPath + block.pathCount
    precondition(firstPath >= 0 && endPath <= 1 << 32, "path numbers have 32 bits")
    block.clampedCount = 0
    guard assetCount > 0 && stepCount > 0 else { return }
    var tile = block.takeTile()
    tile.seed = seed
    tile.isPaired = block.isPaired
    tile.points = block.points
    tile.firstPath = firstPath - firstPath % WalkTile.laneCount
    while tile.firstPath < endPath {
      tile.logPrices.fill(with: 0)
      start(&tile)
      // What settled before time 0 is no part of the path.
      tile.cappedVariances = .zero
      let lanes =
        max(firstPath - tile.firstPath, 0)..<min(endPath - tile.firstPath, WalkTile.laneCount)
      for firstStep in stride(from: 0, to: stepCount, by: WalkTile.stepCapacity) {
        tile.steps = firstStep..<min(stepCount, firstStep + WalkTile.stepCapacity)
        draws.draw(&tile)
        if tile.keepsInside { tile.startInside(variance) }
        let offset = block.offset(
          path: tile.firstPath + lanes.lowerBound - firstPath, step: firstStep)
        let place = Place(lanes: lanes, offset: offset)
        finish(&tile, &block, place)
        if tile.keepsInside { keepInside(tile, place, &block) }
        if !block.regime.isEmpty { keepRegimes(tile, place, &block) }
      }
      for lane in lanes {
        block.cappedVariances[tile.firstPath + lane - firstPath] = Int(tile.cappedVariances[lane])
      }
      tile.firstPath += WalkTile.laneCount
    }
    block.tile = tile
  }

  /// Copies what happens inside the tile's steps to the block.
  private func keepInside(_ tile: WalkTile, _ place: Place, _ block: inout PriceBlock) {
    for lane in place.lanes {
      var entry = place.offset + (lane - place.lanes.lowerBound) * stepCount * assetCount
      for step in 0..<tile.steps.count {
        for asset in 0..<assetCount {
          let column = asset * WalkTile.columnCount + step * WalkTile.laneCount + lane
          block.variance[entry] = tile.variances[column]
          block.jump[entry] = tile.jumps[column]
          entry += 1
        }
      }
    }
  }

  private func keepRegimes(_ tile: WalkTile, _ place: Place, _ block: inout PriceBlock) {
    for lane in place.lanes {
      let first = place.offset / assetCount + (lane - place.lanes.lowerBound) * stepCount
      for step in 0..<tile.steps.count {
        block.regime[first + step] = tile.regimes[step * WalkTile.laneCount + lane]
      }
    }
  }

  /// Sums drift plus moves, times the tile's scale where `scaled`, and writes the lanes' log prices.
  private func store(
    _ tile: inout WalkTile, scaled: Bool, _ place: Place, _ block: inout PriceBlock
  ) {
    let (pathStride, count) = (stepCount * assetCount, tile.steps.count)
    precondition(
      place.offset + (place.lanes.count - 1) * pathStride + count * assetCount
        <= block.logPrice.count, "the lanes lie inside the block")
    func walk(_ scale: UnsafePointer<Double>?) {
      block.clampedCount += block.logPrice.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return ck_walk_tile(
          Int32(assetCount), Int32(count), Int32(place.lanes.lowerBound),
          Int32(place.lanes.upperBound), drift, scale, PriceBlock.limit, tile.moves,
          &tile.logPrices, base + place.offset, pathStride)
      }
    }
    if scaled { walk(tile.scale) } else { walk(nil) }
  }
}
