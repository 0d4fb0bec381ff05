/// The rules for file names with a comma, which ends a value unless it is doubled.
enum CommaRules {
  static let all: [DiagnosisRule] = [
    .init(
      "comma-in-file-name",
      ImageRules.image("Could not open '{path}': No such file or directory"),
      when: { captures, circumstances in circumstances.isCutAtComma(captures["path"] ?? "") },
      cause: "the file name has a comma, and QEMU read only '{path}' of it",
      remedy: "double each comma in the name: file=a,,b.img"),
    .init(
      "comma-in-path",
      [
        "Expected '=' after parameter '{rest}'", "Invalid parameter '{rest}'",
        "Parameter '{rest}' is unexpected",
        "Property '{type}.{rest}' not found",
      ],
      when: { captures, circumstances in circumstances.isCutOff(captures["rest"] ?? "") },
      cause:
        "a comma in a path ended the path: QEMU read the text after the comma, '{rest}', as a parameter",
      remedy: "double each comma in the path: path=a,,b.log"),
  ]
}

extension Circumstances {
  /// Returns whether a text after a path and a comma is the rest of that path, which is so if it has no value.
  fileprivate func isCutOff(_ rest: String) -> Bool {
    arguments.contains { argument in
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
      return zip(parts, parts.dropFirst()).contains { before, part in
        before.contains("/") && (part == rest || part == "\(rest)=on")
      }
    }
  }

  /// Returns whether the text after a file name is not a parameter that QEMU knows, so that a comma ended the name.
  fileprivate func isCutAtComma(_ path: String) -> Bool {
    zip(arguments, arguments.dropFirst()).contains { option, argument in
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
      return zip(parts, parts.dropFirst()).contains { before, part in
        guard !path.isEmpty, before == path || before.hasSuffix("=\(path)") else { return false }
        let name = part.prefix { $0 != "=" }
        return name.count == part.count || part.hasSuffix("=on") && !Self.isSwitch(name)
      }
    }
  }

  /// Returns whether a name is a Boolean parameter of `-drive`.
  private static func isSwitch(_ name: Substring) -> Bool {
    ["readonly", "read-only", "snapshot", "copy-on-read", "locking", "force-share"].contains(name)
      || name.hasPrefix("cache.") || name.hasPrefix("throttling.") || name.hasPrefix("file.")
  }
}
