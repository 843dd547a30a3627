import SimulationCore

extension ConformanceRegistry {
  /// Generations, cascades and attribution: statistics.md, 6.1 to 6.4.
  static let cascades: [String: ConformanceFunction] = [
    "branching_ratio": { raw in
      let paths = try ConformanceInputs(raw).matrix("generations")
      guard paths.count >= 2, paths.allSatisfy({ !$0.isEmpty }) else {
        throw ConformanceInputError("generations must hold two lists or more, none of them empty")
      }
      let counts = paths.map { OffspringCount(generations: $0) }
      let ratio = RatioOfMeans(
        numerators: counts.map(\.induced), denominators: counts.map(\.parents))
      return [
        "ratio": JSONValue(ratio?.ratio), "standard_error": JSONValue(ratio?.standardError),
        "mean_total": JSONValue(SampleMoments(paths.map { compensatedSum($0) }).mean),
      ]
    },
    "borel_tanner": { raw in
      let inputs = ConformanceInputs(raw)
      let law = BorelTannerDistribution(
        ratio: try inputs.probability("ratio"),
        roots: try ConformanceInputs.whole(
          try inputs.number("roots"), "roots", in: ConformanceInputs.positive))
      let sizes = try inputs.integers("sizes")
      return [
        "pmf": JSONValue(sizes.map(law.mass)), "mean": JSONValue(law.mean),
        "variance": JSONValue(law.variance),
      ]
    },
    "cascade_partition": { raw in
      let inputs = ConformanceInputs(raw)
      let hours = try inputs.sample("hours", atLeast: 0, like: "usd")
      let generations = try inputs.integers("generation")
      guard generations.count == hours.count else {
        throw ConformanceInputError("generation must be as long as hours")
      }
      let usd = try inputs.numbers("usd")
      var partition = CascadePartition(gap: try inputs.number("gap_hours"))
      var cascades: [CascadePartition.Extent] = []
      for event in hours.indices {
        partition.add(generation: generations[event], usd: usd[event], at: hours[event])
        if partition.count > cascades.count { cascades.append(partition.current) }
        cascades[partition.count - 1] = partition.current
      }
      let step = try inputs.number("step_hours")
      return [
        "start_hours": JSONValue(cascades.map(\.start)),
        "duration_hours": JSONValue(cascades.map { $0.last - $0.start + step }),
        "liquidations": JSONValue(cascades.map { Double($0.liquidations) }),
        "usd": JSONValue(cascades.map(\.usd)),
        "depth": JSONValue(cascades.map { Double($0.depth) }),
      ]
    },
    "shapley_channels": { raw in
      let inputs = ConformanceInputs(raw)
      let channels = try inputs.list("channels").map { item in
        guard case .string(let name) = item else {
          throw ConformanceInputError("channels must be names")
        }
        return name
      }
      guard (1...16).contains(channels.count) else {
        throw ConformanceInputError("channels must be 1 to 16 names")
      }
      let values = try inputs.object("value")
      let attribution = ShapleyAttribution(
        subsets: try (0..<1 << channels.count).map { subset in
          let names = channels.indices.filter { subset >> $0 & 1 == 1 }.map { channels[$0] }
          return try values.number(names.isEmpty ? "none" : names.joined(separator: "+"))
        })
      func byChannel(_ numbers: [Double]) -> JSONValue {
        .object(Dictionary(zip(channels, numbers.map { JSONValue($0) })) { first, _ in first })
      }
      return [
        "shapley": byChannel(attribution.shapley), "one_off": byChannel(attribution.oneOff),
        "one_on": byChannel(attribution.oneOn), "base": JSONValue(attribution.base),
        "interaction_gap": JSONValue(attribution.interactionGap),
      ]
    },
  ]
}
