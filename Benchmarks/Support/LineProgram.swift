import Glibc
import LinuxSystem
import QEMULifecycle

/// A program that answers each line on its standard input with a line on its standard output.
package final class LineProgram {
  private let name: String
  private let process: ChildProcess
  private let orders: Int32
  private let results: UnsafeMutablePointer<FILE>

  package init(_ program: String, _ arguments: [String], environment: [String] = []) throws {
    name = program
    let (orderEnd, order) = try Self.pipe()
    let (result, resultEnd) = try Self.pipe()
    defer {
      close(orderEnd)
      close(resultEnd)
    }
    guard let results = fdopen(result, "r") else { throw BenchmarkError("fdopen: errno \(errno)") }
    orders = order
    self.results = results
    process = try ChildProcess.spawn(
      program, arguments, environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] + environment,
      passing: [.init(orderEnd, as: 0), .init(resultEnd, as: 1), .init(2, as: 2)])
  }

  /// Ends the program: it can be sent nothing more.
  package func end() async {
    close(orders)
    fclose(results)
    _ = await process.waitForEnd(within: .seconds(5))
  }

  /// Sends a line, and waits for the next.
  package func ask(_ line: String) throws -> String {
    let bytes = Array("\(line)\n".utf8)
    guard write(orders, bytes, bytes.count) == bytes.count else { throw BenchmarkError("\(name) is gone") }
    return try next()
  }

  /// Waits for the next line.
  package func next() throws -> String {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, results) > 0, let line else {
      throw BenchmarkError("\(name) failed; its words are above")
    }
    return String(cString: line)
  }

  /// No program that is spawned inherits the ends: it is given what is passed and nothing else.
  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw BenchmarkError("pipe: errno \(errno)") }
    return (ends[0], ends[1])
  }
}

/// The processor time that this process has used, in nanoseconds.
package func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
