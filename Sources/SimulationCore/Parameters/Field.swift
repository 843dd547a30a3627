/// One entry of a scenario block: how it is written, checked, documented and put into templates.
///
/// The table of a block's fields is the only place where its keys exist. It drives decoding,
/// validation, the JSON Schema, the `init` templates and the generated reference page.
package struct Field: Sendable {
  package let key: String
  package let type: FieldType
  package let presence: Presence
  /// One sentence for the reference page and the editor's hover text.
  package let meaning: String
  /// The value, as a scenario spells it, that switches exactly this channel off.
  package let neutral: String?

  /// Whether a field may be absent, and what its absence means.
  package enum Presence: Sendable {
    case required
    /// Absent means that the thing does not exist.
    case optional
    /// Absent means this value, spelled as a scenario would spell it (YAML flow style).
    case defaults(String)
    /// Absent means something that depends on other fields; the words say what.
    case derived(String)
  }

  package init(
    _ key: String, _ type: FieldType, _ presence: Presence, _ meaning: String,
    neutral: String? = nil
  ) {
    self.key = key
    self.type = type
    self.presence = presence
    self.meaning = meaning
    self.neutral = neutral
  }
}

/// What a field may hold.
package indirect enum FieldType: Sendable {
  /// A number in `unit`, inside `bounds` as written; `Section` hands it out converted.
  case number(Unit, Bounds)
  case integer(ClosedRange<Int>)
  /// 0 to 2^64 - 1.
  case seed
  case boolean
  /// `[A-Za-z0-9_.:-]`, 1 to 40 characters.
  case name
  case text
  /// A path to a regular file, relative to the scenario file.
  case file
  /// One of a fixed list of words.
  case word([String])
  /// The symbol of an asset that the scenario defines.
  case asset
  /// A number or a distribution over numbers in `unit`.
  case distribution(Unit, Bounds)
  /// A time: ISO 8601 UTC text, or hours as a number.
  case time
  case list(FieldType, ClosedRange<Int>)
  /// A map keyed by asset symbols.
  case mapByAsset(FieldType)
  /// A map keyed by names.
  case mapByName(FieldType)
  case block(FieldTable)
  /// A block whose fields depend on its `selector` word (`kind`, `model`, `rule`).
  case family(Family)
  /// The first alternative that accepts the node's shape.
  case either([FieldType])
}

/// The unit in which a field is written, and the factor to the unit used inside.
///
/// Inside the program there are fractions of one, USD, tokens and years.
package enum Unit: String, Sendable, CaseIterable {
  case pure = ""
  case percent = "%"
  case percentAnnual = "% a year"
  case basisPoints = "bps"
  case usd = "USD"
  case tokens = "tokens"
  case years = "years"
  case days = "days"
  case hours = "hours"
  case minutes = "minutes"
  case seconds = "seconds"
  case blocks = "blocks"
  case gwei = "gwei"
  case gas = "gas units"
  case perDay = "per day"
  case perHour = "per hour"

  /// Written value times this is the value inside; rates become rates per year.
  package var factor: Double {
    switch self {
    case .pure, .usd, .tokens, .years, .blocks, .gwei, .gas: 1
    case .percent, .percentAnnual: 0.01
    case .basisPoints: 1e-4
    case .days: 1.0 / 365
    case .hours: 1.0 / 8760
    case .minutes: 1.0 / 525_600
    case .seconds: 1.0 / 31_536_000
    case .perDay: 365
    case .perHour: 8760
    }
  }
}

/// The range of a number as it is written, with open or closed ends.
package struct Bounds: Sendable {
  package let low: Double
  package let high: Double
  package let lowOpen: Bool
  package let highOpen: Bool

  package init(_ low: Double, _ high: Double, lowOpen: Bool = false, highOpen: Bool = false) {
    self.low = low
    self.high = high
    self.lowOpen = lowOpen
    self.highOpen = highOpen
  }

  /// Any finite number.
  package static let any = Bounds(-.greatestFiniteMagnitude, .greatestFiniteMagnitude)
  /// Zero and up.
  package static let nonNegative = Bounds(0, .greatestFiniteMagnitude)
  /// Above zero.
  package static let positive = Bounds(0, .greatestFiniteMagnitude, lowOpen: true)
  /// Zero to one hundred.
  package static let percentage = Bounds(0, 100)
  /// Zero to one.
  package static let unitInterval = Bounds(0, 1)

  package func contains(_ value: Double) -> Bool {
    (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high)
  }
}

/// The fields of one block, in the order in which they are documented.
package struct FieldTable: Sendable {
  package let name: String
  /// One sentence: what the block describes.
  package let summary: String
  package let fields: [Field]

  package init(_ name: String, _ summary: String, _ fields: [Field]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  package subscript(_ key: String) -> Field? { fields.first { $0.key == key } }
}
