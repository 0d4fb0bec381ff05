/// Devices: models, buses, links to back ends, passed-through hardware.
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
        "correct the name: `qemu-system-ARCH -device help` lists all of this QEMU; each architecture has "
        + "its own"
    ),
    .init(
      "device-part-of-machine",
      [
        "Parameter 'driver' expects a pluggable device type",
        "Parameter 'driver' expects a non-abstract device type",
      ],
      cause: "the device is a part of a machine or an abstract type, and cannot be added by -device",
      remedy: "choose one that `qemu-system-ARCH -device help` lists"),
    .init(
      "opengl-unavailable", ["opengl is not available"],
      cause: "the device draws with OpenGL, and no display offers it",
      remedy: "use a display with gl=on (-display egl-headless, gtk,gl=on), or the device without -gl"),
    .init(
      "virtio-blk-scsi-removed", ["Please set scsi=off for virtio-blk devices in order to use virtio 1.0"],
      cause: "scsi=on of virtio-blk exists for the old virtio 0.9 only",
      remedy: "remove scsi=on; to pass SCSI commands use virtio-scsi-pci with scsi-block"),
  ]

  private static let buses: [DiagnosisRule] = [
    .init(
      "bus-missing", ["Bus '{bus}' not found"],
      cause: "there is no bus '{bus}' when the device is added",
      remedy:
        "define the controller of that bus before the device (`-device qemu-xhci,id=x` makes x.0), or "
        + "correct bus="),
    .init(
      "bus-of-other-kind", ["Device '{device}' can't go on {kind} bus"],
      cause: "{device} does not fit a {kind} bus",
      remedy: "name a bus of its own kind, or leave bus= out"),
    .init(
      "controller-missing", ["No '{kind}' bus found for device '{device}'"],
      cause: "the machine has no {kind}, on which {device} could sit",
      remedy:
        "add its controller before the device: -device qemu-xhci for USB, -device virtio-scsi-pci for "
        + "SCSI, -device virtio-serial-pci for virtio ports; microvm and none have no PCI"),
    .init(
      "pci-slots-used-up", ["PCI: no slot/function available for {device}, all in use or reserved"],
      cause: "the PCI bus has no free slot for {device}",
      remedy: "add pcie-root-port devices (a pci-bridge on machine pc) and put devices on them with bus="),
    .init(
      "pci-slot-taken",
      ["PCI: slot {slot} function {function} not available for {device}, in use by {other},id={id}"],
      cause: "the PCI address {slot}.{function} of {device} belongs to {other} already",
      remedy: "change addr= or leave it out; on q35 slot 31 (0x1f) is the chipset's"),
    .init(
      "chassis-slot-taken", ["Can't add chassis slot, error {number}"],
      cause: "two PCI Express ports have the same chassis and slot",
      remedy: "give each port a chassis= or slot= of its own"),
    .init(
      "serial-ports-used-up", ["Max. supported number of ISA serial ports is {count}."],
      cause: "a PC has {count} serial ports at most",
      remedy: "use pci-serial, or virtio-serial-pci with virtconsole, for more"),
    .init(
      "bootindex-taken", ["The bootindex {number} has already been used"],
      cause: "two devices have bootindex={number}", remedy: "give each device a bootindex of its own"),
  ]

  private static let links: [DiagnosisRule] = [
    .init(
      "drive-undefined", ["Property '{device}.drive' can't find value '{id}'"],
      cause: "the device names the drive '{id}', which nothing defines",
      remedy: "add `-blockdev …,node-name={id}` or `-drive if=none,id={id},…`, or correct drive="),
    .init(
      "netdev-undefined", ["Property '{device}.netdev' can't find value '{id}'"],
      cause: "the device names the network '{id}', which nothing defines",
      remedy: "add `-netdev user,id={id}` (or another type), or correct netdev="),
    .init(
      "chardev-undefined", ["Property '{device}.chardev' can't find value '{id}'"],
      cause: "the device names the character device '{id}', which nothing defines",
      remedy: "add `-chardev …,id={id}`, or correct chardev="),
    .init(
      "link-undefined", ["Property '{device}.{property}' can't find value '{id}'"],
      cause: "{property}= of {device} names '{id}', which nothing defines",
      remedy: "define '{id}' on the command line, or correct {property}="),
    .init(
      "chardev-in-use",
      [
        "Property '{device}.chardev' can't take value '{id}': {reason}", "chardev '{id}' is already in use",
        "Device '{id}' is in use",
      ],
      cause: "the character device '{id}' has a user already",
      remedy: "define one -chardev for each user, or one with mux=on that several share"),
    .init(
      "drive-property-missing", ["drive property not set"],
      cause: "the disk device has no disk", remedy: "add drive=ID, the id or node-name of the disk"),
    .init(
      "tls-credentials-undefined", ["No TLS credentials with id '{id}'"],
      cause: "nothing defines the TLS credentials '{id}'",
      remedy: "add `-object tls-creds-x509,id={id},endpoint=server,dir=DIRECTORY` before"),
    .init(
      "object-undefined", ["Device '{id}' not found"],
      cause: "the option names '{id}', and there is no such object or device",
      remedy: "define it (an iothread: `-object iothread,id={id}`), or correct the name"),
  ]

  private static let host: [DiagnosisRule] = [
    .init(
      "usb-device-missing", ["failed to find host usb device {address}"],
      cause: "the host has no USB device {address} (bus:address)",
      remedy:
        "inspect it with `lsusb`; the address changes with every plugging, vendorid= and productid= do not"),
    .init(
      "vfio-device-missing", ["vfio {path}: no such host device: {reason}"],
      cause: "the host has no device at {path}",
      remedy: "inspect it with `lspci -D` and correct host="),
    .init(
      "vfio-without-iommu", ["vfio {device}: no iommu_group found: {reason}"],
      cause: "the host's device {device} is in no IOMMU group, so it cannot be given to a guest",
      remedy:
        "switch the IOMMU on: VT-d or AMD-Vi in the firmware, intel_iommu=on on the host's kernel command "
        + "line"
    ),
    .init(
      "vfio-device-unnamed", ["No provided host device*"],
      cause: "the vfio-pci device does not say which of the host's devices it is",
      remedy: "add host=DDDD:BB:DD.F as `lspci -D` shows it"),
    .init(
      "tpm-emulator-silent", ["tpm-emulator: {words}"],
      cause: "no TPM emulator answers at the other end of the character device: {words}",
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
      cause: "the vhost-user daemon at the other end of the character device does not answer, or has exited",
      remedy:
        "start the daemon (virtiofsd, dpdk) first, use -chardev socket with its path, and read the "
        + "daemon's own log"),
    .init(
      "shared-folder-unusable",
      [
        "cannot initialize fsdev '{id}': failed to open '{path}': {reason}",
        "cannot initialize fsdev '{id}': Could not open '{path}': {reason}",
      ],
      cause: "the shared directory '{path}' cannot be opened: {reason}",
      remedy: "create the directory or correct path=; the user that QEMU runs as needs to read it"),
    .init(
      "fsdev-undefined", ["9pfs device couldn't find fsdev with the id = {id}"],
      cause: "the device names the shared directory '{id}', which nothing defines",
      remedy: "add `-fsdev local,id={id},path=DIRECTORY,security_model=mapped-xattr`, or correct fsdev="),
    .init(
      "security-model-missing", ["security_model property not set*"],
      cause: "a shared directory has to say who owns its files for the guest",
      remedy: "add security_model=mapped-xattr (or passthrough, mapped-file, none)"),
  ]
}
