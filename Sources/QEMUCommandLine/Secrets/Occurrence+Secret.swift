import QEMUJSON

extension Occurrence {
  /// The arguments that are passed to QEMU with their secrets redacted, for errors.
  package var shownText: String {
    Redaction(arguments: (try? words()) ?? []).arguments.joined(separator: " ")
  }

  /// The data of `-object secret` on the command line; nil if the data is in a file, and for any other option.
  package var secretData: String? {
    guard let object = argument as? QAPIArgument<ObjectOption>, object.form["qom-type"] == "secret",
      object.form["file"] == nil, let data = object.form["data"], !data.isEmpty
    else { return nil }
    return data
  }

  /// The file from which `-object secret` reads its data; nil if it has none, and for any other option.
  package var secretFile: String? {
    guard let object = argument as? QAPIArgument<ObjectOption>, object.form["qom-type"] == "secret" else {
      return nil
    }
    return object.form["file"]
  }

  /// Returns the same secret with its data in a file.
  package func readingSecret(from path: String) -> Occurrence { replacing("data", by: "file", path) }

  /// Returns the same secret with its data on the command line.
  package func holdingSecret(_ data: String) -> Occurrence { replacing("file", by: "data", data) }

  private func replacing(_ name: String, by other: String, _ value: String) -> Occurrence {
    guard let object = argument as? QAPIArgument<ObjectOption> else { return self }
    switch object.form {
    case .properties(var assignments):
      assignments = assignments.without(name)
      assignments.append(Assignment(other, value))
      return Occurrence(QAPIArgument<ObjectOption>(form: .properties(assignments)))
    case .json(var members):
      members[name] = nil
      members[other] = .string(value)
      return Occurrence(QAPIArgument<ObjectOption>(form: .json(members)))
    }
  }
}

extension QEMUConfiguration {
  /// The directory in which operating systems and container engines provide secrets to services.
  private static let directory = "/run/secrets"

  /// Returns the configuration with the data of each secret object in a file with the name of its id, and without any
  /// other secret.
  /// - Returns: the configuration, and a remark for each option that was changed.
  public func withoutSecrets() -> (configuration: QEMUConfiguration, remarks: [String]) {
    var (configuration, remarks) = (self, [String]())
    configuration.occurrences = occurrences.compactMap { occurrence in
      let redaction = Redaction(QEMUConfiguration([occurrence]))
      if redaction.isEmpty { return occurrence }
      let (option, id) = (
        occurrence.option.isEmpty ? "the image" : "-\(occurrence.option)", occurrence.id ?? ""
      )
      guard occurrence.secretData != nil else {
        remarks.append("a secret of \(option) \(id) was removed")
        return occurrence.stripped(of: redaction)
      }
      let path = "\(Self.directory)/\(id)"
      remarks.append("the data of \(option) \(id) was removed; put it into \(path)")
      return occurrence.readingSecret(from: path)
    }
    return (configuration, remarks)
  }
}

extension Occurrence {
  /// Returns the option without its passwords, cookies and tokens; nil if it is invalid without them.
  fileprivate func stripped(of redaction: Redaction) -> Occurrence? {
    let mark = Redaction.marker
    let marks = [
      (":\(mark)@", "@"), ("%\(mark)@", "@"), ("\"\(mark)\"", "\"\""), ("=\(mark)", "="), (mark, ""),
    ]
    let text = marks.reduce(redaction.arguments.last ?? "") { $0.replacing($1.0, with: $1.1) }
    return try? Occurrence(option: option, text: text, unknownNames: .kept)
  }
}
