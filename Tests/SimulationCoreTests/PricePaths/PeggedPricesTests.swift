import Foundation
import SimulationCore
import Testing

@Suite("Pegged assets")
struct PeggedPricesTests {
  private static let assets = [
    asset("stETH", volatility: 0.9), asset("ETH", volatility: 0.9), asset("USDX"),
  ]

  private func peg(
    _ place: Int, to target: Int?, start: Double = 0, _ values: [String: Value] = [:],
    stress: [String: Value]? = nil
  ) throws -> Peg {
    var values = values
    if let stress, case .block(let table)? = Peg.table["stress"]?.type {
      values["stress"] = .section(section(table, stress))
    }
    return Peg(
      section(Peg.table, ["to": .text("x")].merging(values) { $1 }), asset: place, target: target,
      start: start)
  }

  /// Log prices `[path][step][asset]`.
  private func paths(
    _ pegs: [Peg], stepHours: Double = 1, stepCount: Int, count: Int, firstPath: Int = 0,
    kind: String = "gbm"
  ) throws -> [Double] {
    let setting = PriceSetting(
      assets: Self.assets, stepCount: stepCount, stepYears: stepHours / 8760,
      correlation: .identity(3), pegs: pegs)
    return logPrices(
      try PriceModels.build(kind, try dynamics(kind), setting), firstPath: firstPath, count: count,
      stepCount: stepCount, assetCount: 3, seed: 21)
  }

  @Test("without noise the price is that of the other asset; a gap at time 0 halves in its time")
  func followsTarget() throws {
    let start = log(0.95)
    let quiet: [String: Value] = ["depeg_sd_bps": .number(0), "half_life_hours": .number(10)]
    for kind in ["gbm", "crash_garch_t"] {
      let all = try paths(
        [try peg(0, to: 1, start: start, quiet)], stepCount: 20, count: 3, kind: kind)
      for path in 0..<3 {
        let row = (path * 20 + 9) * 3
        // The gap to the peg after ten hours, less that at time 0.
        #expect(abs(all[row] - all[row + 1] - (0.5 * start - start)) < 1e-12)
      }
    }
  }

  /// Exact law of the Ornstein-Uhlenbeck process, as in the project's vector `ou-a`.
  @Test(
    "the gap has the exact law, in steps of any length, |z| < 4", arguments: [(1.0, 6), (6, 1)])
  func law(stepHours: Double, stepCount: Int) throws {
    let law = OrnsteinUhlenbeckLaw(
      from: -0.05, mu: 0, kappa: 0.125, sigma: 0.002, time: 6)
    let peg = try peg(
      2, to: nil, start: -0.05,
      [
        "depeg_sd_bps": .number(1e4 * law.stationaryVariance.squareRoot()),
        "half_life_hours": .number(law.halfLife),
      ])
    let all = try paths([peg], stepHours: stepHours, stepCount: stepCount, count: 20_000)
    let gaps = (1...20_000).map { all[$0 * stepCount * 3 - 1] - 0.05 }
    #expect(abs(meanScore(gaps, law.mean)) < 4)
    let squares = gaps.map { ($0 - law.mean) * ($0 - law.mean) }
    #expect(abs(meanScore(squares, law.variance)) < 4)
    let below = law.probability(below: -0.03)
    #expect(abs(meanScore(gaps.map { $0 < -0.03 ? 1 : 0 }, below)) < 4)
  }

  /// Mean of (J e^(-c t))^power at time T, t the time since the last event of rate l:
  /// l J^power (1 - e^(-(l + power c) T)) / (l + power c).
  private func renewed(_ move: Double, power: Double, rate: Double, decay: Double, _ time: Double)
    -> Double
  {
    let sum = rate + power * decay
    return rate * pow(move, power) * (1 - exp(-sum * time)) / sum
  }

