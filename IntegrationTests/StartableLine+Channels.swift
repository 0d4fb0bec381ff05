import QEMU
import RandomValues

// Character devices, monitors, displays and networks.

extension StartableLine {
  static let channelFragments: [Fragment] = [
    characterDevice, pairOfSockets, muxedDevice, serial, serial, monitor, parallel, display, vnc,
    virtualConsole,
  ]
  static let networkFragments: [Fragment] = [
    networkDevice, networkDevice, nic, net, forwarding, sharedDirectory, sound,
  ]

  /// A backend in the words of `-serial` and its like.
  private mutating func address() -> String {
    let path = values.path(directory + "s\(number)-\(words.count)")
    return switch values.number(1...11) {
    case 1: "null"
    case 2: "pty"
    case 3: "file:\(path)"
    case 4: "unix:\(path),server=\(values.word("on", "yes")),wait=\(values.word("off", "no"))"
    case 5: "tcp:127.0.0.1:0,server=on,wait=off"
    case 6: "telnet:127.0.0.1:0,server=on,wait=off"
    case 7: "udp:127.0.0.1:\(values.number(20000...30000))@127.0.0.1:0"
    case 8: "websocket:127.0.0.1:0,server=on,wait=off"
    case 9: "none"
    case 10: "stdio"
    default: "vc"
    }
  }

  private static let serial: Fragment = { line in
    guard !line.isBare, !line.has("serial") else { return }
    let address = line.address()
    line.add(
      "serial", line.values.chance(3) && !["none", "vc"].contains(address) ? "mon:" + address : address)
  }

  private static let parallel: Fragment = { line in
    guard line.qemu.isX86, line.hasPCI else { return }
    let address = line.address()
    if ["stdio", "vc"].contains(address), line.has("serial") { return }
    line.add(line.values.word("parallel", "debugcon"), address == "none" ? "null" : address)
  }

  private static let monitor: Fragment = { line in
    if line.values.chance(3) { return line.add("monitor", line.values.word("none", "vc", "null")) }
    let path = line.directory + "m\(line.number)"
    line.add(line.values.word("monitor", "qmp", "qmp-pretty"), "unix:\(path),server=on,wait=off")
  }

  private static let characterDevice: Fragment = { line in
    let (id, path) = (line.id(), line.values.path(line.directory + "c\(line.number)"))
    let size = line.values.size(1 << line.values.number(10...16))
    let form =
      switch line.values.number(1...8) {
      case 1: "null"
      case 2: "ringbuf,size=\(size)"
      case 3: "file,path=\(path)" + (line.values.chance(2) ? ",append=\(line.values.bool())" : "")
      case 4: "socket,path=\(path),server=\(line.values.word("on", "yes")),wait=off"
      case 5:
        "socket,host=127.0.0.1,port=0,server=on,wait=off"
          + (line.values.chance(2) ? ",telnet=\(line.values.bool())" : "")
      case 6: "udp,host=127.0.0.1,port=\(line.values.number(20000...30000))"
      case 7: "pty"
      default: "null,logfile=\(path)"
      }
    line.add("chardev", form + ",id=\(id)")
    if line.hasPCI, line.values.chance(2) {
      let bus = line.id()
      line.add("device", "virtio-serial-pci,id=\(bus)")
      line.add("device", "virtserialport,bus=\(bus).0,chardev=\(id),name=p.\(line.number)")
    }
  }

  /// A server and its client in one process.
  private static let pairOfSockets: Fragment = { line in
    let path = line.directory + "pair\(line.number)"
    line.add("chardev", "socket,id=\(line.id()),path=\(path),server=on,wait=off")
    line.add(
      "chardev",
      "socket,id=\(line.id()),path=\(line.values.path(path))" + (line.values.chance(3) ? ",server=off" : ""))
  }

  private static let muxedDevice: Fragment = { line in
    let id = line.id()
    line.add(
      "chardev", "\(line.values.word("null", "pty", "ringbuf")),id=\(id),mux=\(line.values.word("on", "yes"))"
    )
    line.add("mon", line.values.chance(2) ? "chardev=\(id),mode=readline" : "\(id)")
    if line.hasPCI, !line.has("serial"), line.values.chance(2) { line.add("serial", "chardev:\(id)") }
  }

  private static let display: Fragment = { line in
    line.removeDisplay()
    switch line.values.number(1...4) {
    case 1: line.add("display", "vnc=:\(line.values.number(100...20000))")
    case 2: line.add("display", "vnc=unix:\(line.directory)vnc\(line.number)")
    case 3: line.has("serial") || line.isBare ? line.add("display", "none") : line.add("nographic")
    default: line.add("display", "none")
    }
  }

