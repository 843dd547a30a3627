/// One wish to trade or repay, waiting for the phase in which all orders of a round are settled.
///
/// Amounts are upper bounds: settlement takes what the account, the pool and the venues still hold.
package struct Order: Sendable {
  package enum Action: UInt8, Sendable {
    /// Repays from the owner's cash; no venue is touched.
    case topUp
    /// Sells collateral to restore the target health.
    case deleverage
    /// Sells what the debt needs and repays it all.
    case close
    case takeProfit
    case panicSale
    /// Borrows and buys more collateral.
    case releverage
    case reentry
    /// A liquidator sells what it seized in this round.
    case liquidationSale
    /// A liquidator sells from its inventory.
    case inventorySale
  }

  /// Who comes first in the race of transactions; within a class, orders keep their order.
  package enum Priority: UInt8, Sendable, CaseIterable {
    case botOwner, liquidator, professional, retail

    package init(_ latencyClass: LatencyClass) {
      switch latencyClass {
      case .bot: self = .botOwner
      case .pro: self = .professional
      case .retail: self = .retail
      }
    }
  }

  package var action: Action
  package var priority: Priority
  package var market = 0
  package var account = -1
  package var collateralLeg = -1
  package var debtLeg = -1
  package var asset = 0
  /// Tokens of `asset` to sell; for purchases USD to spend stands in `amountUSD`.
  package var tokens = 0.0
  /// Debt to repay, or to borrow for a purchase, USD.
  package var amountUSD = 0.0
  /// Index of the liquidator group and of the member, for sales of liquidators.
  package var group = -1
  package var member = -1
  /// What a liquidator paid for the collateral, gas and bid included.
  package var costUSD = 0.0

  package init(_ action: Action, priority: Priority) {
    self.action = action
    self.priority = priority
  }
}
