/// Several workloads in turn, cut to a few seconds each: what `slipface bench` runs.
package struct WorkloadSuite: Sendable {
  package var workloads = Workload.allCases
  package var threads: Int
  /// Whether each workload has its published number of paths.
  package var isFull = false
  /// What a workload may take on this machine, the warm-up left out.
  package var secondsEach = 4.0

  package init(threads: Int) { self.threads = threads }

  /// Runs one workload; `announce` hears its number of paths before it begins.
  package func run(_ workload: Workload, announce: (Int) -> Void = { _ in }) throws -> Figure {
    var settings = WorkloadSettings(workload)
    settings.threads = threads
    if !isFull { settings.paths = try paths(warmingUp: settings) }
    announce(settings.paths)
    return Figure(try WorkloadRun(settings))
  }

  /// A number of paths that fits `seconds`: the published one, else 16 times a power of two, at least 32.
  ///
  /// The few numbers that can come out are those whose means the tests hold against their bands.
  package static func pathCount(
    published: Int, secondsPerPath: Double, seconds: Double
  ) -> Int {
    guard Double(published) * secondsPerPath > seconds else { return published }
    var count = 32
    while 2 * count < published && Double(2 * count) * secondsPerPath <= seconds { count *= 2 }
    return min(count, published)
  }

  /// Runs a block a worker, then more until the clock can tell what a path takes.
  private func paths(warmingUp settings: WorkloadSettings) throws -> Int {
    let published = settings.workload.pathCount
    var trial = settings
    trial.paths = min(16 * threads, published)
    while true {
      let run = try WorkloadRun(trial)
      if run.seconds >= 0.1 || trial.paths == published {
        return WorkloadSuite.pathCount(
          published: published, secondsPerPath: run.seconds / Double(trial.paths),
          seconds: secondsEach)
      }
      trial.paths = min(8 * trial.paths, published)
    }
  }

  /// What one workload took, and how its means stand to their bands.
  package struct Figure: Sendable {
    package let workload: Workload
    package let paths: Int
    package let seconds: Double
    package let cpuSeconds: Double
    /// Means outside their bands, one sentence each; `nil` = too few paths to tell.
    package let failures: [String]?

    package var cpuSecondsPerPath: Double { cpuSeconds / Double(paths) }

    /// The bands are normal ones; below this count the skewed means do not follow them.
    static let judgedPaths = 64

    init(_ run: WorkloadRun) {
      workload = run.settings.workload
      paths = run.settings.paths
      seconds = run.seconds
      cpuSeconds = run.cpuSeconds
      failures = paths < Figure.judgedPaths ? nil : WorkloadReport(run).failures
    }

    package init(
      workload: Workload, paths: Int, seconds: Double, cpuSeconds: Double, failures: [String]?
    ) {
      self.workload = workload
      self.paths = paths
      self.seconds = seconds
      self.cpuSeconds = cpuSeconds
      self.failures = failures
    }
  }
}
