/// The rules for devices: models, buses, links to backends, passed-through hardware.
enum DeviceRules {
  static let all: [DiagnosisRule] = models + buses + links + host

  private static let moduleDevices: Set<String> = [
    "qxl", "qxl-vga", "virtio-gpu-gl-device", "virtio-gpu-gl-pci", "virtio-vga-gl", "virtio-gpu-rutabaga-pci",
    "usb-host", "usb-redir", "ccid-card-emulated", "ccid-card-passthru",
  ]

  private static let models: [DiagnosisRule] = [
    .init(
      "device-module-missing",
      ["'{device}' is not a valid device model name", "missing object type '{device}'"],
      when: { captures, _ in moduleDevices.contains(captures["device"] ?? "") },
      cause: "the device {device} is a module that is not installed, or this QEMU is built without it",
      remedy:
        "install its package (on Debian: qemu-system-modules-spice for qxl, qemu-system-modules-opengl for "
        + "the -gl devices, qemu-system-gui for others), or use another device"),
    .init(
      "device-unknown", ["'{device}' is not a valid device model name", "missing object type '{device}'"],
      cause: "this QEMU has no device '{device}'",
      remedy:
        "correct the name: `qemu-system-ARCH -device help` lists all devices of this QEMU; they differ between "
        + "architectures"
    ),
    .init(
      "device-part-of-machine",
      [
        "Parameter 'driver' expects a pluggable device type",
        "Parameter 'driver' expects a non-abstract device type",
      ],
      cause: "the device is built into a machine or is an abstract type, and cannot be added with -device",
      remedy: "use a device that `qemu-system-ARCH -device help` lists"),
    .init(
      "opengl-unavailable", ["opengl is not available"],
      cause: "the device needs OpenGL, but no display supports it",
      remedy: "use a display with gl=on (-display egl-headless, gtk,gl=on), or the device without -gl"),
    .init(
      "virtio-blk-scsi-removed", ["Please set scsi=off for virtio-blk devices in order to use virtio 1.0"],
      cause: "scsi=on of virtio-blk exists in virtio 0.9 only",
      remedy: "remove scsi=on; to pass SCSI commands, use virtio-scsi-pci with scsi-block"),
  ]

  private static let buses: [DiagnosisRule] = [
    .init(
      "bus-missing", ["Bus '{bus}' not found"],
      cause: "there is no bus '{bus}' when the device is added",
      remedy:
        "add the controller of that bus before the device (`-device qemu-xhci,id=x` has the bus x.0), or "
        + "correct bus="),
    .init(
      "bus-of-other-kind", ["Device '{device}' can't go on {kind} bus"],
      cause: "{device} cannot be attached to a {kind} bus",
      remedy: "specify a bus of the right type, or remove bus="),
    .init(
      "controller-missing", ["No '{kind}' bus found for device '{device}'"],
      cause: "the machine has no {kind} for {device}",
      remedy:
        "add its controller before the device: -device qemu-xhci for USB, -device virtio-scsi-pci for "
        + "SCSI, -device virtio-serial-pci for virtio ports; microvm and none have no PCI"),
    .init(
      "pci-slots-used-up", ["PCI: no slot/function available for {device}, all in use or reserved"],
      cause: "the PCI bus has no free slot for {device}",
      remedy: "add pcie-root-port devices (a pci-bridge on machine pc) and attach devices to them with bus="),
    .init(
      "pci-slot-taken",
      ["PCI: slot {slot} function {function} not available for {device}, in use by {other},id={id}"],
      cause: "the PCI address {slot}.{function} of {device} is already in use by {other}",
      remedy: "change or remove addr=; on q35 slot 31 (0x1f) belongs to the chipset"),
    .init(
      "chassis-slot-taken", ["Can't add chassis slot, error {number}"],
      cause: "two PCI Express ports have the same chassis and slot",
      remedy: "give each port its own chassis= or slot="),
    .init(
      "serial-ports-used-up", ["Max. supported number of ISA serial ports is {count}."],
      cause: "a PC has {count} serial ports at most",
      remedy: "use pci-serial, or virtio-serial-pci with virtconsole, for more"),
    .init(
      "bootindex-taken", ["The bootindex {number} has already been used"],
      cause: "two devices have bootindex={number}", remedy: "give each device its own bootindex"),
  ]

