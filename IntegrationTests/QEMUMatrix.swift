import Foundation
import QEMU

/// A QEMU that the tests run on.
struct QEMUUnderTest: Sendable, CustomStringConvertible {
  let version: String
  let architecture: String
  let path: String

  var description: String { "QEMU \(version) \(architecture)" }
  var binary: QEMUBinary { get throws { try QEMUBinary(finding: path) } }
  var isX86: Bool { architecture == "x86_64" }
  /// A machine that this architecture has.
  var machine: String { isX86 ? "q35" : "virt" }
  /// Since 8.1.
  var hasOneInsnPerTB: Bool { !version.hasPrefix("7.") }
}

/// The QEMUs that `make qemu-matrix` has installed; if it has not run, those of the host.
enum QEMUMatrix {
  /// The QEMUs for x86_64 and aarch64.
  static let all: [QEMUUnderTest] = everyArchitecture.filter {
    ["x86_64", "aarch64"].contains($0.architecture)
  }
  /// The QEMUs for riscv64, s390x and ppc64, on which the accelerator, the machine, the CPU, the topology and the memory are
  /// tested.
  static let others: [QEMUUnderTest] = everyArchitecture.filter {
    !["x86_64", "aarch64"].contains($0.architecture)
  }
  private static let everyArchitecture = listed.isEmpty ? installed : listed
  static let x86: [QEMUUnderTest] = all.filter(\.isX86)
  /// The one that tests of our own side run on: what they show does not depend on QEMU's version.
  static let any: [QEMUUnderTest] = Array(x86.prefix(1))

  static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// Lines `WHAT REASON` for each QEMU that could not be brought.
  static let skipped: [String] = lines(of: ".qemu/skipped")

  private static let listed: [QEMUUnderTest] = lines(of: ".qemu/matrix").compactMap { line in
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    return words.count == 3 ? QEMUUnderTest(version: words[0], architecture: words[1], path: words[2]) : nil
  }

  private static let installed: [QEMUUnderTest] = ["x86_64", "aarch64"].compactMap { architecture in
    guard let binary = try? QEMUBinary(finding: "qemu-system-\(architecture)"),
      let version = version(of: binary.path)
    else { return nil }
    return QEMUUnderTest(version: version, architecture: architecture, path: binary.path)
  }

  private static func version(of program: String) -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = ["--version"]
    process.standardOutput = output
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else {
      return nil
    }
    return String(decoding: data, as: UTF8.self).split(separator: " ").dropFirst(3).first.map(String.init)
  }

  private static func lines(of file: String) -> [String] {
    let text = try? String(contentsOf: packageRoot.appending(path: file), encoding: .utf8)
    return text?.split(separator: "\n").map(String.init) ?? []
  }
}
