/// One liquidation call as Aave v3.3 to v3.7 decides it, in tokens and USD at oracle prices.
///
/// - Source: aave-dao/aave-v3-origin, LiquidationLogic.executeLiquidationCall.
package struct AaveV3Liquidation: Sendable {
  /// Share of the whole debt that one call may repay while partial closing applies.
  package var closeFactor = 0.5
  /// At or below this health factor one call may repay everything.
  package var fullCloseBelowHealth = 0.95
  /// Partial closing applies only where collateral and debt of the call are worth at least this.
  package var minimumPartialUSD = 2000.0
  /// What a partial call must leave on both sides.
  package var minimumLeftoverUSD = 1000.0

  private static let almostAll = 1 - 1e-12

  package init() {}

  /// The account and the two assets of the call.
  package struct Call: Sendable {
    package var account: AccountHealth
    package var collateralBalance: Double
    package var collateralPrice: Double
    /// Whether the account supplies anything besides the asset to be seized.
    package var hasOtherCollateral: Bool
    package var debtBalance: Double
    package var debtPrice: Double
    /// 0.05 = the liquidator receives 1.05 USD for each USD.
    package var bonus: Double
    /// Share of the bonus that goes to the treasury.
    package var protocolFee: Double

    package init(
      account: AccountHealth, collateralBalance: Double, collateralPrice: Double,
      hasOtherCollateral: Bool, debtBalance: Double, debtPrice: Double, bonus: Double,
      protocolFee: Double
    ) {
      self.account = account
      self.collateralBalance = collateralBalance
      self.collateralPrice = collateralPrice
      self.hasOtherCollateral = hasOtherCollateral
      self.debtBalance = debtBalance
      self.debtPrice = debtPrice
      self.bonus = bonus
      self.protocolFee = protocolFee
    }
  }

  package enum Refusal: String, Error, Sendable {
    case healthFactorNotBelowThreshold = "HealthFactorNotBelowThreshold"
    case mustNotLeaveDust = "MustNotLeaveDust"
  }

  /// What an accepted call moves, in tokens.
  package struct Settlement: Sendable, Equatable {
    package var debtRepaid: Double
    /// Collateral that leaves the account, the treasury's fee included.
    package var collateralSeized: Double
    package var collateralFee: Double
    /// Every collateral of the account is gone: what it still owes becomes the reserves' deficit.
    package var leavesDeficit: Bool

    package var collateralToLiquidator: Double { collateralSeized - collateralFee }
  }

  /// The most that one call may repay of the debt asset, in tokens.
  package func maximumRepayment(_ call: Call) -> Double {
    let collateralUSD = call.collateralBalance * call.collateralPrice
    let debtUSD = call.debtBalance * call.debtPrice
    let account = call.account
    let partial =
      collateralUSD >= minimumPartialUSD && debtUSD >= minimumPartialUSD
      && account.thresholdUSD > fullCloseBelowHealth * account.debtUSD
    guard partial else { return call.debtBalance }
    let limitUSD = closeFactor * account.debtUSD
    return debtUSD > limitUSD ? limitUSD / call.debtPrice : call.debtBalance
  }

  /// Settles a call that wants to repay `requested` tokens; `nil` = as much as allowed.
  ///
  /// A request within 1e-12 of the most that is allowed, or of what the collateral pays for, means
  /// just that: amounts that went through a price and back must not leave the last bit as dust.
  package func settle(_ call: Call, requested: Double? = nil) -> Result<Settlement, Refusal> {
    guard call.account.isLiquidatable else { return .failure(.healthFactorNotBelowThreshold) }
    let maximum = maximumRepayment(call)
    var repaid = requested ?? maximum
    if repaid > maximum * AaveV3Liquidation.almostAll { repaid = maximum }
    var seized = repaid * call.debtPrice / call.collateralPrice * (1 + call.bonus)
    if seized > call.collateralBalance * AaveV3Liquidation.almostAll {
      seized = call.collateralBalance
      repaid = seized * call.collateralPrice / call.debtPrice / (1 + call.bonus)
    }
    let takesAllCollateral = seized >= call.collateralBalance
    if repaid < call.debtBalance && !takesAllCollateral {
      let debtLeftUSD = (call.debtBalance - repaid) * call.debtPrice
      let collateralLeftUSD = (call.collateralBalance - seized) * call.collateralPrice
      if debtLeftUSD < minimumLeftoverUSD || collateralLeftUSD < minimumLeftoverUSD {
        return .failure(.mustNotLeaveDust)
      }
    }
    let bonusPart = seized - seized / (1 + call.bonus)
    return .success(
      Settlement(
        debtRepaid: repaid, collateralSeized: seized, collateralFee: call.protocolFee * bonusPart,
        leavesDeficit: takesAllCollateral && !call.hasOtherCollateral))
  }

  /// The largest repayment not above `wanted` that leaves no dust; 0 where there is none.
  ///
  /// The contract refuses a call that leaves dust, so a liquidator repays all, seizes all, or shrinks
  /// the amount until both remainders are worth `minimumLeftoverUSD`.
  package func acceptedRepayment(_ call: Call, wanted: Double) -> Double {
    if case .success(let settlement) = settle(call, requested: wanted) {
      return settlement.debtRepaid
    }
    guard call.account.isLiquidatable else { return 0 }
    let byDebt = call.debtBalance - minimumLeftoverUSD / call.debtPrice
    let byCollateral =
      (call.collateralBalance - minimumLeftoverUSD / call.collateralPrice) * call.collateralPrice
      / call.debtPrice / (1 + call.bonus)
    // A hair below the bound, so that rounding cannot leave a remainder just under the minimum.
    let shrunk = min(wanted, byDebt, byCollateral) * (1 - 1e-12)
    guard shrunk > 0, case .success(let settlement) = settle(call, requested: shrunk) else {
      return 0
    }
    return settlement.debtRepaid
  }
}
