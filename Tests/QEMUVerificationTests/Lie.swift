import Foundation
import QEMUJSON
import QEMUVerification

/// Observations that differ from an honest one in one value.
enum Lie {
  /// - Parameter sources: the queries and files to lie about, as evidence names them.
  static func all(about observation: Observation, sources: Set<String>) -> [Observation] {
    var lies: [Observation] = []
    for (query, answer) in observation.answers where sources.contains(query.description) {
      guard case .value(let value) = answer else { continue }
      for changed in variations(of: value) + otherControllers(value) {
        var lie = observation
        lie.answers[query] = .value(changed)
        lies.append(lie)
      }
    }
    return lies + hostLies(observation, sources) + memoryLies(observation, sources)
  }

  /// Each value that stands in a reply, changed by itself. A long list is alike: its first two members are enough.
  private static func variations(of value: JSON) -> [JSON] {
    switch value {
    case .null, .number: []
    case .bool(let flag): [.bool(!flag)]
    case .integer(let number): [.integer(number &+ 1)]
    case .unsigned(let number): [.unsigned(number &- 1)]
    case .string(let text): textLies.map { $0(text) }.filter { $0 != text }.map(JSON.string)
    case .array(let elements): elementLies(elements) + sameThread(elements) + oneMore(elements)
    case .object(let object): memberLies(object)
    }
  }

  private static func elementLies(_ elements: [JSON]) -> [JSON] {
    elements.indices.prefix(elements.count > 64 ? 2 : 64).flatMap { index in
      variations(of: elements[index]).map { changed in
        var copy = elements
        copy[index] = changed
        return .array(copy)
      }
    }
  }

  private static func memberLies(_ object: JSONObject) -> [JSON] {
    var more = object
    more["slots"] = 7
    return [.object(more)]
      + object.flatMap { member in
        variations(of: member.value).map { changed in
          var copy = object
          copy[member.name] = changed
          return .object(copy)
        }
      }
  }

