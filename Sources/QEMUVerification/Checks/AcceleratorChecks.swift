/// How the properties of each accelerator are proved, by the accelerator's name.
let acceleratorChecks: [String: [String: Check]] = [
  "tcg": tcgChecks,
  "kvm": kvmChecks,
  "xen": [
    "igd-passthru": unobservable(
      "nothing of the machine's objects names it; a pass-through host bridge would show it on a Xen host")
  ],
  "whpx": [
    "kernel-irqchip": unobservable("WHPX runs on Windows, whose processes this library does not read"),
    "hyperv": unobservable("the interfaces show only inside the guest, in CPUID leaves from 0x40000000"),
  ],
  "nitro": [
    "enclave-cid": unobservable(
      "QEMU does not show the enclave's context id; nitro-cli describe-enclaves does"),
    "debug-mode": unobservable("QEMU does not show the enclave's flags; nitro-cli describe-enclaves does"),
  ],
]
