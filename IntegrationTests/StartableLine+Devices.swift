import QEMU
import RandomValues

// Devices, objects and disks, and options by their declarations.

extension StartableLine {
  static let deviceFragments: [Fragment] = [
    anyDevice, anyDevice, anyDevice, pciDevice, usbDevice, object, object, global, management, randomness,
  ]
  static let blockFragments: [Fragment] = [blockdev, drive, drive, shortDrive, temporary, throttled]
  static let declaredFragments: [Fragment] = []

  /// A device of the binary's own list, with some of its properties.
  private static let anyDevice: Fragment = { line in
    guard line.hasPCI else { return }
    let devices = line.capabilities.devices.filter {
      $0.value.bus == "PCI" && $0.value.isUserCreatable && isHarmless($0.key)
    }
    guard let driver = line.values.pick(devices.keys.sorted()) else { return }
    let declared = (devices[driver]?.properties ?? [:]).filter {
      !$0.key.hasPrefix("x-") && !$0.key.hasPrefix("legacy-") && !Self.placed.contains($0.key)
    }
    let names = line.values.shuffled(declared.keys.sorted()).prefix(line.values.number(0...3))
    let settings = names.compactMap { name in
      line.value(ofType: declared[name] ?? "", name).map { "\(name)=\($0)" }
    }
    line.add("device", implied: "driver", driver, ["id=\(line.id())"] + settings)
  }

  private static func isHarmless(_ driver: String) -> Bool {
    ![
      "vfio", "xen", "vhost", "ivshmem", "nvme", "pci-testdev", "cxl", "-9p", "remote", "pxb", "can", "mioe",
      "pcm3680", "pmem", "virtio-mem", "-gl", "input-host", "crypto", "seat",
      "acpi-erst", "pci-serial", "virtio-iommu", "xilinx", "igd",
    ].contains { driver.contains($0) }
  }

  /// What another device or a backend must be there for, and what QEMU takes only from itself.
  private static let placed: Set = [
    "romfile", "romsize", "chassis", "numa_node", "type", "hotplugged", "hotpluggable", "realized",
    "acpi-index", "bus", "addr", "parent_bus", "failover_pair_id",
  ]

  mutating func value(ofType type: String, _ name: String) -> String? {
    switch type {
    case "bool": return values.bool()
    case "OnOffAuto": return values.word("on", "off", "auto")
    case "uint8", "int8": return values.integer(values.number(0...8))
    case "uint16", "uint32", "int32", "uint64", "int": return values.integer(values.number(1...64))
    case "size": return values.size(1 << values.number(12...20))
    case "str" where ["serial", "mac"].contains(name): return name == "mac" ? values.mac() : "S\(number)"
    default: return nil
    }
  }

  private static let pciDevice: Fragment = { line in
    guard line.hasPCI, line.machine.contains("q35") || !line.qemu.isX86 else { return }
    let slot = line.values.number(0x10...0x17)
    let address = line.values.word(
      "\(String(slot, radix: 16))", "0x\(String(slot, radix: 16))", "\(String(slot, radix: 16)).0",
      "0x\(String(slot, radix: 16)).0x0")
    line.add(
      "device", implied: "driver", "pcie-root-port",
      [
        "id=\(line.id())", "addr=\(address)", "chassis=\(line.values.integer(line.number % 200 + 1))",
        "port=\(line.values.integer(line.values.number(0...31)))",
      ])
  }

