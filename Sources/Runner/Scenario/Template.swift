import SimulationCore

/// The scenarios that `slipface init` writes: complete, commented, ready to run.
///
/// What a template sets is listed here; every other field of its blocks is added as a comment with its
/// default and meaning, from the field tables.
package enum Template: String, Sendable, CaseIterable {
  case aave, minimal

  /// A value of a template: text as YAML spells it, or what stands below a key.
  indirect enum Value {
    case text(String)
    case map([(String, Value)])
    /// Entries of a list.
    case list([[(String, Value)]])
  }

  /// The scenario as YAML.
  package var text: String {
    let head = [
      "# yaml-language-server: $schema=./slipface.schema.json", "# \(question)",
      "# Lines that begin with '#' show further fields with their defaults.",
    ]
    var writer = TemplateWriter()
    writer.write(ScenarioTable.root, values, indent: 0, showsOthers: false)
    return (head + writer.lines).joined(separator: "\n") + "\n"
  }

  private var question: String {
    switch self {
    case .aave:
      "How much bad debt does a pool with WETH and wstETH collateral make when prices crash?"
    case .minimal: "How often is a borrower liquidated within a month?"
    }
  }

  private var values: [(String, Value)] {
    switch self {
    case .aave: Template.aaveValues
    case .minimal: Template.minimalValues
    }
  }

  private static let minimalValues: [(String, Value)] = [
    ("format", .text(ScenarioTable.format)), ("name", .text("minimal")),
    (
      "run",
      .map([
        ("paths", .text("2000")), ("horizon_hours", .text("720")), ("step_minutes", .text("60")),
      ])
    ),
    (
      "assets",
      .map([
        (
          "WETH", .map([("price_usd", .text("3200")), ("volatility_pct_annual", .text("75"))])
        ), ("USDC", .map([("price_usd", .text("1")), ("volatility_pct_annual", .text("0"))])),
      ])
    ),
    ("dynamics", .map([("model", .text("crash_garch_t"))])),
    (
      "market",
      .map([
        ("kind", .text("aave_v3")),
        (
          "reserves",
          .map([
            (
              "WETH", .map([("ltv_pct", .text("80")), ("liquidation_threshold_pct", .text("83"))])
            ), ("USDC", .map([])),
          ])
        ),
      ])
    ),
    (
      "positions",
      .map([
        ("accounts", .text("200")), ("debt_asset", .text("USDC")),
        ("collateral_mix", .text("{WETH: 1}")),
      ])
    ),
    ("liquidators", .list([[("kind", .text("ideal"))]])),
  ]

  private static let aaveValues: [(String, Value)] = [
    ("format", .text(ScenarioTable.format)), ("name", .text("aave-crash")),
    ("description", .text("WETH and wstETH collateral, USDC debt, a 30 % shock.")),
    (
      "run",
      .map([
        ("paths", .text("2000")), ("seed", .text("1")), ("horizon_hours", .text("72")),
        ("step_minutes", .text("5")),
      ])
    ),
    (
      "assets",
      .map([
        ("WETH", .map([("price_usd", .text("3200")), ("volatility_pct_annual", .text("75"))])),
        ("wstETH", .map([("price_usd", .text("3780")), ("volatility_pct_annual", .text("76"))])),
        ("USDC", .map([("price_usd", .text("1")), ("volatility_pct_annual", .text("1"))])),
      ])
    ),
    (
      "dynamics",
      .map([
        ("model", .text("crash_garch_t")),
        (
          "correlation",
          .map([
            ("order", .text("[WETH, wstETH, USDC]")),
            ("matrix", .text("[[1, 0.97, 0.05], [0.97, 1, 0.05], [0.05, 0.05, 1]]")),
          ])
        ),
      ])
    ),
    (
      "shocks",
      .list([
        [
          ("at_hours", .text("24")), ("assets", .text("[WETH, wstETH]")),
          ("drop_pct", .text("30")), ("over_minutes", .text("60")),
        ]
      ])
    ),
    (
      "market",
      .map([
        ("kind", .text("aave_v3")), ("reserves", .map(reserves)),
        (
          "interest",
          .map([
            (
              "USDC",
              .map([
                ("optimal_utilisation_pct", .text("90")), ("slope1_pct_annual", .text("6")),
                ("slope2_pct_annual", .text("60")),
              ])
            )
          ])
        ),
      ])
    ),
    (
      "positions",
      .map([
        ("accounts", .text("1000")), ("debt_asset", .text("USDC")),
        ("collateral_mix", .text("{WETH: 0.6, wstETH: 0.4}")),
        ("total_debt_usd", .text("500000000")),
      ])
    ),
    (
      "traders",
      .list([
        [("cohort", .text("retail")), ("share_of_accounts_pct", .text("80"))],
        [
          ("rule", .text("overconfident_trader")), ("cohort", .text("funds")),
          ("share_of_accounts_pct", .text("20")), ("latency_class", .text("pro")),
        ],
      ])
    ), ("herd", .map([])),
    (
      "liquidators",
      .list([
        [("kind", .text("flash_loan_bot")), ("count", .text("25"))],
        [("kind", .text("inventory")), ("capital_usd", .text("20000000")), ("count", .text("5"))],
      ])
    ),
    (
      "venues",
      .list([
        [
          ("kind", .text("amm_constant_product")), ("pair", .text("[WETH, USDC]")),
          ("depth_2pct_usd", .text("45000000")), ("fee_bps", .text("5")),
        ],
        [
          ("kind", .text("amm_constant_product")), ("pair", .text("[wstETH, USDC]")),
          ("depth_2pct_usd", .text("43000000")), ("fee_bps", .text("5")),
        ],
        [
          ("kind", .text("cex_impact")), ("asset", .text("WETH")),
          ("depth_2pct_usd", .text("80000000")),
        ],
      ])
    ), ("oracle", .map([("kind", .text("push"))])), ("gas", .map([])), ("output", .map([])),
  ]

  private static let reserves: [(String, Value)] = [
    (
      "WETH",
      .map([
        ("ltv_pct", .text("80.5")), ("liquidation_threshold_pct", .text("83")),
        ("liquidation_bonus_pct", .text("5")),
      ])
    ),
    (
      "wstETH",
      .map([
        ("ltv_pct", .text("78.5")), ("liquidation_threshold_pct", .text("81")),
        ("liquidation_bonus_pct", .text("6")),
      ])
    ),
    (
      "USDC",
      .map([
        ("ltv_pct", .text("75")), ("liquidation_threshold_pct", .text("78")),
        ("liquidation_bonus_pct", .text("4.5")),
      ])
    ),
  ]
}
