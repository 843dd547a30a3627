import Foundation

/// An expression of the command line that cannot be used, and where it goes wrong.
package struct ExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
  package let expression: String
  /// Characters before the fault.
  package let position: Int
  package let message: String
  package let suggestion: String?

  package init(
    _ expression: String, at position: Int, _ message: String, suggestion: String? = nil
  ) {
    self.expression = expression
    self.position = position
    self.message = message
    self.suggestion = suggestion
  }

  /// The message, the expression with a mark under the fault, and the suggestion, a line each.
  package var description: String {
    let shown = expression.escapingControls.cut(to: 100)
    var lines = ["\(message), at character \(position + 1)", "  \(shown)"]
    if position <= shown.count {
      lines.append("  " + String(repeating: " ", count: position) + "^")
    }
    if let suggestion { lines.append("  \(suggestion)") }
    return lines.joined(separator: "\n")
  }
}

extension StoppingRule {
  /// Reads `relerr(STATISTIC[, floor=NUMBER]) < NUMBER[%]`.
  ///
  /// STATISTIC is `mean(METRIC)`, `pNN(METRIC)`, `tail_mean_pNN(METRIC)` or `prob(METRIC > NUMBER)`;
  /// METRIC is one of summary.csv but no ratio, with the asset of an asset's metric in brackets:
  /// `min_price_usd[WETH]`. `assets` are the scenario's symbols in their order.
  package static func parse(
    _ text: String, assets: [String]
  ) throws(ExpressionError) -> StoppingRule {
    var reader = ExpressionReader(text)
    let function = reader.word()
    guard function.text == "relerr" else {
      throw reader.fault(
        at: function.start, "a stopping rule starts with relerr(...)",
        suggestion: "example: relerr(p99(bad_debt_usd)) < 5%")
    }
    try reader.expect("(")
    let statistic = try reader.statistic(assets: assets)
    var floor: Double?
    if reader.take(",") {
      let name = reader.word()
      guard name.text == "floor" else {
        throw reader.fault(
          at: name.start, "unknown option '\(name.text)'; relerr takes floor=NUMBER")
      }
      try reader.expect("=")
      let number = try reader.number()
      guard number.value > 0 else {
        throw reader.fault(at: number.start, "the floor must be above 0")
      }
      floor = number.value
    }
    try reader.expect(")")
    try reader.expect("<")
    let target = try reader.number()
    let isPercent = reader.take("%")
    let fraction = isPercent ? target.value / 100 : target.value
    guard fraction > 0, fraction < 1 else {
      throw reader.fault(
        at: target.start, "the relative error must lie between 0 and 100%",
        suggestion: !isPercent && 1..<100 ~= fraction ? "did you mean \(target.text)%?" : nil)
    }
    try reader.expectEnd()
    return StoppingRule(
      statistic: statistic, target: fraction, floor: floor,
      text: text.trimmingCharacters(in: .whitespaces))
  }
}

/// Reads an expression from left to right, blanks between its parts ignored.
struct ExpressionReader {
  private let characters: [Character]
  private let text: String
  private var next = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  struct Part {
    let text: String
    let start: Int
  }

  func fault(
    at position: Int, _ message: String, suggestion: String? = nil
  ) -> ExpressionError {
    ExpressionError(text, at: position, message, suggestion: suggestion)
  }

  /// Letters, digits and underscores; empty where there are none.
  mutating func word() -> Part {
    skipBlanks()
    let start = next
    while next < characters.count,
      characters[next].isLetter || characters[next].isNumber
        || characters[next] == "_"
    {
      next += 1
    }
    return Part(text: String(characters[start..<next]), start: start)
  }

  mutating func take(_ symbol: Character) -> Bool {
    skipBlanks()
    guard next < characters.count, characters[next] == symbol else { return false }
    next += 1
    return true
  }

  mutating func expect(_ symbol: Character) throws(ExpressionError) {
    guard !take(symbol) else { return }
    throw fault(at: next, "expected '\(symbol)', found \(found)")
  }

  mutating func expectEnd() throws(ExpressionError) {
    skipBlanks()
    guard next == characters.count else {
      throw fault(at: next, "expected the end of the rule, found \(found)")
    }
  }

  mutating func number() throws(ExpressionError) -> (value: Double, text: String, start: Int) {
    skipBlanks()
    let start = next
    while next < characters.count, isNumeric(at: next) { next += 1 }
    let spelling = String(characters[start..<next])
    guard let value = try? NumberGrammar.number(spelling) else {
      next = start
      throw fault(at: start, "expected a number, found \(found)")
    }
    return (value, spelling, start)
  }

