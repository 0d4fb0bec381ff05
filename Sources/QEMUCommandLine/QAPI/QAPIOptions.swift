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
  /// Types that came with QEMU 7.2 are written as dotted keys.
  public static let language = QAPIPropertyLanguage.flatBut(["stream", "dgram"])
  /// The prefix of the guest's IPv6 network with its length, of which QEMU makes two members.
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
  /// QEMU takes `user` where no type is named.
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
  /// The properties of the NIC, which the type has under other names.
  public static let extraProperties = ["ipv6-net"]
  /// The id, which QEMU generates.
  public static let implicitMembers = ["id"]
}

/// An object that is no device. QEMU: `-object [qom-type=]TYPE,id=ID[,…]`, or as JSON
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

/// A sound backend. QEMU: `-audiodev [driver=]DRIVER,id=ID[,…]`, or as JSON
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
  /// Every property is named.
  public static let impliedKey: String? = nil
}

/// A node of memory and CPUs. QEMU: `-numa [type=]node|dist|cpu|hmat-lb|hmat-cache[,…]`
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

/// One channel of a migration. QEMU: `-incoming [channel-type=]main,addr.…`, or as JSON
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
