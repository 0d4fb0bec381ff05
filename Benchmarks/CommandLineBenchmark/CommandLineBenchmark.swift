import ArgumentParser
import BenchmarkSupport
import QEMUCommandLine

/// A benchmark of reading and writing a command line, by its length.
@main
struct CommandLineBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the time for reading and writing a command line.")

  @Option(help: "The number of measurements; their median is printed.")
  var rounds = 41

  @Flag(inversion: .prefixedNo, help: "Also measure inputs of growing size.")
  var growth = true

  @Option(help: "Measure only the growing input whose name begins with this text.")
  var only: String?

  func run() throws {
    if let only {
      for growth in Self.growths where growth.name.hasPrefix(only) { try show(growth) }
      return
    }
    try show("properties", Self.properties)
    try show("JSON", Self.json)
    if !growth { return }
    print("\ntime a unit as the input grows, which linear time keeps equal")
    for growth in Self.growths { try show(growth) }
  }

  private func show(_ name: String, _ words: [String]) throws {
    print("\(name): \(words.count) arguments, \(words.reduce(0) { $0 + $1.utf8.count + 1 }) bytes")
    try show("read", measure { _ = try QEMUConfiguration(arguments: words) })
    let configuration = try QEMUConfiguration(arguments: words)
    try show("write", measure { _ = try configuration.arguments() })
  }

  private func show(_ name: String, _ time: Double) {
    print("  \(name)  \(Self.decimal(time * 1e6)) µs")
  }

  /// Returns the median of the rounds; a round lasts long enough for the clock.
  private func measure(_ body: () throws -> Void) throws -> Double {
    // The first calls prepare tables and look up types.
    let end = ContinuousClock.now + .milliseconds(50)
    while .now < end { try body() }
    let once = try Self.time(body)
    let repeats = max(1, Int(0.002 / max(once, 1e-9)))
    return try Median(
      (0..<rounds).map { _ in
        try Self.time { for _ in 0..<repeats { try body() } } / Double(repeats)
      }
    ).value
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let begin = ContinuousClock.now
    try body()
    let duration = ContinuousClock.now - begin
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  private static func decimal(_ number: Double) -> String {
    let tenths = Int((number * 100).rounded())
    return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
  }
}

// MARK: - What is measured

extension CommandLineBenchmark {
  /// A usual machine, as properties.
  static let properties = words(
    """
    -name guest=web,debug-threads=on
    -machine pc-q35-7.2,usb=off,vmport=off,dump-guest-core=off,memory-backend=pc.ram
    -accel tcg,thread=multi,tb-size=256
    -cpu max,+avx,-hypervisor
    -m size=2097152k
    -object memory-backend-ram,id=pc.ram,size=2147483648
    -overcommit mem-lock=off
    -smp 4,sockets=1,dies=1,cores=2,threads=2
    -object iothread,id=iothread1
    -uuid 6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e
    -display none
    -no-user-config
    -nodefaults
    -chardev socket,id=charmonitor,path=/run/vm/web/monitor.sock,server=on,wait=off
    -mon chardev=charmonitor,id=monitor,mode=control
    -rtc base=utc,driftfix=slew
    -global kvm-pit.lost_tick_policy=delay
    -no-shutdown
    -global ICH9-LPC.disable_s3=1
    -boot strict=on
    -device pcie-root-port,port=16,chassis=1,id=pci.1,bus=pcie.0,multifunction=on,addr=0x2
    -device qemu-xhci,p2=15,p3=15,id=usb,bus=pcie.0,addr=0x5
    -device virtio-scsi-pci,id=scsi0,bus=pci.1,addr=0x0
    -drive file=/srv/web.qcow2,format=qcow2,if=none,id=drive0,cache=none,discard=unmap
    -device scsi-hd,bus=scsi0.0,drive=drive0,id=disk0,bootindex=1
    -netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22
    -device virtio-net-pci,netdev=net0,id=nic0,mac=52:54:00:12:34:56,addr=0x3
    -chardev pty,id=serial0
    -device isa-serial,chardev=serial0,id=serial0,index=0
    -device usb-tablet,id=input0,bus=usb.0,port=1
    -vnc 127.0.0.1:0
    -device virtio-balloon-pci,id=balloon0,addr=0x6
    -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
    -msg timestamp=on
    -S
    """)

  /// The same kind of machine, its objects, devices and disks as JSON.
  static let json = words(
    """
    -name guest=web,debug-threads=on
    -machine pc-q35-7.2,usb=off,memory-backend=pc.ram
    -object {"qom-type":"memory-backend-ram","id":"pc.ram","size":2147483648}
    -object {"qom-type":"iothread","id":"iothread1"}
    -device {"driver":"pcie-root-port","port":16,"chassis":1,"id":"pci.1","bus":"pcie.0","multifunction":true,"addr":"0x2"}
    -device {"driver":"qemu-xhci","p2":15,"p3":15,"id":"usb","bus":"pcie.0","addr":"0x5"}
    -device {"driver":"virtio-scsi-pci","id":"scsi0","bus":"pci.1","addr":"0x0"}
    -blockdev {"driver":"file","filename":"/srv/web.qcow2","node-name":"storage1","auto-read-only":true,"discard":"unmap"}
    -blockdev {"node-name":"format1","read-only":false,"driver":"qcow2","file":"storage1","backing":null}
    """)

