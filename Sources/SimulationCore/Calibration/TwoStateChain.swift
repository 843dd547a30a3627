import Foundation

/// A hidden chain of two states behind rows of data.
///
/// - Units: probabilities of one step.
/// - Cost: O(rows).
/// - Source: J. Hamilton, Econometrica 57 (1989), for the filter; C.-J. Kim, Journal of Econometrics 60
///   (1994), for the way back.
struct TwoStateChain {
  /// From the first state to the second, and back.
  let enter: Double
  let leave: Double

  /// Share of time in the second state.
  var share: Double { enter / (enter + leave) }

  /// Of the rows, whose log density in each state is given.
  func logLikelihood(_ first: [Double], _ second: [Double]) -> Double {
    var (sum, state) = (0.0, share)
    filter(first, second) { term, _, filtered in
      sum += term
      state = filtered
    }
    return state.isFinite ? sum : -.infinity
  }

  /// The probability of the second state at each row, given all rows.
  func smoothed(_ first: [Double], _ second: [Double]) -> [Double] {
    var (expected, filtered): ([Double], [Double]) = ([], [])
    filter(first, second) { _, before, after in
      expected.append(before)
      filtered.append(after)
    }
    var result = filtered
    for row in result.indices.dropLast().reversed() {
      let (next, prior) = (result[row + 1], expected[row + 1])
      let ahead = next / max(prior, 1e-300)
      let other = (1 - next) / max(1 - prior, 1e-300)
      result[row] = filtered[row] * ((1 - leave) * ahead + leave * other)
    }
    return result
  }

  /// Calls `body` with each row's log density given those before, and the probability of the second
  /// state before and after it.
  private func filter(
    _ first: [Double], _ second: [Double], _ body: (Double, Double, Double) -> Void
  ) {
    var state = share
    for (a, b) in zip(first, second) {
      let top = max(a, b)
      let (low, high) = ((1 - state) * exp(a - top), state * exp(b - top))
      let filtered = high / (low + high)
      body(top + log(low + high), state, filtered)
      state = filtered * (1 - leave) + (1 - filtered) * enter
    }
  }
}
