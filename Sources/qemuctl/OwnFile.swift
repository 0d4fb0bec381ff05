import Glibc

/// A file that only the user may read.
enum OwnFile {
  /// Writes a text to a file and sets its mode to 0600, regardless of the umask; a device or a pipe keeps its mode.
  static func write(_ text: String, to path: String) throws(UsageProblem) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw UsageProblem(file: path, errno) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
    let number = Output.writeAll(Array(text.utf8), to: descriptor)
    let isClosed = close(descriptor) == 0
    if number != 0 || !isClosed { Output.noteLoss(of: path, number != 0 ? number : errno) }
  }
}
