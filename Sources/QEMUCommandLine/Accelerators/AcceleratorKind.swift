/// One known accelerator: its name, its schema, and how text becomes a value. One row of ``all`` declares one.
struct AcceleratorKind: Sendable {
  let name: String
  let declarations: [String: any PropertyDeclaration]
  let make: @Sendable ([LocatedAssignment], UnknownNames) throws(CommandLineError) -> Accelerator

  static let all: [String: AcceleratorKind] = Dictionary(
    uniqueKeysWithValues: [
      kind("tcg", TCG.self) { .tcg($0) },
      kind("kvm", KVM.self) { (properties) throws(CommandLineError) in
        try properties.requireWindowBelongsToRun()
        return .kvm(properties)
      },
      kind("xen", Xen.self) { .xen($0) },
      kind("whpx", WHPX.self) { .whpx($0) },
      kind("nitro", Nitro.self) { .nitro($0) },
      kind("hvf", NoProperties.self) { _ in .hvf },
      kind("nvmm", NoProperties.self) { _ in .nvmm },
      kind("mshv", NoProperties.self) { _ in .mshv },
      kind("qtest", NoProperties.self) { _ in .qtest },
    ].map { ($0.name, $0) })

  private static func kind<Schema: PropertySchema>(
    _ name: String, _ schema: Schema.Type,
    _ make: @escaping @Sendable (Properties<Schema>) throws(CommandLineError) -> Accelerator
  ) -> AcceleratorKind {
    AcceleratorKind(name: name, declarations: Schema.declarations) {
      (items, unknownNames) throws(CommandLineError) in
      try make(Properties<Schema>(checking: items, of: name, unknownNames: unknownNames))
    }
  }

  /// Refuses a property that only other accelerators have, and says which.
  func requireOwn(_ property: LocatedAssignment) throws(CommandLineError) {
    let wanted = property.assignment.name
    if declarations[wanted] != nil { return }
    if wanted == "id" {
      // QEMU takes an id and has no use for it; kept, it would look like a property that was asked for.
      throw CommandLineError(
        .unknownProperty, "\(name) has no property \"id\"", at: .init(column: property.column),
        remedy: "remove id=; an accelerator has no use for one")
    }
    let owners = Self.all.values.filter { $0.declarations[wanted] != nil }.map(\.name).sorted()
    if owners.isEmpty { return }
    throw CommandLineError(
      .propertyOfOtherAccelerator,
      "\(wanted) is a property of \(owners.joined(separator: " and ")), not of \(name)",
      at: .init(column: property.column),
      remedy: "remove \(wanted), or give it to -accel \(owners.joined(separator: " or -accel "))")
  }
}
