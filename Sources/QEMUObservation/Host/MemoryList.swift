import Glibc
import LinuxSystem
import QEMUVerification

/// A linked list in QEMU's memory, each element with a name and numbers. Its address is read from a function's code.
struct MemoryList {
  /// The functions whose code is read.
  let functions: [String]
  /// The function that finds the layout in the code; it returns nil if the code has no known form.
  private let layout: @Sendable ([String: MachineCode]) -> Layout?

  private struct Layout {
    /// The address of the pointer to the first element.
    let head: UInt64
    /// The offset of the pointer to the next element.
    let next: Int
    let name: Name
    /// The offsets of its 32-bit numbers.
    let numbers: [Int]
  }

  private enum Name {
    /// The element has the name itself, at an offset and with a maximum length in bytes.
    case inside(at: Int, Int)
    /// The element has a pointer to the name at an offset; it is null if there is no name.
    case pointed(at: Int)
  }

  private static let mostElements = 4096

  /// The lists by the function that iterates over them.
  static let all: [String: MemoryList] = [
    // The block nodes; a node begins with its open flags, and the pointer to the next one follows its name.
    "bdrv_next_node": MemoryList(functions: ["bdrv_next_node", "bdrv_get_node_name"]) { code in
      guard let head = code["bdrv_next_node"]?.place(behind: [0x48, 0x8B, 0x05]),
        let next = code["bdrv_next_node"]?.offset(behind: [0x48, 0x8B, 0x83]),
        let name = code["bdrv_get_node_name"]?.offset(behind: [0x48, 0x8D, 0x87]), next == name + 32
      else { return nil }
      return Layout(head: head, next: next, name: .inside(at: name, 32), numbers: [0])
    },
    // The drives; a drive begins with the pointer to its name. The numbers are its write error and read error actions.
    "blk_all_next": MemoryList(functions: ["blk_all_next", "blk_name", "blk_get_on_error"]) { code in
      guard let head = code["blk_all_next"]?.place(behind: [0x48, 0x8B, 0x05]),
        let next = code["blk_all_next"]?.shortOffset(behind: [0x48, 0x8B, 0x43]),
        code["blk_name"]?.begins(with: [0x48, 0x8B, 0x07]) == true,
        let writing = code["blk_get_on_error"]?.offset(behind: [0x8B, 0x87]),
        let reading = code["blk_get_on_error"]?.offset(behind: [0x0F, 0x45, 0x87])
      else { return nil }
      return Layout(head: head, next: next, name: .pointed(at: 0), numbers: [writing, reading])
    },
    // The shared directories: the pointers to the id and the path, then the flags.
    "get_fsdev_fsentry": MemoryList(functions: ["get_fsdev_fsentry"]) { code in
      guard let head = code["get_fsdev_fsentry"]?.place(behind: [0x48, 0x8B, 0x1D]),
        let next = code["get_fsdev_fsentry"]?.offset(behind: [0x48, 0x8B, 0x9B])
      else { return nil }
      return Layout(head: head, next: next, name: .pointed(at: 0), numbers: [16])
    },
  ]

  /// Returns a line for each element; nil if the memory does not have the expected form.
  func read(_ code: [String: MachineCode], _ memory: borrowing Descriptor) -> HostAnswer? {
    guard let layout = layout(code), var element = ProcessMemory.pointer(at: layout.head, memory) else {
      return nil
    }
    var lines: [String] = []
    while element != 0 {
      guard lines.count < Self.mostElements, let numbers = Self.numbers(layout.numbers, of: element, memory),
        let name = Self.name(layout.name, of: element, memory),
        let next = ProcessMemory.pointer(at: element &+ UInt64(layout.next), memory)
      else { return nil }
      lines.append(name + numbers.map { " \($0)" }.joined())
      element = next
    }
    return .text(lines.joined(separator: "\n"))
  }

  private static func numbers(
    _ offsets: [Int], of element: UInt64, _ memory: borrowing Descriptor
  ) -> [UInt32]? {
    var numbers: [UInt32] = []
    for offset in offsets {
      guard let place = off_t(exactly: element &+ UInt64(offset)),
        let number = readBytes(memory.number, place, 4)?.value(at: 0, UInt32.self)
      else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func name(_ name: Name, of element: UInt64, _ memory: borrowing Descriptor) -> String? {
    switch name {
    case .pointed(let offset):
      ProcessMemory.pointer(at: element &+ UInt64(offset), memory).flatMap {
        $0 == 0 ? "" : ProcessMemory.text(at: $0, memory)
      }
    case .inside(let offset, let length):
      off_t(exactly: element &+ UInt64(offset)).flatMap { readBytes(memory.number, $0, length) }.map {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }
}
