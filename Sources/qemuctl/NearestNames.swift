import QEMU

extension LaunchRequest {
  /// QEMU's words where it has no machine, device, model, property, accelerator or type of a name.
  private static let unknownNameWords = [
    "unsupported machine type", "is not a valid device model name", "unable to find CPU model",
    "invalid accelerator",
    "does not accept value", "unknown vga type", "not found", "is unexpected", "invalid object type",
    "Unknown driver",
    "invalid option", "Invalid parameter",
  ]

  /// Adds the name that was probably meant to the error of a start that QEMU refused for a name.
  ///
  /// The binary is asked for the names that it has, unless the answer is kept in the state directory.
  func naming(_ error: LifecycleError) async -> LifecycleError {
    let words = error.evidence.joined(separator: "\n")
    guard error.code == .startFailed, Self.unknownNameWords.contains(where: words.contains),
      let capabilities = try? await binary.capabilities(keptIn: state)
    else { return error }
    let remedies = configuration.findings(for: capabilities).filter { $0.weight == .refused }.map(
      \.error.remedy)
    guard let nearest = remedies.first(where: { $0.hasPrefix("did you mean") }),
      let end = nearest.firstIndex(of: "?")
    else { return error }
    return error.suggesting(nearest[...end] + " ")
  }
}
