/// How clients share the display.
public enum VNCSharing: String, PropertyWord {
  /// As they like.
  case ignore
  /// One may ask to be alone.
  case allowExclusive = "allow-exclusive"
  /// None may be alone.
  case forceShared = "force-shared"
}

/// Shows the display to VNC clients.
///
/// QEMU: `-vnc [vnc=]HOST:DISPLAY|unix:PATH|none[,…]`
public struct VNCOption: OptionSchema {
  /// The option's name.
  public static let option = "vnc"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "vnc"

  /// QEMU: `id=ID`
  public let id = Key<String>("id", "its name")
  /// QEMU: `vnc=HOST:DISPLAY|unix:PATH|none`
  public let address = Key<String>("vnc", "where it listens")
  /// QEMU: `websocket=on|PORT`
  public let webSocket = Key<String>("websocket", "listen for web sockets, too")
  /// QEMU: `tls-creds=ID`
  public let tlsCredentials = Key<String>("tls-creds", "the object that holds the certificates")
  /// QEMU: `share=ignore|allow-exclusive|force-shared`
  public let sharing = Key<VNCSharing>("share", "how clients share")
  /// QEMU: `display=ID`
  public let display = Key<String>("display", "the device whose display it is")
  /// QEMU: `head=N`
  public let head = Key<UInt64>("head", "which of its displays")
  /// QEMU: `connections=N`
  public let connections = Key<UInt64>("connections", "most clients")
  /// QEMU: `to=N`
  public let to = Key<UInt64>("to", "try up to this display number")
  /// QEMU: `ipv4=on|off`
  public let ipv4 = Key<Bool>("ipv4", "use IPv4")
  /// QEMU: `ipv6=on|off`
  public let ipv6 = Key<Bool>("ipv6", "use IPv6")
  /// QEMU: `password=on|off`
  public let password = Key<Bool>("password", "ask for the password that a monitor sets")
  /// QEMU: `password-secret=ID`
  public let passwordSecret = Key<String>("password-secret", "the secret object that holds the password")
  /// QEMU: `reverse=on|off`
  public let reverse = Key<Bool>("reverse", "connect to a waiting client")
  /// QEMU: `lock-key-sync=on|off`
  public let lockKeySync = Key<Bool>("lock-key-sync", "keep lock keys in step")
  /// QEMU: `key-delay-ms=MS`
  public let keyDelay = Key<UInt64>("key-delay-ms", "pause between keys, in milliseconds")
  /// QEMU: `sasl=on|off`
  public let sasl = Key<Bool>("sasl", "ask who the client is, by SASL")
  /// QEMU: `tls-authz=ID`
  public let tlsAuthorization = Key<String>("tls-authz", "the object that says which certificates are let in")
  /// QEMU: `sasl-authz=ID`
  public let saslAuthorization = Key<String>("sasl-authz", "the object that says which users are let in")
  /// QEMU: `lossy=on|off`
  public let lossy = Key<Bool>("lossy", "compress with loss")
  /// QEMU: `non-adaptive=on|off`
  public let nonAdaptive = Key<Bool>("non-adaptive", "do not adapt the compression")
  /// QEMU: `audiodev=ID`
  public let audioDevice = Key<String>("audiodev", "the audio device that is heard")
  /// QEMU: `power-control=on|off`
  public let powerControl = Key<Bool>("power-control", "let clients switch the guest off")

  /// The one instance, whose constants are the declarations.
  public static let schema = VNCOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
