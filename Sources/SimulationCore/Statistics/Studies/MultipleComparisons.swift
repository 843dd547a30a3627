/// p values of several comparisons made at once, corrected for their number; in the order given.
package struct MultipleComparisons: Sendable, Equatable {
  package let pValues: [Double]

  package init(_ pValues: [Double]) { self.pValues = pValues }

  /// min(1, m p).
  package var bonferroni: [Double] { pValues.map { min(1, Double(pValues.count) * $0) } }

  /// Controls the chance of any false claim, after Holm 1979.
  package var holm: [Double] {
    adjusted(ascending, running: { max($0, $1) }) { rank, value in
      Double(pValues.count - rank) * value
    }
  }

  /// Controls the share of false claims, after Benjamini and Hochberg 1995.
  package var benjaminiHochberg: [Double] {
    adjusted(ascending.reversed(), running: { min($0, $1) }) { rank, value in
      Double(pValues.count) * value / Double(rank + 1)
    }
  }

  /// Places and ranks from the smallest p value up.
  private var ascending: [(rank: Int, place: Int)] {
    pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }.enumerated()
      .map { ($0, $1) }
  }

  private func adjusted(
    _ order: [(rank: Int, place: Int)], running: (Double, Double) -> Double,
    _ scaled: (Int, Double) -> Double
  ) -> [Double] {
    var result = pValues
    var last: Double?
    for (rank, place) in order {
      let value = min(1, scaled(rank, pValues[place]))
      let kept = last.map { running($0, value) } ?? value
      result[place] = kept
      last = kept
    }
    return result
  }
}
