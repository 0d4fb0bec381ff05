import Testing

/// A report of the QEMUs on which the tests ran, and of those that were not available.
@Suite struct MatrixTests {
  @Test func thereIsAQEMUToTestOn() {
    #expect(!QEMUMatrix.all.isEmpty, "install qemu-system-x86, or run make test, which does")
    for qemu in QEMUMatrix.all { print("tested on \(qemu): \(qemu.path)") }
    for reason in QEMUMatrix.skipped { print("not tested on QEMU \(reason)") }
    if let reason = GuestUnderTest.absence { print("not tested with a Linux guest: \(reason)") }
  }
}
