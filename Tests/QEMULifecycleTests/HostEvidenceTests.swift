import Glibc
import QEMUVerification
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle
@testable import QEMUObservation

/// Tests of the host's evidence about a process in the form that the checks read, or the reason why there is none.
@Suite struct HostEvidenceTests {
  private func answer(_ source: HostSource, of pid: Int32 = getpid()) async throws -> HostAnswer {
    let answers = await HostEvidence.begin([source], of: pid).answers()
    #expect(answers.count == 1)
    return try #require(answers[source])
  }

  private func lines(_ source: HostSource) async throws -> [String] {
    guard case .text(let text) = try await answer(source) else {
      Issue.record("\(source) is unavailable")
      return []
    }
    return text.split(separator: "\n").map(String.init)
  }

  @Test func theMapIsTheKernelsOwnText() async throws {
    let lines = try await lines(.maps)
    #expect(lines.contains { $0.hasSuffix("[stack]") })
    #expect(lines.allSatisfy { $0.contains("-") && $0.split(separator: " ").count >= 5 })
  }

  @Test func everyThreadIsALineOfItsNumberAndItsName() async throws {
    let process = try Shell.sleeping()
    let answer = try await answer(.threads, of: process.pid)
    #expect(answer == .text("\(process.pid) sleep"))
    let own = try await lines(.threads).map { $0.prefix { $0 != " " } }
    #expect(own.contains("\(getpid())"))
    #expect(own.count > 1 && own.allSatisfy { Int32($0) != nil }, "the event loops have threads")
    _ = try await process.kill()
  }

  @Test func duplicatesOfADescriptorShareALine() async throws {
    let file = try Descriptor.open("/dev/null", O_RDONLY)
    let another = try Descriptor.open("/dev/null", O_RDONLY)
    let duplicate = Descriptor(owning: fcntl(file.number, F_DUPFD_CLOEXEC, 0))
    let lines = try await lines(.duplicateDescriptors).map { Set($0.split(separator: " ").map(String.init)) }
    #expect(lines.contains { $0.isSuperset(of: ["\(file.number)", "\(duplicate.number)"]) })
    #expect(!lines.contains { $0.isSuperset(of: ["\(file.number)", "\(another.number)"]) })
  }

  @Test func aDescriptorIsALineOfItsNumberItsDeviceAndItsName() async throws {
    let directory = try TemporaryDirectory()
    try makeFile(directory.file("a b"))
    let device = try Descriptor.open("/dev/null", O_RDONLY)
    let file = try Descriptor.open(directory.file("a b"), O_RDONLY)
    let lines = try await lines(.descriptors)
    #expect(lines.contains("\(device.number) 1:3 /dev/null"))
    #expect(lines.contains("\(file.number) 0:0 \(directory.file("a b"))"))
    #expect(lines.contains { $0.hasSuffix(" anon_inode:[eventpoll]") })
  }

  @Test func theExtensionsOfKVMAreToldOrWhyTheyAreNot() async throws {
    switch try await answer(.kvmExtensions) {
    case .text(let text):
      #expect(access("/dev/kvm", R_OK | W_OK) == 0)
      let names = text.split(separator: "\n").map { $0.prefix { $0 != " " } }
      #expect(names.filter { $0 != "enable_pmu" } == KVMCapability.allCases.map { "\($0.rawValue)" })
    case .unavailable(let reason), .unreadable(let reason): #expect(reason.hasPrefix("/dev/kvm: "))
    }
  }

  @Test func aPathIsFollowedToItsDevice() async throws {
    let directory = try TemporaryDirectory()
    #expect(symlink("/dev/null", directory.file("link")) == 0)
    let wanted = [directory.file("link"), directory.file("gone"), "/dev/null"]
    let answers = await FollowedPaths.read(wanted, of: getpid())
    #expect(answers[wanted[0]] == .text("1:3 /dev/null"))
    #expect(answers[wanted[1]] == .unavailable("\(wanted[1]): No such file or directory"))
    #expect(answers[wanted[2]] == .text("1:3 /dev/null"))
  }

  static let directories: [(source: HostSource, path: String)] = [
    (.maps, "maps"), (.threads, "task"), (.descriptors, "fd"),
  ]

  /// 2^31 - 1 is above every pid that Linux gives.
  @Test(arguments: directories)
  func aProcessThatIsNotThereIsToldByTheFileThatIsMissing(_ row: (source: HostSource, path: String))
    async throws
  {
    let answer = try await answer(row.source, of: .max)
    #expect(answer == .unavailable("/proc/2147483647/\(row.path): No such file or directory"))
  }

  @Test func severalSourcesAreReadTogether() async {
    let answers = await HostEvidence.begin(HostSource.allCases, of: getpid()).answers()
    #expect(Set(answers.keys) == Set(HostSource.allCases))
    #expect(await HostEvidence.begin([], of: getpid()).answers().isEmpty)
  }
}
