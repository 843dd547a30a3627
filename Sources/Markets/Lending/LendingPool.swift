import SimulationCore

/// What a reserve holds and owes on a path; in tokens, `scaled` amounts before the index.
package struct ReserveState: Sendable, Equatable {
  package var supplyIndex = 1.0
  package var debtIndex = 1.0
  package var scaledSupply: Double
  package var scaledDebt: Double
  /// Liquidity that may be borrowed or withdrawn.
  package var cash: Double
  /// Debt written off and not covered.
  package var deficit = 0.0
  /// The treasury's part of `scaledSupply`.
  package var scaledTreasury = 0.0
  /// Interest that compounding collects above what the linear supply index pays out.
  package var unallocated = 0.0
  /// Tokens by which sums may be off: 1e-12 of the supply at time 0.
  let rounding: Double

  init(supply: Double, debt: Double) {
    scaledSupply = supply
    scaledDebt = debt
    cash = supply - debt
    rounding = supply * 1e-12
  }

  /// What the reserve can pay out of a balance: all of it, or the cash that is left.
  ///
  /// Cash is a sum over many accounts; that its rounding lacks a last bit keeps nobody from leaving.
  @inline(__always)
  func payable(_ balance: Double) -> Double {
    balance <= cash + rounding ? balance : max(0, cash)
  }

  /// Pays up to `tokens` out of a collateral; a whole balance leaves exactly zero behind.
  @inline(__always)
  fileprivate mutating func withdraw(_ tokens: Double, from supplied: inout Double) -> Double {
    let balance = supplied * supplyIndex
    let taken = min(tokens, payable(balance))
    guard taken > 0 else { return 0 }
    let scaled = taken == balance ? supplied : taken / supplyIndex
    supplied -= scaled
    scaledSupply -= scaled
    cash = max(0, cash - taken)
    return taken
  }

  /// Removes up to `tokens` of a debt; a whole debt leaves exactly zero behind.
  @inline(__always)
  fileprivate mutating func strike(_ tokens: Double, from borrowed: inout Double) -> Double {
    let owed = borrowed * debtIndex
    let struck = min(tokens, owed)
    guard struck > 0 else { return 0 }
    let scaled = struck == owed ? borrowed : struck / debtIndex
    borrowed -= scaled
    scaledDebt -= scaled
    return struck
  }
}

