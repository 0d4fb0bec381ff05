import QEMUJSON

extension Occurrence {
  /// The words that QEMU is given, without secrets, as errors quote them.
  package var shownText: String {
    Redaction(arguments: (try? words()) ?? []).arguments.joined(separator: " ")
  }

  /// The data that `-object secret` gives on the command line; nil where it names a file, and for any other option.
  package var secretData: String? {
    guard let object = argument as? QAPIArgument<ObjectOption>, object.form["qom-type"] == "secret",
      object.form["file"] == nil, let data = object.form["data"], !data.isEmpty
    else { return nil }
    return data
  }

  /// The file from which `-object secret` reads its data; nil where it names none, and for any other option.
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
  /// Where an operating system or a container engine puts the secrets of its services.
  private static let folder = "/run/secrets"

  /// Returns the configuration with the data of each secret object in a file of its id, and without any other secret.
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
        remarks.append("a secret of \(option) \(id) is left out")
        return occurrence.stripped(of: redaction)
      }
      let path = "\(Self.folder)/\(id)"
      remarks.append("the data of \(option) \(id) is left out: it is to be in \(path)")
      return occurrence.readingSecret(from: path)
    }
    return (configuration, remarks)
  }
}

extension Occurrence {
  /// The same option without its passwords, cookies and tokens; nil where it is none without them.
  fileprivate func stripped(of redaction: Redaction) -> Occurrence? {
    let mark = Redaction.marker
    let marks = [
      (":\(mark)@", "@"), ("%\(mark)@", "@"), ("\"\(mark)\"", "\"\""), ("=\(mark)", "="), (mark, ""),
    ]
    let text = marks.reduce(redaction.arguments.last ?? "") { $0.replacing($1.0, with: $1.1) }
    return try? Occurrence(option: option, text: text, unknownNames: .kept)
  }
}
