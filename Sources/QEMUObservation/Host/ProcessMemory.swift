import CLinux
import Glibc
import LinuxSystem
import QEMUVerification

/// The global variables in the memory of a process, which continues to run while they are read.
///
/// If something has an unexpected form, such as a missing symbol or an invalid pointer, the variable is unavailable.
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
      return all(wanted, .unavailable("/proc/\(pid)/maps does not show the address of its program"))
    }
    let variables = symbols.symbols(.variable, Set(wanted.flatMap(\.symbols)))
    let code = MachineCode.functions(Set(wanted.flatMap(\.functions)), symbols, base, memory)
    let objects = objects(Set(wanted.compactMap(\.object)), symbols, base, memory)
    return Dictionary(
      uniqueKeysWithValues: wanted.map { wanted in
        switch wanted.form {
        case .getter: (wanted, code[wanted.symbol]?.variable(memory) ?? unknown(wanted))
        case .list: (wanted, MemoryList.all[wanted.symbol]?.read(code, memory) ?? unknown(wanted))
        case .property(let object), .textProperty(let object):
          (wanted, read(wanted, of: objects[object], memory) ?? unknownProperty(wanted, object))
        default: (wanted, read(wanted, variables, base, memory))
        }
      })
  }

  /// Returns the objects to which exported variables point.
  private static func objects(
    _ variables: Set<String>, _ symbols: ELFSymbols, _ base: UInt64, _ memory: borrowing Descriptor
  ) -> [String: ObjectMemory] {
    if variables.isEmpty { return [:] }
    let functions = Set(variables.flatMap(ObjectMemory.functions))
    let code = MachineCode.functions(
      functions, symbols, base, memory, longest: ObjectMemory.longestRegistration)
    var objects: [String: ObjectMemory] = [:]
    for (name, symbol) in symbols.symbols(.variable, variables) where symbol.size == 8 {
      guard let object = pointer(at: base &+ symbol.address, memory) else { continue }
      objects[name] = ObjectMemory(name, at: object, code, memory)
    }
    return objects
  }

  private static func read(
    _ wanted: GlobalVariable, of object: ObjectMemory?, _ memory: borrowing Descriptor
  ) -> HostAnswer? {
    guard let bytes = object?.bytes(of: wanted.symbol, memory) else { return nil }
    guard case .textProperty = wanted.form else { return .text(Hexadecimal.text(bytes)) }
    guard let place = bytes.value(at: 0, UInt64.self) else { return nil }
    // A null pointer is a text that was not set.
    return place == 0 ? .text("") : text(at: place, memory).map(HostAnswer.text)
  }

  private static func unknownProperty(_ wanted: GlobalVariable, _ object: String) -> HostAnswer {
    .unavailable("this QEMU's \(object) has no readable \(wanted.symbol) in a form that this library knows")
  }

  private static func unknown(_ wanted: GlobalVariable) -> HostAnswer {
    .unavailable("this QEMU has no function \(wanted.symbol) in a form that this library knows")
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
    case .acpiTable, .getter, .list, .property, .textProperty: break
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
    return .unavailable("the memory to which \(wanted.symbol) points cannot be read")
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

  /// Reads the pointer at an address; nil if it cannot be read.
  static func pointer(at place: UInt64, _ memory: borrowing Descriptor) -> UInt64? {
    off_t(exactly: place).flatMap { readBytes(memory.number, $0, 8) }?.value(at: 0, UInt64.self)
  }

  /// Reads a null-terminated text; nil if it cannot be read or is too long.
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

  /// Returns the base address of the program, which is that of the first area of its file.
  private static func base(of pid: Int32) -> UInt64? {
    guard let path = readLink("/proc/\(pid)/exe"), let maps = readProcText("/proc/\(pid)/maps") else {
      return nil
    }
    let area = maps.split(separator: "\n").first { $0.hasSuffix(" " + path) && $0.contains(" 00000000 ") }
    return area.flatMap { UInt64($0.prefix { $0 != "-" }, radix: 16) }
  }
}

extension GlobalVariable {
  /// The functions whose code has its address.
  fileprivate var functions: [String] {
    switch form {
    case .getter: [symbol]
    case .list: MemoryList.all[symbol]?.functions ?? []
    default: []
    }
  }

  /// The variable that points to the object of which it is a property; nil if it is not a property.
  fileprivate var object: String? {
    switch form {
    case .property(let object), .textProperty(let object): object
    default: nil
    }
  }

  fileprivate var symbols: [String] {
    if case .bytes(let length) = form { [symbol, length] } else { [symbol] }
  }
}
