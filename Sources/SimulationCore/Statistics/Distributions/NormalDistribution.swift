import Foundation

/// Density of the standard normal law at `x`.
package func normalDensity(_ x: Double) -> Double {
  exp(-0.5 * x * x) * 0.398_942_280_401_432_7
}

/// P(Z <= x) for a standard normal Z.
///
/// The relative error stays below about x^2 units of rounding in the lower tail; for the upper tail
/// ask for `normalCDF(-x)`.
package func normalCDF(_ x: Double) -> Double {
  0.5 * erfc(-x * 0.5.squareRoot())
}

/// The value below which a standard normal falls with probability `probability`.
///
/// Algorithm AS 241 (Wichura 1988, PPND16) and one Newton step, so that both tails and the
/// neighbourhood of the median keep full relative precision. Probabilities at or outside 0 and 1
/// give infinities, NaN gives NaN.
package func normalQuantile(_ probability: Double) -> Double {
  guard probability > 0 else { return probability.isNaN ? .nan : -.infinity }
  guard probability < 1 else { return .infinity }
  let fromMedian = probability - 0.5
  if abs(fromMedian) <= 0.425 {
    let start = wichuraCentre(fromMedian)
    // The distance from the median, not the probability: it has no rounding error near 0.5.
    let excess = 0.5 * erf(start * 0.5.squareRoot()) - fromMedian
    return start - excess / normalDensity(start)
  }
  let tail = fromMedian < 0 ? probability : 1 - probability
  var lower = -wichuraTail((-log(tail)).squareRoot())
  // Below this the density leaves the normal floating-point range and would spoil the start.
  if tail > 1e-300 {
    lower -= (normalCDF(lower) - tail) / normalDensity(lower)
  }
  return fromMedian < 0 ? lower : -lower
}

private func wichuraCentre(_ fromMedian: Double) -> Double {
  let r = 0.180625 - fromMedian * fromMedian
  let numerator = polynomial(
    r, 3.387_132_872_796_366_608, 133.141_667_891_784_377_45, 1971.590_950_306_551_442_7,
    13_731.693_765_509_461_125, 45_921.953_931_549_871_457, 67_265.770_927_008_700_853,
    33_430.575_583_588_128_105, 2509.080_928_730_122_672_7)
  let denominator = polynomial(
    r, 1, 42.313_330_701_600_911_252, 687.187_007_492_057_908_3, 5394.196_021_424_751_107_7,
    21_213.794_301_586_595_867, 39_307.895_800_092_710_61, 28_729.085_735_721_942_674,
    5226.495_278_852_854_561)
  return fromMedian * numerator / denominator
}

/// Distance of the quantile from 0, for `root` = sqrt(-log(tail probability)).
private func wichuraTail(_ root: Double) -> Double {
  if root <= 5 {
    let r = root - 1.6
    return polynomial(
      r, 1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_9,
      5.769_497_221_460_691_405_5, 3.647_848_324_763_204_605_04,
      1.270_458_252_452_368_382_58, 0.241_780_725_177_450_611_77,
      0.022_723_844_989_269_184_583_3, 7.745_450_142_783_414_076_4e-4)
      / polynomial(
        r, 1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_4,
        0.689_767_334_985_100_004_55, 0.148_103_976_427_480_074_59,
        0.015_198_666_563_616_457_196_6, 5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9)
  }
  let r = root - 5
  return polynomial(
    r, 6.657_904_643_501_103_777_2, 5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8, 0.296_560_571_828_504_891_23,
    0.026_532_189_526_576_123_093, 1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7)
    / polynomial(
      r, 1, 0.599_832_206_555_887_937_69, 0.136_929_880_922_735_805_31,
      0.014_875_361_290_850_614_852_5, 7.868_691_311_456_132_591e-4,
      1.846_318_317_510_054_681_8e-5, 1.421_511_758_316_445_888_7e-7,
      2.044_263_103_389_939_785_64e-15)
}

/// The polynomial with coefficients `c0` (constant) to `c7`, by Horner's rule.
private func polynomial(
  _ x: Double, _ c0: Double, _ c1: Double, _ c2: Double, _ c3: Double, _ c4: Double,
  _ c5: Double, _ c6: Double, _ c7: Double
) -> Double {
  let upper = ((c7 * x + c6) * x + c5) * x + c4
  return (((upper * x + c3) * x + c2) * x + c1) * x + c0
}
