import Foundation
import SimulationCore
import Testing

@Suite("Minima inside a box, and what the curvature there says")
struct OptimiserTests {
  @Test("a curved valley is followed to its end, and a bound stops the search")
  func valley() {
    func rosenbrock(_ x: [Double]) -> Double {
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return a * a + 100 * b * b
    }
    let free = BoxMinimum(
      [.init(start: -1, step: 0.3, in: -3...3), .init(start: 2, step: 0.3, in: -3...3)],
      of: rosenbrock)
    #expect(abs(free.point[0] - 1) < 1e-4 && abs(free.point[1] - 1) < 1e-4, "\(free)")
    // With x <= 0.5 the valley's floor is lowest at the bound: y = x^2.
    let bounded = BoxMinimum(
      [.init(start: -1, step: 0.3, in: -3...0.5), .init(start: 2, step: 0.3, in: -3...3)],
      of: rosenbrock)
    #expect(bounded.point[0] == 0.5 && abs(bounded.point[1] - 0.25) < 1e-4, "\(bounded)")
    let line = BoxMinimum([.init(start: 5, step: 1, in: -9...9)], of: { ($0[0] - 2) * ($0[0] - 2) })
    #expect(abs(line.point[0] - 2) < 1e-4)
  }

  @Test("values that are no numbers are walked around")
  func holes() {
    let least = BoxMinimum(
      [.init(start: 2, step: 0.5, in: -4...4), .init(start: 2, step: 0.5, in: -4...4)]
    ) { x in x[0] < 0.5 ? .nan : (x[0] - 1) * (x[0] - 1) + x[1] * x[1] }
    #expect(abs(least.point[0] - 1) < 1e-4 && abs(least.point[1]) < 1e-4, "\(least)")
  }

  /// The covariance of a normal law with precision [[a, b], [b, c]] is its inverse; a parameter at
  /// its bound is held, which leaves 1 / a for the other.
  @Test("standard errors are the inverse of the curvature, whatever the scales")
  func information() throws {
    let (a, b, c) = (4.0e6, -300.0, 0.09)
    func value(_ x: [Double]) -> Double {
      let (u, v) = (x[0] - 2, x[1] + 50)
      return 0.5 * (a * u * u + 2 * b * u * v + c * v * v)
    }
    let determinant = a * c - b * b
    let errors = ObservedInformation(
      at: [2, -50], scales: [1, 1], bounds: [0...10, -1e3...1e3], of: value
    ).standardErrors
    #expect(abs(try #require(errors[0]) / (c / determinant).squareRoot() - 1) < 1e-3)
    #expect(abs(try #require(errors[1]) / (a / determinant).squareRoot() - 1) < 1e-3)
    let held = ObservedInformation(
      at: [2, -50], scales: [1, 1], bounds: [0...10, -50...1e3], of: value
    ).standardErrors
    #expect(abs(try #require(held[0]) * a.squareRoot() - 1) < 1e-3)
    #expect(held[1] == nil)
    // The second one given with an error of 10: the first answers to it by -b / a.
    let given = ObservedInformation(
      at: [2], scales: [1], bounds: [0...10], givenError: 10
    ) { value([$0[0], $0[1] - 50]) }.standardErrors
    let variance = 1 / a + 100 * b * b / (a * a)
    #expect(abs(try #require(given[0]) / variance.squareRoot() - 1) < 1e-3)
    // Nothing is free at a bound.
    let none = ObservedInformation(
      at: [2], scales: [1], bounds: [2...10], givenError: 10
    ) { value([$0[0], $0[1] - 50]) }.standardErrors
    #expect(none == [nil])
  }
}
