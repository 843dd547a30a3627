import SimulationCore

/// The value of a tabulated quantile function where the tail on `side` has probability `tail`, step
/// by step as its documentation says.
func tabulatedValue(_ table: TabulatedQuantile, side: Int, tail: Double) -> Double {
  let place = (tail.significand - 1) * 16
  let cell = place.rounded(.down)
  let t = place - cell
  let first = ((side * 52 + Int(tail.exponent) + 53) * 16 + Int(cell)) * 6
  var value = table.coefficients[first + 5]
  for power in (0..<5).reversed() { value = value * t + table.coefficients[first + power] }
  return value
}

/// Tail probabilities at the given places in [0, 1) of every cell on both sides.
func tabulatedPlaces(_ places: [Double]) -> [(side: Int, tail: Double)] {
  (0..<2).flatMap { side in
    (-53 ... -2).flatMap { octave in
      (0..<16).flatMap { cell in
        places.map { place in
          let significand = 1 + (Double(cell) + place) / 16
          return (side, Double(sign: .plus, exponent: octave, significand: significand))
        }
      }
    }
  }
}
