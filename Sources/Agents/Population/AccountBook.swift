package import Markets

/// The accounts of one lending market at time 0, in tokens, before any index has moved.
package struct AccountBook: Sendable {
  /// Legs of account i are `legStart[i] ..< legStart[i + 1]`, in ascending asset order.
  package private(set) var legStart: [Int32] = [0]
  package private(set) var legAsset: [Int32] = []
  package private(set) var supplied: [Double] = []
  package private(set) var borrowed: [Double] = []
  /// Cohort that the book names for the account; `nil` = drawn by the cohorts' shares.
  package private(set) var cohort: [String?] = []

  package init() {}

  package var accountCount: Int { legStart.count - 1 }

  /// Adds an account; its legs must stand in ascending asset order without repetition.
  package mutating func append(
    legs: [(asset: Int, supplied: Double, borrowed: Double)], cohort name: String? = nil
  ) {
    precondition(
      zip(legs, legs.dropFirst()).allSatisfy { $0.asset < $1.asset }, "legs rise by asset")
    for leg in legs {
      legAsset.append(Int32(leg.asset))
      supplied.append(leg.supplied)
      borrowed.append(leg.borrowed)
    }
    legStart.append(Int32(legAsset.count))
    cohort.append(name)
  }

  package var positions: Positions {
    Positions(
      legStart: legStart, legAsset: legAsset, supplied: supplied, borrowed: borrowed)
  }
}
