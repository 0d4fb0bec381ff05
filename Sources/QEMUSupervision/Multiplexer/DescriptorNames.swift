/// The effect of a successful command on the descriptors of a client at QEMU.
enum DescriptorEffect: Equatable {
  case none
  case getfd(name: [UInt8])
  case closefd(name: [UInt8])
  /// A descriptor is added to this set, or to a new one that QEMU chooses.
  case addFd(fdset: Int?)
  /// A descriptor, or every one, is removed from a set.
  case removeFd(fdset: Int, descriptor: Int?)

  init(of request: QMPRequest, hasDescriptor: Bool) {
    let arguments = request.arguments
    self = .none
    switch request.name {
    case "getfd" where hasDescriptor:
      if let name = arguments?["fdname"]?.stringBytes { self = .getfd(name: name) }
    case "closefd": if let name = arguments?["fdname"]?.stringBytes { self = .closefd(name: name) }
    case "add-fd" where hasDescriptor: self = .addFd(fdset: arguments?["fdset-id"]?.integer)
    case "remove-fd":
      guard let fdset = arguments?["fdset-id"]?.integer else { return }
      self = .removeFd(fdset: fdset, descriptor: arguments?["fd"]?.integer)
    default: break
    }
  }

  /// Returns a Boolean value that indicates whether QEMU takes a descriptor for the command.
  ///
  /// It does for `getfd` and `add-fd` with arguments that it accepts.
  static func takesDescriptor(_ request: QMPRequest) -> Bool {
    let members = request.arguments?.members ?? []
    switch request.name {
    case "getfd": return members.count == 1 && members[0].name == "fdname" && members[0].value.isString
    case "add-fd":
      return members.allSatisfy { name, value in
        name == "fdset-id" ? value.integer != nil : name == "opaque" && value.isString
      }
    default: return false
    }
  }
}

/// The names of descriptors of a client, which begin with the client's prefix at QEMU.
struct DescriptorNames {
  /// The names that the client has registered.
  let names: Set<[UInt8]>
  let prefix: String
  /// A part of the prefix of each client.
  let secret: String

  /// Deeper arguments have no names of descriptors.
  private static let maximumDepth = 16

  /// Returns the arguments of a command with the names that QEMU knows.
  func rewritten(_ transaction: Multiplexer.Transaction) -> JSONText? {
    guard let arguments = transaction.request.arguments else { return nil }
    if case .getfd(let name) = transaction.effect, let range = arguments.range(of: "fdname") {
      return arguments.replacing([(range, full(name))])
    }
    var replacements: [(range: Range<Int>, text: JSONText)] = []
    collect(arguments, isAddress: false, depth: 0, into: &replacements)
    return replacements.isEmpty ? arguments : arguments.replacing(replacements)
  }

  /// Returns a Boolean value that indicates whether a name gets the prefix.
  ///
  /// The full name of another client's descriptor, which may appear in an event, gets it too, and is not
  /// found.
  private func isPrefixed(_ name: some Collection<UInt8>) -> Bool {
    names.contains(Array(name)) || (name.count > secret.utf8.count && contains(secret, in: Array(name)))
  }

  private func contains(_ part: String, in name: [UInt8]) -> Bool {
    name.indices.contains { name[$0...].starts(with: part.utf8) }
  }

  private func full(_ name: some Sequence<UInt8>) -> JSONText { .string(Array(prefix.utf8) + name) }

  /// Collects the strings of a value that are names of descriptors.
  ///
  /// - Parameter isAddress: A Boolean value that indicates whether the value is the data of an address of
  ///   type `fd`.
  private func collect(
    _ value: JSONText, isAddress: Bool, depth: Int,
    into replacements: inout [(range: Range<Int>, text: JSONText)]
  ) {
    guard depth < Self.maximumDepth else { return }
    for element in value.elements ?? [] {
      collect(element, isAddress: false, depth: depth + 1, into: &replacements)
    }
    let isDescriptor = value["type"]?.isString("fd") ?? false
    for (name, member) in value.members ?? [] {
      if let text = replacement(of: member, name: name, isAddress: isAddress || isDescriptor) {
        replacements.append((member.bytes.indices, text))
      } else {
        collect(member, isAddress: isDescriptor && name == "data", depth: depth + 1, into: &replacements)
      }
    }
  }

  private func replacement(of value: JSONText, name: String, isAddress: Bool) -> JSONText? {
    guard let text = value.stringBytes else { return nil }
    switch name {
    case "fd", "fdname", "vhostfd": return isPrefixed(text) ? full(text) : nil
    case "str": return isAddress && isPrefixed(text) ? full(text) : nil
    case "fds", "vhostfds": return list(text)
    case "uri":
      guard text.starts(with: "fd:".utf8), isPrefixed(text.dropFirst(3)) else { return nil }
      return .string(Array("fd:".utf8) + Array(prefix.utf8) + text.dropFirst(3))
    default: return nil
    }
  }

  private func list(_ text: [UInt8]) -> JSONText {
    let items = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let renamed = items.map { isPrefixed($0) ? Array(prefix.utf8) + $0 : Array($0) }
    return .string(Array(renamed.joined(separator: [UInt8(ascii: ":")])))
  }

  /// Returns a text of QEMU without the prefix.
  static func removing(_ prefix: String, from text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let prefix = Array(prefix.utf8)
    guard let first = prefix.first else { return text }
    var result: [UInt8] = []
    var rest = text
    while let index = rest.firstIndex(of: first) {
      result += rest[..<index]
      let isPrefix = rest[index...].starts(with: prefix)
      if !isPrefix { result.append(first) }
      rest = rest[(index + (isPrefix ? prefix.count : 1))...]
    }
    return (result + rest)[...]
  }
}
