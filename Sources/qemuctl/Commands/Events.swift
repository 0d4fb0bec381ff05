import ArgumentParser
import QEMU

struct Events: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show the journal of a virtual machine: QEMU's events, starts, stops and ends.",
    discussion: """
      With --follow, prints new lines until the supervisor ends. In JSON, each line is one object.
        qemuctl events web --follow
        qemuctl events web --format json
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(name: [.long, .short], help: "Print new lines as they are written.")
  var follow = false

  @Option(help: ArgumentHelp("Print only the lines after this one.", valueName: "number"))
  var since = 0

  func run() async throws {
    var journal = try MachineJournal(of: try target.machine, in: state.directory, after: since)
    for line in journal.present() { print(line) }
    if !follow { return }
    while let lines = try await journal.next() {
      for line in lines { print(line) }
      if Output.hasLostData { throw ExitStatus.failed }
    }
  }

  private func print(_ line: JSON) {
    if format.format != .table { return Output.value(line) }
    let (kind, members) = (line["kind"]?.stringValue ?? "", line.objectValue ?? [:])
    let hidden = ["seq", "time", "boot", "since-boot", "kind", "run", kind, "timestamp", "failure"]
    let details = members.names.filter { !hidden.contains($0) }.compactMap { name in
      members[name].map { "\(name)=\(text(of: $0))" }
    }
    Output.line(
      ([line["time"]?.stringValue ?? "", kind, line[kind]?.stringValue ?? ""] + details).joined(
        separator: " "))
  }

  private func text(of value: JSON) -> String { value.stringValue ?? (try? value.serialized()) ?? "" }
}
