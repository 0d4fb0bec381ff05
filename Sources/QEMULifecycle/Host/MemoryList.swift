import Glibc
import QEMUVerification
import QMP

/// A list in QEMU's memory whose beginning a function tells, each element with a name and flags.
struct MemoryList {
  /// The functions whose code is read.
  let functions: [String]
  /// Where things are, by the code; nil where it is not what is known.
  private let layout: @Sendable ([String: MachineCode]) -> Layout?

  private struct Layout {
    /// Where the pointer to the first element stands.
    let head: UInt64
    /// Where, in an element, the pointer to the next stands.
    let next: Int
    let name: Name
    let flags: Int
  }

  private enum Name {
    /// The name stands in the element, at most so many bytes.
    case inside(at: Int, Int)
    /// A pointer to it stands there.
    case pointed(at: Int)
  }

  private static let mostElements = 4096

  /// By the function that walks them.
  static let all: [String: MemoryList] = [
    // The block nodes; a node begins with the flags that it was opened with, and the pointer to the next follows its name.
    "bdrv_next_node": MemoryList(functions: ["bdrv_next_node", "bdrv_get_node_name"]) { code in
      guard let head = code["bdrv_next_node"]?.place(behind: [0x48, 0x8B, 0x05]),
        let next = code["bdrv_next_node"]?.offset(behind: [0x48, 0x8B, 0x83]),
        let name = code["bdrv_get_node_name"]?.offset(behind: [0x48, 0x8D, 0x87]), next == name + 32
      else { return nil }
      return Layout(head: head, next: next, name: .inside(at: name, 32), flags: 0)
    },
    // The shared folders: the pointers to id and path, then the flags.
    "get_fsdev_fsentry": MemoryList(functions: ["get_fsdev_fsentry"]) { code in
      guard let head = code["get_fsdev_fsentry"]?.place(behind: [0x48, 0x8B, 0x1D]),
        let next = code["get_fsdev_fsentry"]?.offset(behind: [0x48, 0x8B, 0x9B])
      else { return nil }
      return Layout(head: head, next: next, name: .pointed(at: 0), flags: 16)
    },
  ]

  /// A line for each element; nil where something is not as expected.
  func read(_ code: [String: MachineCode], _ memory: borrowing Descriptor) -> HostAnswer? {
    guard let layout = layout(code), var element = ProcessMemory.pointer(at: layout.head, memory) else {
      return nil
    }
    var lines: [String] = []
    while element != 0 {
      guard lines.count < Self.mostElements, let place = off_t(exactly: element),
        let flags = readBytes(memory.number, place &+ off_t(layout.flags), 4)?.value(at: 0, UInt32.self),
        let name = Self.name(layout.name, of: element, memory),
        let next = ProcessMemory.pointer(at: element + UInt64(layout.next), memory)
      else { return nil }
      lines.append("\(name) \(flags)")
      element = next
    }
    return .text(lines.joined(separator: "\n"))
  }

  private static func name(_ name: Name, of element: UInt64, _ memory: borrowing Descriptor) -> String? {
    switch name {
    case .pointed(let offset):
      ProcessMemory.pointer(at: element + UInt64(offset), memory).flatMap {
        ProcessMemory.text(at: $0, memory)
      }
    case .inside(let offset, let length):
      off_t(exactly: element + UInt64(offset)).flatMap { readBytes(memory.number, $0, length) }.map {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }
}
