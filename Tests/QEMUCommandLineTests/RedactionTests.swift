import QAPI
import QEMUJSON
import Testing

@testable import QEMUCommandLine

@Suite struct RedactionTests {
  static let words: [(given: [String], shown: [String])] = [
    (["-object", "secret,id=s,data=sword,,fish"], ["-object", "secret,id=s,data=***"]),
    (["--object", "qom-type=secret,data=x,id=s"], ["--object", "qom-type=secret,data=***,id=s"]),
    (
      ["-object", #"{"qom-type":"secret","data":"sword\"fish"}"#],
      ["-object", #"{"qom-type":"secret","data":"***"}"#]
    ),
    (
      ["-object", #"{'qom-type':'secret','data':'fish"#], ["-object", #"{'qom-type':'secret','data':"***""#]
    ),
    (["-object=secret,id=s,data=fish"], ["-object=secret,id=s,data=***"]),
    (["-set", "object.s.data=fish"], ["-set", "object.s.data=***"]),
    (["-global", "secret.data=fish"], ["-global", "secret.data=***"]),
    (["-global", "driver=secret,property=data,value=fish"], ["-global", "secret.data=***"]),
    (
      ["-iscsi", "user=me,password=fish,initiator-name=iqn"],
      ["-iscsi", "user=me,password=***,initiator-name=iqn"]
    ),
    (["-spice", "port=1,password=fish"], ["-spice", "port=1,password=***"]),
    (["-spice", "x509-key-password=fish"], ["-spice", "x509-key-password=***"]),
    (
      ["-drive", "file=https://me:sword,,fish@host/a?b=c,if=none"],
      ["-drive", "file=https://me:***@host/a?b=c,if=none"]
    ),
    (["-hda", "ftp://me:sword,fish@host/a"], ["-hda", "ftp://me:***@host/a"]),
    (["-hda", "https://me:sw/ord@host/a"], ["-hda", "https://me:***@host/a"]),
    (["-hda", "iscsi://me%fish@host/iqn/1"], ["-hda", "iscsi://me%***@host/iqn/1"]),
    (["-hda", "https://host/a?X-Signature=fish&b=c"], ["-hda", "https://host/a?X-Signature=***&b=c"]),
    (
      ["-drive", "file=rbd:pool/image:id=me:key=sw\\:ord:conf=/etc/c"],
      ["-drive", "file=rbd:pool/image:id=me:key=***:conf=/etc/c"]
    ),
    (
      ["-drive", #"file=json:{"driver":"https",,"url":"https://me:fish@host/a"}"#],
      ["-drive", #"file=json:{"driver":"https",,"url":"https://me:***@host/a"}"#]
    ),
    (
      ["-blockdev", #"{"driver":"https","url":"https:\/\/me:fish@host/a","cookie":"a=b"}"#],
      ["-blockdev", #"{"driver":"https","url":"https://me:***@host/a","cookie":"***"}"#]
    ),
    (
      ["-blockdev", "raw,file.driver=https,file.cookie=a=b"],
      ["-blockdev", "raw,file.driver=https,file.cookie=***"]
    ),
    (["https://me:fish@host/disk"], ["https://me:***@host/disk"]),
    ([#"json:{"driver":"https","cookie":"fish"}"#], [#"json:{"driver":"https","cookie":"***"}"#]),
    // Commas that are not doubled are a common mistake.
    (
      ["-drive", #"file=json:{"driver":"https","cookie":"fish"},if=none"#],
      ["-drive", #"file=json:{"driver":"https","cookie":"***"},if=none"#]
    ),
    (
      ["-drive", #"file=json:{"driver":"https","password":"fish","url":"a"},if=none"#],
      ["-drive", #"file=json:{"driver":"https","password":"***","url":"a"},if=none"#]
    ),
    (["-drive", "file=https://me:so'fish@h/d"], ["-drive", "file=https://me:***@h/d"]),
    (["-hda", "ISCSI://me%fish@h/iqn/1"], ["-hda", "ISCSI://me%***@h/iqn/1"]),
    (["-hda", "https://h/d?a=1;token=fish"], ["-hda", "https://h/d?a=1;token=***"]),
    (["-hda", "https://h/d#token=fish"], ["-hda", "https://h/d#token=***"]),
    (["-hda", "ssh://me;password=fish@h/d"], ["-hda", "ssh://me;password=***@h/d"]),
    (["-drive", "file=blkdebug::rbd:p/i:key=fish"], ["-drive", "file=blkdebug::rbd:p/i:key=***"]),
    (["-vnc", ":99,password=fish"], ["-vnc", ":99,password=***"]),
    (["-vnc", ":1,password=on"], ["-vnc", ":1,password=on"]),
    (
      ["-object", #"{"qom-type":"secret","data":{"a":["fish"]},"id":"s"}"#],
      ["-object", #"{"qom-type":"secret","data":{"a":["***"]},"id":"s"}"#]
    ),
    (["-nosuch", "secret,id=s,data=fish"], ["-nosuch", "secret,id=s,data=***"]),
    (["-object", "secret,id=s,data="], ["-object", "secret,id=s,data="]),
  ]

  @Test(arguments: words) func aSecretIsStruckOutOfAWord(given: [String], shown: [String]) {
    let redaction = Redaction(arguments: given)
    #expect(redaction.arguments == shown)
    #expect(Redaction(arguments: shown).arguments == shown, "twice is as good as once")
  }

  @Test(arguments: words) func aWordThatIsCutShortIsReadAsFarAsItGoes(given: [String], shown: [String]) {
    let text = given.joined(separator: " ")
    for count in 0...text.count {
      let words = text.prefix(count).split(separator: " ").map(String.init)
      let redaction = Redaction(arguments: words)
      #expect(redaction.arguments.count == words.count)
      // What stands behind a percent sign may be a part of a name, as long as no @ follows.
      if text.prefix(count).hasSuffix("fish"), !text.contains("%") {
        #expect(!redaction.arguments.joined().contains("fish"), "\(words)")
      }
      _ = Redaction(text: String(text.prefix(count))).redacting(text)
    }
  }

  @Test func aSpaceHidesNoSecret() {
    let words = ["-hda", "https://me:sword fish@h/d", "-object", "secret,id=s, data = fish"]
    #expect(
      Redaction(arguments: words).arguments == [
        "-hda", "https://me:***@h/d", "-object", "secret,id=s, data =***",
      ])
  }

  @Test func aTextOfManyAddressesTakesNoLongTime() {
    let text = String(repeating: "a://b:c@", count: 2048)
    #expect(!Redaction(arguments: ["-hda", text]).arguments.joined().contains(":c@"))
  }

  @Test(arguments: [
    ["-vnc", ":1,password=on"], ["-iscsi", "password-secret=s"],
    ["-object", "secret,id=s,file=/run/key,keyid=k,iv=AAAA"],
    ["-object", "secret_keyring,id=s,serial=1234"], ["-fw_cfg", "name=opt/a,string=data"],
    ["-smbios", "type=11,value=abc"],
    ["-drive", "file=ssh://me@host:22/a,encrypt.key-secret=s"], ["-hda", "https://host:8080/a@b"],
    ["-hda", "nbd://[::1]:10809/a@b"],
    ["-append", "root=/dev/vda data=1"], ["-netdev", "l2tpv3,id=n,txcookie=1"],
    ["-device", "virtio-net,netdev=n"],
    ["-drive", "file=rbd:pool/image:id=me:keyring=/etc/k"],
  ]) func whatIsNoSecretStays(words: [String]) {
    let redaction = Redaction(arguments: words)
    #expect(redaction.arguments == words)
    #expect(redaction.isEmpty)
  }

  @Test(arguments: [
    ("sw,or d\"f%sh", "QEMU said: sw,or d\"f%sh!", "QEMU said: ***!"),
    ("sw,or d\"f%sh", "sw,,or d\"f%sh", "***"),
    ("sw,or d\"f%sh", #"sw,or d\"f%sh"#, "***"),
    ("sw,or d\"f%sh", "sw%2Cor%20d%22f%25sh sw%2cor%20d%22f%25sh", "*** ***"),
    ("swordfish", "c3dvcmRmaXNo", "***"),
    ("c3dvcmRmaXNo", "swordfish", "***"),
    ("swordfish-and-more", "\"swordfish-an\" is not", "\"***\" is not"),
    ("swordfish-and-more", "swordfish and more", "swordfish and more"),
    ("abc", "abcdef data=abc, data=abcd abc", "abcdef data=***, data=abcd abc"),
    ("abc", #"{"data":"abc","name":"abc"}"#, #"{"data":"***","name":"abc"}"#),
    ("first line\nsecond line", "QEMU: second line", "QEMU: ***"),
  ]) func aSecretIsStruckOutOfATextHoweverItIsSpelt(secret: String, text: String, shown: String) {
    let word = "secret,id=s,data=" + secret.replacing(",", with: ",,")
    #expect(Redaction(arguments: ["-object", word]).redacting(text) == shown)
  }

  @Test func thePasswordOfAnAddressIsStruckOutAlsoDecoded() {
    let redaction = Redaction(arguments: ["-hda", "https://me:sword%40fish@host/a"])
    #expect(redaction.redacting("sword@fish, sword%40fish") == "***, ***")
  }

  @Test func aDocumentsSecretsAreFoundInEachForm() throws {
    let document = try #require(
      try JSON.parse(
        #"{"object":["secret,id=a,data=first-one",{"qom-type":"secret","data":"second-one"}],"iscsi":{"password":"third-one"}}"#
      ).objectValue)
    let redaction = Redaction(document: document)
    #expect(redaction.redacting("first-one second-one third-one a") == "*** *** *** a")
    let shown = redaction.redacting(.object(document))
    #expect(shown["object"]?.arrayValue?.first == "secret,id=a,data=***")
  }

  @Test func aTextThatIsNoCommandLineHidesItsSecrets() {
    let redaction = Redaction(
      text: "qemu-system-x86_64 \\\n -object 'secret,id=s,data=swordfish' \\\n -hda 'unclosed")
    #expect(redaction.redacting("swordfish") == "***")
  }

  @Test(arguments: [
    "-object \"secret,id=s,data=sword and fish\" -hda 'x", "- qom-type: secret\n  data: sword and fish\n  [",
    #"-object '{"qom-type":"secret","data":"sword and fish"}' 'unclosed"#,
    "-object\0secret,id=s,data=sword and fish\0-nosuch",
  ]) func aMalformedFileHidesItsSecrets(text: String) {
    #expect(Redaction(text: text).redacting("it has sword and fish") == "it has ***")
  }

  @Test func aConfigurationIsWrittenWithoutSecrets() throws {
    let words = [
      "-object", "secret,id=s,data=swordfish,format=base64", "-object",
      #"{"qom-type":"secret","id":"t","data":"flounder"}"#,
      "-object", "secret,id=u,file=/k", "-iscsi", "user=me,password=turbot", "-drive",
      "if=none,file=https://me:halibut@host/a",
    ]
    let (plain, remarks) = try QEMUConfiguration(arguments: words).withoutSecrets()
    #expect(
      try plain.arguments() == [
        "-object", "secret,id=s,format=base64,file=/run/secrets/s", "-object",
        #"{"qom-type":"secret","id":"t","file":"/run/secrets/t"}"#, "-object", "secret,id=u,file=/k",
        "-iscsi",
        "user=me,password=", "-drive", "if=none,file=https://me@host/a",
      ])
    #expect(remarks.count == 4)
  }

  @Test func twoRedactionsStrikeTheSecretsOfBoth() {
    var redaction = Redaction(arguments: ["-object", "secret,id=s,data=swordfish"])
    redaction.formUnion(Redaction(arguments: ["-iscsi", "password=flounder"]))
    #expect(redaction.redacting("swordfish flounder") == "*** ***")
  }

  @Test func errorsQuoteNoSecret() {
    let error = #expect(throws: CommandLineError.self) {
      try QEMUConfiguration(arguments: ["-iscsi", "password=swordfish,nosuch=1"])
    }
    #expect(error?.evidence == ["-iscsi password=***,nosuch=1"])
  }
}

/// Tests that each property whose name suggests a secret is declared as a secret or as harmless.
@Suite struct SecretNameTests {
  private static func soundsSecret(_ name: String) -> Bool {
    name.contains(#/passw|passphrase|cookie|secret|token|(^|[-.])data$|(^|[-.])key$/#)
  }

  /// Ids of objects, names, numbers and switches that sound like secrets.
  private static let harmless: Set = [
    "MapEntry data", "AcpiTableOptions data", "NetdevL2TPv3Options txcookie", "NetdevL2TPv3Options rxcookie",
    "NetdevL2TPv3Options cookie64", "RockerOfDpaFlow cookie", "TlsCredsX509Properties passwordid",
    "SevSnpGuestProperties host-data", "MemoryBackendFileProperties discard-data",
  ]

  @Test func eachDeclaredPropertyThatSoundsLikeASecretIsOneOrNamesOne() {
    for option in OptionTable.all {
      guard let type = option.argument as? any PropertyListArgument.Type else { continue }
      for declaration in type.declarations.all where Self.soundsSecret(declaration.name) {
        let isReference = declaration.name.hasSuffix("-secret") || declaration is Key<Bool>
        let isData = ["acpitable", "smbios"].contains(option.name)
        #expect(declaration.isSecret || isReference || isData, "-\(option.name) \(declaration.name)")
      }
    }
  }

  @Test func eachDeclaredSecretIsFoundByItsName() {
    for option in OptionTable.all {
      guard let type = option.argument as? any PropertyListArgument.Type else { continue }
      for declaration in type.declarations.all where declaration.isSecret {
        #expect(SecretName.isSuspect(declaration.name), "-\(option.name) \(declaration.name)")
        #expect(Redaction.isSecret(declaration.name, of: option.name), "-\(option.name) \(declaration.name)")
      }
    }
  }

  @Test func eachMemberOfTheSchemaThatSoundsLikeASecretIsOneOrNamesOne() {
    for (option, type) in [
      ("object", "ObjectOptions"), ("blockdev", "BlockdevOptions"), ("netdev", "Netdev"),
    ] {
      var seen: Set<String> = []
      for (owner, name) in Self.members(of: type, &seen) where Self.soundsSecret(name) {
        let isReference =
          name.hasSuffix("-secret") || name == "key-secret" || Self.harmless.contains("\(owner) \(name)")
        #expect(isReference || Redaction.isSecret(name, of: option), "\(owner) \(name)")
      }
    }
  }

  /// All members below a type, with the types that have them.
  private static func members(of type: String, _ seen: inout Set<String>) -> [(String, String)] {
    guard seen.insert(type).inserted, let definition = QAPISchema.type(named: type) else { return [] }
    var (found, below): ([(String, String)], [String]) = ([], [])
    switch definition.kind {
    case .object(let shape):
      found = shape.members.map { (type, $0.name) }
      below = shape.members.map { name(of: $0.type) } + shape.branches.values
    case .alternate(let types): below = types.map { name(of: $0) }
    case .enumeration: break
    }
    for type in below { found += members(of: type, &seen) }
    return found
  }

  private static func name(of type: QAPISchema.TypeReference) -> String {
    switch type {
    case .named(let name): name
    case .list(let element): name(of: element)
    }
  }

  @Test(arguments: [#"session="quoll-99""#, #"orca-4417-"x",y"#, "it's-a-secret", #"back\slash"quote"#])
  func aSecretWithQuotesIsStruckOutWhole(secret: String) throws {
    let redaction = Redaction(arguments: [
      "-object", "secret,id=s,data=" + secret.replacing(",", with: ",,"),
    ])
    let json = try JSON.string(secret).serialized()
    #expect(redaction.redacting("QEMU said: \(secret): no") == "QEMU said: ***: no")
    #expect(redaction.redacting("[\(json)]") == #"["***"]"#)
  }

  @Test(arguments: [
    #"{"object":{"qom-type":"secret","data":{"a":"swordfish"}}}"#,
    #"{"object":{"qom-type":"secret","data":["swordfish"]}}"#, #"{"iscsi":{"password":12345678}}"#,
  ]) func aSecretOfADocumentThatIsNoTextIsFound(document: String) throws {
    let redaction = try Redaction(document: #require(JSON.parse(document).objectValue))
    #expect(redaction.redacting("swordfish 12345678").contains("***"), "\(document)")
  }
}
