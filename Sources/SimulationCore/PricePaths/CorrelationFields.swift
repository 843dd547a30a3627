extension Correlation {
  /// The `correlation` block, common to all parametric models.
  package static let table = FieldTable(
    "correlation",
    "How the assets' log returns move together: a matrix in a named order, or one common factor.",
    [
      Field(
        "order", .list(.asset, 1...10_000), .optional,
        "The assets in the order of the matrix's rows and columns; each asset once."),
      Field(
        "matrix", .list(.list(.number(.pure, Bounds(-1, 1)), 1...10_000), 1...10_000), .optional,
        "Correlations of log returns: symmetric, ones on the diagonal, no negative eigenvalue."),
      Field(
        "one_factor", .mapByAsset(.number(.pure, Bounds(-1, 1))), .optional,
        "A loading for each asset; the correlation of two assets is the product of their loadings."),
      Field(
        "pull_to_one", .number(.pure, .unitInterval), .defaults("0"),
        "How far a stress pulls all correlations towards 1: 0 not at all, 1 all the way.",
        neutral: "0"),
    ])

  /// The correlation of `symbols`, in their order; the identity where the block is absent.
  ///
  /// Throws `ParameterError` with a key inside the block: E022 choice of form, E040 shape or names,
  /// E041 symmetry, E042 diagonal, E043 range, E044 definiteness.
  package init(_ section: Section?, symbols: [String]) throws {
    guard let section else {
      self = .identity(symbols.count)
      return
    }
    let given: Correlation
    switch (section.has("matrix"), section.has("one_factor")) {
    case (true, true):
      throw ParameterError(
        key: "one_factor", code: "E022", "give either matrix or one_factor, not both")
    case (false, false):
      throw ParameterError(key: "", code: "E022", "give either order and matrix, or one_factor")
    case (false, true):
      given = try Correlation.readOneFactor(section, symbols)
    case (true, false):
      given = try Correlation.readMatrix(section, symbols)
    }
    self = try given.pulled(by: section.number("pull_to_one"))
  }

  private static func readOneFactor(_ section: Section, _ symbols: [String]) throws -> Correlation {
    guard !section.has("order") else {
      throw ParameterError(key: "order", code: "E040", "one_factor needs no order")
    }
    var loadings = [Double?](repeating: nil, count: symbols.count)
    for entry in section.numbers("one_factor") {
      guard let asset = symbols.firstIndex(of: entry.key) else {
        throw ParameterError(
          key: "one_factor.\(entry.key)", code: "E040",
          "\(entry.key) is not among the assets with a price of their own")
      }
      loadings[asset] = entry.value
    }
    let given = loadings.compactMap { $0 }
    guard given.count == symbols.count else {
      let missing = zip(symbols, loadings).filter { $0.1 == nil }.map(\.0)
      throw ParameterError(
        key: "one_factor", code: "E040",
        "one_factor lacks a loading for \(missing.joined(separator: ", "))")
    }
    return try reporting(symbols) { try oneFactor(given) }
  }

  private static func readMatrix(_ section: Section, _ symbols: [String]) throws -> Correlation {
    let order = section.list("order").compactMap { value in
      if case .text(let symbol) = value { symbol } else { nil }
    }
    guard order.count == symbols.count, Set(order) == Set(symbols) else {
      throw ParameterError(
        key: "order", code: "E040",
        "order must name each of \(symbols.joined(separator: ", ")) once")
    }
    let rows = section.list("matrix").map { row in
      if case .list(let entries) = row { entries.compactMap(number) } else { [Double]() }
    }
    guard rows.count == order.count else {
      throw ParameterError(
        key: "matrix", code: "E040", "matrix has \(rows.count) rows for \(order.count) assets")
    }
    let ordered = try reporting(order) { try Correlation(matrix: rows) }
    guard order != symbols else { return ordered }
    let places = symbols.compactMap { order.firstIndex(of: $0) }
    return try Correlation(
      matrix: places.map { row in places.map { ordered[row, $0] } })
  }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  /// Turns a fault into the sentence for the scenario's author.
  private static func reporting(
    _ names: [String], _ make: () throws -> Correlation
  ) throws -> Correlation {
    do {
      return try make()
    } catch let fault as Fault {
      throw fault.parameterError(names)
    }
  }
}

extension Correlation.Fault {
  /// Three decimals, or as many more as show a digit.
  private static func threeDecimals(_ value: Double) -> Double {
    var scale = 1000.0
    while abs(value) * scale < 1, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
  }

  /// The same fault as an error of the `correlation` block, assets by name.
  package func parameterError(_ names: [String]) -> ParameterError {
    switch self {
    case .notSquare(let row, let columnCount, let rowCount):
      ParameterError(
        key: "matrix", code: "E040",
        "matrix must be square: the row of \(names[row]) has \(columnCount) entries, not \(rowCount)"
      )
    case .asymmetric(let row, let column, let value, let mirrored):
      ParameterError(
        key: "matrix", code: "E041",
        "matrix must be symmetric: \(names[row])/\(names[column]) is \(value), "
          + "\(names[column])/\(names[row]) is \(mirrored)")
    case .diagonalNotOne(let row, let value):
      ParameterError(
        key: "matrix", code: "E042",
        "matrix must have ones on its diagonal: \(names[row])/\(names[row]) is \(value)")
    case .beyondOne(let row, let column, let value):
      ParameterError(
        key: "matrix", code: "E043",
        "correlations lie in [-1, 1]: \(names[row])/\(names[column]) is \(value)")
    case .notPositiveSemidefinite(let smallest):
      ParameterError(
        key: "matrix", code: "E044",
        "matrix is not positive definite: smallest eigenvalue \(Self.threeDecimals(smallest))")
    case .loadingBeyondOne(let asset, let value):
      ParameterError(
        key: "one_factor.\(names[asset])", code: "E043",
        "loadings lie in [-1, 1]: \(names[asset]) has \(value)")
    }
  }
}
