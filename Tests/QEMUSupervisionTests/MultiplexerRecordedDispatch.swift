/// Commands of a client after its greeting, and the lines that QEMU 7.2, 10.0 and 11.1 answer.
let recordedDispatch: [(input: String, lines: [String])] = {
  let negotiate = #"{"execute":"qmp_capabilities"}"#
  let enable = #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#
  let success = #"{"return": {}}"#
  func failure(_ id: String?, _ description: String, _ errorClass: String = "GenericError") -> String {
    "{" + (id.map { "\"id\": \($0), " } ?? "")
      + #""error": {"class": "\#(errorClass)", "desc": "\#(description)"}}"#
  }
  let expecting = "Expecting capabilities negotiation with 'qmp_capabilities'"
  let complete = "Capabilities negotiation is already complete, command ignored"
  return [
    (#"{"execute":"query-name"}"#, [failure(nil, expecting, "CommandNotFound")]),
    (#"{"execute":"nope","id":"x"}"#, [failure("\"x\"", expecting, "CommandNotFound")]),
    (
      #"{"execute":"qmp_capabilities","arguments":{"enable":["foo"]},"id":2}"#,
      [failure("2", "Parameter 'null' does not accept value 'foo'")]
    ),
    (
      #"{"execute":"qmp_capabilities","arguments":{"enable":"oob"}}"#,
      [failure(nil, "Invalid parameter type for 'enable', expected: array")]
    ),
    (
      #"{"execute":"qmp_capabilities","arguments":{"enable":null}}"#,
      [failure(nil, "Invalid parameter type for 'enable', expected: array")]
    ),
    (
      #"{"execute":"qmp_capabilities","arguments":{"enable":[1]}}"#,
      [failure(nil, "Invalid parameter type for 'enable[0]', expected: string")]
    ),
    (
      #"{"execute":"qmp_capabilities","arguments":{"a":1,"b":2}}"#,
      [failure(nil, "Parameter 'b' is unexpected")]
    ),
    (
      #"{"execute":"qmp_capabilities","arguments":[]}"#,
      [failure(nil, "QMP input member 'arguments' must be an object")]
    ),
    (#"{"execute":"qmp_capabilities","arguments":{"enable":[]}}"#, [success]),
    (#"{"execute":"qmp_capabilities","arguments":{"enable":["oob","oob"]}}"#, [success]),
    (negotiate + negotiate, [success, failure(nil, complete, "CommandNotFound")]),
    (negotiate + enable, [success, failure(nil, complete, "CommandNotFound")]),
    (
      enable + #"{"exec-oob":"query-name","id":1}"#,
      [success, failure("1", "The command query-name does not support OOB")]
    ),
    (
      enable + #"{"exec-oob":"yank","arguments":{"instances":[]},"id":1}"#,
      [success, #"{"return": {}, "id": 1}"#]
    ),
    (enable + #"{"exec-oob":"yank","arguments":{"instances":[]}}"#, [success, success]),
    (
      negotiate + #"{"exec-oob":"yank","arguments":{"instances":[]},"id":1}"#,
      [success, failure("1", "QMP input member 'exec-oob' is unexpected")]
    ),
    (#"{"exec-oob":"yank","id":1}"#, [failure("1", "QMP input member 'exec-oob' is unexpected")]),
    (
      negotiate + #"{"execute":1,"id":1}"#,
      [success, failure("1", "QMP input member 'execute' must be a string")]
    ),
    (
      negotiate + #"{"execute":"a","exec-oob":"b","id":1}"#,
      [success, failure("1", "QMP input member 'exec-oob' is unexpected")]
    ),
    (
      enable + #"{"execute":"a","exec-oob":"b","id":1}"#,
      [success, failure("1", "QMP input member 'execute' clashes with 'exec-oob'")]
    ),
    (
      enable + #"{"exec-oob":3,"execute":"b","id":1}"#,
      [success, failure("1", "QMP input member 'exec-oob' must be a string")]
    ),
    (negotiate + #"{"id":7}"#, [success, failure("7", "QMP input lacks member 'execute'")]),
    (negotiate + "{}", [success, failure(nil, "QMP input lacks member 'execute'")]),
    (
      negotiate + #"{"execute":"query-name","arguments":1,"id":3}"#,
      [success, failure("3", "QMP input member 'arguments' must be an object")]
    ),
    (
      negotiate + #"{"execute":"query-name","foo":1,"id":3}"#,
      [success, failure("3", "QMP input member 'foo' is unexpected")]
    ),
    (
      negotiate + #"{"foo":1,"execute":3}"#,
      [success, failure(nil, "QMP input member 'execute' must be a string")]
    ),
    (negotiate + "[]", [success, failure(nil, "QMP input must be a JSON object")]),
    (negotiate + "garbage\n", [success, failure(nil, "JSON parse error, invalid keyword 'garbage'")]),
    (negotiate + #"{"execute":"stop","id":null}"#, [success, #"{"return": {}, "id": null}"#]),
    (
      negotiate + #"{"execute":"getfd","arguments":{"fdname":"x"}}"#,
      [success, failure(nil, "No file descriptor supplied via SCM_RIGHTS")]
    ),
  ]
}()
