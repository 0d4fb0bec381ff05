import QEMUCommandLine
public import QEMUJSON

/// The images under a guest's disk: the live one first, then its backing files.
public struct ImageChain: Sendable, Hashable {
  /// The names of the files.
  public let images: [String]

  /// Reads the images of a medium. QMP: `query-block`, member `inserted`
  ///
  /// The temporary overlay of `snapshot=on` is left out: it goes away with QEMU.
  /// - Parameter medium: the medium as QEMU lists it.
  public init(medium: JSON) {
    var names: [String] = []
    var image = medium["image"]
    while let one = image, let name = one["filename"]?.stringValue {
      let isTemporary = name.contains(#/\/vl\.\w{6}("|$)/#)
      if !isTemporary { names.append(imageFile(name)) }
      image = one["backing-image"]
    }
    images = names
  }

  /// The image that the guest writes to; nil where there is none.
  public var live: String? { images.first }

  /// Tells where a file is in the chain.
  /// - Returns: 0 for the live image; nil for a file that is not in the chain.
  public func place(of file: String) -> Int? { images.firstIndex { isSameFile($0, file) } }
}

/// A move of a guest's disk from the image that was asked for to another one, by a command after the start.
public struct ImageMove: Sendable, Hashable {
  /// The image that was asked for.
  public let requested: String
  /// The image under the guest.
  public let live: String
  /// A Boolean value that indicates whether the image that was asked for is a backing file of the live one.
  public let isOverlay: Bool

  /// Makes a move.
  /// - Parameters:
  ///   - requested: the file that was asked for.
  ///   - live: the file under the guest.
  ///   - isOverlay: whether the first is a backing file of the second.
  public init(requested: String, live: String, isOverlay: Bool) {
    (self.requested, self.live, self.isOverlay) = (requested, live, isOverlay)
  }

  /// Both images, and how one stands to the other.
  public var reason: String {
    isOverlay
      ? "the drive has moved on: the live image is \(live), and \(requested) is its backing file"
      : "the drive has moved on: the live image is \(live), which took the place of \(requested)"
  }

  /// The remedy that makes the request and the live virtual machine agree.
  public var advice: String {
    isOverlay
      ? "name the overlay \(live) in the request, or merge it into \(requested) with block-commit"
      : "name \(live) in the request"
  }
}

extension ImageMove {
  /// Compares a drive's image with the one that was asked for; nil where they are the same, or there is no medium.
  init?(of disk: JSON, from requested: RequestedOption) {
    let short = requested.properties.first { $0.name.isEmpty || $0.name == requested.option }?.wanted
    guard let wanted = requested["file"] ?? requested["file.filename"] ?? requested["filename"] ?? short,
      !wanted.prefix(while: { $0 != "/" }).contains(":"), let medium = disk["inserted"]
    else { return nil }
    let chain = ImageChain(medium: medium)
    let place = chain.place(of: wanted)
    guard let live = chain.live, place != 0 else { return nil }
    self.init(requested: wanted, live: live, isOverlay: place != nil)
  }

  /// Compares the node under a device with the one that was asked for; nil where QEMU shows no such nodes.
  init?(ofNode node: String, from wanted: String, in graph: BlockGraph) {
    guard let live = graph.image(of: node) else { return nil }
    let isOverlay = graph.backingNodes(of: node).contains(wanted)
    let requested = graph.image(of: wanted) ?? wanted
    if !isOverlay, graph.node(wanted) == nil || isSameFile(requested, live) { return nil }
    self.init(requested: requested, live: live, isOverlay: isOverlay)
  }
}

extension BlockGraph {
  /// The file of a node.
  func image(of name: String) -> String? {
    node(name).flatMap { $0["file"]?.stringValue }.map(imageFile)
  }

  /// The nodes that back one, the nearest first.
  func backingNodes(of name: String) -> [String] {
    var names: [String] = []
    var next = backing(of: name)
    while let node = next, !names.contains(node) {
      names.append(node)
      next = backing(of: node)
    }
    return names
  }

  private func backing(of name: String) -> String? {
    let children = children(of: name)
    return children["backing"] ?? (isFilter(name) ? children["file"] : nil)
  }

  /// The node that a filter of a block job is put over.
  func beneathFilters(_ name: String) -> String {
    guard isFilter(name) else { return name }
    return backingNodes(of: name).first { !isFilter($0) } ?? name
  }

  /// Returns whether a block job put a node on another for as long as it runs.
  private func isFilter(_ name: String) -> Bool {
    let driver = node(name)?["drv"]?.stringValue ?? ""
    return ["mirror_top", "commit_top", "backup-top", "copy-before-write"].contains(driver)
  }

  /// The topmost node that a node backs, where the request does not name the overlay itself.
  func overlay(of name: String, besides requested: Set<String>) -> String? {
    // A graph that QEMU would never show may have a loop.
    var passed = [name]
    while let parent = parent(backedBy: passed.last ?? name), !requested.contains(parent),
      !passed.contains(parent)
    {
      passed.append(parent)
    }
    return passed.dropFirst().last
  }
}

extension Judgement {
  /// The same, where a drive has moved on: to restart as it was asked for would take the live image from the guest.
  func following(_ move: ImageMove?) -> Judgement {
    guard verdict == .drifted, let move else { return self }
    var judgement = self
    judgement.reason = move.reason
    judgement.remedy = Remedy(.live, move.advice)
    judgement.move = move
    return judgement
  }
}

/// The file in the name of an image, which is JSON where a plain name does not say all: `json:{"driver": …}`.
private func imageFile(_ name: String) -> String {
  guard name.hasPrefix("json:"), var options = try? JSON.parse(String(name.dropFirst("json:".count))) else {
    return name
  }
  while options["filename"] == nil, let file = options["file"], file.objectValue != nil { options = file }
  return (options["filename"] ?? options["file.filename"])?.stringValue ?? name
}

/// Returns whether two names are of one file. A name without its directory is found again at the end of the other.
private func isSameFile(_ one: String, _ other: String) -> Bool {
  func plain(_ name: String) -> Substring { name.hasPrefix("./") ? name.dropFirst(2) : name[...] }
  let (one, other) = (plain(one), plain(other))
  if one == other { return true }
  if one.hasPrefix("/") == other.hasPrefix("/") { return false }
  return one.hasSuffix("/\(other)") || other.hasSuffix("/\(one)")
}

extension Subject {
  /// Returns the names that a request gives block nodes.
  static func nodeNames(of configuration: QEMUConfiguration) -> Set<String> {
    let nodes = configuration.occurrences.filter { $0.option == "blockdev" || $0.option == "drive" }
    return Set(nodes.compactMap { $0.argument?.members?["node-name"]?.stringValue })
  }
}
