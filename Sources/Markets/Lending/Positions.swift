import SimulationCore

/// The accounts of one lending market as columns, one row a leg.
///
/// An account owns the legs `legStart[account] ..< legStart[account + 1]`; a leg is one asset in
/// which it supplies, borrows, or both, and legs of an account stand in asset order. Amounts are
/// scaled by the reserve's indices, as the pools' contracts store them: `supplied * supplyIndex`
/// and `borrowed * debtIndex` are tokens. The set of legs is fixed for the length of a path.
package struct Positions: Sendable {
  package let legStart: [Int32]
  package let legAsset: [Int32]
  package var supplied: [Double]
  package var borrowed: [Double]
  /// Every asset's number is below this.
  package let assetBound: Int

  /// Columns with all indices at 1, so that scaled amounts are tokens.
  package init(legStart: [Int32], legAsset: [Int32], supplied: [Double], borrowed: [Double]) {
    precondition(
      supplied.count == legAsset.count && borrowed.count == legAsset.count
        && legStart.first == 0 && legStart.last.map(Int.init) == legAsset.count,
      "one entry a leg")
    precondition(
      zip(legStart, legStart.dropFirst()).allSatisfy { $0 <= $1 }
        && legAsset.allSatisfy { $0 >= 0 }, "legs ascend, and assets are numbered from 0")
    self.legStart = legStart
    self.legAsset = legAsset
    self.supplied = supplied
    self.borrowed = borrowed
    assetBound = Int(legAsset.max() ?? -1) + 1
  }

  package var accountCount: Int { legStart.count - 1 }

  package func legs(of account: Int) -> Range<Int> {
    Int(legStart[account])..<Int(legStart[account + 1])
  }

  /// Calls `body` for each of the account's legs, with its asset and what it supplies and owes.
  ///
  /// Checks the columns once, not every entry.
  @inline(__always)
  func forEachLeg(
    of account: Int,
    _ body: (_ leg: Int, _ asset: Int, _ supplied: Double, _ borrowed: Double) -> Void
  ) {
    let legs = legs(of: account)
    precondition(
      legs.upperBound <= legAsset.count && supplied.count == legAsset.count
        && borrowed.count == legAsset.count)
    legAsset.withUnsafeBufferPointer { asset in
      supplied.withUnsafeBufferPointer { supplied in
        borrowed.withUnsafeBufferPointer { borrowed in
          for leg in legs { body(leg, Int(asset[leg]), supplied[leg], borrowed[leg]) }
        }
      }
    }
  }

  /// The account's leg in `asset`, if it has one.
  ///
  /// Cost: O(legs of the account).
  package func leg(of account: Int, in asset: Int) -> Int? {
    legs(of: account).first { Int(legAsset[$0]) == asset }
  }

  /// Takes over the amounts of `start` without allocating.
  package mutating func reset(to start: Positions) {
    supplied.overwrite(with: start.supplied)
    borrowed.overwrite(with: start.borrowed)
  }
}
