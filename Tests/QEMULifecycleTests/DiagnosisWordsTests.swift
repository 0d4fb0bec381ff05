import Glibc
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// Reading what QEMU wrote: patterns, messages, hints, and text that QEMU never writes.
@Suite struct DiagnosisWordsTests {
  static let patterns: [(pattern: String, text: String, captures: [String: String]?)] = [
    ("Could not open '{path}': {reason}", "Could not open '/a': b': c", ["path": "/a", "reason": "b': c"]),
    ("*lock", "Failed to lock", [:]),
    ("*lock", "lock", [:]),
    ("lock", "locks", nil),
    ("a{x}a", "aa", ["x": ""]),
    ("a{x}a", "a", nil),
    ("{x}aab", "aaab", ["x": "a"]),
    ("{x}, {y}", "1, 2, 3", ["x": "1", "y": "2, 3"]),
    ("x{open", "x{open", [:]),
    ("“{x}”", "“é”", ["x": "é"]),
    ("", "", [:]),
    ("", "x", nil),
    ("*", "anything\nat all", [:]),
  ]

  @Test(arguments: patterns)
  func aPatternMatchesTheWholeText(_ row: (pattern: String, text: String, captures: [String: String]?)) {
    #expect(WordPattern(row.pattern).match(Array(row.text.utf8)[...]) == row.captures)
  }

  static let messages:
    [(text: String, arguments: [String], severity: String, option: String?, body: String)] = [
      ("qemu-system-x86_64: -drive file=a: b: c", ["-drive", "file=a"], "error", "-drive file=a", "b: c"),
      ("qemu-system-x86_64: -drive file=a: b: c", ["-drive", "file=a: b"], "error", "-drive file=a: b", "c"),
      ("qemu-system-x86_64: -drive file=a: b: c", [], "error", "-drive file=a", "b: c"),
      ("qemu-system-x86_64: -m: requires an argument", ["-m"], "error", "-m", "requires an argument"),
      ("qemu-system-x86_64: -append only allowed", ["-append", "x"], "error", nil, "-append only allowed"),
      ("qemu-system-x86_64: -m 1: warning: w", ["-m", "1"], "warning", "-m 1", "w"),
      ("qemu-system-x86_64: info: i", [], "note", nil, "i"),
      ("qemu: could not load", [], "error", nil, "could not load"),
      ("kvm: warning: w", [], "error", nil, "kvm: warning: w"),
      ("gtk initialization failed", [], "error", nil, "gtk initialization failed"),
      (
        "2026-11-23T05:14:08.238703Z my vm qemu-system-x86_64: -device a: b",
        ["-msg", "timestamp=on", "-device", "a"],
        "error", "-device a", "b"
      ),
      (
        "(qemu-system-x86_64:12): Gtk-WARNING **: 05:14:08: x", [], "warning", nil,
        "(qemu-system-x86_64:12): Gtk-WARNING **: 05:14:08: x"
      ),
    ]

  @Test(arguments: messages)
  func aLineIsTakenApart(
    _ row: (text: String, arguments: [String], severity: String, option: String?, body: String)
  ) throws {
    let message = try #require(StandardErrorText(row.text, arguments: row.arguments).messages.first)
    #expect("\(message.severity)" == row.severity)
    #expect(message.location == row.option)
    #expect(message.text == row.body)
    #expect(message.writtenText == row.text)
  }

  @Test func aBinaryOfAnotherNameIsKnownWhenTold() throws {
    let message = try #require(StandardErrorText("kvm: warning: w", program: "kvm").messages.first)
    #expect(message.severity == .warning && message.text == "w")
  }

