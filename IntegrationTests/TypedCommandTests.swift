import QEMU
import Testing

/// Commands and events as types, on a live QEMU.
@Suite struct TypedCommandTests {
  @Test(arguments: QEMUMatrix.all)
  func aTypedCommandAnswersWithItsResponse(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session in
      let status = try await session.execute(QueryStatus())
      #expect(status.status == .prelaunch)
      let cpus = try await session.execute(QueryCPUsFast())
      #expect(cpus.map(\.cpuIndex) == [0, 1])
      #expect(cpus.allSatisfy { $0.target.text == qemu.architecture })
      let type = try await session.execute(QOMGet(path: "/machine", property: "type"))
      #expect(type.stringValue?.hasSuffix("-machine") == true)
      let machines = try await session.execute(QueryMachines())
      #expect(machines.contains { $0.name == qemu.machine || $0.alias == qemu.machine })
      #expect(try await !session.execute(QueryCPUDefinitions()).isEmpty)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func anEventDecodesToItsType(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session in
      let events = await session.events()
      _ = try await session.execute(Cont())
      let iterator = events.makeAsyncIterator()
      guard case .event(let message) = await iterator.next() else {
        Issue.record("no event came")
        return
      }
      #expect(try message.decoded(as: ResumeEvent.self)?.json == [:])
      #expect(try message.decoded(as: StopEvent.self) == nil)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aRefusedTypedCommandIsRefusedAsAnyOther(qemu: QEMUUnderTest) async throws {
    try await withSession(on: qemu) { session in
      let error = await #expect(throws: QMPError.self) {
        try await session.execute(QOMGet(path: "/nowhere", property: "type"))
      }
      #expect(error?.code == .refused)
      #expect(error?.errorClass == "DeviceNotFound")
    }
  }

  /// A session on a frozen machine's monitor, which its owner has let go.
  private func withSession(on qemu: QEMUUnderTest, _ body: (QMPSession) async throws -> Void) async throws {
    try await withStateDirectory { state in
      let request = try launchRequest(qemu, ["-machine", qemu.machine, "-smp", "2"], state)
      let machine = try await VirtualMachine.start(request)
      let record = await machine.record
      await machine.release()
      let session = try await QMPSession.connect(path: "\(state.path)/\(record.name)/\(record.socket)")
      do {
        try await body(session)
        _ = try await session.execute(Quit())
      } catch {
        await machine.discard()
        throw error
      }
      #expect(await machine.waitForEnd(within: .seconds(10)) != nil)
      await machine.discard()
    }
  }
}
