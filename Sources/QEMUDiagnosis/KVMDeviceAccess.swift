/// The way to let a user open the KVM device of a host.
public struct KVMDeviceAccess: Sendable, Hashable {
  /// The group that may open the device; nil if only its owner may.
  public let group: String?

  /// Makes the value of a host whose device has the usual group, `kvm`.
  public init() { group = "kvm" }

  /// Makes the value of a host.
  /// - Parameter group: the group that may open the device; nil if only its owner may.
  public init(group: String?) { self.group = group }

  /// The remedy, without a full stop.
  package var advice: String {
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
