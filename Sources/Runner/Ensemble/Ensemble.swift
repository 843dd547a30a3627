package import Cascade
import Dispatch
package import SimulationCore
import Synchronization

/// Runs the paths of an experiment on all workers; the only place with parallelism.
///
/// Paths are grouped in blocks; workers take the next block from a shared counter and leave its rows at
/// its own index. A path depends on (blueprint, path number) alone, so neither the number of workers
/// nor the size of a block changes a bit of the result.
package struct Ensemble: Sendable {
  package let blueprint: Blueprint
  /// Paths to simulate; screened runs simulate about as many.
  package var paths: Int
  /// Number of the first path, or candidate.
  package var firstPath = 0
  package var threads: Int
  /// Paths a block; `nil` = as many as keep a block's prices near the cache.
  package var blockPaths: Int?
  package var timelineEverySteps = 0
  /// Whether each path is run a second time without price feedback, for the amplification.
  package var counterfactual = true
  /// Chooses which candidates are simulated; `nil` = every one.
  package var screening: Screening?
  /// Whether paths come in antithetic pairs.
  package var isPaired = false
  /// What gives the paths' leading normals; `nil` = they are pseudo-random.
  package var points: QuasiRandomPaths?
  package var events = EventSelection.none

  /// The paths whose events are kept.
  package enum EventSelection: Sendable, Equatable {
    case none
    case first(Int)
    /// Those with the largest bad debt, then the largest liquidated collateral.
    case worst(Int)
    case all
  }

  /// How far a run is.
  package struct Progress: Sendable {
    package let done: Int
    package let total: Int
    /// Bad debt of the finished paths in USD, in no particular order; costs a copy.
    ///
    /// Empty in a run whose paths have weights or depend on each other.
    package let badDebtsUSD: @Sendable () -> [Double]
  }

  package init(_ blueprint: Blueprint, paths: Int, threads: Int) {
    self.blueprint = blueprint
    self.paths = paths
    self.threads = threads
  }

  /// Runs all paths, or the blocks in work when `shouldStop` turns true.
  ///
  /// `progress` is called after every block, from any worker.
  package func run(
    shouldStop: @Sendable () -> Bool = { false },
    progress: @Sendable (Progress) -> Void = { _ in }
  ) -> EnsembleResult {
    var result = extending(nil, shouldStop: shouldStop, progress: progress)
    result.events = recordedEvents(of: result.outcomes)
    return result
  }

  /// Runs the paths that `earlier`, a complete result of the same ensemble, lacks.
  ///
  /// The result holds both; events are left for `recordedEvents`. `progress` counts all paths.
  package func extending(
    _ earlier: EnsembleResult?, shouldStop: @Sendable () -> Bool = { false },
    progress: @Sendable (Progress) -> Void = { _ in }
  ) -> EnsembleResult {
    let isWeighted =
      screening != nil || blueprint.priceModel.mixture != nil || isPaired || points != nil
    let known = isWeighted ? [] : earlier?.outcomes.map(\.badDebtUSD) ?? []
    let perPath = screening?.candidatesPerPath ?? 1
    let start = firstPath + (earlier?.candidates ?? 0)
    let end = firstPath + paths * perPath
    let size =
      blockPaths
      ?? Ensemble.blockPaths(
        stepCount: blueprint.stepCount, assetCount: blueprint.assetCount, paths: end - start,
        threads: threads)
    let blockCount = (end - start + size - 1) / size
    let next = Atomic<Int>(0)
    let finished = Finished()
    let workers = max(1, min(threads, blockCount))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var worker = Worker(self, blockPaths: size)
      while !shouldStop() {
        let block = next.add(1, ordering: .relaxed).oldValue
        guard block < blockCount else { return }
        let range = start + block * size..<min(end, start + (block + 1) * size)
        let done = finished.store(worker.run(range), of: range.count, at: block)
        progress(
          Progress(
            done: (start - firstPath + done) / perPath, total: paths,
            badDebtsUSD: { isWeighted ? [] : known + finished.badDebtsUSD() }))
      }
    }
    return collect(finished.blocks(), after: earlier)
  }

  /// Paths a block that keep its prices around two megabytes, and every worker busy to the end.
  ///
  /// Never fewer than the 8 lanes of a generator's tile, unless those alone took 256 megabytes.
  package static func blockPaths(
    stepCount: Int, assetCount: Int, paths: Int = .max, threads: Int = 1
  ) -> Int {
    let perPath = stepCount * assetCount * MemoryLayout<Double>.size
    if 8 * perPath > 256 << 20 { return max(1, (256 << 20) / perPath) }
    // Four blocks a worker at the least.
    let share = paths / (4 * max(1, threads))
    return max(8, min(64, share, (2 << 20) / max(1, perPath)) / 8 * 8)
  }

  /// Rows in path order up to the first block that is missing, and the recorded series.
  private func collect(_ blocks: [BlockResult?], after earlier: EnsembleResult?) -> EnsembleResult {
    var outcomes = earlier?.outcomes ?? []
    outcomes.reserveCapacity(paths)
    var timeline =
      earlier?.timeline ?? Timeline(hours: timelineHours, assetCount: blueprint.assetCount)
    var screened = earlier?.screened ?? screening.map { ScreenedPaths($0) }
    var mixed = earlier?.mixed ?? blueprint.priceModel.mixture.map { MixedPaths($0) }
    for block in blocks {
      guard let block else { break }
      outcomes += block.outcomes
      timeline.values += block.timeline
      if let part = block.screened { screened?.add(part) }
      mixed?.weights += block.weights
    }
    timeline.pathCount =
      timelineEverySteps > 0 ? outcomes.prefix { recordsTimeline($0.path) }.count : 0
    var result = EnsembleResult(
      outcomes: outcomes, timeline: timeline, events: [], requestedPaths: paths)
    result.screened = screened
    if let screened { result.design = screened.design }
    if points != nil {
      result.design = ReplicatedPaths(replicates: QuasiRandomPaths.replicateCount)
    }
    if isPaired { result.design = WeightedPaths(pairedPaths: outcomes.count) }
    result.mixed = mixed
    if let mixed { result.design = mixed.design }
    return result
  }

  /// Whether the series of a path are recorded, those of the first paths or candidates.
  fileprivate func recordsTimeline(_ path: Int) -> Bool {
    path - firstPath < Timeline.maximumPaths * (screening?.candidatesPerPath ?? 1)
  }

  private var timelineHours: [Double] {
    guard timelineEverySteps > 0 else { return [] }
    return stride(from: timelineEverySteps, through: blueprint.stepCount, by: timelineEverySteps)
      .map { Double($0) * blueprint.stepSeconds / 3600 }
  }

  // MARK: Events

  /// Runs the selected paths once more, this time writing down what happens.
  package func recordedEvents(of outcomes: [PathOutcome]) -> [CascadeEvent] {
    let selected = selectedPaths(outcomes)
    guard !selected.isEmpty else { return [] }
    var worker = Worker(self, blockPaths: 1)
    return selected.flatMap { worker.events(of: $0) }
  }

  private func selectedPaths(_ outcomes: [PathOutcome]) -> [Int] {
    switch events {
    case .none: []
    case .all: outcomes.map(\.path)
    case .first(let count): outcomes.prefix(count).map(\.path)
    case .worst(let count):
      outcomes.sorted {
        ($0.badDebtUSD, $0.liquidatedCollateralUSD, -$0.path)
          > ($1.badDebtUSD, $1.liquidatedCollateralUSD, -$1.path)
      }.prefix(count).map(\.path).sorted()
    }
  }
}

