public import QEMUCommandLine
import QEMUJSON

extension MachineInspection {
  /// Returns a configuration that starts the same virtual machine, independent of the defaults of another QEMU or host:
  /// it has the values that QEMU chose, the disks have the images that the guest uses now, and of several accelerators
  /// it has only the live one.
  /// - Parameter requested: the configuration of the virtual machine.
  /// - Throws: `CommandLineError` if a live value cannot be written as an option.
  public func configuration(pinning requested: QEMUConfiguration) throws(CommandLineError)
    -> QEMUConfiguration
  {
    var pinned = try liveImages(in: requested)
    if let live = accelerator.live { try pinAccelerator(live.description, &pinned) }
    if let type = self["machine", "type"]?.stringValue, type.hasSuffix("-machine") {
      pinMachine(String(type.dropLast("-machine".count)), &pinned)
    }
    if requested.cpu == nil, let type = self["cpu", "type"]?.stringValue,
      let model = type.firstMatch(of: #/^(.+?)(-(x86_64|i386|arm))?-cpu$/#)
    {
      try pin("cpu", String(model.1), &pinned)
    }
    try pinTopology(&pinned)
    try pinMemory(&pinned)
    return pinned
  }

  private func pin(_ option: String, _ text: String, _ pinned: inout QEMUConfiguration)
    throws(CommandLineError)
  {
    pinned.occurrences.append(try Occurrence(option: option, text: text))
  }

  /// Sets the machine type, instead of an alias.
  private func pinMachine(_ type: String, _ pinned: inout QEMUConfiguration) {
    var isNamed = false
    for index in pinned.occurrences.indices {
      guard var machine = pinned.occurrences[index].argument as? MachineOption, machine.type != nil else {
        continue
      }
      machine.type = type
      pinned.occurrences[index].argument = machine
      isNamed = true
    }
    if !isNamed { pinned.occurrences.append(Occurrence(MachineOption(type: type))) }
  }

  private func pinAccelerator(_ live: String, _ pinned: inout QEMUConfiguration) throws(CommandLineError) {
    // -M accel= and -enable-kvm only select an accelerator: the live one replaces them.
    let own = pinned.occurrences.filter { ($0.argument as? Accelerator)?.name == live }.prefix(1)
    pinned.occurrences.removeAll { $0.option == "accel" || $0.option == "enable-kvm" }
    if pinned.machine["accel"] != nil { return }
    if own.isEmpty { try pin("accel", live, &pinned) } else { pinned.occurrences += own }
  }

  private func pinTopology(_ pinned: inout QEMUConfiguration) throws(CommandLineError) {
    let names = ["cpus", "sockets", "dies", "clusters", "cores", "threads", "maxcpus"]
    let counts = names.compactMap { name -> String? in
      guard let count = self["topology", name]?.integerValue else { return nil }
      // Not every machine supports these levels.
      return count == 1 && (name == "dies" || name == "clusters") ? nil : "\(name)=\(count)"
    }
    if !counts.isEmpty { try pin("smp", counts.joined(separator: ","), &pinned) }
  }

  private func pinMemory(_ pinned: inout QEMUConfiguration) throws(CommandLineError) {
    guard let size = self["machine", "memory"]?["size"]?.unsignedValue, pinned.memory == nil else { return }
    try pin("m", "size=\(ByteCount(bytes: size).propertyText)", &pinned)
  }
}
