import QEMU

/// A QMP command and its arguments.
struct QMPRequest {
  let command: String
  let arguments: JSONObject

  /// Parses the words of a command line: the command, and one JSON object or `key=value` pairs.
  /// - Parameter isChecked: whether the arguments are checked against the schema.
  /// - Throws: ``UsageProblem`` if the command does not take the arguments.
  init(words: [String], isChecked: Bool = true) throws {
    guard let command = words.first else {
      throw Self.problem("the QMP command is missing", "add a command, such as query-status")
    }
    self.command = command
    let about = QAPISchema.command(named: command)
    arguments = try Self.arguments(Array(words.dropFirst()), of: about, command)
    guard isChecked, let about else { return }
    let problems = QAPISchema.problems(in: arguments, of: about)
    if !problems.isEmpty { throw Self.problem(command, problems) }
  }

  private static func arguments(
    _ words: [String], of about: QAPISchema.Command?, _ command: String
  ) throws -> JSONObject {
    if words.count == 1, let text = words.first, text.hasPrefix("{") {
      return try JSON.parse(text).objectValue ?? [:]
    }
    var pairs: [(key: String, text: String)] = []
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw problem(
          "\"\(word.prefix(80))\" is neither key=value nor a JSON object",
          "write key=value pairs, or one JSON object")
      }
      pairs.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
    }
    do throws(QAPIProblem) {
      return try QAPISchema.arguments(from: pairs, of: about)
    } catch {
      throw problem(command, [error])
    }
  }

  private static func problem(_ summary: String, _ remedy: String) -> UsageProblem {
    UsageProblem(summary: summary, evidence: [], remedy: remedy)
  }

  private static func problem(_ command: String, _ problems: [QAPIProblem]) -> UsageProblem {
    let nearest = problems.lazy.compactMap { problem in
      nearestName(to: lastWord(of: problem), in: problem.candidates)
    }.first
    let suggestion = nearest.map { "did you mean \"\($0)\"? " } ?? ""
    return UsageProblem(
      summary: "\(command) does not take these arguments; nothing was sent",
      evidence: problems.prefix(10).map { "\($0)" },
      remedy: suggestion + "see qemuctl qmp --help \(command); --unchecked sends them without this check")
  }

  /// Returns the text that may be a misspelled name: the quoted value of the problem, or the last component of its
  /// path.
  private static func lastWord(of problem: QAPIProblem) -> String {
    let quoted = problem.words.split(separator: "\"", omittingEmptySubsequences: false)
    return quoted.count == 3 ? String(quoted[1]) : String(problem.path.split(separator: ".").last ?? "")
  }
}
