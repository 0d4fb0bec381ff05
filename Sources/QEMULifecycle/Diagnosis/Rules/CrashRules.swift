/// Ends that QEMU brings about itself when the guest, or QEMU, can go no further.
enum CrashRules {
  /// The names of all rows.
  static let names = Set(all.map(\.name))

  static let all: [DiagnosisRule] = [
    .init(
      "guest-cpu-lockup", ["fatal: Lockup: {reason}"],
      cause:
        "the guest's processor locked up ({reason}): on a Cortex-M this mostly means that there is no firmware, or "
        + "none with a vector table at the address that the processor starts from",
      remedy:
        "give the board its firmware with -kernel FILE (an ELF file or a raw image that begins with the vector "
        + "table)"),
    .init(
      "guest-left-memory", ["fatal: Trying to execute code outside RAM or ROM at {address}"],
      cause: "the guest jumped to {address}, where the machine has neither RAM nor ROM",
      remedy:
        "see that the firmware or kernel is made for this machine and loaded at its address; -d in_asm,int shows the "
        + "way there"),
    .init(
      "board-model-limit", ["hardware error: {reason}"],
      cause: "a device of the machine cannot do what was asked of it: {reason}",
      remedy:
        "see that the firmware or kernel is made for this machine; a newer QEMU may emulate more of the device"
    ),
    .init(
      "guest-cpu-fatal", ["fatal: {reason}"],
      cause: "QEMU cannot emulate the guest any further: {reason}",
      remedy:
        "see that the firmware or kernel is made for this machine and processor, and load it with -kernel or -bios"
    ),
  ]
}
