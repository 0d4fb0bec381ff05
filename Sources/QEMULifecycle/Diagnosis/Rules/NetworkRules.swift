/// Addresses, sockets, network back ends, and the daemons at the other end.
enum NetworkRules {
  static let all: [DiagnosisRule] = addresses + sockets + backends + files

  private static let addresses: [DiagnosisRule] = [
    .init(
      "vnc-port-in-use",
      [
        "-vnc *: Failed to find an available port: Address already in use",
        "-vnc *: Failed to bind socket*: Address already in use",
      ],
      cause: "the VNC display is taken: display N is TCP port 5900 + N",
      remedy: "choose another display, or give a range: -vnc 127.0.0.1:5,to=20; `ss -ltnp` shows who "
        + "listens"),
    .init(
      "gdb-port-in-use", ["-gdb *: Failed to find an available port: Address already in use"],
      cause: "the port of the gdb server is taken", remedy: "choose another one: -gdb tcp:127.0.0.1:PORT"),
    .init(
      "port-in-use",
      [
        "Failed to find an available port: Address already in use",
        "Failed to bind socket*: Address already in use", "failed to initialize spice server",
      ],
      cause: "another program listens on that address",
      remedy: "choose another port, or end that program: `ss -ltnp` names it"),
    .init(
      "address-not-local", ["Failed to bind socket: Cannot assign requested address"],
      cause: "the address is none of this host's",
      remedy: "listen on one that `ip address` shows, or on 127.0.0.1"),
    .init(
      "port-forward-refused", ["Could not set up host forwarding rule '{rule}'"],
      cause:
        "the host's side of the forwarding '{rule}' cannot be opened: the port is in use, or below 1024 "
        + "and this user may not",
      remedy: "choose a free port above 1023; `ss -ltnup` shows those in use"),
    .init(
      "port-forward-malformed", ["Invalid host forwarding rule '{rule}' ({reason})"],
      cause: "the forwarding '{rule}' is malformed: {reason}",
      remedy: "write hostfwd=tcp:127.0.0.1:2222-:22"),
    .init(
      "vnc-display-invalid", ["can't convert to a number: {text}"],
      cause: "'{text}' is no display number", remedy: "write -vnc 127.0.0.1:1, or -vnc unix:PATH"),
  ]

  private static let sockets: [DiagnosisRule] = [
    .init(
      "server-missing", ["Failed to connect to '{path}': No such file or directory"],
      cause: "nothing listens at '{path}': the socket does not exist",
      remedy: "start the server that makes it (swtpm, virtiofsd, …) before QEMU, or correct the path"),
    .init(
      "server-gone", ["Failed to connect to '{path}': Connection refused"],
      when: { captures, _ in captures["path"]?.hasPrefix("/") ?? false },
      cause: "the server of '{path}' has exited: only its socket file is left",
      remedy: "start the server again; remove the stale file first where the server does not"),
    .init(
      "server-unreachable", ["Failed to connect to '{address}': {reason}"],
      cause: "'{address}' cannot be reached: {reason}",
      remedy: "see that the server runs and may be reached from here"),
    .init(
      "socket-folder-missing", ["Failed to bind socket to {path}: No such file or directory"],
      cause: "the directory of the socket '{path}' does not exist",
      remedy: "create the directory, or correct the path"),
    .init(
      "socket-not-permitted",
      ["Failed to bind socket to {path}: {reason}", "Failed to unlink socket {path}: {reason}"],
      cause: "the socket '{path}' cannot be made: {reason}",
      remedy: "give the user that QEMU runs as write permission on the directory, or choose another one"),
    .init(
      "socket-path-too-long", ["UNIX socket path '{path}' is too long*"],
      cause: "a socket's path has 107 bytes at most, and '{path}' has more",
      remedy: "use a shorter directory, such as one in $XDG_RUNTIME_DIR"),
    .init(
      "descriptor-not-socket", ["File descriptor '{number}' is not a socket"],
      cause: "descriptor {number} is not open in QEMU, or is no socket",
      remedy: "pass the right descriptor, not close-on-exec"),
    .init(
      "descriptor-not-number", ["Unable to parse FD number {text}"],
      cause: "'{text}' is no descriptor of this command line",
      remedy: "give fd= the number of an open descriptor"),
    .init(
      "stdio-taken", ["cannot use stdio by multiple character devices*"],
      cause: "two devices ask for the terminal",
      remedy: "use one -serial mon:stdio for console and monitor together"),
  ]

