package import SimulationCore

/// One of several blocks of a kind, with the name by which others refer to it.
package struct NamedSection: Sendable {
  /// The name of a block that stands alone, as `market:` and `oracle:` do.
  package static let only = "main"
  /// Length of a block of the chain where no market says otherwise, in seconds.
  package static let blockSeconds = 12.0

  package let name: String
  package let section: Section

  /// Length of a block of the market's chain in seconds.
  package var blockSeconds: Double {
    section.written("block_seconds") ?? NamedSection.blockSeconds
  }

  /// Length of an oracle's block in seconds: that of the first market that reads it.
  package func blockSeconds(readBy markets: [NamedSection]) -> Double {
    let reader = markets.first { ($0.section.text("oracle") ?? name) == name }
    return reader?.blockSeconds ?? NamedSection.blockSeconds
  }
}

extension Section {
  /// A venue's own name, else its kind and its asset or pair.
  package var venueName: String {
    if let name = text("name") { return name }
    let asset = table["asset"] == nil ? nil : text("asset")
    let pair = table["pair"] == nil ? [] : texts("pair")
    return "\(kind) \(asset ?? pair.joined(separator: "/"))"
  }

  /// The block at `single`, called `main`, or those of the map at `several`, in its order.
  package func named(_ single: String, or several: String) -> [NamedSection] {
    let map = map(several).compactMap { entry -> NamedSection? in
      guard case .section(let section) = entry.value else { return nil }
      return NamedSection(name: entry.key, section: section)
    }
    let alone = section(single).map { NamedSection(name: NamedSection.only, section: $0) }
    return (alone.map { [$0] } ?? []) + map
  }

  /// The block at `key`, or those of the list there.
  package func blocks(_ key: String) -> [Section] {
    section(key).map { [$0] } ?? sections(key)
  }
}