  private static func words(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { line in line.split(separator: " ", maxSplits: 1).map(String.init) }
  }

  /// The capabilities of a binary of a usual size: a few hundred devices with some dozens of properties.
  static let binary = BinaryCapabilities(
    version: "11.1.3", architecture: "x86_64", options: ["device", "blockdev"], parameters: [:],
    logItems: [], accelerators: [:], machines: [:], models: [:],
    devices: Dictionary(
      uniqueKeysWithValues: (["virtio-net-pci"] + (0..<400).map { "device-\($0)" }).map { name in
        let properties = Dictionary(uniqueKeysWithValues: (0..<60).map { ("property-\($0)", "uint32") })
        return (name, .init(alias: nil, bus: "PCI", isUserCreatable: true, properties: properties))
      }),
    schema: LiveSchema(entities: []))

  /// An input that grows, and how much of it there is.
  struct Growth: Sendable {
    let name: String
    let sizes: [Int]
    let body: @Sendable (Int) throws -> Void
  }

  static let growths = [
    Growth(name: "options", sizes: [1000, 10_000, 100_000]) { count in
      let words = (0..<count).flatMap { ["-device", "virtio-net-pci,id=n\($0)"] }
      _ = try QEMUConfiguration(QEMUConfiguration(arguments: words).occurrences).arguments()
    },
    Growth(name: "commas", sizes: [10_000, 100_000, 1_000_000]) { count in
      let text = "a" + String(repeating: ",b=c", count: count)
      _ = try QEMUConfiguration(arguments: ["-device", text]).arguments()
    },
    Growth(name: "dotted keys", sizes: [1000, 10_000, 100_000]) { count in
      let text = "q35" + (0..<count).map { ",a\($0).b=c" }.joined()
      _ = try QEMUConfiguration(arguments: ["-machine", text]).arguments()
    },
    Growth(name: "bytes of garbage", sizes: [100_000, 1_000_000, 10_000_000]) { count in
      let text = String(repeating: "x\"{,=\u{301}", count: count / 7)
      for option in ["-device", "-blockdev", "-machine", "-append", "-d", "-serial", "-cpu"] {
        _ = try? QEMUConfiguration(arguments: [option, text], unknownNames: .kept)
      }
    },
    Growth(name: "bytes of shell text", sizes: [100_000, 1_000_000, 10_000_000]) { count in
      _ = try QEMUConfiguration(shellText: "qemu " + String(repeating: "-name 'a b'\\\n ", count: count / 14))
    },
    Growth(name: "elements of JSON", sizes: [1000, 10_000, 100_000]) { count in
      let text = "{\"driver\":\"x\",\"list\":[" + String(repeating: "1,", count: count) + "1]}"
      _ = try QEMUConfiguration(arguments: ["-device", text]).arguments()
    },
    Growth(name: "members of a mapping", sizes: [1000, 10_000, 100_000]) { count in
      let text = "x" + (0..<count).map { ",p\($0)=1" }.joined()
      _ = try QEMUConfiguration(arguments: ["-device", text]).json()
      _ = try QEMUConfiguration(arguments: ["-drive", text.replacing("x,", with: "file=x,")]).json()
      _ = try QEMUConfiguration(arguments: ["-machine", text]).json()
    },
    Growth(name: "options checked for a binary", sizes: [300, 1000, 3000, 10_000]) { count in
      let words = (0..<count).flatMap { ["-device", "virtio-net-pcy,id=n\($0),netdev=x"] }
      _ = try QEMUConfiguration(arguments: words).findings(for: binary)
    },
    Growth(name: "members checked for a binary", sizes: [300, 1000, 3000, 10_000]) { count in
      let text = (0..<count).map { ",p\($0)=1" }.joined()
      for words in [["-device", "virtio-net-pci" + text], ["-blockdev", "null-co,node-name=a" + text]] {
        _ = try QEMUConfiguration(arguments: words, unknownNames: .kept).findings(for: binary)
      }
    },
    Growth(name: "options of a document", sizes: [1000, 10_000, 50_000]) { count in
      let words = (0..<count).flatMap { ["-device", "virtio-net-pci,id=n\($0)"] }
      let document = try ConfigurationDocument(QEMUConfiguration(arguments: words))
      _ = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()))
    },
  ]

  private func show(_ growth: Growth) throws {
    let times = try growth.sizes.map { size in
      "\(size): \(Self.decimal(try Self.time { try growth.body(size) } / Double(size) * 1e9)) ns"
    }
    print("  \(growth.name)  \(times.joined(separator: "   "))")
  }
}
