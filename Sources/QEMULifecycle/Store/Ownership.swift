import Glibc
import LinuxSystem

/// The rules for the owner and the mode of files: only root and the user who runs the command may own or write them.
enum Ownership {
  static let isLink = "is a symbolic link"

  /// Returns the fault of a parent directory; nil if no other user can replace the entries in it.
  ///
  /// In a sticky directory, such as /tmp, only the owner of an entry may replace it.
  static func fault(ofParent status: stat) -> String? {
    if !isTrusted(status.st_uid), !isUnmapped(status.st_uid) { return "belongs to another user" }
    let isOpen = status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0
    return isOpen ? "can be written by every user and is not sticky" : nil
  }

  static func fault(ofDirectory status: stat) -> String? {
    fault(of: status, kind: S_IFDIR, "is not a directory")
  }

  static func fault(ofFile status: stat) -> String? {
    fault(of: status, kind: S_IFREG, "is not a regular file")
  }

  private static func fault(of status: stat, kind: mode_t, _ other: String) -> String? {
    switch status.st_mode & S_IFMT {
    case kind: break
    case S_IFLNK: return isLink
    default: return other
    }
    if !isTrusted(status.st_uid) { return "belongs to another user" }
    if status.st_mode & S_IWOTH != 0 { return "can be written by every user" }
    return status.st_mode & S_IWGRP != 0 ? "can be written by its group" : nil
  }

  private static func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

  /// Returns whether a user id is the one that the kernel shows for users without an id in this user namespace, such as
  /// the host's root.
  private static func isUnmapped(_ user: uid_t) -> Bool {
    guard user == 65534, let map = readProcText("/proc/self/uid_map") else { return false }
    return map.split(whereSeparator: \.isWhitespace).map(String.init) != ["0", "0", "4294967295"]
  }
}
