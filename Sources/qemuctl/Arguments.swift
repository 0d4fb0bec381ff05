import ArgumentParser
import Glibc
import QEMU
import QEMUCommandLine

struct StateOptions: ParsableArguments {
  @Option(
    name: .customLong("state-dir"),
    help: ArgumentHelp(
      """
      The state directory (default: $QEMUCTL_STATE_DIR, else $XDG_RUNTIME_DIR/qemuctl, else /run/qemuctl for root and \
      /tmp/qemuctl-UID for other users).
      """, valueName: "dir"),
    completion: .directory)
  var path: String?

  var directory: StateDirectory { StateDirectory(path: path ?? StateDirectory.defaultPath) }

  /// Returns the environment variable that chooses the state directory, if its value is not UTF-8.
  /// - Parameter words: the arguments of the command; with --state-dir no variable is used.
  static func variableNotUTF8(in words: [String]) -> (name: String, value: String)? {
    if words.prefix(while: { $0 != "--" }).contains(where: { $0.hasPrefix("--state-dir") }) { return nil }
    let name = StateDirectory.variables.first { getenv($0).map { $0.pointee != 0 } ?? false }
    guard let name, let value = getenv(name), String(validatingCString: value) == nil else { return nil }
    return (name, String(cString: value))
  }
}

/// The address of a monitor, in QEMU's syntax.
struct MonitorAddress: ExpressibleByArgument {
  let address: QMPAddress

  init?(argument: String) {
    guard let address = QMPAddress(text: argument) else { return nil }
    self.address = address
  }
}

/// A virtual machine in the state directory.
struct MachineArgument: ParsableArguments {
  @Argument(help: "The virtual machine's name.", completion: .machineName)
  var name: String

  var machine: MachineName { get throws { try MachineName(name) } }
}

/// A time span: `5s`, `200ms`, `2m`, or a bare number of seconds.
struct TimeSpan: ExpressibleByArgument {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = Duration(timeText: argument) else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String { "\(duration)" }
}

