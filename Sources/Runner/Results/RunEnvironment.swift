package import Foundation

/// The machine and libraries of a run: they go into the manifest and into no other file.
package struct RunEnvironment: Sendable {
  package var host: String
  package var cpuModel: String
  package var operatingSystem: String
  package var kernel: String
  package var threads: Int
  /// Version and build options of OpenBLAS.
  package var blasConfiguration: String
  /// Processor family whose BLAS kernels are in use.
  package var blasCore: String
  /// Name and variant of the exponentials, logarithms and the like.
  package var vectorMath: String

  package init(
    host: String, cpuModel: String, operatingSystem: String, kernel: String, threads: Int,
    blasConfiguration: String, blasCore: String, vectorMath: String
  ) {
    self.host = host
    self.cpuModel = cpuModel
    self.operatingSystem = operatingSystem
    self.kernel = kernel
    self.threads = threads
    self.blasConfiguration = blasConfiguration
    self.blasCore = blasCore
    self.vectorMath = vectorMath
  }

  /// Asks the system; what it does not tell is an empty word.
  package static func current(
    threads: Int, blasConfiguration: String, blasCore: String, vectorMath: String
  ) -> RunEnvironment {
    var names = utsname()
    let known = uname(&names) == 0
    return RunEnvironment(
      host: known ? text(&names.nodename) : "",
      cpuModel: value(of: "model name", in: "/proc/cpuinfo", separator: ":"),
      operatingSystem: value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "="),
      kernel: known ? "\(text(&names.sysname)) \(text(&names.release))" : "",
      threads: threads, blasConfiguration: blasConfiguration, blasCore: blasCore,
      vectorMath: vectorMath)
  }

  /// Largest resident memory of the process so far.
  package static var peakMemoryBytes: Int {
    var usage = rusage()
    #if os(Linux)
      guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
      return usage.ru_maxrss * 1024
    #else
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return usage.ru_maxrss
    #endif
  }

  private static func text<Characters>(_ characters: inout Characters) -> String {
    withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func value(of key: String, in path: String, separator: Character) -> String {
    guard let content = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
    for line in content.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
      return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }
    return ""
  }
}

/// When a run took place and what it took.
package struct RunTiming: Sendable {
  package var start: Date
  package var end: Date
  /// Of the simulation, without reading and writing.
  package var wallSeconds: Double
  package var peakMemoryBytes: Int

  package init(start: Date, end: Date, wallSeconds: Double, peakMemoryBytes: Int) {
    self.start = start
    self.end = end
    self.wallSeconds = wallSeconds
    self.peakMemoryBytes = peakMemoryBytes
  }

  package func pathsPerSecond(_ paths: Int) -> Double {
    wallSeconds > 0 ? Double(paths) / wallSeconds : 0
  }
}
