public import QEMUJSON

/// An `-accel` of a command line: the accelerator of the guest's CPUs, and its properties.
///
/// ```swift
/// let accelerator = Accelerator.tcg { $0.threads = .multi; $0.tbSize = 256 }
/// ```
/// A property of another accelerator does not compile.
///
/// QEMU: `-accel NAME[,PROPERTY=VALUE…]`
public enum Accelerator: DedicatedArgument {
  /// QEMU's emulation of the CPU.
  case tcg(Properties<TCG>)
  /// Linux's KVM.
  case kvm(Properties<KVM>)
  /// Xen.
  case xen(Properties<Xen>)
  /// The Windows Hypervisor Platform.
  case whpx(Properties<WHPX>)
  /// AWS Nitro Enclaves.
  case nitro(Properties<Nitro>)
  /// macOS's Hypervisor framework.
  case hvf(Properties<NoProperties> = Properties())
  /// NetBSD's NVMM.
  case nvmm(Properties<NoProperties> = Properties())
  /// Microsoft's hypervisor on Linux.
  case mshv(Properties<NoProperties> = Properties())
  /// No guest code is executed; a test controls the device models.
  case qtest(Properties<NoProperties> = Properties())
  /// A name that this library does not know; if QEMU does not have it, QEMU tries the next of a list.
  case other(name: String, assignments: AssignmentList)
}

// MARK: - Creation

extension Accelerator {
  /// Returns TCG with the properties that the closure sets.
  public static func tcg(_ configure: (inout Properties<TCG>) -> Void) -> Accelerator {
    .tcg(made(configure))
  }
  /// Returns KVM with the properties that the closure sets.
  public static func kvm(_ configure: (inout Properties<KVM>) -> Void) -> Accelerator {
    .kvm(made(configure))
  }
  /// Returns Xen with the properties that the closure sets.
  public static func xen(_ configure: (inout Properties<Xen>) -> Void) -> Accelerator {
    .xen(made(configure))
  }
  /// Returns the Windows Hypervisor Platform with the properties that the closure sets.
  public static func whpx(_ configure: (inout Properties<WHPX>) -> Void) -> Accelerator {
    .whpx(made(configure))
  }
  /// Returns AWS Nitro Enclaves with the properties that the closure sets.
  public static func nitro(_ configure: (inout Properties<Nitro>) -> Void) -> Accelerator {
    .nitro(made(configure))
  }

  private static func made<Schema>(_ configure: (inout Properties<Schema>) -> Void) -> Properties<Schema> {
    var properties = Properties<Schema>()
    configure(&properties)
    return properties
  }

  /// Creates an accelerator with a name and without properties, as for `-machine accel=` and `-enable-kvm`.
  public init(name: String) {
    self =
      (try? AcceleratorKind.all[name]?.make(ReadAssignments(list: [], text: nil), .refused))
      ?? .other(name: name, assignments: [])
  }
}

// MARK: - Name and properties

extension Accelerator {
  /// The accelerator's name on QEMU's command line.
  public var name: String {
    switch self {
    case .tcg: "tcg"
    case .kvm: "kvm"
    case .xen: "xen"
    case .whpx: "whpx"
    case .nitro: "nitro"
    case .hvf: "hvf"
    case .nvmm: "nvmm"
    case .mshv: "mshv"
    case .qtest: "qtest"
    case .other(let name, _): name
    }
  }

  /// The properties that are set, in order.
  public var assignments: AssignmentList {
    switch self {
    case .tcg(let properties): properties.assignments
    case .kvm(let properties): properties.assignments
    case .xen(let properties): properties.assignments
    case .whpx(let properties): properties.assignments
    case .nitro(let properties): properties.assignments
    case .hvf(let properties), .nvmm(let properties), .mshv(let properties), .qtest(let properties):
      properties.assignments
    case .other(_, let assignments): assignments
    }
  }

  /// The declared properties of each known accelerator, by its name.
  public static var declarations: [String: [any PropertyDeclaration]] {
    Dictionary(
      uniqueKeysWithValues: AcceleratorKind.all.values.map {
        ($0.name, $0.declarations.all.sorted { $0.name < $1.name })
      })
  }
}

