import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Tests that a property of memory is confirmed if the kernel shows the same for the mapping.
@Suite struct MemoryVerdictTests {
  /// A line of the areas that a host lists.
  private static func area(
    _ permissions: String = "rw-p", page: Int = 4, resident: Int = 0, flags: String = "rd,wr,mr,mw,me,ac,mg",
    policy: String = "default", size: UInt64 = 32 << 20, _ name: String = ""
  ) -> String {
    "7f0000000000-\(String(0x7f00_0000_0000 + size, radix: 16)) \(permissions) \(page) \(resident) \(flags) \(policy) \(name)"
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let wanted: String
    let held: JSON
    let area: String
    let verdict: Verdict

    init(_ wanted: String, _ held: JSON, _ area: String, _ verdict: Verdict) {
      (self.wanted, self.held, self.area, self.verdict) = (wanted, held, area, verdict)
    }

    var testDescription: String { "\(wanted) by \(area)" }
  }

  static let rows = [
    Row("share=on", true, area("rw-s"), .confirmed), Row("share=on", true, area(), .drifted),
    Row("share=off", false, area(), .confirmed), Row("share=off", true, area(), .drifted),
    Row("merge=off", false, area(flags: "rd,wr"), .confirmed), Row("merge=off", false, area(), .drifted),
    Row("merge=on", true, area(flags: "rd,wr"), .drifted), Row("dump=off", false, area(), .drifted),
    Row("dump=off", false, area(flags: "rd,wr,dd"), .confirmed),
    Row("reserve=off", false, area(flags: "rd,nr"), .confirmed),
    Row("reserve=off", false, area(), .drifted),
    Row("prealloc=on", true, area(resident: 32768), .confirmed),
    Row("prealloc=on", true, area(resident: 32764), .drifted),
    Row("prealloc=off", false, area(resident: 32768), .unobservable),
    Row("hugetlb=on", true, area(page: 2048), .confirmed), Row("hugetlb=on", true, area(), .drifted),
    Row("hugetlbsize=2M", 2_097_152, area(page: 2048), .confirmed),
    Row("hugetlbsize=1G", 1_073_741_824, area(page: 2048), .drifted),
    Row("policy=bind", "bind", area(policy: "bind:0"), .confirmed),
    Row("policy=preferred", "preferred", area(policy: "prefer(many):0"), .confirmed),
    Row("policy=bind", "bind", area(), .drifted),
    Row("host-nodes=2", [2], area(policy: "bind:0-3"), .confirmed),
    Row("host-nodes=2", [2], area(policy: "bind:0-1"), .drifted),
    Row("share=on", true, area("rw-s", size: 16 << 20), .unobservable),
    Row("share=on", true, "nonsense", .unobservable),
    Row("mem-path=/mnt/m", "/mnt/m", area(page: 4, "/mnt/m/qemu_back_mem.m.x (deleted)"), .confirmed),
    Row("mem-path=/mnt/m", "/mnt/m", area(page: 4, "/mnt/other"), .unobservable),
    Row(
      "mem-path=/dev/hugepages", "/dev/hugepages",
      area(page: 4, "/dev/hugepages/qemu_back_mem.m.x (deleted)"),
      .drifted),
    Row("mem-path=/mnt/huge-1G", "/mnt/huge-1G", area(page: 4, "/mnt/huge-1G/qemu_back_mem.m.x"), .drifted),
    Row(
      "mem-path=/dev/hugepages", "/dev/hugepages",
      area(page: 2048, "/dev/hugepages/qemu_back_mem.m.x (deleted)"),
      .confirmed),
    Row(
      "mem-path=/mnt/hugedisk", "/mnt/hugedisk", area(page: 4, "/mnt/hugedisk/qemu_back_mem.m.x"), .confirmed),
  ]

