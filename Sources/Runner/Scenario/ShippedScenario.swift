/// The scenarios of the folder `Scenarios`, carried inside the program.
///
/// The files in `Scenarios` are the only source: the build embeds them through links.
package enum ShippedScenario: String, Sendable, CaseIterable {
  case quickstart
  case aave3AssetCrash = "aave-3-asset-crash"
  case blackThursday2020 = "black-thursday-2020"

  /// The scenario as YAML.
  package var text: String {
    let bytes =
      switch self {
      case .quickstart: PackageResources.quickstart_yaml
      case .aave3AssetCrash: PackageResources.aave_3_asset_crash_yaml
      case .blackThursday2020: PackageResources.black_thursday_2020_yaml
      }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Paths that `slipface demo` runs: a first picture within a minute on two cores.
  package var demoPaths: Int {
    switch self {
    case .quickstart: 1000
    case .aave3AssetCrash: 60
    case .blackThursday2020: 200
    }
  }
}
