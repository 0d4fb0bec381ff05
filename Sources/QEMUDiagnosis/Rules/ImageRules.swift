/// The rules for disk images that are missing, locked, damaged, of another format or encrypted.
enum ImageRules {
  static let all: [DiagnosisRule] = locks + backing + missing + contents + encryption

  /// Returns the patterns of a message for each option that has an image.
  static func image(_ words: String) -> [WordPattern] {
    ["blockdev", "drive", "cdrom", "hda", "hdb", "hdc", "hdd", "fda", "fdb", "mtdblock", "pflash", "sd"].map {
      WordPattern("-\($0) *: \(words)")
    }
  }

  private static let locks: [DiagnosisRule] = [
    .init(
      "image-given-twice",
      [
        "Failed to get \"{mode}\" lock\nIs another process using the image [{path}]?",
        "Failed to get shared \"{mode}\" lock\nIs another process using the image [{path}]?",
      ],
      when: { captures, circumstances in circumstances.timesNamed(captures["path"] ?? "") > 1 },
      cause: "the image '{path}' is on this command line twice, but only one user may write to it",
      remedy:
        "remove one of the two; if two devices must share the disk, define it once with -blockdev, "
        + "and add share-rw=on to both devices"),
    .init(
      "image-in-use", ["Failed to get \"{mode}\" lock\nIs another process using the image [{path}]?"],
      cause: "the image '{path}' is already open, most likely in another virtual machine",
      remedy:
        "stop the process that `fuser -v '{path}'` lists (on a network file system it may be on another host); "
        + "if it lists none, this command line opens the image twice, by a link or as a backing file; never disable "
        + "locking, because two writers would destroy the image"),
    .init(
      "image-being-written",
      [
        "Failed to get shared \"{mode}\" lock\nIs another process using the image [{path}]?"
      ],
      cause: "the image '{path}' is open for writing in another process, so not even a reader may open it",
      remedy:
        "stop the process that `fuser -v '{path}'` lists; a reader that tolerates changing "
        + "contents may use -blockdev with force-share=on, a writer never"),
  ]

  private static let backing: [DiagnosisRule] = [
    .init(
      "backing-file-missing",
      image("Could not open backing file: Could not open '{path}': No such file or directory"),
      cause: "the image has the backing file '{path}', which does not exist",
      remedy: "restore '{path}', or, if it was moved, set its new path in the image: `qemu-img "
        + "rebase -u -b NEW-PATH -F FORMAT IMAGE`"),
    .init(
      "backing-file-unusable", image("Could not open backing file: {reason}"),
      cause: "the backing file of the image cannot be opened: {reason}",
      remedy:
        "inspect the chain with `qemu-img info --backing-chain -U IMAGE`; correct a wrong path or format in "
        + "the image with `qemu-img rebase -u -b PATH -F FORMAT IMAGE`"),
  ]

  private static let missing: [DiagnosisRule] = [
    .init(
      "firmware-image-missing", ["-drive *if=pflash*: Could not open '{path}': No such file or directory"],
      cause: "the firmware image '{path}' does not exist",
      remedy:
        "install the firmware (ovmf for x86, qemu-efi-aarch64 for Arm) or correct the path; the variable "
        + "store is a copy of the package's *_VARS.fd, one for each virtual machine"),
    .init(
      "device-node-missing", image("Could not open '/dev/{name}': No such file or directory"),
      cause:
        "the device node '/dev/{name}' does not exist: its driver is not loaded or the device does not exist",
      remedy:
        "load the driver (`modprobe nbd` for /dev/nbd0) or attach the device, then check with `ls -l "
        + "/dev/{name}`"
    ),
    .init(
      "image-missing-in-directory", image("Could not open '{path}': No such file or directory"),
      when: { captures, _ in captures["path"].map { !$0.hasPrefix("/") } ?? false },
      cause: "the image '{path}' does not exist, relative to the working directory of QEMU",
      remedy: "use an absolute path, or start in the image's directory"),
    .init(
      "image-missing", image("Could not open '{path}': No such file or directory"),
      cause: "the image '{path}' does not exist",
      remedy:
        "correct the path, restore the image, or create a new one: `qemu-img create -f qcow2 '{path}' 20G`"),
    .init(
      "image-not-permitted", image("Could not open '{path}': Permission denied"),
      cause: "the user of QEMU may not open '{path}', or may only read it",
      remedy:
        "give that user read and write permission on the file and search permission (x) on each parent "
        + "directory, which `namei -l '{path}'` lists; for a disk that is only read add read-only=on "
        + "(readonly=on with -drive)"),
    .init(
      "image-on-read-only-file-system", image("Could not open '{path}': Read-only file system"),
      cause: "'{path}' is on a file system that is mounted read-only",
      remedy:
        "mount it read-write (after a disk error, see `dmesg` first), or open the disk with "
        + "read-only=on (readonly=on with -drive)"),
    .init(
      "image-is-directory",
      [
        "'{driver}' driver requires '{path}' to be a regular file",
        "'{driver}' driver requires '{path}' to be either a character or block device",
        "Could not open '{path}': Is a directory",
      ],
      cause: "'{path}' is not the type of file that a disk needs",
      remedy:
        "specify an image file (driver=file) or the device node of a disk (driver=host_device); share a directory "
        + "with virtiofs or 9p instead"),
  ]

