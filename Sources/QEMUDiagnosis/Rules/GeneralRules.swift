/// The rules for errors of the operating system, which apply if no more specific rule matches.
enum GeneralRules {
  static let all: [DiagnosisRule] = [
    .init(
      "file-missing", ["*Could not open '{path}': No such file or directory"],
      cause: "'{path}' does not exist",
      remedy: "correct the path, or create the file; a relative path starts at the working directory of "
        + "QEMU"),
    .init(
      "file-not-permitted", ["*Could not open '{path}': Permission denied"],
      cause: "the user of QEMU may not open '{path}'",
      remedy: "allow the user to access the file and to search (x) each parent directory: `namei -l "
        + "'{path}'`"),
    .init(
      "file-unusable", ["*Could not open '{path}': {reason}"],
      cause: "'{path}' cannot be opened: {reason}", remedy: "correct the cause of the error"),
    .init(
      "assertion-failed", ["{place}: {function}: Assertion `{condition}' failed.*"],
      cause:
        "QEMU failed an assertion ({function}: {condition}), which is a bug in QEMU",
      remedy:
        "try without the option that was added last; report it to the QEMU project with the whole command "
        + "line"
    ),
    .init(
      "option-not-supported", ["Option not supported in this build"],
      cause: "this QEMU is built without the option", remedy: "remove it, or use a QEMU with the feature"),
  ]
}

extension DiagnosisRule {
  /// All rules. The first one that matches is used, so specific rules precede general ones.
  static let all: [DiagnosisRule] =
    CommaRules.all + ConfidentialRules.all + AcceleratorRules.all + ImageRules.all + BlockRules.all
    + DeviceRules.all + DeviceUseRules.all + MachineRules.all + MemoryRules.all + NUMARules.all
    + NetworkRules.all + AddressRules.all + BootRules.all + DisplayRules.all + ValueRules.all
    + OptionRules.all
    + HostRules.all + LifecycleRules.all + CrashRules.all + GeneralRules.all
}
