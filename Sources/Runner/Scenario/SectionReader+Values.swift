package import SimulationCore

/// One value of each type.
extension SectionReader {
  package mutating func value(_ node: ScenarioNode, _ type: FieldType, path: String) -> Value? {
    switch type {
    case .number(let unit, let bounds):
      return number(node, unit, bounds, path: path).map { .number($0) }
    case .integer(let range): return integer(node, range, path: path)
    case .seed: return seed(node, path: path)
    case .boolean: return boolean(node, path: path)
    case .name: return name(node, path: path)
    case .text: return scalar(node, type, path: path).map { .text($0) }
    case .file: return scalar(node, type, path: path).flatMap { file($0, node, path: path) }
    case .word(let words): return word(node, words, path: path)
    case .asset: return scalar(node, type, path: path).flatMap { asset($0, at: node, path: path) }
    case .distribution(let unit, let bounds):
      return distribution(node, unit, bounds, path: path)
    case .time: return time(node, path: path)
    case .list(let element, let range): return list(node, element, range, type, path: path)
    case .mapByAsset(let element):
      return map(node, element, type, path: path, keysAreAssets: true)
    case .mapByName(let element):
      return map(node, element, type, path: path, keysAreAssets: false)
    case .block(let table):
      return node.entries == nil
        ? expecting(type, node, path: path) : .section(section(node, table, path: path))
    case .family(let family): return section(node, family, path: path).map { .section($0) }
    case .either(let alternatives):
      guard let match = alternatives.first(where: { $0.accepts(node) }) else {
        return expecting(type, node, path: path)
      }
      return value(node, match, path: path)
    }
  }

  private mutating func expecting(_ type: FieldType, _ node: ScenarioNode, path: String) -> Value? {
    wrongType(node, path: path, expected: type.expectation)
    return nil
  }

  private mutating func scalar(_ node: ScenarioNode, _ type: FieldType, path: String) -> String? {
    guard let text = node.scalarText, !node.isNull else {
      wrongType(node, path: path, expected: type.expectation)
      return nil
    }
    return text
  }

  private mutating func number(
    _ node: ScenarioNode, _ unit: Unit, _ bounds: Bounds, path: String
  ) -> Double? {
    guard let text = numeral(node, expected: "a number", path: path) else { return nil }
    do throws(NumberGrammar.Fault) {
      let value = try NumberGrammar.number(text)
      return inRange(value, node, unit, bounds, path: path) ? value : nil
    } catch {
      misspelled(node, error, expected: "a number", path: path)
      return nil
    }
  }

  /// The text of a plain scalar; quoted numbers and everything else are told.
  private mutating func numeral(_ node: ScenarioNode, expected: String, path: String) -> String? {
    guard case .scalar(let text, let isPlain) = node.content, !node.isNull else {
      wrongType(node, path: path, expected: expected)
      return nil
    }
    if isPlain { return text }
    if (try? NumberGrammar.number(text)) != nil {
      misspelled(
        node, NumberGrammar.Fault(advice: "\(text) without quotes"), expected: expected, path: path)
    } else {
      var fault = NumberGrammar.Fault()
      do throws(NumberGrammar.Fault) { _ = try NumberGrammar.number(text) } catch { fault = error }
      misspelled(node, fault, expected: expected, path: path)
    }
    return nil
  }

  private mutating func misspelled(
    _ node: ScenarioNode, _ fault: NumberGrammar.Fault, expected: String, path: String
  ) {
    let reason = fault.reason.isEmpty ? "" : " (\(fault.reason))"
    let advice = fault.advice.map { "; write \($0)" } ?? ""
    diagnostics.add(
      Diagnostic(
        .number, at: node.mark,
        "\(path): expected \(expected), found \(quotedText(node))\(reason)\(advice)",
        notes: origin(node)))
  }

  private func quotedText(_ node: ScenarioNode) -> String {
    "\"" + (node.scalarText ?? "").cut(to: 40) + "\""
  }

  private mutating func inRange(
    _ value: Double, _ node: ScenarioNode, _ unit: Unit, _ bounds: Bounds, path: String
  ) -> Bool {
    if !bounds.contains(value) {
      var hint: String?
      if unit == .pure, value > 1, bounds.high <= 1, bounds.contains(value / 100) {
        hint = "a fraction of one: \(value.shortText) % is \((value / 100).shortText)"
      }
      diagnostics.add(
        Diagnostic(
          .outOfRange, at: node.mark,
          "\(path): expected \(bounds.words)\(unit.suffix), found \(value.shortText)", hint: hint,
          notes: origin(node)))
      return false
    }
    if let code = WrongUnit.code(value, unit, path: path) {
      let meant = (value * 100).shortText
      diagnostics.add(
        Diagnostic(
          code, at: node.mark,
          "\(path): \(value.shortText) is read as \(value.shortText) %; for \(meant) % write \(meant)",
          notes: origin(node)))
      return code.severity != .error
    }
    return true
  }

