extension FieldType {
  /// A number for all assets, or one for each.
  static func numberByAsset(_ unit: Unit, _ bounds: Bounds) -> FieldType {
    .either([.number(unit, bounds), .mapByAsset(.number(unit, bounds))])
  }
}

extension Section {
  /// The numbers of a field of type `numberByAsset`, converted, in the order of `assets`.
  ///
  /// Throws `ParameterError` E037 where a map lacks an asset that moves; what an asset without
  /// volatility has does not matter.
  func numbers(_ key: String, for assets: [AssetDynamics]) throws -> [Double] {
    if let number = optionalNumber(key) { return assets.map { _ in number } }
    let given = numbers(key)
    return try assets.map { asset in
      if let entry = given.first(where: { $0.key == asset.symbol }) { return entry.value }
      guard asset.volatility == 0, let any = given.first else {
        throw ParameterError(key: key, code: "E037", "\(key) lacks a number for \(asset.symbol)")
      }
      return any.value
    }
  }
}
