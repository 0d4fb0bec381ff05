import QEMUJSON
import Testing

@testable import QEMUCommandLine

/// The YAML and JSON spellings.
@Suite struct DocumentTests {
  /// As people write one.
  static let written = """
    name: web
    qemu: x86_64
    accel: [kvm, {accel: tcg, thread: multi, tb-size: 256}]
    machine: q35
    m: 1G
    smp: {cpus: 2, maxcpus: 4}
    cpu: {model: max, avx2: off}
    netdev: ["user,id=n0", {type: user, id: n1, hostfwd: [{str: "tcp::2222-:22"}], restrict: true}]
    device: [{driver: virtio-net-pci, netdev: n0, mq: on}]
    blockdev: {driver: qcow2, node-name: d, file: {driver: file, filename: "a,b.img"}, read-only: true}
    S: true
    snapshot: false
    usb: null
    append: console=ttyS0 quiet
    lifecycle: {restart: on-failure}
    verify: {policy: enforce}
    """

  @Test func aDocumentIsReadAsTheCommandLineThatItMeans() throws {
    let configuration = try QEMUConfiguration(ConfigurationDocument(yaml: Self.written))
    #expect(configuration.binary == "x86_64")
    #expect(
      try configuration.arguments() == [
        "-name", "web", "-accel", "kvm", "-accel", "tcg,thread=multi,tb-size=256", "-machine", "q35", "-m",
        "1G", "-smp", "2,maxcpus=4", "-cpu", "max,avx2=off", "-netdev", "user,id=n0", "-netdev",
        "user,id=n1,hostfwd=tcp::2222-:22,restrict=on", "-device", "virtio-net-pci,netdev=n0,mq=on",
        "-blockdev",
        "qcow2,node-name=d,file.driver=file,file.filename=a,,b.img,read-only=on", "-S", "-append",
        "console=ttyS0 quiet",
      ])
  }

  static let commandLines: [[String]] = [
    ["-machine", "q35,hpet=off", "-m", "1G", "-smp", "2"],
    ["-smp", "2", "-machine", "smp.cpus=3", "-smp", "cores=4"],
    ["disk.img", "-cdrom", "a.iso", "other.img"],
    ["-drive", "file=a,if=none,id=d", "-set", "drive.d.cache=none"],
    ["-device", "{\"driver\":\"virtio-rng-pci\",\"id\":\"r\",\"addr\":3}", "-device", "e1000,id=x"],
    ["-device", "{\"driver\":\"virtio-iommu-pci\",\"list\":[1,{\"a\":null}]}"],
    ["-cpu", "max,+avx,-avx,avx=on"], ["-cpu", "max,avx=on,model-id=x y"], ["-S", "-S", "-no-reboot"],
    ["-serial", "unix:/tmp/a,,b,server=on", "-serial", "file:a,b"], ["-name", "guest=on,process=010"],
    ["-object", "memory-backend-ram,id=m,size=1M,host-nodes=0-3,host-nodes=5,policy=bind"],
    ["-netdev", "user,id=n,hostfwd=tcp::1-:2,hostfwd=tcp::3-:4"],
    ["-append", "a\nb \"c\" 'd' \u{e9} #", "-kernel", "true"],
    ["-smbios", "type=11,value=a,value=b,,c"], ["-global", "virtio-rng-pci.max-bytes=7"],
    ["-blockdev", "{\"driver\":\"qcow2\",\"node-name\":\"n\",\"file\":\"f\",\"backing\":null}"],
    ["-vnc", "none", "-display", "vnc=:1,to=9", "-uuid", "12345678-1234-1234-1234-123456789abc"],
    ["-fw_cfg", "name=opt/a,string=null"], ["-name", ""], ["-d", "int,trace:x"], ["-incoming", "defer"],
    ["-plugin", "/p.so,arg=x,no=off,1=2"], ["-chardev", "socket,id=c,path=~,server,nowait"],
  ]

  @Test(arguments: commandLines)
  func everySpellingMeansTheSame(arguments: [String]) throws {
    var configuration = try QEMUConfiguration(arguments: arguments)
    configuration.binary = "/usr/bin/qemu"
    configuration.environment = [.init(name: "LC_ALL", value: "C")]
    let document = try ConfigurationDocument(configuration)
    let fromYAML = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()))
    let yaml = try document.yaml()
    #expect(try ConfigurationDocument(fromYAML) == document, "\(yaml)")
    let json = try JSON.object(document.root).serialized()
    let fromJSON = try QEMUConfiguration(ConfigurationDocument(json: json))
    #expect(try ConfigurationDocument(fromJSON) == document, "\(json)")
    #expect(try fromYAML.arguments() == fromJSON.arguments())
    #expect(fromYAML.binary == configuration.binary)
    #expect(fromYAML.environment == configuration.environment)
    #expect(
      try QEMUConfiguration(shellText: configuration.shellText()).arguments() == configuration.arguments())
  }

  static let faults: [(text: String, code: CommandLineError.Code, line: Int?, said: String)] = [
    ("machine: q35\naccel: {accel: tcg, thraed: multi}\n", .unknownProperty, 2, "thraed"),
    ("device: [a, [b]]", .malformedDocument, 1, "an array"),
    ("accel:\n  - kvm\n  - tcg,tb-size=x\n", .malformedValue, 3, "tb-size"),
    ("machin: q35", .unknownOption, 1, "machin"), ("S: 5", .malformedDocument, 1, "takes no argument"),
    ("- a", .malformedDocument, 1, "not a mapping"), ("a: [", .malformedDocument, 2, "cannot be read"),
    ("machine: q35\nmachine: pc", .malformedDocument, 2, "occurs twice"),
    ("m: 1G\n---\nm: 2G\n", .malformedDocument, 3, "more than one document"),
    ("m: *a\n", .malformedDocument, 1, "undefined alias"),
    ("m: &a [*a]\n", .malformedDocument, 1, "too deep"),
    ("m: \u{1}\n", .malformedDocument, 1, "control characters"),
    ("", .malformedDocument, nil, "not a mapping"),
    ("qemu: [x]", .malformedDocument, 1, "neither"), ("options: {m: 1}", .malformedDocument, 1, "not a list"),
    ("options: [{m: 1, smp: 2}]", .malformedDocument, 1, "entry of options"),
    ("kernel: {a: b}", .malformedText, 1, "mapping of properties"),
    ("m: {size: {a: 1}}", .malformedValue, 1, "size"),
  ]

  @Test(arguments: faults)
  func whatIsWrongIsSaidWithItsPlace(text: String, code: CommandLineError.Code, line: Int?, said: String) {
    let error = #expect(throws: CommandLineError.self) {
      let document = try ConfigurationDocument(yaml: text)
      _ = try QEMUConfiguration(document)
    }
    #expect(error?.code == code)
    #expect(error?.position.line == line)
    #expect(error?.summary.contains(said) == true, "\(error?.summary ?? "")")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test func anchorsThatRepeatEachOtherAreStopped() {
    var text = "a: &a0 [x, x]\n"
    for level in 1..<30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    let error = #expect(throws: CommandLineError.self) { try ConfigurationDocument(yaml: text) }
    #expect(error?.summary.contains("too many values") == true)
  }

  @Test func whatPlainScalarsAreIsKept() throws {
    let configuration = try QEMUConfiguration(
      ConfigurationDocument(yaml: "name: {guest: no, process: 1.10}\nappend: 010\nkernel: \"true\""))
    #expect(
      try configuration.arguments() == ["-name", "no,process=1.10", "-append", "010", "-kernel", "true"])
  }

  @Test func devicesOfBothFormsStayInTheirOrder() throws {
    // QEMU makes those in JSON last, so b may name a bus of a.
    let mixed = try QEMUConfiguration(
      arguments: ["-device", #"{"driver":"b","bus":"a.0"}"#, "-device", "a,id=a"])
    #expect(try QEMUConfiguration(ConfigurationDocument(mixed)) == mixed)
    let alike = try QEMUConfiguration(arguments: ["-device", #"{"driver":"b","addr":"0x2","port":"1"}"#])
    #expect(
      try QEMUConfiguration(ConfigurationDocument(alike)).arguments() == ["-device", "b,addr=0x2,port=1"])
  }

  @Test(arguments: [
    (#"{'driver':'a'}"#, #"{"driver":"a"}"#), (#"{'driver':"a'b"}"#, #"{"driver":"a'b"}"#),
    (#"{'driver':'a"b\'c\\'}"#, #"{"driver":"a\"b'c\\"}"#), (#"{'a':'\"\n'}"#, #"{"a":"\"\n"}"#),
  ])
  func singleQuotesInJSONAreRead(text: String, standard: String) throws {
    #expect(try QEMUConfiguration(arguments: ["-device", text]).arguments() == ["-device", standard])
  }

  @Test(arguments: [#"{'driver':'a}"#, #"{'driver':'a\"#, "{'", #"{"a":'b"}"#, "{''}"])
  func unfinishedSingleQuotesAreRefused(text: String) {
    #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: ["-device", text]) }
  }

  @Test(arguments: [
    ("18446744073709551615", JSON.unsigned(.max)), ("1.5", .number(1.5)), ("-7", .integer(-7)),
    ("010", .string("010")), ("0x10", .string("0x10")), ("1.10", .string("1.10")), ("inf", .string("inf")),
    ("on", .string("on")), ("1e400", .string("1e400")), ("-0", .string("-0")),
  ])
  func aNumberIsOneWhereItIsWrittenAsOne(text: String, value: JSON) throws {
    let document = try ConfigurationDocument(yaml: "m: \(text)\n")
    #expect(document.root["m"] == value)
    #expect(try ConfigurationDocument(yaml: document.yaml()).root == document.root)
  }

  @Test(arguments: [#"{"": true}"#, #"{"": 1}"#, #"{"options": [{"": true}]}"#])
  func whatHasNoNameIsADrivesTextOrRefused(text: String) throws {
    #expect(throws: CommandLineError.self) {
      try QEMUConfiguration(ConfigurationDocument(json: text), unknownNames: .kept)
    }
  }
}
