/// Finds the name that a mistyped one was probably meant to be.
package enum NearestName {
  /// The candidate within two edits, else the one that shares the longest beginning of at least four
  /// characters; among equals the first; `nil` where none is near.
  package static func find(_ name: String, in candidates: [String]) -> String? {
    let lowered = Array(name.lowercased().utf8)
    guard lowered.count <= 80 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - lowered.count) <= 2 else { continue }
      let distance = editDistance(lowered, other)
      let limit = min(2, max(lowered.count, other.count) / 2)
      if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    if let best { return best.name }
    var longest: (name: String, length: Int)?
    for candidate in candidates {
      let length = zip(lowered, Array(candidate.lowercased().utf8)).prefix { $0 == $1 }.count
      if length >= 4, length > longest?.length ?? 0 { longest = (candidate, length) }
    }
    return longest?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours (Damerau 1964), in bytes.
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        let replacement = last[j] + (a[i] == b[j] ? 0 : 1)
        row[j + 1] = min(replacement, row[j] + 1, last[j + 1] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
