import Runner
import TestSupport
import Testing

@Suite("Known answers of protocols and exchanges")
struct ProtocolVectorsTests {
  /// The vectors are computed from the contracts' rules; 26 cases, of which one is wei-exact.
  @Test("Every case of Aave v3 passes; the integer one is skipped")
  func aaveV3() throws {
    let report = try runConformance(files: [ProtocolVectors.path("aave_v3.json")])
    #expect(report.text.hasSuffix("total: 25 passed, 0 failed, 1 skipped\n"))
  }

  @Test("Every constant-product case passes")
  func constantProduct() throws {
    let report = try runConformance(
      files: [ProtocolVectors.path("amm.json")], only: "amm_constant_product*")
    #expect(report.text.hasSuffix("total: 4 passed, 0 failed\n"))
  }
}
