import SimulationCore
import Synchronization

/// How a run under way is shown on standard error.
package enum ProgressStyle: String, Sendable, CaseIterable {
  /// `bar` on a terminal, else `lines`.
  case auto
  case bar, lines, json, none

  /// What `auto` means on that stream.
  package func resolved(_ terminal: TerminalStyle) -> ProgressStyle {
    self == .auto ? (terminal.isTerminal ? .bar : .lines) : self
  }
}

/// Shows how far a run is; workers call `update` after each block, from any thread.
///
/// The bar is redrawn at most ten times a second, lines come every ten seconds and JSON objects every
/// second; each style says the end once. Nothing here touches results.
package final class ProgressReporter: Sendable {
  private struct State {
    var done = 0
    var lastShown = -Double.infinity
    var nextTail = -Double.infinity
    var tailText = ""
    var ended = false
  }

  private let style: ProgressStyle
  private let total: Int
  private let start: Double
  private let width: @Sendable () -> Int
  private let now: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// `style` other than `auto`; `now` in seconds from any origin; `heading` is one line above the bar.
  package init(
    style: ProgressStyle, totalPaths: Int, heading: String,
    width: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    total = totalPaths
    self.width = width
    self.now = now
    self.write = write
    start = now()
    state = Mutex(State())
    switch style {
    case .bar:
      StopSignal.cursorIsHidden.store(true, ordering: .relaxed)
      write(heading + "\n\u{1B}[?25l")
    case .auto, .lines, .json, .none: break
    }
  }

  /// Takes the number of finished paths; `badDebtUSD` gives theirs and is called rarely.
  package func update(done: Int, badDebtUSD: () -> [Double]) {
    guard style != .none else { return }
    state.withLock { state in
      // Workers may come here in another order than they finished.
      state.done = max(state.done, done)
      let time = now()
      if state.lastShown == -.infinity && style == .lines { state.lastShown = start }
      guard time - state.lastShown >= interval, state.done < total else { return }
      state.lastShown = time
      if style == .bar && time >= state.nextTail {
        state.tailText = ProgressReporter.tailText(badDebtUSD())
        // Sorting must not cost more than a few percent of the time.
        let end = now()
        state.nextTail = end + max(1, 20 * (end - time))
      }
      show(state, time)
    }
  }

  /// Says something between two reports, on a line of its own.
  ///
  /// `json` writes an object with the event's name; the styles without talk stay silent.
  package func note(_ text: String, event: String) {
    state.withLock { state in
      guard !state.ended else { return }
      switch style {
      case .bar:
        write("\r\u{1B}[K" + text + "\n")
        state.lastShown = -.infinity
      case .lines: write(text + "\n")
      case .json:
        let object = JSONText.object([("event", .string(event)), ("message", .string(text))])
        write(object.compact + "\n")
      case .auto, .none: break
      }
    }
  }

  /// Says where the run ended and gives the cursor back; later calls do nothing.
  package func end() {
    guard style != .none else { return }
    state.withLock { state in
      guard !state.ended else { return }
      state.ended = true
      show(state, now())
      if style == .bar {
        write("\n\u{1B}[?25h")
        StopSignal.cursorIsHidden.store(false, ordering: .relaxed)
      }
    }
  }

  private var interval: Double {
    switch style {
    case .bar: 0.1
    case .json: 1
    case .lines, .auto, .none: 10
    }
  }

  private func show(_ state: State, _ time: Double) {
    let elapsed = max(time - start, 1e-9)
    let rate = Double(state.done) / elapsed
    switch style {
    case .bar: write("\r" + bar(state, rate: rate) + "\u{1B}[K")
    case .lines: write(line(state, rate: rate) + "\n")
    case .json:
      let object = JSONText.object([
        ("event", .string("progress")), ("done", .integer(state.done)),
        ("total", .integer(total)), ("paths_per_s", .number(rate.rounded())),
      ])
      write(object.compact + "\n")
    case .auto, .none: break
    }
  }

  private func share(_ state: State) -> Double { Double(state.done) / Double(max(total, 1)) }

  private func left(_ state: State, rate: Double) -> String {
    state.done == 0 ? "-:--:--" : NumberText.duration(Double(total - state.done) / rate)
  }

  private func line(_ state: State, rate: Double) -> String {
    "paths \(NumberText.grouped(state.done))/\(NumberText.grouped(total)) "
      + "\(Int(100 * share(state)))% \(NumberText.grouped(rate))/s left \(left(state, rate: rate))"
  }

  private func bar(_ state: State, rate: Double) -> String {
    let count = "  paths  \(NumberText.grouped(state.done))/\(NumberText.grouped(total))  "
    let figures =
      "  \("\(Int(100 * share(state)))%".padded(left: 4))"
      + "\(NumberText.grouped(rate).padded(left: 9))/s   left \(left(state, rate: rate))"
    // The last column stays free: some terminals wrap when it is filled.
    let room = width() - 1 - count.count - figures.count
    let tail = room - state.tailText.count >= 10 ? state.tailText : ""
    let cells = min(40, room - tail.count)
    guard cells >= 4 else { return String((count + figures).prefix(max(width() - 1, 1))) }
    return count + ProgressReporter.cells(share(state), cells) + figures + tail
  }

  /// Full, half and empty cells.
  private static func cells(_ share: Double, _ count: Int) -> String {
    let halves = Int((share * Double(2 * count)).rounded(.down))
    let full = halves / 2
    let half = halves % 2
    return String(repeating: "█", count: full) + (half == 1 ? "▌" : "")
      + String(repeating: "·", count: count - full - half)
  }

  /// Empty before 1,000 paths.
  private static func tailText(_ badDebtUSD: [Double]) -> String {
    let estimate = IndependentSample(badDebtUSD).quantile(0.99)
    guard let value = estimate.value else { return "" }
    let error = estimate.halfWidth.flatMap { value > 0 ? $0 / value : nil }
    let spread = error.map { " ±\(Int((100 * $0).rounded()))%" } ?? ""
    return "   p99 bad debt $\(NumberText.money(value))\(spread)"
  }
}
