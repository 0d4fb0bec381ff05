import QEMUCommandLine
import QEMUJSON

/// The checks of the properties of `-name`.
let nameChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "guest": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      let query = QueryRequest("query-name")
      guard let answer = try reader.value(query) else {
        return .unobservable("QEMU does not show its name")
      }
      let name = answer["name"]?.stringValue ?? ""
      return .compare(
        name == wanted, observed: name, [Evidence(query, name.isEmpty ? "no name" : name)],
        else: Remedy(.restart, "restart with -name \(wanted)"))
    }
  },
  "process": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let text = try reader.text(.status), let name = statusField("Name", in: text) else {
        return .unobservable(reader.absence(of: .status))
      }
      // The kernel stores 15 bytes.
      let kept = String(decoding: wanted.utf8.prefix(15), as: UTF8.self)
      return .compare(
        name == kept, observed: name, [Evidence(.status, "Name: \(name)")],
        else: Remedy(.restart, "restart with -name process=\(wanted)"))
    }
  },
  "debug-threads": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let threads = try reader.text(.threads) else {
        return .unobservable(reader.absence(of: .threads))
      }
      let names = Set(threads.lines.compactMap { $0.split(separator: " ", maxSplits: 1).last })
      // A thread without a name has that of the process.
      let evidence = Evidence(.threads, names.sorted().joined(separator: ", "))
      if names.count > 1, Bool(propertyText: wanted) != true {
        return .unobservable(
          "threads have names anyway: newer QEMUs name them, and qemuctl requests it if only names show thread=",
          [evidence])
      }
      return .compare(
        (names.count > 1) == Bool(propertyText: wanted), observed: (names.count > 1).propertyText, [evidence],
        else: Remedy(.restart, "restart with -name debug-threads=\(wanted)"))
    }
  },
]
