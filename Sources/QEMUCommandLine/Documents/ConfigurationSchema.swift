import QAPI
public import QEMUJSON

extension ConfigurationDocument {
  /// The JSON Schema of a document, from the declarations of the options and the QAPI types of their arguments.
  public static var jsonSchema: JSONObject {
    var types = SchemaTypes()
    var properties = JSONObject()
    for option in OptionTable.all {
      properties[option.name] = option.jsonSchema(&types)
      for alias in option.aliases { properties[alias] = properties[option.name] }
    }
    for (name, schema) in sections { properties[name] = schema }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A QEMU virtual machine",
      "type": "object", "properties": .object(properties), "additionalProperties": false,
      "$defs": .object(types.definitions()),
    ]
  }

  private static let time: JSON = ["type": ["string", "integer"], "pattern": "^[0-9.]+(ms|s|m|h)?$"]

  private static let sections: [(String, JSON)] = [
    (
      Section.qemu.rawValue,
      [
        "description": "the binary: a path, a name, or a guest architecture",
        "anyOf": [
          ["type": "string"],
          [
            "type": "object", "additionalProperties": false,
            "properties": [
              "binary": ["type": "string"],
              "prefix": ["type": "array", "items": ["type": ["string", "integer"]]],
              "environment": ["type": "object", "additionalProperties": ["type": ["string", "integer"]]],
            ],
          ],
        ],
      ]
    ),
    (
      Section.lifecycle.rawValue,
      [
        "description": "how the virtual machine is run", "type": "object",
        "additionalProperties": false,
        "properties": [
          "user": ["description": "the user that QEMU switches to, a name or UID:GID", "type": "string"],
          "restart": [
            "description": "the ends after which QEMU is started again",
            "enum": ["never", "on-failure", "always"],
          ],
          "backoff": [
            "description": "the delays between restarts, and their limit", "type": "object",
            "additionalProperties": false,
            "properties": [
              "from": time, "to": time,
              "give-up": ["type": "string", "pattern": "^[0-9]+ in [0-9.]+(ms|s|m|h)?$"],
            ],
          ],
          "stop": [
            "description": "the steps of a stop, each with its timeout", "type": "array",
            "items": [
              "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
              "properties": ["powerdown": time, "quit": time, "terminate": time],
            ],
          ],
          "qmp": [
            "description": "the QMP commands that clients may execute in addition", "type": "object",
            "additionalProperties": false,
            "properties": [
              "allow": ["anyOf": [["const": "all"], ["type": "array", "items": ["type": "string"]]]]
            ],
          ],
          "autostart": ["description": "ignored"], "limits": ["description": "ignored"],
        ],
      ]
    ),
    (
      Section.verify.rawValue,
      [
        "description": "how qemuctl verifies the virtual machine", "type": "object",
        "properties": [
          "policy": ["enum": ["enforce", "warn"]], "accept": ["type": "array", "items": ["type": "string"]],
        ],
      ]
    ),
    (
      Section.options.rawValue,
      [
        "description": "options whose relative order matters, each in a separate mapping",
        "type": "array",
        "items": [
          "anyOf": [["type": "string"], ["type": "object", "minProperties": 1, "maxProperties": 1]]
        ],
      ]
    ),
  ]
}

extension OptionDeclaration {
  /// Returns the schema of the option's value: a boolean for a flag, else a text, a mapping of properties, or a list.
  fileprivate func jsonSchema(_ types: inout SchemaTypes) -> JSON {
    guard let argument else { return ["description": .string(summary), "type": ["boolean", "null"]] }
    var forms: [JSON] = [["type": ["string", "integer", "boolean"]]]
    if let properties = argument.propertySchema(&types) { forms.append(properties) }
    let list: JSON = ["type": "array", "items": ["anyOf": .array(forms)]]
    return ["description": .string(summary), "anyOf": .array(forms + [list])]
  }
}

extension OptionArgument {
  /// Returns the schema of a mapping of the argument's properties; nil if it has none.
  fileprivate static func propertySchema(_ types: inout SchemaTypes) -> JSON? {
    switch self {
    case let list as any DeclaredArgument.Type: return list.declaredSchema
    case let value as any SchemaArgument.Type:
      return .object(types.reference(to: value.typeName, extra: value.extraProperties))
    case is DisplayArgument.Type: return .object(types.reference(to: DisplayOption.typeName, extra: []))
    case is IncomingOption.Type:
      return .object(types.reference(to: IncomingChannelOption.typeName, extra: []))
    case is Accelerator.Type: return Accelerator.jsonSchema
    case is MachineOption.Type, is CPUModel.Type, is DeviceOption.Type, is GlobalProperty.Type:
      return ["type": "object"]
    default: return nil
    }
  }
}

