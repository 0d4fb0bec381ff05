import Glibc
import QEMUVerification
import QMP

/// An object of QEMU's in its memory, whose fields are found by the functions that its class registered to read them.
///
/// The object names its class, the class its type, the type the function that registers its properties, and each registered
/// getter reads one field. Every step is checked against names that the binary exports: what is not as expected says nothing.
struct ObjectMemory {
  /// A kind of object that an exported variable points to.
  private struct Kind {
    /// Its type, as QEMU names it.
    let type: String
    /// The exported function that registers the architecture's properties, which the type's own one calls.
    let registration: String
  }

  private static let kinds = [
    "kvm_state": Kind(type: "kvm-accel", registration: "kvm_arch_accel_class_init")
  ]
  /// The number of the getter's argument, by the exported function that registers it; the second argument is the name.
  private static let adders = [
    "object_class_property_add": 3, "object_class_property_add_enum": 4, "object_class_property_add_str": 2,
  ]
  /// A getter begins with it, and it returns the object whose type it has checked.
  private static let cast = "object_dynamic_cast_assert"
  /// As much of a function that registers properties as is looked at.
  static let longestRegistration = 2048
  private static let longestGetter = 192

  /// The exported functions that are needed to read what a variable points to.
  static func functions(_ variable: String) -> Set<String> {
    kinds[variable].map { Set(adders.keys).union([cast, $0.registration]) } ?? []
  }

  private let object: UInt64
  private let size: UInt64
  private let registrations: [MachineCode.Call]
  private let cast: UInt64
  /// The number of the getter's argument, by the address of the function that registers it.
  private let adders: [UInt64: Int]

  /// Finds the registrations of an object's class; nil where something is not as expected.
  /// - Parameters:
  ///   - variable: the exported variable that points to the object.
  ///   - object: the place that it points to.
  ///   - code: the functions that ``functions(_:)`` names.
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

  /// Reads the bytes of the field that a property's getter reads; nil where there is no such getter or it is not as expected.
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
