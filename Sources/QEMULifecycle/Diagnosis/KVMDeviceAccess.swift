import Glibc

/// The way to let a user open the KVM device of a host.
public struct KVMDeviceAccess: Sendable, Hashable {
  /// The group that may open the device; nil if only its owner may.
  public let group: String?

  /// Makes the value of a host whose device has the usual group, `kvm`.
  public init() { group = "kvm" }

  /// Makes the value of a host.
  /// - Parameter group: the group that may open the device; nil if only its owner may.
  public init(group: String?) { self.group = group }

  /// Reads the value of this host.
  /// - Parameter path: the device's path.
  public init(reading path: String) {
    var status = stat()
    let isShared = stat(path, &status) == 0 && status.st_mode & 0o060 == 0o060 && status.st_gid != 0
    group = isShared ? Self.name(of: status.st_gid) : nil
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

  /// The remedy, without a full stop.
  var advice: String {
    guard let group else {
      return
        "let that user open the device: only its owner may (`ls -l /dev/kvm`), so run QEMU as the owner, or, as "
        + "root, give the device to a group (`chgrp` and `chmod 660`, and a udev rule that does so at each "
        + "boot) and add the user to that group"
    }
    return
      "add that user to the group of the device: `sudo usermod -aG \(group) USER`, then log in again "
      + "(`newgrp \(group)` for one shell; SupplementaryGroups=\(group) in a systemd unit; --device /dev/kvm "
      + "--group-add for a container); `ls -l /dev/kvm` must show crw-rw---- root \(group), which udev sets"
  }
}
