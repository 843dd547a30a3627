import SimulationCore
import TestSupport
import Testing

@Suite("Statistics of cascades")
struct CascadeStatisticsTests {
  @Test("The law of cascade sizes sums to one and has its moments")
  func borelTanner() {
    let law = BorelTannerDistribution(ratio: 0.5, roots: 3)
    var sum = 0.0
    var mean = 0.0
    var square = 0.0
    for size in 0...600 {
      let mass = law.mass(size)
      sum += mass
      mean += Double(size) * mass
      square += Double(size * size) * mass
    }
    // The mass beyond 600 is below 1e-50.
    #expect(abs(sum - 1) < 1e-12)
    #expect(abs(mean - law.mean) < 1e-11)
    #expect(agree(square - mean * mean, law.variance, relative: 1e-11))
  }

  @Test("Only generation 0 after the gap opens a cascade")
  func partition() {
    var partition = CascadePartition(gap: 2)
    partition.add(generation: 1, usd: 5, at: 0)
    #expect(partition.count == 1)
    partition.add(generation: 2, usd: 1, at: 50)
    #expect(partition.count == 1)
    #expect(!partition.opens(generation: 0, at: 51.9))
    partition.add(generation: 0, usd: 1, at: 52)
    #expect(partition.count == 2)
    #expect(partition.current.depth == 0)
    #expect(partition.current.start == 52)
    partition.reset()
    #expect(partition.count == 0)
  }

  @Test("Shapley shares add up; a channel that does nothing gets nothing")
  func shapley() {
    // v = 1 + 2 a + 3 b + 4 a b, c inert; bit 0 is a, bit 1 is b.
    let values = (0..<8).map { subset in
      let a = Double(subset & 1)
      let b = Double(subset >> 1 & 1)
      return 1 + 2 * a + 3 * b + 4 * a * b
    }
    let attribution = ShapleyAttribution(subsets: values)
    for (got, expected) in zip(attribution.shapley, [4.0, 5, 0]) {
      #expect(abs(got - expected) < 1e-14)
    }
    #expect(attribution.oneOff == [6, 7, 0])
    #expect(attribution.oneOn == [2, 3, 0])
    #expect(attribution.interactionGap == -4)
    #expect(ShapleyAttribution(subsets: [1, 3]).shapley == [2])
  }

  @Test("Offspring of generations: the last one is no parent")
  func offspring() {
    let count = OffspringCount(generations: [4, 2, 1])
    #expect(count.parents == 6)
    #expect(count.induced == 3)
    let estimate = IndependentPaths().branchingRatio([count, count, count])
    #expect(estimate.value == 0.5)
  }
}
