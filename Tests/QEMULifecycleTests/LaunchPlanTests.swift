import QEMUCommandLine
import Testing

@testable import QEMUDiagnosis
@testable import QEMULifecycle
@testable import QEMUObservation

/// Tests of the options that are added to those of the user, and of the options that are refused.
@Suite struct LaunchPlanTests {
  private static let old = BinaryProfile(version: "7.2.22", hasMonitorObject: false)
  private static let new = BinaryProfile(version: "11.1.3", hasMonitorObject: true)
  private static let chardev = ["-chardev", "socket,id=qemuctl,fd=3,server=on,wait=off"]
  private static let oldMonitor = chardev + ["-mon", "chardev=qemuctl,mode=control"]
  private static let newMonitor = chardev + ["-object", "monitor-qmp,id=qemuctl-qmp,chardev=qemuctl"]
  private static let threadNames = ["-name", "debug-threads=on"]

  private func added(_ arguments: [String], _ profile: BinaryProfile) throws -> [String] {
    let words = try LaunchPlan(QEMUConfiguration(arguments: arguments), profile).arguments
    #expect(Array(words.prefix(arguments.count)) == arguments, "the user's words come first, as they are")
    #expect(words.dropFirst(arguments.count).first == "-no-user-config")
    return Array(words.dropFirst(arguments.count + 1))
  }

  /// The requested arguments, with a Boolean value that indicates whether an old QEMU gets `debug-threads=on`.
  static let requests: [(arguments: [String], namesThreads: Bool)] = [
    ([], false), (["-accel", "tcg"], false), (["-accel", "tcg,tb-size=64"], false),
    (["-accel", "kvm"], false), (["-machine", "q35,accel=tcg"], false),
    (["-accel", "tcg,thread=single"], true), (["-accel", "tcg,thread=multi", "-smp", "4"], true),
    (["-accel", "kvm", "-accel", "tcg,thread=multi"], true),
    (["-accel", "tcg,thread=multi", "-name", "web"], true),
    (["-accel", "tcg,thread=multi", "-name", "web,debug-threads=off"], false),
    (["-accel", "tcg,thread=multi", "-name", "web,debug-threads=on"], false),
    (["-drive", "file=a,,b.img", "-append", "a b\"c"], false),
  ]

  @Test(arguments: requests)
  func aQEMUWithoutMonitorObjectsIsGivenAMonitorOption(_ row: (arguments: [String], namesThreads: Bool))
    throws
  {
    let expected = ["-S"] + (row.namesThreads ? Self.threadNames : []) + Self.oldMonitor
    #expect(try added(row.arguments, Self.old) == expected)
  }

  @Test(arguments: requests)
  func aQEMUWithMonitorObjectsIsGivenOneAndNamesItsThreadsUnasked(
    _ row: (arguments: [String], namesThreads: Bool)
  ) throws {
    #expect(try added(row.arguments, Self.new) == ["-S"] + Self.newMonitor)
  }