  private mutating func integer(_ node: ScenarioNode, _ range: ClosedRange<Int>, path: String)
    -> Value?
  {
    let expected = "a whole number"
    guard let text = numeral(node, expected: expected, path: path) else { return nil }
    do throws(NumberGrammar.Fault) {
      if let value = try NumberGrammar.integer(text, in: range) { return .integer(value) }
      diagnostics.add(
        Diagnostic(
          .outOfRange, at: node.mark,
          "\(path): expected \(range.lowerBound) to \(range.upperBound), found \(text.cut(to: 40))",
          notes: origin(node)))
    } catch {
      misspelled(node, error, expected: expected, path: path)
    }
    return nil
  }

  private mutating func seed(_ node: ScenarioNode, path: String) -> Value? {
    let expected = FieldType.seed.expectation
    guard let text = numeral(node, expected: expected, path: path) else { return nil }
    do throws(NumberGrammar.Fault) {
      if let value = try NumberGrammar.seed(text) { return .seed(value) }
      diagnostics.add(
        Diagnostic(
          .outOfRange, at: node.mark,
          "\(path): expected 0 to 18446744073709551615, found \(text.cut(to: 40))"))
    } catch {
      misspelled(node, error, expected: expected, path: path)
    }
    return nil
  }

  private mutating func boolean(_ node: ScenarioNode, path: String) -> Value? {
    if let value = node.booleanValue { return .boolean(value) }
    let other = ["yes": "true", "on": "true", "y": "true", "no": "false", "off": "false"]
    let advice = (node.scalarText?.lowercased()).flatMap { other[$0] }.map { "; write \($0)" } ?? ""
    diagnostics.add(
      Diagnostic(
        .wrongType, at: node.mark,
        "\(path): expected true or false, found \(node.foundText)\(advice)", notes: origin(node)))
    return nil
  }

  private mutating func name(_ node: ScenarioNode, path: String) -> Value? {
    guard let text = scalar(node, .name, path: path), check(name: text, at: node.mark, path: path)
    else { return nil }
    return .text(text)
  }

  private mutating func check(name: String, at mark: SourceMark, path: String) -> Bool {
    if name.isScenarioName { return true }
    diagnostics.add(
      Diagnostic(
        .badName, at: mark,
        "\(path): a name has 1 to 40 of the characters A-Z a-z 0-9 _ . : -, "
          + "found \"\(name.cut(to: 40))\""))
    return false
  }

  private mutating func word(_ node: ScenarioNode, _ words: [String], path: String) -> Value? {
    guard let text = scalar(node, .word(words), path: path) else { return nil }
    if words.contains(text) { return .text(text) }
    let nearest = NearestName.find(text, in: words)
    diagnostics.add(
      Diagnostic(
        .unknownWord, at: node.mark,
        "\(path): expected \(FieldType.word(words).expectation), found \(node.foundText)",
        hint: nearest.map { "did you mean '\($0)'?" }, notes: origin(node)))
    return nil
  }

  private mutating func asset(_ symbol: String, at node: ScenarioNode, path: String) -> Value? {
    check(asset: symbol, at: node.mark, path: path) ? .text(symbol) : nil
  }

  private mutating func check(asset symbol: String, at mark: SourceMark, path: String) -> Bool {
    if assets.contains(symbol) { return true }
    let nearest = NearestName.find(symbol, in: assets)
    diagnostics.add(
      Diagnostic(
        .unknownAsset, at: mark, "\(path): asset '\(symbol.cut(to: 40))' is not defined in assets",
        hint: nearest.map { "did you mean '\($0)'?" }))
    return false
  }

