/// The checks of the properties of each accelerator, by the accelerator's name.
let acceleratorChecks: [String: [String: Check]] = [
  "tcg": tcgChecks,
  "kvm": kvmChecks,
  "xen": [
    "igd-passthru": unobservable(
      "no object of the machine shows it; on a Xen host, a pass-through host bridge would")
  ],
  "whpx": [
    "kernel-irqchip": unobservable("WHPX runs on Windows, whose processes this library cannot read"),
    "hyperv": unobservable("only the guest sees the interfaces, in CPUID leaves from 0x40000000"),
  ],
  "nitro": [
    "enclave-cid": unobservable(
      "QEMU does not show the enclave's context id; nitro-cli describe-enclaves does"),
    "debug-mode": unobservable("QEMU does not show the enclave's flags; nitro-cli describe-enclaves does"),
  ],
]
