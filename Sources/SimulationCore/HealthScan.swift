import CKernels

/// Weighted sums over the legs of all accounts; the kernel behind the test of a whole book.
package enum HealthScan {
  /// Sums each account's legs into `threshold` and `debt`, and lists who has less of the first.
  ///
  /// Account a owns the legs `legStart[a] ..< legStart[a + 1]`; leg l weighs its amounts with the
  /// pair `weights[2 * legAsset[l]]` (for `supplied`) and the entry after it (for `borrowed`). Sums
  /// run in leg order. `unhealthy` has one entry more than there are accounts; the first ones, as
  /// many as the returned count, are the accounts with threshold < debt, ascending.
  ///
  /// - Precondition: `legAsset` entries lie in `0 ..< weights.count / 2`, and `legStart` ascends.
  /// - Cost: two products a leg; allocates nothing.
  package static func run(
    legStart: [Int32], legAsset: [Int32], supplied: [Double], borrowed: [Double],
    weights: [Double], threshold: inout [Double], debt: inout [Double], unhealthy: inout [Int32]
  ) -> Int {
    let accounts = legStart.count - 1
    requireOneEntryALeg(legStart, legAsset, supplied, borrowed)
    precondition(
      threshold.count == accounts && debt.count == accounts && unhealthy.count == accounts + 1,
      "one entry an account, and a spare one in the list")
    return ck_health_scan(
      accounts, legStart, legAsset, supplied, borrowed, weights, &threshold, &debt, &unhealthy)
  }

  /// Lists those of some accounts who have less of the first sum, in the order of `accounts`.
  ///
  /// Legs and weights are as above, and so are the sums; `unhealthy` has an entry more than `accounts`.
  package static func run(
    _ accounts: [Int32], legStart: [Int32], legAsset: [Int32], supplied: [Double],
    borrowed: [Double], weights: [Double], unhealthy: inout [Int32]
  ) -> Int {
    requireOneEntryALeg(legStart, legAsset, supplied, borrowed)
    precondition(unhealthy.count > accounts.count, "a spare entry in the list")
    return ck_health_scan_some(
      accounts.count, accounts, legStart, legAsset, supplied, borrowed, weights, nil, nil,
      &unhealthy)
  }

  /// The same sums of the accounts in `list` alone, which need not be in order.
  ///
  /// The first entries of `unhealthy`, as many as the returned count, are those of the list with
  /// threshold < debt, in its order.
  ///
  /// - Cost: two products a leg of theirs; allocates nothing.
  package static func run(
    _ list: [Int32], legStart: [Int32], legAsset: [Int32], supplied: [Double], borrowed: [Double],
    weights: [Double], threshold: inout [Double], debt: inout [Double], unhealthy: inout [Int32]
  ) -> Int {
    let accounts = legStart.count - 1
    requireOneEntryALeg(legStart, legAsset, supplied, borrowed)
    precondition(
      threshold.count == accounts && debt.count == accounts && unhealthy.count > list.count,
      "one entry an account, and a spare one in the list")
    return ck_health_scan_some(
      list.count, list, legStart, legAsset, supplied, borrowed, weights, &threshold, &debt,
      &unhealthy)
  }

  private static func requireOneEntryALeg(
    _ legStart: [Int32], _ legAsset: [Int32], _ supplied: [Double], _ borrowed: [Double]
  ) {
    let legs = Int(legStart[legStart.count - 1])
    precondition(
      legAsset.count == legs && supplied.count == legs && borrowed.count == legs,
      "one entry a leg")
  }
}
