/// The rules for addresses, sockets, network backends, and their daemons.
enum NetworkRules {
  static let all: [DiagnosisRule] = addresses + sockets + backends + files

  private static let addresses: [DiagnosisRule] = [
    .init(
      "vnc-port-in-use",
      [
        "-vnc *: Failed to find an available port: Address already in use",
        "-vnc *: Failed to bind socket*: Address already in use",
      ],
      cause: "the VNC display is in use: display N is TCP port 5900 + N",
      remedy: "use another display, or a range: -vnc 127.0.0.1:5,to=20; `ss -ltnp` lists the listening "
        + "processes"),
    .init(
      "gdb-port-in-use", ["-gdb *: Failed to find an available port: Address already in use"],
      cause: "the port of the gdb server is in use", remedy: "use another port: -gdb tcp:127.0.0.1:PORT"),
    .init(
      "port-in-use",
      [
        "Failed to find an available port: Address already in use",
        "Failed to bind socket*: Address already in use", "failed to initialize spice server",
      ],
      cause: "another process listens on that address",
      remedy: "use another port, or end that process: `ss -ltnp` lists it"),
    .init(
      "address-not-local", ["Failed to bind socket: Cannot assign requested address"],
      cause: "the address is not an address of this host",
      remedy: "use one that `ip address` lists, or 127.0.0.1"),
    .init(
      "port-forward-refused", ["Could not set up host forwarding rule '{rule}'"],
      cause:
        "the host port of the forwarding rule '{rule}' cannot be opened: it is in use, or it is below 1024 "
        + "and this user lacks the permission",
      remedy: "use a free port above 1023; `ss -ltnup` lists the ports in use"),
    .init(
      "port-forward-malformed", ["Invalid host forwarding rule '{rule}' ({reason})"],
      cause: "the host forwarding rule '{rule}' is malformed: {reason}",
      remedy: "write hostfwd=tcp:127.0.0.1:2222-:22"),
    .init(
      "vnc-display-invalid", ["can't convert to a number: {text}"],
      cause: "'{text}' is not a display number", remedy: "write -vnc 127.0.0.1:1, or -vnc unix:PATH"),
  ]

  private static let sockets: [DiagnosisRule] = [
    .init(
      "server-missing", ["Failed to connect to '{path}': No such file or directory"],
      cause: "no process listens on '{path}': the socket does not exist",
      remedy: "start the server that creates it (swtpm, virtiofsd, …) before QEMU, or correct the path"),
    .init(
      "server-gone", ["Failed to connect to '{path}': Connection refused"],
      when: { captures, _ in captures["path"]?.hasPrefix("/") ?? false },
      cause: "the server of '{path}' has exited: only its socket file remains",
      remedy: "start the server again; first remove the stale file if the server does not do so"),
    .init(
      "server-unreachable", ["Failed to connect to '{address}': {reason}"],
      cause: "'{address}' cannot be reached: {reason}",
      remedy: "check that the server is running and can be reached from this host"),
    .init(
      "socket-directory-missing", ["Failed to bind socket to {path}: No such file or directory"],
      cause: "the directory of the socket '{path}' does not exist",
      remedy: "create the directory, or correct the path"),
    .init(
      "socket-not-permitted",
      ["Failed to bind socket to {path}: {reason}", "Failed to unlink socket {path}: {reason}"],
      cause: "the socket '{path}' cannot be created: {reason}",
      remedy: "give the user of QEMU write permission on the directory, or use another directory"),
    .init(
      "socket-path-too-long", ["UNIX socket path '{path}' is too long*"],
      cause: "the path of a socket has 107 bytes at most, but '{path}' has more",
      remedy: "use a shorter directory, such as one in $XDG_RUNTIME_DIR"),
    .init(
      "descriptor-not-socket", ["File descriptor '{number}' is not a socket"],
      cause: "descriptor {number} is not open in QEMU, or is not a socket",
      remedy: "pass the right descriptor, not close-on-exec"),
    .init(
      "descriptor-not-number", ["Unable to parse FD number {text}"],
      cause: "'{text}' is not the number of a descriptor",
      remedy: "set fd= to the number of an open descriptor"),
    .init(
      "stdio-taken", ["cannot use stdio by multiple character devices*"],
      cause: "two devices use the terminal",
      remedy: "use one -serial mon:stdio for both the console and the monitor"),
  ]

