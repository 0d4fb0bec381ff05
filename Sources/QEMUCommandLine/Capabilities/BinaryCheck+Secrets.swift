extension BinaryCheck {
  /// The remedies for each kind of secret, by the property that has it; the empty name is for a URL.
  private static let hiddenForms: [String: String] = [
    "password": "write -object secret,id=ID,file=PATH before it, and password-secret=ID",
    "x509-key-password": "use a key without a password, in a file that only QEMU's user can read",
    "cookie": "write -object secret,id=ID,file=PATH before it, and cookie-secret=ID",
    "key": "write -object secret,id=ID,file=PATH before it, and a -blockdev driver=rbd with key-secret=ID",
    "":
      "write -object secret,id=ID,file=PATH before it, and username=USER,password-secret=ID with the URL",
  ]

  /// Reports secrets in the arguments: every user of the host can read those of a process in `/proc/PID/cmdline`.
  func secretIsHidden(_ occurrence: Occurrence) -> [CheckFinding] {
    var finder = SecretFinder()
    _ = finder.words((try? occurrence.words()) ?? [])
    guard let secret = finder.found.first else { return [] }
    let property = secret.isOfAddress ? nil : secret.name
    let shown = property.map { "the property \"\($0)\"" } ?? "the password of a URL"
    return [
      CheckFinding(
        .exposed, .exposedSecret,
        "every user of the host can read \(shown) on the command line",
        property: property, remedy: Self.hiddenForm(of: secret, in: occurrence))
    ]
  }

  private static func hiddenForm(of secret: FoundSecret, in occurrence: Occurrence) -> String {
    if secret.name == "data" {
      return
        "write -object secret,id=\(occurrence.id ?? "ID"),file=PATH, and put the value into a file that only QEMU's user can read"
    }
    return hiddenForms[secret.isOfAddress ? "" : secret.name]
      ?? "put the secret into a file, and refer to the file with -object secret,id=ID,file=PATH if the option takes such an ID"
  }
}
