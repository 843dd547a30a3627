import Foundation

/// A complex number, for characteristic functions.
package struct ComplexNumber: Sendable, Equatable {
  package var real: Double
  package var imaginary: Double

  package init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  static prefix func - (a: ComplexNumber) -> ComplexNumber {
    ComplexNumber(-a.real, -a.imaginary)
  }

  static func + (a: ComplexNumber, b: ComplexNumber) -> ComplexNumber {
    ComplexNumber(a.real + b.real, a.imaginary + b.imaginary)
  }

  static func - (a: ComplexNumber, b: ComplexNumber) -> ComplexNumber { a + -b }

  static func * (a: ComplexNumber, b: ComplexNumber) -> ComplexNumber {
    ComplexNumber(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  static func * (a: Double, b: ComplexNumber) -> ComplexNumber {
    ComplexNumber(a * b.real, a * b.imaginary)
  }

  static func / (a: ComplexNumber, b: ComplexNumber) -> ComplexNumber {
    let square = b.real * b.real + b.imaginary * b.imaginary
    return (1 / square) * (a * ComplexNumber(b.real, -b.imaginary))
  }

  /// Distance from zero.
  var modulus: Double { hypot(real, imaginary) }

  var exponential: ComplexNumber {
    exp(real) * ComplexNumber(cos(imaginary), sin(imaginary))
  }

  /// With an angle in (-pi, pi].
  var logarithm: ComplexNumber { ComplexNumber(log(modulus), atan2(imaginary, real)) }

  /// With a real part that is not negative.
  var squareRoot: ComplexNumber { (0.5 * logarithm).exponential }
}