  private static let textLies: [@Sendable (String) -> String] = [
    { "lie-\($0)" }, { $0 == "on" ? "off" : "on" },
    { $0.replacing("one-insn-per-tb: on", with: "one-insn-per-tb: off") },
    { $0.replacing("one-insn-per-tb: off", with: "one-insn-per-tb: on") },
    { $0.replacing("type=", with: "type=lie-") }, { $0.replacing("restrict=on", with: "restrict=off") },
    { $0.replacing("net=10.", with: "net=11.") }, { $0.replacing("hub 7", with: "hub 8") },
    { $0.replacing(": index=", with: "-lie: index=") }, { $0.replacing("h1", with: "h2") },
    { $0.replacing("[HOST_FORWARD]", with: "[LIE]") },
    { $0.replacing("unix:", with: "unix:/lie") }, { $0.replacing(",server=on", with: "") },
    { $0.replacing("telnet:", with: "tcp:") }, { $0.replacing(/, ram\): m(\d)/) { ", ram): lie\($0.1)" } },
    { $0.replacing("127.0.0.1", with: "127.0.0.2") },
    // Half the cache, in one region and in many.
    { text in text.replacing(/\/(\d+)\n/) { "/\((Int($0.1) ?? 0) / 2 - 2560)\n" } },
    { text in text.replacing(/\/(\d+)\n/) { "/\((Int($0.1) ?? 0) / 2)\n" } },
  ]

  /// Objects of another class in a list of objects.
  private static func otherControllers(_ value: JSON) -> [JSON] {
    guard case .array = value, let text = try? value.serialized() else { return [] }
    let classes = [
      ("kvm-apic", "apic"), ("child<apic>", "child<kvm-apic>"), ("kvm-ioapic", "ioapic"),
      ("child<ioapic>", "child<kvm-ioapic>"), ("kvm-i8259", "isa-i8259"),
      ("child<cirrus-vga>", "child<VGA>"),
    ]
    return classes.compactMap { honest, lie in
      text.contains(honest) ? try? JSON.parse(text.replacing(honest, with: lie)) : nil
    }
  }

  /// A line that was not to be there, or a CPU.
  private static func oneMore(_ elements: [JSON]) -> [JSON] {
    if let cpu = elements.first, cpu["cpu-index"] != nil { return [.array(elements + [cpu])] }
    guard elements.first?["label"] != nil else { return [] }
    return ["serial2", "parallel0"].map { label in
      .array(elements + [["label": .string(label), "filename": "null", "frontend-open": true]])
    }
  }

  /// Virtual CPUs that share one thread, or do not.
  private static func sameThread(_ elements: [JSON]) -> [JSON] {
    guard elements.count > 1, let thread = elements[0]["thread-id"] else { return [] }
    return [
      .array(
        elements.map { element in
          guard case .object(var object) = element else { return element }
          object["thread-id"] = thread
          return .object(object)
        })
    ]
  }

  /// Other bytes, sixteen at a time.
  private static func memoryLies(_ observation: Observation, _ sources: Set<String>) -> [Observation] {
    var lies: [Observation] = []
    for (variable, answer) in observation.globals where sources.contains("memory \(variable.symbol)") {
      guard case .text(let text) = answer else { continue }
      if variable.form == .list { lies += flagLies(observation, variable, text) }
      if variable.form == .value, text.count <= 64 { lies += byteLies(observation, variable, text) }
      for place in stride(from: 0, to: text.count, by: 32) {
        let start = text.index(text.startIndex, offsetBy: place)
        let end = text.index(start, offsetBy: 32, limitedBy: text.endIndex) ?? text.endIndex
        let own = text[start..<end]
        let others = [
          own.map { $0 == "0" ? "1" : "0" }.joined(), String(own.map { _ in "0" }), "01" + own.dropFirst(2),
        ]
        for lie in others {
          var observation = observation
          observation.globals[variable] = .text(text.replacingCharacters(in: start..<end, with: lie))
          lies.append(observation)
        }
      }
    }
    return lies
  }

  /// Each byte by itself.
  private static func byteLies(
    _ observation: Observation, _ variable: GlobalVariable, _ text: String
  ) -> [Observation] {
    stride(from: 0, to: text.count, by: 2).flatMap { place in
      ["00", "01", "02"].map { byte in
        let start = text.index(text.startIndex, offsetBy: place)
        var lie = observation
        lie.globals[variable] = .text(
          text.replacingCharacters(in: start..<text.index(start, offsetBy: 2), with: byte))
        return lie
      }
    }
  }

  /// Other numbers for all in a list: no two words of a property have the same bits changed.
  private static func flagLies(
    _ observation: Observation, _ variable: GlobalVariable, _ text: String
  ) -> [Observation] {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: false) }
    return [(1, 0x4000), (1, 0x20000), (1, 0x40), (1, 0x18), (1, 0x200), (1, 0x600), (1, 1), (2, 1)].map {
      (place: Int, mask: UInt32) in
      let changed = lines.map { words -> String in
        var words = words.map(String.init)
        let index = words.count - place
        if index >= 0, let number = UInt32(words[index]) { words[index] = "\(number ^ mask)" }
        return words.joined(separator: " ")
      }
      var lie = observation
      lie.globals[variable] = .text(changed.joined(separator: "\n"))
      return lie
    }
  }

  private static func hostLies(_ observation: Observation, _ sources: Set<String>) -> [Observation] {
    let area = "7f0000000000-7f0000010000 "
    let changes: [(HostSource, (String) -> String)] = [
      (.maps, { $0.replacing("r-xs", with: "r--s") + area + "rwxp 00000000 00:00 0\n" }),
      (.maps, { $0 + area + "r-xs 00000000 00:01 1 /memfd:tcg-jit (deleted)\n" }),
      (.maps, { $0.replacing("00040000", with: "00050000") }),
      (.maps, { $0 + area + "rw-s 00040000 00:0e 1 anon_inode:kvm-vcpu:0\n" }),
      (.memoryAreas, { $0.replacing(" rw-s ", with: " rw-p ") }),
      (.memoryAreas, { $0.replacing(",dd", with: "") }),
      (.threads, { $0.replacing("ALL CPUs/TCG", with: "CPU 0/TCG") }),
      (.threads, { $0.replacing("CPU 0/TCG", with: "ALL CPUs/TCG") }),
      (.kvmCalls, { $0.replacing("type 0xae44, arg 0x", with: "type 0xae44, arg 0x1") }),
      (.descriptors, { $0.replacing("/dev/kvm", with: "/dev/other") }),
      (.threads, { $0.replacing(/(?m) .*$/, with: " qemu") }),
      (.status, { $0.replacing("Name:\t", with: "Name:\tlie-") }),
      (.status, { $0.replacing(/VmLck:\s+0 kB/, with: "VmLck:\t4096 kB") }),
      (.status, { $0.replacing("Seccomp:\t2", with: "Seccomp:\t0") }),
      (.systemCallFilter, { $0.replacing("deny", with: "allow") }),
      (.systemCallFilter, { $0.replacing("allow", with: "deny") }),
      (
        .descriptorFlags,
        {
          // Written at the end, or not.
          $0.replacing(/(?m)^(\d+) (\d+)/) {
            "\($0.1) 0\(Int($0.2, radix: 8).map { String($0 ^ 0o2000, radix: 8) } ?? "")"
          }
        }
      ),
      (.sockets, { $0.replacing("127.0.0.1:", with: "127.0.0.3:") }),
      (.sockets, { $0.replacing(/:17\d\d\d/, with: ":17000") }),
    ]
    return changes.compactMap { source, change in
      let names = ["/proc \(source.rawValue)", "kernel \(source.rawValue)"]
      guard names.contains(where: sources.contains), case .text(let text) = observation.host[source]
      else {
        return nil
      }
      var lie = observation
      lie.host[source] = .text(change(text))
      return lie
    }
  }
}
