/// The reference page of the results folder, generated from the tables that write its files.
package enum ResultsPage {
  /// The page as Markdown.
  package static var markdown: String {
    let head = """
      # Results reference

      Every column of every file of a results folder, generated from the tables that write them.

      ## Rules for all files

      - RFC 4180 CSV in UTF-8 with one header row; an empty cell is a missing value.
      - Units are part of the names; numbers have as many digits as it takes to read them back exactly.
      - Rows are sorted. The bytes depend on scenario, seed, paths and version alone.
      - Statistics of `summary.csv` stand beside their 95 % interval, empty where there is none; the
        note says why.

      """
    return head + ResultFile.tables.map(section).joined()
      + others
  }

  private static func section(_ file: ResultFile) -> String {
    let rows = file.columns(isWeighted: true).map { column in
      "| `\(column.name)` | \(column.type.rawValue) | \(column.unit ?? "") "
        + "| \(column.meaning.replacing("|", with: "\\|")) |\n"
    }
    return "\n## \(file.rawValue)\n\n\(file.meaning)\n\n| column | type | unit | meaning |\n"
      + "|---|---|---|---|\n" + rows.joined()
  }

  private static var others: String {
    let files = ResultFile.allCases.filter { !ResultFile.tables.contains($0) }
    return "\n## Other files\n\n| file | holds |\n|---|---|\n"
      + files.map { "| `\($0.rawValue)` | \($0.meaning) |\n" }.joined()
  }
}
