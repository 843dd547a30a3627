/// The points that no other point beats, all coordinates to be small: 0-based, ascending.
///
/// A point is beaten by one that is nowhere larger and somewhere smaller; equal points all stay.
/// Cost: O(count squared).
package func paretoFront(_ points: [[Double]]) -> [Int] {
  points.indices.filter { index in
    !points.contains { other in
      let pairs = zip(other, points[index])
      return pairs.allSatisfy { $0 <= $1 } && pairs.contains { $0 < $1 }
    }
  }
}
