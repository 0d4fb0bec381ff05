import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A check that always confirms would pass every test of what is true. So each is lied to: a recorded value is changed, and
/// the finding that rests on it must change with it.
@Suite struct LyingObservationTests {
  @Test(arguments: RecordedObservation.all)
  func everyConfirmedFindingNoticesALie(recording: RecordedObservation) throws {
    let report = try recording.report()
    // Where the request leaves the choice to QEMU, any value is right.
    let firm = report.findings.filter {
      $0.verdict == .confirmed && $0.reason?.contains("leaves the choice") != true
    }
    var unnoticed = Set(firm.map(\.key))
    #expect(!unnoticed.isEmpty)
    for lie in Lie.all(about: recording.observation) {
      for finding in try recording.report(lie).findings where finding.verdict != .confirmed {
        unnoticed.remove(finding.key)
      }
    }
    #expect(unnoticed.isEmpty, "no lie about the observation is noticed by \(unnoticed)")
  }

  @Test(arguments: RecordedObservation.all)
  func aLieAboutTheAcceleratorIsNoticed(recording: RecordedObservation) throws {
    let honest = try recording.report().accelerator
    let noticed = try Lie.all(about: recording.observation).contains { lie in
      try recording.report(lie).accelerator.verdict != honest.verdict
    }
    #expect(noticed)
  }
}

extension Finding {
  fileprivate var key: String { "\(option).\(property)" }
}

/// Observations that differ from an honest one in one value.
enum Lie {
  static func all(about observation: Observation) -> [Observation] {
    var lies: [Observation] = []
    for (query, answer) in observation.answers {
      guard case .value(let value) = answer else { continue }
      for changed in variations(of: value) {
        var lie = observation
        lie.answers[query] = .value(changed)
        lies.append(lie)
      }
    }
    return lies + hostLies(observation)
  }

  /// Each value that stands in a reply, changed by itself. A list is long and alike: its first two members are enough.
  private static func variations(of value: JSON) -> [JSON] {
    switch value {
    case .null, .number: []
    case .bool(let flag): [.bool(!flag)]
    case .integer(let number): [.integer(number &+ 1), .integer(number &* 2)]
    case .unsigned(let number): [.unsigned(number &- 1)]
    case .string(let text): textLies.map { .string($0(text)) }
    case .array(let elements):
      elements.indices.prefix(2).flatMap { index in
        variations(of: elements[index]).map { changed in
          var copy = elements
          copy[index] = changed
          return .array(copy)
        }
      } + sameThread(elements)
    case .object(let object):
      object.flatMap { member in
        variations(of: member.value).map { changed in
          var copy = object
          copy[member.name] = changed
          return .object(copy)
        }
      }
    }
  }

  private static let textLies: [@Sendable (String) -> String] = [
    { "lie-\($0)" }, { $0 == "on" ? "off" : "on" },
    { $0.replacing("one-insn-per-tb: on", with: "one-insn-per-tb: off") },
    { text in text.replacing(/\/(\d+)\n/) { "/\((Int($0.1) ?? 0) / 2 - 2560)\n" } },
    { _ in "child<ioapic>" }, { _ in "child<kvm-ioapic>" },
  ]

  /// Virtual CPUs that share one thread.
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

  private static func hostLies(_ observation: Observation) -> [Observation] {
    let changes: [(HostSource, (String) -> String)] = [
      (
        .maps,
        {
          $0.replacing("r-xs", with: "r--s").replacing("rw-s", with: "rwxs")
            + "7f00-7f01 rwxp 00000000 00:00 0\n"
        }
      ),
      (
        .maps,
        {
          $0.replacing("rwxp", with: "r-xs").replacing(/r-xs(.*)\n/) {
            "r-xs\($0.1) /memfd:tcg-jit (deleted)\n"
          }
        }
      ),
      (.maps, { $0.replacing("00040000", with: "00050000") }),
      (.threads, { $0.replacing("ALL CPUs/TCG", with: "CPU 0/TCG") }),
      (.threads, { $0.replacing("CPU 0/TCG", with: "ALL CPUs/TCG") }),
      (.descriptors, { $0.replacing("/dev/kvm", with: "/dev/other") }),
    ]
    return changes.compactMap { source, change in
      guard case .text(let text) = observation.host[source] else { return nil }
      var lie = observation
      lie.host[source] = .text(change(text))
      return lie
    }
  }
}