  @Test func theDataOfSecretsIsPassedInDescriptors() throws {
    let words = [
      "-object", "secret,id=a,data=sword,,fish,format=raw", "-m", "64", "-object",
      #"{"qom-type":"secret","id":"b","data":"flounder"}"#,
    ]
    let plan = try LaunchPlan(QEMUConfiguration(arguments: words), Self.old)
    #expect(
      plan.arguments.prefix(6) == [
        "-object", "secret,id=a,format=raw,file=/proc/self/fd/4", "-m", "64", "-object",
        #"{"qom-type":"secret","id":"b","file":"/proc/self/fd/5"}"#,
      ])
    #expect(plan.secrets.map(\.data) == ["sword,fish", "flounder"])
    #expect(plan.secrets.map(\.descriptor) == [4, 5])
  }

  @Test func noMoreSecretsArePassedThanAProgramCanBeGiven() throws {
    let words = (0..<600).flatMap { ["-object", "secret,id=s\($0),data=x"] }
    let plan = try LaunchPlan(QEMUConfiguration(arguments: words), Self.old)
    #expect(plan.secrets.count == 500)
    #expect(plan.arguments[2 * 600 - 1] == "secret,id=s599,data=x")
  }

  @Test(arguments: [
    "secret,id=a,file=/key", "secret,id=a,data=", "secret,id=a,data=x,file=/key",
    "rng-random,id=a,filename=/x",
  ]) func whatHasNoDataToHideIsGivenAsItIs(object: String) throws {
    let plan = try LaunchPlan(QEMUConfiguration(arguments: ["-object", object]), Self.old)
    #expect(plan.secrets.isEmpty && plan.arguments[1] == object)
  }

  @Test(arguments: [["-S"], ["--S"], ["-S", "-m", "64"], ["-m", "64", "-S"]])
  func whatIsFrozenAlreadyIsNotFrozenTwice(_ arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments)
    for profile in [Self.old, Self.new] {
      let words = try LaunchPlan(configuration, profile).arguments
      #expect(words.count { $0 == "-S" } == 1)
      #expect(words.suffix(2) == (profile == Self.new ? Self.newMonitor : Self.oldMonitor).suffix(2))
    }
  }

  /// The requested arguments, with a Boolean value that indicates whether QEMU's calls to KVM are traced.
  static let traced: [(arguments: [String], isTraced: Bool)] = [
    (["-accel", "kvm,kvm-shadow-mem=4194304"], true),
    (["-machine", "q35,kvm-shadow-mem=4194304", "-accel", "kvm", "-accel", "tcg"], true),
    (["-machine", "q35,accel=kvm,kvm-shadow-mem=4194304"], true),
    (["-accel", "kvm"], false), (["-machine", "q35,kvm-shadow-mem=4194304"], false),
    (["-accel", "kvm,kvm-shadow-mem=4194304", "-D", "/tmp/log"], false),
    (["-accel", "kvm,kvm-shadow-mem=4194304", "-d", "int"], false),
    (["-accel", "kvm,kvm-shadow-mem=4194304", "-trace", "qmp_job_cancel"], false),
  ]

  @Test(arguments: traced)
  func theSizeOfTheShadowMMUIsTraced(_ row: (arguments: [String], isTraced: Bool)) throws {
    let configuration = try QEMUConfiguration(arguments: row.arguments)
    var profile = Self.new
    for hasTraceLog in [true, false] {
      profile.hasTraceLog = hasTraceLog
      let plan = try LaunchPlan(configuration, profile, callsFile: "/var/a,b/kvm-calls.log")
      let words = ["-trace", "enable=kvm_vm_ioctl,file=/var/a,,b/kvm-calls.log"]
      let isTraced = row.isTraced && hasTraceLog
      #expect(plan.isTracingKVM == isTraced)
      #expect(plan.arguments.dropFirst(row.arguments.count + 1).starts(with: words) == isTraced)
    }
  }

  @Test func aFileThatQEMUWouldReadAsATemplateIsNotWritten() throws {
    var profile = Self.new
    profile.hasTraceLog = true
    let configuration = try QEMUConfiguration(arguments: ["-accel", "kvm,kvm-shadow-mem=4194304"])
    #expect(try !LaunchPlan(configuration, profile, callsFile: "/var/50%/kvm-calls.log").isTracingKVM)
    #expect(try !LaunchPlan(configuration, profile).isTracingKVM)
  }

  @Test func theMonitorIsTheDescriptorThatQEMUIsPassed() throws {
    let words = try LaunchPlan(QEMUConfiguration(arguments: []), Self.new).arguments
    #expect(words.contains { $0.contains(",fd=\(LaunchPlan.monitorDescriptor),") })
  }

  @Test func whatQEMUsLanguageCannotSayIsNoPlan() throws {
    var model = try CPUModel(text: "max")
    model.model = "max,vendor=x"
    let configuration = QEMUConfiguration([Occurrence(model)])
    #expect(throws: CommandLineError.self) { try LaunchPlan(configuration, Self.old) }
  }

  static let refused: [(arguments: [String], option: String, why: String)] = [
    (["-daemonize"], "-daemonize", "background"), (["--daemonize"], "-daemonize", "background"),
    (["-preconfig"], "-preconfig", "verified"), (["-help"], "-help", "for its help"),
    (["-h"], "-help", "for its help"), (["-version"], "-version", "for its version"),
    (["-m", "64", "-daemonize", "-S"], "-daemonize", "background"),
  ]

  @Test(arguments: refused)
  func whatTakesTheStartOutOfOurHandsIsRefused(_ row: (arguments: [String], option: String, why: String))
    throws
  {
    let configuration = try QEMUConfiguration(arguments: row.arguments)
    let error = #expect(throws: LifecycleError.self) { try LaunchPlan.requireManageable(configuration) }
    #expect(error?.code == .unsupportedOption)
    #expect(error?.summary.hasPrefix("\(row.option) cannot be used here") == true)
    #expect(error?.summary.contains(row.why) == true)
    #expect(error?.remedy == "remove \(row.option)")
  }

  @Test(arguments: [
    ["-chardev", "socket,id=qemuctl,path=/x"], ["-object", "monitor-qmp,chardev=c,id=qemuctl-qmp"],
  ])
  func theIDOfTheMonitorIsNotTheUsers(_ arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments)
    let error = #expect(throws: LifecycleError.self) { try LaunchPlan.requireManageable(configuration) }
    #expect(error?.code == .unsupportedOption)
    #expect(error?.evidence == [arguments.joined(separator: " ")])
  }

  @Test(arguments: [
    [], ["-S"], ["-chardev", "null,id=qemuctl2"], ["-no-reboot"], ["-name", "daemonize"],
    ["-append", "-daemonize"], ["version"],
    ["-device", "help"],
  ])
  func anythingElseIsTaken(_ arguments: [String]) throws {
    try LaunchPlan.requireManageable(QEMUConfiguration(arguments: arguments))
  }
}
