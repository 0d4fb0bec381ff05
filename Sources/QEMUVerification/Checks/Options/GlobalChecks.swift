import QEMUCommandLine
import QEMUJSON

/// How `-global` is proved: by a device of that class which does not say otherwise itself.
@Sendable func globalCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let global = requested.occurrence.argument as? GlobalProperty else {
    return unobservable("it cannot be read")
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let path = try devicePath(of: global, subject, &reader) else {
      return .unobservable("there is no device of just this class that leaves \(global.property) to it")
    }
    return try judgeProperty(
      wanted, global.property, of: path, &reader,
      remedy: Remedy(
        .restart, "start again with -global \(global.driver).\(global.property)=\(wanted), named last"))
  }
}

/// How `-set` is proved: by the property that it changes.
@Sendable func setCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let set = requested.occurrence.argument as? SetProperty, let checks = optionChecks[set.group] else {
    return unobservable("QEMU does not show what it changes")
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let target = subject.configuration.occurrences.enumerated().first {
      $0.element.option == set.group && $0.element.id == set.id
    }
    guard let target else { return .unobservable("nothing on the command line has the id \(set.id)") }
    let option = RequestedOption(occurrence: target.element, index: 0, position: target.offset)
    return try checks.check(set.property, option)(set.value, subject, &reader)
  }
}

private func devicePath(
  of global: GlobalProperty, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> String? {
  let saysItself = subject.configuration.occurrences.contains { occurrence in
    guard let device = occurrence.argument as? DeviceOption else { return false }
    return device[global.property] != nil
  }
  let folders =
    saysItself
    ? ["/machine/unattached"] : ["/machine/peripheral", "/machine/peripheral-anon", "/machine/unattached"]
  reader.prefetch(folders.map { QueryRequest.children(of: $0) })
  for folder in folders {
    let device = try childTypes(of: folder, &reader).sorted { $0.name < $1.name }.first {
      $0.type == global.driver
    }
    if let device { return "\(folder)/\(device.name)" }
  }
  return nil
}
