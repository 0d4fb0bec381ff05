/// The rules for devices that lack a property, or have one with an invalid value.
enum DeviceUseRules {
  static let all: [DiagnosisRule] = iommu + required + values

  private static let iommu: [DiagnosisRule] = [
    .init(
      "intremap-needs-split-irqchip",
      ["*Interrupt Remapping cannot work with kernel-irqchip=on, please use 'split|off'."],
      cause:
        "interrupt remapping of the IOMMU needs the interrupt controller in QEMU, but kernel-irqchip=on has "
        + "it in the kernel",
      remedy: "add kernel-irqchip=split to -accel kvm (or -machine), or remove intremap=on"),
    .init(
      "eim-needs-split-irqchip", ["eim=on requires accel=kvm,kernel-irqchip=split"],
      cause: "extended interrupts (eim=on) in this QEMU need KVM with kernel-irqchip=split",
      remedy: "use -accel kvm,kernel-irqchip=split, QEMU 9.0 or later, or remove eim=on"),
    .init(
      "eim-needs-intremap", ["eim=on cannot be selected without intremap=on"],
      cause: "extended interrupts (eim=on) need interrupt remapping, which is off",
      remedy: "use intremap=on, or remove eim=on"),
    .init(
      "iommu-twice", ["QEMU does not support multiple vIOMMUs for x86 yet."],
      cause: "the command line has two IOMMUs, but an x86 machine supports one",
      remedy: "keep one of intel-iommu, amd-iommu and virtio-iommu-pci"),
    .init(
      "iommu-width-invalid",
      [
        "Supported values for aw-bits are: {values}",
        "Legacy mode: supported values for aw-bits are: {values}",
      ],
      cause: "aw-bits= must be one of {values}",
      remedy: "use one of these values"),
    .init(
      "device-unsuited-to-machine",
      ["Parameter 'driver' expects a dynamic sysbus device type for the machine"],
      cause: "this machine does not support the device",
      remedy: "use a machine that supports the device (q35 for intel-iommu), or remove the device"),
  ]

  private static let required: [DiagnosisRule] = [
    .init(
      "device-memory-missing", ["'memdev' property must be set", "You must specify a 'memdev'"],
      cause: "the device has no memory backend",
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
      cause: "the device lacks {property}=, which is required",
      remedy: "add {property}=; `qemu-system-ARCH -device NAME,help` describes it"),
    .init(
      "device-without-chardev", ["Can't create {kind} device, empty char device"],
      cause: "the {kind} device has no character device to write to",
      remedy: "add `-chardev stdio,id=c0` (or another backend) and chardev=c0"),
    .init(
      "loader-arguments-missing",
      ["please include valid arguments", "Need to specify the address of guest blob"],
      cause: "the loader device does not specify its data and their address",
      remedy:
        "add file= to -device loader (with addr= for a raw image), or data= and data-len=; "
        + "guest-loader also needs addr="),
  ]

  private static let values: [DiagnosisRule] = [
    .init(
      "device-only-once",
      ["Only one {device} device is supported", "at most one {device} device is permitted"],
      cause: "the machine supports one {device} device, but there are two",
      remedy: "remove one of the two"),
    .init(
      "firmware-file-twice", ["duplicate fw_cfg file name: {name}"],
      cause: "two devices (or -fw_cfg) have the fw_cfg file '{name}'",
      remedy: "remove one of the two: a machine supports only one of most such devices"),
    .init(
      "queue-size-invalid",
      [
        "invalid {property} property ({value}), must be {range}",
        "Invalid {property} (= {value}), must be {range}",
        "Property .{property} doesn't take value {value} ({range})",
      ],
      cause: "{property}= cannot be {value}: it must be {range}",
      remedy: "correct {property}="),
    .init(
      "block-size-invalid", ["parameter {property} must be {range}"],
      cause: "{property}= must be {range}",
      remedy: "correct {property}="),
    .init(
      "nvdimm-label-too-small", ["Property '{property}' ({value}) is required at least {minimum}"],
      cause: "{property} is {value}, but must be at least {minimum}",
      remedy: "use label-size=128K or more, or remove it"),
    .init(
      "ide-unit-invalid", ["Can't create IDE unit {unit}, bus supports only {count} units"],
      cause: "the IDE bus has {count} units, counted from 0, but unit {unit} is requested",
      remedy: "attach the disk to another bus (bus=ide.1), or remove bus= and unit="),
    .init(
      "netdev-in-use", ["Property '{device}.netdev' can't take value '{id}', it's in use"],
      cause: "the netdev '{id}' is already in use by a device",
      remedy: "define one -netdev for each NIC"),
    .init(
      "drive-in-use", ["Drive '{id}' is already in use by another device"],
      cause: "the drive '{id}' is already in use by a device",
      remedy:
        "define one -drive for each device, with if=none so that it is not attached to a device of its own"),
    .init(
      "node-needs-sharing", ["Permission conflict on node '{node}': *"],
      cause: "two users of the disk '{node}' both want to write to it",
      remedy:
        "give each device its own disk; if the guest's software supports a shared disk, add "
        + "share-rw=on to each device"),
    .init(
      "migration-blocked", ["disallowing migration blocker (--only-migratable) for: {reason}"],
      cause: "-only-migratable forbids the device: {reason}",
      remedy: "remove the device, or -only-migratable"),
    .init(
      "usbdevice-unknown", ["could not add USB device '{device}'"],
      cause: "-usbdevice does not support '{device}'",
      remedy:
        "use braille, keyboard, mouse, tablet or wacom-tablet; other devices are -device usb-…, with "
        + "a controller such as -device qemu-xhci"),
    .init(
      "chardev-name-undefined", ["chardev \"{id}\" not found"],
      cause: "the option refers to the character device '{id}', which is not defined",
      remedy: "add `-chardev …,id={id}`, or correct chardev="),
    .init(
      "character-backend-undefined",
      [
        "could not connect serial device to character backend 'chardev:{id}'",
        "invalid character backend 'chardev:{id}'",
      ],
      cause: "the option refers to the character device '{id}', which is not defined",
      remedy: "add `-chardev …,id={id}`, or correct chardev:{id}"),
    .init(
      "chardev-not-reconnectable", ["chardev \"{id}\" is not reconnectable"],
      cause: "the character device '{id}' is not a socket, which a vhost-user backend needs",
      remedy: "define it as `-chardev socket,id={id},path=…`"),
    .init(
      "audiodev-undefined", ["audiodev '{id}' not found"],
      cause: "the device refers to the audio backend '{id}', which is not defined",
      remedy: "add `-audiodev none,id={id}` (or another driver), or correct audiodev="),
    .init(
      "image-not-loadable", ["Cannot load specified image {path}"],
      cause: "-device loader cannot load '{path}'",
      remedy: "correct file=; a raw image needs addr= or force-raw=on"),
  ]
}
