/// Two pools that sell the same collateral in one shallow venue.
///
/// `near` stands close to liquidation, `quiet` further away. `quiet` comes first, so that its draws do not depend on `near`.
enum PairedMarkets {
  static let text = """
    format: slipface/1
    name: pair
    run: {paths: 200, horizon_hours: 24, step_minutes: 15}
    assets:
      WETH: {price_usd: 3000, volatility_pct_annual: 120}
      USDC: {price_usd: 1, volatility_pct_annual: 0}
    dynamics: {model: gbm}
    shocks:
      - {at_hours: 6, asset: WETH, drop_pct: 12, over_minutes: 60}
    markets:
      quiet:
        kind: aave_v3
        block_seconds: 2
        oracle: fast
        reserves: &reserves
          WETH: {ltv_pct: 80, liquidation_threshold_pct: 83, liquidation_bonus_pct: 5}
          USDC: {ltv_pct: 0, liquidation_threshold_pct: 0}
      near:
        kind: aave_v3
        oracle: slow
        reserves: *reserves
    oracles:
      slow: {kind: push, latency_blocks: 3, deviation_bps: 0}
      fast: {kind: spot}
    positions:
      - market: quiet
        accounts: 60
        debt_asset: USDC
        collateral_mix: {WETH: 1}
        total_debt_usd: 30000000
        health_factor: {distribution: uniform, min: 1.2, max: 1.6}
      - market: near
        accounts: 80
        debt_asset: USDC
        collateral_mix: {WETH: 1}
        total_debt_usd: 60000000
        health_factor: {distribution: uniform, min: 1.02, max: 1.1}
    traders:
      - {cohort: retail, share_of_accounts_pct: 40}
    liquidators:
      - {kind: ideal}
    venues:
      - {kind: cex_impact, asset: WETH, depth_2pct_usd: 20000000, recovery_half_life_minutes: 240}
    """ + "\n"
}
