/// Returns whether a word requests the help of an option.
func isHelpWord(_ word: String) -> Bool { word == "help" || word == "?" }

/// Returns whether a word requests the help of an option.
func isHelpWord(_ word: Span<UInt8>) -> Bool {
  areEqual(word, "help".utf8Span.span) || areEqual(word, "?".utf8Span.span)
}

/// Returns whether a name and a value are those of a bare `help` or `?`.
func isHelpRequest(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
  isHelpWord(name) && areEqual(value, "on".utf8Span.span)
}

extension Assignment {
  /// A Boolean value that indicates whether the assignment is a bare `help` or `?`, which requests the help of an
  /// option.
  var isHelpRequest: Bool { isHelpWord(name) && text == "on" }
}

extension OptionDeclaration {
  /// Reads the option's argument; if unknown names are kept, so are a request for help and a removed form.
  /// - Throws: ``CommandLineError``, as the type of the argument does.
  func read(
    _ text: String, as type: any OptionArgument.Type, _ unknownNames: UnknownNames
  ) throws(CommandLineError) -> any OptionArgument {
    if unknownNames == .refused, let error = RemovedForm.error(in: text, of: name) { throw error }
    do throws(CommandLineError) {
      return try type.init(text: text, unknownNames: unknownNames)
    } catch {
      // QEMU ignores -accel without a name.
      let isIgnored = name == Accelerator.option && Accelerator.namesNothing(text)
      if unknownNames == .kept, isHelpWord(text) || isIgnored { return PlainText(text) }
      throw error
    }
  }
}

extension QAPIArgument {
  /// A Boolean value that indicates whether the argument requests the help of the option: `help`, `TYPE,help` or
  /// `model=help`.
  var isHelpRequest: Bool {
    guard case .properties(let assignments) = form else { return false }
    let names = Schema.extraProperties + [Schema.impliedKey].compactMap(\.self)
    return assignments.contains {
      $0.isHelpRequest || (names.contains($0.name) && isHelpWord($0.text))
    }
  }
}