  private static let links: [DiagnosisRule] = [
    .init(
      "drive-undefined", ["Property '{device}.drive' can't find value '{id}'"],
      cause: "the device refers to the drive '{id}', which is not defined",
      remedy: "add `-blockdev …,node-name={id}` or `-drive if=none,id={id},…`, or correct drive="),
    .init(
      "netdev-undefined", ["Property '{device}.netdev' can't find value '{id}'"],
      cause: "the device refers to the netdev '{id}', which is not defined",
      remedy: "add `-netdev user,id={id}` (or another type), or correct netdev="),
    .init(
      "chardev-undefined", ["Property '{device}.chardev' can't find value '{id}'"],
      cause: "the device refers to the character device '{id}', which is not defined",
      remedy: "add `-chardev …,id={id}`, or correct chardev="),
    .init(
      "link-undefined", ["Property '{device}.{property}' can't find value '{id}'"],
      cause: "{property}= of {device} refers to '{id}', which is not defined",
      remedy: "define '{id}' on the command line, or correct {property}="),
    .init(
      "chardev-in-use",
      [
        "Property '{device}.chardev' can't take value '{id}': {reason}", "chardev '{id}' is already in use",
        "Device '{id}' is in use",
      ],
      cause: "the character device '{id}' is already in use",
      remedy: "define one -chardev for each user, or one with mux=on for several users"),
    .init(
      "drive-property-missing", ["drive property not set"],
      cause: "the disk device has no drive=", remedy: "add drive=ID, the id or node-name of the disk"),
    .init(
      "tls-credentials-undefined", ["No TLS credentials with id '{id}'"],
      cause: "the TLS credentials '{id}' are not defined",
      remedy: "add `-object tls-creds-x509,id={id},endpoint=server,dir=DIRECTORY` before this option"),
    .init(
      "object-undefined", ["Device '{id}' not found"],
      cause: "the option refers to '{id}', which is not the id of an object or a device",
      remedy: "define it (for an iothread: `-object iothread,id={id}`), or correct the id"),
  ]

  private static let host: [DiagnosisRule] = [
    .init(
      "usb-device-missing", ["failed to find host usb device {address}"],
      cause: "the host has no USB device {address} (bus:address)",
      remedy:
        "inspect it with `lsusb`; use vendorid= and productid=, as the address changes when the device is replugged"
    ),
    .init(
      "vfio-device-missing", ["vfio {path}: no such host device: {reason}"],
      cause: "the host has no device at {path}",
      remedy: "inspect it with `lspci -D` and correct host="),
    .init(
      "vfio-without-iommu", ["vfio {device}: no iommu_group found: {reason}"],
      cause: "the host device {device} is not in an IOMMU group, so it cannot be assigned to a guest",
      remedy:
        "enable the IOMMU: VT-d or AMD-Vi in the firmware, intel_iommu=on on the host's kernel command "
        + "line"
    ),
    .init(
      "vfio-device-unnamed", ["No provided host device*"],
      cause: "the vfio-pci device does not specify a host device",
      remedy: "add host=DDDD:BB:DD.F as in the output of `lspci -D`"),
    .init(
      "tpm-emulator-silent", ["tpm-emulator: {words}"],
      cause: "no TPM emulator answers on the character device: {words}",
      remedy: "start swtpm first (`swtpm socket --tpm2 --tpmstate dir=D --ctrl type=unixio,path=P`) and "
        + "use -chardev socket,path=P"),
    .init(
      "tpm-missing", ["Cannot access TPM device using '{path}': {reason}"],
      cause: "the host's TPM '{path}' cannot be opened: {reason}",
      remedy: "inspect it with `ls -l /dev/tpm*`, or use -tpmdev emulator with swtpm"),
    .init(
      "vhost-user-silent",
      [
        "Failed to set msg fds.", "Failed to read msg header*", "vhost_backend_init failed: {reason}",
        "Failed to write msg*",
      ],
      cause: "the vhost-user daemon of the character device does not answer, or has exited",
      remedy:
        "start the daemon (virtiofsd, dpdk) first, use -chardev socket with its path, and read the "
        + "daemon's log"),
    .init(
      "shared-directory-unusable",
      [
        "cannot initialize fsdev '{id}': failed to open '{path}': {reason}",
        "cannot initialize fsdev '{id}': Could not open '{path}': {reason}",
      ],
      cause: "the shared directory '{path}' cannot be opened: {reason}",
      remedy: "create the directory or correct path=; the user of QEMU must be able to read it"),
    .init(
      "fsdev-undefined", ["9pfs device couldn't find fsdev with the id = {id}"],
      cause: "the device refers to the shared directory '{id}', which is not defined",
      remedy: "add `-fsdev local,id={id},path=DIRECTORY,security_model=mapped-xattr`, or correct fsdev="),
    .init(
      "security-model-missing", ["security_model property not set*"],
      cause: "a shared directory needs security_model=, which sets the owners of files for the guest",
      remedy: "add security_model=mapped-xattr (or passthrough, mapped-file, none)"),
  ]
}
