/// The rules for the block layer: drivers, caches, nodes, snapshots, descriptors.
enum BlockRules {
  static let all: [DiagnosisRule] = drivers + options + snapshots + descriptors

  private static let drivers: [DiagnosisRule] = [
    .init(
      "block-module-missing",
      [
        "Unable to load module {module}. Perhaps you want to install {package}?*",
        "*module block-block-{module} not found, do you want to install {package}?*Unknown *",
      ],
      cause: "the block driver {module} is a module that is not installed",
      remedy: "install {package} (qemu-block-extra on Debian)"),
    .init(
      "block-driver-unknown",
      [
        "Unknown driver '{driver}'", "Unknown protocol '{driver}'",
        "-blockdev *: Parameter 'driver' does not accept value '{driver}'",
      ],
      cause: "this QEMU has no block driver '{driver}'",
      remedy:
        "correct the name (`qemu-img --help` ends with the list), or install the package of the "
        + "driver: qemu-block-extra for curl, rbd, iscsi, ssh, nfs"),
    .init(
      "image-url-unreachable", ["CURL: Error opening file: {reason}"],
      cause: "the server of the image does not answer: {reason}",
      remedy: "test the address with `curl -I URL` on this host"),
    .init(
      "nbd-server-unreachable", ["-blockdev *driver=nbd*: Failed to connect to '{address}': {reason}"],
      cause: "no NBD server answers at '{address}': {reason}",
      remedy: "start the server first (`qemu-nbd`, `nbdkit`) and check that it listens there"),
  ]

  private static let options: [DiagnosisRule] = [
    .init(
      "aio-native-needs-direct",
      ["aio=native was specified, but it requires cache.direct=on, which was not specified."],
      cause: "aio=native works on files opened with cache.direct=on only",
      remedy: "add cache.direct=on (cache=none with -drive), or use aio=threads or aio=io_uring"),
    .init(
      "aio-unsupported", ["aio={name} was specified, but is not supported in this build."],
      cause: "this QEMU is built without aio={name}",
      remedy: "use aio=threads, which is always available"),
    .init(
      "aio-unknown", ["invalid aio option"],
      cause: "-drive has an aio= that QEMU does not know", remedy: "use aio=threads, native or io_uring"),
    .init(
      "throttle-conflict",
      ["bps/iops/max total values and read/write values cannot be used at the same time"],
      cause: "a limit for reads and writes together excludes a limit for reads or for writes only",
      remedy: "keep either the total (iops-total, bps-total) or the pair (iops-read and iops-write, bps-…)"),
    .init(
      "image-option-unknown", ["Block format '{format}' does not support the option '{name}'"],
      cause: "the block driver {format} has no option '{name}'",
      remedy:
        "correct or remove '{name}'; see the options in the manual page"),
    .init(
      "drive-slot-taken", ["drive with bus={bus}, unit={unit} (index={index}) exists"],
      cause: "two drives have the same place: bus {bus}, unit {unit}",
      remedy: "give each -drive its own index=, or remove index=; -cdrom takes index 2"),
    .init(
      "drive-bus-unknown", ["unsupported bus type '{bus}'"],
      cause: "there is no drive interface '{bus}'",
      remedy: "use if=virtio, ide, scsi, sd, pflash, floppy or none"),
    .init(
      "drive-bus-unsupported", ["machine type does not support if={bus},bus={number},unit={unit}"],
      cause: "this machine has no built-in {bus} controller for the drive",
      remedy: "use if=virtio, or if=none with -device for a controller and the disk"),
    .init(
      "node-name-taken", ["Duplicate nodes with node-name='{name}'"],
      cause: "two block nodes are named '{name}'",
      remedy: "give each -blockdev its own node-name"),
    .init(
      "node-name-invalid", ["Invalid node-name: '{name}'", "Node name too long"],
      cause:
        "a node-name must begin with a letter, have only letters, digits, '-', '.', '_', and at most 31 "
        + "bytes",
      remedy: "correct node-name="),
    .init(
      "block-node-undefined", ["Cannot find device='{id}' nor node-name='{node}'"],
      cause: "the block node '{node}' is not defined before it is used",
      remedy: "put `-blockdev …,node-name={node}` before this option, or correct the name"),
    .init(
      "drive-option-invalid", ["invalid {name} option", "Invalid {name} option"],
      cause: "{name}= has a value that QEMU does not know",
      remedy:
        "use cache=none, writeback, writethrough, directsync or unsafe; discard=ignore or unmap; "
        + "aio=threads, native or io_uring"),
    .init(
      "drive-media-invalid", ["'{value}' invalid media"],
      cause: "media= cannot be '{value}'",
      remedy: "use media=disk or media=cdrom"),
    .init(
      "error-action-invalid", ["'{value}' invalid {kind} error action"],
      cause: "the action after a {kind} error cannot be '{value}'",
      remedy: "use ignore, report, stop or (werror=) enospc"),
    .init(
      "drive-without-medium", ["Device needs media, but drive is empty"],
      cause: "the drive has no image, but a disk needs one",
      remedy: "add file= to -drive; only a CD or floppy drive may be empty"),
    .init(
      "fat-directory-unreadable", ["Could not read directory {path}"],
      cause: "the directory '{path}' of a FAT disk cannot be read",
      remedy: "correct the path after fat:"),
  ]

  private static let snapshots: [DiagnosisRule] = [
    .init(
      "disk-without-snapshots", ["Device '{device}' is writable but does not support snapshots"],
      cause: "a snapshot must include every writable disk, but the format of '{device}' has no snapshots",
      remedy: "convert that disk to qcow2 (`qemu-img convert -O qcow2`), or open it read-only"),
    .init(
      "snapshot-missing", ["Snapshot '{name}' does not exist in one or more devices"],
      cause: "not every disk has a snapshot '{name}'",
      remedy: "list them with `qemu-img snapshot -l IMAGE` and correct -loadvm"),
    .init(
      "no-disk-for-snapshot", ["no block device can store vmstate for snapshot"],
      cause: "-loadvm reads a snapshot from a qcow2 disk, and there is none",
      remedy: "attach the disk that has the snapshot, or remove -loadvm"),
  ]

  private static let descriptors: [DiagnosisRule] = [
    .init(
      "fdset-unknown",
      [
        "Could not dup FD for {path} flags {flags}: No such file or directory", "Failed to find fdset {path}",
      ],
      cause: "no descriptor was added to the set of '{path}'",
      remedy: "add `-add-fd fd=N,set=M` before this option, with the same set number"),
    .init(
      "fdset-access-mismatch",
      [
        "Could not dup FD for {path} flags {flags}: Permission denied",
        "Failed to find file descriptor with matching flags={flags}",
      ],
      cause: "the set has no descriptor that was opened with the access mode of the disk (flags {flags})",
      remedy:
        "pass a descriptor opened O_RDWR for a writable disk, one opened O_RDONLY for read-only=on, or both"),
    .init(
      "descriptor-invalid", ["fd is not valid or already in use"],
      cause: "the descriptor of -add-fd is not open in QEMU, or QEMU uses it itself",
      remedy: "pass an open descriptor above 2 that is not close-on-exec"),
  ]
}
