package import SimulationCore

/// A group of like liquidators: what they need to act, and what they do with what they seize.
package struct LiquidatorGroup: Sendable {
  package enum Kind: Sendable {
    /// Unlimited capital, no latency, gas or profit test; takes accounts in order.
    case ideal
    /// Borrows for one transaction and sells all it seizes in the same step.
    case flashLoan
    /// Pays with its own capital and sells what it seized little by little.
    case inventory
  }

  package var kind: Kind
  package var count = 1
  /// USD of each member; unlimited for flash loans.
  package var capital = Distribution.constant(.infinity)
  package var latencyBlocks = 1
  package var minimumProfitUSD = 0.0
  package var gasUnits = 400_000.0
  /// Fixed gas price; `nil` = the gas market's.
  package var gasGwei: Double?
  /// Share of the gross profit that goes to block builders.
  package var bidShare = 0.8
  /// Time constant of the resale, in years.
  package var unwindYears = 1.0 / 8760
  /// Stops while the moving volatility is above this; infinite = never.
  package var withdrawsAboveVolatility = Double.infinity
  /// Largest repayment in one transaction, USD.
  package var maximumRepayUSD = Double.infinity

  package init(kind: Kind) { self.kind = kind }
}

/// A liquidator that a scenario can name.
package protocol Liquidator: Registered {
  /// The group's settings from its checked section.
  static func group(_ section: Section) -> LiquidatorGroup
}

/// The liquidators that a scenario can name; one line each.
package enum Liquidators {
  package static let all: [any Liquidator.Type] = [
    IdealLiquidator.self, FlashLoanBot.self, InventoryLiquidator.self,
  ]

  package static let family = Family(
    "liquidator", "Who liquidates, with what capital, how fast, and for what profit.",
    selector: "kind", members: all)

  package static func build(_ section: Section) -> LiquidatorGroup {
    guard let type = all.first(where: { $0.kind == section.kind }) else {
      preconditionFailure("a checked section names a known kind")
    }
    return type.group(section)
  }

  fileprivate static let maximumRepay = Field(
    "max_repay_usd", .number(.usd, .positive), .optional, "Largest repayment in one transaction.")

  fileprivate static let competitive: [Field] = [
    Field(
      "count", .integer(1...100_000), .defaults("1"),
      "Number of like liquidators; without a limit on capital one does what many do."),
    Field(
      "latency_blocks", .integer(0...100_000), .defaults("1"),
      "Blocks between an account becoming liquidatable and the transaction.", neutral: "0"),
    Field(
      "min_profit_usd", .number(.usd, .nonNegative), .defaults("0"),
      "Profit after gas and bid below which it stays out.", neutral: "0"),
    Field(
      "gas_units", .number(.gas, .nonNegative), .defaults("400000"), "Gas of one transaction.",
      neutral: "0"),
    Field(
      "gas_gwei", .number(.gwei, .nonNegative), .derived("the `gas` block's price, else 40"),
      "Fixed gas price."),
    Field(
      "bid_share_pct", .number(.percent, .percentage), .defaults("80"),
      "Share of the gross profit bid for priority.", neutral: "0"),
    Field(
      "withdraws_above_volatility_pct_annual", .number(.percentAnnual, .positive), .optional,
      "Stops while the moving volatility of the collateral is above this."),
    maximumRepay,
  ]

  fileprivate static func competitiveGroup(_ kind: LiquidatorGroup.Kind, _ section: Section)
    -> LiquidatorGroup
  {
    var group = LiquidatorGroup(kind: kind)
    group.count = section.integer("count")
    group.latencyBlocks = section.integer("latency_blocks")
    group.minimumProfitUSD = section.number("min_profit_usd")
    group.gasUnits = section.number("gas_units")
    group.gasGwei = section.optionalNumber("gas_gwei")
    group.bidShare = section.number("bid_share_pct")
    group.withdrawsAboveVolatility =
      section.optionalNumber("withdraws_above_volatility_pct_annual") ?? .infinity
    group.maximumRepayUSD = section.optionalNumber("max_repay_usd") ?? .infinity
    group.capital = section.distribution("capital_usd") ?? .constant(.infinity)
    return group
  }
}

/// Liquidates everything that is liquidatable, at once and at no cost: the benchmark.
package enum IdealLiquidator: Liquidator {
  package static let kind = "ideal"
  package static let summary = "Unlimited capital, no latency, no cost: liquidates all it may."
  package static let fields: [Field] = [Liquidators.maximumRepay]

  package static func group(_ section: Section) -> LiquidatorGroup {
    var group = LiquidatorGroup(kind: .ideal)
    group.latencyBlocks = 0
    group.maximumRepayUSD = section.optionalNumber("max_repay_usd") ?? .infinity
    return group
  }
}

/// Borrows, liquidates and sells in one transaction: no inventory, immediate impact.
///
/// - Source: Lehar, Parlour (2022), "Systemic fragility in decentralized markets".
package enum FlashLoanBot: Liquidator {
  package static let kind = "flash_loan_bot"
  package static let summary = "Borrows for one transaction and sells what it seizes at once."
  package static let fields: [Field] =
    [
      Field(
        "capital_usd", .distribution(.usd, .positive), .optional,
        "Largest flash loan; absent = unlimited.")
    ] + Liquidators.competitive

  package static func group(_ section: Section) -> LiquidatorGroup {
    Liquidators.competitiveGroup(.flashLoan, section)
  }
}

/// Liquidates with its own capital and unwinds what it seized over time.
package enum InventoryLiquidator: Liquidator {
  package static let kind = "inventory"
  package static let summary = "Pays with its own capital and sells what it seized over time."
  package static let fields: [Field] =
    [
      Field(
        "capital_usd", .distribution(.usd, .positive), .required, "Capital of each liquidator."),
      Field(
        "unwind_hours", .number(.hours, .positive), .defaults("1"),
        "Time constant of the resale."),
    ] + Liquidators.competitive

  package static func group(_ section: Section) -> LiquidatorGroup {
    var group = Liquidators.competitiveGroup(.inventory, section)
    group.unwindYears = section.number("unwind_hours")
    return group
  }
}
