package import Cascade
import Dispatch
import SimulationCore
import Synchronization

/// Runs the paths of an experiment on all workers; the only place with parallelism.
///
/// Paths are grouped in blocks; workers take the next block from a shared counter and leave its rows at
/// its own index. A path depends on (blueprint, path number) alone, so neither the number of workers
/// nor the size of a block changes a bit of the result.
package struct Ensemble: Sendable {
  package let blueprint: Blueprint
  package var paths: Int
  package var threads: Int
  /// Paths a block; `nil` = as many as keep a block's prices near the cache.
  package var blockPaths: Int?
  package var timelineEverySteps = 0
  /// Whether each path is run a second time without price feedback, for the amplification.
  package var counterfactual = true
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
    let size =
      blockPaths
      ?? Ensemble.blockPaths(stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    let blockCount = (paths + size - 1) / size
    let next = Atomic<Int>(0)
    let finished = Finished()
    let workers = max(1, min(threads, blockCount))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var worker = Worker(self, blockPaths: size)
      while !shouldStop() {
        let block = next.add(1, ordering: .relaxed).oldValue
        guard block < blockCount else { return }
        let range = block * size..<min(paths, (block + 1) * size)
        let done = finished.store(worker.run(range), at: block)
        progress(
          Progress(done: done, total: paths, badDebtsUSD: { finished.badDebtsUSD() }))
      }
    }
    return collect(finished.blocks(), blockPaths: size)
  }

  /// Paths a block that keep its prices around two megabytes.
  ///
  /// Never fewer than the 8 lanes of a generator's tile, unless those alone took 256 megabytes.
  package static func blockPaths(stepCount: Int, assetCount: Int) -> Int {
    let perPath = stepCount * assetCount * MemoryLayout<Double>.size
    if 8 * perPath > 256 << 20 { return max(1, (256 << 20) / perPath) }
    return max(8, min(64, (2 << 20) / max(1, perPath)) / 8 * 8)
  }

  /// Rows in path order up to the first block that is missing, and the recorded series.
  private func collect(_ blocks: [BlockResult?], blockPaths: Int) -> EnsembleResult {
    var outcomes: [PathOutcome] = []
    outcomes.reserveCapacity(paths)
    var timeline = Timeline(hours: timelineHours, assetCount: blueprint.assetCount)
    for block in blocks {
      guard let block else { break }
      outcomes += block.outcomes
      timeline.values += block.timeline
    }
    timeline.pathCount = timelineEverySteps > 0 ? min(outcomes.count, Timeline.maximumPaths) : 0
    return EnsembleResult(
      outcomes: outcomes, timeline: timeline, events: recordedEvents(of: outcomes),
      requestedPaths: paths)
  }

  private var timelineHours: [Double] {
    guard timelineEverySteps > 0 else { return [] }
    return stride(from: timelineEverySteps, through: blueprint.stepCount, by: timelineEverySteps)
      .map { Double($0) * blueprint.stepSeconds / 3600 }
  }

  // MARK: Events

  /// Runs the selected paths once more, this time writing down what happens.
  private func recordedEvents(of outcomes: [PathOutcome]) -> [CascadeEvent] {
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
  var outcomes: [PathOutcome]
  var timeline: [Double]
}

/// Finished blocks at their index; locked once a block.
private final class Finished: Sendable {
  private let state = Mutex<(blocks: [BlockResult?], done: Int)>(([], 0))

  /// Stores a block and returns the number of finished paths.
  func store(_ result: BlockResult, at index: Int) -> Int {
    state.withLock { state in
      while state.blocks.count <= index { state.blocks.append(nil) }
      state.blocks[index] = result
      state.done += result.outcomes.count
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
    block = PriceBlock(
      capacity: blockPaths, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
  }

  mutating func run(_ range: Range<Int>) -> BlockResult {
    fill(range)
    var result = BlockResult(outcomes: [], timeline: [])
    result.outcomes.reserveCapacity(range.count)
    for path in range {
      let slot = path - range.lowerBound
      let recordsTimeline = path < Timeline.maximumPaths
      let recording = Recording(
        timelineEverySteps: recordsTimeline ? ensemble.timelineEverySteps : 0)
      var outcome = loop.run(path: path, block: block, slot: slot, recording: recording)
      result.timeline += loop.timeline
      if outcome.liquidatedWithoutFeedbackUSD.isNaN {
        outcome.liquidatedWithoutFeedbackUSD =
          withoutFeedback?.run(path: path, block: block, slot: slot).liquidatedCollateralUSD ?? .nan
      }
      if block.clampedCount > 0 { outcome.clampedPrices = block.clampedPrices(onPath: slot) }
      result.outcomes.append(outcome)
    }
    return result
  }

  mutating func events(of path: Int) -> [CascadeEvent] {
    fill(path..<path + 1)
    _ = loop.run(path: path, block: block, slot: 0, recording: Recording(events: true))
    return loop.events
  }

  private mutating func fill(_ range: Range<Int>) {
    let blueprint = ensemble.blueprint
    block.resize(to: range.count)
    block.clampedCount = 0
    blueprint.priceModel.fill(&block, firstPath: range.lowerBound, seed: blueprint.seed)
    for shock in blueprint.shocks {
      shock.add(to: &block, firstPath: range.lowerBound, seed: blueprint.seed)
    }
  }
}
