/// How TCG runs its virtual CPUs.
public enum TCGThreads: String, PropertyWord {
  /// All in one thread, in turn.
  case single
  /// Each in a thread of its own.
  case multi
}

/// The properties of `-accel tcg`, QEMU's emulation of the CPU.
public struct TCG: PropertySchema {
  /// QEMU: `thread=single|multi`
  public let threads = Key<TCGThreads>("thread", "run each virtual CPU in a thread of its own, or all in one")
  /// QEMU: `tb-size=MIB`
  public let tbSize = Key<MebibyteCount>("tb-size", "size of the translation cache; 0 is QEMU's default")
  /// QEMU: `split-wx=on|off`
  public let splitWX = Key<Bool>("split-wx", "map the translation cache twice, writable and executable apart")
  /// QEMU: `one-insn-per-tb=on|off`
  public let oneInsnPerTB = Key<Bool>(
    "one-insn-per-tb", "translate one guest instruction at a time", since: "8.1")

  /// The only instance, whose constants are the declarations.
  public static let schema = TCG()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
