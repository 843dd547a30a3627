import SimulationCore
import Testing

@Suite("The correlation block")
struct CorrelationFieldsTests {
  private func read(
    _ values: [String: Value]?, symbols: [String] = ["A", "B", "C"]
  ) throws -> Correlation {
    try Correlation(values.map { section(Correlation.table, $0) }, symbols: symbols)
  }

  private func names(_ symbols: String...) -> Value { .list(symbols.map { .text($0) }) }

  private func matrix(_ rows: [[Double]]) -> Value {
    .list(rows.map { .list($0.map { .number($0) }) })
  }

  private func code(_ values: [String: Value]) -> String? {
    do {
      _ = try read(values)
      return nil
    } catch {
      return (error as? ParameterError)?.code
    }
  }

  @Test("an absent block is the identity")
  func absent() throws {
    #expect(try read(nil) == .identity(3))
  }

  @Test("a matrix in another order than the assets is put in theirs")
  func order() throws {
    let rows: [[Double]] = [[1, 0.3, 0.2], [0.3, 1, 0.1], [0.2, 0.1, 1]]
    let correlation = try read(["order": names("C", "A", "B"), "matrix": matrix(rows)])
    #expect(correlation[0, 1] == 0.1)
    #expect(correlation[0, 2] == 0.3)
    #expect(correlation[1, 2] == 0.2)
    let straight = try read(["order": names("A", "B", "C"), "matrix": matrix(rows)])
    #expect(straight == (try Correlation(matrix: rows)))
  }

  /// (1 - t) C + t 11': eigenvalues are at least (1 - t) times those of C.
  @Test("a pull to one moves every correlation by its share, and keeps the matrix valid")
  func pull() throws {
    let rows: [[Double]] = [[1, -0.9, 0.2], [-0.9, 1, 0.1], [0.2, 0.1, 1]]
    let given = try Correlation(matrix: rows)
    for t in [0, 0.25, 0.9, 1] {
      let pulled = try read([
        "order": names("A", "B", "C"), "matrix": matrix(rows), "pull_to_one": .number(t),
      ])
      for row in 0..<3 {
        for column in 0..<3 {
          #expect(abs(pulled[row, column] - ((1 - t) * given[row, column] + t)) < 1e-15)
        }
      }
      let smallest = BLAS.symmetricEigen(pulled.matrix, count: 3)?.values.first
      let least = BLAS.symmetricEigen(given.matrix, count: 3)?.values.first
      #expect((smallest ?? -1) >= (1 - t) * (least ?? 1) - 1e-12)
    }
    let factor: [String: Value] = [
      "one_factor": .map([("A", .number(0.5)), ("B", .number(0.8)), ("C", .number(0))]),
      "pull_to_one": .number(0.5),
    ]
    let pulled = try read(factor)
    #expect(abs(pulled[0, 1] - 0.7) < 1e-15 && abs(pulled[1, 2] - 0.5) < 1e-15)
  }

  @Test("one factor's loadings go by name")
  func oneFactor() throws {
    let correlation = try read([
      "one_factor": .map([("C", .number(0.5)), ("A", .number(0.8)), ("B", .integer(0))])
    ])
    #expect(correlation[0, 2] == 0.4)
    #expect(correlation[0, 1] == 0)
  }

  @Test("faults carry their codes and the assets' names")
  func faults() {
    let good = matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    let order = names("A", "B", "C")
    #expect(code([:]) == "E022")
    #expect(code(["order": order, "matrix": good, "one_factor": .map([])]) == "E022")
    #expect(code(["matrix": good]) == "E040")
    #expect(code(["order": names("A", "B"), "matrix": good]) == "E040")
    #expect(code(["order": names("A", "B", "B"), "matrix": good]) == "E040")
    #expect(code(["order": order, "matrix": matrix([[1, 0], [0, 1]])]) == "E040")
    #expect(code(["order": order, "matrix": matrix([[1, 0, 0], [0, 1], [0, 0, 1]])]) == "E040")
    #expect(code(["order": order, "one_factor": .map([("A", .number(1))])]) == "E040")
    #expect(code(["one_factor": .map([("A", .number(1)), ("B", .number(1))])]) == "E040")
    #expect(code(["one_factor": .map([("X", .number(1))])]) == "E040")
    #expect(
      code(["order": order, "matrix": matrix([[1, 0.1, 0], [0, 1, 0], [0, 0, 1]])]) == "E041")
    #expect(
      code(["order": order, "matrix": matrix([[1, 0, 0], [0, 0.5, 0], [0, 0, 1]])]) == "E042")
    let indefinite = #expect(throws: ParameterError.self) {
      try read([
        "order": order, "matrix": matrix([[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]]),
      ])
    }
    #expect(indefinite?.code == "E044")
    // 1 - 0.9 sqrt 2 = -0.27322.
    #expect(indefinite?.message.contains("-0.273") == true)
    let asymmetric = #expect(throws: ParameterError.self) {
      try read(["order": order, "matrix": matrix([[1, 0, 0.5], [0, 1, 0], [0.4, 0, 1]])])
    }
    #expect(asymmetric?.message.contains("C/A is 0.4, A/C is 0.5") == true)
  }
}

@Suite("The dynamics family")
struct PriceModelsTests {
  @Test("kinds are unique, known to the family and documented")
  func registry() throws {
    #expect(
      PriceModels.family.kinds == [
        "gbm", "student_t", "crash_garch_t", "garch_t", "gjr_t", "t_copula", "merton", "kou",
        "hawkes_jumps", "heston", "bates", "regime_switching", "filtered_historical", "bootstrap",
        "replay",
      ])
    for type in PriceModels.all {
      #expect(PriceModels.type(of: type.kind)?.kind == type.kind)
      let table = try #require(PriceModels.family.table(for: type.kind))
      #expect(Set(table.fields.map(\.key)).count == table.fields.count)
      #expect(table["correlation"] != nil)
      // A copula can do with data or without.
      #expect(type.kind == "t_copula" || type.isParametric == (table["file"] == nil))
    }
    #expect(PriceModels.type(of: "levy") == nil)
  }
}