// MARK: - Text

extension Accelerator {
  /// The option's name.
  public static let option = "accel"
  static let language = ValueLanguage.qemuOpts
  static let impliedKey = "accel"

  /// Creates an accelerator from the argument of `-accel`.
  /// - Throws: ``CommandLineError``: `unknownProperty`; `propertyOfOtherAccelerator` with the accelerators that have
  ///   it; `malformedValue` and `valueOutOfRange` with the values that the property takes; `malformedText` without a
  ///   name.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    try self.init(Self.language.parse(text, impliedKey: Self.impliedKey), unknownNames)
  }

  /// Returns whether an argument has properties and no accelerator.
  static func namesNothing(_ text: String) -> Bool {
    guard let read = try? language.parse(text, impliedKey: impliedKey) else { return false }
    return read.list.text(of: impliedKey) == nil
  }

  private init(
    _ read: ReadAssignments, _ unknownNames: UnknownNames
  ) throws(CommandLineError) {
    guard let name = read.list.text(of: Self.impliedKey),
      !name.isEmpty
    else {
      throw CommandLineError(
        .malformedText, "-accel has no accelerator", remedy: "write -accel tcg or -accel kvm")
    }
    if name.utf8.contains(UInt8(ascii: ":")) {
      let split = name.prefix(80).split(separator: ":").map { "-accel \($0)" }.joined(separator: " ")
      throw CommandLineError(
        .malformedText, "-accel takes one accelerator, not the list \"\(name.prefix(80))\"",
        at: .init(column: 1),
        remedy: "write \(split), or -machine accel=\(name.prefix(80))")
    }
    guard let kind = AcceleratorKind.all[name] else {
      self = .other(name: name, assignments: read.list.without(Self.impliedKey))
      return
    }
    do throws(CommandLineError) {
      self = try kind.make(read, unknownNames)
    } catch {
      if error.code == .unknownProperty { try kind.requireOwn(read) }
      throw error
    }
    // QEMU accepts it, but a request without an effect cannot be verified.
    if unknownNames == .refused, case .kvm(let properties) = self { try properties.requireWindowHasEffect() }
  }

  /// Returns the argument of `-accel`: the name, then the properties in order, with commas in values doubled.
  ///
  /// - Throws: ``CommandLineError`` `unencodableValue` for a name or a value that cannot be written in `-accel`.
  public func text() throws(CommandLineError) -> String {
    if name.isEmpty || name.utf8.contains(UInt8(ascii: ":")) {
      throw CommandLineError(
        .unencodableValue, "-accel cannot have the accelerator \"\(name.prefix(80))\"",
        at: .init(option: "accel"),
        remedy: "specify one accelerator, such as tcg or kvm")
    }
    let head = try Self.language.emit([Assignment(Self.impliedKey, name)], impliedKey: Self.impliedKey)
    return assignments.isEmpty ? head : try "\(head)," + Self.language.emit(assignments, impliedKey: nil)
  }
}

// MARK: - Documents

extension Accelerator {
  /// The properties by name, with the accelerator as `accel`.
  public var members: JSONObject? {
    let declarations = AcceleratorKind.all[name]?.declarations ?? [:]
    return memberObject(of: [Assignment(Self.impliedKey, name)] + assignments, declarations)
  }

  /// Creates an accelerator from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    let declarations = AcceleratorKind.all[members[Self.impliedKey]?.stringValue ?? ""]?.declarations ?? [:]
    try self.init(readAssignments(of: members, declarations), unknownNames)
  }

  /// The names of unknown properties.
  public var untyped: [String] {
    let declarations = AcceleratorKind.all[name]?.declarations ?? [:]
    return assignments.filter { declarations[$0.name] == nil && !$0.isHelpRequest }.map(\.name)
  }

  /// The names of the properties whose enumeration does not have the value.
  public var unknownWords: [String] {
    AcceleratorKind.all[name]?.declarations.unknownWords(in: assignments) ?? []
  }
}
