package import SimulationCore

/// The fields of a distribution, which any field marked so may hold instead of a number.
package enum DistributionTables {
  package static let selector = "distribution"

  private static let common = [
    Field("offset", .number(.pure, .any), .defaults("0"), "Added to each draw."),
    Field("min", .number(.pure, .any), .optional, "Draws below are set to this."),
    Field("max", .number(.pure, .any), .optional, "Draws above are set to this."),
  ]

  /// One table a shape, by the word that chooses it; numbers have the unit of the field.
  package static let all: [(word: String, table: FieldTable)] = [
    (
      "uniform",
      FieldTable(
        "uniform", "All values between two bounds equally likely.",
        [
          Field("min", .number(.pure, .any), .required, "Lower bound."),
          Field("max", .number(.pure, .any), .required, "Upper bound."), common[0],
        ])
    ),
    (
      "normal",
      FieldTable(
        "normal", "The Gaussian law.",
        [
          Field("mean", .number(.pure, .any), .required, "Mean."),
          Field("sd", .number(.pure, .nonNegative), .required, "Standard deviation."),
        ] + common)
    ),
    (
      "lognormal",
      FieldTable(
        "lognormal", "The law whose logarithm is Gaussian.",
        [
          Field("median", .number(.pure, .positive), .required, "Median, before the offset."),
          Field(
            "sigma", .number(.pure, .nonNegative), .required,
            "Standard deviation of the logarithm."),
        ] + common)
    ),
    (
      "pareto",
      FieldTable(
        "pareto", "P(X > x) = (min / x)^tail_index.",
        [
          Field("tail_index", .number(.pure, .positive), .required, "Exponent of the tail."),
          Field("min", .number(.pure, .positive), .required, "Smallest value."), common[0],
          common[2],
        ])
    ),
  ]

  /// The law that a checked section describes, its numbers times `factor`, clipped to `bounds`.
  ///
  /// Draws outside the field's own range are set to its nearest end.
  static func distribution(_ section: Section, word: String, factor: Double, bounds: Bounds)
    -> Distribution?
  {
    let offset = section.written("offset") ?? 0
    let shape: Distribution.Shape? =
      switch word {
      case "uniform":
        pair(section, "min", "max").map { .uniform(min: $0 * factor, max: $1 * factor) }
      case "normal":
        pair(section, "mean", "sd").map { .normal(mean: $0 * factor, sd: $1 * factor) }
      case "lognormal":
        pair(section, "median", "sigma").map { .lognormal(median: $0 * factor, sigma: $1) }
      default:
        pair(section, "tail_index", "min").map { .pareto(tailIndex: $0, min: $1 * factor) }
      }
    guard let shape else { return nil }
    // Where `min` is a parameter of the shape, the offset moves it along.
    let isClippedBelow = word == "normal" || word == "lognormal"
    let lowest = bounds.lowOpen ? bounds.low.nextUp : bounds.low
    let highest = bounds.highOpen ? bounds.high.nextDown : bounds.high
    let low = max(lowest, isClippedBelow ? section.written("min") ?? lowest : lowest)
    let high = min(highest, word == "uniform" ? highest : section.written("max") ?? highest)
    guard low <= high else { return nil }
    return Distribution(shape, offset: offset * factor, clip: low * factor...high * factor)
  }

  private static func pair(_ section: Section, _ first: String, _ second: String) -> (
    Double, Double
  )? {
    guard let a = section.written(first), let b = section.written(second) else { return nil }
    return (a, b)
  }
}
