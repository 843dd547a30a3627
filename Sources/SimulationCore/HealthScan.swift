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
    let legs = Int(legStart[accounts])
    precondition(
      legAsset.count == legs && supplied.count == legs && borrowed.count == legs,
      "one entry a leg")
    precondition(
      threshold.count == accounts && debt.count == accounts && unhealthy.count == accounts + 1,
      "one entry an account, and a spare one in the list")
    return ck_health_scan(
      accounts, legStart, legAsset, supplied, borrowed, weights, &threshold, &debt, &unhealthy)
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
    let legs = Int(legStart[accounts])
    precondition(
      legAsset.count == legs && supplied.count == legs && borrowed.count == legs,
      "one entry a leg")
    precondition(
      threshold.count == accounts && debt.count == accounts && unhealthy.count > list.count,
      "one entry an account, and a spare one in the list")
    return sum(
      list, list.count, accounts, legStart, legAsset, supplied, borrowed, weights, &threshold,
      &debt, &unhealthy)
  }

  /// The loop over pointers, which reads each address once and not again for every account.
  private static func sum(
    _ list: UnsafePointer<Int32>, _ count: Int, _ accounts: Int, _ legStart: UnsafePointer<Int32>,
    _ legAsset: UnsafePointer<Int32>, _ supplied: UnsafePointer<Double>,
    _ borrowed: UnsafePointer<Double>, _ weights: UnsafePointer<Double>,
    _ threshold: UnsafeMutablePointer<Double>, _ debt: UnsafeMutablePointer<Double>,
    _ unhealthy: UnsafeMutablePointer<Int32>
  ) -> Int {
    var found = 0
    for index in 0..<count {
      let account = Int(list[index])
      precondition(account >= 0 && account < accounts, "an account of the book")
      var (thresholdSum, debtSum) = (0.0, 0.0)
      var leg = Int(legStart[account])
      let end = Int(legStart[account + 1])
      while leg < end {
        let weight = weights + 2 * Int(legAsset[leg])
        thresholdSum += supplied[leg] * weight[0]
        debtSum += borrowed[leg] * weight[1]
        leg += 1
      }
      threshold[account] = thresholdSum
      debt[account] = debtSum
      // Without a branch: the entry is overwritten by the next one unless it counts.
      unhealthy[found] = list[index]
      found += thresholdSum < debtSum ? 1 : 0
    }
    return found
  }
}
