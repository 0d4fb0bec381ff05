import Foundation
import QEMU
import Testing

/// A Linux guest that executes the lines of its first serial port in a shell. `Scripts/guest-init` is its first process.
struct Guest {
  private static let directory = URL(filePath: #filePath).appending(path: "../../../../../.qemu/guest")
    .standardized
  private static let environment = ProcessInfo.processInfo.environment
  private static let kernel = environment["GUEST_KERNEL"] ?? "\(directory.path)/vmlinuz"
  private static let initrd = environment["GUEST_INITRD"] ?? "\(directory.path)/disk.img"

  /// A Boolean value that indicates whether there is a kernel to boot.
  static let isAvailable = [kernel, initrd].allSatisfy(FileManager.default.isReadableFile)

  /// Returns the options that boot the guest, with its first serial port on the pipes `PATH.in` and `PATH.out`.
  static func options(console: String) -> [String] {
    [
      "-accel", "tcg", "-nodefaults", "-display", "none", "-kernel", kernel, "-initrd", initrd,
      "-append", "console=ttyS0 quiet", "-chardev", "pipe,id=console,path=\(console)", "-serial",
      "chardev:console",
    ]
  }

  private let input: FileHandle
  private let output: AsyncStream<Data>

  /// Opens the pipes of a guest whose QEMU has started.
  init(console: String) throws {
    input = try FileHandle(forWritingTo: URL(filePath: "\(console).in"))
    let file = try FileHandle(forReadingFrom: URL(filePath: "\(console).out"))
    let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
    file.readabilityHandler = { file in
      let data = file.availableData
      if data.isEmpty { continuation.finish() } else { continuation.yield(data) }
    }
    continuation.onTermination = { _ in file.readabilityHandler = nil }
    output = stream
  }

  /// Executes a line in the guest.
  /// - Returns: its output, without surrounding whitespace.
  /// - Throws: ``GuestError`` if its exit status is not 0, or if QEMU exits.
  @discardableResult
  func run(_ line: String) async throws -> String {
    try input.write(contentsOf: Data("\(line)\n".utf8))
    let (text, status) = try await reply()
    guard status == "0" else { throw GuestError(line: line, output: text, status: status) }
    return text
  }

  /// Waits for the line `guest: STATUS`, which ends each reply, or `guest: ready`, which ends the boot.
  @discardableResult
  func reply() async throws -> (text: String, status: String) {
    var bytes = Data()
    for await data in output {
      bytes += data
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstMatch(of: #/guest: (\w+)\s$/#) else { continue }
      let output = text[..<end.range.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
      return (output, String(end.1))
    }
    throw GuestError(line: nil, output: String(decoding: bytes, as: UTF8.self), status: nil)
  }
}

/// The failure of a line, or the end of the guest.
struct GuestError: Error {
  let line: String?
  let output: String
  let status: String?
}

/// Starts a virtual machine, checks that it has what the options request, boots its guest, and discards it afterwards.
func withGuest(_ options: String, _ body: (VirtualMachine, Guest) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "guest-\(Foundation.UUID())").path
  let console = "\(directory)/console"
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  for end in ["in", "out"] { mkfifo("\(console).\(end)", 0o600) }
  let machine = try await VirtualMachine.start(
    LaunchRequest(
      name: MachineName("guest"),
      configuration: QEMUConfiguration(
        arguments: Guest.options(console: console) + options.split(separator: " ").map(String.init)),
      binary: QEMUBinary(finding: "x86_64"), state: StateDirectory(path: "\(directory)/state")))
  do {
    let report = try await machine.verify().report
    #expect(report.verdict == .confirmed, "\(report.drifts)")
    let guest = try Guest(console: console)
    try await machine.resume()
    try await guest.reply()
    try await body(machine, guest)
  } catch {
    await machine.discard()
    throw error
  }
  await machine.discard()
}
