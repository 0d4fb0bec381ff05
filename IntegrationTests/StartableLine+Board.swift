import QEMU
import RandomValues

// The board, its CPUs and memory, and the process.

extension StartableLine {
  static let boardFragments: [Fragment] = [accelerator, cpu, topology, memory, boot, clock, nodes, firmware]
  static let processFragments: [Fragment] = [name, identity, process, messages]

  private static let accelerator: Fragment = { line in
    if line.values.chance(4) { return line.add("machine", "accel=tcg") }
    var properties = [
      "thread=\(line.values.word("single", "multi"))",
      "tb-size=\(line.values.integer(line.values.number(1...4) * 32))",
    ]
    properties.append("split-wx=\(line.values.bool())")
    if line.qemu.hasOneInsnPerTB { properties.append("one-insn-per-tb=\(line.values.bool())") }
    properties = Array(line.values.shuffled(properties).prefix(line.values.number(0...2)))
    line.add("accel", implied: "accel", "tcg", properties)
  }

  private static let cpu: Fragment = { line in
    let models =
      line.qemu.isX86
      ? ["qemu64", "max", "Nehalem", "Haswell", "EPYC", "core2duo", "Skylake-Server", "Denverton-v2"]
      : ["cortex-a57", "cortex-a53", "max", "cortex-a72", "neoverse-n1"]
    let model = line.values.pick(models) ?? "max"
    let features = line.capabilities.features(of: model)?.filter { $0.value == "bool" }.keys.sorted() ?? []
    let some = line.values.shuffled(
      features.filter {
        !["neon", "vfp", "aarch64", "realized", "hotplugged", "start-powered-off"].contains($0)
          && !$0.hasPrefix("hv-") && !$0.hasPrefix("kvm") && !$0.hasPrefix("xen")
      }
    ).prefix(line.values.number(0...3))
    let settings = some.map { feature in
      if line.qemu.isX86 && line.values.chance(3) { return line.values.word("+", "-") + feature }
      return "\(feature)=\(line.values.bool())"
    }
    line.add("cpu", ([model] + settings).joined(separator: ","))
  }

  private static let topology: Fragment = { line in
    if line.has("numa") { return }
    let (sockets, cores, threads) = (
      line.values.number(1...2), line.values.number(1...2), line.qemu.isX86 ? line.values.number(1...2) : 1
    )
    let most = sockets * cores * threads
    if line.values.chance(3) { return line.add("smp", line.values.integer(line.values.number(1...4))) }
    let cpus = line.values.number(1...most)
    var parts = [
      "sockets=\(line.values.integer(sockets))", "cores=\(line.values.integer(cores))",
      "threads=\(line.values.integer(threads))",
    ]
    parts.append("maxcpus=\(line.values.integer(most))")
    line.add("smp", implied: "cpus", line.values.integer(cpus), parts)
  }

  private static let memory: Fragment = { line in
    if line.has("numa") { return }
    let bytes = line.values.number(8...64) << 22
    let size = line.values.size(bytes)
    let isBare = size.allSatisfy(\.isNumber)
    line.add(
      "m", implied: "size", isBare ? "\(bytes >> 20)" : size,
      line.hasPCI && line.values.chance(3)
        ? ["slots=\(line.values.integer(2))", "maxmem=\(line.values.size(1 << 30))"] : [])
  }

  private static let boot: Fragment = { line in
    guard line.qemu.isX86 else { return line.add("boot", "menu=\(line.values.bool())") }
    var parts: [String] = []
    if line.values.chance(2) { parts.append("menu=\(line.values.bool())") }
    if line.values.chance(3) { parts.append("strict=\(line.values.bool())") }
    if line.values.chance(3) { parts.append("splash-time=\(line.values.number(0...900))") }
    if line.values.chance(4) { parts.append("reboot-timeout=\(line.values.number(0...900))") }
    if line.values.chance(3) { parts.append("once=\(line.values.word("c", "d", "n"))") }
    line.add("boot", implied: "order", line.values.word("c", "dc", "n", "cdn"), parts)
  }

