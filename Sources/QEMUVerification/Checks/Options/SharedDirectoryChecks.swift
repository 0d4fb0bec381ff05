import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-virtfs` by the device that it creates, and by the open directory.
@Sendable func sharedDirectoryCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let tag = requested["mount_tag"] ?? ""
    let directory = "/machine/peripheral-anon"
    let devices = try childTypes(of: directory, &reader).filter { $0.type.hasPrefix("virtio-9p") }
    let queries = devices.map { QueryRequest.property("mount_tag", of: "\(directory)/\($0.name)") }
    reader.prefetch(queries)
    var tags: [String] = []
    for query in queries { tags.append(try reader.words(query)) }
    let evidence = Evidence(.children(of: directory), "devices with the tags \(tags.joined(separator: ", "))")
    guard tags.contains(tag) else {
      return .compare(false, observed: "no such device", [evidence], else: restartRemedy(requested))
    }
    switch property {
    case "mount_tag": return .compare(true, observed: tag, [evidence], else: restartRemedy(requested))
    case "path": return try judgeDirectory(wanted, requested, &reader)
    // The device confirms the driver and the id.
    case "fsdriver", "id": return .compare(true, observed: wanted, [evidence], else: restartRemedy(requested))
    // QEMU names the directory after the tag of the device.
    default: return try judgeDirectoryFlags(wanted, property, requested["id"] ?? tag, requested, &reader)
    }
  }
}

/// Checks one property of `-fsdev` by the device that uses it, and by the open directory.
@Sendable func directoryBackendCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    if OpenFlags.ofDirectory[property] != nil {
      return try judgeDirectoryFlags(wanted, property, requested.instance, requested, &reader)
    }
    guard let device = subject.user(ofDirectory: requested.occurrence.id),
      let user = try devicePath(of: device, subject, &reader)
    else { return .unobservable("only a device that uses it shows its properties") }
    switch property {
    case "path": return try judgeDirectory(wanted, requested, &reader)
    case "id": return try judgeProperty(wanted, "fsdev", of: user, &reader, remedy: restartRemedy(requested))
    case "fsdriver" where wanted == "local" && requested["path"] != nil:
      // Only this driver opens the directory.
      let open = try judgeDirectory(requested["path"] ?? "", requested, &reader)
      return open.verdict == .confirmed
        ? .compare(true, observed: "local", open.evidence, else: restartRemedy(requested)) : open
    default: return .unobservable("QEMU does not show \(property) of a shared directory")
    }
  }
}

extension Subject {
  /// Returns the device that shares a directory.
  fileprivate func user(ofDirectory id: String?) -> RequestedOption? {
    var index = 0
    for occurrence in configuration.occurrences {
      guard let device = occurrence.argument as? DeviceOption else { continue }
      if device["fsdev"] == id { return RequestedOption(occurrence: occurrence, index: index) }
      index += 1
    }
    return nil
  }
}

private func judgeDirectoryFlags(
  _ wanted: String, _ property: String, _ name: String, _ requested: RequestedOption,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let word = OpenFlags.ofDirectory[property] else {
    return .unobservable("QEMU does not show \(property) of a shared directory")
  }
  return try OpenFlags.directories.judge(wanted, word, of: name, restartRemedy(requested), &reader)
}

private func judgeDirectory(
  _ wanted: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let files = try reader.text(.descriptors) else {
    return .unobservable(reader.absence(of: .descriptors))
  }
  let path = wanted.count > 1 && wanted.hasSuffix("/") ? String(wanted.dropLast()) : wanted
  guard files.lines.contains(where: { $0.hasSuffix(" " + path) }) else {
    return .unobservable("no descriptor has this name; a relative path or a link has another")
  }
  return .compare(true, observed: path, [Evidence(.descriptors, path)], else: restartRemedy(requested))
}

private func restartRemedy(_ requested: RequestedOption) -> Remedy {
  Remedy(.restart, "restart with \((try? requested.occurrence.words().joined(separator: " ")) ?? "it")")
}
