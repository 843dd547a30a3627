/// The program's version as it stands in results and on the command line.
///
/// The build adds `sourceCommit`: the 40 digits of the commit, "-dirty" behind them where tracked files
/// differ from it, empty without git.
package enum Version {
  package static let current = "0.1.0"

  /// The compiler that built the program, as far as it can be told at compile time.
  package static var swift: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