  @Test func aFatalLineAfterAWarningIsNoHintOfIt() {
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: "qemu-system-x86_64: warning: w\ngtk initialization failed\n",
      command: ["qemu"], phase: .afterGreeting)
    #expect(diagnosis.messages == "gtk initialization failed")
    #expect(diagnosis.warnings == ["qemu-system-x86_64: warning: w"])
    #expect(diagnosis.rule == "desktop-missing")
  }

  @Test func wordsThatNoRuleKnowsAreTheCause() {
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: "qemu-system-x86_64: -m 1: strange trouble\nEh, so be it.\n",
      command: ["qemu", "-m", "1"], phase: .beforeGreeting)
    #expect(diagnosis.rule == nil)
    #expect(diagnosis.cause == "QEMU refused -m 1: strange trouble")
    #expect(diagnosis.messages.hasSuffix("Eh, so be it."))
  }

  @Test func aWarningIsTheReasonWhereNothingElseWasSaid() {
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: "qemu-system-x86_64: -m 1: warning: strange trouble\n",
      command: ["qemu", "-m", "1"], phase: .beforeGreeting)
    #expect(diagnosis.cause == "QEMU refused -m 1: strange trouble")
  }

  @Test func anAbortIsExplainedByWhatQEMUSaidBefore() {
    let diagnosis = Diagnosis(
      end: .signalled(6, coreDumped: true),
      standardError: "qemu-system-x86_64: strange trouble in a device\n",
      command: ["qemu"], phase: .ready)
    #expect(diagnosis.cause == "QEMU crashed after the message: strange trouble in a device")
  }

  static let namings: [(arguments: [String], rule: String)] = [
    (["-drive", "file=/x.img", "-drive", "file=/x.img.old"], "image-in-use"),
    (["-drive", "file=/a/x.img", "-drive", "file=/x.img"], "image-in-use"),
    (["-drive", "file=/x.img", "-blockdev", #"{"filename":"/x.img","driver":"file"}"#], "image-given-twice"),
    (["-hda", "/x.img", "-drive", "if=virtio,file=/x.img,format=raw"], "image-given-twice"),
  ]

  @Test(arguments: namings)
  func anImageIsGivenTwiceWhereTwoOptionsNameIt(_ row: (arguments: [String], rule: String)) {
    let diagnosis = Diagnosis(
      end: .exited(code: 1),
      standardError:
        "qemu-system-x86_64: Failed to get \"write\" lock\nIs another process using the image [/x.img]?",
      command: ["qemu"] + row.arguments, phase: .beforeGreeting)
    #expect(diagnosis.rule == row.rule)
  }

  static let commas: [(option: String, value: String, words: String, rule: String)] = [
    ("drive", "file=/a,readonly=on", "Could not open '/a': No such file or directory", "image-missing"),
    ("drive", "file=/a,b=on", "Could not open '/a': No such file or directory", "comma-in-file-name"),
    ("chardev", "file,path=/a,colour=red,id=c", "Invalid parameter 'colour'", "parameter-unknown"),
    ("chardev", "file,path=/a,b=on,id=c", "Invalid parameter 'b'", "comma-in-path"),
    ("vnc", "none,colour", "Invalid parameter 'colour'", "parameter-unknown"),
  ]

  @Test(arguments: commas)
  func aCommaIsBlamedOnlyBehindAPath(
    _ row: (option: String, value: String, words: String, rule: String)
  ) {
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: "qemu-system-x86_64: -\(row.option) \(row.value): \(row.words)",
      command: ["qemu", "-\(row.option)", row.value], phase: .beforeGreeting)
    #expect(diagnosis.rule == row.rule)
  }

  @Test func theCauseHasTheNamesOfTheCase() {
    let diagnosis = Diagnosis(
      end: .exited(code: 1),
      standardError: "qemu-system-x86_64: -drive file=/x.qcow2: Failed to get \"write\" lock\n"
        + "Is another process using the image [/x.qcow2]?\n",
      command: ["qemu", "-drive", "file=/x.qcow2"], phase: .beforeGreeting)
    #expect(diagnosis.cause.contains("'/x.qcow2'"))
    #expect(diagnosis.remedy.contains("fuser -v '/x.qcow2'"))
    #expect(diagnosis.option == "-drive file=/x.qcow2")
    #expect(diagnosis.messages.hasSuffix("Is another process using the image [/x.qcow2]?"))
  }

  @Test func theKVMRemedyNamesTheGroup() {
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: "Could not access KVM kernel module: Permission denied\n",
      command: ["qemu", "-accel", "kvm"], phase: .beforeGreeting)
    #expect(diagnosis.remedy.contains("usermod -aG kvm"))
    #expect(diagnosis.remedy.contains("never chmod 666"))
  }

  @Test func whatFellBackIsNotTheCause() {
    let recorded = RecordedStart.failures.filter { $0.name == "accel fallback EACCES, then unknown device" }
    #expect(!recorded.isEmpty)
    for recorded in recorded {
      #expect(recorded.diagnosis.messages.hasSuffix("'nosuch' is not a valid device model name"))
      #expect(recorded.diagnosis.warnings.first?.contains("falling back to tcg") == true)
    }
  }

  @Test func aKillIsNotBlamedOnOldWords() {
    let diagnosis = Diagnosis(
      end: .signalled(9, coreDumped: false),
      standardError: "qemu-system-x86_64: Could not open '/x': No such file or directory\n",
      command: ["qemu"], phase: .ready)
    #expect(diagnosis.rule == "killed")
    #expect(diagnosis.messages.contains("/x"))
  }

  @Test(arguments: StartPhase.allCases)
  func anyEndIsExplained(in phase: StartPhase) {
    let ends: [ProcessEnd] =
      [.unknown] + (0...255).map { .exited(code: $0) } + (1...64).map { .signalled($0, coreDumped: true) }
    for end in ends {
      let diagnosis = Diagnosis(end: end, standardError: "", command: ["qemu"], phase: phase)
      #expect(!diagnosis.cause.isEmpty && !diagnosis.remedy.isEmpty)
      #expect(diagnosis.messages.isEmpty)
    }
  }
}

