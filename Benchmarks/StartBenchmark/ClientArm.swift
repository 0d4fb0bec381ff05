import BenchmarkSupport
import QEMUJSON

/// The C client, which runs once for each line that it is sent.
final class ClientArm {
  private let program: LineProgram

  /// - Parameters:
  ///   - program: the C client.
  ///   - socket: where it may listen.
  ///   - plan: the file with the queries.
  ///   - command: QEMU's whole argument vector.
  init(_ program: String, socket: String, plan: String, command: [String]) throws {
    self.program = try LineProgram(
      program, ["--interactive", "--queries", plan, "--socket", socket, "--"] + command)
  }

  /// Ends the client: it can be sent nothing more.
  func end() async { await program.end() }

  /// One run.
  func run() throws -> Sample { try Sample(client: JSON.parse(program.ask(""))) }
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
