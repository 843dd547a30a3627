package import SimulationCore

/// The valid correlation matrix nearest to that of a scenario, as YAML ready to paste.
///
/// - Source: N. J. Higham (2002); see `NearestCorrelation`.
package struct CorrelationRepair: Sendable, Equatable {
  package let order: [String]
  /// `[asset][asset]`, six decimals, with a positive smallest eigenvalue.
  package let matrix: [[Double]]
  /// Each pair of assets whose correlation changes.
  package let changes: [Change]

  package struct Change: Sendable, Equatable {
    package let pair: String
    package let from: Double
    package let to: Double
  }

  /// The repair of a checked or half-checked `correlation` section; `nil` where its matrix is valid,
  /// is not square and symmetric with ones on its diagonal, or is not there.
  package init?(_ section: Section?) {
    guard let section, section.has("matrix"), section.has("order") else { return nil }
    let rows = section.list("matrix").map { row -> [Double] in
      guard case .list(let entries) = row else { return [] }
      return entries.compactMap { if case .number(let number) = $0 { number } else { nil } }
    }
    self.init(order: section.texts("order"), rows: rows)
  }

  package init?(order: [String], rows: [[Double]]) {
    guard order.count == rows.count else { return nil }
    do {
      _ = try Correlation(matrix: rows)
      return nil
    } catch Correlation.Fault.notPositiveSemidefinite {
      guard let nearest = try? NearestCorrelation(to: rows),
        let matrix = CorrelationRepair.rounded(nearest.matrix)
      else { return nil }
      self.order = order
      self.matrix = matrix
    } catch {
      return nil
    }
    var changes: [Change] = []
    for row in rows.indices {
      for column in 0..<row where matrix[row][column] != rows[row][column] {
        changes.append(
          Change(
            pair: "\(order[column])/\(order[row])", from: rows[row][column],
            to: matrix[row][column]))
      }
    }
    self.changes = changes
  }

  /// The block as a scenario spells it.
  package var yaml: String { "dynamics:\n" + CorrelationRepair.yaml(order: order, matrix: matrix) }

  /// A `correlation` block, indented as a part of `dynamics`.
  package static func yaml(order: [String], matrix: [[Double]]) -> String {
    let texts = matrix.map { $0.map(\.shortText) }
    let widths = order.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
    let rows = texts.map { row in
      "      - [" + zip(row, widths).map { $0.padded(left: $1) }.joined(separator: ", ") + "]\n"
    }
    return "  correlation:\n    order: [\(order.joined(separator: ", "))]\n"
      + "    matrix:\n" + rows.joined()
  }

  /// The pair that changes most, the first of equals.
  package var largestChange: Change? {
    changes.max { abs($0.to - $0.from) < abs($1.to - $1.from) }
  }

  /// Six decimals, shrunk towards independence until rounding leaves no negative eigenvalue.
  private static func rounded(_ matrix: [[Double]]) -> [[Double]]? {
    var shrinkage = 0.0
    for _ in 0..<20 {
      let candidate = matrix.indices.map { row in
        matrix.indices.map { column in
          row == column
            ? 1 : ((1 - shrinkage) * matrix[row][column] * 1e6).rounded() / 1e6
        }
      }
      // A factor of full rank: not only zero within a tolerance.
      if let correlation = try? Correlation(matrix: candidate), !correlation.isRankDeficient {
        return candidate
      }
      shrinkage = max(1e-6, 2 * shrinkage)
    }
    return nil
  }
}

extension Scenario {
  /// What `check --fix-correlation` finds in a file.
  package enum CorrelationState: Sendable, Equatable {
    /// No matrix: independent assets, one common factor, or a model on data.
    case absent
    case valid
    case repaired(CorrelationRepair)
  }

  /// The state of the file's correlation matrix, includes and overrides applied.
  ///
  /// Throws where the file cannot be read as a tree of fields, and where the matrix has a fault other
  /// than a negative eigenvalue; other faults of the file do not matter.
  package static func correlationState(
    _ file: String, overrides: [Override] = [], dataFolders: [String] = []
  ) throws(Diagnostics) -> CorrelationState {
    let (root, reader) = try tree(file, overrides: overrides, dataFolders: dataFolders)
    var own = reader
    let section = own.section(root, ScenarioTable.root, path: "")
    guard let dynamics = section.section("dynamics"), dynamics.table["correlation"] != nil,
      let correlation = dynamics.section("correlation")
    else {
      return .absent
    }
    var validation = Validation(own, root: section)
    guard validation.complete(correlation) != nil else { throw validation.diagnostics }
    do {
      _ = try Correlation(correlation, symbols: validation.unpeggedSymbols)
      return correlation.has("matrix") ? .valid : .absent
    } catch {
      if let repair = CorrelationRepair(correlation) { return .repaired(repair) }
      validation.report(Result<Void, any Error>.failure(error), in: correlation)
      throw validation.diagnostics
    }
  }
}

extension Validation {
  /// The assets that have a row in the correlation.
  fileprivate var unpeggedSymbols: [String] {
    root.map("assets").filter { entry in
      if case .section(let asset) = entry.value { !asset.has("peg") } else { true }
    }.map(\.key)
  }
}
