import CLinux
import Glibc
import QMP

/// A directory in which no other user can change anything, held by a descriptor.
///
/// Its files are reached through the descriptor: what is put in its place afterwards is not used.
struct PrivateDirectory: Sendable {
  /// The path that it was opened by.
  let path: String
  let handle: SharedDescriptor

  private init(path: String, descriptor: consuming Descriptor) {
    self.path = path
    handle = SharedDescriptor(descriptor)
  }

  /// A Boolean value that indicates whether its path still leads to it.
  var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(handle.descriptor.number, &own) == 0 && lstat(path, &named) == 0
      && (own.st_ino, own.st_dev) == (named.st_ino, named.st_dev)
  }

  /// Opens a directory once each directory above it has been checked.
  ///
  /// - Parameter path: its path; symbolic links above it are followed, and what they lead to is checked.
  /// - Returns: nil where it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` where another user owns it, may write to it, or can put another in its place.
  static func open(_ path: String) throws(LifecycleError) -> PrivateDirectory? {
    guard let (parent, name) = try split(path), let above = try openParent(parent, of: path) else {
      return nil
    }
    return try open(name, in: above, path)
  }

  /// Opens a directory in it.
  /// - Returns: nil where it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` as ``open(_:)``.
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
    // Its type and its owner are reported rather than that it cannot be read.
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
        throw StateDirectory.unusable(path, "\(walked), which it is in, \(why)")
      }
    }
    return above
  }

  /// Splits a path into the real path of the directory above and the name; nil where that directory does not exist.
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

  /// Opens something; nil where it does not exist.
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
  /// Reads a file whole.
  /// - Returns: nil where it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` where it is not a plain file that only this user, or root, may write.
  func text(of name: String) throws(LifecycleError) -> String? {
    try bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads the bytes of a file in the same way.
  func bytes(of name: String) throws(LifecycleError) -> [UInt8]? {
    let file: Descriptor
    do throws(SystemError) {
      // Without waiting: a pipe in a file's place would never end.
      file = try handle.descriptor.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      if error.number == ENOENT { return nil }
      if error.isOfHost { throw .ofHost(error) }
      throw unusable(name, error.number == ELOOP ? Ownership.isLink : "cannot be read: \(error.words)")
    }
    if let fault = Ownership.fault(ofFile: try Self.status(file, path)) { throw unusable(name, fault) }
    guard let bytes = readBytes(file) else {
      throw unusable(name, "cannot be read: \(SystemError(errno, "").words)")
    }
    return bytes
  }

  /// Writes a file so that a reader finds the old text or the new one, and never a part.
  ///
  /// It is not forced to the disk: when the host goes down, the virtual machines that it tells of go with it.
  func write(_ text: String, to name: String) throws(SystemError) {
    // A name that no other writer has, be it in this process: each renames what it has written itself.
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

  /// Creates or opens a file for this user alone, whatever the umask.
  func create(_ name: String, _ flags: Int32) throws(SystemError) -> Descriptor {
    try handle.descriptor.open(name, flags | O_CREAT | O_NOFOLLOW, mode: 0o600)
  }

  func rename(_ name: String, to other: String) throws(SystemError) {
    if renameat(handle.descriptor.number, name, handle.descriptor.number, other) < 0 {
      throw SystemError(errno, "rename \"\(path)/\(name)\" to \"\(other)\"")
    }
  }

  /// Gives a file a second name; one that has it already loses it.
  func link(_ name: String, as other: String) throws(SystemError) {
    remove(other)
    if linkat(handle.descriptor.number, name, handle.descriptor.number, other, 0) < 0 {
      throw SystemError(errno, "link \"\(path)/\(name)\" to \"\(other)\"")
    }
  }

  /// Makes a directory for this user alone, whatever the umask; one that is there stays as it is.
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

  /// The kind of a file, `S_IFREG` and the like; nil where there is none.
  func kind(of name: String) -> mode_t? {
    var status = stat()
    guard fstatat(handle.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  /// Returns whether a descriptor is of the file that has a name now.
  func names(_ name: String, _ file: borrowing Descriptor) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(file.number, &open) == 0
      && fstatat(handle.descriptor.number, name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && (open.st_ino, open.st_dev) == (named.st_ino, named.st_dev)
  }

  /// The names in it, `.` and `..` left out; none where it cannot be read.
  var entries: [String] { (try? list()) ?? [] }

  /// Lists the names in it, `.` and `..` left out.
  func list() throws(SystemError) -> [String] {
    // Opened anew: a copy would share its place with the original.
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
