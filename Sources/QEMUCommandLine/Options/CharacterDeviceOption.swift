/// A stream of bytes on the host, which devices and monitors of the guest are put on.
///
/// QEMU: `-chardev [backend=]BACKEND,id=ID[,…]`
public struct CharacterDeviceOption: OptionSchema {
  /// The option's name.
  public static let option = "chardev"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "backend"

  /// QEMU: `backend=BACKEND`
  public let backend = Key<CharacterBackendName>("backend", "what it is")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "its name")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the path of a file, pipe, socket, serial or parallel port")
  /// QEMU: `input-path=PATH`
  public let inputPath = Key<String>("input-path", "a file that is read", since: "8.1")
  /// QEMU: `append=on|off`
  public let append = Key<Bool>("append", "write behind what a file holds")
  /// QEMU: `host=HOST`
  public let host = Key<String>("host", "the host that is listened at or connected to")
  /// QEMU: `port=PORT`
  public let port = Key<String>("port", "the port, a number or a name")
  /// QEMU: `fd=N|NAME`
  public let fileDescriptor = Key<String>("fd", "a socket that is open already")
  /// QEMU: `localaddr=HOST`
  public let localAddress = Key<String>("localaddr", "the host that datagrams come in at")
  /// QEMU: `localport=PORT`
  public let localPort = Key<String>("localport", "the port that datagrams come in at")
  /// QEMU: `to=PORT`
  public let to = Key<UInt16>("to", "try up to this port")
  /// QEMU: `ipv4=on|off`
  public let ipv4 = Key<Bool>("ipv4", "use IPv4")
  /// QEMU: `ipv6=on|off`
  public let ipv6 = Key<Bool>("ipv6", "use IPv6")
  /// QEMU: `wait=on|off`
  public let wait = Key<Bool>("wait", "wait for a client before the guest starts")
  /// QEMU: `server=on|off`
  public let server = Key<Bool>("server", "listen")
  /// QEMU: `delay=on|off`
  public let delay = Key<Bool>("delay", "the contrary of nodelay")
  /// QEMU: `nodelay=on|off`
  public let noDelay = Key<Bool>("nodelay", "send at once")
  /// QEMU: `reconnect=SECONDS`
  public let reconnect = Key<UInt32>("reconnect", "connect again after so many seconds; gone since 10.0")
  /// QEMU: `reconnect-ms=MS`
  public let reconnectMilliseconds = Key<UInt32>(
    "reconnect-ms", "connect again after so many milliseconds", since: "9.2")
  /// QEMU: `telnet=on|off`
  public let telnet = Key<Bool>("telnet", "speak telnet")
  /// QEMU: `tn3270=on|off`
  public let tn3270 = Key<Bool>("tn3270", "speak TN3270")
  /// QEMU: `tls-creds=ID`
  public let tlsCredentials = Key<String>("tls-creds", "the object that holds the certificates")
  /// QEMU: `tls-authz=ID`
  public let tlsAuthorization = Key<String>("tls-authz", "the object that says which certificates are let in")
  /// QEMU: `websocket=on|off`
  public let webSocket = Key<Bool>("websocket", "speak web sockets")
  /// QEMU: `abstract=on|off`
  public let abstract = Key<Bool>("abstract", "the path is a name without a file")
  /// QEMU: `tight=on|off`
  public let tight = Key<Bool>("tight", "an abstract name has no filling")
  /// QEMU: `width=PIXELS`
  public let width = Key<UInt32>("width", "width of a console")
  /// QEMU: `height=PIXELS`
  public let height = Key<UInt32>("height", "height of a console")
  /// QEMU: `cols=N`
  public let columns = Key<UInt32>("cols", "columns of a console")
  /// QEMU: `rows=N`
  public let rows = Key<UInt32>("rows", "rows of a console")
  /// QEMU: `encoding=ENCODING`
  public let encoding = Key<String>("encoding", "how a console reads bytes", since: "10.2")
  /// QEMU: `mux=on|off`
  public let multiplexed = Key<Bool>("mux", "several may use it, in turns")
  /// QEMU: `signal=on|off`
  public let signal = Key<Bool>("signal", "Ctrl-C ends QEMU")
  /// QEMU: `name=NAME`
  public let name = Key<String>("name", "the name of a SPICE channel")
  /// QEMU: `debug=N`
  public let debug = Key<UInt32>("debug", "how much a SPICE channel tells")
  /// QEMU: `size=SIZE`
  public let size = Key<ByteCount>("size", "size of a ring")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the id of the character device below this one")
  /// QEMU: `chardevs.0=ID`
  public let hub0 = Key<String>("chardevs.0", "one of a hub", since: "10.0")
  /// QEMU: `chardevs.1=ID`
  public let hub1 = Key<String>("chardevs.1", "one of a hub", since: "10.0")
  /// QEMU: `chardevs.2=ID`
  public let hub2 = Key<String>("chardevs.2", "one of a hub", since: "10.0")
  /// QEMU: `chardevs.3=ID`
  public let hub3 = Key<String>("chardevs.3", "one of a hub", since: "10.0")
  /// QEMU: `mouse=on|off`
  public let mouse = Key<Bool>("mouse", "forward the pointer to a SPICE agent")
  /// QEMU: `clipboard=on|off`
  public let clipboard = Key<Bool>("clipboard", "share the clipboard with a SPICE agent")
  /// QEMU: `logfile=FILE`
  public let logFile = Key<String>("logfile", "a file that all output is copied to")
  /// QEMU: `logappend=on|off`
  public let logAppend = Key<Bool>("logappend", "copy it behind what the file holds")
  /// QEMU: `logtimestamp=on|off`
  public let logTimestamp = Key<Bool>("logtimestamp", "begin each line of it with the time", since: "10.2")

  /// The one instance, whose constants are the declarations.
  public static let schema = CharacterDeviceOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
