import Testing

extension ApplyTests {
  /// The options of a board before and after a change, and the steps of the change.
  struct Step: Sendable, CustomTestStringConvertible {
    let before: String
    let after: String
    /// The titles of the changes, in order.
    let done: [String]

    init(_ before: String, _ after: String, _ done: [String]) {
      (self.before, self.after, self.done) = (before, after, done)
    }

    var testDescription: String { done.joined(separator: ", ") }
  }

  static let steps: [Step] = [
    Step(
      "", "-netdev user,id=n -device virtio-net-pci,id=nic,netdev=n", ["netdev n added", "device nic added"]),
    Step(
      "",
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f -device scsi-hd,drive=d,id=disk,bus=s.0",
      ["blockdev f added", "blockdev d added", "device disk added"]),
    Step(
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f -device scsi-hd,drive=d,id=disk,bus=s.0",
      "",
      ["device disk removed", "blockdev d removed", "blockdev f removed"]),
    Step(
      "-object iothread,id=t,poll-max-ns=5", "-object iothread,id=t,poll-max-ns=6",
      ["object t poll-max-ns 5 → 6"]),
    Step("-object iothread,id=t", "-object iothread,id=u", ["object t removed", "object u added"]),
    Step(
      "-object throttle-group,id=g,x-iops-total=10", "-object throttle-group,id=g,x-iops-total=11",
      ["object g x-iops-total 10 → 11"]),
    Step(
      "-chardev null,id=c", "-chardev ringbuf,id=c,size=4096",
      ["chardev c backend null → ringbuf", "chardev c size → 4096"]),
    Step("-chardev null,id=c", "-chardev pty,id=e", ["chardev c removed", "chardev e added"]),
    Step(
      "-blockdev null-co,node-name=b,detect-zeroes=on",
      "-blockdev null-co,node-name=b,detect-zeroes=off,read-only=on",
      ["blockdev b detect-zeroes on → off", "blockdev b read-only off → on"]),
    Step(
      "-device virtio-net-pci,id=nic,bus=rp1,bootindex=1",
      "-device virtio-net-pci,id=nic,bus=rp1,bootindex=2",
      ["device nic bootindex 1 → 2"]),
    Step(
      "-blockdev null-co,node-name=a,read-only=on -device scsi-cd,drive=a,id=cd,bus=s.0",
      "-blockdev null-co,node-name=b,read-only=on -device scsi-cd,drive=b,id=cd,bus=s.0",
      ["blockdev b added", "device cd drive a → b", "blockdev a removed"]),
    Step(
      "-trace enable=qmp_job_cancel", "-trace enable=qmp_job_pause",
      ["trace event qmp_job_pause enabled", "trace event qmp_job_cancel disabled"]),
    Step(
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f",
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f,size=4096",
      ["blockdev d size 65536 → 4096"]),
    Step(
      "-drive if=none,id=d,driver=null-co,read-zeroes=on,throttling.iops-total=50 -device scsi-hd,drive=d,id=disk,bus=s.0",
      "-drive if=none,id=d,driver=null-co,read-zeroes=on,throttling.iops-total=60,throttling.bps-read=4096 "
        + "-device scsi-hd,drive=d,id=disk,bus=s.0",
      ["drive d throttling.iops-total 50 → 60", "drive d throttling.bps-read 0 → 4096"]),
    Step(
      "-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-:22", "-netdev user,id=n,hostfwd=udp:127.0.0.1:0-:23",
      [
        "netdev n host forward tcp:127.0.0.1:0→22 removed",
        "netdev n host forward udp:127.0.0.1:0→23 added",
      ]),
    Step("", "-d guest_errors", ["log items → guest_errors"]),
    Step("-d guest_errors", "", ["log items removed"]),
    Step("", "-no-reboot -action panic=none", ["no-reboot → on", "action panic → none"]),
    Step("-no-shutdown", "", ["no-shutdown removed"]),
    Step("-watchdog-action none", "-watchdog-action pause", ["watchdog-action → pause"]),
    Step(
      "-device qemu-xhci,id=x", "-device qemu-xhci,id=x -device usb-tablet,id=tablet,bus=x.0",
      ["device tablet added"]),
    Step(
      "-device qemu-xhci,id=x -device usb-kbd,id=keys,bus=x.0", "-device qemu-xhci,id=x",
      ["device keys removed"]),
    Step(
      "-device virtio-serial-pci,id=vs",
      "-device virtio-serial-pci,id=vs -chardev null,id=c -device virtserialport,id=port,bus=vs.0,chardev=c,name=agent",
      ["chardev c added", "device port added"]),
    Step(
      "-device virtio-serial-pci,id=vs -chardev null,id=c -device virtconsole,id=line,bus=vs.0,chardev=c",
      "-device virtio-serial-pci,id=vs", ["device line removed", "chardev c removed"]),
    Step(
      "-device virtio-balloon-pci,id=b,bus=rp1,guest-stats-polling-interval=2",
      "-device virtio-balloon-pci,id=b,bus=rp1,guest-stats-polling-interval=3",
      ["device b guest-stats-polling-interval 2 → 3"]),
    Step(
      "-object thread-context,id=t,cpu-affinity=0-1", "-object thread-context,id=t,cpu-affinity=1",
      ["object t cpu-affinity 0,1 → 1"]),
    Step(
      "-object thread-context,id=t,cpu-affinity=0-1", "-object thread-context,id=t,cpu-affinity=0",
      ["object t cpu-affinity 0,1 → 0"]),
    Step(
      "-drive if=none,id=m,media=cdrom,file=null-co://,format=raw -device scsi-cd,drive=m,id=cd,bus=s.0",
      "-drive if=none,id=m,media=cdrom,file=null-aio://,format=raw -device scsi-cd,drive=m,id=cd,bus=s.0",
      ["drive m file → null-aio://"]),
  ]
}
