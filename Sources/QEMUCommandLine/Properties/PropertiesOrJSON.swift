public import QEMUJSON

/// An argument that QEMU takes as properties, or as JSON where its first byte is a brace.
public enum PropertiesOrJSON: Sendable, Hashable {
  /// `k=v,…` in the option's own language.
  case properties(AssignmentList)
  /// One JSON object.
  case json(JSONObject)

  /// Reads either.
  static func parse(
    _ text: String, _ language: ValueLanguage, impliedKey: String?
  ) throws(CommandLineError) -> PropertiesOrJSON {
    if text.utf8.first == UInt8(ascii: "{") { return .json(try parseJSON(text)) }
    return .properties(try language.parse(text, impliedKey: impliedKey).list)
  }

  private static func parseJSON(_ text: String) throws(CommandLineError) -> JSONObject {
    do throws(JSONError) {
      if let object = try JSON.parse(text).objectValue { return object }
    } catch {
      if let standard = SingleQuotedJSON.standard(text),
        let object = (try? JSON.parse(standard))?.objectValue
      {
        return object
      }
      throw CommandLineError(
        .malformedText, "the JSON is malformed: \(error.summary)",
        at: .init(column: column(of: error.offset ?? 0, in: text)), remedy: "write one JSON object")
    }
    throw CommandLineError(.malformedText, "the JSON is no object", remedy: "write one JSON object")
  }

  /// Writes it.
  func text(_ language: ValueLanguage, impliedKey: String?) throws(CommandLineError) -> String {
    switch self {
    case .properties(let assignments):
      let text = try language.emit(assignments, impliedKey: impliedKey)
      // A value that begins with a brace is read as JSON, unless its key stands before it.
      return text.utf8.first == UInt8(ascii: "{") ? try language.emit(assignments, impliedKey: nil) : text
    case .json(let object):
      do throws(JSONError) {
        return try JSON.object(object).serialised()
      } catch {
        throw CommandLineError(.unencodableValue, error.summary, remedy: "change the value")
      }
    }
  }

  /// The text of a scalar property: of `id` the first counts, else the last.
  subscript(name: String) -> String? {
    switch self {
    case .properties(let assignments): assignments.text(of: name)
    case .json(let object):
      object[name].flatMap(scalarText)
    }
  }

  /// The names of the properties, each once, in order.
  var names: [String] {
    switch self {
    case .properties(let assignments):
      var seen: Set<String> = []
      return assignments.map(\.name).filter { seen.insert($0).inserted }
    case .json(let object): return object.map(\.name)
    }
  }
}
