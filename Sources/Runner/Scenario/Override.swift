import SimulationCore

/// A value that the command line lays over the scenario: `--set market.close_factor_pct=100`.
package struct Override: Sendable, Equatable {
  /// Dotted; entries of a list by index.
  package let path: String
  /// YAML in flow style.
  package let value: String
  /// The option as the user typed it, such as `--set market.close_factor_pct=100`.
  package let spelling: String

  /// For an option of its own, such as `--paths`, that stands for one field.
  package init(path: String, value: String, spelling: String) {
    self.path = path
    self.value = value
    self.spelling = spelling
  }

  /// `PATH=VALUE`; `nil` where there is no `=` or nothing before it.
  package init?(_ argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      return nil
    }
    self.init(
      path: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]),
      spelling: "--set " + argument)
  }

  /// Marks of overridden values name this source; the line is the override's number.
  package static let sourceName = "--set"

  /// Lays the overrides over `root`, one after the other.
  package static func apply(
    _ overrides: [Override], to root: ScenarioNode, diagnostics: inout Diagnostics
  ) -> ScenarioNode {
    guard !overrides.isEmpty else { return root }
    var root = root
    let source = SourceText(
      name: sourceName, text: overrides.map { $0.spelling.escapingControls }.joined(separator: "\n")
    )
    diagnostics.add(source)
    for (index, override) in overrides.enumerated() {
      let valueColumn = override.spelling.count - override.value.count
      let mark = SourceMark(file: sourceName, line: index + 1, column: valueColumn + 1)
      var own = Diagnostics()
      let value = ScenarioFile.parse(
        override.value, name: sourceName, columnOffset: valueColumn, into: &own)
      guard let value, !own.hasErrors else {
        diagnostics.add(
          Diagnostic(
            .override, at: mark,
            "\(override.path.cut(to: 60)): the value is not YAML: "
              + (own.all.first?.message ?? "nothing there")))
        continue
      }
      do throws(Diagnostic) {
        root = try root.setting(
          override.path.split(separator: ".", omittingEmptySubsequences: false)[...],
          to: value.onLine(index + 1), at: mark, spelled: override.path)
      } catch {
        diagnostics.add(error)
      }
    }
    return root
  }
}

extension ScenarioNode {
  /// The node with the value at `path` replaced; missing maps on the way are made.
  ///
  /// Keys may hold points: the longest key that exists is taken.
  fileprivate func setting(
    _ path: ArraySlice<Substring>, to value: ScenarioNode, at mark: SourceMark, spelled: String
  ) throws(Diagnostic) -> ScenarioNode {
    guard let head = path.first else { return value }
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw Diagnostic(
        .override, at: mark, "\(spelled.cut(to: 60)): a path is names and numbers joined by points")
    }
    var copy = self
    if var items {
      guard let index = Int(head), items.indices.contains(index) else {
        let range = items.isEmpty ? "the list is empty" : "0 to \(items.count - 1)"
        throw Diagnostic(
          .override, at: mark,
          "\(spelled.cut(to: 60)): '\(head)' is not an index of the list: \(range)")
      }
      items[index] = try items[index].setting(
        path.dropFirst(), to: value, at: mark, spelled: spelled)
      copy.content = .list(items)
      return copy
    }
    guard var entries = isNull ? [] : entries else {
      throw Diagnostic(
        .override, at: mark,
        "\(spelled.cut(to: 60)): nothing can stand under '\(head)', there is \(foundText) here")
    }
    for length in stride(from: path.count, through: 1, by: -1) {
      let key = path.prefix(length).joined(separator: ".")
      guard let index = entries.firstIndex(where: { $0.key == key }) else { continue }
      entries[index] = Entry(
        key: key, keyMark: entries[index].keyMark,
        value: try entries[index].value.setting(
          path.dropFirst(length), to: value, at: mark, spelled: spelled))
      copy.content = .map(entries)
      return copy
    }
    let empty = ScenarioNode(.map([]), mark: mark)
    let child =
      path.count == 1
      ? value : try empty.setting(path.dropFirst(), to: value, at: mark, spelled: spelled)
    entries.append(Entry(key: String(head), keyMark: mark, value: child))
    copy.content = .map(entries)
    return copy
  }

  /// The same tree with every mark on line `line`; an override is one line.
  fileprivate func onLine(_ line: Int) -> ScenarioNode {
    func moved(_ mark: SourceMark) -> SourceMark {
      SourceMark(file: mark.file, line: line, column: mark.column)
    }
    let content: Content =
      switch content {
      case .scalar: self.content
      case .list(let items): .list(items.map { $0.onLine(line) })
      case .map(let entries):
        .map(
          entries.map {
            Entry(key: $0.key, keyMark: moved($0.keyMark), value: $0.value.onLine(line))
          })
      }
    return ScenarioNode(content, mark: moved(mark), isViaAnchor: isViaAnchor)
  }
}
