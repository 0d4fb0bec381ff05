import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// `qemuctl verify --pid` and `--socket`: a QEMU that somebody else started.
@Suite(.serialized) struct AuditTests {
  @Test(arguments: QEMUMatrix.all)
  func oneThatWasStartedByHandIsComparedWithItsOwnCommandLine(qemu: QEMUUnderTest) async throws {
    try await withUnmanagedQEMU(qemu, monitored: true) { pid, socket in
      try await withCommand { command in
        let result = try await command.run(["verify", "--pid", "\(pid)", "--format", "json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try result.json
        #expect(report["verdict"] == "confirmed" && report["accelerator"]?["live"] == "tcg")
        #expect(report["vm"]?["state"] == "running" && report["vm"]?["reason"] == nil)
        #expect(Self.verdict(of: "tb-size", in: report) == "confirmed")
        #expect(Self.verdict(of: "process", in: report) == "confirmed")
      }
      // It was given back: the next client is served.
      let next = try await QMPSession.connect(path: socket)
      _ = try await next.execute(QueryStatus())
      await next.close()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aMonitorThatIsHeldIsLeftAloneAndTheHostIsAsked(qemu: QEMUUnderTest) async throws {
    try await withUnmanagedQEMU(qemu, monitored: true) { pid, socket in
      let holder = try await QMPSession.connect(path: socket)
      try await withCommand { command in
        let result = try await command.run(["verify", "--pid", "\(pid)", "--format", "json"])
        #expect(result.status == 4, "\(result.errors)")
        let report = try result.json
        #expect(report["verdict"] == "unproven")
        #expect(report["vm"]?["state"] == "unknown")
        #expect(report["vm"]?["reason"]?.stringValue?.contains("is held by another client") == true)
        #expect(report["accelerator"]?["live"] == "tcg" && report["accelerator"]?["verdict"] == "confirmed")
        #expect(Self.verdict(of: "process", in: report) == "confirmed")
        let size = try #require(Self.finding("tb-size", in: report))
        #expect(size["verdict"] == "unobserved")
        #expect(size["reason"]?.stringValue?.contains("is held by another client") == true)
      }
      _ = try await holder.execute(QueryStatus())
      await holder.close()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func oneWithoutAMonitorIsJudgedByTheHostAlone(qemu: QEMUUnderTest) async throws {
    try await withUnmanagedQEMU(qemu, monitored: false) { pid, _ in
      try await withCommand { command in
        let result = try await command.run(["verify", "--pid", "\(pid)", "--format", "json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Self.verdict(of: "process", in: result.json) == "confirmed")
        #expect(try Self.verdict(of: "tb-size", in: result.json) == "unobservable")
        #expect(try result.json["vm"]?["reason"]?.stringValue?.hasPrefix("it has no QMP monitor") == true)
      }
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aMonitorIsComparedWithWhatWasAskedFor(qemu: QEMUUnderTest) async throws {
    try await withUnmanagedQEMU(qemu, monitored: true) { _, socket in
      try await withCommand { command in
        let same = [
          "verify", "--socket", socket, "--", "-accel", "tcg,tb-size=32", "-name", "process=by-hand",
        ]
        #expect(try await command.run(same).status == 0)
        let other = ["verify", "--socket", socket, "--", "-accel", "tcg,tb-size=64"]
        let drifted = try await command.run(other)
        #expect(
          drifted.status == 3 && drifted.output.contains("drifted  accel tcg tb-size  64"), "\(drifted)")
        let accepted = other.prefix(3) + ["--accept", "accel.tb-size"] + other.dropFirst(3)
        #expect(try await command.run(Array(accepted)).status == 0)
      }
    }
  }

  /// Its monitor is a descriptor that was passed.
  /// libvirt holds the monitor of its virtual machines, and its own way of asking for them is read.
  @Test(
    .enabled(if: LibvirtGuest.program != nil, "virt-qemu-run is not installed"), arguments: QEMUMatrix.any)
  func oneThatLibvirtStartedIsJudgedByTheHostAlone(qemu: QEMUUnderTest) async throws {
    try await LibvirtGuest.with(qemu) { pid in
      try await withCommand { command in
        for words in [["verify"], ["verify", "--deep"]] {
          let result = try await command.run(words + ["--pid", "\(pid)", "--format", "json"])
          #expect(result.status == 4, "\(result.errors)")
          let report = try result.json
          #expect(report["vm"]?["state"] == "unknown")
          #expect(report["vm"]?["reason"]?.stringValue?.contains("is held by another client") == true)
          #expect(report["accelerator"]?["live"] == "tcg" && report["accelerator"]?["verdict"] == "confirmed")
          #expect(Self.verdict(of: "debug-threads", in: report) == "confirmed")
          for property in ["mem-lock", "cpus", "filename"] {
            #expect(Self.verdict(of: property, in: report) == "confirmed")
          }
          let memory = report["findings"]?.arrayValue?.first { $0["option"] == "m" }
          #expect(memory?["verdict"] == "confirmed")
        }
      }
    }
  }

  /// The capability to look into processes of another user.
  private static let withoutTracing = [
    "/usr/bin/setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace",
  ]

  @Test(
    .enabled(if: getuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "needs root and setpriv"),
    arguments: QEMUMatrix.all, [true, false])
  func oneOfAnotherUserIsUnprovenAndSaysWhatIsInTheWay(qemu: QEMUUnderTest, monitored: Bool) async throws {
    let user = qemu.version.hasPrefix("7.") ? ["-runas", "nobody"] : ["-run-with", "user=nobody"]
    try await withUnmanagedQEMU(qemu, monitored: monitored, user + ["-no-user-config"]) { pid, _ in
      try await withCommand { command in
        let words = ["verify", "--pid", "\(pid)", "--format", "json"]
        let result = try await command.run(words, through: Self.withoutTracing)
        #expect(result.status == 4, "\(result)")
        #expect(try result.json["verdict"] == "unproven")
        let finding = try #require(try Self.finding("no-user-config", in: result.json))
        #expect(finding["verdict"] == "unobserved")
        let reason = try #require(finding["reason"]?.stringValue)
        #expect(reason.contains("Permission denied") && reason.contains("run the command as root"))
        let obstacle = try result.json["vm"]?["reason"]?.stringValue
        #expect(obstacle?.hasPrefix("it has no QMP monitor") == !monitored, "\(obstacle ?? "")")
      }
    }
  }

  @Test(arguments: QEMUMatrix.any, [true, false])
  func oneThatIsStoppedIsNeverConfirmed(qemu: QEMUUnderTest, monitored: Bool) async throws {
    try await withUnmanagedQEMU(qemu, monitored: monitored) { pid, _ in
      kill(pid, SIGSTOP)
      try await withCommand { command in
        let result = try await command.run(["verify", "--pid", "\(pid)", "--format", "json"])
        #expect(result.status == 4, "\(result)")
        let accelerator = try result.json["accelerator"]
        #expect(accelerator?["live"] == "tcg" && accelerator?["verdict"] == "unobserved")
        #expect(accelerator?["reason"]?.stringValue?.contains("is stopped by a signal") == true)
      }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func oneOfOurOwnThatIsStoppedIsJudgedByTheHost(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "own", "--qemu", qemu.path, "--format", "json", "--"]
      let started = try await command.run(start + ["-M", "none", "-accel", "tcg", "-display", "none"])
      let pid = try #require(try started.json["vm"]?["pid"]?.integerValue)
      kill(Int32(pid), SIGSTOP)
      let result = try await command.run(["verify", "own", "--format", "json"])
      #expect(result.status == 4, "\(result)")
      #expect(try result.json["verdict"] == "unproven")
      #expect(result.errors.contains("is stopped by a signal"))
      #expect(try await command.run(["kill", "own"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func oneOfOurOwnIsAuditedLikeAnyOther(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "own", "--qemu", qemu.path, "--format", "json", "--"]
      let started = try await command.run(
        start + ["-M", "none", "-accel", "tcg,tb-size=32", "-nodefaults", "-display", "none"])
      let pid = try #require(try started.json["vm"]?["pid"]?.integerValue)
      let audit = try await command.run(["verify", "--pid", "\(pid)", "--format", "json"])
      #expect(audit.status == 0, "\(audit.errors)")
      #expect(try Self.verdict(of: "tb-size", in: audit.json) == "confirmed")
      #expect(try await command.run(["kill", "own"]).status == 0)
    }
  }

  static let mistakes: [(words: [String], status: Int32, says: String)] = [
    (["verify"], 64, "specify one virtual machine"),
    (["verify", "a", "--pid", "1"], 64, "specify one virtual machine"),
    (["verify", "--socket", "/x"], 64, "--socket needs the request"),
    (["verify", "--pid", "1", "--", "-S"], 64, "only --socket"),
    (["verify", "--pid", "0"], 1, "there is no process 0"),
    (["verify", "--pid", "-3"], 64, "--pid"), (["verify", "--pid", "1"], 69, "is not QEMU"),
    (["verify", "--socket", "/nowhere", "--", "-S"], 1, "/nowhere"),
  ]

  @Test(arguments: mistakes)
  func aMistakeIsToldWithWhatToDo(words: [String], status: Int32, says: String) async throws {
    try await withCommand { command in
      let result = try await command.run(words)
      #expect(result.status == status && result.errors.contains(says), "\(result)")
    }
  }

  private static func finding(_ property: String, in report: JSON) -> JSON? {
    report["findings"]?.arrayValue?.first { $0["property"]?.stringValue == property }
  }

  private static func verdict(of property: String, in report: JSON) -> String? {
    finding(property, in: report)?["verdict"]?.stringValue
  }
}

/// A QEMU that a script starts, with a monitor or none; it is gone when the body returns.
private func withUnmanagedQEMU(
  _ qemu: QEMUUnderTest, monitored: Bool, _ more: [String] = [],
  _ body: (_ pid: Int32, _ socket: String) async throws -> Void
) async throws {
  let directory = FileManager.default.temporaryDirectory.appending(
    path: "foreign-\(UUID().uuidString.prefix(8))")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  let socket = directory.appending(path: "qmp,1.sock").path
  let monitor = ["-qmp", "unix:\(socket.replacingOccurrences(of: ",", with: ",,")),server=on,wait=off"]
  let null = try Descriptor.open("/dev/null", O_RDWR)
  let process = try ChildProcess.spawn(
    qemu.path,
    ["-name", "process=by-hand", "-M", "none", "-accel", "tcg,tb-size=32", "-nodefaults", "-display", "none"]
      + ["-daemonize", "-pidfile", directory.appending(path: "pid").path] + (monitored ? monitor : []) + more,
    environment: ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" },
    passing: [.init(null.number, as: 0), .init(null.number, as: 1), .init(null.number, as: 2)])
  // It returns when the machine is built.
  try #require(await process.waitForEnd(within: .seconds(60)) != nil)
  let text = try String(contentsOf: directory.appending(path: "pid"), encoding: .utf8)
  let pid = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  defer { kill(pid, SIGKILL) }
  try await body(pid, socket)
}
