/// The policy for sharing the display between clients.
public enum VNCSharing: String, PropertyWord {
  /// Ignore the requests of clients.
  case ignore
  /// Allow a client to request exclusive access.
  case allowExclusive = "allow-exclusive"
  /// Refuse requests for exclusive access.
  case forceShared = "force-shared"
}

/// A VNC server for the display.
///
/// QEMU: `-vnc [vnc=]HOST:DISPLAY|unix:PATH|none[,…]`
public struct VNCOption: OptionSchema {
  /// The option's name.
  public static let option = "vnc"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "vnc"

  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id")
  /// QEMU: `vnc=HOST:DISPLAY|unix:PATH|none`
  public let address = Key<String>("vnc", "the address to listen at")
  /// QEMU: `websocket=on|PORT`
  public let webSocket = Key<String>("websocket", "also listen for WebSocket connections")
  /// QEMU: `tls-creds=ID`
  public let tlsCredentials = Key<String>("tls-creds", "the object that holds the certificates")
  /// QEMU: `share=ignore|allow-exclusive|force-shared`
  public let sharing = Key<VNCSharing>("share", "the policy for sharing the display")
  /// QEMU: `display=ID`
  public let display = Key<String>("display", "the display device")
  /// QEMU: `head=N`
  public let head = Key<UInt64>("head", "the head of the display device")
  /// QEMU: `connections=N`
  public let connections = Key<UInt64>("connections", "the maximum number of clients")
  /// QEMU: `to=N`
  public let to = Key<UInt64>("to", "the last display number to try")
  /// QEMU: `ipv4=on|off`
  public let ipv4 = Key<Bool>("ipv4", "use IPv4")
  /// QEMU: `ipv6=on|off`
  public let ipv6 = Key<Bool>("ipv6", "use IPv6")
  /// QEMU: `password=on|off`
  public let password = Key<Bool>("password", "require the password that is set with a monitor")
  /// QEMU: `password-secret=ID`
  public let passwordSecret = Key<String>("password-secret", "the secret object that holds the password")
  /// QEMU: `reverse=on|off`
  public let reverse = Key<Bool>("reverse", "connect to a waiting client")
  /// QEMU: `lock-key-sync=on|off`
  public let lockKeySync = Key<Bool>("lock-key-sync", "synchronize lock keys")
  /// QEMU: `key-delay-ms=MS`
  public let keyDelay = Key<UInt64>("key-delay-ms", "delay between keys, in milliseconds")
  /// QEMU: `sasl=on|off`
  public let sasl = Key<Bool>("sasl", "authenticate clients with SASL")
  /// QEMU: `tls-authz=ID`
  public let tlsAuthorization = Key<String>("tls-authz", "the object that authorizes certificates")
  /// QEMU: `sasl-authz=ID`
  public let saslAuthorization = Key<String>("sasl-authz", "the object that authorizes users")
  /// QEMU: `lossy=on|off`
  public let lossy = Key<Bool>("lossy", "allow lossy compression")
  /// QEMU: `non-adaptive=on|off`
  public let nonAdaptive = Key<Bool>("non-adaptive", "do not adapt the compression")
  /// QEMU: `audiodev=ID`
  public let audioDevice = Key<String>("audiodev", "the audio backend that clients hear")
  /// QEMU: `power-control=on|off`
  public let powerControl = Key<Bool>("power-control", "allow clients to shut down or reset the guest")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = VNCOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
