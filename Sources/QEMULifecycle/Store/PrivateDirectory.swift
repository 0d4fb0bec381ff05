import CLinux
import Glibc
import LinuxSystem
import QEMUDiagnosis

/// A directory that no other user can change, with an open descriptor.
///
/// Files are opened relative to the descriptor, so replacing the directory has no effect.
struct PrivateDirectory: Sendable {
  /// The path with which it was opened.
  let path: String
  let handle: SharedDescriptor

  private init(path: String, descriptor: consuming Descriptor) {
    self.path = path
    handle = SharedDescriptor(descriptor)
  }

  /// A Boolean value that indicates whether its path still refers to it.
  var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(handle.descriptor.number, &own) == 0 && lstat(path, &named) == 0
      && (own.st_ino, own.st_dev) == (named.st_ino, named.st_dev)
  }

  /// Opens a directory, after a check of each directory above it.
  ///
  /// - Parameter path: its path; symbolic links above it are followed, and their targets are checked.
  /// - Returns: the directory; nil if it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` if another user owns it, may write to it, or can replace it.
  static func open(_ path: String) throws(LifecycleError) -> PrivateDirectory? {
    guard let (parent, name) = try split(path), let above = try openParent(parent, of: path) else {
      return nil
    }
    return try open(name, in: above, path)
  }

  /// Opens a subdirectory.
  /// - Returns: the subdirectory; nil if it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable`, as ``open(_:)`` does.
  func subdirectory(_ name: String) throws(LifecycleError) -> PrivateDirectory? {
    try Self.open(name, in: handle.descriptor, "\(path)/\(name)")
  }

  private static func open(
    _ name: String, in above: borrowing Descriptor, _ path: String
  ) throws(LifecycleError) -> PrivateDirectory? {
    if let own = try? above.open(name, O_RDONLY | O_NOFOLLOW | O_DIRECTORY) {
      try require(Ownership.fault(ofDirectory: try status(own, path)), path)
      return PrivateDirectory(path: path, descriptor: own)
    }
    // A wrong type or owner is reported in preference to a failure to open it.
    guard
      let entry = try present(
        path, { () throws(SystemError) in try above.open(name, clinux_path_only | O_NOFOLLOW) })
    else { return nil }
    try require(Ownership.fault(ofDirectory: try status(entry, path)), path)
    guard
      let own = try present(
        path, { () throws(SystemError) in try above.open(name, O_RDONLY | O_NOFOLLOW | O_DIRECTORY) })
    else { return nil }
    try require(Ownership.fault(ofDirectory: try status(own, path)), path)
    return PrivateDirectory(path: path, descriptor: own)
  }

  private static func openParent(_ parent: String, of path: String) throws(LifecycleError) -> Descriptor? {
    guard
      var above = try present(path, { () throws(SystemError) in try Descriptor.open("/", clinux_path_only) })
    else {
      return nil
    }
    var walked = ""
    for component in parent.split(separator: "/") {
      guard
        let next = try present(
          path,
          { () throws(SystemError) in
            try above.open(String(component), clinux_path_only | O_NOFOLLOW | O_DIRECTORY)
          })
      else { return nil }
      above = next
      walked += "/\(component)"
      if let why = Ownership.fault(ofParent: try status(above, path)) {
        throw StateDirectory.unusable(path, "\(walked), a directory above it, \(why)")
      }
    }
    return above
  }

  /// Splits a path into the real path of the parent directory and the name; nil if that directory does not exist.
  private static func split(_ path: String) throws(LifecycleError) -> (parent: String, name: String)? {
    let components = path.split(separator: "/")
    if let last = components.last, ![".", ".."].contains(last) {
      let above = components.dropLast().joined(separator: "/")
      let parent = path.hasPrefix("/") ? "/\(above)" : "./\(above)"
      return try realPath(parent, of: path).map { ($0, String(last)) }
    }
    guard let real = try realPath(path.isEmpty ? "." : path, of: path) else { return nil }
    let parts = real.split(separator: "/")
    return ("/" + parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? ".")
  }

  private static func realPath(_ path: String, of whole: String) throws(LifecycleError) -> String? {
    guard let real = realpath(path, nil) else {
      if errno == ENOENT { return nil }
      throw StateDirectory.unusable(whole, SystemError(errno, ""))
    }
    defer { free(real) }
    return String(cString: real)
  }

  private static func status(_ descriptor: borrowing Descriptor, _ path: String) throws(LifecycleError)
    -> stat
  {
    var status = Glibc.stat()
    if fstat(descriptor.number, &status) == 0 { return status }
    throw StateDirectory.unusable(path, SystemError(errno, ""))
  }

  private static func require(_ fault: String?, _ path: String) throws(LifecycleError) {
    if let fault { throw StateDirectory.unusable(path, "it \(fault)") }
  }

  /// Opens a file or directory; nil if it does not exist.
  private static func present(
    _ path: String, _ open: () throws(SystemError) -> Descriptor
  ) throws(LifecycleError) -> Descriptor? {
    do throws(SystemError) {
      return try open()
    } catch {
      if error.number == ENOENT { return nil }
      throw StateDirectory.unusable(path, SystemError(error.number, ""))
    }
  }
}