  private static let usbDevice: Fragment = { line in
    guard line.hasPCI else { return }
    let bus = line.id()
    line.add("device", "\(line.values.word("qemu-xhci", "usb-ehci", "nec-usb-xhci")),id=\(bus)")
    let driver = line.values.word("usb-tablet", "usb-mouse", "usb-kbd")
    line.add(
      "device",
      line.values.chance(2)
        ? "\(driver),bus=\(bus).0" : #"{"driver":"\#(driver)","bus":"\#(bus).0","id":"\#(line.id())"}"#)
  }

  private static let object: Fragment = { line in
    let (id, size) = (line.id(), line.values.size(line.values.number(1...16) << 20))
    let form =
      switch line.values.number(1...10) {
      case 1: "memory-backend-ram,size=\(size),share=\(line.values.bool())"
      case 2: "memory-backend-memfd,size=\(size),prealloc=\(line.values.bool())"
      case 3:
        "memory-backend-file,size=\(size),mem-path=\(line.values.path(line.directory + "mem\(line.number)"))"
      case 4: "iothread,poll-max-ns=\(line.values.integer(line.values.number(0...40000)))"
      case 5: "throttle-group,x-iops-total=\(line.values.integer(100))"
      case 6: "rng-random,filename=\(line.values.path("/dev/urandom"))"
      case 7: "secret,data=hidden,format=\(line.values.word("raw", "raw"))"
      case 8: "authz-simple,identity=\(line.values.word("a", "CN=x,,O=y"))"
      case 9: "cryptodev-backend-builtin,queues=\(line.values.integer(1))"
      default:
        "memory-backend-ram,size=\(size),policy=\(line.values.word("default", "default")),dump=\(line.values.bool()),merge=\(line.values.bool())"
      }
    line.add("object", form + ",id=\(id)")
  }

  private static let global: Fragment = { line in
    guard line.hasPCI else { return }
    line.add("device", "virtio-balloon-pci,id=\(line.id())")
    line.add(
      "global",
      "virtio-balloon-pci.\(line.values.word("deflate-on-oom", "free-page-reporting"))=\(line.values.bool())")
  }

  /// A link to a device.
  private static let management: Fragment = { line in
    guard line.qemu.isX86, line.hasPCI else { return }
    let id = line.id()
    line.add("device", "ipmi-bmc-sim,id=\(id),slave_addr=\(line.values.integer(32))")
    line.add("device", "\(line.values.word("isa-ipmi-kcs", "isa-ipmi-bt", "pci-ipmi-kcs")),bmc=\(id)")
  }

  private static let randomness: Fragment = { line in
    guard line.hasPCI else { return }
    let id = line.id()
    line.add("object", "rng-builtin,id=\(id)")
    line.add(
      "device",
      "virtio-rng-pci,rng=\(id),max-bytes=\(line.values.integer(1024)),period=\(line.values.integer(1000))")
  }

  private mutating func image() -> (path: String, format: String) {
    let format = values.word("raw", "qcow2")
    return (values.path(directory + "i\(values.number(1...3)).\(format)"), format)
  }

  private static let blockdev: Fragment = { line in
    let (image, id) = (line.image(), line.id())
    let cache = line.values.chance(2) ? ",cache.direct=\(line.values.word("off", "no"))" : ""
    line.add(
      "blockdev",
      "driver=file,node-name=\(id),filename=\(image.path),read-only=\(line.values.word("on", "yes"))\(cache)")
    let top = line.id()
    line.add(
      "blockdev",
      line.values.chance(3)
        ? #"{"driver":"\#(image.format)","node-name":"\#(top)","file":"\#(id)","read-only":true}"#
        : "\(image.format),node-name=\(top),file=\(id),read-only=on")
    if line.hasPCI {
      line.add("device", "virtio-blk-pci,drive=\(top),serial=s\(line.number),share-rw=\(line.values.bool())")
    }
  }

  private static let drive: Fragment = { line in
    let image = line.image()
    let interface = line.values.word("none", "virtio", "none")
    guard line.hasPCI || interface == "none" else { return }
    var parts = [
      "if=\(interface)", "format=\(image.format)", "id=\(line.id())",
      "readonly=\(line.values.word("on", "yes"))",
    ]
    if line.values.chance(2) {
      parts.append("cache=\(line.values.word("writeback", "unsafe", "writethrough"))")
    }
    if line.values.chance(3) {
      parts.append("\(line.values.word("iops", "throttling.iops-total"))=\(line.values.integer(100))")
    }
    if line.values.chance(3) { parts.append("copy-on-read=\(line.values.word("off", "no"))") }
    if line.values.chance(3) { parts.append("discard=\(line.values.word("unmap", "ignore", "on", "off"))") }
    line.add("drive", line.values.shuffled(parts + ["file=\(image.path)"]).joined(separator: ","))
  }

  private static let shortDrive: Fragment = { line in
    guard line.qemu.isX86, line.hasPCI else { return }
    switch line.values.number(1...4) {
    case 1: line.add("cdrom", line.image().path)
    case 2: line.add("drive", "if=ide,media=cdrom,index=2" + (line.values.chance(2) ? ",file=" : ""))
    case 3: line.add("drive", "if=floppy,format=raw,readonly=on,file=\(line.directory)i1.raw")
    default: line.add("drive", "if=ide,index=3,media=cdrom,file=\(line.image().path)")
    }
  }

  /// Writes go to an image of QEMU's own.
  private static let temporary: Fragment = { line in
    let image = line.image()
    let cache = line.values.word("writeback", "unsafe", "none", "writethrough", "directsync")
    if line.values.chance(2) { line.add("snapshot") }
    let snapshot = line.values.chance(2) ? ",snapshot=\(line.values.bool())" : ""
    line.add(
      "drive",
      "file=\(image.path),if=none,id=\(line.id()),format=\(image.format),cache=\(cache),readonly=off\(snapshot)"
    )
  }

  private static let throttled: Fragment = { line in
    let (group, base, top) = (line.id(), line.id(), line.id())
    line.add("object", "throttle-group,id=\(group),x-bps-total=\(line.values.integer(4096))")
    line.add(
      "blockdev",
      "null-co,node-name=\(base),size=\(line.values.integer(1 << 20)),read-zeroes=\(line.values.bool())")
    line.add("blockdev", "throttle,node-name=\(top),throttle-group=\(group),file=\(base)")
    if line.values.chance(2) { line.add("blockdev", "copy-on-read,node-name=\(line.id()),file=\(top)") }
  }
}
