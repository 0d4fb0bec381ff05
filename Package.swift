// swift-tools-version: 6.2

import PackageDescription

/// The compiler settings of every Swift target of this package.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  // An async function runs where its caller runs: a change of threads costs more than most of them do.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "swift-qemu",
  products: [
    .library(name: "QMP", targets: ["QMP"]),
    .library(name: "QEMU", targets: ["QEMU"]),
    .library(name: "QEMUTestSupport", targets: ["QEMUTestSupport"]),
    .executable(name: "qemuctl", targets: ["qemuctl"]),
    .executable(name: "qemuctl-supervisor", targets: ["qemuctl-supervisor"]),
    .library(name: "FaultInjection", type: .dynamic, targets: ["FaultInjection"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CLinux", cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "CLineEditing", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "QEMUJSON", dependencies: ["CJSONC"], swiftSettings: settings),
    .target(name: "QAPI", dependencies: ["QEMUJSON"], swiftSettings: settings),
    .executableTarget(
      name: "QAPIGenerator", dependencies: ["QEMUJSON"], exclude: ["Facts"], swiftSettings: settings),
    .target(name: "LinuxSystem", dependencies: ["CLinux"], swiftSettings: settings),
    .target(
      name: "QMP", dependencies: ["QEMUJSON", "QAPI", "CLinux", "LinuxSystem"], swiftSettings: settings),
    .target(
      name: "QEMUCommandLine", dependencies: ["QAPI", "QEMUJSON", "CYAML"],
      swiftSettings: settings),
    .target(
      name: "QEMUVerification", dependencies: ["QEMUCommandLine", "QEMUJSON"], swiftSettings: settings),
    .target(
      name: "QEMUPlanning", dependencies: ["QEMUCommandLine", "QEMUJSON", "QEMUVerification"],
      swiftSettings: settings),
    .target(
      name: "QEMUDiagnosis", dependencies: ["QEMUCommandLine", "LinuxSystem"], swiftSettings: settings),
    .target(
      name: "QEMUObservation",
      dependencies: [
        "QMP", "QAPI", "QEMUJSON", "CLinux", "LinuxSystem", "QEMUCommandLine", "QEMUVerification",
        "QEMUPlanning", "QEMUDiagnosis",
      ],
      swiftSettings: settings),
    .target(
      name: "QEMULifecycle",
      dependencies: [
        "QMP", "QAPI", "QEMUJSON", "CLinux", "LinuxSystem", "QEMUCommandLine", "QEMUVerification",
        "QEMUPlanning", "QEMUDiagnosis", "QEMUObservation", "QEMUSupervision",
      ],
      swiftSettings: settings),
    .target(
      name: "QEMU",
      dependencies: [
        "QMP", "QEMUJSON", "LinuxSystem", "QEMUCommandLine", "QEMUVerification", "QEMUPlanning",
        "QEMUDiagnosis", "QEMUObservation", "QEMULifecycle",
      ],
      swiftSettings: settings),
    .target(
      name: "QEMUTestSupport", dependencies: ["LinuxSystem", "QMP", "QEMUJSON", "CLinux"],
      swiftSettings: settings),
    .target(name: "QEMUSupervision", dependencies: ["CLinux"], swiftSettings: settings),
    .executableTarget(
      name: "qemuctl-supervisor", dependencies: ["QEMUSupervision", "CLinux"], swiftSettings: settings),
    .executableTarget(
      name: "qemuctl",
      dependencies: [
        "QEMU", "QMP", "LinuxSystem", "CLinux", "CLineEditing", "QEMUCommandLine", "QEMUSupervision",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "BenchmarkSupport", dependencies: ["LinuxSystem", "QEMULifecycle", "QEMUJSON"],
      path: "Benchmarks/Support",
      swiftSettings: settings),
    .executableTarget(
      name: "QMPBenchmark",
      dependencies: [
        "LinuxSystem",
        "QMP", "QEMU", "BenchmarkSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/QMPBenchmark", swiftSettings: settings),
    .executableTarget(
      name: "StartBenchmark",
      dependencies: [
        "LinuxSystem",
        "QEMU", "CLinux", "BenchmarkSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/StartBenchmark", swiftSettings: settings),
    .executableTarget(
      name: "CommandBenchmark",
      dependencies: [
        "QEMU", "QEMULifecycle", "QEMUCommandLine", "BenchmarkSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/CommandBenchmark", swiftSettings: settings),
    .executableTarget(
      name: "CommandLineBenchmark",
      dependencies: [
        "QEMUCommandLine", "BenchmarkSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/CommandLineBenchmark", swiftSettings: settings),
    .target(
      name: "RandomValues", dependencies: ["QEMUCommandLine", "QAPI", "QEMUJSON"], path: "Tests/RandomValues",
      swiftSettings: settings),
    .testTarget(
      name: "QEMUCommandLineTests", dependencies: ["QEMUCommandLine", "QAPI", "QEMUJSON", "RandomValues"],
      exclude: ["Facts"],
      swiftSettings: settings),
    .testTarget(
      name: "QEMULifecycleTests",
      dependencies: [
        "QEMUDiagnosis", "QEMUObservation", "QEMUPlanning", "LinuxSystem", "QEMUVerification",
        "QEMUCommandLine", "QMP", "CLinux", "QEMULifecycle", "QEMUJSON",
      ],
      exclude: ["StartFailures.json"], swiftSettings: settings),
    .testTarget(
      name: "QEMUVerificationTests",
      dependencies: ["QEMUObservation", "LinuxSystem", "QEMUVerification", "QEMUCommandLine", "QEMUJSON"],
      exclude: ["Observations"], swiftSettings: settings),
    .testTarget(
      name: "QAPITests",
      dependencies: ["QAPI", "QAPIGenerator", "QEMUJSON", "QEMUTestSupport", "RandomValues"],
      exclude: ["compare-schema"],
      swiftSettings: settings),
    .testTarget(
      name: "QMPTests",
      dependencies: ["LinuxSystem", "QMP", "QAPI", "QEMUTestSupport", "QEMUJSON", "CLinux"],
      swiftSettings: settings),
    .testTarget(
      name: "QEMUSupervisionTests", dependencies: ["QEMUSupervision", "QEMUJSON"], swiftSettings: settings),
    .testTarget(name: "QEMUJSONTests", dependencies: ["QEMUJSON", "RandomValues"], swiftSettings: settings),
    .target(
      name: "FuzzTargets",
      dependencies: ["QMP", "QAPI", "QEMUJSON", "QEMUCommandLine", "QEMUSupervision", "RandomValues"],
      path: "Tests/Fuzzing/Targets", swiftSettings: settings),
    .target(
      name: "CheckComparison",
      dependencies: [
        "QEMUObservation", "LinuxSystem", "QEMUDiagnosis", "QEMULifecycle", "QEMUCommandLine", "QMP", "QAPI",
        "RandomValues",
      ],
      path: "Tests/Fuzzing/CheckComparison", swiftSettings: settings),
    .executableTarget(
      name: "CheckFuzzer",
      dependencies: [
        "QEMUObservation", "QEMUDiagnosis",
        "CheckComparison", "QEMULifecycle", "QEMUCommandLine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzzing/CheckFuzzer", swiftSettings: settings),
    .target(
      name: "VerifyComparison",
      dependencies: ["QMP", "LinuxSystem", "QEMU", "QAPI", "QEMUJSON", "RandomValues"],
      path: "Tests/Fuzzing/VerifyComparison", swiftSettings: settings),
    .executableTarget(
      name: "VerifyFuzzer",
      dependencies: [
        "VerifyComparison", "QEMU", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzzing/VerifyFuzzer", swiftSettings: settings),
    .target(
      name: "FaultInjection", path: "Tests/Fuzzing/FaultInjection", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "ChaosRun",
      dependencies: ["LinuxSystem", "QEMU", "QEMULifecycle", "QEMUJSON", "QMP", "RandomValues"],
      path: "Tests/Fuzzing/ChaosRun",
      swiftSettings: settings),
    .executableTarget(
      name: "Chaos",
      dependencies: ["ChaosRun", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/Fuzzing/Chaos", swiftSettings: settings),
    .testTarget(
      name: "FuzzingTests", dependencies: ["FuzzTargets", "QEMUCommandLine"], path: "Tests/Fuzzing/Replay",
      swiftSettings: settings),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "LinuxSystem", "QEMUObservation", "QEMUDiagnosis", "QEMUPlanning",
        "QEMU", "QEMUTestSupport", "qemuctl", "qemuctl-supervisor", "RandomValues", "CheckComparison",
        "VerifyComparison",
        "ChaosRun",
      ],
      path: "IntegrationTests",
      exclude: ["CommandLineCases.json", "RealCommandLines.txt"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