  private static let backends: [DiagnosisRule] = [
    .init(
      "tun-not-permitted",
      ["could not open /dev/net/tun: Permission denied", "Could not open '/dev/net/tun': Permission denied"],
      cause: "this user may not create a tap interface",
      remedy:
        "create it once as root for this user (`ip tuntap add dev tap0 mode tap user USER`) if the user may "
        + "open /dev/net/tun, use -netdev bridge with its helper, pass an open tap device with fd=, or use "
        + "-netdev user or passt"
    ),
    .init(
      "tun-missing",
      ["could not open /dev/net/tun: {reason}", "Could not open '/dev/net/tun': {reason}"],
      cause: "/dev/net/tun cannot be opened: {reason}",
      remedy: "run `modprobe tun`; pass the device into a container"),
    .init(
      "tap-not-configured", ["could not configure /dev/net/tun ({name}): {reason}"],
      cause: "the tap interface {name} cannot be used: {reason}",
      remedy:
        "busy: end the process that uses it; not permitted: create it for this user with `ip tuntap add … user "
        + "USER`"),
    .init(
      "tap-descriptor-invalid",
      [
        "*Can't use file descriptor {number}: {reason}",
        "Can't set file descriptor {number} non-blocking: {reason}",
      ],
      cause: "descriptor {number} is not an open tap device: {reason}",
      remedy: "pass an open descriptor of /dev/net/tun that is not close-on-exec"),
    .init(
      "network-script-failed", ["network script {path} failed with status {status}"],
      cause: "the script '{path}' that configures the interface failed ({status})",
      remedy: "test it in a shell as the user of QEMU, or disable it with script=no,downscript=no"),
    .init(
      "bridge-not-allowed", ["failed to parse default acl file `{path}'"],
      cause: "the bridge helper has no list of allowed bridges: '{path}' is missing or malformed",
      remedy: "write one line for each bridge to '{path}': allow br0 (root:root, mode 0644)"),
    .init(
      "bridge-helper-denied", ["Can't fork bridge helper: {reason}"],
      cause: "QEMU may not start the bridge helper: {reason}",
      remedy: "with -sandbox use spawn=allow, or pass an open tap device with fd="),
    .init(
      "bridge-helper-failed", ["bridge helper failed", "failed to launch bridge helper*"],
      cause: "the helper that adds the interface to the bridge is missing or failed",
      remedy:
        "correct helper= (/usr/lib/qemu/qemu-bridge-helper on Debian), make it setuid root, and allow the "
        + "bridge in /etc/qemu/bridge.conf"),
    .init(
      "vhost-net-missing",
      [
        "tap: open vhost char device failed: No such file or directory",
        "Could not open '/dev/vhost-net': No such file or directory",
      ],
      cause: "this host has no /dev/vhost-net", remedy: "run `modprobe vhost_net`, or use vhost=off"),
    .init(
      "vhost-net-missing-crash", ["{place}: net_client_init1: Assertion `nc' failed."],
      cause:
        "a network backend cannot be set up, and this QEMU then fails an assertion; the warning above has "
        + "the reason, most likely /dev/vhost-net",
      remedy: "run `modprobe vhost_net`, or use vhost=off"),
    .init(
      "vhost-vsock-missing",
      [
        "vhost-vsock: failed to open vhost device: No such file or directory",
        "Could not open '/dev/vhost-vsock': No such file or directory",
      ],
      cause: "this host has no /dev/vhost-vsock", remedy: "run `modprobe vhost_vsock`, or remove the device"),
    .init(
      "vhost-not-permitted",
      [
        "tap: open vhost char device failed: Permission denied",
        "vhost-vsock: failed to open vhost device: Permission denied",
        "Could not open '/dev/vhost-{kind}': Permission denied",
      ],
      cause: "the user of QEMU may not open the vhost device",
      remedy: "add the user to its group (`ls -l /dev/vhost-*`, usually kvm), or disable vhost"),
  ]

  private static let files: [DiagnosisRule] = [
    .init(
      "named-pipe-missing",
      pipe("Could not open '{path}': No such file or directory"),
      cause: "there is no named pipe '{path}', nor a pair '{path}.in' and '{path}.out'",
      remedy:
        "create the pair first: `mkfifo '{path}.in' '{path}.out'` (or one for both directions: `mkfifo "
        + "'{path}'`)"),
    .init(
      "character-device-node-missing", chardevFile("Could not open '/dev/{name}': No such file or directory"),
      cause:
        "the device node '/dev/{name}' does not exist: its driver is not loaded or the device does not exist",
      remedy:
        "inspect it with `ls -l /dev/{name}`; /dev/ttyS* are serial ports, /dev/ttyUSB* adapters, /dev/parport* printers"
    ),
    .init(
      "log-directory-missing", chardevFile("Could not open '{path}': No such file or directory"),
      cause: "the directory of '{path}' does not exist", remedy: "create it, or correct the path"),
    .init(
      "log-not-permitted", chardevFile("Could not open '{path}': {reason}"),
      cause: "'{path}' cannot be written: {reason}",
      remedy:
        "give the user of QEMU write permission on the file and its directory, or use another path"),
    .init(
      "tls-credentials-unreadable",
      [
        "Unable to access credentials {path}: {reason}",
        "Cannot load certificate '{other}' & key '{path}': {reason}",
      ],
      cause: "the TLS credentials '{path}' cannot be read: {reason}",
      remedy:
        "create ca-cert.pem, and server-cert.pem with server-key.pem (client-… for a client), in dir= with "
        + "`certtool`, readable for the user of QEMU"),
    .init(
      "tls-credentials-malformed",
      [
        "Unable to import certificate {path}: {reason}", "Unable to import * certificate {path}: {reason}",
      ],
      cause: "'{path}' is not a certificate in PEM format: {reason}",
      remedy: "create it again, and check it with `certtool --infile {path} --certificate-info`"),
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
