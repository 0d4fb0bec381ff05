import Dispatch
import Foundation
import Glibc
import QEMU

/// The Linux guest that `make guest` brings, and its first serial port, over which it obeys.
final class GuestUnderTest: Sendable {
  /// Why there is no guest here; nil where there is one.
  static let absence: String? = {
    let directory = QEMUMatrix.packageRoot.appending(path: ".qemu/guest")
    if FileManager.default.fileExists(atPath: directory.appending(path: ".complete").path) { return nil }
    let reason = try? String(contentsOf: directory.appending(path: "skipped"), encoding: .utf8)
    return reason ?? "make guest has not run"
  }()

  /// Returns the options that boot the guest, with a socket as its serial port.
  static func arguments(console: String) -> [String] {
    let directory = QEMUMatrix.packageRoot.appending(path: ".qemu/guest").path(percentEncoded: false)
    return [
      "-kernel", "\(directory)/vmlinuz", "-initrd", "\(directory)/disk.img", "-append", "console=ttyS0 quiet",
      "-chardev", "socket,id=console,path=\(console),server=on,wait=off", "-serial", "chardev:console",
    ]
  }

  private let socket: FileHandle
  private let queue = DispatchQueue(label: "guest")

  /// Takes the other end of the guest's serial port.
  init(console: String) throws {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    socket = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: Array(console.utf8).prefix($0.count - 1))
    }
    // A guest that says nothing for so long does not work.
    var timeout = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw GuestError(words: "\(console): \(String(cString: strerror(errno)))") }
  }

  /// Waits until it obeys.
  func waitUntilReady() async throws { _ = try await answer() }

  /// Has it do a line of shell.
  /// - Returns: what it said.
  /// - Throws: ``GuestError`` where the line failed.
  @discardableResult
  func run(_ line: String) async throws -> String {
    try socket.write(contentsOf: Data("\(line)\n".utf8))
    let (words, status) = try await answer()
    guard status == "0" else { throw GuestError(words: "\(line): \(words)") }
    return words
  }

  /// Returns the output of the guest, and its status, which follows `guest:` at the end.
  private func answer() async throws -> (words: String, status: String) {
    let text = try await read()
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    return (words.dropLast(2).joined(separator: " "), words.last ?? "")
  }

  private static func isWhole(_ text: String) -> Bool {
    text.contains(#/guest: [0-9a-z]+\s$/#)
  }

  private func read() async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      let socket = socket.fileDescriptor
      queue.async {
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !Self.isWhole(text) {
          let count = Glibc.read(socket, &bytes, bytes.count)
          if count <= 0 {
            return continuation.resume(throwing: GuestError(words: "it said only: \(text)"))
          }
          text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        continuation.resume(returning: text)
      }
    }
  }
}

/// An error of a guest.
struct GuestError: Error { let words: String }
