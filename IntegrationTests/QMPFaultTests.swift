import Foundation
import QEMU
import Testing

/// The behavior of a client if a real QEMU is stopped, exits, or sends much output.
@Suite(.serialized, .timeLimit(.minutes(5))) struct QMPFaultTests {
  /// A session on a frozen machine's monitor, and the process behind it.
  private func withSession(
    on qemu: QEMUUnderTest, _ body: (QMPSession, String, pid_t) async throws -> Void
  ) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(launchRequest(qemu, ["-machine", "none"], state))
      let record = await machine.record
      await machine.release()
      do {
        let path = "\(state.path)/\(record.name)/\(record.socket)"
        try await body(try await QMPSession.connect(path: path), path, record.process.pid)
      } catch {
        await machine.discard()
        throw error
      }
      // Its monitor was given away: nothing is left to say goodbye with.
      kill(record.process.pid, SIGKILL)
      await machine.discard()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aQEMUThatStandsStillTimesOutAndGoesOnLater(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, _, pid in
      kill(pid, SIGSTOP)
      let begin = ContinuousClock.now
      let error = await #expect(throws: QMPError.self) {
        try await session.execute(QueryStatus(), timeout: .milliseconds(200))
      }
      #expect(error?.code == .timedOut)
      #expect(ContinuousClock.now - begin < .seconds(30))
      kill(pid, SIGCONT)
      // The late reply is a status: it is neither a version nor a name.
      let version = try await session.execute(QueryVersion(), timeout: .seconds(60))
      #expect(qemu.version.hasPrefix("\(version.qemu.major).\(version.qemu.minor)"))
      #expect(try await session.execute(QueryName(), timeout: .seconds(60)) == NameInfo())
      await session.close()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aQEMUThatDiesBeforeItsReplyFailsEveryCommand(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, _, pid in
      kill(pid, SIGSTOP)
      async let results = session.executeAll([("query-status", [:]), ("query-name", [:]), ("query-kvm", [:])])
      // An abandoned command was written: so were those before it.
      _ = try? await session.execute(QueryUUID(), timeout: .milliseconds(50))
      kill(pid, SIGKILL)
      for (command, result) in zip(["query-status", "query-name", "query-kvm"], await results) {
        guard case .failure(let error) = result else {
          Issue.record("\(command) was answered")
          continue
        }
        #expect(error.code == .connectionLost)
      }
      #expect(await session.endReason?.code == .connectionLost)
      let after = await #expect(throws: QMPError.self) { try await session.execute(QueryStatus()) }
      #expect(after?.code == .connectionLost)
    }
  }

  /// Ten commands of 64 kB are more than the socket takes of a QEMU that does not read.
  @Test(arguments: QEMUMatrix.any)
  func aFullSocketTimesOutAndEmptiesLater(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, _, pid in
      kill(pid, SIGSTOP)
      let line = "info version # " + String(repeating: "x", count: 1 << 16)
      let codes = await codes(of: 10, HumanMonitorCommand(commandLine: line), on: session)
      #expect(codes == Array(repeating: .timedOut, count: 10))
      kill(pid, SIGCONT)
      let status = try await session.execute(QueryStatus(), timeout: .seconds(120))
      #expect(status.status == .prelaunch)
      await session.close()
    }
  }

  /// Sends a command several times at once, and returns the error code of each; nil if it was answered.
  private func codes(
    of count: Int, _ command: HumanMonitorCommand, on session: QMPSession
  ) async -> [QMPError.Code?] {
    await withTaskGroup(of: QMPError.Code?.self) { group in
      for _ in 0..<count {
        group.addTask {
          do throws(QMPError) {
            _ = try await session.execute(command, timeout: .milliseconds(300))
            return nil
          } catch {
            return error.code
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func noneOfTwentyThousandEventsIsLost(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, _, _ in
      let events = await session.events(capacity: 30_000)
      let batch: [(name: String, arguments: JSONObject)] = (0..<200).map {
        ($0 % 2 == 0 ? "cont" : "stop", [:])
      }
      for _ in 0..<100 {
        let results = await session.executeAll(batch, timeout: .seconds(120))
        for result in results { _ = try result.get() }
      }
      await session.close()
      var names: [String] = []
      for await element in events {
        guard case .event(let event) = element else {
          Issue.record("events were lost: \(element)")
          break
        }
        if ["STOP", "RESUME"].contains(event.name) { names.append(event.name) }
      }
      #expect(names == (0..<20_000).map { $0 % 2 == 0 ? "RESUME" : "STOP" })
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aSecondClientWaitsForItsTurn(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, path, _ in
      let error = await #expect(throws: QMPError.self) {
        try await QMPSession.connect(path: path, timeout: .milliseconds(300))
      }
      #expect(error?.code == .timedOut)
      #expect(try await session.execute(QueryStatus()).status == .prelaunch)
      await session.close()
      let second = try await QMPSession.connect(path: path, timeout: .seconds(60))
      #expect(try await second.execute(QueryStatus()).status == .prelaunch)
      await second.close()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func descriptorsArriveWithTheirCommands(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session, _, _ in
      let null = try #require(FileHandle(forReadingAtPath: "/dev/null"))
      for index in 0..<20 {
        let added = try await session.execute(
          AddFD(fdsetID: Int64(index), opaque: "file \(index)"), passing: null.fileDescriptor)
        #expect(added.fdsetID == Int64(index))
      }
      let sets = try await session.execute(QueryFDSets())
      #expect(Set(sets.map(\.fdsetID)) == Set(0..<20))
      #expect(sets.allSatisfy { $0.fds.first?.opaque == "file \($0.fdsetID)" })
      _ = try await session.execute(GetFD(fdname: "given"), passing: null.fileDescriptor)
      _ = try await session.execute(CloseFD(fdname: "given"))
      let error = await #expect(throws: QMPError.self) { try await session.execute(CloseFD(fdname: "given")) }
      #expect(error?.code == .refused)
      await session.close()
    }
  }
}
