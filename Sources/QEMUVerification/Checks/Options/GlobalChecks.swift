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
