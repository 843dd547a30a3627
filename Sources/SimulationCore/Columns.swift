extension Array {
  /// Replaces every element in place, without allocating; the counts must agree.
  @inlinable package mutating func overwrite(with source: [Element]) {
    precondition(count == source.count, "a column keeps its length")
    withUnsafeMutableBufferPointer { target in
      source.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) }
    }
  }

  /// Sets every element to `value` in place, without allocating.
  @inlinable package mutating func fill(with value: Element) {
    withUnsafeMutableBufferPointer { $0.update(repeating: value) }
  }
}
