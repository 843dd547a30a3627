import Foundation

/// Times of events that excite further ones, exact in continuous time.
///
///     intensity = mu + x,   x falls as e^(-beta t) and rises by n beta at an event
///
/// A Hawkes process with exponential kernel and branching ratio n < 1; with n = 0 a Poisson process.
/// The next event is the earlier of the next one by mu and the next one by the excitation alone,
/// whose law has a closed form. Events are keyed by their number, so that the step's length has no
/// part in them.
///
/// - Source: A. Hawkes, Spectra of some self-exciting and mutually exciting point processes,
///   Biometrika 58 (1971); A. Dassios and H. Zhao, Exact simulation of Hawkes process with
///   exponentially decaying intensity, Electronic Communications in Probability 18 (2013), algorithm
///   3.1.
struct ExcitedEvents: Sendable, Equatable {
  /// mu, a year.
  let baseRate: Double
  /// n: events that one event causes on average.
  let branching: Double
  /// beta, a year.
  let decay: Double

  /// Independent events.
  static func poisson(rate: Double) -> ExcitedEvents {
    ExcitedEvents(baseRate: rate, branching: 0, decay: 0)
  }

  /// Events a year in the long run.
  var meanRate: Double { baseRate / (1 - branching) }

  /// The events, which one after the other are simulated, where they are few enough.
  ///
  /// Throws `ParameterError` E037 under the rate's key where more than `rateLimit` come in the long run.
  func bounded(by rateKey: String, _ branchingKey: String) throws -> ExcitedEvents {
    let perHour = meanRate * Unit.hours.factor
    guard perHour <= ExcitedEvents.rateLimit else {
      throw ParameterError(
        key: rateKey, code: "E037",
        "\(perHour.threeDigits) events an hour in the long run, \(rateKey) / (1 - \(branchingKey)); "
          + "at most \(Int(ExcitedEvents.rateLimit)) are simulated")
    }
    return self
  }

  /// Events an hour in the long run.
  private static let rateLimit = 100.0

  /// Time after which a start without excitation is forgotten, in years, at most two: twenty times
  /// that in which the mean intensity falls back by a factor e.
  var settlingYears: Double { branching > 0 ? min(20 / (decay * (1 - branching)), 2) : 0 }

  /// What is known at the time of an event about the next one.
  struct Clock: Sendable, Equatable {
    /// Of the coming event, counted from 0.
    fileprivate(set) var number: UInt32 = 0
    /// Of the coming event, in years; infinite where there is none.
    fileprivate(set) var time = Double.infinity
    /// Right before the coming event.
    fileprivate var excitation = 0.0
    /// Kept where somebody asked for it.
    fileprivate(set) var tilt: EventTilt?
  }

  /// The clock of a process that began without excitation long before time 0.
  ///
  /// `source` tells processes apart; `tilt` changes the rates from time 0 on, or only keeps count.
  func clock(_ random: PathRandom, source: UInt32, tilt: EventTilt? = nil) -> Clock {
    var clock = Clock()
    clock.time = -settlingYears
    clock.tilt = tilt
    draw(&clock, random, source)
    return clock
  }

  /// Takes the coming event and finds the one after it.
  func advance(_ clock: inout Clock, _ random: PathRandom, source: UInt32) {
    clock.number += 1
    clock.excitation += branching * decay
    draw(&clock, random, source)
  }

  private func draw(_ clock: inout Clock, _ random: PathRandom, _ source: UInt32) {
    let (first, second) = random.uniformPair(.jumpTime, clock.number, source)
    var wait = baseRate > 0 ? -log(first) / baseRate : .infinity
    if let tilt = clock.tilt { wait = tilt.immigrantWait(wait, from: clock.time) }
    var isImmigrant = true
    if clock.excitation > 0 {
      // The excitation alone has e^(-x / beta) chance to cause nothing more.
      var left = 1 + decay * log(second) / clock.excitation
      if let tilt = clock.tilt {
        left = tilt.offspringLeft(left, from: clock.time, decay: decay)
      }
      if left > 0 {
        let offspringWait = -log(left) / decay
        isImmigrant = wait <= offspringWait
        wait = min(wait, offspringWait)
      }
    }
    clock.tilt?.count(
      from: clock.time, wait: wait, isImmigrant: isImmigrant, excitation: clock.excitation,
      decay: decay)
    if clock.excitation > 0 { clock.excitation *= exp(-decay * wait) }
    clock.time += wait
  }
}
