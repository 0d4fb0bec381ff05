public import QEMUJSON

/// An argument that QEMU reads as properties, or as JSON if its first byte is a brace.
public enum PropertiesOrJSON: Sendable, Hashable {
  /// `k=v,…` in the option's own syntax.
  case properties(AssignmentList)
  /// A JSON object.
  case json(JSONObject)

  /// Reads an argument in either form.
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
        at: .init(column: column(of: error.offset ?? 0, in: text)), remedy: "write a JSON object")
    }
    throw CommandLineError(.malformedText, "the JSON is not an object", remedy: "write a JSON object")
  }

  /// Returns the argument.
  func text(_ language: ValueLanguage, impliedKey: String?) throws(CommandLineError) -> String {
    switch self {
    case .properties(let assignments):
      let text = try language.emit(assignments, impliedKey: impliedKey)
      // A value that begins with a brace is read as JSON, unless its key precedes it.
      return text.utf8.first == UInt8(ascii: "{") ? try language.emit(assignments, impliedKey: nil) : text
    case .json(let object):
      do throws(JSONError) {
        return try JSON.object(object).serialized()
      } catch {
        throw CommandLineError(.unencodableValue, error.summary, remedy: "change the value")
      }
    }
  }

  /// The effective text of a scalar property: the first `id`, or the last of another property.
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
