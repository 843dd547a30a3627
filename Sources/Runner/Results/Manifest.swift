import Foundation
import SimulationCore

/// A table as it lies on the disk.
package struct WrittenFile: Sendable, Equatable {
  package let file: ResultFile
  package let rows: Int
  package let sha256: String

  package init(file: ResultFile, rows: Int, sha256: String) {
    self.file = file
    self.rows = rows
    self.sha256 = sha256
  }
}

/// What made a results folder: enough to make it again, and to tell whether it came out the same.
package struct Manifest {
  package static let format = "slipface.manifest/1"

  package let json: JSONText

  /// Describes a run by one process, which is one shard.
  ///
  /// `tables` in the order of `ResultFile.tables`; `warnings` are repeated word for word.
  package init(
    description: RunDescription, result: EnsembleResult, tables: [WrittenFile],
    environment: RunEnvironment, timing: RunTiming, warnings: [String]
  ) {
    let paths = result.outcomes.count
    json = .object([
      ("format", .string(Manifest.format)),
      ("name", .string(description.name)),
      ("version", .string(Version.current)),
      ("git_commit", Version.sourceCommit.isEmpty ? .null : .string(Version.sourceCommit)),
      ("scenario_sha256", .string(description.scenarioSHA256)),
      ("scenario", .string(description.scenario)),
      ("overrides", .array(description.overrides.map { .string($0) })),
      ("seed", Manifest.seed(description.seed)),
      ("rng", .string("philox4x32-10")),
      ("paths", .integer(paths)),
      ("requested_paths", .integer(result.requestedPaths)),
      ("until", result.looks?.json ?? .null),
      ("sampling", Manifest.sampling(result)),
      ("capped_variances", .integer(result.cappedVariances)),
      ("shards", .integer(1)),
      ("results_sha256", .string(Manifest.digest(of: tables))),
      ("environment", Manifest.environment(environment)),
      ("timing", Manifest.timing(timing, paths: paths)),
      (
        "outputs",
        .array(
          tables.map {
            .object([
              ("file", .string($0.file.rawValue)), ("rows", .integer($0.rows)),
              ("sha256", .string($0.sha256)),
            ])
          })
      ),
      ("warnings", .array(warnings.map { .string($0) })),
      ("status", .string(result.isComplete ? "complete" : "partial")),
    ])
  }

  /// The digest of the lines that `sha256sum` prints for the tables, in their order.
  package static func digest(of tables: [WrittenFile]) -> String {
    let lines = tables.map { "\($0.sha256)  \($0.file.rawValue)\n" }.joined()
    return sha256(lines.utf8)
  }

  /// JSON readers keep whole numbers up to 2^63; a larger seed is written as text.
  package static func seed(_ seed: UInt64) -> JSONText {
    Int(exactly: seed).map { .integer($0) } ?? .string(String(seed))
  }

  /// How the paths were chosen; `strata` of a screened run from the most extreme on.
  private static func sampling(_ result: EnsembleResult) -> JSONText {
    let screened = result.screened
    let strata = screened.map { zip($0.candidates, $0.members).map { ($0, $1.count) } } ?? []
    return .object([
      (
        "kind",
        .string(
          screened != nil
            ? "screened"
            : result.mixed != nil
              ? "mixture"
              : result.isPaired
                ? "antithetic" : result.isQuasiRandom ? "qmc" : "plain")
      ),
      ("candidates", .integer(result.candidates)),
      ("candidates_per_path", .integer(screened?.candidatesPerPath ?? 1)),
      ("score_cuts", .array(screened?.cuts.map { .number($0) } ?? [])),
      (
        "strata",
        .array(strata.map { .object([("candidates", .integer($0)), ("paths", .integer($1))]) })
      ),
      ("mixture", result.mixed.map { mixture($0) } ?? .null),
      ("worth_plain_paths", result.worth.map { worth($0.chance, $0.mean) } ?? .null),
    ])
  }

  private static func worth(_ chance: Double?, _ mean: Double?) -> JSONText {
    .object([
      ("chance_of_bad_debt", chance.map { .number($0) } ?? .null),
      ("mean_of_bad_debt", mean.map { .number($0) } ?? .null),
    ])
  }

  private static func mixture(_ mixed: MixedPaths) -> JSONText {
    let (mixture, weights) = (mixed.mixture, WeightSummary(mixed.weights))
    return .object([
      ("nominal_share", .number(mixture.nominalShare)),
      ("step_share", .number(mixture.stepShare)),
      ("variance_share", .number(mixture.varianceShare)),
      ("rate_factor", .number(mixture.rateFactor)),
      ("offspring_factor", .number(mixture.offspringFactor)),
      ("step_variance_factor", .number(mixture.stepVarianceFactor)),
      ("step_shift_sd", .number(mixture.stepShift)),
      ("mean_weight", .number(weights.sumOverCount)),
      ("effective_sample_size", .number(weights.effectiveSampleSize)),
    ])
  }

  private static func environment(_ environment: RunEnvironment) -> JSONText {
    .object([
      ("host", .string(environment.host)),
      ("cpu", .string(environment.cpuModel)),
      ("os", .string(environment.operatingSystem)),
      ("kernel", .string(environment.kernel)),
      ("threads", .integer(environment.threads)),
      ("blas", .string(environment.blasConfiguration)),
      ("blas_core", .string(environment.blasCore)),
      ("vector_math", .string(environment.vectorMath)),
      ("swift", .string(Version.swift)),
    ])
  }

  private static func timing(_ timing: RunTiming, paths: Int) -> JSONText {
    .object([
      ("start", .string(timing.start.formatted(.iso8601))),
      ("end", .string(timing.end.formatted(.iso8601))),
      ("wall_s", .number(timing.wallSeconds)),
      ("paths_per_s", .number(timing.pathsPerSecond(paths))),
      ("peak_rss_bytes", .integer(timing.peakMemoryBytes)),
    ])
  }
}
