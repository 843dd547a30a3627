/// How often a random walk with independent steps of one law is seen below a barrier.
///
/// The density of what has not fallen yet lies on a grid whose first edge is the barrier; each step
/// convolves it with the step law and drops what fell below. Mass is held at cell centres, an error of
/// second order in the cell, which two grids take out (Richardson).
struct AbsorbedWalk {
  /// Log distance of the barrier below the start, > 0.
  let distance: Double
  let cells: Int
  /// Width of the grid; what leaves it upwards never comes back.
  let width: Double

  /// Probability of having been below after any of `steps` steps whose law has this distribution.
  ///
  /// Cost: O(steps x cells squared).
  func probability(steps: Int, cumulative: (Double) -> Double) -> Double {
    let fine = probability(steps: steps, cells: cells, cumulative)
    let coarse = probability(steps: steps, cells: cells / 2, cumulative)
    return fine + (fine - coarse) / 3
  }

  private func probability(
    steps: Int, cells: Int, _ cumulative: (Double) -> Double
  ) -> Double {
    let cell = width / Double(cells)
    var mass = (0..<cells).map { index in
      let low = -distance + Double(index) * cell
      return cumulative(low + cell) - cumulative(low)
    }
    let falls = (0..<cells).map { cumulative(-(Double($0) + 0.5) * cell) }
    let kernel = (1 - cells..<cells).map {
      cumulative((Double($0) + 0.5) * cell) - cumulative((Double($0) - 0.5) * cell)
    }
    var absorbed = cumulative(-distance)
    var next = mass
    for _ in 1..<steps {
      for target in 0..<cells {
        var sum = 0.0
        for source in 0..<cells { sum += mass[source] * kernel[target - source + cells - 1] }
        next[target] = sum
      }
      for source in 0..<cells { absorbed += mass[source] * falls[source] }
      swap(&mass, &next)
    }
    return absorbed
  }
}
