import QEMUCommandLine
public import QEMUJSON

/// The images of a guest's disk: the live one first, then its backing files.
public struct ImageChain: Sendable, Hashable {
  /// The file names.
  public let images: [String]

  /// Reads the images of a medium. QMP: `query-block`, member `inserted`
  ///
  /// The temporary overlay of `snapshot=on` is omitted.
  /// - Parameter medium: the medium in QEMU's list.
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

  /// The image that the guest writes to; nil if there is none.
  public var live: String? { images.first }

  /// Returns the position of a file in the chain.
  /// - Returns: 0 for the live image; nil for a file that is not in the chain.
  public func place(of file: String) -> Int? { images.firstIndex { isSameFile($0, file) } }
}

/// The replacement of a disk's requested image by another one after the start, for example by
/// `blockdev-snapshot-sync`.
public struct ImageMove: Sendable, Hashable {
  /// The requested image.
  public let requested: String
  /// The image that the guest uses.
  public let live: String
  /// A Boolean value that indicates whether the live image is an overlay of the requested one.
  public let isOverlay: Bool

  /// Creates a replacement.
  /// - Parameters:
  ///   - requested: the requested file.
  ///   - live: the file that the guest uses.
  ///   - isOverlay: whether the live image is an overlay of the requested one.
  public init(requested: String, live: String, isOverlay: Bool) {
    (self.requested, self.live, self.isOverlay) = (requested, live, isOverlay)
  }

  /// A description of both images and their relation.
  public var reason: String {
    isOverlay
      ? "the image of the drive has changed: the live image is \(live), and \(requested) is its backing file"
      : "the image of the drive has changed: the live image is \(live), which replaced \(requested)"
  }

  /// The remedy that makes the request and the live virtual machine agree.
  public var advice: String {
    isOverlay
      ? "request the overlay \(live), or merge it into \(requested) with block-commit"
      : "request \(live)"
  }
}

extension ImageMove {
  /// Compares a drive's image with the requested one; nil if they are the same, or there is no medium.
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

  /// Compares the node of a device with the requested one; nil if QEMU does not show their images, or they are the
  /// same.
  init?(ofNode node: String, from wanted: String, in graph: BlockGraph) {
    guard let live = graph.image(of: node) else { return nil }
    let isOverlay = graph.backingNodes(of: node).contains(wanted)
    let requested = graph.image(of: wanted) ?? wanted
    if !isOverlay, graph.node(wanted) == nil || isSameFile(requested, live) { return nil }
    self.init(requested: requested, live: live, isOverlay: isOverlay)
  }
}

extension BlockGraph {
  /// Returns the file of a node.
  func image(of name: String) -> String? {
    node(name).flatMap { $0["file"]?.stringValue }.map(imageFile)
  }

  /// Returns the backing nodes of a node, the nearest first.
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

  /// Returns the node below the filters of block jobs.
  func beneathFilters(_ name: String) -> String {
    guard isFilter(name) else { return name }
    return backingNodes(of: name).first { !isFilter($0) } ?? name
  }

  /// Returns whether a node is a filter that a block job has added while it runs.
  private func isFilter(_ name: String) -> Bool {
    let driver = node(name)?["drv"]?.stringValue ?? ""
    return ["mirror_top", "commit_top", "backup-top", "copy-before-write"].contains(driver)
  }

  /// Returns the topmost overlay of a node; nil if there is none, or if the request has the overlay itself.
  func overlay(of name: String, besides requested: Set<String>) -> String? {
    // An invalid graph may have a cycle.
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
  /// Returns the judgement with the reason and the remedy of the image change, if there is one: a restart as requested
  /// would replace the live image by an older one.
  func explained(by move: ImageMove?) -> Judgement {
    guard verdict == .drifted, let move else { return self }
    var judgement = self
    judgement.reason = move.reason
    judgement.remedy = Remedy(.live, move.advice)
    judgement.move = move
    return judgement
  }
}

/// Returns the file of an image from its name, which is JSON if a plain name is not sufficient: `json:{"driver": …}`.
private func imageFile(_ name: String) -> String {
  guard name.hasPrefix("json:"), var options = try? JSON.parse(String(name.dropFirst("json:".count))) else {
    return name
  }
  while options["filename"] == nil, let file = options["file"], file.objectValue != nil { options = file }
  return (options["filename"] ?? options["file.filename"])?.stringValue ?? name
}

/// Returns whether two names are the same file. A relative path matches the end of an absolute one.
private func isSameFile(_ one: String, _ other: String) -> Bool {
  func plain(_ name: String) -> Substring { name.hasPrefix("./") ? name.dropFirst(2) : name[...] }
  let (one, other) = (plain(one), plain(other))
  if one == other { return true }
  if one.hasPrefix("/") == other.hasPrefix("/") { return false }
  return one.hasSuffix("/\(other)") || other.hasSuffix("/\(one)")
}

extension Subject {
  /// Returns the node names in a request.
  static func nodeNames(of configuration: QEMUConfiguration) -> Set<String> {
    let nodes = configuration.occurrences.filter { $0.option == "blockdev" || $0.option == "drive" }
    return Set(nodes.compactMap { $0.argument?.members?["node-name"]?.stringValue })
  }
}
