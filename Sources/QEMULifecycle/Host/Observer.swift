import Glibc
import QEMUJSON
import QEMUVerification
import QMP

/// Collects what checks need: what QEMU answers where it can be asked, and what the host tells where the process is known.
struct Observer {
  /// The monitor; nil where there is none to be asked.
  let session: QMPSession?
  /// The process; nil where only its monitor is known.
  let pid: Int32?
  /// The text of QEMU's standard error, as far as it is kept.
  var standardError = ""
  /// The reason why there is no monitor to be asked.
  var silence: MonitorSilence?
  /// A Boolean value that indicates whether QEMU's memory is read, too.
  var isDeep = false
  /// When QEMU's answers are no longer waited for; nil for as long as each of its commands may take.
  var end: ContinuousClock.Instant?

  /// Each round can ask for what the one before has shown; five do for the longest chain, that of the interrupt controllers
  /// under kvm.
  private static let rounds = 8

  /// Fetches what is wanted until nothing is.
  func observe(_ wanted: @Sendable (Observation) -> EvidenceNeeds) async throws(QMPError) -> Observation {
    var observation = Observation()
    observation.hostPageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    observation.standardError = standardError
    observation.silence = silence
    for _ in 0..<Self.rounds {
      let needs = wanted(observation)
      if needs.isEmptyOfHost, session == nil || needs.queries.isEmpty { break }
      try await fetch(needs, into: &observation)
      // A QEMU that does not answer is not asked again: each round would wait as long.
      if !observation.unanswered.isEmpty { break }
    }
    observation.suspension = pid.flatMap(ProcessStat.suspension(of:))
    return observation
  }

  private static let unknownProcess =
    "the process behind the monitor is not known; verify it with --pid on the host that runs it"

  private func fetch(_ needs: EvidenceNeeds, into observation: inout Observation) async throws(QMPError) {
    let refused = isDeep ? [] : needs.host.filter(\.needsRoot)
    for source in refused {
      observation.host[source] = .unavailable("the kernel tells it to root alone: verify with --deep")
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
        await session.executeAll(batch.commands, deadline: timeout(of: batch, session)))
      observation.answers.merge(answers.known) { $1 }
      observation.unanswered.merge(answers.unanswered) { $1 }
      queries = answers.open
      if queries.isEmpty { return }
    }
  }

  /// How long the answers to a batch are waited for: as long as its slowest command may take, and not beyond the end.
  private func timeout(of batch: QueryBatch, _ session: QMPSession) -> Duration? {
    end.map { end in
      min(max(.zero, end - .now), session.options.deadlines.deadline(for: batch.commands.map(\.name)))
    }
  }

  private func globals(_ wanted: [GlobalVariable]) async -> [GlobalVariable: HostAnswer] {
    if wanted.isEmpty { return [:] }
    guard isDeep else {
      return ProcessMemory.all(wanted, .unavailable("QEMU's memory alone shows it: verify with --deep"))
    }
    guard let pid else { return ProcessMemory.all(wanted, .unreadable(Self.unknownProcess)) }
    return await HostEvidence.globals(wanted, of: pid)
  }
}
