/// File names with a comma, which ends a value unless it is doubled.
enum CommaRules {
  static let all: [DiagnosisRule] = [
    .init(
      "comma-in-file-name",
      ImageRules.image("Could not open '{path}': No such file or directory"),
      when: { captures, circumstances in circumstances.isCutAtComma(captures["path"] ?? "") },
      cause: "the file name holds a comma, and QEMU read only '{path}' of it",
      remedy: "double each comma of the name: file=a,,b.img"),
    .init(
      "comma-in-path",
      [
        "Expected '=' after parameter '{rest}'", "Invalid parameter '{rest}'",
        "Parameter '{rest}' is unexpected",
        "Property '{type}.{rest}' not found",
      ],
      when: { captures, circumstances in circumstances.isCutOff(captures["rest"] ?? "") },
      cause:
        "a path holds a comma, which ended it: QEMU took '{rest}', which stands behind it, for a parameter",
      remedy: "double each comma of the path: path=a,,b.log"),
  ]
}

extension Circumstances {
  /// Returns whether a word that follows a comma and a path is the rest of that path, as it has no value of its own.
  fileprivate func isCutOff(_ rest: String) -> Bool {
    arguments.contains { argument in
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
      return zip(parts, parts.dropFirst()).contains { before, part in
        before.contains("/") && (part == rest || part == "\(rest)=on")
      }
    }
  }

  /// Returns whether what follows a file name is no parameter that QEMU knows, so that a comma of the name ended it.
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

  /// Returns whether a word is a parameter of -drive that is on or off.
  private static func isSwitch(_ name: Substring) -> Bool {
    ["readonly", "read-only", "snapshot", "copy-on-read", "locking", "force-share"].contains(name)
      || name.hasPrefix("cache.") || name.hasPrefix("throttling.") || name.hasPrefix("file.")
  }
}
