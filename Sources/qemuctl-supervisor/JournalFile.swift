import CLinux
import Glibc
import QEMUSupervision

/// The journal of a virtual machine in its files.
final class JournalFile {
  /// The number of bytes at the end of each file that are read for the last sequence number.
  private static let tail = 128 << 10

  private let place: MachinePlace
  private var writer: JournalWriter
  private var file: Handle?

  /// Opens the journal. If that fails, its lines are lost; the supervisor works nevertheless.
  init(_ place: MachinePlace) {
    self.place = place
    file = Self.open(place)
    let size = file.map { Int(lseek($0.number, 0, SEEK_END)) }
    writer = JournalWriter(
      boot: bootID, older: place.tail(ofFile: place.olderJournal, Self.tail)[...],
      newer: place.tail(ofFile: place.journal, Self.tail)[...], size: size)
  }

  private static func open(_ place: MachinePlace) -> Handle? {
    place.open(place.journal, O_RDWR | O_CREAT | O_APPEND)
  }

  /// The number of the last line.
  var sequence: Int { writer.sequence }

  /// Appends an entry.
  func append(_ entry: JournalEntry, run: String?) {
    let write = writer.write(entry, run: run, at: .now, wallTime: .now)
    if write.rotatesFirst { rotate() }
    if file == nil { file = Self.open(place) }
    var written = 0
    if let file {
      let count = write.bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
      written = max(0, count)
      if write.isSynced { fdatasync(file.number) }
    }
    writer.wrote(written, of: write)
  }

  private func rotate() {
    if place.rename(place.journal, to: place.olderJournal) {
      file = nil
      writer.rotated()
    } else {
      writer.rotationFailed()
    }
  }

  /// Returns the lines after a number, oldest first.
  func lines(after sequence: Int) -> [JournalLine] {
    let recent = JournalReader(newer: place.tail(ofFile: place.journal, Self.tail)[...]).lines(
      after: sequence)
    // The rest is read only if it has some of the lines.
    if let first = recent.first, first.sequence <= sequence + 1 { return recent }
    let limit = JournalWriter.longestFile + JournalWriter.longestLine
    return JournalReader(
      older: place.tail(ofFile: place.olderJournal, limit)[...],
      newer: place.tail(ofFile: place.journal, limit)[...]
    ).lines(after: sequence)
  }
}

/// The id of the host's boot; empty if it cannot be read.
let bootID = String(
  decoding: contents(of: "/proc/sys/kernel/random/boot_id").prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self
)

extension Instant {
  /// The present.
  static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

extension WallTime {
  /// The present.
  static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
