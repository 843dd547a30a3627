package import SimulationCore

/// How quickly an owner's transactions land, and how old the prices are on which it values things.
package enum LatencyClass: String, Sendable, CaseIterable {
  case bot, pro, retail

  /// Age in minutes of the market price that the owner values its position at.
  package var priceLagMinutes: Double {
    switch self {
    case .bot: 0
    case .pro: 5
    case .retail: 60
    }
  }

  /// Half-life of inattention in years where the scenario gives none; 0 = looks every step.
  package var attentionHalfLife: Double {
    switch self {
    case .bot: 0
    case .pro: 0.3466 / 8760
    case .retail: 6.931 / 8760
    }
  }
}

/// Everything that the owners of one cohort share; neutral values switch single channels off.
///
/// Times are in years and rates per year unless the name says otherwise; the sections cited are
/// those of the behavioural reference that each trait implements.
package struct CohortSettings: Sendable {
  /// How an owner chooses when it looks at a position in danger.
  package enum Choice: Sendable {
    /// The prospect values of hold, close, deleverage and top-up, with noise.
    case prospect
    /// A draw by fixed shares.
    case shares(hold: Double, topUp: Double, deleverage: Double, close: Double)
  }

  /// The law of a cohort's outside cash as a share of its debt.
  package struct SpareCash: Sendable {
    package var shareWithout: Double
    package var medianShareOfDebt: Double
    package var sigma: Double

    package init(shareWithout: Double, medianShareOfDebt: Double, sigma: Double) {
      self.shareWithout = shareWithout
      self.medianShareOfDebt = medianShareOfDebt
      self.sigma = sigma
    }
  }

  package var name: String
  package var shareOfAccounts: Double?
  package var shareOfDebt: Double?
  package var isActive: Bool

  package var latencyClass = LatencyClass.retail
  package var lossAversion = Distribution(.lognormal(median: 1.839, sigma: 0.35), clip: 1...4)
  package var valueCurvature = 0.88
  package var weightingGain = 0.61
  package var weightingLoss = 0.69
  package var evaluationYears = 30.0 / 365
  package var hasEntryGate = false
  package var choice = Choice.prospect
  package var choiceNoise = 0.05
  package var priorLossSensitivity = 3.0
  package var priorOutcomePersistence = 0.9
  package var houseMoney = 0.5
  package var breakEvenFactor = 0.6
  /// Per year.
  package var exitHazard = 0.0323 * 365
  package var dispositionBear = 1.55
  package var dispositionBull = 0.9
  package var triggerHealth = Distribution(.uniform(min: 1.05, max: 1.4))
  package var targetHealth = Distribution.constant(1.5)
  /// `nil` = no cash.
  package var spareCash: SpareCash? = SpareCash(
    shareWithout: 0.4, medianShareOfDebt: 0.15, sigma: 1)
  /// 0 = looks every step; `nil` = never looks.
  package var attentionHalfLife: Distribution?
  package var attentionReturnSensitivity = 1.0
  package var attentionHealthSensitivity = 8.0
  package var alertHealth = 1.2
  package var attentionMaximum = 12.0 * 8760
  package var ostrichFactor = 1.0
  /// Price over cost basis at which a winner is closed; `nil` = never.
  package var takeProfitMultiple: Double?
  package var reentryProbability = 0.8
  package var reentryDelayYears = 7.0 / 365
  /// Law of k = perceived over true standard deviation.
  package var miscalibration = Distribution.constant(1)
  /// Optimism B, per year.
  package var optimism = Distribution(.normal(mean: 0.1, sd: 0.1))
  /// Expected return mu per year; `nil` = the drift of the main collateral.
  package var expectedReturn: Double?
  package var panicHazard = 0.002 * 365
  package var panicDrawdownSensitivity = 0.6
  package var panicHerdSensitivity = 3.0
  package var panicSellShare = 0.9
  package var herding = 1.0

  /// Whether the rule sizes a leverage of its own.
  package var sizesLeverage = false
  package var riskAversion = 1.0
  /// `nil` = 1 / (1 - LTV).
  package var leverageMaximum: Double?
  package var startsAtRuleLeverage = false
  /// A fixed wish instead of the sizing rule.
  package var leverageTarget: Double?
  package var releverageBelow = 0.0
  package var learns = false

  /// The name and share of a cohort; every trait at its default.
  package init(name: String, isActive: Bool, shareOfAccounts: Double? = nil) {
    self.name = name
    self.isActive = isActive
    self.shareOfAccounts = shareOfAccounts
    attentionHalfLife = .constant(latencyClass.attentionHalfLife)
  }

  /// Reads the fields that every rule has.
  package init(common section: Section, isActive: Bool) {
    self.init(name: section.text("cohort") ?? "", isActive: isActive)
    shareOfAccounts = section.optionalNumber("share_of_accounts_pct")
    shareOfDebt = section.optionalNumber("share_of_debt_pct")
  }
}
