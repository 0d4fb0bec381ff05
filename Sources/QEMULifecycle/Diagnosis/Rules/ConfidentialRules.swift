/// Confidential guests: SEV, SEV-SNP, TDX, SGX.
enum ConfidentialRules {
  static let all: [DiagnosisRule] = guests

  private static let guests: [DiagnosisRule] = [
    .init(
      "confidential-guest-unsupported", ["vm-type {type} not supported by KVM"],
      cause:
        "this host's KVM cannot run a {type} guest: the processor lacks it, or the kernel has it "
        + "switched off",
      remedy:
        "`dmesg | grep -iE 'sev|tdx'` tells which; switch it on in the firmware and with "
        + "kvm_amd.sev_snp=1, kvm_amd.sev=1 or kvm_intel.tdx=1, or remove confidential-guest-support"),
    .init(
      "confidential-guest-needs-kvm", ["cannot set up private guest memory for {type}: KVM required"],
      cause: "only KVM on a processor with the feature can run a {type}",
      remedy: "use -accel kvm on such a host, or remove confidential-guest-support"),
    .init(
      "sev-unsupported", ["{function}: cbitpos check failed, host '{host}' requested '{value}'"],
      cause: "this host's processor encrypts with bit {host} (0: it has no SEV), and cbitpos= is {value}",
      remedy:
        "use the bit that `qemu-system-x86_64` reports by QMP query-sev-capabilities, or remove "
        + "confidential-guest-support on a host without SEV"),
    .init(
      "sev-device-missing",
      ["{function}: Failed to open {path} '{reason}'", "Could not open '/dev/sev': {reason}"],
      cause: "the SEV device of this host cannot be opened: {reason}",
      remedy:
        "load kvm_amd with sev=1 on an AMD host with SEV (`ls -l /dev/sev`), or remove "
        + "confidential-guest-support"),
    .init(
      "memory-encryption-undefined", ["No such memory encryption object '{id}'"],
      cause: "memory-encryption= names '{id}', which nothing defines",
      remedy: "add `-object sev-guest,id={id},…` and write confidential-guest-support={id}"),
    .init(
      "object-type-refused", ["invalid object type: {type}"],
      cause: "QEMU cannot make an object of type {type} on this host",
      remedy:
        "memory-backend-epc needs a host with SGX (/dev/sgx_vepc); else `qemu-system-ARCH -object "
        + "help` lists the types"),
  ]
}