  private static let vnc: Fragment = { line in
    line.add(
      "vnc",
      line.values.chance(2)
        ? "unix:\(line.directory)vn\(line.number)" : "127.0.0.1:\(line.values.number(100...20000))")
  }

  private static let virtualConsole: Fragment = { line in
    guard line.hasPCI, line.qemu.isX86 else { return }
    line.add("vga", line.values.word("std", "cirrus", "none", "virtio"))
  }

  private static let networkDevice: Fragment = { line in
    guard line.hasPCI else { return }
    let id = line.id()
    let form =
      switch line.values.number(1...5) {
      case 1:
        "user" + (line.values.chance(2) ? ",restrict=\(line.values.bool())" : "")
          + (line.values.chance(3) ? ",net=10.9.0.0/\(line.values.word("24", "255.255.255.0"))" : "")
      case 2: "socket,udp=127.0.0.1:\(line.values.number(20000...30000)),localaddr=127.0.0.1:0"
      case 3: "hubport,hubid=\(line.values.integer(line.values.number(0...9)))"
      case 4: "socket,listen=127.0.0.1:0"
      default:
        line.qemu.version.hasPrefix("7.1")
          ? "user"
          : "dgram,local.type=unix,local.path=\(line.directory)g\(line.number),remote.type=unix,remote.path=\(line.directory)r"
      }
    line.add("netdev", "\(form),id=\(id)")
    let driver = line.values.word(
      "virtio-net-pci", "virtio-net", "e1000", "e1000-82540em", "rtl8139", "e1000e")
    line.add(
      "device", implied: "driver", driver, ["netdev=\(id)", "mac=\(line.values.mac())", "id=\(line.id())"])
  }

  private static let nic: Fragment = { line in
    guard line.hasPCI else { return }
    var parts: [String] = []
    if line.values.chance(2) {
      parts.append("model=\(line.values.word("virtio", "e1000", "virtio-net-pci", "rtl8139"))")
    }
    if line.values.chance(2) {
      parts.append(
        "mac=\(line.values.chance(3) ? "52:54:0:a:\(line.values.number(0...9)):b" : line.values.mac())")
    }
    if line.values.chance(3) { parts.append("id=\(line.id())") }
    line.add(
      "nic", implied: "type",
      line.values.word("user", "hubport,hubid=3", "socket,udp=127.0.0.1:21000,localaddr=127.0.0.1:0"), parts)
  }

  private static let net: Fragment = { line in
    guard line.hasPCI else { return }
    var parts: [String] = []
    if line.values.chance(2) { parts.append("model=\(line.values.word("virtio", "e1000", "rtl8139"))") }
    if line.values.chance(2) {
      parts.append(
        "macaddr=\(line.values.chance(3) ? "0x1\(line.values.number(100...999))" : line.values.mac())")
    }
    if line.values.chance(3) { parts.append("id=\(line.id())") }
    line.add("net", (["nic"] + parts).joined(separator: ","))
    line.add("net", line.values.word("user", "user,hostname=h", "user,id=\(line.id())"))
  }

  private static let forwarding: Fragment = { line in
    let rule = line.values.word("tcp:127.0.0.1:0-:22", "tcp::0-10.0.2.15:22", "udp:127.0.0.1:0-:53")
    line.add("netdev", "user,id=\(line.id()),hostfwd=\(rule)")
  }

  private static let sharedDirectory: Fragment = { line in
    guard line.hasPCI else { return }
    let model = line.values.word("none", "mapped-xattr", "mapped-file", "mapped")
    let path = line.values.path(String(line.directory.dropLast()))
    if line.values.chance(2) {
      return line.add("virtfs", "local,path=\(path),mount_tag=t\(line.number),security_model=\(model)")
    }
    let id = line.id()
    line.add("fsdev", "local,id=\(id),path=\(path),security_model=\(model),readonly=\(line.values.bool())")
    line.add("device", "virtio-9p-pci,fsdev=\(id),mount_tag=t\(line.number)")
  }

  private static let sound: Fragment = { line in
    let id = line.id()
    line.add(
      "audiodev",
      line.values.chance(2)
        ? "none,id=\(id),out.frequency=\(line.values.number(20...40) * 1000)"
        : #"{"driver":"none","id":"\#(id)"}"#)
    if line.hasPCI { line.add("device", "AC97,audiodev=\(id)") }
  }
}