  /// Digits, a point, an exponent, and signs at the start or after an exponent's letter.
  private func isNumeric(at index: Int) -> Bool {
    let character = characters[index]
    if "+-".contains(character) {
      return index == next && (index == 0 || !characters[index - 1].isNumber)
        && (index + 1 < characters.count)
    }
    return character.isNumber || character == "." || character == "e" || character == "E"
  }

  private var found: String {
    next < characters.count
      ? "'\(String(characters[next...]).escapingControls.cut(to: 20))'" : "the end"
  }

  private mutating func skipBlanks() {
    while next < characters.count, characters[next].isWhitespace { next += 1 }
  }
}

extension ExpressionReader {
  /// `p99(bad_debt_usd)` and its like.
  mutating func statistic(assets: [String]) throws(ExpressionError) -> NamedStatistic {
    let function = word()
    guard let kind = StatisticKind(function.text) else {
      let near = NearestName.find(function.text, in: StatisticKind.examples)
      throw fault(
        at: function.start,
        "unknown statistic '\(function.text)'; known: mean, pNN, tail_mean_pNN, prob",
        suggestion: near.map { "did you mean \($0)?" })
    }
    try expect("(")
    let (metric, asset) = try metric(assets: assets)
    var threshold: Double?
    if kind == .probability {
      try expect(">")
      threshold = try number().value
    }
    try expect(")")
    let place = asset.map { "[\(assets[$0])]" } ?? ""
    let condition = threshold.map { " > \($0.shortText)" } ?? ""
    return NamedStatistic(
      kind.named(threshold: threshold ?? 0), of: metric, asset: asset,
      text: "\(function.text)(\(metric)\(place)\(condition))")
  }

  private mutating func metric(
    assets: [String]
  ) throws(ExpressionError) -> (name: String, asset: Int?) {
    let name = word()
    let ofPaths = Metric.ofPaths.map(\.metric.name)
    let ofAssets = Metric.ofAssets.map(\.metric.name)
    let example = assets.first ?? "WETH"
    if ofAssets.contains(name.text) {
      guard take("[") else {
        throw fault(
          at: next, "\(name.text) is a metric of one asset",
          suggestion: "example: \(name.text)[\(example)]")
      }
      let symbol = word()
      guard let asset = assets.firstIndex(of: symbol.text) else {
        let near = NearestName.find(symbol.text, in: assets)
        throw fault(
          at: symbol.start,
          "unknown asset '\(symbol.text)'; known: \(assets.joined(separator: ", "))",
          suggestion: near.map { "did you mean \($0)?" })
      }
      try expect("]")
      return (name.text, asset)
    }
    guard ofPaths.contains(name.text) else {
      if Metric.ratioNames.contains(name.text) {
        throw fault(
          at: name.start, "\(name.text) is a ratio over all paths, not a metric of each path",
          suggestion: "rules take metrics that each path has, such as liquidated_collateral_usd")
      }
      let near = NearestName.find(name.text, in: ofPaths + ofAssets)
      throw fault(
        at: name.start, "unknown metric '\(name.text)'",
        suggestion: near.map { "did you mean \($0)?" }
          ?? "metrics are those of summary.csv, such as bad_debt_usd and min_price_usd[\(example)]")
    }
    if characters.indices.contains(next), characters[next] == "[" {
      let ofAsset = "asset_" + name.text
      throw fault(
        at: next, "\(name.text) is a metric of the whole path",
        suggestion: ofAssets.contains(ofAsset) ? "by asset: \(ofAsset)[\(example)]" : nil)
    }
    return (name.text, nil)
  }
}

/// The function of a statistic, before its threshold is known.
private enum StatisticKind: Equatable {
  case mean, probability
  case quantile(Double)
  case tailMean(Double)

  static let examples = ["mean", "prob", "p95", "p99", "p999", "tail_mean_p99"]

  /// `p99` is 0.99 and `p999` 0.999, as in summary.csv.
  init?(_ name: String) {
    func probability(_ digits: Substring) -> Double? {
      guard digits.count >= 2, digits.count <= 9, digits.allSatisfy({ "0"..."9" ~= $0 }),
        let value = Double("0." + digits), value > 0
      else { return nil }
      return value
    }
    if name == "mean" {
      self = .mean
    } else if name == "prob" {
      self = .probability
    } else if name.hasPrefix("tail_mean_p"), let value = probability(name.dropFirst(11)) {
      self = .tailMean(value)
    } else if name.hasPrefix("p"), let value = probability(name.dropFirst(1)) {
      self = .quantile(value)
    } else {
      return nil
    }
  }

  func named(threshold: Double) -> NamedStatistic.Kind {
    switch self {
    case .mean: .mean
    case .probability: .probability(above: threshold)
    case .quantile(let probability): .quantile(probability)
    case .tailMean(let probability): .tailMean(probability)
    }
  }
}
