// swift-tools-version: 6.2
import PackageDescription

// The targets stand in the order in which to read the code: each imports only those above it.
let package = Package(
  name: "slipface",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Runner", targets: ["Runner"]),
    .executable(name: "slipface", targets: ["slipface"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // Numbers: system BLAS, LAPACK and NLopt, C kernels, and the Swift core that knows nothing of DeFi.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"]), .brew(["openblas", "lapack"])]),
    .systemLibrary(
      name: "CNLopt", pkgConfig: "nlopt",
      providers: [.apt(["libnlopt-dev"]), .brew(["nlopt"])]),
    .target(name: "CKernels"),
    .target(name: "SimulationCore", dependencies: ["COpenBLAS", "CNLopt", "CKernels"]),

    // Economics: the venues and their rules, the agents who decide, one path from start to end.
    .target(name: "Markets", dependencies: ["SimulationCore"]),
    .target(name: "Agents", dependencies: ["Markets", "SimulationCore"]),
    .target(name: "Cascade", dependencies: ["Agents", "Markets", "SimulationCore"]),

    // Surface: files in, files out, many paths; and the command line.
    .target(
      name: "Runner",
      dependencies: ["Cascade", "Agents", "Markets", "SimulationCore", "Yams"],
      // Links to the files in Scenarios, so that `slipface demo` has them wherever it is.
      resources: [
        .embedInCode("ShippedScenarios/quickstart.yaml"),
        .embedInCode("ShippedScenarios/aave-3-asset-crash.yaml"),
        .embedInCode("ShippedScenarios/black-thursday-2020.yaml"),
      ],
      plugins: ["SourceCommit"]),
    .plugin(name: "SourceCommit", capability: .buildTool()),
    // Workloads that are timed, for `slipface bench` and for `benchmarks` below.
    .target(
      name: "Workloads", dependencies: ["Runner", "Cascade", "Markets", "SimulationCore"],
      path: "Benchmarks/Workloads",
      resources: [.embedInCode("recorded.csv"), .embedInCode("behaviour.yaml")]),
    .executableTarget(
      name: "slipface",
      dependencies: [
        "Runner", "Workloads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // One workload or one kernel, for comparisons and counts; not part of any product.
    .executableTarget(
      name: "benchmarks", dependencies: ["Workloads", "SimulationCore"],
      path: "Benchmarks/Program"),

    // Tests, one target a module, and what they share.
    .target(name: "TestSupport", dependencies: ["Runner"], path: "Tests/TestSupport"),
    .target(
      name: "KernelLevels", dependencies: ["CKernels"], path: "Tests/KernelLevels",
      cSettings: [.headerSearchPath("../../Sources/CKernels")]),
    .testTarget(
      name: "SimulationCoreTests", dependencies: ["SimulationCore", "TestSupport", "KernelLevels"]),
    .testTarget(name: "MarketsTests", dependencies: ["Markets", "TestSupport"]),
    .testTarget(name: "AgentsTests", dependencies: ["Agents", "TestSupport"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "CascadeTests", dependencies: ["Cascade", "TestSupport", "AllocationCounter"]),
    .testTarget(
      name: "RunnerTests", dependencies: ["Runner", "TestSupport", "Workloads"],
      exclude: ["Vectors", "Golden"]),
  ]
)

for target in package.targets {
  switch target.type {
  case .system, .plugin, .macro, .binary:
    continue
  default:
    if ["CKernels", "KernelLevels", "AllocationCounter"].contains(target.name) {
      target.cSettings = (target.cSettings ?? []) + [.treatAllWarnings(as: .error)]
    } else {
      target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]
    }
  }
}
