import SimulationCore

/// Reads a scenario with everything it includes, as one tree.
///
/// `include: FILE` or a list of files: maps are merged by key, everything else is replaced; later
/// files win over earlier ones and the including file over all.
struct ScenarioInclude {
  private let access: FileAccess
  private(set) var diagnostics: Diagnostics
  /// Folder of each source by its name, for the paths that it holds.
  private(set) var folders: [String: String] = [:]
  /// Whether an included file is missing from the tree, so that more complaints would mislead.
  private(set) var isIncomplete = false
  private var reading: [String] = []

  init(access: FileAccess, diagnostics: Diagnostics) {
    self.access = access
    self.diagnostics = diagnostics
  }

  /// The merged tree and the file's own text.
  mutating func read(_ path: String) -> (text: String, node: ScenarioNode)? {
    let mark = SourceMark(file: path, line: 1, column: 1)
    do throws(Diagnostic) {
      let bytes = try FileAccess.read(path, at: mark)
      return node(of: bytes, name: path)
    } catch {
      diagnostics.add(error)
      return nil
    }
  }

  /// Like `read`, for text that is already here.
  mutating func node(of bytes: [UInt8], name: String) -> (text: String, node: ScenarioNode)? {
    folders[name] = FileAccess.folder(of: name)
    reading.append(name)
    defer { reading.removeLast() }
    guard let parsed = ScenarioFile.parse(bytes, name: name, into: &diagnostics),
      var node = parsed.node
    else { return nil }
    guard var entries = node.entries else {
      diagnostics.add(
        Diagnostic(
          .wrongType, at: node.mark,
          "a scenario is a map of fields, found \(node.isNull ? "an empty file" : node.foundText)",
          underline: .hidden))
      return nil
    }
    guard let index = entries.firstIndex(where: { $0.key == "include" }) else {
      return (parsed.text, node)
    }
    let include = entries.remove(at: index).value
    node.content = .map(entries)
    var base: ScenarioNode?
    for file in include.items ?? [include] {
      guard let included = self.included(file, by: name) else {
        isIncomplete = true
        continue
      }
      base = base.map { ScenarioInclude.merged($0, under: included) } ?? included
    }
    return (parsed.text, base.map { ScenarioInclude.merged($0, under: node) } ?? node)
  }

  private mutating func included(_ file: ScenarioNode, by name: String) -> ScenarioNode? {
    guard let text = file.scalarText, !file.isNull else {
      diagnostics.add(
        Diagnostic(
          .include, at: file.mark,
          "include: expected a file or a list of files, found \(file.foundText)"))
      return nil
    }
    do throws(Diagnostic) {
      let path = try access.resolve(text, from: folders[name], at: file.mark)
      if let start = reading.firstIndex(of: path) {
        let cycle = (reading[start...] + [path]).joined(separator: " includes ")
        throw Diagnostic(.include, at: file.mark, "a cycle: \(cycle)")
      }
      if reading.count > 16 {
        throw Diagnostic(.include, at: file.mark, "more than 16 levels")
      }
      let bytes = try FileAccess.read(path, at: file.mark)
      return node(of: bytes, name: path)?.node
    } catch {
      diagnostics.add(error.under("include"))
      return nil
    }
  }

  /// `base` with everything that `top` says laid over it.
  ///
  /// Keys keep the order of `base`; new ones follow in the order of `top`.
  static func merged(_ base: ScenarioNode, under top: ScenarioNode) -> ScenarioNode {
    guard var entries = base.entries, let over = top.entries else { return top }
    var places = Dictionary(
      entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in over {
      if let place = places[entry.key] {
        entries[place] = ScenarioNode.Entry(
          key: entry.key, keyMark: entry.keyMark,
          value: merged(entries[place].value, under: entry.value))
      } else {
        places[entry.key] = entries.count
        entries.append(entry)
      }
    }
    return ScenarioNode(.map(entries), mark: top.mark, isViaAnchor: top.isViaAnchor)
  }
}
