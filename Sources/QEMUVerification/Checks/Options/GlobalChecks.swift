import QEMUCommandLine
import QEMUJSON

/// Checks `-global` by a device of that class or a subclass that does not set the property itself.
@Sendable func globalCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let global = requested.occurrence.argument as? GlobalProperty else {
    return unobservable("the -global cannot be parsed")
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let remedy = Remedy(
      .restart, "restart with -global \(global.driver).\(global.property)=\(wanted) as the last value")
    let takers = Takers(of: global, at: requested.position, subject)
    guard let path = try takers.find(&reader) else { return try judgeUnused(global, &reader) }
    return try judgeProperty(wanted, global.property, of: path, &reader, remedy: remedy)
  }
}

/// Checks `-set` by the check of the property that it changes.
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

/// The devices that one `-global` applies to.
private struct Takers {
  private let driver: String
  /// The paths of devices that set the property themselves.
  private let independent: Set<String>
  /// The classes of later globals for the same property, which take precedence.
  private let winners: [String]
  /// A Boolean value that indicates whether `-cpu` sets the property, which takes precedence over a global.
  private let isNamedByCPU: Bool

  init(of global: GlobalProperty, at position: Int, _ subject: Subject) {
    driver = global.driver
    let occurrences = subject.configuration.occurrences
    winners = occurrences.dropFirst(position + 1).compactMap { $0.argument as? GlobalProperty }
      .filter { $0.property == global.property }.map(\.driver)
    var number = -1
    independent = Set(
      occurrences.compactMap { occurrence in
        guard let device = occurrence.argument as? DeviceOption else { return nil }
        number += 1
        guard device[global.property] != nil else { return nil }
        if let id = device.id { return "/machine/peripheral/\(id)" }
        return subject.anonymousDevices.firstIndex(of: number).map {
          "/machine/peripheral-anon/device[\($0)]"
        }
      })
    isNamedByCPU =
      subject.configuration.cpu?.settings.contains { $0.name == global.property } ?? false
  }

  /// Returns the path of one of them; nil if there is none.
  ///
  /// The lists of devices are needed anyway, so the tree of all objects is read only if they contain none.
  func find(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> String? {
    let parents = ["/machine/peripheral", "/machine/peripheral-anon", "/machine/unattached"]
    reader.prefetch(parents.map { QueryRequest.children(of: $0) })
    if winners.isEmpty {
      for parent in parents {
        let device = try childTypes(of: parent, &reader).sorted { $0.name < $1.name }.first {
          takes($0.type == driver, "\(parent)/\($0.name)", $0.type)
        }
        if let device { return "\(parent)/\(device.name)" }
      }
    }
    reader.prefetch([ObjectTree.query, DeviceClasses.query])
    let tree = try ObjectTree.read(&reader)
    let classes = try DeviceClasses.read(&reader)
    return tree.objects.first { object in
      takes(classes.inherits(object.type, driver), object.path, object.type)
        && !winners.contains { classes.inherits(object.type, $0) }
    }?.path
  }

  private func takes(_ isOfClass: Bool, _ path: String, _ type: String) -> Bool {
    isOfClass && !independent.contains(path) && !(isNamedByCPU && type.hasSuffix("-cpu"))
  }
}

/// Judges a global that applies to no device. QEMU ignores a class that is not a device or has no such property, with a
/// warning at most, so it will not apply to a later device either.
private func judgeUnused(
  _ global: GlobalProperty, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let name = "\(global.driver).\(global.property)"
  let classes = try DeviceClasses.read(&reader)
  guard let isAbstract = classes.isAbstract(global.driver) else {
    let nearest = classes.nearest(global.driver).map { "did you mean \($0)? " } ?? ""
    return .compare(
      false, observed: "no such class", [Evidence(DeviceClasses.query, "no class \(global.driver)")],
      reason: "QEMU has no device class \(global.driver), and ignores \(name)",
      else: Remedy(.restart, nearest + "use a class that -device help lists, or remove -global \(name)"))
  }
  let query = QueryRequest("qom-list-properties", ["typename": .string(global.driver)])
  if !isAbstract, try !reader.list(query).contains(where: { $0["name"]?.stringValue == global.property }) {
    return .compare(
      false, observed: "no such property", [Evidence(query, "no property \(global.property)")],
      reason: "\(global.driver) has no property \(global.property), so the value is ignored",
      else: Remedy(.restart, "use a property that -device \(global.driver),help lists, or remove it"))
  }
  let warning = reader.observation.standardError.lines.first { $0.contains("global \(name)=") }
  return .unobservable(
    "no device of this class uses the global value of \(global.property)"
      + (warning.map { "; QEMU's message: \($0)" } ?? ""))
}

/// The objects of the machine, in QEMU's order. HMP: `info qom-tree`
private struct ObjectTree {
  static let query = QueryRequest.monitor("info qom-tree")

  let objects: [(path: String, type: String)]

  /// Reads lines such as `  /peripheral (container)`: two spaces for each level.
  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> ObjectTree {
    var parents: [Substring] = []
    var objects: [(String, String)] = []
    for line in try reader.words(query).lines {
      let depth = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count / 2
      // A name may contain a parenthesis; a type does not.
      guard depth <= parents.count, line.last == ")", let start = line.lastIndex(of: "(") else { continue }
      parents.removeSubrange(depth...)
      parents.append(line[..<start].dropLast().drop { $0 == " " })
      objects.append((parents.joined(), String(line[start...].dropFirst().dropLast())))
    }
    return ObjectTree(objects: objects)
  }
}

/// The device classes of this QEMU. QMP: `qom-list-types`
private struct DeviceClasses {
  static let query = QueryRequest("qom-list-types", ["implements": "device", "abstract": true])

  private let parents: [String: String]
  private let abstract: Set<String>

  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> DeviceClasses {
    let types = try reader.list(query)
    return DeviceClasses(
      parents: Dictionary(
        types.compactMap { type in
          type["name"]?.stringValue.map { ($0, type["parent"]?.stringValue ?? "") }
        }
      ) { $1 },
      abstract: Set(types.filter { $0["abstract"] == true }.compactMap { $0["name"]?.stringValue }))
  }

  /// Returns whether a class is abstract; nil if it is not a device class.
  func isAbstract(_ name: String) -> Bool? { parents[name].map { _ in abstract.contains(name) } }

  /// Returns whether a class is equal to another, or inherits it.
  func inherits(_ name: String, _ ancestor: String) -> Bool {
    var (name, steps) = (name, 0)
    while name != ancestor {
      // An invalid list may have a cycle.
      guard steps < 64, let parent = parents[name] else { return false }
      (name, steps) = (parent, steps + 1)
    }
    return true
  }

  func nearest(_ name: String) -> String? { nearestName(to: name, in: parents.keys.sorted()) }
}
