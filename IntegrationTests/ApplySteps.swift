import Testing

extension ApplyTests {
  /// What a board has before and after, and what is done between.
  struct Step: Sendable, CustomTestStringConvertible {
    let before: String
    let after: String
    /// What is done, in order.
    let done: [String]

    init(_ before: String, _ after: String, _ done: [String]) {
      (self.before, self.after, self.done) = (before, after, done)
    }

    var testDescription: String { done.joined(separator: ", ") }
  }

  static let steps: [Step] = [
    Step(
      "", "-netdev user,id=n -device virtio-net-pci,id=nic,netdev=n", ["netdev n: add", "device nic: add"]),
    Step(
      "",
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f -device scsi-hd,drive=d,id=disk,bus=s.0",
      ["blockdev f: add", "blockdev d: add", "device disk: add"]),
    Step(
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f -device scsi-hd,drive=d,id=disk,bus=s.0",
      "",
      ["device disk: remove", "blockdev d: remove", "blockdev f: remove"]),
    Step(
      "-object iothread,id=t,poll-max-ns=5", "-object iothread,id=t,poll-max-ns=6",
      ["object t: change poll-max-ns to 6"]),
    Step("-object iothread,id=t", "-object iothread,id=u", ["object t: remove", "object u: add"]),
    Step(
      "-object throttle-group,id=g,x-iops-total=10", "-object throttle-group,id=g,x-iops-total=11",
      ["object g: change x-iops-total to 11"]),
    Step("-chardev null,id=c", "-chardev ringbuf,id=c,size=4096", ["chardev c: open anew as it is wanted"]),
    Step("-chardev null,id=c", "-chardev pty,id=e", ["chardev c: remove", "chardev e: add"]),
    Step(
      "-blockdev null-co,node-name=b,detect-zeroes=on",
      "-blockdev null-co,node-name=b,detect-zeroes=off,read-only=on",
      ["blockdev b: open anew as it is wanted"]),
    Step(
      "-device virtio-net-pci,id=nic,bus=rp1,bootindex=1",
      "-device virtio-net-pci,id=nic,bus=rp1,bootindex=2",
      ["device nic: change bootindex to 2"]),
    Step(
      "-blockdev null-co,node-name=a,read-only=on -device scsi-cd,drive=a,id=cd,bus=s.0",
      "-blockdev null-co,node-name=b,read-only=on -device scsi-cd,drive=b,id=cd,bus=s.0",
      ["blockdev b: add", "device cd: change drive to b", "blockdev a: remove"]),
    Step(
      "-trace enable=qmp_job_cancel", "-trace enable=qmp_job_pause",
      ["trace 0: change enable to qmp_job_pause", "trace 0: leave qmp_job_cancel to QEMU"]),
    Step(
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f",
      "-blockdev null-co,node-name=f,size=65536 -blockdev raw,node-name=d,file=f,size=4096",
      ["blockdev d: open anew as it is wanted"]),
    Step(
      "-drive if=none,id=d,driver=null-co,read-zeroes=on,throttling.iops-total=50 -device scsi-hd,drive=d,id=disk,bus=s.0",
      "-drive if=none,id=d,driver=null-co,read-zeroes=on,throttling.iops-total=60,throttling.bps-read=4096 "
        + "-device scsi-hd,drive=d,id=disk,bus=s.0",
      ["drive d: set the limits as they are wanted"]),
    Step(
      "-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-:22", "-netdev user,id=n,hostfwd=udp:127.0.0.1:0-:23",
      [
        "netdev n: leave tcp:127.0.0.1:0-:22 to QEMU",
        "netdev n: change hostfwd.0.str to udp:127.0.0.1:0-:23",
      ]),
    Step("", "-d guest_errors", ["d 0: set to guest_errors"]),
    Step("-d guest_errors", "", ["d 0: leave out"]),
    Step("", "-no-reboot -action panic=none", ["no-reboot 0: set to on", "action 0: change panic to none"]),
    Step("-no-shutdown", "", ["no-shutdown 0: leave out"]),
    Step("-watchdog-action none", "-watchdog-action pause", ["watchdog-action 0: set to pause"]),
    Step(
      "-device qemu-xhci,id=x", "-device qemu-xhci,id=x -device usb-tablet,id=tablet,bus=x.0",
      ["device tablet: add"]),
    Step(
      "-device qemu-xhci,id=x -device usb-kbd,id=keys,bus=x.0", "-device qemu-xhci,id=x",
      ["device keys: remove"]),
    Step(
      "-device virtio-serial-pci,id=vs",
      "-device virtio-serial-pci,id=vs -chardev null,id=c -device virtserialport,id=port,bus=vs.0,chardev=c,name=agent",
      ["chardev c: add", "device port: add"]),
    Step(
      "-device virtio-serial-pci,id=vs -chardev null,id=c -device virtconsole,id=line,bus=vs.0,chardev=c",
      "-device virtio-serial-pci,id=vs", ["device line: remove", "chardev c: remove"]),
    Step(
      "-device virtio-balloon-pci,id=b,bus=rp1,guest-stats-polling-interval=2",
      "-device virtio-balloon-pci,id=b,bus=rp1,guest-stats-polling-interval=3",
      ["device b: change guest-stats-polling-interval to 3"]),
    Step(
      "-object thread-context,id=t,cpu-affinity=0-1", "-object thread-context,id=t,cpu-affinity=1",
      ["object t: run where it is wanted"]),
    Step(
      "-object thread-context,id=t,cpu-affinity=0-1", "-object thread-context,id=t,cpu-affinity=0",
      ["object t: run where it is wanted"]),
    Step(
      "-drive if=none,id=m,media=cdrom,file=null-co://,format=raw -device scsi-cd,drive=m,id=cd,bus=s.0",
      "-drive if=none,id=m,media=cdrom,file=null-aio://,format=raw -device scsi-cd,drive=m,id=cd,bus=s.0",
      ["drive m: change file to null-aio://"]),
  ]
}
