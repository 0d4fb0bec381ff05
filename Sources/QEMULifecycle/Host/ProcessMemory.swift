import CLinux
import Glibc
import QEMUVerification
import QMP

/// Reads global variables in the memory of a process, which goes on meanwhile.
///
/// What is not as expected, a symbol that is missing or a pointer to nowhere, is unavailable: never a guess.
enum ProcessMemory {
  private static let longestText = 4096
  private static let mostBytes: UInt64 = 1 << 20

  static func read(_ wanted: [GlobalVariable], of pid: Int32) -> [GlobalVariable: HostAnswer] {
    do throws(SystemError) {
      let program = try Descriptor.open("/proc/\(pid)/exe", O_RDONLY)
      let memory = try Descriptor.open("/proc/\(pid)/mem", O_RDONLY)
      let tables = wanted.filter { $0.form == .acpiTable }
      let answers = FirmwareMemory.read(tables, readProcText("/proc/\(pid)/maps") ?? "", memory)
      let variables = wanted.filter { $0.form != .acpiTable }
      return answers.merging(read(variables, of: pid, program, memory)) { first, _ in first }
    } catch {
      return all(wanted, .failure(of: "the memory of process \(pid)", error.number))
    }
  }

  private static func read(
    _ wanted: [GlobalVariable], of pid: Int32, _ program: borrowing Descriptor, _ memory: borrowing Descriptor
  ) -> [GlobalVariable: HostAnswer] {
    if wanted.isEmpty { return [:] }
    guard let symbols = ELFSymbols(program) else {
      return all(wanted, .unavailable("its program exports no variables"))
    }
    guard let base = symbols.isRelocated ? self.base(of: pid) : 0 else {
      return all(wanted, .unavailable("/proc/\(pid)/maps does not show where its program is"))
    }
    let variables = symbols.symbols(.variable, Set(wanted.flatMap(\.symbols)))
    let code = MachineCode.functions(Set(wanted.flatMap(\.functions)), symbols, base, memory)
    return Dictionary(
      uniqueKeysWithValues: wanted.map { wanted in
        switch wanted.form {
        case .getter: (wanted, code[wanted.symbol]?.variable(memory) ?? unknown(wanted))
        case .list: (wanted, MemoryList.all[wanted.symbol]?.read(code, memory) ?? unknown(wanted))
        default: (wanted, read(wanted, variables, base, memory))
        }
      })
  }

  private static func unknown(_ wanted: GlobalVariable) -> HostAnswer {
    .unavailable("this QEMU has no function \(wanted.symbol) as this library knows it")
  }

  static func all(_ wanted: [GlobalVariable], _ answer: HostAnswer) -> [GlobalVariable: HostAnswer] {
    Dictionary(uniqueKeysWithValues: wanted.map { ($0, answer) })
  }

  private static func read(
    _ wanted: GlobalVariable, _ variables: [String: ELFSymbols.Symbol], _ base: UInt64,
    _ memory: borrowing Descriptor
  ) -> HostAnswer {
    guard let bytes = value(wanted.symbol, variables, base, memory) else {
      return .unavailable("this QEMU exports no readable variable \(wanted.symbol)")
    }
    let pointer = bytes.value(at: 0, UInt64.self)
    switch wanted.form {
    case .acpiTable, .getter, .list: break
    case .value: return .text(Hexadecimal.text(bytes))
    case .text:
      guard let pointer, let text = text(at: pointer, memory) else { break }
      return .text(text)
    case .bytes(let length):
      guard let pointer, let count = value(length, variables, base, memory)?.value(at: 0, UInt64.self),
        count <= mostBytes, let place = off_t(exactly: pointer),
        let bytes = readBytes(memory.number, place, Int(count))
      else { break }
      return .text(Hexadecimal.text(bytes))
    }
    return .unavailable("\(wanted.symbol) points to nothing readable")
  }

  private static func value(
    _ symbol: String, _ variables: [String: ELFSymbols.Symbol], _ base: UInt64,
    _ memory: borrowing Descriptor
  ) -> [UInt8]? {
    guard let variable = variables[symbol], let place = off_t(exactly: base &+ variable.address) else {
      return nil
    }
    return readBytes(memory.number, place, variable.size)
  }

  /// A text that ends within its page, or in one of the next.
  static func text(at pointer: UInt64, _ memory: borrowing Descriptor) -> String? {
    guard var place = off_t(exactly: pointer), place > 0 else { return nil }
    var bytes: [UInt8] = []
    while bytes.count < longestText {
      guard let more = readBytes(memory.number, place, 256 - Int(place) % 256) else { return nil }
      if let end = more.firstIndex(of: 0) { return String(decoding: bytes + more[..<end], as: UTF8.self) }
      bytes += more
      place += off_t(more.count)
    }
    return nil
  }

  /// Where the program begins: the first area of its file.
  private static func base(of pid: Int32) -> UInt64? {
    guard let path = readLink("/proc/\(pid)/exe"), let maps = readProcText("/proc/\(pid)/maps") else {
      return nil
    }
    let area = maps.split(separator: "\n").first { $0.hasSuffix(" " + path) && $0.contains(" 00000000 ") }
    return area.flatMap { UInt64($0.prefix { $0 != "-" }, radix: 16) }
  }
}

extension GlobalVariable {
  /// The functions whose code tells where it is.
  fileprivate var functions: [String] {
    switch form {
    case .getter: [symbol]
    case .list: MemoryList.all[symbol]?.functions ?? []
    default: []
    }
  }

  fileprivate var symbols: [String] {
    if case .bytes(let length) = form { [symbol, length] } else { [symbol] }
  }
}
