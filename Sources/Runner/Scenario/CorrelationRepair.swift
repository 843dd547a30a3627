package import SimulationCore

/// The entries of a scenario's correlation matrix, replaced in the text by the nearest valid ones.
package struct CorrelationRepair: Sendable, Equatable {
  /// The scenario with nothing but the changed numbers replaced.
  package let text: String
  /// A line a changed pair of assets.
  package let changes: [String]

  /// Why a matrix is left alone, in a sentence.
  package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    case noMatrix
    /// Its numbers stand in an included file, behind an alias, or are no plain numbers.
    case notPlain
    case search(NearestCorrelation.Fault)

    package var description: String {
      switch self {
      case .noMatrix: "there is no dynamics.correlation.matrix with an order"
      case .notPlain: "dynamics.correlation.matrix must hold plain numbers, written where it stands"
      case .search(let fault): "no valid matrix was found: \(fault)"
      }
    }
  }

  /// Repairs the matrix of the document `root` was read from; a valid one gives no changes.
  ///
  /// The numbers keep all digits: rounding could make the matrix indefinite again.
  package init(_ root: ScenarioNode, text source: String, file: String) throws(Refusal) {
    guard let correlation = root["dynamics"]?["correlation"],
      let order = correlation["order"]?.items?.compactMap(\.scalarText),
      let rows = correlation["matrix"]?.items?.map({ $0.items ?? [] }),
      rows.count == order.count, rows.allSatisfy({ $0.count == order.count })
    else { throw .noMatrix }
    let isPlain = rows.joined().allSatisfy { !$0.isViaAnchor && $0.mark.file == file }
    let values = rows.map { $0.compactMap { $0.scalarText.flatMap { Double($0) } } }
    guard isPlain, values.allSatisfy({ $0.count == order.count }) else { throw .notPlain }
    let isValid = (try? Correlation(matrix: values)) != nil
    let nearest: [[Double]]
    do {
      nearest = isValid ? values : try NearestCorrelation(to: values).matrix
    } catch let fault as NearestCorrelation.Fault {
      throw .search(fault)
    } catch {
      throw .noMatrix
    }
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var changes: [String] = []
    // From the end of each line to its start, so that the marks in front stay right.
    for row in rows.indices.reversed() {
      for column in rows.indices.reversed() where nearest[row][column] != values[row][column] {
        let written = nearest[row][column].shortText
        guard CorrelationRepair.replace(rows[row][column], by: written, in: &lines) else {
          throw .notPlain
        }
        if column < row {
          changes.append(
            "\(order[column])/\(order[row]): \(values[row][column].shortText) to \(written)")
        }
      }
    }
    text = lines.joined(separator: "\n")
    self.changes = changes.reversed()
  }

  private static func replace(
    _ node: ScenarioNode, by text: String, in lines: inout [String]
  ) -> Bool {
    let line = node.mark.line - 1
    guard lines.indices.contains(line), let old = node.scalarText else { return false }
    let scalars = Array(lines[line].unicodeScalars)
    let start = node.mark.column - 1
    let end = start + old.unicodeScalars.count
    guard start >= 0, end <= scalars.count, scalars[start..<end].elementsEqual(old.unicodeScalars)
    else { return false }
    var changed = String.UnicodeScalarView()
    changed.append(contentsOf: scalars[..<start])
    changed.append(contentsOf: text.unicodeScalars)
    changed.append(contentsOf: scalars[end...])
    lines[line] = String(changed)
    return true
  }
}
