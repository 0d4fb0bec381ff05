import Foundation

/// The command that writes the Swift types of the QAPI.
///
/// Without arguments, it updates the committed files. `--check` changes nothing and fails if they differ, and
/// `--output DIRECTORY` uses another directory.
@main
struct QAPIGenerator {
  static func main() {
    do {
      exit(try run(Array(CommandLine.arguments.dropFirst())))
    } catch {
      report("\(error)")
      exit(2)
    }
  }

  private static func run(_ arguments: [String]) throws -> Int32 {
    var directory = GeneratedDirectory.standard
    var checks = false
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--check": checks = true
      case "--output":
        guard let path = rest.popFirst() else { throw GeneratorError("--output needs a directory") }
        directory = URL(filePath: path)
      default:
        throw GeneratorError("unknown argument \(argument): use --check, --output DIRECTORY")
      }
    }
    let wanted = try GeneratedDirectory.wanted()
    let generated = GeneratedDirectory(directory)
    let differences = try generated.differences(from: wanted)
    for name in differences { report(checks ? "differs: \(name)" : "wrote: \(name)") }
    if checks { return differences.isEmpty ? 0 : 1 }
    try generated.update(to: wanted)
    return 0
  }

  private static func report(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}