  private static let backends: [DiagnosisRule] = [
    .init(
      "tun-not-permitted",
      ["could not open /dev/net/tun: Permission denied", "Could not open '/dev/net/tun': Permission denied"],
      cause: "this user may not make a tap interface",
      remedy:
        "make it once as root for this user (`ip tuntap add dev tap0 mode tap user USER`) where "
        + "/dev/net/tun is open to it, use -netdev bridge with its helper, pass an open tap with fd=, or "
        + "use -netdev user or passt"
    ),
    .init(
      "tun-missing",
      ["could not open /dev/net/tun: {reason}", "Could not open '/dev/net/tun': {reason}"],
      cause: "/dev/net/tun cannot be opened: {reason}",
      remedy: "`modprobe tun`; in a container pass the device in"),
    .init(
      "tap-not-configured", ["could not configure /dev/net/tun ({name}): {reason}"],
      cause: "the tap interface {name} cannot be used: {reason}",
      remedy:
        "busy: another program has it; not permitted: make it for this user with `ip tuntap add … user "
        + "USER`"),
    .init(
      "tap-descriptor-invalid",
      [
        "*Can't use file descriptor {number}: {reason}",
        "Can't set file descriptor {number} non-blocking: {reason}",
      ],
      cause: "descriptor {number} is no open tap: {reason}",
      remedy: "pass an open descriptor of /dev/net/tun that is not close-on-exec"),
    .init(
      "network-script-failed", ["network script {path} failed with status {status}"],
      cause: "the script '{path}' that sets the interface up failed ({status})",
      remedy: "run it by hand as that user, or switch it off with script=no,downscript=no"),
    .init(
      "bridge-not-allowed", ["failed to parse default acl file `{path}'"],
      cause: "the bridge helper finds no list of allowed bridges: '{path}' is missing or malformed",
      remedy: "write one line for each bridge into '{path}': allow br0 (root:root, mode 0644)"),
    .init(
      "bridge-helper-denied", ["Can't fork bridge helper: {reason}"],
      cause: "QEMU may not start the bridge helper: {reason}",
      remedy: "with -sandbox use spawn=allow, or pass an open tap with fd="),
    .init(
      "bridge-helper-failed", ["bridge helper failed", "failed to launch bridge helper*"],
      cause: "the helper that plugs the interface into the bridge is missing or failed",
      remedy:
        "correct helper= (/usr/lib/qemu/qemu-bridge-helper on Debian), make it setuid root, and allow the "
        + "bridge in /etc/qemu/bridge.conf"),
    .init(
      "vhost-net-missing",
      [
        "tap: open vhost char device failed: No such file or directory",
        "Could not open '/dev/vhost-net': No such file or directory",
      ],
      cause: "this host has no /dev/vhost-net", remedy: "`modprobe vhost_net`, or use vhost=off"),
    .init(
      "vhost-net-missing-crash", ["{place}: net_client_init1: Assertion `nc' failed."],
      cause:
        "this QEMU ends by an assertion where a network back end cannot be set up; the warning above says "
        + "why, most likely /dev/vhost-net",
      remedy: "`modprobe vhost_net`, or use vhost=off"),
    .init(
      "vhost-vsock-missing",
      [
        "vhost-vsock: failed to open vhost device: No such file or directory",
        "Could not open '/dev/vhost-vsock': No such file or directory",
      ],
      cause: "this host has no /dev/vhost-vsock", remedy: "`modprobe vhost_vsock`, or remove the device"),
    .init(
      "vhost-not-permitted",
      [
        "tap: open vhost char device failed: Permission denied",
        "vhost-vsock: failed to open vhost device: Permission denied",
        "Could not open '/dev/vhost-{kind}': Permission denied",
      ],
      cause: "the user that QEMU runs as may not open the vhost device",
      remedy: "put the user into its group (`ls -l /dev/vhost-*`, mostly kvm), or do without vhost"),
  ]

  private static let files: [DiagnosisRule] = [
    .init(
      "named-pipe-missing",
      pipe("Could not open '{path}': No such file or directory"),
      cause: "there is no named pipe '{path}', nor a pair '{path}.in' and '{path}.out'",
      remedy:
        "make the pair first: `mkfifo '{path}.in' '{path}.out'` (or one for both ways: `mkfifo '{path}'`)"),
    .init(
      "character-device-node-missing", chardevFile("Could not open '/dev/{name}': No such file or directory"),
      cause:
        "the device node '/dev/{name}' does not exist: its driver is not loaded or the device does not exist",
      remedy:
        "inspect it with `ls -l /dev/{name}`; /dev/ttyS* are serial ports, /dev/ttyUSB* adapters, /dev/parport* printers"
    ),
    .init(
      "log-folder-missing", chardevFile("Could not open '{path}': No such file or directory"),
      cause: "the directory of '{path}' does not exist", remedy: "create it, or correct the path"),
    .init(
      "log-not-permitted", chardevFile("Could not open '{path}': {reason}"),
      cause: "'{path}' cannot be written: {reason}",
      remedy:
        "give the user that QEMU runs as write permission on the file and its directory, or choose another "
        + "path"),
    .init(
      "tls-credentials-unreadable",
      [
        "Unable to access credentials {path}: {reason}",
        "Cannot load certificate '{other}' & key '{path}': {reason}",
      ],
      cause: "the TLS credentials '{path}' cannot be read: {reason}",
      remedy:
        "dir= needs ca-cert.pem, and server-cert.pem with server-key.pem (client-… at a client), readable "
        + "for the user that QEMU runs as; `certtool` makes them"),
    .init(
      "tls-credentials-malformed",
      [
        "Unable to import certificate {path}: {reason}", "Unable to import * certificate {path}: {reason}",
      ],
      cause: "'{path}' is no certificate in PEM form: {reason}",
      remedy: "create it again, `certtool --infile {path} --certificate-info` shows one"),
  ]

  private static let characterOptions = ["serial", "parallel", "monitor", "qmp", "debugcon"]

  private static func chardevFile(_ words: String) -> [WordPattern] {
    (["chardev"] + characterOptions).map { WordPattern("-\($0) *: \(words)") }
  }

  private static func pipe(_ words: String) -> [WordPattern] {
    [WordPattern("-chardev pipe,*: \(words)")]
      + characterOptions.map { WordPattern("-\($0) *pipe:*: \(words)") }
  }
}
