import Glibc
import LinuxSystem
import QEMUVerification

/// An object in QEMU's memory, whose fields are found by the getters that its class registered.
///
/// The object points to its class, the class to its type, the type to the function that registers its properties, and
/// each registered getter reads one field. Every step is checked against names that the binary exports; if a check
/// fails, there is no result.
struct ObjectMemory {
  /// A kind of object to which an exported variable points.
  private struct Kind {
    /// The QOM name of its type.
    let type: String
    /// The exported function that registers the architecture's properties; the function of the type calls it.
    let registration: String
  }

  private static let kinds = [
    "kvm_state": Kind(type: "kvm-accel", registration: "kvm_arch_accel_class_init")
  ]
  /// The index of the getter argument, by the exported function that registers it; argument 1 is the property's name.
  private static let adders = [
    "object_class_property_add": 3, "object_class_property_add_enum": 4, "object_class_property_add_str": 2,
  ]
  /// The function that a getter calls first; it checks the type of the object and returns the object.
  private static let cast = "object_dynamic_cast_assert"
  /// The number of bytes that are read of a function that registers properties.
  static let longestRegistration = 2048
  private static let longestGetter = 192

  /// Returns the exported functions that are needed to read the object of a variable.
  static func functions(_ variable: String) -> Set<String> {
    kinds[variable].map { Set(adders.keys).union([cast, $0.registration]) } ?? []
  }

  private let object: UInt64
  private let size: UInt64
  private let registrations: [MachineCode.Call]
  private let cast: UInt64
  /// The index of the getter argument, by the address of the function that registers it.
  private let adders: [UInt64: Int]

  /// Finds the registrations of an object's class; nil if the memory does not have the expected form.
  /// - Parameters:
  ///   - variable: the exported variable that points to the object.
  ///   - object: the address of the object.
  ///   - code: the functions that ``functions(_:)`` returns.
  ///   - memory: the memory of the process.
  init?(
    _ variable: String, at object: UInt64, _ code: [String: MachineCode], _ memory: borrowing Descriptor
  ) {
    guard let kind = Self.kinds[variable], let registration = code[kind.registration],
      let cast = code[Self.cast],
      let type = ProcessMemory.pointer(at: object, memory).flatMap({ ProcessMemory.pointer(at: $0, memory) }),
      let name = ProcessMemory.pointer(at: type, memory),
      ProcessMemory.text(at: name, memory) == kind.type,
      let size = ProcessMemory.pointer(at: type &+ 16, memory), 64...1 << 16 ~= size,
      let begin = ProcessMemory.pointer(at: type &+ 32, memory),
      let own = MachineCode(at: begin, Self.longestRegistration, memory)
    else { return nil }
    adders = Dictionary(
      uniqueKeysWithValues: Self.adders.compactMap { name, place in
        code[name].map { ($0.address, place) }
      })
    let places = Set(adders.keys)
    let calls = own.calls(to: places.union([registration.address]))
    // It is the right function if it calls the architecture's.
    guard let end = calls.firstIndex(where: { $0.target == registration.address }) else { return nil }
    registrations = calls[..<end] + registration.calls(to: places)
    (self.object, self.size, self.cast) = (object, size, cast.address)
  }

  /// Reads the bytes of the field of a property; nil if there is no getter for it, or if its code has another form.
  func bytes(of property: String, _ memory: borrowing Descriptor) -> [UInt8]? {
    for registration in registrations {
      guard let name = registration.arguments[1], ProcessMemory.text(at: name, memory) == property else {
        continue
      }
      guard let argument = adders[registration.target], let getter = registration.arguments[argument],
        let field = MachineCode(at: getter, Self.longestGetter, memory)?.field(behind: cast),
        UInt64(field.offset + field.size) <= size, let place = off_t(exactly: object &+ UInt64(field.offset))
      else { return nil }
      return readBytes(memory.number, place, field.size)
    }
    return nil
  }
}
