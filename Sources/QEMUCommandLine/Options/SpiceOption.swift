/// The use of a lossy compression.
public enum SpiceCompression: String, PropertyWord {
  /// For slow connections.
  case auto
  /// Never.
  case never
  /// Always.
  case always
}

/// The image compression.
public enum SpiceImageCompression: String, PropertyWord {
  /// GLZ or QUIC, depending on the image.
  case autoGLZ = "auto_glz"
  /// LZ or QUIC, depending on the image.
  case autoLZ = "auto_lz"
  /// QUIC.
  case quic
  /// GLZ.
  case glz
  /// LZ.
  case lz
  /// LZ4.
  case lz4
  /// None.
  case off
}

/// The use of video streams.
public enum SpiceVideoStreaming: String, PropertyWord {
  /// No streams.
  case off
  /// Streams for all video.
  case all
  /// Streams with a filter for small areas.
  case filter
}

/// A SPICE server for the display.
///
/// QEMU: `-spice port=N[,…]`
public struct SpiceOption: OptionSchema {
  /// The option's name.
  public static let option = "spice"

  /// QEMU: `port=N`
  public let port = Key<UInt16>("port", "the port")
  /// QEMU: `tls-port=N`
  public let tlsPort = Key<UInt16>("tls-port", "the port for TLS")
  /// QEMU: `addr=HOST|PATH`
  public let address = Key<String>("addr", "the address to listen at")
  /// QEMU: `ipv4=on|off`
  public let ipv4 = Key<Bool>("ipv4", "use IPv4")
  /// QEMU: `ipv6=on|off`
  public let ipv6 = Key<Bool>("ipv6", "use IPv6")
  /// QEMU: `unix=on|off`
  public let unix = Key<Bool>("unix", "the address is the path of a Unix socket")
  /// QEMU: `password-secret=ID`
  public let passwordSecret = Key<String>("password-secret", "the secret object that holds the password")
  /// QEMU: `disable-ticketing=on|off`
  public let disableTicketing = Key<Bool>("disable-ticketing", "allow clients without a password")
  /// QEMU: `disable-copy-paste=on|off`
  public let disableCopyPaste = Key<Bool>("disable-copy-paste", "disable the shared clipboard")
  /// QEMU: `disable-agent-file-xfer=on|off`
  public let disableFileTransfer = Key<Bool>(
    "disable-agent-file-xfer", "disable file transfer from the client to the guest")
  /// QEMU: `sasl=on|off`
  public let sasl = Key<Bool>("sasl", "authenticate clients with SASL")
  /// QEMU: `x509-dir=DIR`
  public let x509Directory = Key<String>("x509-dir", "the directory of the certificates")
  /// QEMU: `x509-key-file=FILE`
  public let x509KeyFile = Key<String>("x509-key-file", "the private key")
  /// QEMU: `x509-key-password=TEXT`
  public let x509KeyPassword = Key<String>(
    "x509-key-password", "the password of the key, visible to all users", isSecret: true)
  /// QEMU: `x509-cert-file=FILE`
  public let x509CertificateFile = Key<String>("x509-cert-file", "the certificate")
  /// QEMU: `x509-cacert-file=FILE`
  public let x509AuthorityFile = Key<String>("x509-cacert-file", "the authority's certificate")
  /// QEMU: `x509-dh-key-file=FILE`
  public let x509ParametersFile = Key<String>("x509-dh-key-file", "parameters of the key exchange")
  /// QEMU: `tls-ciphers=LIST`
  public let tlsCiphers = Key<String>("tls-ciphers", "the ciphers")
  /// QEMU: `tls-channel=CHANNEL`
  public let tlsChannels = ListKey<String>("tls-channel", "a channel that is encrypted")
  /// QEMU: `plaintext-channel=CHANNEL`
  public let plaintextChannels = ListKey<String>("plaintext-channel", "a channel that is not encrypted")
  /// QEMU: `image-compression=KIND`
  public let imageCompression = Key<SpiceImageCompression>("image-compression", "the image compression")
  /// QEMU: `jpeg-wan-compression=auto|never|always`
  public let jpegCompression = Key<SpiceCompression>("jpeg-wan-compression", "when JPEG is used")
  /// QEMU: `zlib-glz-wan-compression=auto|never|always`
  public let zlibCompression = Key<SpiceCompression>("zlib-glz-wan-compression", "when zlib is used")
  /// QEMU: `streaming-video=off|all|filter`
  public let videoStreaming = Key<SpiceVideoStreaming>("streaming-video", "the use of video streams")
  /// QEMU: `video-codec=LIST`
  public let videoCodecs = Key<String>("video-codec", "the encoders and codecs", since: "10.0")
  /// QEMU: `max-refresh-rate=N`
  public let maximumRefreshRate = Key<UInt64>("max-refresh-rate", "maximum refresh rate in Hz", since: "10.2")
  /// QEMU: `agent-mouse=on|off`
  public let agentMouse = Key<Bool>("agent-mouse", "use the agent for the pointer")
  /// QEMU: `playback-compression=on|off`
  public let playbackCompression = Key<Bool>("playback-compression", "compress audio")
  /// QEMU: `seamless-migration=on|off`
  public let seamlessMigration = Key<Bool>("seamless-migration", "let clients follow a migration")
  /// QEMU: `display=ID`
  public let display = Key<String>("display", "the display device")
  /// QEMU: `head=N`
  public let head = Key<UInt64>("head", "the head of the display device")
  /// QEMU: `gl=on|off`
  public let openGL = Key<Bool>("gl", "draw with OpenGL")
  /// QEMU: `rendernode=PATH`
  public let renderNode = Key<String>("rendernode", "the DRM render node")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = SpiceOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