/// An argument whose properties are declared.
private protocol DeclaredArgument { static var declaredSchema: JSON { get } }

extension Properties: DeclaredArgument where Schema: OptionSchema {
  fileprivate static var declaredSchema: JSON {
    objectSchema(of: Schema.declarations.all.sorted { $0.name < $1.name }, isOpen: Schema.isOpen)
  }
}

private func objectSchema(of declarations: [any PropertyDeclaration], isOpen: Bool) -> JSON {
  let properties = declarations.map { declaration -> (String, JSON) in
    var schema: JSONObject = ["description": .string(declaration.summary)]
    for member in declaration.jsonSchema { schema[member.name] = member.value }
    return (declaration.name, .object(schema))
  }
  return [
    "type": "object", "properties": .object(JSONObject(properties)), "additionalProperties": .bool(isOpen),
  ]
}

extension Accelerator {
  /// The schema of a mapping: one of the known accelerators with its own properties.
  fileprivate static var jsonSchema: JSON {
    let kinds = AcceleratorKind.all.values.sorted { $0.name < $1.name }
    return [
      "anyOf": .array(
        kinds.map { kind in
          var schema =
            objectSchema(
              of: kind.declarations.all.sorted { $0.name < $1.name }, isOpen: false
            ).objectValue ?? [:]
          var properties: JSONObject = [impliedKey: ["const": .string(kind.name)]]
          for member in schema["properties"]?.objectValue ?? [:] { properties[member.name] = member.value }
          schema["properties"] = .object(properties)
          schema["required"] = [.string(impliedKey)]
          return .object(schema)
        })
    ]
  }
}

// MARK: - Types of the QAPI

/// The types that the schema refers to.
private struct SchemaTypes {
  private var wanted: [String] = []
  private var seen: Set<String> = []

  mutating func reference(to name: String, extra: [String]) -> JSONObject {
    if seen.insert(name).inserted { wanted.append(name) }
    let reference: JSONObject = ["$ref": .string("#/$defs/\(name)")]
    if extra.isEmpty { return reference }
    let properties = extra.map { ($0, JSON.object(["type": ["string", "integer", "boolean"]])) }
    // The type would reject the properties that belong to the option only.
    return [
      "anyOf": [.object(reference), ["type": "object", "properties": .object(JSONObject(properties))]]
    ]
  }

  /// Returns the definitions of all types that are referenced, directly or by other types.
  mutating func definitions() -> JSONObject {
    var result: [(String, JSON)] = []
    while let name = wanted.popLast() {
      guard let type = QAPISchema.type(named: name) else { continue }
      result.append((name, .object(definition(of: type.kind))))
    }
    return JSONObject(result.sorted { $0.0 < $1.0 })
  }

  private mutating func definition(of kind: QAPISchema.Kind) -> JSONObject {
    switch kind {
    case .enumeration(let values): return ["enum": .array(values.map { .string($0.name) })]
    case .alternate(let forms): return ["anyOf": .array(forms.map { .object(schema(of: $0)) })]
    case .object(let shape): return object(shape)
    }
  }

  private mutating func object(_ shape: QAPISchema.Shape) -> JSONObject {
    var result: JSONObject = ["type": "object", "properties": .object(properties(shape.members))]
    let required = shape.members.filter { !$0.isOptional && $0.name != "id" }.map { JSON.string($0.name) }
    if !required.isEmpty { result["required"] = .array(required) }
    guard let discriminator = shape.discriminator else { return result }
    result["allOf"] = .array(
      shape.branches.sorted { $0.key < $1.key }.map { tag, branch in
        [
          "if": [
            "properties": [discriminator: ["const": .string(tag)]], "required": [.string(discriminator)],
          ],
          "then": .object(reference(to: branch, extra: [])),
        ]
      })
    return result
  }

  private mutating func properties(_ members: [QAPISchema.Member]) -> JSONObject {
    var result = JSONObject()
    for member in members { result[member.name] = .object(schema(of: member.type)) }
    return result
  }

  private mutating func schema(of type: QAPISchema.TypeReference) -> JSONObject {
    switch type {
    case .list(let element):
      // A list of one element may be written without brackets, as on the command line.
      let element = JSON.object(schema(of: element))
      return ["anyOf": [["type": "array", "items": element], element]]
    case .named("str"): return ["type": ["string", "integer", "boolean"]]
    case .named("bool"): return Bool.jsonSchema
    case .named("number"): return ["type": ["number", "string"]]
    case .named("null"): return ["type": "null"]
    case .named("any"): return [:]
    case .named(let name):
      return QAPISchema.type(named: name) == nil
        ? ["type": ["integer", "string"]] : reference(to: name, extra: [])
    }
  }
}
