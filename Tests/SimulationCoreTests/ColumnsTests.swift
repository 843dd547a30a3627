import SimulationCore
import TestSupport
import Testing

@Suite("Columns")
struct ColumnsTests {
  @Test("Few and many numbers are sorted alike, and no mark is left", arguments: [3, 900])
  func sorting(count: Int) {
    var random = TestRandom(seed: 1)
    let words = 400
    var pool = (0..<Int32(64 * words)).map { $0 }
    for index in 0..<count { pool.swapAt(index, index + random.index(pool.count - index)) }
    var numbers = Array(pool[..<count])
    let expected = numbers.sorted()
    var marks = [UInt64](repeating: 0, count: words)
    numbers.sortNumbers(marking: &marks)
    #expect(numbers == expected)
    #expect(marks.allSatisfy { $0 == 0 })
  }
}
