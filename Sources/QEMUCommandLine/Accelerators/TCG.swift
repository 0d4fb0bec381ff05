/// The threads of TCG's virtual CPUs.
public enum TCGThreads: String, PropertyWord {
  /// One thread for all, in turn.
  case single
  /// A thread for each.
  case multi
}

/// The properties of `-accel tcg`, QEMU's emulation of the CPU.
public struct TCG: PropertySchema {
  /// QEMU: `thread=single|multi`
  public let threads = Key<TCGThreads>("thread", "run each virtual CPU in its own thread, or all in one")
  /// QEMU: `tb-size=MIB`
  public let tbSize = Key<MebibyteCount>("tb-size", "size of the translation cache; 0 is QEMU's default")
  /// QEMU: `split-wx=on|off`
  public let splitWX = Key<Bool>(
    "split-wx", "map the translation cache twice: once writable, once executable")
  /// QEMU: `one-insn-per-tb=on|off`
  public let oneInsnPerTB = Key<Bool>(
    "one-insn-per-tb", "translate one guest instruction at a time", since: "8.1")

  /// The only instance. Its stored properties declare the properties of the accelerator.
  public static let schema = TCG()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
