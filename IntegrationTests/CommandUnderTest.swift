import Foundation
import QEMU
import Testing

/// The result of a run of `qemuctl`.
struct CommandResult: Sendable {
  let status: Int32
  let output: String
  let errors: String
  let duration: Duration

  var json: JSON { get throws { try JSON.parse(output) } }
}

/// Runs `qemuctl` as a user does.
struct CommandUnderTest: Sendable {
  let state: StateDirectory

  static var program: URL {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "qemuctl")
  }

  /// Copies the program, and the supervisor beside it.
  ///
  /// Another process does it: a child that this process starts meanwhile would inherit the open copy, which then cannot be
  /// executed.
  static func copyPrograms(to directory: String) throws {
    let files = ["qemuctl", "qemuctl-supervisor"].map { name in
      program.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    }
    let copy = try Process.run(URL(filePath: "/bin/cp"), arguments: files + [directory])
    copy.waitUntilExit()
    try #require(copy.terminationStatus == 0)
  }

  private static let pure: Set = [
    "parse", "convert", "schema", "help", "--help", "--version", "--generate-completion-script",
  ]

  /// The wrapper that executes the command in a shell, where it is `"$@"`.
  static func shell(_ script: String) -> [String] { ["/bin/bash", "-c", script, "bash"] }

  /// - Parameters:
  ///   - wrapper: the program and its arguments that execute the command; empty where nothing does.
  ///   - isWholeWrapper: whether the wrapper names a copy of the command itself.
  ///   - whileRunning: called with the process id once it runs.
  @discardableResult
  func run(
    _ arguments: [String], input: String = "", through wrapper: [String] = [], isWholeWrapper: Bool = false,
    whileRunning: (@Sendable (Int32) async throws -> Void)? = nil
  ) async throws -> CommandResult {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "swift-qemu-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let process = Process()
    process.executableURL = wrapper.first.map { URL(filePath: $0) } ?? Self.program
    let words = arguments.prefix { $0 != "--" }
    // What needs no virtual machine knows no state directory.
    let isPure = Self.pure.contains(arguments.first ?? "")
    process.arguments =
      wrapper.dropFirst() + (wrapper.isEmpty || isWholeWrapper ? [] : [Self.program.path])
      + words + (isPure ? [] : ["--state-dir", state.path]) + arguments[words.count...]
    // Files, not pipes: nobody has to wait for what is written.
    try Data(input.utf8).write(to: directory.appending(path: "input"))
    process.standardInput = try FileHandle(forReadingFrom: directory.appending(path: "input"))
    process.standardOutput = try Self.writer(directory.appending(path: "output"))
    process.standardError = try Self.writer(directory.appending(path: "errors"))
    let begin = ContinuousClock.now
    try await Self.run(process, whileRunning)
    let duration = ContinuousClock.now - begin
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return CommandResult(
      status: status, output: try String(contentsOf: directory.appending(path: "output"), encoding: .utf8),
      errors: try String(contentsOf: directory.appending(path: "errors"), encoding: .utf8), duration: duration
    )
  }

  /// Returns the process id of a virtual machine, as soon as its guest runs.
  func pid(of name: String) async throws -> Int32 {
    while true {
      let status = try await run(["status", name, "--format", "json"])
      if status.status == 0, let vm = try status.json["vm"], vm["state"]?.stringValue == "running" {
        return Int32(try #require(vm["pid"]?.integerValue))
      }
    }
  }

  /// Returns the process id of the supervisor of a virtual machine.
  func supervisor(of name: String) async throws -> Int32 {
    let status = try await run(["status", name, "--format", "json"])
    return Int32(try #require(try status.json["vm"]?["supervised"]?.integerValue))
  }

  /// Returns the output of the command for a shell that completes a line; such a call takes no further options.
  static func complete(_ arguments: [String]) async throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    try await run(process, nil)
    return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  private static func run(
    _ process: Process, _ whileRunning: (@Sendable (Int32) async throws -> Void)?
  ) async throws {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    do {
      try await whileRunning?(process.processIdentifier)
    } catch {
      process.terminate()
      throw error
    }
    for await _ in ended {}
  }

  private static func writer(_ file: URL) throws -> FileHandle {
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  /// Nothing of any virtual machine is left: no directory, no process that was given a path in the state directory.
  func expectNothingLeft() throws {
    #expect(try state.names().isEmpty)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: state.path)) ?? []
    // What is known of the binaries is kept.
    let others = files.filter { $0 != "binaries.json" && !$0.hasPrefix("capabilities-") }
    #expect(others.isEmpty, "\(others)")
    #expect(try processes(mentioning: state.path).isEmpty)
  }

  /// The processes that have a file in the directory open.
  func processes(mentioning path: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
      let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
      return descriptors.contains { descriptor in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(descriptor)"))?
          .hasPrefix(path)
          == true
      }
    }
  }
}

/// Gives the body a `qemuctl` with a state directory of its own, and ends what is left.
func withCommand<Result>(
  in directory: String = "", _ body: (CommandUnderTest) async throws -> Result
) async throws -> Result {
  try await withStateDirectory { state in
    let command = CommandUnderTest(state: StateDirectory(path: state.path + directory))
    func clean() async {
      for name in (try? command.state.names()) ?? [] { _ = try? await command.run(["kill", name]) }
    }
    do {
      let result = try await body(command)
      await clean()
      return result
    } catch {
      await clean()
      throw error
    }
  }
}

/// A program that says it is QEMU and then does what the script says.
func withStandIn<Result>(_ script: String, _ body: (String) async throws -> Result) async throws -> Result {
  let path = FileManager.default.temporaryDirectory.appending(
    path: "qemu-system-standin-\(UUID().uuidString.prefix(8))")
  let text = """
    #!/bin/sh
    case "$1" in
      --version) echo "QEMU emulator version 99.0.0"; exit;;
      -object|-sandbox) exit;;
    esac
    \(script)
    """
  try text.write(to: path, atomically: true, encoding: .utf8)
  try FileManager.default.setAttributes(
    [.posixPermissions: 0o755], ofItemAtPath: path.path(percentEncoded: false))
  defer { try? FileManager.default.removeItem(at: path) }
  return try await body(path.path(percentEncoded: false))
}
