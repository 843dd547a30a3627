import CKernels
import SimulationCore
import Testing

@Suite("Philox4x32-10")
struct PhiloxTests {
  /// The three published vectors of Random123's kat_vectors: zeros, ones, digits of pi.
  @Test(
    "gives the published known answers",
    arguments: [
      (
        [0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
      ),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
    var words = [UInt32](repeating: 0, count: 4)
    ck_philox4x32(counter[0], counter[1], counter[2], counter[3], key[0], key[1], &words)
    #expect(words == expected)
  }

  @Test("PathRandom puts path, index, draw and stream into the counter, and the seed into the key")
  func counterLayout() {
    var words = [UInt32](repeating: 0, count: 4)
    ck_philox4x32(11, 22, 33, Stream.exit.rawValue, 0x89ab_cdef, 0x0123_4567, &words)
    let (a, b, c, d) = PathRandom(seed: 0x0123_4567_89ab_cdef, path: 11).words(.exit, 22, 33)
    #expect([a, b, c, d] == words)
  }

  @Test("streams have numbers of their own")
  func streamNumbers() {
    #expect(Set(Stream.allCases.map(\.rawValue)).count == Stream.allCases.count)
  }
}
