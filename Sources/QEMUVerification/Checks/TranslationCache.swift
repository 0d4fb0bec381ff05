import QEMUJSON

/// TCG's statistics of its translation cache.
///
/// QMP: `x-query-jit`; `x-accel-stats` has the same text in versions without it.
struct TranslationCache {
  static let query = QueryRequest("x-query-jit")
  private static let successor = QueryRequest("x-accel-stats")

  let source: QueryRequest
  let text: String

  /// Reads the text; returns nil if TCG does not run the guest.
  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> TranslationCache? {
    switch try reader.answer(query) {
    case .value(let value): return TranslationCache(query, value)
    case .refused("CommandNotFound", _):
      return try reader.value(successor).flatMap { TranslationCache(successor, $0) }
    case .refused: return nil
    }
  }

  private init?(_ source: QueryRequest, _ reply: JSON) {
    guard let text = reply["human-readable-text"]?.stringValue else { return nil }
    self.source = source
    self.text = text
  }

  /// The usable bytes: the second number of "gen code size  USED/CAPACITY".
  var capacity: Int? {
    guard let line = line("gen code size"), let slash = line.lastIndex(of: "/") else { return nil }
    return Int(line[line.index(after: slash)...].prefix { $0.isNumber })
  }

  /// The value of `one-insn-per-tb`; nil if this QEMU does not show it.
  var isOneInstruction: Bool? {
    switch line("one-insn-per-tb:")?.split(separator: " ").last {
    case "on": true
    case "off": false
    default: nil
    }
  }

  func line(_ beginning: String) -> Substring? {
    text.lines.first { $0.hasPrefix(beginning) }
  }
}

/// The division of TCG's translation cache into regions, to compute the requested size from an observed capacity.
///
/// Each region reserves a guard page and 1024 bytes at its end. A single thread has one region. With one thread per
/// virtual CPU there are as many regions as fit, with at least 2 MiB each and at most eight per possible CPU.
struct TranslationRegions {
  private static let slack = 1024
  private static let smallest = 2 << 20

  let maximumCPUs: Int
  let pageSize: Int

  func count(bytes: Int, threads: ThreadMode) -> Int {
    if threads == .single || maximumCPUs <= 1 { return 1 }
    let fitting = bytes / Self.smallest
    return fitting <= maximumCPUs ? maximumCPUs : min(fitting, 8 * maximumCPUs)
  }

  func capacity(mebibytes: Int, threads: ThreadMode) -> Int {
    let bytes = mebibytes << 20
    return bytes - count(bytes: bytes, threads: threads) * (pageSize + Self.slack)
  }

  /// Returns the size in MiB and the thread modes that result in a capacity; nil if there are none.
  ///
  /// With one CPU both thread modes have the same capacity.
  func solve(capacity: Int) -> (mebibytes: Int, modes: [ThreadMode])? {
    let least = capacity >> 20
    // Each region of at least 2 MiB reserves only 5 KiB, so the size is slightly larger than the capacity.
    let most = least + 2 + (8 * max(1, maximumCPUs) * (pageSize + Self.slack)) >> 20
    for mebibytes in max(1, least)...max(1, most) {
      let modes = ThreadMode.allCases.filter { self.capacity(mebibytes: mebibytes, threads: $0) == capacity }
      if !modes.isEmpty { return (mebibytes, modes) }
    }
    return nil
  }
}

/// The thread mode of TCG's virtual CPUs.
enum ThreadMode: String, CaseIterable {
  case single
  case multi
}