/// The configuration of a virtual machine: a file, or QEMU options after `--`.
struct ConfigurationArguments: ParsableArguments {
  @Argument(
    help: """
      A file with a QEMU command line (shell syntax or NUL-terminated arguments), or a configuration (*.yaml, *.yml, \
      *.json); - reads a command line from standard input.
      """, completion: .configurationFile)
  var file: String?

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("QEMU options, after --.", valueName: "qemu-options"))
  var options: [String] = []

  @Option(
    help: ArgumentHelp("The QEMU binary: a path, a name, or an architecture.", valueName: "binary"),
    completion: .architecture)
  var qemu: String?

  func validate() throws {
    if file != nil, !options.isEmpty {
      throw ValidationError("specify either a file or QEMU options after --")
    }
    if file == nil, options.isEmpty, !ProgramArguments.words.contains("--") {
      throw ValidationError("specify a file, or QEMU options after --")
    }
  }

  /// Reads the configuration from the file or the options.
  /// - Parameter unknownNames: how to treat unknown options and properties.
  func configuration(unknownNames: UnknownNames = .refused) throws -> QEMUConfiguration {
    if let file { return try Self.configuration(in: file, unknownNames: unknownNames) }
    return try Self.configuration(of: options, unknownNames: unknownNames)
  }

  /// Returns the error with the name of the file.
  func located(_ error: CommandLineError) -> CommandLineError {
    file.map { error.located(file: Self.displayName($0)) } ?? error
  }

  /// Reads the options after `--`.
  static func configuration(of options: [String], unknownNames: UnknownNames) throws -> QEMUConfiguration {
    try TypedWords(options).check()
    return try QEMUConfiguration(arguments: options, unknownNames: unknownNames)
  }

  /// Reads a file in any of the formats.
  static func configuration(
    in file: String, unknownNames: UnknownNames = .refused
  ) throws -> QEMUConfiguration {
    do {
      return try read(file, unknownNames)
    } catch let error as CommandLineError {
      throw error.located(file: displayName(file))
    }
  }

  private static func read(_ file: String, _ unknownNames: UnknownNames) throws -> QEMUConfiguration {
    let configuration = try readConcealed(file, unknownNames)
    Output.conceal(Redaction(configuration))
    return configuration
  }

  private static func readConcealed(
    _ file: String, _ unknownNames: UnknownNames
  ) throws -> QEMUConfiguration {
    if let document = try document(in: file) {
      return try QEMUConfiguration(document, unknownNames: unknownNames)
    }
    let text = try read(file)
    guard text.utf8.contains(0) else {
      return try QEMUConfiguration(shellText: text, unknownNames: unknownNames)
    }
    // Each argument ends with a NUL, as in /proc/PID/cmdline; a shell command contains none.
    let words = text.split(separator: "\0", omittingEmptySubsequences: false)
    return try QEMUConfiguration(
      words: words.dropLast(text.utf8.last == 0 ? 1 : 0).map(String.init), unknownNames: unknownNames)
  }

  /// Returns the document in the file; nil if the request is a command line.
  func document() throws -> ConfigurationDocument? { try file.flatMap(Self.document(named:)) }

  /// The section `lifecycle` of a file; nil if there is none.
  static func lifecycle(ofFile file: String?) throws -> LifecycleSection? {
    guard let file, let document = try document(named: file) else { return nil }
    do throws(CommandLineError) {
      return try document.lifecycle()
    } catch {
      throw error.located(file: displayName(file))
    }
  }

  /// Returns the section `verify` of the file; nil if there is none.
  func verification() throws -> VerifySection? {
    guard let document = try document() else { return nil }
    do throws(CommandLineError) {
      return try document.verification()
    } catch {
      throw located(error)
    }
  }

  /// Reads a file as a document; nil where it holds a command line.
  static func document(named file: String) throws -> ConfigurationDocument? {
    do {
      return try document(in: file)
    } catch let error as CommandLineError {
      throw error.located(file: displayName(file))
    }
  }

  private static func document(in file: String) throws -> ConfigurationDocument? {
    let isJSON = file.hasSuffix(".json")
    guard isJSON || file.hasSuffix(".yaml") || file.hasSuffix(".yml") else { return nil }
    let text = try read(file)
    let document = isJSON ? try ConfigurationDocument(json: text) : try ConfigurationDocument(yaml: text)
    Output.conceal(Redaction(document: document.root))
    return document
  }

  func binary(_ configuration: QEMUConfiguration) throws -> QEMUBinary {
    try QEMUBinary(finding: qemu ?? configuration.binary ?? QEMUBinary.hostName)
  }

  private static func read(_ file: String) throws -> String {
    let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(file) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno != EINTR { throw unreadable(file) }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<max(count, 0)])
      if bytes.count > longest { throw tooLong(file) }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UsageProblem(
        summary: "\(displayName(file)) is not UTF-8 text",
        remedy: "pass a configuration, a shell command, or NUL-terminated arguments")
    }
    Output.conceal(Redaction(text: text))
    return text
  }

  /// The maximum size of a configuration, in bytes; a device or a pipe may be endless.
  private static let longest = 16 << 20

  private static func tooLong(_ file: String) -> CommandLineError {
    CommandLineError(
      .malformedDocument, "the input is larger than \(longest >> 20) MiB, the maximum for a configuration",
      remedy: "pass the file that contains the configuration")
  }

  private static func displayName(_ file: String) -> String { file == "-" ? "standard input" : file }

  private static func unreadable(_ file: String) -> UsageProblem {
    UsageProblem(file: displayName(file), errno)
  }
}

/// The options that decide which findings are failures.
struct JudgementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Do not count a finding as a failure; may be repeated.", valueName: "option[.property]"))
  var accept: [String] = []

  @Flag(help: "Treat a fallback, and each unobservable or unobserved property, as a drift.")
  var strict = false

  var policy: VerificationPolicy { VerificationPolicy(accepted: accept, isStrict: strict) }
}

struct PolicyOptions: ParsableArguments {
  @Option(
    help: """
      The action on a drift: enforce kills QEMU without resuming the guest, warn resumes the guest (default: the \
      policy in the configuration, or enforce).
      """)
  var policy: DriftPolicy?

  @OptionGroup var judgement: JudgementOptions

  /// Returns the options completed by the `verify` section of a configuration; the command line takes precedence.
  func completed(by section: VerifySection?) -> PolicyOptions {
    var result = self
    result.policy = policy ?? section?.policy
    result.judgement.accept += section?.accepted ?? []
    return result
  }
}
