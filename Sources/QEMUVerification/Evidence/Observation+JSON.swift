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
      (source.rawValue, .object(answer.json))
    }
    var object: JSONObject = [
      "queries": .array(queries), "host": .object(JSONObject(host)), "standard-error": .string(standardError),
      "host-page-size": .integer(Int64(hostPageSize)),
    ]
    if !globals.isEmpty { object["globals"] = .array(globalsJSON) }
    if !files.isEmpty {
      object["files"] = .object(
        JSONObject(files.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value.json)) }))
    }
    if let monitorUnavailability {
      object["silence"] = [
        "reason": .string(monitorUnavailability.reason),
        "temporary": .bool(monitorUnavailability.isTemporary),
      ]
    }
    object["suspension"] = stopReason.map(JSON.string)
    return .object(object)
  }

  private var globalsJSON: [JSON] {
    globals.sorted { $0.key.symbol < $1.key.symbol }.map { variable, answer in
      var object: JSONObject = ["symbol": .string(variable.symbol), "form": .string(variable.json)]
      for member in answer.json { object[member.name] = member.value }
      return .object(object)
    }
  }

  /// Reads an observation from ``json``; nil if the document is not one.
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
      self.host[source] = HostAnswer(json: member.value)
    }
    for member in json["files"]?.objectValue ?? [:] { files[member.name] = HostAnswer(json: member.value) }
    for global in json["globals"]?.arrayValue ?? [] {
      guard let symbol = global["symbol"]?.stringValue, let form = global["form"]?.stringValue,
        let variable = GlobalVariable(symbol: symbol, json: form)
      else { return nil }
      globals[variable] = HostAnswer(json: global)
    }
    monitorUnavailability = json["silence"]?["reason"]?.stringValue.map {
      MonitorUnavailability($0, isTemporary: json["silence"]?["temporary"]?.boolValue ?? false)
    }
    stopReason = json["suspension"]?.stringValue
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

extension HostAnswer {
  fileprivate var json: JSONObject {
    switch self {
    case .text(let text): ["text": .string(text)]
    case .unavailable(let reason): ["unavailable": .string(reason)]
    case .unreadable(let reason): ["unreadable": .string(reason)]
    }
  }

  fileprivate init(json: JSON) {
    if let text = json["text"]?.stringValue {
      self = .text(text)
    } else if let reason = json["unreadable"]?.stringValue {
      self = .unreadable(reason)
    } else {
      self = .unavailable(json["unavailable"]?.stringValue ?? "not recorded")
    }
  }
}
