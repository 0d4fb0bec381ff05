// Each `// error: WORDS` line marks the line before which it stands: that line must not compile, with these words. The rest must.
import QEMUCommandLine

func compiles() {
  _ = Accelerator.tcg { $0.threads = .multi }
  _ = Accelerator.kvm {
    $0.kernelIRQChip = .split
    $0.notifyVMExit = .run(window: 5)
  }
}

func aPropertyOfAnotherAccelerator() {
  // error: has no dynamic member 'kernelIRQChip'
  _ = Accelerator.tcg { $0.kernelIRQChip = .on }
  // error: has no dynamic member 'tbSize'
  _ = Accelerator.kvm { $0.tbSize = 256 }
  // error: has no dynamic member 'igdPassthru'
  _ = Accelerator.kvm { $0.igdPassthru = true }
  // error: has no dynamic member 'threads'
  _ = Accelerator.whpx { $0.threads = .multi }
  // error: has no dynamic member 'device'
  _ = Accelerator.xen { $0.device = "/dev/kvm" }
}

func aValueOfAnotherType() {
  // error: has no member 'auto'
  _ = Accelerator.kvm { $0.kernelIRQChip = .auto }
  // error: cannot assign value of type 'Int'
  _ = Accelerator.kvm { $0.dirtyRingSize = 1000 }
  // error: cannot assign value of type 'ByteCount'
  _ = Accelerator.kvm { $0.eagerSplitSize = ByteCount.mebibytes(3) }
  // error: cannot assign value of type 'String'
  _ = Accelerator.tcg { $0.tbSize = "64M" }
}

func aWindowThatDoesNotBelongToRun() {
  // error: enum case 'disable' has no associated values
  _ = Accelerator.kvm { $0.notifyVMExit = .disable(window: 5) }
  // error: 'notifyWindow' is inaccessible
  _ = Accelerator.kvm { $0.notifyWindow = 5 }
}

func aPropertyOfAnAcceleratorWithoutAny() {
  // error: extra trailing closure passed in call
  _ = Accelerator.hvf { _ in }
  // error: has no dynamic member 'threads'
  _ = Accelerator.hvf(Properties { $0.threads = .multi })
}
