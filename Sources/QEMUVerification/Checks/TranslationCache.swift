import QEMUJSON

/// What TCG says of its translation cache.
///
/// QMP: `x-query-jit`; `x-accel-stats` has the same text where that is gone.
struct TranslationCache {
  static let query = QueryRequest("x-query-jit")
  private static let successor = QueryRequest("x-accel-stats")

  let source: QueryRequest
  let text: String

  /// Reads the text; nil where TCG does not run the guest.
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

  /// Whether one guest instruction at a time is translated; nil where this QEMU does not say.
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

/// How TCG divides its translation cache, and so what size was asked for when a capacity is seen.
///
/// Each region gives up a guard page and 1024 bytes at its end. One region serves one thread; with a thread for each virtual
/// CPU there are as many as fit, at least 2 MiB each and at most eight for each CPU that can ever be there.
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

  /// The size in MiB, and how the threads run, that give this capacity; nil where none does.
  ///
  /// With one CPU the two ways to run threads give the same capacity.
  func solve(capacity: Int) -> (mebibytes: Int, modes: [ThreadMode])? {
    let least = capacity >> 20
    // A region's slack is 5 KiB of its 2 MiB, so that the size lies a little above the capacity.
    let most = least + 2 + (8 * max(1, maximumCPUs) * (pageSize + Self.slack)) >> 20
    for mebibytes in max(1, least)...max(1, most) {
      let modes = ThreadMode.allCases.filter { self.capacity(mebibytes: mebibytes, threads: $0) == capacity }
      if !modes.isEmpty { return (mebibytes, modes) }
    }
    return nil
  }
}

/// How TCG runs its virtual CPUs.
enum ThreadMode: String, CaseIterable {
  case single
  case multi
}
