import Foundation
import QEMU
import Testing

/// Tests that the output for persons and for build servers has no secrets.
@Suite struct SecretTests {
  /// A secret of a file is on no command line, unless QEMU gets it there.
  @Test func aSecretOfAFileIsReportedOnlyIfQEMUsCommandLineShowsIt() async throws {
    try await withCommand { command in
      let file = command.state.path + ".json"
      for (text, isExposed) in [
        (#"{"machine":"none","object":"secret,id=s,data=orca-4417"}"#, false),
        (#"{"machine":"none","object":"secret,id=s,data=orca-4417","iscsi":"password=dugong-6060"}"#, true),
      ] {
        try Data(text.utf8).write(to: URL(filePath: file))
        let check = try await command.run(["check", file])
        #expect(check.output.contains("exposed") == isExposed, "\(check)")
      }
      try FileManager.default.removeItem(atPath: file)
    }
  }

  /// Texts that are nowhere else, by where they are secret.
  private static let (data, decoded, address, password) = (
    "orca-4417-\"x\",y", "narwhal-8822", "beluga-1973%40z", "dugong-6060"
  )
  private static let encoded = Data(decoded.utf8).base64EncodedString()

  private static let objects = [
    "-object", "secret,id=plain,data=\(data.replacing(",", with: ",,"))", "-object",
    #"{"qom-type":"secret","id":"coded","format":"base64","data":"\#(encoded)"}"#,
  ]
  /// The name of the guest is shown by QEMU.
  private static let words =
    ["-nodefaults", "-display", "none", "-accel", "tcg", "-machine", "q35"] + objects + [
      "-name", "https://me:\(address)@host/", "-fw_cfg", "name=opt/a,string=https://me:\(address)@host/",
    ]
  private static let failing =
    words + [
      "-iscsi", "user=me,password=\(password)", "-drive", "if=none,file=./https://me:\(address)@host/disk",
    ]

  /// The texts that reveal a secret.
  private static let traces = ["orca-4417", "narwhal", encoded, "beluga", "dugong"]

  private func expectNoSecret(in text: String, _ of: String) {
    for trace in Self.traces { #expect(!text.contains(trace), "\(of) tells \(trace)") }
  }

  @Test(arguments: QEMUMatrix.x86) func noCommandTellsASecret(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let observation = command.state.path + "-observation.json"
      defer { try? FileManager.default.removeItem(atPath: observation) }
      func run(_ words: [String], status: Int32? = 0, through wrapper: [String] = []) async throws {
        let result = try await command.run(words, through: wrapper)
        if let status { #expect(result.status == status, "\(words): \(result.errors)") }
        expectNoSecret(in: result.output + result.errors, words.joined(separator: " "))
      }
      let start = ["start", "--name", "kept", "--qemu", qemu.path]
      for format in ["table", "json", "yaml", "junit", "html"] {
        try await run(start + ["--format", format, "--"] + Self.failing, status: 1)
      }
      try await run(start + ["--all", "--"] + Self.words)
      try expectNoSecretOnQEMUsCommandLine(command)
      for format in ["table", "json", "yaml"] {
        for words in [["status", "kept", "--all"], ["inspect", "kept"], ["list"], ["accel", "kept"]] {
          try await run(words + ["--format", format])
        }
        try await run(["plan", "kept", "--format", format, "--"] + Self.failing + ["-m", "64M"])
        try await run(["check", "--qemu", qemu.path, "--format", format, "--"] + Self.failing, status: nil)
      }
      for format in ["table", "json", "yaml", "junit", "html"] {
        try await run(["verify", "kept", "--format", format] + (format == "table" ? ["--all"] : []))
      }
      for mask in ["000", "777"] {
        try await run(
          ["verify", "kept", "--save-observation", observation],
          through: ["/bin/sh", "-c", "umask \(mask); exec \"$@\"", "sh"])
        #expect(try mode(of: observation) == 0o600)
      }
      try expectNoSecretInFiles(of: command, and: observation)
      let changed = Self.words.map { $0.replacing("orca-4417", with: "orca-4418") }
      let plan = try await command.run(["plan", "kept", "--"] + changed)
      #expect(plan.output.contains("object plain data → ***"), "\(plan.output)")
      try await run(["inspect", "kept", "--as-config"])
      try await run(["logs", "kept"])
      try await run(
        ["parse", "--"] + Self.failing + ["-nosuch", "\(Self.password)=", "-m", "x"], status: nil)
      try await run(["start", "--name", "a/b", "--"] + Self.failing, status: 64)
      try await run(["status", "kept"] + Self.objects, status: 64)
    }
  }

  private func expectNoSecretOnQEMUsCommandLine(_ command: CommandUnderTest) throws {
    let record = try JSON.parse(String(contentsOfFile: command.state.path + "/kept/vm.json", encoding: .utf8))
    let pid = try #require(record["pid"]?.integerValue)
    let line = String(
      decoding: FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data(), as: UTF8.self)
    #expect(line.contains("id=plain") && !line.contains("orca") && !line.contains(Self.encoded))
    let requested = record["requested"]?.arrayValue?.compactMap(\.stringValue)
    #expect(requested?.joined().contains(Self.encoded) == true, "a restart needs it")
  }

  private func expectNoSecretInFiles(of command: CommandUnderTest, and file: String) throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: command.state.path)
      .map { "\(command.state.path)/\($0)" }
    for path in files + [file] where !path.hasSuffix("vm.json") {
      guard let text = FileManager.default.contents(atPath: path) else { continue }
      expectNoSecret(in: String(decoding: text, as: UTF8.self), path)
    }
    for path in files where FileManager.default.contents(atPath: path) != nil {
      #expect(try mode(of: path) == 0o600, "\(path)")
    }
  }

  private func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// QEMU decrypts one secret with another when it makes it: it has read both, and decoded them.
  @Test(arguments: QEMUMatrix.x86, [[], ["-sandbox", "on,elevateprivileges=deny,spawn=deny"]])
  func aSecretReachesQEMU(qemu: QEMUUnderTest, sandbox: [String]) async throws {
    func words(key letter: UInt8) -> [String] {
      let key = Data(repeating: letter, count: 32).base64EncodedString()
      let vector = Data(repeating: 1, count: 16).base64EncodedString()
      // openssl enc -aes-256-cbc -base64 -K 6161… -iv 0101… <<< a text
      let sealed = "ydVYr6m+mf8yVBfMocg5PlHyK0tSxKPWSIZW+NiHe4U="
      let others = (0..<46).flatMap { ["-object", "secret,id=s\($0),data=x"] }
      return ["-machine", "none"] + others + sandbox + [
        "-object", "secret,id=key,format=base64,data=\(key)", "-object",
        "secret,id=sealed,keyid=key,iv=\(vector),format=base64,data=\(sealed)",
      ]
    }
    try await withMachine(on: qemu, words(key: UInt8(ascii: "a"))) { machine in
      let report = try await machine.verify().report
      #expect(report.verdict == .confirmed)
    }
    try await withStateDirectory { state in
      let request = try launchRequest(qemu, words(key: UInt8(ascii: "b")), state)
      let error = await #expect(throws: LifecycleError.self) { try await VirtualMachine.start(request) }
      #expect(error?.evidence.joined().contains("padding") == true, "\(error?.evidence ?? [])")
    }
  }

  @Test(arguments: QEMUMatrix.any) func aConfigurationIsPrintedWithSecretsIfAsked(qemu: QEMUUnderTest)
    async throws
  {
    try await withCommand { command in
      let start = try await command.run(["start", "--name", "kept", "--qemu", qemu.path, "--"] + Self.words)
      #expect(start.status == 0, "\(start.errors)")
      let plain = try await command.run(["inspect", "kept", "--as-config"])
      #expect(plain.output.contains("file: /run/secrets/plain") && !plain.output.contains("***"))
      #expect(plain.errors.contains("--with-secrets"))
      let whole = try await command.run(["inspect", "kept", "--as-config", "--with-secrets"])
      #expect(whole.output.contains("orca-4417") && whole.output.contains(Self.address))
      let converted = try await command.run(["convert", "--to", "argv", "--"] + Self.words)
      #expect(converted.output.contains(Self.encoded), "it is of use only as it was given")
    }
  }
}
