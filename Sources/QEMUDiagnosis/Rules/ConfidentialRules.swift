/// The rules for confidential guests: SEV, SEV-SNP, TDX, SGX.
enum ConfidentialRules {
  static let all: [DiagnosisRule] = guests

  private static let guests: [DiagnosisRule] = [
    .init(
      "confidential-guest-unsupported", ["vm-type {type} not supported by KVM"],
      cause:
        "KVM on this host cannot run a {type} guest: the processor lacks the feature, or it is disabled in "
        + "the kernel",
      remedy:
        "check with `dmesg | grep -iE 'sev|tdx'`; enable it in the firmware and with "
        + "kvm_amd.sev_snp=1, kvm_amd.sev=1 or kvm_intel.tdx=1, or remove confidential-guest-support"),
    .init(
      "confidential-guest-needs-kvm", ["cannot set up private guest memory for {type}: KVM required"],
      cause: "only KVM on a processor with the feature can run a {type}",
      remedy: "use -accel kvm on such a host, or remove confidential-guest-support"),
    .init(
      "sev-unsupported", ["{function}: cbitpos check failed, host '{host}' requested '{value}'"],
      cause:
        "the processor of this host encrypts with bit {host} (0: it has no SEV), but cbitpos= is {value}",
      remedy:
        "use the bit that the QMP command query-sev-capabilities reports, or remove "
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
      cause: "memory-encryption= refers to '{id}', which is not defined",
      remedy: "add `-object sev-guest,id={id},…` and use confidential-guest-support={id}"),
    .init(
      "object-type-refused", ["invalid object type: {type}"],
      cause: "QEMU cannot create an object of type {type} on this host",
      remedy:
        "memory-backend-epc needs a host with SGX (/dev/sgx_vepc); else `qemu-system-ARCH -object "
        + "help` lists the types"),
  ]
}
