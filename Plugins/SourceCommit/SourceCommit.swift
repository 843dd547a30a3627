import Foundation
import PackagePlugin

/// Tells the program which commit it was built from, for the manifest of its results.
///
/// Asked at every build; the file is rewritten, and its target compiled again, only when the answer
/// changes. Without git, or where the package is not a checkout of its own, the answer is empty.
@main
struct SourceCommit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL.appending(path: "SourceCommit")
    let script = """
      commit=
      if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$(cd "$1" && pwd -P)" ]; then
        commit=$(git -C "$1" describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || true)
      fi
      text="extension Version { package static let sourceCommit = \\"$commit\\" }"
      mkdir -p "$2"
      file="$2/SourceCommit.swift"
      [ "$(cat "$file" 2>/dev/null)" = "$text" ] || printf '%s\\n' "$text" >"$file"
      """
    return [
      .prebuildCommand(
        displayName: "Source commit", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", script, "sh", context.package.directoryURL.path, folder.path],
        outputFilesDirectory: folder)
    ]
  }
}
