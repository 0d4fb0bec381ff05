import QEMUCommandLine
import QEMUVerification
import Testing

/// Tests of the flags of opened files and of the permitted system calls, from deep observations of six QEMUs.
@Suite struct OpenedVerdictTests {
  /// The properties that cannot be observed on any QEMU.
  private static let unseen: Set = ["netdev.dst", "netdev.dstport", "netdev.txsession"]

  @Test(arguments: RecordedObservation.all("opened"))
  func nothingOfItDrifts(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.drifts == [])
    let unseen = report.findings.filter { $0.verdict == .unobservable }.map { "\($0.option).\($0.property)" }
    #expect(Set(unseen) == Self.unseen, "\(unseen)")
    #expect(Set(report.findings.compactMap(\.tier)) == Set(EvidenceTier.allCases))
  }

  private static let directory: String = "local,id=fs1,path=/tmp/x"

  @Test(arguments: [
    ContraryLine("-sandbox on,obsolete=allow", "obsolete", "deny"),
    ContraryLine("-sandbox on,elevateprivileges=deny", "elevateprivileges", "allow"),
    ContraryLine("-sandbox on,elevateprivileges=children", "elevateprivileges", "allow"),
    ContraryLine("-sandbox on,spawn=allow", "spawn", "deny"),
    ContraryLine("-sandbox on,resourcecontrol=allow", "resourcecontrol", "deny"),
    ContraryLine("-watchdog-action reset", "watchdog-action", "poweroff"),
    ContraryLine("-action watchdog=none", "watchdog", "poweroff"),
    ContraryLine("-compat deprecated-input=crash", "deprecated-input", "reject"),
    ContraryLine("-compat deprecated-output=accept", "deprecated-output", "hide"),
    ContraryLine("-echr 1", "echr", "20"),
    ContraryLine("-d int", "d", "guest_errors,int"), ContraryLine("-d int,exec", "d", "guest_errors,int"),
    ContraryLine("-blockdev null-co,node-name=unmapping,discard=ignore", "discard", "unmap"),
    ContraryLine("-blockdev null-co,node-name=unmapping,discard=off", "discard", "unmap"),
    ContraryLine("-blockdev null-co,node-name=unmapping,auto-read-only=on", "auto-read-only", "off"),
    ContraryLine("-blockdev raw,node-name=ignoring,discard=unmap,file.driver=null-co", "discard", "ignore"),
    ContraryLine(
      "-blockdev raw,node-name=ignoring,file.driver=null-co,file.discard=ignore", "file.discard", "unmap"),
    ContraryLine("-drive if=none,id=d1,driver=null-co,discard=ignore", "discard", "unmap"),
    ContraryLine("-drive if=none,id=d1,driver=null-co,copy-on-read=on", "copy-on-read", "off"),
    ContraryLine("-drive if=none,id=d1,driver=null-co,werror=stop", "werror", "ignore"),
    ContraryLine("-drive if=none,id=d1,driver=null-co,rerror=report", "rerror", "stop"),
    ContraryLine("-fsdev \(directory),security_model=passthrough", "security_model", "mapped"),
    ContraryLine("-fsdev \(directory),security_model=none,readonly=off", "readonly", "on"),
    ContraryLine("-fsdev \(directory),security_model=none,multidevs=warn", "multidevs", "forbid"),
    ContraryLine("-chardev udp,id=c2,host=127.0.0.1,port=17170", "port", ""),
    ContraryLine("-chardev udp,id=c2,host=127.0.0.9,port=17173", "host", ""),
    ContraryLine("-chardev udp,id=c2,host=127.0.0.1,port=17173,localport=17170", "localport", ""),
    ContraryLine("-netdev socket,id=n1,udp=127.0.0.1:17175,localaddr=127.0.0.1:17170", "localaddr", ""),
    ContraryLine(
      "-netdev dgram,id=n2,remote.type=inet,remote.host=230.0.0.2,remote.port=17177", "remote.host",
      "230.0.0.1"),
    ContraryLine("-netdev l2tpv3,id=n3,src=127.0.0.1,dst=127.0.0.2,udp=on,srcport=17170", "srcport", ""),
  ])
  func theContraryIsADrift(contrary: ContraryLine) throws {
    for recording in RecordedObservation.all("opened") {
      let arguments = contrary.line.split(separator: " ").map(String.init)
      let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(recording.observation)
      let finding = try #require(report.findings.first { $0.property == contrary.property })
      #expect(finding.verdict == .drifted, "\(recording): \(finding)")
      #expect(contrary.observed.isEmpty || finding.observed == contrary.observed, "\(recording): \(finding)")
      #expect(finding.remedy?.text.isEmpty == false)
    }
  }

  private func finding(
    _ line: String, _ property: String, _ change: (inout Observation) -> Void
  ) throws -> Finding {
    var observation = try #require(RecordedObservation.all("opened").first).observation
    change(&observation)
    let arguments = line.split(separator: " ").map(String.init)
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    return try #require(report.findings.first { $0.property == property })
  }

  @Test func childrenAreNotToldFromDeny() throws {
    let finding = try finding("-sandbox on,spawn=deny,elevateprivileges=children", "elevateprivileges") {
      $0.host[.systemCallFilter] = .text("setuid deny\nsetsid deny\nsetresuid deny")
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test func aFilterThatForbidsAPartOfAGroupSaysNothing() throws {
    let finding = try finding("-sandbox on,spawn=deny", "spawn") {
      $0.host[.systemCallFilter] = .text("fork deny\nvfork allow\nexecve deny")
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test func flagsThatContradictTheListOfNodesSayNothing() throws {
    let finding = try finding("-blockdev null-co,node-name=unmapping,discard=unmap", "discard") {
      $0.globals[GlobalVariable("bdrv_next_node", .list)] = .text("unmapping 57344")
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test func aNodeThatIsNotInTheListSaysNothing() throws {
    let finding = try finding("-blockdev null-co,node-name=unmapping,discard=unmap", "discard") {
      $0.globals[GlobalVariable("bdrv_next_node", .list)] = .text("unmapping 2 57346\nother 57346")
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test(arguments: ["d1 1", "d1 1 3 0", "d1 x 3", "d1 5 3", "d10 1 3", ""])
  func aListOfDrivesThatIsNotUnderstoodSaysNothing(list: String) throws {
    let finding = try finding("-drive if=none,id=d1,driver=null-co,werror=ignore", "werror") {
      $0.globals[GlobalVariable("blk_all_next", .list)] = .text(list)
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test func aFileThatIsOpenInBothWaysSaysNothing() throws {
    let finding = try finding("-chardev file,id=c1,path=/f,append=on", "append") {
      $0.host[.descriptorFlags] = .text("3 0102001 /f\n4 0100001 /f")
    }
    #expect(finding.verdict == .unobservable)
  }

  @Test func aPolicyThatWasNeverSetIsADrift() throws {
    let finding = try finding("-compat deprecated-input=reject", "deprecated-input") {
      $0.globals[GlobalVariable("compat_policy")] = .text(String(repeating: "0", count: 64))
    }
    #expect(finding.verdict == .drifted && finding.observed == "accept")
  }

  @Test func aConfigurationThatIsThereMayHaveBeenRead() throws {
    let finding = try finding("-no-user-config", "no-user-config") {
      $0.host[.userConfiguration] = .text("/etc/qemu/qemu.conf present")
    }
    #expect(finding.verdict == .unobservable)
  }
}
