/// The checks of the properties of `-run-with`.
let runWithChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "user": { _ in checkUser },
  "chroot": { _ in checkRootDirectory },
]

/// Checks the user that QEMU switches to, by name or by `UID:GID`.
func checkUser(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let text = try reader.text(.user), let ids = text.values(of: "ids").first else {
    return .unobservable(reader.absence(of: .user))
  }
  let names = text.values(of: "name")
  return .compare(
    names.contains(wanted) || ids == wanted, observed: names.first ?? ids,
    [Evidence(.user, "\(ids) \(names.joined(separator: " "))")],
    else: Remedy(.restart, "restart as root with the user \(wanted)"))
}

/// Checks the root directory that QEMU switches to.
func checkRootDirectory(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let text = try reader.text(.user) else { return .unobservable(reader.absence(of: .user)) }
  guard let root = text.values(of: "root").first else {
    return .unobservable("only root and the user of QEMU can read its root directory")
  }
  let evidence = Evidence(.user, "root \(root)")
  func isSame(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: true)
      == wanted.split(separator: "/", omittingEmptySubsequences: true)
  }
  // The kernel resolves links.
  if !isSame(root), root != "/" {
    return .unobservable("the root directory is \(root); \(wanted) may be a link to it", [evidence])
  }
  return .compare(
    isSame(root), observed: root, [evidence], else: Remedy(.restart, "restart as root with chroot=\(wanted)"))
}

extension String {
  /// Returns the values of the lines that begin with a word.
  fileprivate func values(of word: String) -> [String] {
    lines.filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
  }
}
