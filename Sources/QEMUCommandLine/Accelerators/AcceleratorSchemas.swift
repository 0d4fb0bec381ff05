/// The properties of `-accel xen`.
public struct Xen: PropertySchema {
  /// QEMU: `igd-passthru=on|off`
  public let igdPassthru = Key<Bool>(
    "igd-passthru", "pass Intel's integrated graphics through to the guest",
    architectures: ["i386", "x86_64"])

  /// The only instance. Its stored properties declare the properties of the accelerator.
  public static let schema = Xen()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

/// The properties of `-accel whpx`, the Windows Hypervisor Platform.
public struct WHPX: PropertySchema {
  /// QEMU: `kernel-irqchip=on|off|split`
  public let kernelIRQChip = Key<KernelIRQChip>(
    "kernel-irqchip", "emulate interrupt controllers in the hypervisor")
  /// QEMU: `hyperv=on|off|auto`
  public let hyperV = Key<OnOffAuto>("hyperv", "offer Hyper-V's interfaces to the guest")

  /// The only instance. Its stored properties declare the properties of the accelerator.
  public static let schema = WHPX()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

/// The properties of `-accel nitro`, AWS Nitro Enclaves.
public struct Nitro: PropertySchema {
  /// QEMU: `enclave-cid=N`
  public let enclaveCID = Key<UInt64>(
    "enclave-cid", "vsock context id of the enclave; 0 lets the host choose", since: "11.0")
  /// QEMU: `debug-mode=on|off`
  public let debugMode = Key<Bool>("debug-mode", "start the enclave with its console readable", since: "11.0")

  /// The only instance. Its stored properties declare the properties of the accelerator.
  public static let schema = Nitro()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

/// The properties of an accelerator without declared properties: hvf, nvmm, mshv and qtest. Those of a newer QEMU can
/// be kept by name.
public struct NoProperties: PropertySchema {
  /// The only instance.
  public static let schema = NoProperties()
  /// No declarations.
  public static let declarations: PropertyDeclarations = [:]
}
