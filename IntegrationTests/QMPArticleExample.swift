import QMP

/// Asks a QEMU for its state and its CPUs.
func describe(monitor path: String) async throws -> String {
  let session = try await QMPSession.connect(path: path)
  let status = try await session.execute(QueryStatus())
  let cpus = try await session.execute(QueryCPUsFast())
  await session.close()
  return "\(status.status), \(cpus.count) CPUs"
}

/// Lets the guest run, and waits until QEMU says that it does.
func run(_ session: QMPSession) async throws {
  // The listener is there before the command: nothing can happen between them.
  let events = await session.events()
  _ = try await session.execute(Cont())
  _ = try await events.first(ResumeEvent.self, within: .seconds(5))
}

/// Gives QEMU a file that is open here, and a block node on it.
func addImage(_ descriptor: Int32, to session: QMPSession) async throws {
  let set = try await session.execute(AddFD(opaque: "image"), passing: descriptor)
  let file = BlockdevOptions(
    .file(BlockdevOptionsFile(filename: "/dev/fdset/\(set.fdsetID)")), readOnly: true)
  let node = BlockdevOptions(
    .raw(BlockdevOptionsRaw(file: .definition(file))), nodeName: "image", readOnly: true)
  _ = try await session.execute(BlockdevAdd(node))
}

/// Ends a virtual machine, whatever state it is in.
func quit(_ session: QMPSession) async throws {
  do throws(QMPError) {
    _ = try await session.execute(Quit(), deadline: .seconds(10))
  } catch {
    switch error.code {
    case .refused: print("QEMU said no:", error.summary)
    case .connectionLost: print("it ended before it answered")
    case .timedOut: print("no answer; whether it will end is unknown")
    default: throw error
    }
  }
}
