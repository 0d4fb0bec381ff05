import Glibc
import LinuxSystem
import QEMUJSON
package import QEMUVerification
package import QMP

/// A collector of the evidence that checks need: QEMU's answers, and the host's evidence about the process.
package struct Observer {
  /// The connection to the monitor; nil if the monitor is not queried.
  private let session: QMPSession?
  /// The id of the process; nil if it is not known.
  private let pid: Int32?
  /// The text of QEMU's standard error, if it is kept.
  private let standardError: String
  /// The reason why the monitor is not queried; nil if it is.
  private let monitorUnavailability: MonitorUnavailability?
  /// A Boolean value that indicates whether QEMU's memory is read.
  private let isDeep: Bool
  /// The deadline for all of QEMU's answers; nil if only the timeout of each command applies.
  private let end: ContinuousClock.Instant?

  package init(
    session: QMPSession?, pid: Int32?, standardError: String = "",
    monitorUnavailability: MonitorUnavailability? = nil,
    isDeep: Bool = false, end: ContinuousClock.Instant? = nil
  ) {
    (self.session, self.pid) = (session, pid)
    (self.standardError, self.monitorUnavailability) = (standardError, monitorUnavailability)
    (self.isDeep, self.end) = (isDeep, end)
  }

  /// The maximum number of rounds. A round can ask for what the previous one has shown; the longest chain, that of the
  /// interrupt controllers under kvm, takes five.
  private static let rounds = 8

  /// Fetches the wanted evidence, in rounds, until nothing more is wanted.
  package func observe(_ wanted: @Sendable (Observation) -> EvidenceNeeds) async throws(QMPError)
    -> Observation
  {
    var observation = Observation()
    observation.hostPageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    observation.standardError = standardError
    observation.monitorUnavailability = monitorUnavailability
    for _ in 0..<Self.rounds {
      let needs = wanted(observation)
      if needs.isEmptyOfHost, session == nil || needs.queries.isEmpty { break }
      try await fetch(needs, into: &observation)
      // A QEMU that does not answer is not queried again: each round would time out.
      if !observation.unanswered.isEmpty { break }
    }
    observation.stopReason = pid.flatMap(ProcessStat.stopReason(of:))
    return observation
  }

  private static let unknownProcess =
    "the process that serves the monitor is not known; verify with --pid on the host of that process"

  private func fetch(_ needs: EvidenceNeeds, into observation: inout Observation) async throws(QMPError) {
    let refused = isDeep ? [] : needs.host.filter(\.needsRoot)
    for source in refused {
      observation.host[source] = .unavailable("the kernel shows it to root only: verify with --deep")
    }
    let wanted = needs.host.filter { !refused.contains($0) }
    let host = wanted.isEmpty ? nil : pid.map { HostEvidence.begin(wanted, of: $0) }
    observation.globals.merge(await globals(needs.globals)) { $1 }
    if let pid { observation.files.merge(await FollowedPaths.read(needs.files, of: pid)) { $1 } }
    if pid == nil {
      for source in needs.host { observation.host[source] = .unreadable(Self.unknownProcess) }
      for path in needs.files { observation.files[path] = .unreadable(Self.unknownProcess) }
    }
    if let session { try await ask(needs.queries, session, into: &observation) }
    if let host { observation.host.merge(await host.answers()) { $1 } }
  }

  private func ask(
    _ queries: [QueryRequest], _ session: QMPSession, into observation: inout Observation
  ) async throws(QMPError) {
    let version = await session.greeting?.version ?? ""
    var queries = queries
    for isReadingObjects in [QueryBatch.isReadingObjects(version), false] {
      let batch = QueryBatch(queries, isReadingObjects: isReadingObjects)
      let answers = try batch.answers(
        await session.executeAll(batch.commands, timeout: timeout(of: batch, session)))
      observation.answers.merge(answers.known) { $1 }
      observation.unanswered.merge(answers.unanswered) { $1 }
      queries = answers.open
      if queries.isEmpty { return }
    }
  }

  /// Returns the timeout of a batch: that of its slowest command, at most the time until the deadline; nil if there is
  /// no deadline.
  private func timeout(of batch: QueryBatch, _ session: QMPSession) -> Duration? {
    end.map { end in
      min(max(.zero, end - .now), session.options.timeouts.timeout(for: batch.commands.map(\.name)))
    }
  }

  private func globals(_ wanted: [GlobalVariable]) async -> [GlobalVariable: HostAnswer] {
    if wanted.isEmpty { return [:] }
    guard isDeep else {
      return ProcessMemory.all(wanted, .unavailable("only QEMU's memory shows it: verify with --deep"))
    }
    guard let pid else { return ProcessMemory.all(wanted, .unreadable(Self.unknownProcess)) }
    return await HostEvidence.globals(wanted, of: pid)
  }
}
