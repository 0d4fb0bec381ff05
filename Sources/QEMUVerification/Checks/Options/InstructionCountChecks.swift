import QEMUCommandLine

/// The checks of the properties of `-icount`, by the state of the timers, which has 96 bytes.
let instructionCountChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "shift": { _ in
    { (wanted, subject, reader) throws(EvidenceMissing) in
      // 2 is a shift that QEMU adjusts.
      let mode = GlobalVariable("use_icount")
      guard let text = try reader.global(mode) else { return .unobservable(reader.absence(of: mode)) }
      if wanted == "auto" || text != "01000000" {
        return .compare(
          (wanted == "auto") == (text == "02000000"), observed: text == "02000000" ? "auto" : "not fixed",
          [Evidence(mode, text)], else: Remedy(.restart, "restart with -icount shift=\(wanted)"))
      }
      return try storedCheck(
        StoredValue(symbol: "timers_state", sizes: [96]) { String(littleEndian($0[26..<28])) })(
          wanted, subject, &reader)
    }
  },
  "align": { _ in storedCheck(.flag("icount_align_option")) },
  "sleep": { _ in
    storedCheck(
      StoredValue(symbol: "timers_state", sizes: [96]) { littleEndian($0[88..<96]) == 0 ? "off" : "on" })
  },
]
