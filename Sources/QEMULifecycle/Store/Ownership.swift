import Glibc

/// The rules of who may own and write what is relied upon: root and the user who runs the command, and nobody else.
enum Ownership {
  static let isLink = "is a symbolic link"

  /// Returns what is wrong with a directory above; nil where nobody else can put another in its place.
  ///
  /// In a sticky directory, as /tmp is, only the owner of an entry may replace it.
  static func fault(ofParent status: stat) -> String? {
    if !isTrusted(status.st_uid), !isUnmapped(status.st_uid) { return "belongs to another user" }
    let isOpen = status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0
    return isOpen ? "can be written by every user and is not sticky" : nil
  }

  static func fault(ofDirectory status: stat) -> String? {
    fault(of: status, kind: S_IFDIR, "is not a directory")
  }

  static func fault(ofFile status: stat) -> String? {
    fault(of: status, kind: S_IFREG, "is not a plain file")
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

  /// In a user namespace the owners of the host's directories, root among them, have no number of their own.
  private static func isUnmapped(_ user: uid_t) -> Bool {
    guard user == 65534, let map = readProcText("/proc/self/uid_map") else { return false }
    return map.split(whereSeparator: \.isWhitespace).map(String.init) != ["0", "0", "4294967295"]
  }
}
