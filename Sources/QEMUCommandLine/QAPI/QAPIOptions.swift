public import QAPI

/// A block node. QEMU: `-blockdev [driver=]DRIVER,node-name=NAME[,…]`, or as JSON
public enum BlockdevOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = BlockdevOptions
  /// The option's name.
  public static let option = "blockdev"
  /// The type's name in the schema.
  public static let typeName = "BlockdevOptions"
  /// The key of a first value without a name: the driver.
  public static let impliedKey: String? = "driver"
}

/// A network backend. QEMU: `-netdev [type=]TYPE,id=ID[,…]`, or as JSON
public enum NetdevOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = Netdev
  /// The option's name.
  public static let option = "netdev"
  /// The type's name in the schema.
  public static let typeName = "Netdev"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "type"
  /// The syntax: flat keys, but dotted keys for types that QEMU 7.2 added.
  public static let language = QAPIPropertyLanguage.flatBut(["stream", "dgram"])
  /// The additional property: the prefix of the guest's IPv6 network with its length, which QEMU splits into two
  /// members.
  public static let extraProperties = ["ipv6-net"]
}

/// A network backend and its NIC. QEMU: `-nic [type=]TYPE[,model=MODEL][,mac=ADDRESS][,…]`
public enum NICOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = Netdev
  /// The option's name.
  public static let option = "nic"
  /// The type's name in the schema.
  public static let typeName = "Netdev"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "type"
  /// The syntax: flat keys.
  public static let language = QAPIPropertyLanguage.flat
  /// Always false: the option does not accept JSON.
  public static let takesJSON = false
  /// The additional properties, which are those of the device.
  public static let extraProperties = ["model", "mac", "addr", "vectors", "ipv6-net"]
  /// The id, which QEMU generates.
  public static let implicitMembers = ["id"]
  /// QEMU's default type, `user`.
  public static let defaultTag: (name: String, value: String)? = ("type", "user")
}

/// A network backend or a NIC on the shared hub. QEMU: `-net [type=]TYPE[,…]`
public enum NetOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = Netdev
  /// The option's name.
  public static let option = "net"
  /// The type's name in the schema.
  public static let typeName = "Netdev"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "type"
  /// The syntax: flat keys.
  public static let language = QAPIPropertyLanguage.flat
  /// Always false: the option does not accept JSON.
  public static let takesJSON = false
  /// The additional property: the prefix of the guest's IPv6 network with its length.
  public static let extraProperties = ["ipv6-net"]
  /// The id, which QEMU generates.
  public static let implicitMembers = ["id"]
}

/// An object that is not a device. QEMU: `-object [qom-type=]TYPE,id=ID[,…]`, or as JSON
public enum ObjectOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = ObjectOptions
  /// The option's name.
  public static let option = "object"
  /// The type's name in the schema.
  public static let typeName = "ObjectOptions"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "qom-type"
  /// The syntax: flat keys.
  public static let language = QAPIPropertyLanguage.flat
}

/// An audio backend. QEMU: `-audiodev [driver=]DRIVER,id=ID[,…]`, or as JSON
public enum AudiodevOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = Audiodev
  /// The option's name.
  public static let option = "audiodev"
  /// The type's name in the schema.
  public static let typeName = "Audiodev"
  /// The key of a first value without a name: the driver.
  public static let impliedKey: String? = "driver"
}

/// An audio backend and its device. QEMU: `-audio [driver=]DRIVER[,model=MODEL][,…]`
public enum AudioOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = Audiodev
  /// The option's name.
  public static let option = "audio"
  /// The type's name in the schema.
  public static let typeName = "Audiodev"
  /// The key of a first value without a name: the driver.
  public static let impliedKey: String? = "driver"
  /// Always false: the option does not accept JSON.
  public static let takesJSON = false
  /// The additional properties, which are those of the device.
  public static let extraProperties = ["model"]
  /// The id, which QEMU generates.
  public static let implicitMembers = ["id"]
}

/// The display of the guest, except VNC. QEMU: `-display [type=]TYPE[,…]`, or as JSON
public enum DisplayOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = DisplayOptions
  /// The option's name.
  public static let option = "display"
  /// The type's name in the schema.
  public static let typeName = "DisplayOptions"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "type"
}

/// The policy for deprecated interfaces. QEMU: `-compat deprecated-input=…[,…]`, or as JSON
public enum CompatOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = CompatPolicy
  /// The option's name.
  public static let option = "compat"
  /// The type's name in the schema.
  public static let typeName = "CompatPolicy"
  /// Nil: every property needs its name.
  public static let impliedKey: String? = nil
}

/// A NUMA node or a property of NUMA nodes. QEMU: `-numa [type=]node|dist|cpu|hmat-lb|hmat-cache[,…]`
public enum NUMAOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = NUMAOptions
  /// The option's name.
  public static let option = "numa"
  /// The type's name in the schema.
  public static let typeName = "NumaOptions"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "type"
  /// The syntax: flat keys.
  public static let language = QAPIPropertyLanguage.flat
  /// Always false: the option does not accept JSON.
  public static let takesJSON = false
}

/// A channel of a migration. QEMU: `-incoming [channel-type=]main,addr.…`, or as JSON
public enum IncomingChannelOption: QAPIOptionSchema {
  /// The type of the argument.
  public typealias Value = MigrationChannel
  /// The option's name.
  public static let option = "incoming"
  /// The type's name in the schema.
  public static let typeName = "MigrationChannel"
  /// The key of a first value without a name: the type.
  public static let impliedKey: String? = "channel-type"
}
