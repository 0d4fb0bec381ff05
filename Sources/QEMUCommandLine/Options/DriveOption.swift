public import QAPI

/// The interface of a drive to the guest.
public enum DriveInterface: String, PropertyWord {
  /// IDE.
  case ide
  /// SCSI.
  case scsi
  /// A floppy drive.
  case floppy
  /// Flash memory of the firmware.
  case pflash
  /// Flash memory.
  case mtd
  /// A card reader.
  case sd
  /// Virtio.
  case virtio
  /// Xen.
  case xen
  /// Nothing; a device refers to it.
  case none
}

/// The kind of medium in a drive.
public enum DriveMedium: String, PropertyWord {
  /// A disk.
  case disk
  /// A CD.
  case cdrom
}

/// The cache mode of a drive.
public enum DriveCache: String, PropertyWord {
  /// Past the cache of the host.
  case none
  /// Written back later.
  case writeback
  /// Written back when the host likes.
  case unsafe
  /// Past the cache of the host, and written through.
  case directsync
  /// Written through.
  case writethrough
}

/// The interface for asynchronous I/O on the host.
public enum DriveAIO: String, PropertyWord {
  /// By threads.
  case threads
  /// By its own interface.
  case native
  /// By io_uring.
  case ioUring = "io_uring"
}

/// The handling of discard requests.
public enum DriveDiscard: String, PropertyWord {
  /// They stay.
  case ignore
  /// They stay.
  case off
  /// They are given back.
  case unmap
  /// They are given back.
  case on
}

/// The handling of written zeroes.
public enum DetectZeroes: String, PropertyWord {
  /// Zeroes.
  case off
  /// Zeroes that take no space where they can.
  case on
  /// Discarded blocks.
  case unmap
}

/// The action on a write error.
public enum WriteErrorAction: String, PropertyWord {
  /// The guest is told.
  case report
  /// Nothing.
  case ignore
  /// The guest stops where there is no space, and is told else.
  case enospc
  /// The guest stops.
  case stop
  /// As the device likes.
  case auto
}

/// The action on a read error.
public enum ReadErrorAction: String, PropertyWord {
  /// The guest is told.
  case report
  /// Nothing.
  case ignore
  /// As at a write.
  case enospc
  /// The guest stops.
  case stop
  /// As the device likes.
  case auto
}

/// A drive and what it holds; what is not declared goes to the drivers of its format and protocol.
///
/// QEMU: `-drive [file=FILE][,if=INTERFACE][,…]`
public struct DriveOption: OptionSchema {
  /// The option's name.
  public static let option = "drive"
  /// The drivers of the format and the protocol decide what more there is.
  public static let isOpen = true

