import CLinux
import Glibc

/// Returns the names in a directory, except `.` and `..`; nil if it cannot be opened, and `errno` says why.
package func entryNames(of path: String) -> [String]? {
  let descriptor = clinux_open(path, O_RDONLY | O_DIRECTORY, 0)
  if descriptor >= 0 { return entryNames(ofDescriptor: descriptor) }
  errno = -descriptor
  return nil
}

/// Returns the names in an open directory, and closes it; nil if it cannot be read, and `errno` says why.
package func entryNames(ofDescriptor descriptor: Int32) -> [String]? {
  guard let directory = fdopendir(descriptor) else {
    let error = errno
    close(descriptor)
    errno = error
    return nil
  }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
