/// An option that was removed before or in QEMU 7.2, with its replacement. Each is a row of ``all``.
struct RemovedOption: Sendable {
  let name: String
  let takesArgument: Bool
  /// The version that removed it; nil if it is only known that a version before 7.2 did.
  let removedIn: String?
  /// The option or form that replaces it.
  let remedy: String

  private init(_ name: String, takesArgument: Bool = false, _ removedIn: String?, _ remedy: String) {
    self.name = name
    self.takesArgument = takesArgument
    self.removedIn = removedIn
    self.remedy = remedy
  }

  /// The removed options by name.
  static let all = NameTable(rows.map { ($0.name, $0) })

  private static let rows: [RemovedOption] = [
    .init("alt-grab", "7.1", "use -display sdl,grab-mod=lshift-lctrl-lalt"),
    .init("balloon", takesArgument: true, "3.1", "use -device virtio-balloon; -balloon none did nothing"),
    .init("bootp", takesArgument: true, "3.1", "use -nic user,bootp=FILE, or bootp= of -netdev user"),
    .init(
      "bt", takesArgument: true, "5.0", "use -device usb-host to pass an adapter of the host to the guest"),
    .init("clock", takesArgument: true, nil, "remove it: it had no effect"),
    .init("ctrl-grab", "7.1", "use -display sdl,grab-mod=rctrl"),
    .init("curses", "7.1", "use -display curses"),
    .init("enable-fips", "7.1", "remove it: QEMU with libgcrypt or gnutls follows the setting of the host"),
    .init("enable-hax", nil, "use -accel kvm, or -accel tcg"),
    .init(
      "hdachs", takesArgument: true, "2.12",
      "use -drive if=none,id=ID,… with -device ide-hd,drive=ID,cyls=C,heads=H,secs=S"),
    .init("localtime", "3.1", "use -rtc base=localtime"),
    .init("no-frame", "4.0", "remove it: no display has a window without a frame"),
    .init("no-kvm", "5.2", "use -accel tcg"),
    .init("no-kvm-irqchip", "3.0", "use -accel kvm,kernel-irqchip=off"),
    .init("no-kvm-pit", "2.12", "use -accel kvm,kernel-irqchip=split"),
    .init("no-kvm-pit-reinjection", "3.0", "use -global kvm-pit.lost_tick_policy=discard"),
    .init("no-quit", "7.0", "use -display gtk,window-close=off, or sdl instead of gtk"),
    .init("nodefconfig", "3.1", "use -no-user-config"),
    .init("pcidevice", takesArgument: true, nil, "use -device vfio-pci,host=ADDRESS"),
    .init("realtime", takesArgument: true, "6.0", "use -overcommit mem-lock=on, or off"),
    .init(
      "redir", takesArgument: true, "3.1",
      "use -nic user,hostfwd=tcp::PORT-:PORT, or hostfwd= of -netdev user"),
    .init("rtc-td-hack", "3.1", "use -rtc driftfix=slew"),
    .init("sdl", "7.1", "use -display sdl"),
    .init("show-cursor", "6.0", "use -display gtk,show-cursor=on, or sdl instead of gtk"),
    .init("smb", takesArgument: true, "3.1", "use -nic user,smb=DIRECTORY, or smb= of -netdev user"),
    .init(
      "soundhw", takesArgument: true, "7.1",
      "use -audio DRIVER,model=MODEL, such as -audio pa,model=hda; for pcspk -machine pcspk-audiodev=ID"),
    .init("startdate", takesArgument: true, "3.1", "use -rtc base=DATE"),
    .init("std-vga", nil, "use -vga std"),
    .init("tb-size", takesArgument: true, "6.0", "use -accel tcg,tb-size=MIB"),
    .init("tdf", "2.12", "use -global kvm-pit.lost_tick_policy=delay"),
    .init("tftp", takesArgument: true, "3.1", "use -nic user,tftp=DIRECTORY, or tftp= of -netdev user"),
    .init(
      "virtioconsole", takesArgument: true, nil,
      "use -device virtio-serial -device virtconsole,chardev=ID with -chardev …,id=ID"),
    .init(
      "watchdog", takesArgument: true, "7.2",
      "use -device with the watchdog's model, such as -device i6300esb"),
    .init("writeconfig", takesArgument: true, "7.1", "use qemuctl convert to write a command line as a file"),
  ]

  /// The error with the replacement.
  var error: CommandLineError {
    CommandLineError(
      .unknownOption,
      "QEMU has no option -\(name) any more; "
        + (removedIn.map { "it was removed in QEMU \($0)" } ?? "it was removed before QEMU 7.2"),
      remedy: remedy)
  }
}

/// A form of an option's argument that was removed before or in QEMU 7.2: a property, or a first value.
struct RemovedForm: Sendable {
  private let options: Set<String>
  private let properties: Set<String>
  private let values: Set<String>
  private let removedIn: String
  private let remedy: String

  private init(
    _ options: Set<String>, properties: Set<String> = [], values: Set<String> = [], _ removedIn: String,
    _ remedy: String
  ) {
    self.options = options
    self.properties = properties
    self.values = values
    self.removedIn = removedIn
    self.remedy = remedy
  }

