/// A known accelerator: its name, its properties, and the function that creates it. Each is a row of ``all``.
struct AcceleratorKind: Sendable {
  let name: String
  let declarations: PropertyDeclarations
  let make: @Sendable (ReadAssignments, UnknownNames) throws(CommandLineError) -> Accelerator

  static let all = NameTable(
    [
      kind("tcg", TCG.self) { .tcg($0) },
      kind("kvm", KVM.self) { .kvm($0) },
      kind("xen", Xen.self) { .xen($0) },
      kind("whpx", WHPX.self) { .whpx($0) },
      kind("nitro", Nitro.self) { .nitro($0) },
      kind("hvf", NoProperties.self) { .hvf($0) },
      kind("nvmm", NoProperties.self) { .nvmm($0) },
      kind("mshv", NoProperties.self) { .mshv($0) },
      kind("qtest", NoProperties.self) { .qtest($0) },
    ].map { ($0.name, $0) })

  private static func kind<Schema: PropertySchema>(
    _ name: String, _ schema: Schema.Type,
    _ make: @escaping @Sendable (Properties<Schema>) -> Accelerator
  ) -> AcceleratorKind {
    AcceleratorKind(name: name, declarations: Schema.declarations) {
      (read, unknownNames) throws(CommandLineError) in
      try make(
        Properties<Schema>(
          checking: read, leavingOut: Accelerator.impliedKey, of: name, unknownNames: unknownNames))
    }
  }

  /// Throws an error for a property that only other accelerators have, with their names.
  func requireOwn(_ read: ReadAssignments) throws(CommandLineError) {
    var other: Int?
    read.list.forEachBytes { number, name, _ in
      let isOwn = declarations[name] != nil || areEqual(name, Accelerator.impliedKey.utf8Span.span)
      if !isOwn, isRefused(read.list[number].name) { other = number }
      return other == nil
    }
    if let other { throw refusal(of: read.list[other].name, at: read.column(of: other)) }
  }

  private func isRefused(_ wanted: String) -> Bool { wanted == "id" || !Self.owners(of: wanted).isEmpty }

  private static func owners(of wanted: String) -> [String] {
    all.values.filter { $0.declarations[wanted] != nil }.map(\.name).sorted()
  }

  private func refusal(of wanted: String, at column: Int?) -> CommandLineError {
    if wanted == "id" {
      // QEMU accepts an id without using it; if kept, it would look like a requested property.
      return CommandLineError(
        .unknownProperty, "\(name) has no property \"id\"", at: .init(column: column),
        remedy: "remove id=; an accelerator does not use one")
    }
    let owners = Self.owners(of: wanted)
    return CommandLineError(
      .propertyOfOtherAccelerator,
      "\(wanted) is a property of \(owners.joined(separator: " and ")), not of \(name)",
      at: .init(column: column),
      remedy: "remove \(wanted), or set it for -accel \(owners.joined(separator: " or -accel "))")
  }
}
