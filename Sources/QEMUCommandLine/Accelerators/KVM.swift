/// The emulation of the interrupt controllers.
public enum KernelIRQChip: String, PropertyWord {
  /// The kernel emulates all.
  case on
  /// QEMU emulates all.
  case off
  /// The kernel emulates those of the CPUs, and QEMU the others; x86 only.
  case split
}

/// KVM's acceleration of RISC-V's interrupt architecture.
public enum RISCVAIA: String, PropertyWord {
  /// Hardware acceleration if the host supports it.
  case auto
  /// Emulation by the kernel.
  case emul
  /// Hardware acceleration.
  case hwaccel
}

/// The action if a guest blocks its CPU for too long.
enum NotifyVMExitMode: String, PropertyWord {
  case run
  case internalError = "internal-error"
  case disable
}

/// The action if a guest blocks its CPU for too long without an event window.
///
/// A window is a number of ticks of the CPU's crystal clock in addition to the hardware's threshold; nil is QEMU's
/// default.
///
/// QEMU: `notify-vmexit=run|internal-error|disable,notify-window=N`
public enum NotifyVMExit: Sendable, Hashable {
  /// Let the guest continue.
  case run(window: UInt32?)
  /// Stop the guest with an internal error.
  case internalError(window: UInt32?)
  /// Do not detect it.
  case disable
}

/// The properties of `-accel kvm`, Linux's KVM.
public struct KVM: PropertySchema {
  /// QEMU: `kernel-irqchip=on|off|split`
  public let kernelIRQChip = Key<KernelIRQChip>(
    "kernel-irqchip", "emulate interrupt controllers in the kernel; split is x86 only")
  /// QEMU: `kvm-shadow-mem=BYTES`
  public let shadowMemory = Key<PlainByteCount>(
    "kvm-shadow-mem", "size of the shadow MMU", architectures: ["i386", "x86_64"])
  /// QEMU: `dirty-ring-size=ENTRIES`
  public let dirtyRingSize = Key<PowerOfTwoCount>(
    "dirty-ring-size", "entries of each virtual CPU's ring of dirty pages; 0 uses a bitmap",
    since: "6.1")
  /// QEMU: `device=PATH`
  public let device = Key<String>("device", "path of the KVM device", since: "9.1")
  /// QEMU: `eager-split-size=BYTES`
  public let eagerSplitSize = Key<PowerOfTwoSize>(
    "eager-split-size", "the amount of memory whose huge pages are split ahead of use; 0 is off",
    architectures: ["arm", "aarch64"], since: "8.1")
  /// QEMU: `notify-vmexit=run|internal-error|disable`; written through ``Properties/notifyVMExit``.
  let notifyVMExitMode = Key<NotifyVMExitMode>(
    "notify-vmexit", "the action if a guest blocks its CPU for too long", architectures: ["i386", "x86_64"],
    since: "7.2")
  /// QEMU: `notify-window=N`; written through ``Properties/notifyVMExit``.
  let notifyWindow = Key<UInt32>(
    "notify-window", "the time that is too long; no effect with disable", architectures: ["i386", "x86_64"],
    since: "7.2")
  /// QEMU: `rapl=on|off`
  public let rapl = Key<Bool>(
    "rapl", "emulate the energy counters of the CPU", architectures: ["i386", "x86_64"], since: "9.2")
  /// QEMU: `rapl-helper-socket=PATH`
  public let raplHelperSocket = Key<String>(
    "rapl-helper-socket", "socket of the helper that reads the energy counters",
    architectures: ["i386", "x86_64"], since: "9.2")
  /// QEMU: `xen-version=N`
  public let xenVersion = Key<UInt32>(
    "xen-version", "emulate this version of Xen for the guest, 0x40011 is 4.17",
    architectures: ["i386", "x86_64"], since: "8.0")
  /// QEMU: `xen-gnttab-max-frames=N`
  public let xenGrantTableMaxFrames = Key<UInt16>(
    "xen-gnttab-max-frames", "maximum frames of Xen's grant table", architectures: ["i386", "x86_64"],
    since: "8.0")
  /// QEMU: `xen-evtchn-max-pirq=N`
  public let xenEventChannelMaxPIRQ = Key<UInt16>(
    "xen-evtchn-max-pirq", "maximum physical interrupts of Xen's event channels",
    architectures: ["i386", "x86_64"],
    since: "8.0")
  /// QEMU: `riscv-aia=auto|emul|hwaccel`
  public let riscvAIA = Key<RISCVAIA>(
    "riscv-aia", "the acceleration of RISC-V's interrupt architecture",
    architectures: ["riscv32", "riscv64"],
    since: "8.2")
  /// QEMU: `honor-guest-pat=on|off|auto`
  public let honorGuestPAT = Key<OnOffAuto>(
    "honor-guest-pat", "use the guest's page attributes for caching",
    architectures: ["i386", "x86_64"],
    since: "11.0")

  /// The only instance. Its stored properties declare the properties of the accelerator.
  public static let schema = KVM()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

extension Properties where Schema == KVM {
  /// The action if a guest blocks its CPU for too long; nil if it is not set.
  ///
  /// QEMU: `notify-vmexit=…,notify-window=…`
  public var notifyVMExit: NotifyVMExit? {
    get {
      switch (self[dynamicMember: \.notifyVMExitMode], self[dynamicMember: \.notifyWindow]) {
      case (.internalError?, let window): .internalError(window: window)
      case (.disable?, _): .disable
      case (.run?, let window): .run(window: window)
      case (nil, let window?): .run(window: window)
      case (nil, nil): nil
      }
    }
    set {
      switch newValue {
      case .run(let window): setNotify(.run, window)
      case .internalError(let window): setNotify(.internalError, window)
      case .disable: setNotify(.disable, nil)
      case nil: setNotify(nil, nil)
      }
    }
  }

  private mutating func setNotify(_ mode: NotifyVMExitMode?, _ window: UInt32?) {
    self[dynamicMember: \.notifyVMExitMode] = mode
    self[dynamicMember: \.notifyWindow] = window
  }

  /// Throws an error for a window that QEMU would ignore.
  /// - Throws: ``CommandLineError`` `conflictingOptions`.
  func requireWindowHasEffect() throws(CommandLineError) {
    guard self[dynamicMember: \.notifyVMExitMode] == .disable, self["notify-window"] != nil else { return }
    throw CommandLineError(
      .conflictingOptions, "notify-window has no effect with notify-vmexit=disable",
      remedy: "remove notify-window, or write notify-vmexit=run or notify-vmexit=internal-error")
  }
}
