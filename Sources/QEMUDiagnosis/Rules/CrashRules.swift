/// The rules for exits by which QEMU reports that it cannot continue the guest.
package enum CrashRules {
  /// The names of all rows.
  package static let names = Set(all.map(\.name))

  static let all: [DiagnosisRule] = [
    .init(
      "guest-cpu-lockup", ["fatal: Lockup: {reason}"],
      cause:
        "the guest's processor locked up ({reason}): on a Cortex-M this usually means that there is no firmware, or "
        + "that it has no vector table at the start address of the processor",
      remedy:
        "pass the firmware with -kernel FILE (an ELF file or a raw image that begins with the vector "
        + "table)"),
    .init(
      "guest-left-memory", ["fatal: Trying to execute code outside RAM or ROM at {address}"],
      cause: "the guest jumped to {address}, where the machine has neither RAM nor ROM",
      remedy:
        "check that the firmware or kernel is made for this machine and loaded at its address; trace the guest with "
        + "-d in_asm,int"),
    .init(
      "board-model-limit", ["hardware error: {reason}"],
      cause: "QEMU's model of a device does not support what the guest requested: {reason}",
      remedy:
        "check that the firmware or kernel is made for this machine; a newer QEMU may emulate more of the device"
    ),
    .init(
      "guest-cpu-fatal", ["fatal: {reason}"],
      cause: "QEMU cannot continue to emulate the guest: {reason}",
      remedy:
        "check that the firmware or kernel is made for this machine and processor, and load it with -kernel or -bios"
    ),
  ]
}
