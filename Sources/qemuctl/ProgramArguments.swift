import CLinux

/// The arguments of this process, as passed to `main`.
///
/// Swift's `CommandLine` reads them from /proc, and is empty if /proc is not mounted.
enum ProgramArguments {
  /// The arguments without the program's name.
  static let words = (1..<max(1, clinux_argument_count())).compactMap { index in
    clinux_argument(index).map { String(cString: $0) }
  }

  /// Returns the value of an option of `qemuctl` in arguments that may be invalid otherwise; the last one counts.
  ///
  /// Arguments after `--` are options of QEMU.
  static func value(ofOption name: String, in words: [String] = words) -> String? {
    let own = words.prefix { $0 != "--" }
    let separate = zip(own, own.dropFirst()).filter { $0.0 == name }.map(\.1)
    let joined = own.filter { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    return (separate + joined).last
  }

  /// The first argument that is not UTF-8, with its number.
  static var notUTF8: (number: Int32, text: String)? {
    for number in 1..<max(1, clinux_argument_count()) {
      guard let word = clinux_argument(number), String(validatingCString: word) == nil else { continue }
      return (number, String(cString: word))
    }
    return nil
  }
}
