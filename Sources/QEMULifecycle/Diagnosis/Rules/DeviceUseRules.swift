/// Devices that lack a property, or have one that cannot be.
enum DeviceUseRules {
  static let all: [DiagnosisRule] = iommu + required + values

  private static let iommu: [DiagnosisRule] = [
    .init(
      "intremap-needs-split-irqchip",
      ["*Interrupt Remapping cannot work with kernel-irqchip=on, please use 'split|off'."],
      cause:
        "interrupt remapping of the IOMMU needs the interrupt controller in QEMU, and KVM has it in "
        + "the kernel",
      remedy: "add kernel-irqchip=split to -accel kvm (or -machine), or remove intremap=on"),
    .init(
      "eim-needs-split-irqchip", ["eim=on requires accel=kvm,kernel-irqchip=split"],
      cause: "extended interrupts (eim=on) of this QEMU need KVM with kernel-irqchip=split",
      remedy: "use -accel kvm,kernel-irqchip=split, a QEMU from 9.0 on, or remove eim=on"),
    .init(
      "eim-needs-intremap", ["eim=on cannot be selected without intremap=on"],
      cause: "extended interrupts (eim=on) are a part of interrupt remapping, which is off",
      remedy: "use intremap=on, or remove eim=on"),
    .init(
      "iommu-twice", ["QEMU does not support multiple vIOMMUs for x86 yet."],
      cause: "the command line has two IOMMUs, and an x86 machine takes one",
      remedy: "keep one of intel-iommu, amd-iommu and virtio-iommu-pci"),
    .init(
      "iommu-width-invalid",
      [
        "Supported values for aw-bits are: {values}",
        "Legacy mode: supported values for aw-bits are: {values}",
      ],
      cause: "aw-bits= has to be one of {values}",
      remedy: "use one of these"),
    .init(
      "device-unsuited-to-machine",
      ["Parameter 'driver' expects a dynamic sysbus device type for the machine"],
      cause: "this machine has no place for the device",
      remedy: "use a machine that takes it (q35 for intel-iommu), or leave it out"),
  ]

  private static let required: [DiagnosisRule] = [
    .init(
      "device-memory-missing", ["'memdev' property must be set", "You must specify a 'memdev'"],
      cause: "the device has no memory",
      remedy: "add `-object memory-backend-ram,id=m0,size=…` and memdev=m0"),
    .init(
      "device-property-missing",
      [
        "'{property}' property is required",
        "'{property}' property must be set",
        "You must specify a '{property}'",
        "{property} is mandatory",
        "'{property}' parameter expects a valid object",
        "{property} property not set",
      ],
      cause: "the device lacks {property}=, without which it cannot be made",
      remedy: "add {property}=; `qemu-system-ARCH -device NAME,help` says what it takes"),
    .init(
      "device-without-chardev", ["Can't create {kind} device, empty char device"],
      cause: "the {kind} device has no character device to write to",
      remedy: "add `-chardev stdio,id=c0` (or another back end) and chardev=c0"),
    .init(
      "loader-arguments-missing",
      ["please include valid arguments", "Need to specify the address of guest blob"],
      cause: "the loader device does not say what to load and where",
      remedy:
        "give -device loader a file= (with addr= for a raw image), or data= and data-len=; "
        + "guest-loader needs addr= as well"),
  ]

  private static let values: [DiagnosisRule] = [
    .init(
      "device-only-once",
      ["Only one {device} device is supported", "at most one {device} device is permitted"],
      cause: "the machine takes one {device} device, and two are given",
      remedy: "remove one of the two"),
    .init(
      "firmware-file-twice", ["duplicate fw_cfg file name: {name}"],
      cause: "two devices (or -fw_cfg) give the guest a file '{name}'",
      remedy: "remove one of the two: most such devices exist once"),
    .init(
      "queue-size-invalid",
      [
        "invalid {property} property ({value}), must be {range}",
        "Invalid {property} (= {value}), must be {range}",
        "Property .{property} doesn't take value {value} ({range})",
      ],
      cause: "{property}= cannot be {value}: it has to be {range}",
      remedy: "correct {property}="),
    .init(
      "block-size-invalid", ["parameter {property} must be {range}"],
      cause: "{property}= has to be {range}",
      remedy: "correct {property}="),
    .init(
      "nvdimm-label-too-small", ["Property '{property}' ({value}) is required at least {minimum}"],
      cause: "{property} is {value}, and has to be at least {minimum}",
      remedy: "use label-size=128K or more, or leave it out"),
    .init(
      "ide-unit-invalid", ["Can't create IDE unit {unit}, bus supports only {count} units"],
      cause: "the IDE bus has {count} units, counted from 0, and unit {unit} is asked for",
      remedy: "put the disk on another bus (bus=ide.1), or leave bus= and unit= out"),
    .init(
      "netdev-in-use", ["Property '{device}.netdev' can't take value '{id}', it's in use"],
      cause: "the network '{id}' has a device already",
      remedy: "define one -netdev for each network device"),
    .init(
      "drive-in-use", ["Drive '{id}' is already in use by another device"],
      cause: "the drive '{id}' has a device already",
      remedy: "define one -drive for each device; -drive with if=none only defines it"),
    .init(
      "node-needs-sharing", ["Permission conflict on node '{node}': *"],
      cause: "two users of the disk '{node}' both want to write to it",
      remedy:
        "give each device a disk of its own; where the guests' software really shares the disk, add "
        + "share-rw=on to each device"),
    .init(
      "migration-blocked", ["disallowing migration blocker (--only-migratable) for: {reason}"],
      cause: "-only-migratable forbids the device: {reason}",
      remedy: "remove the device, or -only-migratable"),
    .init(
      "usbdevice-unknown", ["could not add USB device '{device}'"],
      cause: "-usbdevice has no '{device}'",
      remedy:
        "use braille, keyboard, mouse, tablet or wacom-tablet; other devices are -device usb-…, with "
        + "a controller such as -device qemu-xhci"),
    .init(
      "chardev-name-undefined", ["chardev \"{id}\" not found"],
      cause: "the option names the character device '{id}', which nothing defines",
      remedy: "add `-chardev …,id={id}`, or correct chardev="),
    .init(
      "character-backend-undefined",
      [
        "could not connect serial device to character backend 'chardev:{id}'",
        "invalid character backend 'chardev:{id}'",
      ],
      cause: "the option names the character device '{id}', which nothing defines",
      remedy: "add `-chardev …,id={id}`, or correct chardev:{id}"),
    .init(
      "chardev-not-reconnectable", ["chardev \"{id}\" is not reconnectable"],
      cause: "the character device '{id}' is no socket, which a vhost-user back end needs",
      remedy: "define it as `-chardev socket,id={id},path=…`"),
    .init(
      "audiodev-undefined", ["audiodev '{id}' not found"],
      cause: "the device names the audio back end '{id}', which nothing defines",
      remedy: "add `-audiodev none,id={id}` (or another driver), or correct audiodev="),
    .init(
      "image-not-loadable", ["Cannot load specified image {path}"],
      cause: "-device loader cannot load '{path}'",
      remedy: "correct file=; a raw image needs addr= or force-raw=on"),
  ]
}
