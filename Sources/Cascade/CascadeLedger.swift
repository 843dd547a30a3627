import SimulationCore

/// Sorts liquidations into cascades and generations.
///
/// Generation 0 are accounts that the exogenous price alone would have made liquidatable; every other
/// one is induced, one generation after the largest that sold since the account was last healthy.
/// `CascadePartition` says what opens a cascade. Repeated calls on an account in one unhealthy spell
/// count once.
///
/// - Source: branching counts as in Hawkes, Oakes (1974); the partition rule is the simulator's own.
struct CascadeLedger {
  private let roundsPerStep: Int
  /// Largest generation that sold in each round since the start; -1 = none.
  private var generationSold: [Int16]
  private var roundNumber = 0
  private var lastGeneration = 0

  private var partition: CascadePartition
  private(set) var liquidatedAccounts = 0
  private var current = Tally()
  private var largest = Tally()
  /// Of all cascades.
  private(set) var inducedCount = 0
  private(set) var inducedUSD = 0.0
  private var totalCount = 0
  private var totalUSD = 0.0

  private struct Tally {
    var extent = CascadePartition.Extent()
    var accounts = 0
    /// Liquidations and USD of the deepest generation.
    var deepestCount = 0
    var deepestUSD = 0.0
  }

  init(stepCount: Int, stepSeconds: Double, roundsPerStep: Int) {
    partition = CascadePartition(gap: max(1800, 6 * stepSeconds))
    self.roundsPerStep = roundsPerStep
    generationSold = [Int16](repeating: -1, count: stepCount * roundsPerStep + 1)
  }

  mutating func reset() {
    for round in 0..<roundNumber { generationSold[round] = -1 }
    if roundNumber < generationSold.count { generationSold[roundNumber] = -1 }
    roundNumber = 0
    lastGeneration = 0
    partition.reset()
    liquidatedAccounts = 0
    current = Tally()
    largest = Tally()
    inducedCount = 0
    inducedUSD = 0
    totalCount = 0
    totalUSD = 0
  }

  /// Cascades so far.
  var cascadeNumber: Int { partition.count }

  /// The number of the round under way, counted over the whole path.
  var round: Int { roundNumber }

  mutating func nextRound() { roundNumber += 1 }

  /// The generation of an account that sales made liquidatable since the round `lastHealthy`.
  ///
  /// Where nothing was sold in between (an oracle that lags), the last generation that sold counts.
  func inducedGeneration(since lastHealthy: Int) -> Int {
    var largest: Int16 = -1
    for round in lastHealthy..<max(roundNumber, lastHealthy) {
      largest = max(largest, generationSold[round])
    }
    return 1 + (largest >= 0 ? Int(largest) : lastGeneration)
  }

  /// Books one liquidation and returns the number of the cascade that it belongs to, from 1.
  ///
  /// `isFirstOfSpell` says whether it is the account's first call since it was last healthy,
  /// `lastCascadeOfAccount` the cascade in which the account was liquidated before, 0 = never.
  mutating func book(
    generation: Int, usd: Double, isFirstOfSpell: Bool, lastCascadeOfAccount: Int, now: Double
  ) -> Int {
    if partition.opens(generation: generation, at: now) {
      closeCascade()
      current = Tally()
    }
    if generation > current.extent.depth {
      current.deepestCount = 0
      current.deepestUSD = 0
    }
    partition.add(generation: generation, usd: usd, at: now)
    current.extent = partition.current
    lastGeneration = generation
    generationSold[roundNumber] = max(generationSold[roundNumber], Int16(clamping: generation))
    if lastCascadeOfAccount == 0 { liquidatedAccounts += 1 }
    if lastCascadeOfAccount != cascadeNumber { current.accounts += 1 }
    if generation == current.extent.depth {
      current.deepestCount += isFirstOfSpell ? 1 : 0
      current.deepestUSD += usd
    }
    totalUSD += usd
    totalCount += isFirstOfSpell ? 1 : 0
    if generation > 0 {
      inducedUSD += usd
      inducedCount += isFirstOfSpell ? 1 : 0
    }
    return cascadeNumber
  }

  /// The largest cascade by USD, and what had its chance to cause more, at the horizon.
  mutating func finish(horizonSeconds: Double) -> (
    depth: Int, accounts: Int, parents: Int, parentUSD: Double
  ) {
    // A cascade that the horizon cuts: its deepest generation had no chance to reproduce.
    let isCut = horizonSeconds - current.extent.last < partition.gap
    let cutCount = isCut ? current.deepestCount : 0
    let cutUSD = isCut ? current.deepestUSD : 0
    closeCascade()
    return (
      largest.extent.depth + 1, largest.accounts, totalCount - cutCount, max(0, totalUSD - cutUSD)
    )
  }

  private mutating func closeCascade() {
    if current.extent.usd > largest.extent.usd { largest = current }
  }
}
