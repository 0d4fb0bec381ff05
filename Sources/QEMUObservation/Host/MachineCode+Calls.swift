/// The calls in a function with their address arguments, and the fields of results that it reads.
extension MachineCode {
  /// A call of a function, or a tail call.
  package struct Call {
    package let target: UInt64
    /// The first six arguments; nil for one that is not an address in the code itself.
    package let arguments: [UInt64?]
  }

  /// The registers that hold the first six arguments: rdi, rsi, rdx, rcx, r8, r9.
  private static let argumentRegisters = [7, 6, 2, 1, 8, 9]
  /// The registers that a called function preserves: rbx, rsp, rbp, r12 to r15.
  private static let kept: Set = [3, 4, 5, 12, 13, 14, 15]

  /// Returns the calls of functions at the given addresses, in order.
  ///
  /// Addresses are tracked from the instruction that loads them into a register, and between registers.
  func calls(to targets: Set<UInt64>) -> [Call] {
    var registers = [UInt64?](repeating: nil, count: 16)
    var calls: [Call] = []
    var index = 0
    while index < bytes.count {
      if let (register, address) = addressLoad(at: index) {
        registers[register] = address
        index += 7
      } else if let (target, source) = registerMove(at: index) {
        registers[target] = registers[source]
        index += 3
      } else if let target = callTarget(at: index), targets.contains(target) {
        calls.append(Call(target: target, arguments: Self.argumentRegisters.map { registers[$0] }))
        for register in registers.indices where !Self.kept.contains(register) { registers[register] = nil }
        index += 5
      } else {
        index += 1
      }
    }
    return calls
  }

  /// Finds the first field that is read of an object after a function has returned the object.
  /// - Returns: its offset in the object and its size, in bytes; nil if the code has another form.
  func field(behind function: UInt64) -> (offset: Int, size: Int)? {
    guard let call = bytes.indices.first(where: { callTarget(at: $0) == function }) else { return nil }
    return (call + 5..<call + 5 + Self.beginning).lazy.compactMap(fieldLoad).first
  }

  /// Decodes `lea distance(%rip), register`.
  private func addressLoad(at index: Int) -> (register: Int, address: UInt64)? {
    guard index + 7 <= bytes.count, bytes[index] & 0xFB == 0x48, bytes[index + 1] == 0x8D,
      bytes[index + 2] & 0xC7 == 0x05, let address = place(at: index + 3)
    else { return nil }
    return (Int(bytes[index + 2] >> 3 & 7) + (bytes[index] & 4 == 0 ? 0 : 8), address)
  }

  /// Decodes `mov source, target` of 64-bit registers.
  private func registerMove(at index: Int) -> (target: Int, source: Int)? {
    guard index + 3 <= bytes.count, bytes[index] & 0xFA == 0x48, bytes[index + 1] == 0x89,
      bytes[index + 2] >= 0xC0
    else { return nil }
    let (prefix, registers) = (bytes[index], bytes[index + 2])
    return (
      Int(registers & 7) + (prefix & 1 == 0 ? 0 : 8), Int(registers >> 3 & 7) + (prefix & 4 == 0 ? 0 : 8)
    )
  }

  /// Decodes `call distance` or `jmp distance`.
  private func callTarget(at index: Int) -> UInt64? {
    [0xE8, 0xE9].contains(bytes[index]) ? place(at: index + 1) : nil
  }

  /// Decodes `mov`, `movslq`, `movzwl` or `movzbl` from `offset(%rax)`.
  private func fieldLoad(at index: Int) -> (offset: Int, size: Int)? {
    var code = index < bytes.count ? bytes[index...] : []
    let isWide = code.first == 0x48 || code.first == 0x4C
    if isWide || code.first == 0x44 { code = code.dropFirst() }
    let size: Int
    switch code.prefix(2) {
    case [0x0F, 0xB7]: (code, size) = (code.dropFirst(2), 2)
    case [0x0F, 0xB6]: (code, size) = (code.dropFirst(2), 1)
    case _ where code.first == 0x8B: (code, size) = (code.dropFirst(), isWide ? 8 : 4)
    case _ where code.first == 0x63 && isWide: (code, size) = (code.dropFirst(), 4)
    default: return nil
    }
    guard let mode = code.first, mode & 7 == 0 else { return nil }
    let distance: Int? =
      switch mode >> 6 {
      case 1: bytes.value(at: code.startIndex + 1, Int8.self).map(Int.init)
      case 2: bytes.value(at: code.startIndex + 1, Int32.self).map(Int.init)
      default: nil
      }
    guard let distance, distance > 0 else { return nil }
    return (distance, size)
  }
}
