/// The name of an accelerator. QEMU: `-accel NAME`
public enum AcceleratorName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The Tiny Code Generator, which translates the guest's code.
  case tcg
  /// The Kernel-based Virtual Machine of Linux.
  case kvm
  /// Xen.
  case xen
  /// The Hypervisor framework of macOS.
  case hvf
  /// The Windows Hypervisor Platform.
  case whpx
  /// The hypervisor of NetBSD.
  case nvmm
  /// The Microsoft hypervisor, from Linux.
  case mshv
  /// Enclaves of AWS Nitro.
  case nitro
  /// No accelerator: a test executes the guest's accesses.
  case qtest
  /// An accelerator that this version does not know.
  case other(String)

  private static let known: [AcceleratorName] = [.tcg, .kvm, .xen, .hvf, .whpx, .nvmm, .mshv, .nitro, .qtest]

  /// Makes a name of QEMU's text.
  public init(_ text: String) { self = Self.known.first { $0.description == text } ?? .other(text) }

  /// Makes a name of QEMU's text.
  public init(stringLiteral text: String) { self.init(text) }

  /// QEMU's text.
  public var description: String {
    switch self {
    case .tcg: "tcg"
    case .kvm: "kvm"
    case .xen: "xen"
    case .hvf: "hvf"
    case .whpx: "whpx"
    case .nvmm: "nvmm"
    case .mshv: "mshv"
    case .nitro: "nitro"
    case .qtest: "qtest"
    case .other(let text): text
    }
  }
}
