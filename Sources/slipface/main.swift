import Foundation
import Runner

TextStream.ignoreBrokenPipes()
exit(CommandLineProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
