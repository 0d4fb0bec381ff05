public import QEMUJSON

extension Observation {
  /// The observation as one JSON document.
  public var json: JSON {
    let queries = answers.sorted { $0.key.description < $1.key.description }.map { query, answer -> JSON in
      var object: JSONObject = ["command": .string(query.command), "arguments": .object(query.arguments)]
      switch answer {
      case .value(let value): object["return"] = value
      case .refused(let errorClass, let description):
        object["error"] = ["class": .string(errorClass), "desc": .string(description)]
      }
      return .object(object)
    }
    let host = host.sorted { $0.key.rawValue < $1.key.rawValue }.map { source, answer -> (String, JSON) in
      switch answer {
      case .text(let text): (source.rawValue, ["text": .string(text)])
      case .unavailable(let reason): (source.rawValue, ["unavailable": .string(reason)])
      }
    }
    var object: JSONObject = [
      "queries": .array(queries), "host": .object(JSONObject(host)), "standard-error": .string(standardError),
      "host-page-size": .integer(Int64(hostPageSize)),
    ]
    if !globals.isEmpty { object["globals"] = .array(globalsJSON) }
    object["silence"] = silence.map(JSON.string)
    return .object(object)
  }

  private var globalsJSON: [JSON] {
    globals.sorted { $0.key.symbol < $1.key.symbol }.map { variable, answer in
      var object: JSONObject = ["symbol": .string(variable.symbol), "form": .string(variable.json)]
      switch answer {
      case .text(let text): object["text"] = .string(text)
      case .unavailable(let reason): object["unavailable"] = .string(reason)
      }
      return .object(object)
    }
  }

  /// Reads an observation that ``json`` wrote; nil where it is none.
  public init?(json: JSON) {
    guard let queries = json["queries"]?.arrayValue, let host = json["host"]?.objectValue else { return nil }
    for query in queries {
      guard let command = query["command"]?.stringValue, let arguments = query["arguments"]?.objectValue,
        let answer = QueryAnswer(json: query)
      else { return nil }
      answers[QueryRequest(command, arguments)] = answer
    }
    for member in host {
      guard let source = HostSource(rawValue: member.name) else { continue }
      self.host[source] =
        member.value["text"]?.stringValue.map(HostAnswer.text)
        ?? .unavailable(member.value["unavailable"]?.stringValue ?? "not recorded")
    }
    for global in json["globals"]?.arrayValue ?? [] {
      guard let symbol = global["symbol"]?.stringValue, let form = global["form"]?.stringValue,
        let variable = GlobalVariable(symbol: symbol, json: form)
      else { return nil }
      globals[variable] =
        global["text"]?.stringValue.map(HostAnswer.text)
        ?? .unavailable(global["unavailable"]?.stringValue ?? "not recorded")
    }
    silence = json["silence"]?.stringValue
    standardError = json["standard-error"]?.stringValue ?? ""
    hostPageSize = json["host-page-size"]?.integerValue.flatMap { Int(exactly: $0) } ?? 4096
  }
}

extension QueryAnswer {
  fileprivate init?(json: JSON) {
    if let value = json["return"] {
      self = .value(value)
    } else if let error = json["error"], let errorClass = error["class"]?.stringValue {
      self = .refused(errorClass: errorClass, description: error["desc"]?.stringValue ?? "")
    } else {
      return nil
    }
  }
}