/// What a worker leaves behind for one block.
private struct BlockResult: Sendable {
  var outcomes: [PathOutcome] = []
  var timeline: [Double] = []
  var screened: ScreenedPaths?
  /// Of the paths of a mixture.
  var weights: [Double] = []
}

/// Finished blocks at their index; locked once a block.
private final class Finished: Sendable {
  private let state = Mutex<(blocks: [BlockResult?], done: Int)>(([], 0))

  /// Stores a block of so many candidates and returns how many are done.
  func store(_ result: BlockResult, of candidates: Int, at index: Int) -> Int {
    state.withLock { state in
      while state.blocks.count <= index { state.blocks.append(nil) }
      state.blocks[index] = result
      state.done += candidates
      return state.done
    }
  }

  func blocks() -> [BlockResult?] { state.withLock { $0.blocks } }

  func badDebtsUSD() -> [Double] {
    state.withLock { $0.blocks.flatMap { $0?.outcomes.map(\.badDebtUSD) ?? [] } }
  }
}

/// One worker's world, price block and, where wanted, the world without feedback.
private struct Worker {
  let ensemble: Ensemble
  var loop: StepLoop
  var withoutFeedback: StepLoop?
  var block: PriceBlock

  init(_ ensemble: Ensemble, blockPaths: Int) {
    self.ensemble = ensemble
    let blueprint = ensemble.blueprint
    loop = StepLoop(blueprint)
    if ensemble.counterfactual && blueprint.priceFeedback {
      var shadow = blueprint
      shadow.priceFeedback = false
      withoutFeedback = StepLoop(shadow)
    }
    block = blueprint.priceBlock(capacity: blockPaths)
    block.isPaired = ensemble.isPaired
    block.points = ensemble.points
  }

  mutating func run(_ range: Range<Int>) -> BlockResult {
    ensemble.blueprint.fill(&block, range)
    var result = BlockResult()
    result.outcomes.reserveCapacity(range.count)
    result.screened = ensemble.screening.map { ScreenedPaths($0) }
    result.weights = block.weights
    for path in range {
      let slot = path - range.lowerBound
      if let screening = ensemble.screening {
        let stratum = screening.stratum(block, slot: slot)
        result.screened?.candidates[stratum.rawValue] += 1
        guard screening.keeps(path: path, of: stratum) else { continue }
        result.screened?.strata.append(stratum)
      }
      let recording = Recording(
        timelineEverySteps: ensemble.recordsTimeline(path) ? ensemble.timelineEverySteps : 0)
      var outcome = loop.run(path: path, block: block, slot: slot, recording: recording)
      result.timeline += loop.timeline
      if outcome.liquidatedWithoutFeedbackUSD.isNaN {
        outcome.liquidatedWithoutFeedbackUSD =
          withoutFeedback?.run(path: path, block: block, slot: slot).liquidatedCollateralUSD ?? .nan
      }
      if block.clampedCount > 0 { outcome.clampedPrices = block.clampedPrices(onPath: slot) }
      outcome.cappedVariances = block.cappedVariances[slot]
      result.outcomes.append(outcome)
    }
    return result
  }

  mutating func events(of path: Int) -> [CascadeEvent] {
    ensemble.blueprint.fill(&block, path..<path + 1)
    _ = loop.run(path: path, block: block, slot: 0, recording: Recording(events: true))
    return loop.events
  }
}
