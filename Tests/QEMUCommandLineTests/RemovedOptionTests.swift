import Testing

@testable import QEMUCommandLine

/// Tests of the options that QEMU had before 7.2.
@Suite struct RemovedOptionTests {
  static let options: [(arguments: [String], said: String)] = [
    (["-soundhw", "hda"], "-audio"), (["-no-kvm"], "-accel tcg"), (["-realtime", "mlock=on"], "-overcommit"),
    (["-balloon", "virtio"], "virtio-balloon"), (["-redir", "tcp:2222::22"], "hostfwd"),
    (["-localtime"], "base=localtime"), (["-watchdog", "i6300esb"], "-device"), (["-sdl"], "-display sdl"),
    (["-curses"], "-display curses"), (["-no-kvm-irqchip"], "kernel-irqchip=off"),
    (["-tdf"], "lost_tick_policy=delay"),
    (["-no-kvm-pit-reinjection"], "lost_tick_policy=discard"), (["-no-quit"], "window-close=off"),
    (["-no-frame"], "remove it"), (["-alt-grab"], "grab-mod=lshift-lctrl-lalt"),
    (["-ctrl-grab"], "grab-mod=rctrl"),
    (["-startdate", "now"], "-rtc base=DATE"), (["-rtc-td-hack"], "driftfix=slew"),
    (["-show-cursor"], "show-cursor=on"), (["-enable-fips"], "libgcrypt"),
    (["-writeconfig", "f"], "convert"),
    (["-tb-size", "64"], "-accel tcg,tb-size=MIB"), (["-bt", "hci"], "usb-host"),
    (["-hdachs", "1,2,3"], "ide-hd"),
    (["-nodefconfig"], "-no-user-config"), (["-virtioconsole", "c"], "virtconsole"),
    (["-tftp", "/srv"], "tftp="),
    (["-no-kvm-pit"], "kernel-irqchip=split"), (["-smb", "/srv"], "smb="), (["-bootp", "f"], "bootp="),
    (["--soundhw", "all"], "7.1"), (["-enable-hax"], "-accel kvm"), (["-std-vga"], "-vga std"),
  ]

  @Test(arguments: options.map(\.arguments))
  func anOptionThatWasRemovedNamesItsReplacement(arguments: [String]) throws {
    let said = try #require(Self.options.first { $0.arguments == arguments }?.said)
    let error = #expect(throws: CommandLineError.self) {
      try QEMUConfiguration(arguments: ["-S"] + arguments)
    }
    #expect(error?.code == .unknownOption && error?.position.word == 2)
    #expect((error.map { $0.summary + $0.remedy } ?? "").contains(said), "\(String(describing: error))")
  }

  @Test(arguments: options.map(\.arguments))
  func itIsKeptWithItsArgumentWhereNamesAreKept(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments + ["-S"], unknownNames: .kept)
    #expect(configuration.occurrences.count == 2 && configuration.occurrences.last?.option == "S")
    #expect(try configuration.arguments().dropLast().last == arguments.last?.replacing("--", with: "-"))
    #expect(configuration.occurrences[0].untyped == [configuration.occurrences[0].option])
    let findings = configuration.findings(for: BinaryCheckTests.binary)
    #expect(findings.first?.error.summary.contains("any more") == true, "\(findings)")
  }

  static let forms: [(arguments: [String], said: String)] = [
    (["-net", "nic,vlan=0"], "hubport"), (["-net", "user,vlan=1"], "hubport"),
    (["-net", "nic,name=a"], "id="),
    (["-net", "dump,file=f"], "filter-dump"), (["-net", "channel,port=1"], "guestfwd"),
    (["-vnc", ":1,tls,x509=/etc"], "tls-creds"), (["-vnc", ":1,acl"], "tls-authz"),
    (["-vnc", ":1,sasl,x509verify=/etc"], "tls-creds"), (["-drive", "file=a,serial=1"], "-device"),
    (["-drive", "file=a,cyls=1,heads=2,secs=3"], "-device"), (["-drive", "file=a,boot=on"], "bootindex"),
    (["-fsdev", "handle,id=f,path=/srv"], "local"), (["-virtfs", "handle,path=/srv,mount_tag=t"], "local"),
    (["-machine", "pc,enforce-config-section=on"], "send-configuration"),
    (["-display", "sdl,alt_grab=on"], "grab-mod"),
    (["-display", "sdl,window_close=off"], "window-close"), (["-usbdevice", "host:1234:5678"], "usb-host"),
    (["-usbdevice", "serial::pty"], "usb-serial"), (["-usbdevice", "disk:a.img"], "usb-storage"),
    (["-usbdevice", "net:nic"], "usb-net"), (["-usbdevice", "audio"], "usb-audio"),
    (["-usbdevice", "bt"], "usb-host"), (["-drive", "file=a,,b,serial=1"], "-device"),
  ]

  @Test(arguments: forms.map(\.arguments))
  func aFormThatWasRemovedNamesItsReplacement(arguments: [String]) throws {
    let said = try #require(Self.forms.first { $0.arguments == arguments }?.said)
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: arguments) }
    #expect(
      error?.summary.contains("any more") == true
        && error?.position.option == String(arguments[0].dropFirst()))
    #expect(error?.remedy.contains(said) == true, "\(String(describing: error))")
    let kept = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(try QEMUConfiguration(arguments: kept.arguments(), unknownNames: .kept) == kept)
    var binary = BinaryCheckTests.binary
    binary.options.insert(String(arguments[0].dropFirst()))
    #expect(
      kept.findings(for: binary).contains { $0.error.summary.contains("any more") && $0.weight == .refused })
  }

  @Test(arguments: [
    ["-net", "nic,model=vlan"], ["-net", "user,id=dump"], ["-vnc", "none,tls-creds=x509"],
    ["-usbdevice", "tablet"],
    ["-fsdev", "local,id=handle,path=/srv,security_model=none"], ["-drive", "file=serial,format=raw"],
    ["-display", "gtk,window-close=off"],
    ["-drive", "file=/tmp/a,,serial=1,format=raw"], ["-net", "user,hostname=a,,vlan=1"],
    ["-vnc", "unix:/a,,tls"], ["-drive", "file=/tmp/a,,,,serial=1,format=raw"],
  ])
  func whatOnlyLooksLikeOneIsTaken(arguments: [String]) throws {
    #expect(try QEMUConfiguration(arguments: arguments).arguments() == arguments)
  }

  @Test(arguments: [
    "drive: {file: a, serial: 1}", "net: {type: nic, vlan: 0}", "usbdevice: audio", "soundhw: hda",
  ])
  func aDocumentIsToldToo(text: String) throws {
    let document = try ConfigurationDocument(yaml: text)
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(document) }
    #expect(error?.remedy.hasPrefix("use") == true || error?.remedy.hasPrefix("give") == true)
  }

  @Test func noRowIsAnOptionOfAKnownVersion() {
    for name in RemovedOption.all.names {
      #expect(OptionTable.declaration(name) == nil)
      #expect(RemovedOption.all[name]?.remedy.isEmpty == false)
    }
  }
}