  private static let clock: Fragment = { line in
    var parts = ["base=\(line.values.word("utc", "localtime", "2020-02-29", "2024-02-29T12:00:00"))"]
    if line.values.chance(2) { parts.append("clock=\(line.values.word("host", "vm", "rt"))") }
    if line.qemu.isX86, line.values.chance(2) { parts.append("driftfix=\(line.values.word("slew", "none"))") }
    line.add("rtc", line.values.shuffled(parts).joined(separator: ","))
  }

  private static let nodes: Fragment = { line in
    guard line.hasPCI else { return }
    let (first, second) = (line.id(), line.id())
    // The nodes' memory must add up to the machine's, which other fragments set.
    guard !line.has("m"), !line.has("numa"), !line.has("smp") else { return }
    line.add("m", "64M")
    for id in [first, second] {
      line.add("object", "memory-backend-ram,id=\(id),size=\(line.values.size(32 << 20))")
    }
    line.add("numa", "node,memdev=\(first),nodeid=0")
    line.add("numa", "node,memdev=\(second),nodeid=\(line.values.integer(1))")
    if line.values.chance(2) {
      line.add("numa", "dist,src=0,dst=1,val=\(line.values.integer(line.values.number(11...40)))")
    }
  }

  private static let firmware: Fragment = { line in
    switch line.values.number(1...4) {
    case 1: line.add("fw_cfg", "name=opt/a.b/\(line.number),string=\(line.values.word("x", "a b", "k=v"))")
    case 2: line.add("smbios", "type=\(line.values.integer(1)),manufacturer=Acme,serial=S\(line.number)")
    case 3: line.add("kernel", line.directory + "missing")
    default: line.add("append", "console=ttyS0 a=b,c")
    }
    // A kernel must be there for its options, and be one.
    if ["-kernel", "--kernel", "-append", "--append"].contains(line.words[line.words.count - 2]) {
      line.dropLastOption()
    }
  }

  private static let name: Fragment = { line in
    var parts: [String] = []
    if line.values.chance(3) { parts.append("process=q\(line.number)") }
    if line.values.chance(3) { parts.append("debug-threads=\(line.values.bool())") }
    line.add(
      "name", implied: "guest",
      line.values.word("vm one", "a,,b", "Übung", "x=y").replacing("x=y", with: "xy"), parts)
  }

  private static let identity: Fragment = { line in line.add("uuid", line.values.uuid()) }

  private static let process: Fragment = { line in
    switch line.values.number(1...6) {
    case 1: line.add("overcommit", "mem-lock=off,cpu-pm=\(line.values.bool())")
    case 2: line.add("no-reboot")
    case 3: line.add("no-shutdown")
    case 4:
      line.add(
        "action",
        "reboot=\(line.values.word("reset", "shutdown")),shutdown=\(line.values.word("poweroff", "pause")),panic=\(line.values.word("pause", "none"))"
      )
    case 5: line.add("sandbox", "\(line.values.bool())")
    default: line.add("watchdog-action", line.values.word("reset", "pause", "none", "inject-nmi"))
    }
  }

  private static let messages: Fragment = { line in
    switch line.values.number(1...6) {
    case 1: line.add("msg", "timestamp=\(line.values.bool())")
    case 2: line.add("d", line.values.word("guest_errors", "unimp,guest_errors"))
    case 3: line.add("k", line.values.word("de", "en-us"))
    case 4: line.add("trace", "enable=\(line.values.word("qmp_enter_query*", "cpu_in", "e1000*"))")
    case 5: line.add("pidfile", line.directory + "pid")
    default: line.add("echr", line.values.integer(2))
    }
  }

  /// Removes the last option and its argument.
  private mutating func dropLastOption() { removeLast(2) }
}
