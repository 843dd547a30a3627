import Foundation
package import Markets
import SimulationCore

/// The deterministic position book: heavy-tailed debts, two or three collaterals, no random library.
///
/// Account j draws its u_k from the SplitMix64 finaliser of 16 j + k + 1 golden-ratio steps; its total
/// debt is about the same for any number of accounts.
///
/// - Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators (2014).
package enum WorkloadBook {
  /// Columns of `accounts` accounts; cost: O(accounts).
  package static func positions(accounts: Int) -> Positions {
    var start: [Int32] = [0]
    var asset: [Int32] = []
    var supplied: [Double] = []
    var borrowed: [Double] = []
    for account in 0..<accounts {
      let entry = Entry(account, of: accounts)
      for row in 0..<WorkloadMarket.assetCount
      where entry.collateral[row] > 0 || row == entry.debtAsset {
        asset.append(Int32(row))
        supplied.append(entry.collateral[row])
        borrowed.append(row == entry.debtAsset ? entry.debt : 0)
      }
      start.append(Int32(asset.count))
    }
    return Positions(legStart: start, legAsset: asset, supplied: supplied, borrowed: borrowed)
  }

  /// One account of the book.
  private struct Entry {
    /// Tokens, one entry an asset.
    var collateral = [Double](repeating: 0, count: WorkloadMarket.assetCount)
    let debt: Double
    let debtAsset: Int

    init(_ account: Int, of accounts: Int) {
      let u = (0..<9).map { WorkloadBook.uniform(account, $0) }
      let count = u[0] >= 0.5 ? 3 : 2
      let first = WorkloadBook.firstCollateral(u[1])
      let offset2 = Int(6 * u[2])
      let offset3 = (offset2 + 1 + Int(5 * u[3])) % 6
      let assets = [first, (first + 1 + offset2) % 7, (first + 1 + offset3) % 7].prefix(count)
      let weight1 = (count == 3 ? 0.4 : 0.5) + 0.4 * u[7]
      let weight2 = (1 - weight1) * (count == 3 ? 0.5 + 0.4 * u[8] : 1)
      let weights = [weight1, weight2, 1 - weight1 - weight2]
      debt = exp(log(5000) + 1.8 * normalQuantile(u[4])) * 10_000 / Double(accounts)
      debtAsset =
        u[6] < 0.85
        ? 7 : (3...9).map { (first + $0) % 7 }.first { !assets.contains($0) } ?? 7
      let health = 1 + exp(log(0.5) + 0.8 * normalQuantile(u[5]))
      let weighted = zip(assets, weights).reduce(0) {
        $0 + $1.1 * WorkloadMarket.threshold[$1.0]
      }
      let total = health * debt / weighted
      for (asset, weight) in zip(assets, weights) { collateral[asset] = total * weight }
    }
  }

  private static func firstCollateral(_ u: Double) -> Int {
    var cumulative = 0.0
    for (asset, weight) in [0.35, 0.25, 0.15, 0.10, 0.06, 0.05].enumerated() {
      cumulative += weight
      if u < cumulative { return asset }
    }
    return 6
  }

  /// Draw `k` of an account, in (0, 1).
  private static func uniform(_ account: Int, _ k: Int) -> Double {
    var z = UInt64(16 * account + k + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return (Double(z >> 11) + 0.5) * 0x1p-53
  }
}