  @Test(arguments: rows)
  func aBackendIsWhatTheKernelShows(row: Row) throws {
    let name = String(row.wanted.prefix { $0 != "=" })
    let kind = name == "mem-path" ? "file" : name.hasPrefix("hugetlb") ? "memfd" : "ram"
    let finding = try finding(
      ["-object", "memory-backend-\(kind),id=m,size=32M,\(row.wanted)"], "/objects/m", name, row.held,
      [row.area])
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  @Test func areasOfOneSizeThatDifferSayNothing() throws {
    let finding = try finding(
      ["-object", "memory-backend-ram,id=m,size=32M,share=on"], "/objects/m", "share", true,
      [Self.area("rw-s"), Self.area()])
    #expect(finding.verdict == .unobservable)
  }

  /// Two areas of one size, of which the second begins here.
  private static let second = "7f1000000000-7f1002000000 rw-s 4 0 rd,wr default "

  @Test(arguments: [
    ("m", "0x00007f1000000000", Verdict.confirmed), ("m", "0x00007f0000000000", .drifted),
    ("/objects/m", "0x00007f1000000000", .confirmed), ("m2", "0x00007f1000000000", .unobservable),
    ("m", "", .unobservable), ("m", "0x", .unobservable), ("m", "0x00007f1000001000", .unobservable),
  ])
  func theAddressOfTheBlockTellsAreasApart(row: (name: String, address: String, verdict: Verdict)) throws {
    let block = "     \(row.name)    4 KiB  0x0 0x0000000002000000 0x0000000002000000 \(row.address)  rw\n"
    let finding = try finding(
      ["-object", "memory-backend-ram,id=m,size=32M,share=on"], "/objects/m", "share", true,
      [Self.area(), Self.second], blocks: "Block Name PSize\n\(block)")
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  @Test func anAreaForTwoBackendsSaysNothing() throws {
    let line = [
      "-object", "memory-backend-ram,id=m,size=32M,share=on", "-object", "memory-backend-ram,id=o,size=32M",
    ]
    #expect(try finding(line, "/objects/m", "share", true, [Self.area("rw-s")]).verdict == .unobservable)
  }

  @Test(arguments: [("mem-merge", "rd,wr", "rd,wr,mg"), ("dump-guest-core", "rd,dd", "rd")])
  func aPropertyOfTheMachineIsWhatTheKernelShows(row: (name: String, off: String, on: String)) throws {
    for (flags, verdict) in [(row.off, Verdict.confirmed), (row.on, .drifted)] {
      let finding = try finding(
        ["-machine", "\(row.name)=off"], "/machine", row.name, false, [Self.area(flags: flags)])
      #expect(finding.verdict == verdict, "\(finding)")
    }
  }

  @Test func memoryThatIsNotPopulatedContradictsPreallocation() throws {
    for (resident, verdict) in [(32768, Verdict.confirmed), (0, .drifted)] {
      let finding = try finding(
        ["-mem-prealloc"], "/machine", "mem-prealloc", true, [Self.area(resident: resident)])
      #expect(finding.verdict == verdict, "\(finding)")
    }
  }

  @Test func thePathOfTheGuestsMemoryIsThatOfItsArea() throws {
    for (name, verdict) in [("/mnt/m/x", Verdict.confirmed), ("/mnt/other/x", .unobservable)] {
      let finding = try finding(
        ["-mem-path", "/mnt/m"], "/machine", "mem-path", "/mnt/m", [Self.area(page: 4, name)])
      #expect(finding.verdict == verdict, "\(finding)")
    }
  }

  private func finding(
    _ arguments: [String], _ path: String, _ property: String, _ held: JSON, _ areas: [String],
    blocks: String = ""
  ) throws -> Finding {
    var observation = Observation()
    func set(_ path: String, _ property: String, _ value: JSON) {
      observation.answers[QueryRequest("qom-get", ["path": .string(path), "property": .string(property)])] =
        .value(value)
    }
    set(path, property, held)
    set("/machine", "memory", ["size": 33_554_432])
    let backends: JSON = [["name": "m", "type": "child<memory-backend-ram>"]]
    observation.answers[QueryRequest("qom-list", ["path": "/objects"])] = .value(backends)
    observation.answers[QueryRequest("x-query-ramblock")] = .value(["human-readable-text": .string(blocks)])
    observation.answers[QueryRequest("query-status")] = .value(["status": "prelaunch"])
    observation.host[.memoryAreas] = .text(areas.joined(separator: "\n"))
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    return try #require(
      report.findings.first { $0.property == property || $0.property.hasPrefix("\(property).") })
  }
}
