import LinuxSystem
public import QEMUDiagnosis
public import QEMUJSON
import QEMUSupervision
import QMP

/// The journal of a virtual machine: QEMU's events, and the starts, stops and ends.
public struct MachineJournal: Sendable {
  private let directory: MachineDirectory
  /// The number of the last line that was returned.
  public private(set) var sequence: Int

  /// Opens the journal.
  /// - Parameters:
  ///   - name: the name of the virtual machine.
  ///   - state: the state directory.
  ///   - sequence: the number of the line after which lines are returned.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`.
  public init(
    of name: MachineName, in state: StateDirectory, after sequence: Int = 0
  ) throws(LifecycleError) {
    directory = MachineDirectory(name, in: state)
    self.sequence = sequence
    _ = try directory.record()
  }

  /// Returns the lines that are written already, oldest first.
  public mutating func present() -> [JSON] { take(directory.journalLines(after: sequence)) }

  /// Waits for further lines.
  /// - Returns: the lines; nil if there is no supervisor that would write some.
  /// - Throws: ``LifecycleError``: `cancelled`, and as ``VirtualMachine/adopt(_:in:timeout:access:)``.
  public mutating func next() async throws(LifecycleError) -> [JSON]? {
    guard let supervisor = try await SupervisorConnection.connect(to: directory, within: .seconds(10)) else {
      // The last lines may have been written after the previous answer.
      let rest = present()
      return rest.isEmpty ? nil : rest
    }
    defer { Task { await supervisor.session.close() } }
    do throws(QMPError) {
      let answer = try await supervisor.call(
        "events", ["after": .integer(Int64(sequence))], within: .seconds(1 << 30))
      let lines = answer["lines"]?.arrayValue ?? []
      sequence = answer["sequence"]?.integerValue.flatMap { Int(exactly: $0) } ?? sequence
      return lines
    } catch {
      if error.code == .connectionLost {
        // The supervisor may have written its last lines before it ended.
        return present()
      }
      throw LifecycleError(
        error.code == .cancelled ? .cancelled : .commandFailed, error.summary, evidence: error.evidence,
        remedy: error.remedy)
    }
  }

  private mutating func take(_ lines: [JournalLine]) -> [JSON] {
    sequence = lines.last?.sequence ?? sequence
    return lines.compactMap { try? JSON.parse(String(decoding: $0.text.bytes, as: UTF8.self)) }
  }
}