/// Reserves and accounts of one lending market; one entry an asset, in tokens unless said.
///
/// Invariants, held by every operation here: `scaledDebt` is the sum of the rows' `borrowed`;
/// `scaledSupply` is the sum of their `supplied` plus lenders' and treasury's claims; and
/// supply + unallocated = debt + cash + deficit, to rounding. Indices start at 1 and never fall.
package struct LendingPool: Sendable {
  package let parameters: [ReserveParameters]
  package var reserves: [ReserveState]
  package var positions: Positions

  /// A pool at time 0: every index 1, cash = supply - debt.
  package init(parameters: [ReserveParameters], positions: Positions) {
    let assetCount = parameters.count
    var collateral = [Double](repeating: 0, count: assetCount)
    var debt = collateral
    for leg in positions.legAsset.indices {
      collateral[Int(positions.legAsset[leg])] += positions.supplied[leg]
      debt[Int(positions.legAsset[leg])] += positions.borrowed[leg]
    }
    self.parameters = parameters
    self.positions = positions
    reserves = (0..<assetCount).map {
      ReserveState(
        supply: parameters[$0].initialSupply ?? LendingPool.derivedSupply(collateral[$0], debt[$0]),
        debt: debt[$0])
    }
  }

  /// Total supply of a reserve for which the scenario gives none: utilisation of 80 % from debt.
  package static func derivedSupply(_ collateral: Double, _ debt: Double) -> Double {
    collateral + debt / 0.8
  }

  package var assetCount: Int { parameters.count }

  /// Takes over the balances of `start` without allocating.
  package mutating func reset(to start: LendingPool) {
    reserves.overwrite(with: start.reserves)
    positions.reset(to: start.positions)
  }

  /// One account in so many is cheaper to reset alone than with all of them.
  private static let fewChanged = 10

  /// Takes over the reserves of `start` and the balances of `changed` accounts; the others must be those
  /// of `start` already.
  package mutating func reset(to start: LendingPool, changed: [Int32]) {
    guard changed.count < positions.accountCount / LendingPool.fewChanged else {
      return reset(to: start)
    }
    reserves.overwrite(with: start.reserves)
    for account in changed {
      for leg in positions.legs(of: Int(account)) {
        positions.supplied[leg] = start.positions.supplied[leg]
        positions.borrowed[leg] = start.positions.borrowed[leg]
      }
    }
  }

  // MARK: Balances

  /// Tokens that the leg supplies.
  @inline(__always)
  package func collateral(_ leg: Int) -> Double {
    positions.supplied[leg] * reserves[Int(positions.legAsset[leg])].supplyIndex
  }

  /// Tokens that the leg owes.
  @inline(__always)
  package func debt(_ leg: Int) -> Double {
    positions.borrowed[leg] * reserves[Int(positions.legAsset[leg])].debtIndex
  }

  package func totalDebt(_ asset: Int) -> Double {
    reserves[asset].scaledDebt * reserves[asset].debtIndex
  }
  package func totalSupply(_ asset: Int) -> Double {
    reserves[asset].scaledSupply * reserves[asset].supplyIndex
  }

  /// Share of the reserve's liquidity that is lent out; 0 for an empty reserve.
  package func utilisation(_ asset: Int) -> Double {
    let debt = totalDebt(asset)
    return debt > 0 ? debt / (max(reserves[asset].cash, 0) + debt) : 0
  }

  /// The yearly borrow rate of the reserve now.
  package func borrowRate(_ asset: Int) -> Double {
    guard let interest = parameters[asset].interest else { return 0 }
    return interest.rates(
      debt: totalDebt(asset), liquidity: max(reserves[asset].cash, 0),
      deficit: reserves[asset].deficit,
      reserveFactor: parameters[asset].reserveFactor
    ).borrowRate
  }

  /// The yearly borrow rate of every reserve now.
  package func borrowRates(into rates: inout [Double]) {
    for asset in 0..<assetCount { rates[asset] = borrowRate(asset) }
  }

  /// The largest utilisation of the reserves that anybody owes, at least `bound`.
  package func peakUtilisation(atLeast bound: Double) -> Double {
    var peak = bound
    for asset in 0..<assetCount where reserves[asset].scaledDebt > 0 {
      peak = max(peak, utilisation(asset))
    }
    return peak
  }

  /// What the reserve can pay out of the leg's collateral: all of it, or the cash that is left.
  package func payable(_ leg: Int) -> Double {
    reserves[Int(positions.legAsset[leg])].payable(collateral(leg))
  }

  // MARK: Interest

  /// Moves every reserve's indices on by `years`; the treasury is credited with its share.
  package mutating func accrue(years: Double) {
    for asset in 0..<assetCount {
      guard let interest = parameters[asset].interest, reserves[asset].scaledDebt > 0 else {
        continue
      }
      let rates = interest.rates(
        debt: totalDebt(asset), liquidity: max(reserves[asset].cash, 0),
        deficit: reserves[asset].deficit,
        reserveFactor: parameters[asset].reserveFactor)
      let debtBefore = totalDebt(asset)
      let supplyBefore = totalSupply(asset)
      reserves[asset].debtIndex *= InterestAccrual.compounded(rate: rates.borrowRate, years: years)
      reserves[asset].supplyIndex *= InterestAccrual.linear(rate: rates.supplyRate, years: years)
      let debtInterest = totalDebt(asset) - debtBefore
      let supplyInterest = totalSupply(asset) - supplyBefore
      let treasury = debtInterest * parameters[asset].reserveFactor
      let minted = treasury / reserves[asset].supplyIndex
      reserves[asset].scaledTreasury += minted
      reserves[asset].scaledSupply += minted
      reserves[asset].unallocated += debtInterest - supplyInterest - treasury
    }
  }

  // MARK: Movements of one leg

  /// Adds tokens to the leg's collateral, as far as the supply cap allows; returns what was added.
  package mutating func supply(_ leg: Int, _ tokens: Double) -> Double {
    let asset = Int(positions.legAsset[leg])
    let cap = parameters[asset].supplyCap
    let allowed = cap > 0 ? min(tokens, max(0, cap - totalSupply(asset))) : tokens
    guard allowed > 0 else { return 0 }
    let scaled = allowed / reserves[asset].supplyIndex
    positions.supplied[leg] += scaled
    reserves[asset].scaledSupply += scaled
    reserves[asset].cash += allowed
    return allowed
  }

  /// Takes tokens out of the leg's collateral, as far as balance and cash allow.
  package mutating func withdraw(_ leg: Int, _ tokens: Double) -> Double {
    reserves[Int(positions.legAsset[leg])].withdraw(tokens, from: &positions.supplied[leg])
  }

  /// Takes the same share of each of the account's collaterals, as far as cash allows.
  ///
  /// Appends what was taken, in leg order; an infinite share takes all.
  package mutating func withdraw(
    share: Double, of account: Int, into seizures: inout [Seizure]
  ) {
    LendingPool.withdraw(
      share, positions.legs(of: account), of: positions.legAsset, &positions.supplied, &reserves,
      into: &seizures)
  }

  /// The columns apart, so that each is asked once whether it is shared.
  private static func withdraw(
    _ share: Double, _ legs: Range<Int>, of legAsset: [Int32], _ supplied: inout [Double],
    _ reserves: inout [ReserveState], into seizures: inout [Seizure]
  ) {
    supplied.withUnsafeMutableBufferPointer { supplied in
      reserves.withUnsafeMutableBufferPointer { reserves in
        for leg in legs where supplied[leg] > 0 {
          let asset = Int(legAsset[leg])
          let balance = supplied[leg] * reserves[asset].supplyIndex
          let taken = reserves[asset].withdraw(share * balance, from: &supplied[leg])
          if taken > 0 { seizures.append(Seizure(asset: asset, tokens: taken)) }
        }
      }
    }
  }

  /// Borrows tokens on the leg, as far as cash and the borrow cap allow; returns what was lent.
  package mutating func borrow(_ leg: Int, _ tokens: Double) -> Double {
    let asset = Int(positions.legAsset[leg])
    let cap = parameters[asset].borrowCap
    let room = cap > 0 ? max(0, cap - totalDebt(asset)) : Double.infinity
    let lent = min(tokens, room, max(0, reserves[asset].cash))
    guard lent > 0 else { return 0 }
    let scaled = lent / reserves[asset].debtIndex
    positions.borrowed[leg] += scaled
    reserves[asset].scaledDebt += scaled
    reserves[asset].cash -= lent
    return lent
  }

  /// Repays tokens of the leg's debt, at most what it owes; returns what was repaid.
  package mutating func repay(_ leg: Int, _ tokens: Double) -> Double {
    let asset = Int(positions.legAsset[leg])
    let repaid = reserves[asset].strike(tokens, from: &positions.borrowed[leg])
    reserves[asset].cash += repaid
    return repaid
  }

  /// Hands a share of the leg's collateral to the treasury inside the pool.
  package mutating func transferToTreasury(_ leg: Int, _ tokens: Double) {
    let asset = Int(positions.legAsset[leg])
    let balance = collateral(leg)
    let moved = min(tokens, balance)
    guard moved > 0 else { return }
    let scaled = moved == balance ? positions.supplied[leg] : moved / reserves[asset].supplyIndex
    positions.supplied[leg] -= scaled
    reserves[asset].scaledTreasury += scaled
  }

  /// Burns what the leg still owes and books it as the reserve's deficit; returns the tokens.
  package mutating func writeOff(_ leg: Int) -> Double {
    let asset = Int(positions.legAsset[leg])
    let written = reserves[asset].strike(.infinity, from: &positions.borrowed[leg])
    reserves[asset].deficit += written
    return written
  }
}