  private static let rows: [RemovedForm] = [
    .init(
      ["net"], properties: ["vlan"], "3.0",
      "use -nic, or -netdev …,id=ID with -device …,netdev=ID; a hub is -nic hubport,hubid=NUMBER"),
    .init(["net"], properties: ["name"], "5.1", "use id="),
    .init(["net"], values: ["dump"], "2.12", "use -object filter-dump,id=ID,netdev=ID,file=FILE"),
    .init(["net"], values: ["channel"], "2.12", "use guestfwd= of -nic user"),
    .init(
      ["vnc"], properties: ["tls", "x509", "x509verify"], "3.1",
      "use tls-creds=ID with -object tls-creds-x509,id=ID,dir=DIRECTORY"),
    .init(
      ["vnc"], properties: ["acl"], "6.0", "use tls-authz=ID and sasl-authz=ID with -object authz-list,id=ID"),
    .init(
      ["drive"], properties: ["secs", "heads", "cyls", "trans", "serial", "addr"], "3.0",
      "use a property of the device: -drive if=none,id=ID,… with -device …,drive=ID; trans is now bios-chs-trans"
    ),
    .init(["drive"], properties: ["boot"], "3.0", "use bootindex= of the device, or -boot"),
    .init(["fsdev", "virtfs"], values: ["handle"], "4.0", "use local"),
    .init(
      ["machine"], properties: ["enforce-config-section"], "5.2",
      "use -global migration.send-configuration=on, or off"
    ),
    .init(["display"], properties: ["alt_grab"], "7.1", "use grab-mod=lshift-lctrl-lalt"),
    .init(["display"], properties: ["ctrl_grab"], "7.1", "use grab-mod=rctrl"),
    .init(["display"], properties: ["window_close"], "7.1", "write window-close, with a dash"),
    .init(["display"], properties: ["frame"], "4.0", "remove it: no display has a window without a frame"),
    .init(["usbdevice"], values: ["audio"], "6.0", "use -device usb-audio,audiodev=ID"),
    .init(["usbdevice"], values: ["ccid"], "6.0", "use -device usb-ccid"),
    .init(["usbdevice"], values: ["host"], "3.0", "use -device usb-host,vendorid=0xNNNN,productid=0xNNNN"),
    .init(["usbdevice"], values: ["serial"], "3.0", "use -device usb-serial,chardev=ID"),
    .init(
      ["usbdevice"], values: ["disk"], "3.0", "use -drive if=none,id=ID,… with -device usb-storage,drive=ID"),
    .init(["usbdevice"], values: ["net"], "3.0", "use -netdev …,id=ID with -device usb-net,netdev=ID"),
    .init(
      ["usbdevice"], values: ["bt"], "5.0", "use -device usb-host to pass an adapter of the host to the guest"
    ),
  ]

  /// The removed forms of one option, by name.
  private struct OfOption: Sendable {
    let properties: NameTable<RemovedForm>
    let values: NameTable<RemovedForm>

    init(_ option: String) {
      let forms = rows.filter { $0.options.contains(option) }
      properties = NameTable(forms.flatMap { form in form.properties.map { ($0, form) } })
      values = NameTable(forms.flatMap { form in form.values.map { ($0, form) } })
    }
  }

  /// The options that have removed forms. A search reads bytes only: each argument is searched.
  private static let byOption = NameTable(
    Set(rows.flatMap(\.options)).map { ($0, OfOption($0)) })

  /// Returns the error for an argument with a removed form; nil if it has none.
  static func error(in text: String, of option: String) -> CommandLineError? {
    guard let forms = byOption[option] else { return nil }
    let bytes = text.utf8Span.span
    var start = 0
    while start < bytes.count {
      let end = endOfPart(bytes, start)
      let equals = index(of: "=", in: bytes, start..<end)
      let name = bytes.extracting(start..<equals)
      // The first value has no name.
      if start > 0 || equals < end, let form = forms.properties[name] {
        let name = String(copying: UTF8Span(unchecked: name))
        return form.error("\(name)= of -\(option)", .unknownProperty, name)
      }
      start = end + 1
    }
    // A value may have parameters of its own: host:1234:5678.
    let end = index(of: ":", in: bytes, 0..<endOfPart(bytes, 0))
    let value = bytes.extracting(0..<end)
    return forms.values[value]?
      .error("-\(option) \(String(copying: UTF8Span(unchecked: value)))", .malformedValue, nil)
  }

  /// Returns the index of the next comma that is not doubled; the number of bytes if there is none.
  private static func endOfPart(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var end = index(of: ",", in: bytes, start..<bytes.count)
    while end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: ",") {
      end = index(of: ",", in: bytes, (end + 2)..<bytes.count)
    }
    return end
  }

  /// Returns the index of a character in a range; the end of the range if it is not there.
  private static func index(of character: Unicode.Scalar, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    while index < range.upperBound, bytes[index] != UInt8(ascii: character) { index += 1 }
    return index
  }

  /// Throws an error for an argument with a removed form.
  static func refuse(_ argument: any OptionArgument, of option: String) throws(CommandLineError) {
    if let text = try? argument.text(), let error = error(in: text, of: option) { throw error }
  }

  private func error(
    _ what: String, _ code: CommandLineError.Code, _ property: String?
  ) -> CommandLineError {
    var error = CommandLineError(
      code, "QEMU has no \(what) any more; it was removed in QEMU \(removedIn)", remedy: remedy)
    error.property = property
    return error
  }
}
