import Foundation
import SimulationCore

/// Assets that keep to another one's price.
extension Validation {
  /// A pegged asset: its place and peg, and the place of what it is pegged to, `nil` for a dollar.
  struct PegPlace {
    let asset: Int
    let target: Int?
    let section: Section
  }

  /// The pegged ones among the assets; reports those that cannot be.
  mutating func pegs(_ assets: [(String, Section)]) -> [PegPlace] {
    var places: [PegPlace] = []
    for (index, (symbol, section)) in assets.enumerated() {
      guard let peg = complete(section.section("peg")) else { continue }
      for key in ["volatility_pct_annual", "drift_pct_annual"] where section.isWritten(key) {
        add(
          ParameterError(
            key: key, code: DiagnosticCode.oneOfTwo.rawValue,
            "\(symbol) is pegged: its moves follow from the peg; leave \(key) out"), in: section)
      }
      let name = peg.text("to") ?? ""
      let target = symbols.firstIndex(of: name)
      if target == nil && name != "USD" {
        add(
          ParameterError(
            key: "to", code: DiagnosticCode.unknownAsset.rawValue,
            "'\(name)' is neither an asset of the scenario nor USD"), in: peg)
      } else if let target, assets[target].1.section("peg") != nil {
        add(
          ParameterError(
            key: "to", code: DiagnosticCode.parameter.rawValue,
            "\(symbol) cannot be pegged to \(name), which is pegged itself"), in: peg)
      }
      places.append(PegPlace(asset: index, target: target, section: peg))
    }
    return places
  }

  /// The assets with what their pegs say of price and volatility, and the pegs for the model.
  func pegged(
    _ free: [AssetDynamics], _ places: [PegPlace], _ assets: [(String, Section)]
  ) -> (assets: [AssetDynamics], pegs: [Peg]) {
    var all = free
    var pegs: [Peg] = []
    for place in places {
      let (symbol, section) = assets[place.asset]
      let par = place.section.number("ratio") * (place.target.map { free[$0].initialPrice } ?? 1)
      let price = section.optionalNumber("price_usd") ?? par
      let peg = Peg(
        place.section, asset: place.asset, target: place.target, start: log(price / par))
      let shared = place.target.map { free[$0].volatility } ?? 0
      all[place.asset] = AssetDynamics(
        symbol: symbol, initialPrice: price,
        volatility: (shared * shared + peg.volatility * peg.volatility).squareRoot(), drift: 0)
      pegs.append(peg)
    }
    return (all, pegs)
  }
}
