import Runner
import Synchronization
import Testing

@Suite("Progress of a run")
struct ProgressReporterTests {
  /// A clock that the test turns, and what has been written.
  private final class Bench: Sendable {
    private let state = Mutex<(time: Double, text: String)>((0, ""))

    func advance(_ seconds: Double) { state.withLock { $0.time += seconds } }

    var text: String { state.withLock { $0.text } }

    func reporter(_ style: ProgressStyle, total: Int, width: Int = 120) -> ProgressReporter {
      ProgressReporter(
        style: style, totalPaths: total, heading: "heading", width: { width },
        now: { self.state.withLock { $0.time } },
        write: { text in self.state.withLock { $0.text += text } })
    }
  }

  @Test("Plain lines come every ten seconds, and one at the end")
  func lines() {
    let bench = Bench()
    let reporter = bench.reporter(.lines, total: 20_000)
    for block in 1...25 {
      bench.advance(1)
      reporter.update(done: block * 500, badDebtUSD: { [] })
    }
    reporter.end()
    reporter.end()
    #expect(
      bench.text == """
        paths 5,000/20,000 25% 500/s left 0:00:30
        paths 10,000/20,000 50% 500/s left 0:00:20
        paths 12,500/20,000 62% 500/s left 0:00:15

        """)
  }

  @Test("JSON objects are one a line")
  func json() {
    let bench = Bench()
    let reporter = bench.reporter(.json, total: 20_000)
    bench.advance(2)
    reporter.update(done: 1880, badDebtUSD: { [] })
    bench.advance(0.5)
    reporter.update(done: 2000, badDebtUSD: { [] })
    bench.advance(17.5)
    reporter.update(done: 20_000, badDebtUSD: { [] })
    reporter.end()
    #expect(
      bench.text == """
        {"event":"progress","done":1880,"total":20000,"paths_per_s":940}
        {"event":"progress","done":20000,"total":20000,"paths_per_s":1000}

        """)
  }

  @Test("The bar is redrawn in place with the p99 of the paths so far, and gives the cursor back")
  func bar() {
    let bench = Bench()
    let reporter = bench.reporter(.bar, total: 20_000, width: 140)
    bench.advance(10)
    // p99 of 1 ... 10,000 is 9,900; Binomial(10000, 0.99) ranks 9,880 and 9,920: 0.2 %.
    reporter.update(done: 10_000, badDebtUSD: { (1...10_000).map { Double($0) * 100 } })
    let cells = String(repeating: "█", count: 20) + String(repeating: "·", count: 20)
    let frame =
      "\r  paths  10,000/20,000  \(cells)   50%    1,000/s   left 0:00:10   p99 bad debt $990k ±0%"
    #expect(bench.text.hasPrefix("heading\n\u{1B}[?25l"))
    #expect(bench.text.hasSuffix(frame + "\u{1B}[K"))
    bench.advance(0.05)
    let before = bench.text
    reporter.update(done: 10_100, badDebtUSD: { [] })
    #expect(bench.text == before, "less than a tenth of a second later")
    reporter.end()
    #expect(bench.text.hasSuffix("\n\u{1B}[?25h"))
  }

  @Test("The bar fits the terminal", arguments: [40, 60, 80, 100])
  func narrow(width: Int) throws {
    let bench = Bench()
    let reporter = bench.reporter(.bar, total: 1_000_000, width: width)
    bench.advance(10)
    reporter.update(done: 123_456, badDebtUSD: { (1...10_000).map { Double($0) } })
    let frame = try #require(bench.text.split(separator: "\r").last)
    #expect(frame.dropLast(3).count < width)
    reporter.end()
  }

  @Test("None says nothing, and auto depends on the stream")
  func quiet() {
    let bench = Bench()
    let reporter = bench.reporter(.none, total: 10)
    bench.advance(100)
    reporter.update(done: 10, badDebtUSD: { [] })
    reporter.end()
    #expect(bench.text.isEmpty)
    let terminal = TerminalStyle(width: 80, isTerminal: true, colour: false)
    let pipe = TerminalStyle(width: 80, isTerminal: false, colour: false)
    #expect(ProgressStyle.auto.resolved(terminal) == .bar)
    #expect(ProgressStyle.auto.resolved(pipe) == .lines)
    #expect(ProgressStyle.json.resolved(terminal) == .json)
  }
}