/// Text of any size and any content: no crash, and time that grows with the text only.
@Suite struct DiagnosisRobustnessTests {
  static let odd: [String] = [
    "", "\n", "\n\n\n", "\r\n", "\0", ":", ": ", "qemu", "qemu:", "qemu: ", "qemu-:", "-", "qemu: -",
    "qemu: -: ",
    "qemu: warning: ", "warning: ", " ", "  x", "{path}", "*", "'", "\u{FFFD}\u{FFFD}", "é: ü",
    "falling back to ", "falling back to \nfalling back to ", "qemu: Could not open '", "Assertion `",
    String(decoding: [0xFF, 0xFE, 0x0A, 0xC3, 0x28, 0x80], as: UTF8.self),
  ]

  @Test(arguments: odd)
  func oddTextIsExplained(_ text: String) {
    for end in [ProcessEnd.exited(code: 0), .exited(code: 1), .signalled(6, coreDumped: true), .unknown] {
      let diagnosis = Diagnosis(
        end: end, standardError: text, command: ["-", "--", "", text, "-msg"], phase: .ready)
      #expect(!diagnosis.cause.isEmpty && !diagnosis.remedy.isEmpty)
    }
    #expect(StartWarning.all(in: text, command: ["qemu", text]).allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func randomBytesAreExplained() {
    var random = Xorshift(state: 0x2545_F491_4F6C_DD1D)
    let words = RecordedStart.failures.map(\.standardError).joined(separator: "\n").split(separator: " ")
    for _ in 0..<200 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<60, using: &random) {
        text +=
          Bool.random(using: &random)
          ? "\(words.randomElement(using: &random) ?? "") "
          : String(decoding: (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
      }
      let diagnosis = Diagnosis(
        end: .exited(code: 1), standardError: text, command: ["qemu"], phase: .beforeGreeting)
      #expect(!diagnosis.remedy.isEmpty)
    }
  }

  static let large: [(name: String, unit: String)] = [
    ("no line break", "x"), ("line breaks", "\n"), ("prefixes", "qemu-system-x86_64: -drive x: "),
    ("errors", "qemu-system-x86_64: something failed\n"), ("hints", "qemu: a\n b\n c\n"),
    ("near misses", "Could not open '"), ("quotes", "'"),
    ("fallbacks", "qemu: e\nqemu: falling back to tcg\n"),
    ("warnings", "qemu: warning: TCG doesn't support requested feature: x\n"), ("Latin", "é\n"),
    ("options", "qemu: -drive file=1: x\n"),
  ]

  @Test(arguments: large)
  func aMegabyteTakesLittleTime(_ row: (name: String, unit: String)) {
    let text = String(repeating: row.unit, count: (1 << 20) / row.unit.utf8.count)
    let arguments = (0..<500).flatMap { ["-drive", "file=\($0)"] }
    let time = threadTime {
      let diagnosis = Diagnosis(
        end: .exited(code: 1), standardError: text, command: ["qemu"] + arguments, phase: .ready)
      #expect(diagnosis.messages.utf8.count <= StandardErrorText.longestTail)
      #expect(!diagnosis.remedy.isEmpty)
      _ = StartWarning.all(in: text, command: ["qemu"] + arguments)
    }
    #expect(time < 60, "\(row.name): \(time)")
  }

  @Test func theLastLineOfALongLogDecides() {
    let log = String(repeating: "0x7f: mov eax, ebx\n", count: 60_000)
    let diagnosis = Diagnosis(
      end: .exited(code: 1), standardError: log + "qemu-system-x86_64: unable to find CPU model 'x'\n",
      command: ["qemu"],
      phase: .afterGreeting)
    #expect(diagnosis.rule == "cpu-model-unknown")
  }
}

/// The seconds of processor time that some work takes: other tests beside it do not count.
private func threadTime(_ work: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  work()
  return now() - start
}

/// A generator whose numbers are the same in each run.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
