import Glibc
import LinuxSystem
public import QEMUDiagnosis

/// A QEMU program on this host.
public struct QEMUBinary: Sendable, Hashable {
  /// Its path; absolute if it was found in PATH.
  public let path: String

  /// The name of the program that emulates the architecture of this host.
  public static let hostName = "qemu-system-\(hostArchitecture)"

  private static var hostArchitecture: String {
    #if arch(arm64)
    "aarch64"
    #elseif arch(riscv64)
    "riscv64"
    #else
    "x86_64"
    #endif
  }

  /// Finds a program as a shell does.
  /// - Parameter word: a path, a name to look up in PATH, or an architecture: `aarch64` means `qemu-system-aarch64`.
  /// - Throws: ``LifecycleError`` `binaryUnusable` if there is none, or if it may not be executed.
  public init(finding word: String) throws(LifecycleError) {
    if word.contains("/") {
      guard access(word, X_OK) == 0 else { throw Self.unusable(word, SystemError(errno, "").message) }
      if Self.isDirectory(word) { throw Self.unusable(word, "it is a directory") }
      path = word
      return
    }
    let directories = (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin").split(separator: ":")
    // The name of an architecture may also be that of another program: util-linux has an x86_64.
    for name in ["qemu-system-\(word)", word] {
      for directory in directories {
        let candidate = "\(directory)/\(name)"
        if access(candidate, X_OK) == 0, !Self.isDirectory(candidate) {
          path = candidate
          return
        }
      }
    }
    throw Self.unusable(word, "it is not in PATH")
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func unusable(_ word: String, _ why: String) -> LifecycleError {
    LifecycleError(
      .binaryUnusable, "the QEMU binary \"\(word)\" cannot be used: \(why)",
      remedy: "install it (Debian: qemu-system-x86, qemu-system-arm), or specify another one with --qemu")
  }

  /// The architecture that it emulates, from its file name; nil if the name has none.
  public var architecture: String? {
    path.split(separator: "/").last.flatMap { name in
      name.firstRange(of: "qemu-system-").map { range in
        String(name[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      }
    }
  }
}
