import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Scenarios read regular files of their own folder only")
struct FileFaultTests {
  /// A new folder with the given files; the closure gets its path.
  private func inFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      let path = folder + "/" + name
      try FileManager.default.createDirectory(
        atPath: FileAccess.folder(of: path), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    try body(folder)
  }

  private func load(
    _ path: String, overrides: [String] = [], dataFolders: [String] = []
  ) -> Result<Scenario, Diagnostics> {
    do throws(Diagnostics) {
      return .success(
        try Scenario.load(
          path, overrides: overrides.compactMap { Override($0) }, dataFolders: dataFolders))
    } catch {
      return .failure(error)
    }
  }

  private func fault(_ result: Result<Scenario, Diagnostics>) -> (code: String, exit: Int32) {
    guard case .failure(let diagnostics) = result else { return ("", 0) }
    return (diagnostics.all.first?.code ?? "", diagnostics.exitCode)
  }

  private func withPositions(_ file: String) -> String {
    SampleScenario.text
      .replacing(
        "accounts: 50\n  debt_asset: USDC\n  collateral_mix: {WETH: 1}",
        with: "source: csv\n  file: \(file)")
  }

  @Test("A missing file is 66, a forbidden one 65, whichever way it leaves the folder")
  func sandbox() throws {
    try inFolder([
      "own/a.yaml": withPositions("p.csv"), "own/b.yaml": withPositions("../other/p.csv"),
      "own/c.yaml": withPositions("link.csv"), "own/d.yaml": withPositions("/dev/null"),
      "own/e.yaml": withPositions("../nowhere.csv"), "own/f.yaml": withPositions("sub"),
      "own/sub/p.csv": "account,asset,supplied,borrowed\n",
      "other/p.csv": "account,asset,supplied,borrowed\n1,WETH,1,0\n",
    ]) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/own/link.csv", withDestinationPath: "../other/p.csv")
      let own = folder + "/own/"
      #expect(fault(load(own + "none.yaml")) == ("E020", 66))
      #expect(fault(load(own + "a.yaml")) == ("E020", 66))
      #expect(fault(load(own + "b.yaml")) == ("E007", 65))
      #expect(fault(load(own + "c.yaml")) == ("E007", 65))
      #expect(fault(load(own + "d.yaml")) == ("E007", 65))
      #expect(fault(load(own + "e.yaml")) == ("E007", 65))
      #expect(fault(load(own + "f.yaml")) == ("E007", 65))
      // A data folder gives leave, and is searched for relative names.
      for name in ["a", "b", "c"] {
        #expect(fault(load(own + name + ".yaml", dataFolders: [folder + "/other"])).code == "")
      }
      // What is typed on the command line needs no leave.
      let typed = ["positions.file=\(folder)/other/p.csv"]
      #expect(fault(load(own + "b.yaml", overrides: typed)).code == "")
    }
  }

  @Test("A pipe is refused and does not hold the program up")
  func pipe() throws {
    try inFolder(["a.yaml": withPositions("pipe")]) { folder in
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(fault(load(folder + "/a.yaml")) == ("E007", 65))
      #expect(fault(load(folder + "/pipe")) == ("E007", 65))
      #expect(fault(load(folder)) == ("E007", 65))
    }
  }

  @Test("Included files are merged under the including one, maps by key, lists whole")
  func include() throws {
    let base = SampleScenario.replacing("sample", with: "base")
    try inFolder([
      "base.yaml": base,
      "sub/more.yaml": "assets: {WETH: {price_usd: 1000}}\nvenues: []\n",
      "top.yaml": """
      include: [base.yaml, sub/more.yaml]
      name: top
      assets: {WETH: {volatility_pct_annual: 50}}
      """,
      "plain.yaml": base.replacing("name: base", with: "name: top")
        .replacing(
          "price_usd: 3200.0, volatility_pct_annual: 75.0",
          with: "price_usd: 1000, volatility_pct_annual: 50"
        )
        .replacing(
          "venues:\n  - {kind: cex_impact, asset: WETH, depth_2pct_usd: 80000000}",
          with: "venues: []"),
    ]) { folder in
      let top = try load(folder + "/top.yaml").get()
      let plain = try load(folder + "/plain.yaml").get()
      #expect(top.name == "top")
      #expect(top.assets[0].initialPrice == 1000)
      #expect(top.assets[0].volatility == 0.5)
      #expect(top.assets[1].initialPrice == 1)
      #expect(top.venues.isEmpty)
      #expect(top.canonical == plain.canonical)
      #expect(top.digest == plain.digest)
      #expect(top.text.hasPrefix("include:"))
    }
  }

  @Test("A cycle of includes is an error that names it; marks name the included file")
  func includeFaults() throws {
    try inFolder([
      "a.yaml": "include: b.yaml\n", "b.yaml": "include: a.yaml\n",
      "c.yaml": "include: d.yaml\n",
      "d.yaml": SampleScenario.replacing("paths: 100", with: "path: 1"),
      "e.yaml": "include: {x: 1}\n",
    ]) { folder in
      guard case .failure(let cycle) = load(folder + "/a.yaml") else {
        Issue.record("a cycle is refused")
        return
      }
      #expect(
        cycle.all[0].message
          == "include: a cycle: \(folder)/a.yaml includes \(folder)/b.yaml includes \(folder)/a.yaml"
      )
      guard case .failure(let unknown) = load(folder + "/c.yaml") else {
        Issue.record("an unknown field is refused")
        return
      }
      #expect(
        unknown.block(unknown.all[0])[0]
          == "\(folder)/d.yaml:3:7: error: unknown field 'path' in run [E012]")
      #expect(fault(load(folder + "/e.yaml")) == ("E006", 65))
    }
  }

  @Test("Prices from a file give assets their price and volatility where they state none")
  func priceFile() throws {
    let rows = (0..<49).map { hour in
      // Log returns of alternately +1 % and -1 %: deviation 0.01 an hour, 0.01 sqrt(8760) a year.
      "2021-04-\(hour < 24 ? "05" : hour < 48 ? "06" : "07") \(hour % 24 < 10 ? "0" : "")\(hour % 24):00,"
        + "\(2000 * exp(hour % 2 == 0 ? 0 : 0.01))"
    }
    let text = SampleScenario.replacing("price_usd: 3200.0, volatility_pct_annual: 75.0", with: "")
      .replacing("annual: 1.0", with: "annual: 0")
      .replacing(
        "  model: student_t\n  degrees_of_freedom: 4\n  correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}",
        with: "  model: bootstrap\n  file: prices.csv\n  columns: {WETH: ETH}")
    try inFolder([
      "a.yaml": text, "prices.csv": "t_utc,ETH\n" + rows.joined(separator: "\n") + "\n",
    ]) { folder in
      let scenario = try load(folder + "/a.yaml").get()
      #expect(scenario.assets[0].initialPrice == 2000)
      let expected = 0.01 * 8760.0.squareRoot()
      #expect(abs(scenario.assets[0].volatility - expected) < 1e-9)
    }
  }
}
