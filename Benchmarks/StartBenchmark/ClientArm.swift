import Glibc
import QEMU
import QEMUJSON
import QEMULifecycle

/// The C client, which runs once for each line that it is sent.
final class ClientArm {
  private let process: QEMUProcess
  private let orders: Int32
  private let results: UnsafeMutablePointer<FILE>

  /// - Parameters:
  ///   - program: the C client.
  ///   - socket: where it may listen.
  ///   - plan: the file with the queries.
  ///   - command: QEMU's whole argument vector.
  init(_ program: String, socket: String, plan: String, command: [String]) throws {
    let (orderEnd, order) = try Self.pipe()
    let (result, resultEnd) = try Self.pipe()
    defer {
      close(orderEnd)
      close(resultEnd)
    }
    guard let results = fdopen(result, "r") else { throw BenchmarkError("fdopen: errno \(errno)") }
    orders = order
    self.results = results
    process = try QEMUProcess.spawn(
      program, ["--interactive", "--queries", plan, "--socket", socket, "--"] + command,
      environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
      passing: [.init(orderEnd, as: 0), .init(resultEnd, as: 1), .init(2, as: 2)])
  }

  /// Ends the client: it can be sent nothing more.
  func end() async {
    close(orders)
    fclose(results)
    _ = await process.waitForEnd(within: .seconds(5))
  }

  /// One run.
  func run() throws -> Sample {
    guard write(orders, "\n", 1) == 1 else { throw BenchmarkError("the C client is gone") }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, results) > 0, let line else {
      throw BenchmarkError("the C client failed; its words are above")
    }
    return try Sample(client: JSON.parse(String(cString: line)))
  }

  /// No program that is spawned inherits the ends: it is given what is passed and nothing else.
  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw BenchmarkError("pipe: errno \(errno)") }
    return (ends[0], ends[1])
  }
}

extension Sample {
  fileprivate init(client json: JSON) throws {
    func time(_ member: String) throws -> Double {
      guard let time = json[member]?.integerValue else {
        throw BenchmarkError("the C client said nothing of \"\(member)\"")
      }
      return Double(time)
    }
    let verified = try time("verified")
    self.init(
      spawned: try time("spawned"), ready: try time("ready"), verified: verified,
      end: try time("gone") - verified, processorTime: try time("cpu"))
  }
}

/// A measurement that cannot be made.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
