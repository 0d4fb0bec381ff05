import Glibc
public import QEMUDiagnosis

extension KVMDeviceAccess {
  /// Reads the value of this host.
  /// - Parameter path: the device's path.
  public init(reading path: String) {
    var status = stat()
    let isShared = stat(path, &status) == 0 && status.st_mode & 0o060 == 0o060 && status.st_gid != 0
    self.init(group: isShared ? Self.name(of: status.st_gid) : nil)
  }

  /// The value of this host, read from `/dev/kvm`.
  public static var ofThisHost: KVMDeviceAccess { KVMDeviceAccess(reading: "/dev/kvm") }

  private static func name(of group: gid_t) -> String {
    var (entry, result) = (Glibc.group(), UnsafeMutablePointer<Glibc.group>?.none)
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getgrgid_r(group, &entry, &buffer, buffer.count, &result) == 0, result != nil,
      let name = entry.gr_name
    else { return String(group) }
    return String(cString: name)
  }
}
