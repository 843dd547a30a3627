import Foundation

/// Events at other rates from time 0 on, and what a path's events say about those rates.
///
/// Immigrants come `rate` times as often and offspring `offspring` times; factors of 1 leave every
/// event at its time and only keep count. The density ratio of a path with N immigrants and M
/// offspring in 0 ..< T is c^N e^(-(c-1) mu T) d^M e^(-(d-1) integral of x), x the excitation.
///
/// - Source: D. Daley, D. Vere-Jones, An Introduction to the Theory of Point Processes I, 2nd edition
///   2003, proposition 7.2.III, for the likelihood of a process with a given intensity.
struct EventTilt: Sendable, Equatable {
  /// What this path is drawn with.
  let rate: Double
  let offspring: Double
  /// T, in years.
  let horizon: Double
  private(set) var immigrantCount = 0
  private(set) var offspringCount = 0
  /// Integral of the excitation over 0 ..< T.
  private(set) var exposure = 0.0

  init(rate: Double, offspring: Double, horizon: Double) {
    self.rate = rate
    self.offspring = offspring
    self.horizon = horizon
  }

  /// ln of the density with the rates of `mixture` over the nominal one.
  func logRatio(_ mixture: CrashMixture, baseRate: Double) -> Double {
    RateTilt(baseRate: baseRate, duration: horizon, factor: mixture.rateFactor)
      .logRatio(count: immigrantCount)
      + Double(offspringCount) * log(mixture.offspringFactor)
      - (mixture.offspringFactor - 1) * exposure
  }

  /// The wait for an immigrant, from the nominal one.
  func immigrantWait(_ wait: Double, from time: Double) -> Double {
    let before = max(0, -time)
    guard rate != 1, wait > before else { return wait }
    return before + (wait - before) / rate
  }

  /// e^(-beta wait) for offspring, from its nominal value; none come where it is not positive.
  ///
  /// 1 - `left` is proportional to the nominal hazard that was used up.
  func offspringLeft(_ left: Double, from time: Double, decay: Double) -> Double {
    let before = exp(-decay * max(0, -time))
    guard offspring != 1, left < before else { return left }
    return before - (before - left) / offspring
  }

  /// Takes the next event into account, and the time until it.
  mutating func count(
    from time: Double, wait: Double, isImmigrant: Bool, excitation: Double, decay: Double
  ) {
    let (first, last) = (max(time, 0), min(time + wait, horizon))
    guard last > first else { return }
    if excitation > 0 {
      exposure +=
        excitation * (exp(-decay * (first - time)) - exp(-decay * (last - time))) / decay
    }
    guard time + wait < horizon else { return }
    if isImmigrant { immigrantCount += 1 } else { offspringCount += 1 }
  }
}