// MARK: - Files

extension PrivateDirectory {
  /// Reads a whole file as text.
  /// - Returns: the text; nil if the file does not exist.
  /// - Throws: ``LifecycleError``: `stateUnusable` if it is not a regular file that only this user or root may write;
  ///   `hostUnusable`.
  func text(of name: String) throws(LifecycleError) -> String? {
    try bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads a whole file as bytes, as ``text(of:)`` does.
  func bytes(of name: String) throws(LifecycleError) -> [UInt8]? {
    let file: Descriptor
    do throws(SystemError) {
      // O_NONBLOCK: opening a pipe that has this name would block.
      file = try handle.descriptor.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      if error.number == ENOENT { return nil }
      if error.isOfHost { throw .ofHost(error) }
      throw unusable(name, error.number == ELOOP ? Ownership.isLink : "cannot be read: \(error.message)")
    }
    if let fault = Ownership.fault(ofFile: try Self.status(file, path)) { throw unusable(name, fault) }
    guard let bytes = readBytes(file) else {
      throw unusable(name, "cannot be read: \(SystemError(errno, "").message)")
    }
    return bytes
  }

  /// Replaces a file atomically: a reader finds the old text or the new one.
  ///
  /// It is not synced to the disk: a crash of the host also ends the virtual machines.
  func write(_ text: String, to name: String) throws(SystemError) {
    // The name is unique for each writer, even within this process.
    let temporary = "\(name).\(String(UInt64.random(in: 0 ... .max), radix: 36)).new"
    let file = try create(temporary, O_WRONLY | O_EXCL)
    do throws(SystemError) {
      try writeAll(Array(text.utf8), to: file.number, "\(path)/\(temporary)")
      try rename(temporary, to: name)
    } catch {
      remove(temporary)
      throw error
    }
  }

  /// Creates or opens a file with mode 0600, regardless of the umask.
  func create(_ name: String, _ flags: Int32) throws(SystemError) -> Descriptor {
    try handle.descriptor.open(name, flags | O_CREAT | O_NOFOLLOW, mode: 0o600)
  }

  func rename(_ name: String, to other: String) throws(SystemError) {
    if renameat(handle.descriptor.number, name, handle.descriptor.number, other) < 0 {
      throw SystemError(errno, "rename \"\(path)/\(name)\" to \"\(other)\"")
    }
  }

  /// Creates a hard link to a file, and replaces a file that has the new name.
  func link(_ name: String, as other: String) throws(SystemError) {
    remove(other)
    if linkat(handle.descriptor.number, name, handle.descriptor.number, other, 0) < 0 {
      throw SystemError(errno, "link \"\(path)/\(name)\" to \"\(other)\"")
    }
  }

  /// Creates a directory with mode 0700, regardless of the umask; an existing one is not changed.
  func makeDirectory(_ name: String) throws(SystemError) {
    if mkdirat(handle.descriptor.number, name, 0o700) == 0 {
      _ = fchmodat(handle.descriptor.number, name, 0o700, 0)
    } else if errno != EEXIST {
      throw SystemError(errno, "mkdir \"\(path)/\(name)\"")
    }
  }

  func remove(_ name: String) { unlinkat(handle.descriptor.number, name, 0) }

  func removeDirectory(_ name: String) { unlinkat(handle.descriptor.number, name, AT_REMOVEDIR) }

  func has(_ name: String) -> Bool {
    faccessat(handle.descriptor.number, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Returns the type of a file, such as `S_IFREG`; nil if it does not exist.
  func kind(of name: String) -> mode_t? {
    var status = stat()
    guard fstatat(handle.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  /// Returns whether a name refers to the file of a descriptor.
  func names(_ name: String, _ file: borrowing Descriptor) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(file.number, &open) == 0
      && fstatat(handle.descriptor.number, name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && (open.st_ino, open.st_dev) == (named.st_ino, named.st_dev)
  }

  /// The names in it, except `.` and `..`; none if it cannot be read.
  var entries: [String] { (try? list()) ?? [] }

  /// Returns the names in it, except `.` and `..`.
  func list() throws(SystemError) -> [String] {
    // A duplicate of the descriptor would share its read position.
    let own = try handle.descriptor.open(".", O_RDONLY | O_DIRECTORY)
    guard let names = entryNames(ofDescriptor: own.release()) else {
      throw SystemError(errno, "read \"\(path)\"")
    }
    return names
  }

  private func unusable(_ name: String, _ why: String) -> LifecycleError {
    StateDirectory.unusable(path, "its file \(name) \(why)")
  }
}

private func writeAll(_ bytes: [UInt8], to file: Int32, _ path: String) throws(SystemError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      throw SystemError(errno, "write \"\(path)\"")
    }
    rest = rest.dropFirst(count)
  }
}
