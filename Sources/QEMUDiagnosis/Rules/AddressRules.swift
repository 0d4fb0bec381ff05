/// The rules for malformed network addresses, and for network programs that do not start.
enum AddressRules {
  static let all: [DiagnosisRule] = [
    .init(
      "network-address-invalid", ["Failed to parse {what}"],
      cause: "-netdev user has a {what} that is not an address",
      remedy: "write net=10.0.2.0/24, dns=10.0.2.3, host=10.0.2.2"),
    .init(
      "guest-forward-invalid", ["Invalid guest forwarding rule '{rule}'*"],
      cause: "the guest forwarding rule '{rule}' is malformed",
      remedy: "write guestfwd=tcp:10.0.2.100:80-cmd:COMMAND or …-tcp:HOST:PORT"),
    .init(
      "port-separator-missing",
      [
        "host address '{address}' doesn't contain ':' separating host from port",
        "error parsing address '{address}'",
      ],
      cause: "'{address}' is not HOST:PORT",
      remedy: "write 127.0.0.1:4444"),
    .init(
      "netdev-address-missing", ["exactly one of {parts} is required"],
      cause: "the network needs exactly one of {parts}",
      remedy: "keep one of them"),
    .init(
      "tunnel-address-not-local", ["could not bind socket: {reason}", "could not bind socket err={reason}"],
      cause: "the tunnel's address src= cannot be bound: {reason}",
      remedy: "use an address that `ip address` shows"),
    .init(
      "network-program-missing", ["Error creating daemon: Failed to execute child process *"],
      cause: "the program of the network backend (passt) is not installed",
      remedy: "install passt, or use -netdev user"),
    .init(
      "vnc-port-too-large", ["port {port} out of range"],
      cause: "'{port}' is not a port",
      remedy: "write -vnc 127.0.0.1:1: display N is port 5900 + N, up to 65535"),
  ]
}
