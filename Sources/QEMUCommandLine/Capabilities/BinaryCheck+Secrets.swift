extension BinaryCheck {
  /// What each kind of secret is written as instead, by the property that holds it; the empty name stands for an address.
  private static let hiddenForms: [String: String] = [
    "password": "write -object secret,id=ID,file=PATH before it, and password-secret=ID",
    "x509-key-password": "use a key without a password, in a file that only QEMU's user can read",
    "cookie": "write -object secret,id=ID,file=PATH before it, and cookie-secret=ID",
    "key": "write -object secret,id=ID,file=PATH before it, and a -blockdev driver=rbd with key-secret=ID",
    "":
      "write -object secret,id=ID,file=PATH before it, and username=USER,password-secret=ID beside the address",
  ]

  /// The words of a process are shown to every user of the host, in `/proc/PID/cmdline`.
  func secretIsHidden(_ occurrence: Occurrence) -> [CheckFinding] {
    var finder = SecretFinder()
    _ = finder.words((try? occurrence.words()) ?? [])
    guard let secret = finder.found.first else { return [] }
    let property = secret.isOfAddress ? nil : secret.name
    return [
      CheckFinding(
        .exposed, .exposedSecret,
        "every user of the host can read \(property ?? "the password of an address") on the command line",
        property: property, remedy: Self.hiddenForm(of: secret, in: occurrence))
    ]
  }

  private static func hiddenForm(of secret: FoundSecret, in occurrence: Occurrence) -> String {
    if secret.name == "data" {
      return
        "write -object secret,id=\(occurrence.id ?? "ID"),file=PATH, and the value into a file that only QEMU's user can read"
    }
    return hiddenForms[secret.isOfAddress ? "" : secret.name]
      ?? "write it into a file, and name it with -object secret,id=ID,file=PATH where the option takes such an ID"
  }
}