  @Test("stresses come at their rate, renew each other and fade, in steps of any length, |z| < 4")
  func stress() throws {
    let peg = try peg(
      2, to: nil, ["depeg_sd_bps": .number(0)],
      stress: [
        "rate_per_year": .number(365), "drop_pct": .number(5), "half_life_hours": .number(24),
      ])
    let (days, move, decay) = (2.0, log(0.95), log(2.0))
    func ends(_ steps: Int) throws -> [Double] {
      let all = try paths([peg], stepHours: 48 / Double(steps), stepCount: steps, count: 10_000)
      return (1...10_000).map { all[$0 * steps * 3 - 1] }
    }
    let (one, many) = (try ends(1), try ends(24))
    for (a, b) in zip(one, many) { #expect(abs(a - b) < 1e-12) }
    // One a day on average, with a half-life of a day: most overlap.
    for power in [1.0, 2] {
      let mean = renewed(move, power: power, rate: 1, decay: decay, days)
      #expect(abs(meanScore(one.map { pow($0, power) }, mean)) < 4)
    }
  }

  /// Stresses at the rate of the common jumps times the chance that one begins a stress.
  @Test("jumps of all assets begin stresses with their chance, also upwards, |z| < 4")
  func tiedStress() throws {
    let peg = try peg(
      2, to: nil, ["depeg_sd_bps": .number(0)],
      stress: [
        "rate_per_year": .number(0), "drop_pct": .number(-6), "half_life_hours": .number(24),
        "per_crash": .number(0.4),
      ])
    let setting = PriceSetting(
      assets: Self.assets, stepCount: 48, stepYears: 1 / 8760.0, correlation: .identity(3),
      pegs: [peg])
    let values: [String: Value] = [
      "common_jumps_per_year": .number(365), "jump_mean_log": .number(-0.04),
      "jump_sd_log": .number(0),
    ]
    let model = try PriceModels.build("merton", try dynamics("merton", values), setting)
    let all = logPrices(model, count: 10_000, stepCount: 48, assetCount: 3, seed: 21)
    let ends = (1...10_000).map { all[$0 * 144 - 1] }
    let mean = renewed(log(1.06), power: 1, rate: 0.4, decay: log(2.0), 2)
    #expect(abs(meanScore(ends, mean)) < 4)
    // A step in which the peg rises is one in which the others fall.
    var (falls, count) = (0.0, 0.0)
    for path in 0..<1_000 {
      for step in 1..<48 {
        let row = (path * 48 + step) * 3
        guard all[row + 2] > all[row - 1] else { continue }
        falls += all[row + 1] - all[row - 2]
        count += 1
      }
    }
    #expect(count > 300 && abs(falls / count + 0.04) < 0.005, "\(falls / count)")
  }

  @Test("a cluster of crashes brings the price no further from the peg than one stress")
  func renewal() throws {
    let peg = try peg(
      2, to: nil, ["depeg_sd_bps": .number(0)],
      stress: [
        "rate_per_year": .number(0), "drop_pct": .number(5), "half_life_hours": .number(18),
        "per_crash": .number(1),
      ])
    // Clusters of three crashes within ten hours; their stresses together would go far below.
    let all = try paths([peg], stepCount: 240, count: 200, kind: "crash_garch_t")
    let lowest = stride(from: 2, to: all.count, by: 3).map { all[$0] }.min()
    #expect(try #require(lowest) >= log(0.95) && lowest ?? 0 < log(0.9505))
  }

  @Test("a stress tied to crashes that the model does not have is one error")
  func nothingToTie() throws {
    let tied = try peg(
      0, to: 1,
      stress: ["rate_per_year": .number(0), "drop_pct": .number(5), "per_crash": .number(1)])
    let error = #expect(throws: ParameterError.self) {
      try paths([tied], stepCount: 2, count: 1, kind: "student_t")
    }
    #expect(error?.message.contains("stETH") == true)
    #expect(try paths([tied], stepCount: 2, count: 1, kind: "crash_garch_t").count == 6)
  }

  @Test("a peg moves no other asset, and paths do not depend on their block")
  func independence() throws {
    let pegs = [try peg(2, to: nil), try peg(0, to: 1)]
    let whole = try paths(pegs, stepCount: 30, count: 12)
    let without = try paths([], stepCount: 30, count: 12)
    for row in stride(from: 0, to: whole.count, by: 3) {
      #expect(whole[row + 1] == without[row + 1])
      #expect(whole[row + 2] != 0)
    }
    let part = try paths(pegs, stepCount: 30, count: 5, firstPath: 3)
    #expect(part == Array(whole[3 * 90..<8 * 90]))
  }
}
