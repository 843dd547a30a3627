extension Array {
  /// Replaces every element in place, without allocating; the counts must agree.
  @inlinable package mutating func overwrite(with source: [Element]) {
    precondition(count == source.count, "a column keeps its length")
    overwrite(first: count, with: source)
  }

  /// Replaces the first elements in place, without allocating.
  @inlinable package mutating func overwrite(first count: Int, with source: [Element]) {
    withUnsafeMutableBufferPointer { target in
      source.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0[..<count]) }
    }
  }

  /// Sets every element to `value` in place, without allocating.
  @inlinable package mutating func fill(with value: Element) {
    withUnsafeMutableBufferPointer { $0.update(repeating: value) }
  }
}

extension [Int32] {
  /// Sorts different numbers, each below 64 times the count of `marks`, which are 0 before and after.
  ///
  /// Cost: many of them O(marks), few O(n log n); allocates nothing in the first case.
  package mutating func sortNumbers(marking marks: inout [UInt64]) {
    guard count > marks.count / 16 else { return sort() }
    for number in self { marks[Int(number) / 64] |= 1 << UInt64(number % 64) }
    var index = 0
    for word in marks.indices where marks[word] != 0 {
      var left = marks[word]
      marks[word] = 0
      while left != 0 {
        self[index] = Int32(word * 64 + left.trailingZeroBitCount)
        left &= left - 1
        index += 1
      }
    }
  }
}
