/// Points of a Sobol sequence, any one of them by its number.
///
/// Gray-code order, the origin first; 52 bits a coordinate.
///
/// - Cost: O(dimensions x bits of the number) a point.
/// - Source: I. Sobol, USSR Computational Mathematics and Mathematical Physics 7 (1967); I. Antonov and
///   V. Saleev, ibid. 19 (1979), for the order; S. Joe and F. Kuo, SIAM Journal on Scientific Computing
///   30 (2008), for the direction numbers.
package struct SobolSequence: Sendable {
  /// Dimensions for which there are direction numbers.
  package static let largestDimension = 256
  private static let bitCount = 52

  package let dimension: Int
  /// `[dimension][bit]`, each a fraction of 2^52.
  private let directions: [UInt64]
  /// Digital shift, `[dimension]`; each a fraction of 2^52.
  private let shifts: [UInt64]

  private init(directions: [UInt64], shifts: [UInt64]) {
    dimension = shifts.count
    self.directions = directions
    self.shifts = shifts
  }

  package init(dimension: Int) {
    precondition(
      dimension > 0 && dimension <= SobolSequence.largestDimension, "a dimension of the table")
    self.dimension = dimension
    shifts = [UInt64](repeating: 0, count: dimension)
    let entries = JoeKuoNumbers.text.split(separator: ";").prefix(dimension - 1)
    directions =
      SobolSequence.directions(polynomial: 0, initial: [])
      + entries.flatMap { entry in
        let numbers = entry.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        return SobolSequence.directions(polynomial: numbers[0], initial: Array(numbers.dropFirst()))
      }
  }

  /// Coordinate `column` of point `index`, in [0, 1).
  package func coordinate(_ index: Int, _ column: Int) -> Double {
    Double(bits(index, column)) * 0x1p-52
  }

  /// The same moved off the ends by half a unit: in (0, 1).
  package func openCoordinate(_ index: Int, _ column: Int) -> Double {
    (Double(bits(index, column)) + 0.5) * 0x1p-52
  }

  /// The sequence with the bits of each coordinate mixed at random, from the first on, and shifted.
  ///
  /// Every point becomes uniform, and nets stay nets. Source: J. Matousek, On the L2-discrepancy for
  /// anchored boxes, Journal of Complexity 14 (1998), the random linear scramble.
  package func scrambled(_ random: PathRandom) -> SobolSequence {
    func word(_ column: Int, _ bit: Int) -> UInt64 {
      let (high, low, _, _) = random.words(.quasiRandom, UInt32(column), UInt32(bit))
      return (UInt64(high) << 32 | UInt64(low)) >> 12
    }
    var mixed = directions
    for column in 0..<dimension {
      // Row by row of a lower triangular matrix with ones on the diagonal.
      let rows = (0..<SobolSequence.bitCount).map { bit in
        let place = UInt64(1) << UInt64(SobolSequence.bitCount - 1 - bit)
        return place | (word(column, bit) & ~(place | (place - 1)))
      }
      for entry in column * SobolSequence.bitCount..<(column + 1) * SobolSequence.bitCount {
        mixed[entry] = rows.reduce(0) {
          $0 << 1 | UInt64((directions[entry] & $1).nonzeroBitCount & 1)
        }
      }
    }
    return SobolSequence(
      directions: mixed,
      shifts: (0..<dimension).map { word($0, SobolSequence.bitCount) ^ shifts[$0] })
  }

  private func bits(_ index: Int, _ column: Int) -> UInt64 {
    precondition(index >= 0 && column >= 0 && column < dimension, "a point of the sequence")
    var gray = UInt64(index) ^ (UInt64(index) >> 1)
    var bits = shifts[column]
    var place = column * SobolSequence.bitCount
    while gray != 0 {
      if gray & 1 == 1 { bits ^= directions[place] }
      gray >>= 1
      place += 1
    }
    return bits
  }

  /// Direction numbers of one dimension by Bratley and Fox' recurrence; all m are 1 without a
  /// polynomial.
  ///
  /// m_k is the exclusive or of 2^j a_j m_(k-j) for j below s, 2^s m_(k-s) and m_(k-s).
  private static func directions(polynomial: UInt64, initial: [UInt64]) -> [UInt64] {
    let degree = initial.count
    var m = initial
    while m.count < bitCount {
      guard degree > 0 else {
        m.append(1)
        continue
      }
      let oldest = m[m.count - degree]
      var next = oldest ^ (oldest << UInt64(degree))
      for lag in 1..<max(degree, 1) where polynomial >> UInt64(degree - 1 - lag) & 1 == 1 {
        next ^= m[m.count - lag] << UInt64(lag)
      }
      m.append(next)
    }
    return m.enumerated().map { $1 << UInt64(bitCount - 1 - $0) }
  }
}