  private mutating func distribution(
    _ node: ScenarioNode, _ unit: Unit, _ bounds: Bounds, path: String
  ) -> Value? {
    guard node.entries != nil else {
      guard node.items == nil else {
        wrongType(node, path: path, expected: "a number or a distribution")
        return nil
      }
      return number(node, unit, bounds, path: path).map { .number($0) }
    }
    let words = DistributionTables.all.map(\.word)
    let selector = DistributionTables.selector
    guard let chosen = node[selector] else {
      wrongType(
        node, path: path,
        expected: "a number or {distribution: \(words.joined(separator: " | ")), ...}")
      return nil
    }
    guard case .text(let word)? = self.word(chosen, words, path: join(path, selector)),
      let table = DistributionTables.all.first(where: { $0.word == word })?.table
    else { return nil }
    let before = diagnostics.errorCount
    let section = section(node, table, path: path, kind: word, selector: selector)
    guard diagnostics.errorCount == before else { return nil }
    for key in ["min", "max", "median", "mean"] where table[key] != nil {
      guard let mark = node[key], let value = section.written(key) else { continue }
      let isMoved = (section.written("offset") ?? 0) != 0 && !(key == "min" || key == "max")
      let limit = isMoved || key == "mean" ? Bounds.any : bounds
      if !inRange(value, mark, unit, limit, path: join(path, key)) { return nil }
    }
    if let low = section.optionalNumber("min"), table["max"] != nil,
      let high = section.optionalNumber("max"), low > high
    {
      diagnostics.add(
        Diagnostic(
          .parameter, at: section.mark("min") ?? node.mark,
          "\(path): min must not exceed max: \(low.shortText) is above \(high.shortText)",
          second: section.mark("max").map { Diagnostic.SecondPlace($0, "the other value") }))
      return nil
    }
    return DistributionTables.distribution(
      section, word: word, factor: unit.factor, bounds: bounds
    ).map { .distribution($0) }
  }

  private mutating func time(_ node: ScenarioNode, path: String) -> Value? {
    guard let text = scalar(node, .time, path: path) else { return nil }
    if let hours = (try? NumberGrammar.number(text)) ?? ObservationTime.hours(iso8601: text) {
      return .number(hours)
    }
    diagnostics.add(
      Diagnostic(
        .time, at: node.mark,
        "\(path): expected a time such as 2021-04-05 00:00 (UTC) or hours as a number, "
          + "found \(node.foundText)"))
    return nil
  }

  private mutating func list(
    _ node: ScenarioNode, _ element: FieldType, _ range: ClosedRange<Int>, _ type: FieldType,
    path: String
  ) -> Value? {
    guard let items = node.items else { return expecting(type, node, path: path) }
    if !range.contains(items.count) {
      diagnostics.add(
        Diagnostic(
          .listLength, at: node.mark,
          "\(path): expected \(FieldType.count(range)), found \(items.count)", underline: .hidden))
      return nil
    }
    var values: [Value] = []
    for (index, item) in items.enumerated() {
      if let value = value(item, element, path: "\(path).\(index)") { values.append(value) }
    }
    return .list(values)
  }

  private mutating func map(
    _ node: ScenarioNode, _ element: FieldType, _ type: FieldType, path: String,
    keysAreAssets: Bool
  ) -> Value? {
    guard let entries = node.entries else { return expecting(type, node, path: path) }
    var values: [(key: String, value: Value)] = []
    for entry in entries {
      let isGood =
        keysAreAssets
        ? check(asset: entry.key, at: entry.keyMark, path: path)
        : check(name: entry.key, at: entry.keyMark, path: path)
      let value = value(entry.value, element, path: "\(path).\(entry.key.cut(to: 40))")
      if isGood, let value { values.append((entry.key, value)) }
    }
    return .map(values)
  }
}

extension FieldType {
  /// Whether a node has the shape of this type, well filled or not; decides between alternatives.
  func accepts(_ node: ScenarioNode) -> Bool {
    switch (self, node.content) {
    case (.list, .list), (.mapByAsset, .map), (.mapByName, .map), (.block, .map), (.family, .map):
      true
    case (.distribution, .map): node[DistributionTables.selector] != nil
    case (.number, .scalar(let text, true)), (.integer, .scalar(let text, true)),
      (.seed, .scalar(let text, true)), (.distribution, .scalar(let text, true)):
      NumberGrammar.looksNumeric(text)
    case (.boolean, .scalar): node.booleanValue != nil
    case (.word(let words), .scalar(let text, _)): words.contains(text)
    case (.name, .scalar), (.text, .scalar), (.file, .scalar), (.asset, .scalar), (.time, .scalar):
      !node.isNull
    case (.either(let alternatives), _): alternatives.contains { $0.accepts(node) }
    default: false
    }
  }
}

extension ScenarioNode {
  /// The boolean of YAML 1.2; `yes` and `on` are words.
  var booleanValue: Bool? {
    guard case .scalar(let text, true) = content else { return nil }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }
}

extension String {
  /// Letters, digits and `_ . : -`, 1 to 40 of them.
  package var isScenarioName: Bool {
    (1...40).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "_.:-".utf8.contains(byte)
        }
      }
  }
}
