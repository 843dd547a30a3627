/// Numbers texts in the order in which they first appear.
///
/// Keys of up to 15 bytes are kept as they are, longer ones as 128 bits of FNV-1a: two of 10^8 such
/// names agree by chance with a probability of about 10^-23.
struct Numbering {
  private struct Key: Hashable {
    let high: UInt64
    let low: UInt64
  }

  private var numbers: [Key: Int] = [:]

  var count: Int { numbers.count }

  mutating func number(_ bytes: ArraySlice<UInt8>) -> Int {
    let key = Numbering.key(bytes)
    if let number = numbers[key] { return number }
    let number = numbers.count
    numbers[key] = number
    return number
  }

  func known(_ bytes: ArraySlice<UInt8>) -> Int? { numbers[Numbering.key(bytes)] }

  private static func key(_ bytes: ArraySlice<UInt8>) -> Key {
    if bytes.count <= 15 {
      var high: UInt64 = 0
      var low = UInt64(bytes.count)
      for byte in bytes {
        high = high << 8 | low >> 56
        low = low << 8 | UInt64(byte)
      }
      return Key(high: high, low: low)
    }
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    for byte in bytes {
      hash ^= UInt128(byte)
      hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
    }
    return Key(
      high: UInt64(truncatingIfNeeded: hash >> 64) | 1 << 63, low: UInt64(truncatingIfNeeded: hash))
  }
}
