import Foundation
import QEMUCommandLine
import Testing

/// The parts of generated command lines name every option.
@Suite struct VerifyPartsTests {
  /// The options of which no frozen start is compared, by the reason.
  private static let left: [String: Set<String>] = [
    "QEMU prints what it has and ends": ["help", "version", "audio-help", "dump-vmstate"],
    "it is drawn from the capabilities of the binary": ["cpu"],
    "it needs kvm, Xen, a TPM, a plug-in or a module": [
      "enable-kvm", "xen-attach", "xen-domid", "xen-domid-restrict", "tpmdev", "plugin", "spice",
    ],
    "it needs a kernel or a device tree": ["dtb", "shim"],
    "it needs what the caller of QEMU or another run has made": ["add-fd", "loadvm"],
    "it reaches beyond the directory of a line": ["chroot", "runas", "daemonize", "s"],
    "a frozen start does not get through it": ["preconfig", "qtest", "qtest-log"],
    "the machines that have it are of other architectures": ["g", "prom-env", "mtdblock", "sd"],
    "no QEMU of the matrix has it": ["async-teardown"],
  ]

  @Test func everyOptionHasAPartOrAReason() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "VerifyParts.txt")
    let text = try String(contentsOf: file, encoding: .utf8)
    let named = Set(
      text.matches(of: #/(?:^|[\s{|])-([a-zA-Z][-_\w]*)/#.anchorsMatchLineEndings()).map { String($0.1) })
    let left = Set(Self.left.values.flatMap(\.self))
    let missing = OptionTable.all.filter { option in
      !left.contains(option.name) && !named.contains(option.name) && named.isDisjoint(with: option.aliases)
    }
    #expect(missing.map(\.name) == [])
    #expect(left.intersection(named) == [])
  }
}
