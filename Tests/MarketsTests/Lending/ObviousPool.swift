import Markets

/// A slow model of the lending pool that says what it means: everybody's tokens, no indices.
///
/// Lenders without an account and the treasury are holders of their own; interest is added to each
/// balance. Nothing here is shared with the pool but the parameters' numbers.
struct ObviousPool {
  struct Asset {
    var cash: Double
    var lenders: Double
    var treasury = 0.0
    var deficit = 0.0
    var surplus = 0.0
  }

  let parameters: [ReserveParameters]
  /// `[account][asset]` tokens; an account may hold legs of only some assets.
  var supplied: [[Double]]
  var owed: [[Double]]
  var assets: [Asset]

  init(parameters: [ReserveParameters], supplied: [[Double]], owed: [[Double]]) {
    self.parameters = parameters
    self.supplied = supplied
    self.owed = owed
    assets = parameters.indices.map { asset in
      let collateral = supplied.reduce(0) { $0 + $1[asset] }
      let debt = owed.reduce(0) { $0 + $1[asset] }
      // Lenders bring what utilisation of 80 % of the accounts' debt needs.
      return Asset(cash: collateral + debt / 4, lenders: debt / 0.8)
    }
  }

  func totalDebt(_ asset: Int) -> Double { owed.reduce(0) { $0 + $1[asset] } }

  func totalSupply(_ asset: Int) -> Double {
    supplied.reduce(assets[asset].lenders + assets[asset].treasury) { $0 + $1[asset] }
  }

  func health(_ account: Int, _ prices: [Double]) -> (threshold: Double, debt: Double) {
    var sums = (threshold: 0.0, debt: 0.0)
    for asset in parameters.indices {
      sums.threshold +=
        supplied[account][asset] * prices[asset] * parameters[asset].liquidationThreshold
      sums.debt += owed[account][asset] * prices[asset]
    }
    return sums
  }

  mutating func accrue(years: Double) {
    for asset in parameters.indices {
      guard let curve = parameters[asset].interest, totalDebt(asset) > 0 else { continue }
      let debt = totalDebt(asset)
      let supply = totalSupply(asset)
      let cash = assets[asset].cash
      let usage = debt / (cash + debt)
      var rate = curve.base
      if usage <= curve.optimalUtilisation {
        rate += curve.slope1 * usage / curve.optimalUtilisation
      } else {
        let above = usage - curve.optimalUtilisation
        rate += curve.slope1 + curve.slope2 * above / (1 - curve.optimalUtilisation)
      }
      let reserveFactor = parameters[asset].reserveFactor
      let paid = debt / (cash + debt + assets[asset].deficit) * rate * (1 - reserveFactor) * years
      let x = rate * years
      let charged = x + x * x / 2 + x * x * x / 6
      for account in owed.indices {
        owed[account][asset] *= 1 + charged
        supplied[account][asset] *= 1 + paid
      }
      assets[asset].lenders *= 1 + paid
      assets[asset].treasury *= 1 + paid
      assets[asset].treasury += debt * charged * reserveFactor
      assets[asset].surplus += debt * charged * (1 - reserveFactor) - supply * paid
    }
  }

  mutating func supply(_ account: Int, _ asset: Int, _ tokens: Double) {
    supplied[account][asset] += tokens
    assets[asset].cash += tokens
  }

  mutating func withdraw(_ account: Int, _ asset: Int, _ tokens: Double) {
    let taken = min(tokens, supplied[account][asset], assets[asset].cash)
    supplied[account][asset] -= taken
    assets[asset].cash -= taken
  }

  mutating func borrow(_ account: Int, _ asset: Int, _ tokens: Double) {
    let lent = min(tokens, assets[asset].cash)
    owed[account][asset] += lent
    assets[asset].cash -= lent
  }

  mutating func repay(_ account: Int, _ asset: Int, _ tokens: Double) {
    let repaid = min(tokens, owed[account][asset])
    owed[account][asset] -= repaid
    assets[asset].cash += repaid
  }

  mutating func writeOff(_ account: Int, _ asset: Int) {
    assets[asset].deficit += owed[account][asset]
    owed[account][asset] = 0
  }

  /// Seizes for a repayment that the rules have accepted; bad debt where nothing is left.
  mutating func liquidate(
    _ account: Int, collateral: Int, debt: Int, repaying tokens: Double, _ prices: [Double]
  ) {
    guard tokens > 0 else { return }
    let bonus = parameters[collateral].liquidationBonus
    let wanted = tokens * prices[debt] * (1 + bonus) / prices[collateral]
    // Equal to the balance within rounding means the balance.
    let takesAll = wanted >= supplied[account][collateral] * (1 - 1e-12)
    let seized = takesAll ? supplied[account][collateral] : wanted
    let fee = seized * bonus / (1 + bonus) * parameters[collateral].protocolFee
    supplied[account][collateral] = takesAll ? 0 : supplied[account][collateral] - seized
    assets[collateral].treasury += fee
    assets[collateral].cash -= seized - fee
    repay(account, debt, tokens)
    let counted = parameters.indices.contains {
      supplied[account][$0] > 0 && parameters[$0].liquidationThreshold > 0
    }
    if takesAll && !counted {
      for asset in parameters.indices { writeOff(account, asset) }
    }
  }
}
