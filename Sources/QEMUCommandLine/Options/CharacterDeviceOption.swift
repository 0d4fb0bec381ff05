/// A character device: a stream of bytes on the host for the guest's devices and for monitors.
///
/// QEMU: `-chardev [backend=]BACKEND,id=ID[,…]`
public struct CharacterDeviceOption: OptionSchema {
  /// The option's name.
  public static let option = "chardev"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "backend"

  /// QEMU: `backend=BACKEND`
  public let backend = Key<CharacterBackendName>("backend", "the backend")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the path of a file, pipe, socket, serial or parallel port")
  /// QEMU: `input-path=PATH`
  public let inputPath = Key<String>("input-path", "a file that the input is read from", since: "8.1")
  /// QEMU: `append=on|off`
  public let append = Key<Bool>("append", "append to a file")
  /// QEMU: `host=HOST`
  public let host = Key<String>("host", "the host to listen at or connect to")
  /// QEMU: `port=PORT`
  public let port = Key<String>("port", "the port, a number or a name")
  /// QEMU: `fd=N|NAME`
  public let fileDescriptor = Key<String>("fd", "a socket that is already open")
  /// QEMU: `localaddr=HOST`
  public let localAddress = Key<String>("localaddr", "the local host for UDP")
  /// QEMU: `localport=PORT`
  public let localPort = Key<String>("localport", "the local port for UDP")
  /// QEMU: `to=PORT`
  public let to = Key<UInt16>("to", "the last port to try")
  /// QEMU: `ipv4=on|off`
  public let ipv4 = Key<Bool>("ipv4", "use IPv4")
  /// QEMU: `ipv6=on|off`
  public let ipv6 = Key<Bool>("ipv6", "use IPv6")
  /// QEMU: `wait=on|off`
  public let wait = Key<Bool>("wait", "wait for a client before the guest starts")
  /// QEMU: `server=on|off`
  public let server = Key<Bool>("server", "listen")
  /// QEMU: `delay=on|off`
  public let delay = Key<Bool>("delay", "the opposite of nodelay")
  /// QEMU: `nodelay=on|off`
  public let noDelay = Key<Bool>("nodelay", "send data immediately")
  /// QEMU: `reconnect=SECONDS`
  public let reconnect = Key<UInt32>(
    "reconnect", "the delay before it reconnects, in seconds; removed in 10.0")
  /// QEMU: `reconnect-ms=MS`
  public let reconnectMilliseconds = Key<UInt32>(
    "reconnect-ms", "the delay before it reconnects, in milliseconds", since: "9.2")
  /// QEMU: `telnet=on|off`
  public let telnet = Key<Bool>("telnet", "use telnet")
  /// QEMU: `tn3270=on|off`
  public let tn3270 = Key<Bool>("tn3270", "use TN3270")
  /// QEMU: `tls-creds=ID`
  public let tlsCredentials = Key<String>("tls-creds", "the object that holds the certificates")
  /// QEMU: `tls-authz=ID`
  public let tlsAuthorization = Key<String>("tls-authz", "the object that authorizes certificates")
  /// QEMU: `websocket=on|off`
  public let webSocket = Key<Bool>("websocket", "use WebSocket")
  /// QEMU: `abstract=on|off`
  public let abstract = Key<Bool>("abstract", "use an abstract socket name")
  /// QEMU: `tight=on|off`
  public let tight = Key<Bool>("tight", "do not pad an abstract socket name")
  /// QEMU: `width=PIXELS`
  public let width = Key<UInt32>("width", "width of a console")
  /// QEMU: `height=PIXELS`
  public let height = Key<UInt32>("height", "height of a console")
  /// QEMU: `cols=N`
  public let columns = Key<UInt32>("cols", "columns of a console")
  /// QEMU: `rows=N`
  public let rows = Key<UInt32>("rows", "rows of a console")
  /// QEMU: `encoding=ENCODING`
  public let encoding = Key<String>("encoding", "the character encoding of a console", since: "10.2")
  /// QEMU: `mux=on|off`
  public let multiplexed = Key<Bool>("mux", "allow several users, in turns")
  /// QEMU: `signal=on|off`
  public let signal = Key<Bool>("signal", "let Ctrl-C quit QEMU")
  /// QEMU: `name=NAME`
  public let name = Key<String>("name", "the name of a SPICE channel")
  /// QEMU: `debug=N`
  public let debug = Key<UInt32>("debug", "the debug level of a SPICE channel")
  /// QEMU: `size=SIZE`
  public let size = Key<ByteCount>("size", "the size of a ring buffer")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the id of the character device below this one")
  /// QEMU: `chardevs.0=ID`
  public let hub0 = Key<String>("chardevs.0", "a character device of a hub", since: "10.0")
  /// QEMU: `chardevs.1=ID`
  public let hub1 = Key<String>("chardevs.1", "a character device of a hub", since: "10.0")
  /// QEMU: `chardevs.2=ID`
  public let hub2 = Key<String>("chardevs.2", "a character device of a hub", since: "10.0")
  /// QEMU: `chardevs.3=ID`
  public let hub3 = Key<String>("chardevs.3", "a character device of a hub", since: "10.0")
  /// QEMU: `mouse=on|off`
  public let mouse = Key<Bool>("mouse", "forward the pointer to a SPICE agent")
  /// QEMU: `clipboard=on|off`
  public let clipboard = Key<Bool>("clipboard", "share the clipboard with a SPICE agent")
  /// QEMU: `logfile=FILE`
  public let logFile = Key<String>("logfile", "a file that all output is copied to")
  /// QEMU: `logappend=on|off`
  public let logAppend = Key<Bool>("logappend", "append to the log file")
  /// QEMU: `logtimestamp=on|off`
  public let logTimestamp = Key<Bool>(
    "logtimestamp", "prefix each line of the log with the time", since: "10.2")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = CharacterDeviceOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
