/// The van der Corput point of an index in base 2 with a digital shift, in (0, 1).
///
/// The bits of the index reversed, combined with `shift`, moved off the ends by half a unit: any
/// prefix of 2^k indices is balanced. Source: J. G. van der Corput 1935.
package func radicalInverse(_ index: UInt32, shift: UInt32) -> Double {
  var bits = index
  bits = bits >> 16 | bits << 16
  bits = (bits & 0xFF00_FF00) >> 8 | (bits & 0x00FF_00FF) << 8
  bits = (bits & 0xF0F0_F0F0) >> 4 | (bits & 0x0F0F_0F0F) << 4
  bits = (bits & 0xCCCC_CCCC) >> 2 | (bits & 0x3333_3333) << 2
  bits = (bits & 0xAAAA_AAAA) >> 1 | (bits & 0x5555_5555) << 1
  return (Double(bits ^ shift) + 0.5) * 0x1p-32
}
