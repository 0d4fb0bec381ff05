import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// The disks whose image was replaced since the start. A plan does not restore the requested image.
extension ChangePlanner {
  /// Returns the changes that would restore an older image, one for each live image.
  func refusedImages() -> [Change] {
    var seen: Set<String> = []
    return (overlaid() + moved()).compactMap { subject, move in
      guard seen.insert(move.live).inserted else { return nil }
      var change = Change.impossible(subject, .set, because: "\(move.reason): \(move.advice)")
      change.undoneMove = move
      return change
    }
  }

  /// Returns the drives for which the configuration specifies a backing file of the live image.
  private func overlaid() -> [(ChangeSubject, ImageMove)] {
    let files = wantedConfiguration.occurrences.enumerated().flatMap { place, occurrence in
      occurrence.imageFiles.map { (file: $0, occurrence: occurrence, place: place) }
    }
    return live.images.flatMap { chain -> [(ChangeSubject, ImageMove)] in
      guard let image = chain.live, !files.contains(where: { chain.place(of: $0.file) == 0 }) else {
        return []
      }
      return files.filter { named in
        chain.place(of: named.file) != nil && !live.images.contains { $0.place(of: named.file) == 0 }
      }.map { named in
        let move = ImageMove(requested: named.file, live: image, isOverlay: true)
        return (
          ChangeSubject(
            named.occurrence.option, instance(of: named.occurrence), "file", from: image, to: named.file),
          move
        )
      }
    }
  }

  private func instance(of occurrence: Occurrence) -> String {
    let own = wantedConfiguration.occurrences.filter { $0.option == occurrence.option }
    return occurrence.liveID ?? occurrence.id ?? String(own.firstIndex { $0 == occurrence } ?? 0)
  }

  /// Returns the drives for which the configuration specifies the image of the start, which has been replaced.
  private func moved() -> [(ChangeSubject, ImageMove)] {
    findings.compactMap { finding in
      guard let move = finding.imageMove, move.isOverlay || isAsBefore(finding) else { return nil }
      return (
        ChangeSubject(
          finding.option, finding.instance, finding.option == "device" ? "drive" : "file", from: move.live,
          to: move.requested), move
      )
    }
  }

  private func isAsBefore(_ finding: Finding) -> Bool {
    knownFindings.contains {
      ($0.option, $0.instance, $0.property, $0.requested)
        == (finding.option, finding.instance, finding.property, finding.requested)
    }
  }

  /// Returns whether a remaining node uses a node, as an overlay uses its backing file.
  func isUsed(_ node: String, besides toRemove: Set<String>) -> Bool {
    var (seen, open) = (Set([node]), [node])
    while let next = open.popLast() {
      for parent in live.nodeParents[next] ?? [] where seen.insert(parent).inserted {
        if !toRemove.contains(parent) { return true }
        open.append(parent)
      }
    }
    return false
  }

  /// Returns whether a difference is due to an image change that the plan refuses to undo.
  func isCausedByRefusedImage(_ finding: Finding) -> Bool {
    finding.imageMove.map { $0.isOverlay || isAsBefore(finding) } ?? false
  }
}

extension Occurrence {
  /// The image files in its argument.
  package var imageFiles: [String] {
    if ["drive", "blockdev"].contains(option) {
      return argument?.members.map { Self.files(.object($0)) } ?? []
    }
    guard Self.shortDrives.contains(option), let file = try? argument?.text() else { return [] }
    return [file]
  }

  /// The options whose value is an image; the empty name is that of an argument without an option.
  private static let shortDrives: Set = [
    "", "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "sd", "mtdblock", "pflash",
  ]

  private static func files(_ value: JSON) -> [String] {
    (value.objectValue ?? [:]).flatMap { member -> [String] in
      let isFile = ["file", "filename"].contains(member.name) || member.name.hasSuffix(".filename")
      if let name = member.value.stringValue { return isFile ? [name] : [] }
      return files(member.value)
    }
  }
}
