import CLinux
import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// The kernel takes 107 bytes of a socket's path: a longer one is reached all the same.
@Suite struct UnixSocketPathTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A socket whose path has that many bytes, its directory made.
  private func socket(length: Int) throws -> UnixSocketPath {
    var path = directory.path
    let name = "qmp-1.sock"
    while length - path.utf8.count - name.utf8.count > 60 {
      path += "/" + String(repeating: "f", count: 40)
      try makeDirectory(path)
    }
    path += "/" + String(repeating: "l", count: length - path.utf8.count - name.utf8.count - 2)
    try makeDirectory(path)
    return UnixSocketPath(directory: path, name: name)
  }

  @Test(arguments: [60, 106, 107, 108, 109, 200, 1000])
  func aSocketIsReachedHoweverLongItsPathIs(_ length: Int) throws {
    let socket = try socket(length: length)
    #expect(socket.path.utf8.count == length)
    #expect(socket.isIndirect == (length > 107))
    let listener = try socket.listen()
    #expect(fileType(socket.path) == S_IFSOCK && permissions(socket.path) == 0o600)
    let client = try socket.connect()
    let server = Descriptor(owning: try checked(clinux_accept(listener.number), "accept"))
    #expect(clinux_send(client.number, "x", 1, nil, 0) == 1)
    var byte: UInt8 = 0
    #expect(clinux_receive(server.number, &byte, 1) == 1 && byte == UInt8(ascii: "x"))
  }

  @Test(arguments: [107, 108, 1000])
  func aRemovedSocketLeavesNothing(_ length: Int) throws {
    let socket = try socket(length: length)
    let listener = try socket.listen()
    #expect(entryNames(of: socket.directory) == [socket.name])
    socket.remove()
    #expect(entryNames(of: socket.directory) == [])
    let error = #expect(throws: SystemError.self) { _ = try socket.connect() }
    #expect(error?.number == ENOENT)
    _ = listener.number
  }

  @Test(arguments: [107, 108])
  func aSocketThatIsThereIsNotTakenOver(_ length: Int) throws {
    let socket = try socket(length: length)
    let first = try socket.listen()
    let error = #expect(throws: SystemError.self) { _ = try socket.listen() }
    #expect(error?.number == EADDRINUSE)
    #expect(error?.operation == "listen on \"\(socket.path)\"", "the path that was asked for is told")
    _ = try socket.connect()
    _ = first.number
  }

  @Test(arguments: [107, 108])
  func whereNobodyListensNobodyIsReached(_ length: Int) throws {
    let socket = try socket(length: length)
    _ = try socket.listen()
    let error = #expect(throws: SystemError.self) { _ = try socket.connect() }
    #expect(error?.number == ECONNREFUSED)
    #expect(error?.operation == "connect to \"\(socket.path)\"")
  }

  @Test(arguments: [10, 200])
  func aDirectoryThatIsNotThereIsToldByItsName(_ length: Int) throws {
    let missing = directory.file(String(repeating: "m", count: length))
    let socket = UnixSocketPath(directory: missing, name: "qmp-1.sock")
    for attempt in [{ _ = try socket.listen() }, { _ = try socket.connect() }] {
      let error = #expect(throws: SystemError.self, performing: attempt)
      #expect(error?.number == ENOENT)
      #expect(error?.operation.contains(missing) == true)
    }
  }

  static let splits: [(path: String, directory: String, name: String)] = [
    ("/run/vm/qmp.sock", "/run/vm", "qmp.sock"), ("/qmp.sock", "/", "qmp.sock"),
    ("qmp.sock", ".", "qmp.sock"), ("a/qmp.sock", "a", "qmp.sock"), ("./qmp.sock", ".", "qmp.sock"),
  ]

  @Test(arguments: splits)
  func aPathIsADirectoryAndAName(_ row: (path: String, directory: String, name: String)) {
    let socket = UnixSocketPath(row.path)
    #expect(socket.directory == row.directory)
    #expect(socket.name == row.name)
  }
}
