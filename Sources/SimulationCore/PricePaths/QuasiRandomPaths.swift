/// The leading normals of a walk from randomised Sobol points, by Brownian bridges.
///
/// Each asset's normals are a Brownian path of as many steps. The points give its values at the ends
/// of some stretches of steps, first at the end of the path, then half way, and so on; inside a stretch
/// the normals stay pseudo-random around their mean. Up to 64 coordinates are used, and all others,
/// those of mixing variables and jumps among them, stay as they are.
///
/// Path i is point i / 16 of replicate i mod 16, each with a scramble of its own: a point alone has
/// the model's law, the replicates are independent, and 16 times a power of two paths have whole
/// nets. Only smooth functions of few coordinates gain; those of one extreme step out of many do not.
///
/// - Cost: a point a path and 256 steps, a few microseconds.
/// - Source: B. Moskowitz and R. Caflisch, Smoothness and dimension reduction in quasi-Monte Carlo
///   methods, Mathematical and Computer Modelling 23 (1996), for the bridge; A. Owen, Monte Carlo
///   variance of scrambled net quadrature, SIAM Journal on Numerical Analysis 34 (1997), for the errors.
package struct QuasiRandomPaths: Sendable {
  package static let replicateCount = 16
  package static let largestDimension = 64
  /// Steps that have a stretch of their own in every tile.
  package static let largestStepCount = largestDimension * WalkTile.stepCapacity

  /// By replicate.
  private let points: [SobolSequence]
  /// Normals of these assets' numbers are replaced.
  private let rows: [Int]
  /// First steps of the stretches, ascending, and the end of the last.
  private let borders: [Int]
  /// Normals of a path that the points give: the coordinates in use.
  package var dimension: Int { rows.count * (borders.count - 1) }
  /// How the path's values at the borders come about, in the order of the coordinates.
  private let nodes: [Node]

  /// The value at border `place`: between those at `left` and `right`, `nil` for the end.
  private struct Node {
    let place: Int
    let left: Int
    let right: Int?
    /// Share of the right value in the mean.
    let share: Double
    let deviation: Double
  }

  /// For the assets that `moves` names, at most 64 x 256 steps.
  package init(seed: UInt64, moves: [Bool], stepCount: Int) {
    precondition(stepCount <= QuasiRandomPaths.largestStepCount, "a stretch in each tile")
    let tiles = (stepCount + WalkTile.stepCapacity - 1) / WalkTile.stepCapacity
    let moving = moves.indices.filter { moves[$0] }
    let budget = QuasiRandomPaths.largestDimension
    // Stretches a tile, the same for all rows; rows that find no room stay pseudo-random.
    let perTile = max(1, budget / (max(1, moving.count) * max(1, tiles)))
    var borders = [0]
    for first in stride(from: 0, to: stepCount, by: WalkTile.stepCapacity) {
      let length = min(WalkTile.stepCapacity, stepCount - first)
      let pieces = min(perTile, length)
      borders += (1...pieces).map { first + $0 * length / pieces }
    }
    self.borders = borders
    let stretches = borders.count - 1
    rows = Array(moving.prefix(stretches == 0 ? 0 : budget / stretches))
    nodes = QuasiRandomPaths.bridge(borders)
    let dimension = max(1, rows.count * stretches)
    let sequence = SobolSequence(dimension: dimension)
    points = (0..<QuasiRandomPaths.replicateCount).map {
      sequence.scrambled(PathRandom(seed: seed, path: UInt32($0)))
    }
  }

  /// The end first, then the middle of the longest gaps.
  private static func bridge(_ borders: [Int]) -> [Node] {
    let last = borders.count - 1
    guard last > 0 else { return [] }
    var nodes = [
      Node(
        place: last, left: 0, right: nil, share: 0, deviation: Double(borders[last]).squareRoot())
    ]
    var gaps = [(0, last)]
    var next = 0
    while next < gaps.count {
      let (left, right) = gaps[next]
      next += 1
      guard right - left > 1 else { continue }
      let middle = (left + right) / 2
      let (before, after) = (
        Double(borders[middle] - borders[left]), Double(borders[right] - borders[middle])
      )
      nodes.append(
        Node(
          place: middle, left: left, right: right, share: before / (before + after),
          deviation: (before * after / (before + after)).squareRoot()))
      gaps += [(left, middle), (middle, right)]
    }
    return nodes
  }

  /// Replaces the leading part of the tile's normals.
  func replace(_ tile: inout WalkTile) {
    guard let first = borders.firstIndex(of: tile.steps.lowerBound) else { return }
    var values = [Double](repeating: 0, count: borders.count)
    for lane in 0..<WalkTile.laneCount {
      let path = tile.firstPath + lane
      let point = points[path % points.count]
      for (index, row) in rows.enumerated() {
        for (coordinate, node) in nodes.enumerated() {
          let normal = normalQuantile(
            point.openCoordinate(path / points.count, coordinate * rows.count + index))
          let mean =
            node.right.map { values[node.left] + node.share * (values[$0] - values[node.left]) }
            ?? 0
          values[node.place] = mean + node.deviation * normal
        }
        var stretch = first
        while stretch < borders.count - 1, borders[stretch] < tile.steps.upperBound {
          let steps = borders[stretch]..<borders[stretch + 1]
          let columns = steps.map {
            row * WalkTile.columnCount + ($0 - tile.steps.lowerBound) * WalkTile.laneCount + lane
          }
          let own = columns.reduce(0) { $0 + tile.normals[$1] }
          let change = (values[stretch + 1] - values[stretch] - own) / Double(steps.count)
          for column in columns { tile.normals[column] += change }
          stretch += 1
        }
      }
    }
  }
}
