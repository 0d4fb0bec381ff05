/// The built-in types of the schema language.
enum Builtins {
  /// The Swift types by name; `null` has only one value and needs no type.
  static let swiftNames: [String: String] = [
    "str": "String", "number": "Double", "bool": "Bool", "any": "JSON", "null": "",
    "int": "Int64", "int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64",
    "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "size": "UInt64",
  ]
}
