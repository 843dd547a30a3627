/// The effect of each parameter along trajectories that change one at a time.
///
/// An effect is the change of the result over the signed change of the parameter, in units of its
/// range. Source: M. D. Morris 1991; mean of the absolute values: F. Campolongo, J. Cariboni,
/// A. Saltelli 2007.
package struct ElementaryEffects: Sendable, Equatable {
  /// Mean effect, by parameter.
  package let mean: [Double]
  /// Mean size of the effects: large where the parameter matters.
  package let meanSize: [Double]
  /// Standard deviation of the effects: large with interactions or curvature.
  package let deviation: [Double]

  /// Trajectories of points in the unit cube and the result at each point.
  ///
  /// Neighbours differ in exactly one coordinate, each coordinate is changed in two trajectories or
  /// more; `nil` where that does not hold.
  package init?(points: [[[Double]]], results: [[Double]]) {
    guard let dimension = points.first?.first?.count, points.count == results.count else {
      return nil
    }
    var effects = [[Double]](repeating: [], count: dimension)
    for (trajectory, values) in zip(points, results) {
      guard trajectory.count == values.count, trajectory.allSatisfy({ $0.count == dimension })
      else { return nil }
      for step in trajectory.indices.dropFirst() {
        let before = trajectory[step - 1]
        let moved = (0..<dimension).filter { trajectory[step][$0] != before[$0] }
        guard moved.count == 1, let axis = moved.first else { return nil }
        effects[axis].append(
          (values[step] - values[step - 1]) / (trajectory[step][axis] - before[axis]))
      }
    }
    guard effects.allSatisfy({ $0.count >= 2 }) else { return nil }
    let moments = effects.map { SampleMoments($0) }
    mean = moments.map(\.mean)
    meanSize = effects.map { SampleMoments($0.map { abs($0) }).mean }
    deviation = moments.map(\.standardDeviation)
  }
}
