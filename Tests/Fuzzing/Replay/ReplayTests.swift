import Foundation
import FuzzTargets
import Testing

/// The short run of the fuzz targets: what is in the corpus, and some thousands of changes to it.
@Suite struct ReplayTests {
  private static func corpus(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/\(target.rawValue)")
    return try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
      .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
  }

  private func finding(_ target: FuzzTarget, _ bytes: [UInt8]) -> FuzzFinding? {
    bytes.withUnsafeBytes { bytes in
      do throws(FuzzFinding) {
        try target.run(bytes)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func nothingIsFoundInTheCorpus(target: FuzzTarget) throws {
    for (name, bytes) in try Self.corpus(of: target) {
      #expect(finding(target, bytes) == nil, "\(target.rawValue)/\(name)")
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func nothingIsFoundInChangesToTheCorpus(target: FuzzTarget) throws {
    var mutations = Mutations(of: try Self.corpus(of: target).map(\.bytes), seed: 1)
    for number in 0..<1000 {
      let bytes = mutations.next()
      if let finding = finding(target, bytes) {
        Issue.record("\(target.rawValue), change \(number): \(finding), in \(bytes)")
        return
      }
    }
  }
}
