import Runner
import Testing

@Suite("Numbers on the terminal")
struct NumberTextTests {
  @Test(
    "Money has three significant digits and an SI letter",
    arguments: [
      (0.0, "0"), (5, "5"), (71_234, "71.2 k"), (214_000, "214 k"), (1_840_000, "1.84 M"),
      (1.09e9, "1.09 B"), (2.5e13, "25.0 T"), (999_499, "999 k"), (999_500, "1.00 M"),
      (-720_000, "-720 k"), (50_000, "50.0 k"), (0.0123, "0.0123"), (12.345, "12.3"),
    ])
  func money(_ value: Double, _ text: String) { #expect(NumberText.text(value, .money) == text) }

  @Test(
    "Three significant digits, rounded once",
    arguments: [
      (4.6, "4.60"), (4.0, "4"), (9.996, "10.0"), (99.96, "100"), (0.30123, "0.301"),
      (123.4, "123"), (1e-12, "0"), (0.09996, "0.100"),
    ])
  func significant(_ value: Double, _ text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test("Counts and prices of a thousand and more are whole with separators")
  func grouped() {
    #expect(NumberText.text(1318, .count) == "1,318")
    #expect(NumberText.text(4.6, .count) == "4.60")
    #expect(NumberText.text(1962.4, .price) == "1,962")
    #expect(NumberText.text(1.0, .price) == "1")
    #expect(NumberText.text(-1_234_567, .count) == "-1,234,567")
    #expect(NumberText.grouped(20_000) == "20,000")
    #expect(NumberText.text(98.94, .percent) == "98.9")
    #expect(NumberText.fixed(-0.04, decimals: 1) == "0.0")
  }

  @Test("Times and sizes")
  func times() {
    #expect(NumberText.duration(8) == "0:00:08")
    #expect(NumberText.duration(3725) == "1:02:05")
    #expect(NumberText.elapsed(21.3) == "21.3 s")
    #expect(NumberText.elapsed(250) == "4 min 10 s")
    #expect(NumberText.elapsed(7500) == "2 h 5 min")
    #expect(NumberText.bytes(212_000_000) == "212 MB")
    #expect(NumberText.bytes(1_500_000_000) == "1.50 GB")
  }
}