  /// QEMU: `id=ID`
  public let id = Key<String>("id", "its name")
  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "the file, or a protocol and its address")
  /// QEMU: `if=INTERFACE`
  public let interface = Key<DriveInterface>("if", "what the guest sees it at")
  /// QEMU: `bus=N`
  public let bus = Key<UInt64>("bus", "which bus of the interface")
  /// QEMU: `unit=N`
  public let unit = Key<UInt64>("unit", "which place of the bus")
  /// QEMU: `index=N`
  public let index = Key<UInt64>("index", "which place of the interface")
  /// QEMU: `media=disk|cdrom`
  public let medium = Key<DriveMedium>("media", "the kind of medium")
  /// QEMU: `format=FORMAT`
  public let format = Key<String>("format", "the format of the file")
  /// QEMU: `driver=DRIVER`
  public let driver = Key<String>("driver", "the driver of its format")
  /// QEMU: `node-name=NAME`
  public let nodeName = Key<String>("node-name", "the name of its node")
  /// QEMU: `snapshot=on|off`
  public let snapshot = Key<Bool>("snapshot", "write into a file that goes away")
  /// QEMU: `cache=MODE`
  public let cache = Key<DriveCache>("cache", "how writes are cached")
  /// QEMU: `cache.writeback=on|off`
  public let cacheWriteback = Key<Bool>("cache.writeback", "write back later")
  /// QEMU: `cache.direct=on|off`
  public let cacheDirect = Key<Bool>("cache.direct", "go past the cache of the host")
  /// QEMU: `cache.no-flush=on|off`
  public let cacheNoFlush = Key<Bool>("cache.no-flush", "ignore requests to write back")
  /// QEMU: `aio=threads|native|io_uring`
  public let aio = Key<DriveAIO>("aio", "how requests are given to the host")
  /// QEMU: `discard=ignore|unmap`
  public let discard = Key<DriveDiscard>("discard", "what discarded blocks become")
  /// QEMU: `detect-zeroes=off|on|unmap`
  public let detectZeroes = Key<DetectZeroes>("detect-zeroes", "what written zeroes become")
  /// QEMU: `read-only=on|off`
  public let readOnly = Key<Bool>("read-only", "the guest may not write")
  /// QEMU: `readonly=on|off`
  public let readOnlyAlias = Key<Bool>("readonly", "the guest may not write")
  /// QEMU: `auto-read-only=on|off`
  public let autoReadOnly = Key<Bool>("auto-read-only", "open it for reading where it cannot be written")
  /// QEMU: `active=on|off`
  public let active = Key<Bool>("active", "whether it is active while a migration comes in", since: "10.0")
  /// QEMU: `force-share=on|off`
  public let forceShare = Key<Bool>("force-share", "let others write it")
  /// QEMU: `copy-on-read=on|off`
  public let copyOnRead = Key<Bool>("copy-on-read", "copy what is read of the backing file")
  /// QEMU: `werror=ACTION`
  public let writeError = Key<WriteErrorAction>("werror", "the action on a write error")
  /// QEMU: `rerror=ACTION`
  public let readError = Key<ReadErrorAction>("rerror", "the action on a read error")
  /// QEMU: `stats-account-invalid=on|off`
  public let statsAccountInvalid = Key<Bool>("stats-account-invalid", "count invalid requests")
  /// QEMU: `stats-account-failed=on|off`
  public let statsAccountFailed = Key<Bool>("stats-account-failed", "count failed requests")
  /// QEMU: `throttling.group=ID`
  public let throttleGroup = Key<String>("throttling.group", "share the limits with others of the group")
  /// QEMU: `throttling.bps-total=N`
  public let throttleBytesTotal = Key<UInt64>("throttling.bps-total", "most bytes a second")
  /// QEMU: `throttling.bps-total-max=N`
  public let throttleBytesTotalBurst = Key<UInt64>(
    "throttling.bps-total-max", "most bytes a second, in bursts")
  /// QEMU: `throttling.bps-total-max-length=N`
  public let throttleBytesTotalBurstLength = Key<UInt64>(
    "throttling.bps-total-max-length", "how long bursts of bytes a second may last, in seconds")
  /// QEMU: `throttling.bps-read=N`
  public let throttleBytesRead = Key<UInt64>("throttling.bps-read", "most bytes a second read")
  /// QEMU: `throttling.bps-read-max=N`
  public let throttleBytesReadBurst = Key<UInt64>(
    "throttling.bps-read-max", "most bytes a second read, in bursts")
  /// QEMU: `throttling.bps-read-max-length=N`
  public let throttleBytesReadBurstLength = Key<UInt64>(
    "throttling.bps-read-max-length", "how long bursts of bytes a second read may last, in seconds")
  /// QEMU: `throttling.bps-write=N`
  public let throttleBytesWrite = Key<UInt64>("throttling.bps-write", "most bytes a second written")
  /// QEMU: `throttling.bps-write-max=N`
  public let throttleBytesWriteBurst = Key<UInt64>(
    "throttling.bps-write-max", "most bytes a second written, in bursts")
  /// QEMU: `throttling.bps-write-max-length=N`
  public let throttleBytesWriteBurstLength = Key<UInt64>(
    "throttling.bps-write-max-length", "how long bursts of bytes a second written may last, in seconds")
  /// QEMU: `throttling.iops-total=N`
  public let throttleRequestsTotal = Key<UInt64>("throttling.iops-total", "most requests a second")
  /// QEMU: `throttling.iops-total-max=N`
  public let throttleRequestsTotalBurst = Key<UInt64>(
    "throttling.iops-total-max", "most requests a second, in bursts")
  /// QEMU: `throttling.iops-total-max-length=N`
  public let throttleRequestsTotalBurstLength = Key<UInt64>(
    "throttling.iops-total-max-length", "how long bursts of requests a second may last, in seconds")
  /// QEMU: `throttling.iops-read=N`
  public let throttleRequestsRead = Key<UInt64>("throttling.iops-read", "most requests a second that read")
  /// QEMU: `throttling.iops-read-max=N`
  public let throttleRequestsReadBurst = Key<UInt64>(
    "throttling.iops-read-max", "most requests a second that read, in bursts")
  /// QEMU: `throttling.iops-read-max-length=N`
  public let throttleRequestsReadBurstLength = Key<UInt64>(
    "throttling.iops-read-max-length", "how long bursts of requests a second that read may last, in seconds")
  /// QEMU: `throttling.iops-write=N`
  public let throttleRequestsWrite = Key<UInt64>("throttling.iops-write", "most requests a second that write")
  /// QEMU: `throttling.iops-write-max=N`
  public let throttleRequestsWriteBurst = Key<UInt64>(
    "throttling.iops-write-max", "most requests a second that write, in bursts")
  /// QEMU: `throttling.iops-write-max-length=N`
  public let throttleRequestsWriteBurstLength = Key<UInt64>(
    "throttling.iops-write-max-length", "how long bursts of requests a second that write may last, in seconds"
  )
  /// QEMU: `throttling.iops-size=BYTES`
  public let throttleRequestSize = Key<UInt64>(
    "throttling.iops-size", "a request of so many bytes counts as one")
  /// QEMU: `bps=N`
  public let throttleBytesTotalAlias = Key<UInt64>("bps", "older name of throttling.bps-total")
  /// QEMU: `bps_max=N`
  public let throttleBytesTotalBurstAlias = Key<UInt64>("bps_max", "older name of throttling.bps-total-max")
  /// QEMU: `bps_rd=N`
  public let throttleBytesReadAlias = Key<UInt64>("bps_rd", "older name of throttling.bps-read")
  /// QEMU: `bps_rd_max=N`
  public let throttleBytesReadBurstAlias = Key<UInt64>("bps_rd_max", "older name of throttling.bps-read-max")
  /// QEMU: `bps_wr=N`
  public let throttleBytesWriteAlias = Key<UInt64>("bps_wr", "older name of throttling.bps-write")
  /// QEMU: `bps_wr_max=N`
  public let throttleBytesWriteBurstAlias = Key<UInt64>(
    "bps_wr_max", "older name of throttling.bps-write-max")
  /// QEMU: `iops=N`
  public let throttleRequestsTotalAlias = Key<UInt64>("iops", "older name of throttling.iops-total")
  /// QEMU: `iops_max=N`
  public let throttleRequestsTotalBurstAlias = Key<UInt64>(
    "iops_max", "older name of throttling.iops-total-max")
  /// QEMU: `iops_rd=N`
  public let throttleRequestsReadAlias = Key<UInt64>("iops_rd", "older name of throttling.iops-read")
  /// QEMU: `iops_rd_max=N`
  public let throttleRequestsReadBurstAlias = Key<UInt64>(
    "iops_rd_max", "older name of throttling.iops-read-max")
  /// QEMU: `iops_wr=N`
  public let throttleRequestsWriteAlias = Key<UInt64>("iops_wr", "older name of throttling.iops-write")
  /// QEMU: `iops_wr_max=N`
  public let throttleRequestsWriteBurstAlias = Key<UInt64>(
    "iops_wr_max", "older name of throttling.iops-write-max")
  /// QEMU: `iops_size=N`
  public let throttleRequestSizeAlias = Key<UInt64>("iops_size", "older name of throttling.iops-size")
  /// QEMU: `group=ID`
  public let throttleGroupAlias = Key<String>("group", "older name of throttling.group")
  /// QEMU: `encrypt.format=aes|luks`
  public let encryptionFormat = Key<BlockdevQcow2EncryptionFormat>(
    "encrypt.format", "how the image is encrypted")
  /// QEMU: `encrypt.key-secret=ID`
  public let encryptionKey = Key<String>("encrypt.key-secret", "the secret object that holds the image's key")

  /// The one instance, whose constants are the declarations.
  public static let schema = DriveOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
