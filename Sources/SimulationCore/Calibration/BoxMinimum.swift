import CNLopt

/// The least value of a function inside a box, and where it is.
///
/// NLopt's BOBYQA goes most of the way, Sbplx (Nelder and Mead on subspaces) the rest; neither
/// needs derivatives or random numbers.
///
/// - Cost: some hundred calls for five variables.
/// - Source: S. Johnson, The NLopt nonlinear-optimization package; M. Powell, The BOBYQA algorithm
///   for bound constrained optimization without derivatives, report DAMTP 2009/NA06; T. Rowan,
///   thesis (1990).
package struct BoxMinimum: Sendable, Equatable {
  package private(set) var point: [Double]
  package private(set) var value: Double
  package private(set) var callCount = 0

  /// One variable: where the search starts, how far it first goes, and its bounds.
  package struct Variable: Sendable {
    package var start: Double
    package var step: Double
    package var bounds: ClosedRange<Double>

    package init(start: Double, step: Double, in bounds: ClosedRange<Double>) {
      self.start = min(max(start, bounds.lowerBound), bounds.upperBound)
      self.step = step
      self.bounds = bounds
    }
  }

  /// How the search is done.
  package enum Method: Sendable {
    case quadraticModel, simplex

    fileprivate var algorithm: nlopt_algorithm {
      switch self {
      case .quadraticModel: NLOPT_LN_BOBYQA
      case .simplex: NLOPT_LN_SBPLX
      }
    }
  }

  /// Searches until no variable moves by more than `tolerance` of its first step, or `callLimit`
  /// calls of a method are spent; values that are not finite count as very large.
  package init(
    _ variables: [Variable], methods: [Method] = [.quadraticModel, .simplex],
    tolerance: Double = 1e-6, callLimit: Int = 4_000, of function: ([Double]) -> Double
  ) {
    point = variables.map(\.start)
    value = BoxMinimum.finite(function(point))
    for method in methods {
      // One variable is too few for a quadratic model in NLopt.
      if method == .quadraticModel && variables.count < 2 { continue }
      search(variables, method, tolerance, callLimit, function)
    }
  }

  /// Far above every value, and still harmless inside a quadratic model.
  private static func finite(_ value: Double) -> Double { value.isFinite ? value : 1e20 }

  private mutating func search(
    _ variables: [Variable], _ method: Method, _ tolerance: Double, _ callLimit: Int,
    _ function: ([Double]) -> Double
  ) {
    guard let search = nlopt_create(method.algorithm, UInt32(variables.count)) else {
      preconditionFailure("NLopt offers the algorithm")
    }
    defer { nlopt_destroy(search) }
    nlopt_set_lower_bounds(search, variables.map(\.bounds.lowerBound))
    nlopt_set_upper_bounds(search, variables.map(\.bounds.upperBound))
    nlopt_set_initial_step(search, variables.map(\.step))
    nlopt_set_xtol_abs(search, variables.map { tolerance * $0.step })
    nlopt_set_maxeval(search, Int32(callLimit))
    // The best point is kept here: a search that rounding ends early has still found it.
    withoutActuallyEscaping(function) { function in
      let calls = Calls(function, self)
      nlopt_set_min_objective(
        search,
        { count, x, _, context in
          guard let x, let context else { return 1e20 }
          return Unmanaged<Calls>.fromOpaque(context).takeUnretainedValue()
            .value(at: Array(UnsafeBufferPointer(start: x, count: Int(count))))
        }, Unmanaged.passUnretained(calls).toOpaque())
      var start = point
      var least = value
      withExtendedLifetime(calls) { _ = nlopt_optimize(search, &start, &least) }
      self = calls.best
    }
  }

  /// What the C callback sees.
  private final class Calls {
    private let function: ([Double]) -> Double
    var best: BoxMinimum

    init(_ function: @escaping ([Double]) -> Double, _ best: BoxMinimum) {
      self.function = function
      self.best = best
    }

    func value(at point: [Double]) -> Double {
      let value = BoxMinimum.finite(function(point))
      best.callCount += 1
      if value < best.value {
        best.point = point
        best.value = value
      }
      return value
    }
  }
}