  private static let contents: [DiagnosisRule] = [
    .init(
      "image-marked-corrupt", ["qcow2: Image is corrupt; cannot be opened read/write"],
      cause: "an earlier run found the qcow2 image damaged and marked it",
      remedy:
        "make a copy of the image, then repair it with `qemu-img check -r all IMAGE`; until then it can be opened "
        + "read-only"
    ),
    .init(
      "image-of-newer-qemu", ["Unsupported qcow2 feature(s): {features}"],
      cause: "the image uses features that this QEMU does not know: {features}",
      remedy: "use the QEMU that wrote it, or convert it there with `qemu-img convert -O qcow2 -o compat=1.1`"
    ),
    .init(
      "image-header-damaged", ["Unsupported cluster size: {size}", "*header exceeds cluster size"],
      cause: "the header of the qcow2 image is damaged",
      remedy: "restore the image from a backup; `qemu-img check` cannot open it either"),
    .init(
      "image-format-wrong",
      [
        "Image is not in {format} format", "Image not in {format} format", "Image not in {format} format (*)",
        "invalid {format} image descriptor", "Could not find {format} header",
      ],
      cause: "the image is not in {format} format",
      remedy:
        "determine its format with `qemu-img info IMAGE`, and pass it with format= (driver= with -blockdev)"),
    .init(
      "disk-not-writable", ["Block node is read-only"],
      cause: "the device must write to its disk, but the disk is opened read-only",
      remedy:
        "open it for writing (read-only=off), or use a device that can be read-only: virtio-blk, scsi-hd, "
        + "a CD-ROM drive"),
    .init(
      "image-of-odd-size", ["*device {device} has invalid size {size}"],
      cause: "the image of {device} has {size} bytes, which is not a valid size of flash memory",
      remedy:
        "use the unchanged firmware file of a package; a variable store must be a copy that is not "
        + "truncated or padded"),
  ]

  private static let encryption: [DiagnosisRule] = [
    .init(
      "image-key-missing", ["Parameter '{name}key-secret' is required for cipher"],
      cause: "the image is encrypted, but there is no key",
      remedy: "add `-object secret,id=s0,file=KEYFILE` and {name}key-secret=s0"),
    .init(
      "image-key-wrong", ["Invalid password, cannot unlock any keyslot"],
      cause: "the key does not unlock any key slot of the image",
      remedy:
        "pass the right key; check that the key file does not end with a newline that is not part of the key"),
    .init(
      "secret-undefined", ["No secret with id '{id}'"],
      cause: "the secret '{id}' is not defined",
      remedy: "add `-object secret,id={id},file=KEYFILE` before this option"),
    .init(
      "secret-unreadable", ["Unable to read {path}: {reason}"],
      cause: "the secret's file '{path}' cannot be read: {reason}",
      remedy: "correct file= of -object secret, or the permissions of that file"),
  ]
}

extension Circumstances {
  /// Returns the number of arguments that have a file as a whole value, or in JSON.
  fileprivate func timesNamed(_ path: String) -> Int {
    let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return name.isEmpty ? 0 : arguments.count { $0.names(name) }
  }
}

extension String {
  fileprivate func names(_ file: String) -> Bool {
    let (text, name) = (Array(utf8), Array(file.utf8))
    var position = text.startIndex
    while let start = text[...].firstStart(of: name, from: position) {
      let end = start + name.count
      // A longer path with the same end is another file, except if its prefix is "./".
      let isWhole = start == 0 || "=\"':,".utf8.contains(text[start - 1])
      let isHere = ["=./", ":./", "\"./"].contains { text[..<start].suffix(3).elementsEqual($0.utf8) }
      if isWhole || isHere || text[..<start].elementsEqual("./".utf8),
        end == text.endIndex || ",\"'".utf8.contains(text[end])
      {
        return true
      }
      position = start + 1
    }
    return false
  }
}
