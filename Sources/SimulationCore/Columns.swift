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
