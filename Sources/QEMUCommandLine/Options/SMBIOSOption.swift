/// The contents of the guest's SMBIOS tables; the properties depend on the type.
///
/// QEMU: `-smbios file=FILE | type=N[,…]`
public struct SMBIOSOption: OptionSchema {
  /// The option's name.
  public static let option = "smbios"

  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "a file with a whole table")
  /// QEMU: `type=N`
  public let type = Key<UInt8>("type", "the type of the structure")
  /// QEMU: `vendor=TEXT`
  public let vendor = Key<String>("vendor", "maker of the firmware (type 0)")
  /// QEMU: `version=TEXT`
  public let version = Key<String>("version", "version (0, 1, 2, 3, 4)")
  /// QEMU: `date=TEXT`
  public let date = Key<String>("date", "date of the firmware (0)")
  /// QEMU: `release=N.N`
  public let release = Key<String>("release", "release of the firmware (0)")
  /// QEMU: `uefi=on|off`
  public let uefi = Key<Bool>("uefi", "whether the firmware is UEFI (0)")
  /// QEMU: `manufacturer=TEXT`
  public let manufacturer = Key<String>("manufacturer", "maker (1, 2, 3, 4, 17)")
  /// QEMU: `product=TEXT`
  public let product = Key<String>("product", "product (1, 2)")
  /// QEMU: `serial=TEXT`
  public let serial = Key<String>("serial", "serial number (1, 2, 3, 4, 17)")
  /// QEMU: `uuid=UUID`
  public let uuid = Key<UUID>("uuid", "the machine's UUID (1)")
  /// QEMU: `sku=TEXT`
  public let sku = Key<String>("sku", "SKU number (1, 3)")
  /// QEMU: `family=TEXT`
  public let family = Key<String>("family", "family (1)")
  /// QEMU: `asset=TEXT`
  public let asset = Key<String>("asset", "asset tag (2, 3, 4, 17)")
  /// QEMU: `location=TEXT`
  public let location = Key<String>("location", "location of the board (2)")
  /// QEMU: `sock_pfx=TEXT`
  public let socketPrefix = Key<String>("sock_pfx", "prefix of the sockets' names (4)")
  /// QEMU: `part=TEXT`
  public let part = Key<String>("part", "part number (4, 17)")
  /// QEMU: `max-speed=N`
  public let maximumSpeed = Key<UInt64>("max-speed", "maximum speed in MHz (4)")
  /// QEMU: `current-speed=N`
  public let currentSpeed = Key<UInt64>("current-speed", "speed in MHz (4)")
  /// QEMU: `processor-family=N`
  public let processorFamily = Key<UInt64>("processor-family", "family of the processor (4)")
  /// QEMU: `processor-id=N`
  public let processorID = Key<UInt64>("processor-id", "id of the processor (4)")
  /// QEMU: `internal_reference=TEXT`
  public let internalReference = Key<String>("internal_reference", "internal label (8)")
  /// QEMU: `external_reference=TEXT`
  public let externalReference = Key<String>("external_reference", "external label (8)")
  /// QEMU: `connector_type=N`
  public let connectorType = Key<UInt64>("connector_type", "type of the connector (8)")
  /// QEMU: `port_type=N`
  public let portType = Key<UInt64>("port_type", "type of the port (8)")
  /// QEMU: `slot_designation=TEXT`
  public let slotDesignation = Key<String>("slot_designation", "name of the slot (9)")
  /// QEMU: `slot_type=N`
  public let slotType = Key<UInt64>("slot_type", "type of the slot (9)")
  /// QEMU: `slot_data_bus_width=N`
  public let slotDataBusWidth = Key<UInt64>("slot_data_bus_width", "width of the slot's bus (9)")
  /// QEMU: `current_usage=N`
  public let currentUsage = Key<UInt64>("current_usage", "whether the slot is in use (9)")
  /// QEMU: `slot_length=N`
  public let slotLength = Key<UInt64>("slot_length", "length of the slot (9)")
  /// QEMU: `slot_id=N`
  public let slotID = Key<UInt64>("slot_id", "id of the slot (9)")
  /// QEMU: `slot_characteristics1=N`
  public let slotCharacteristics1 = Key<UInt64>("slot_characteristics1", "characteristics of the slot (9)")
  /// QEMU: `slot_characteristics12=N`
  public let slotCharacteristics2 = Key<UInt64>(
    "slot_characteristics12", "more characteristics of the slot (9)")
  /// QEMU: `pci_device=ID`
  public let pciDevice = Key<String>("pci_device", "the device in the slot (9)")
  /// QEMU: `value=TEXT`
  public let values = ListKey<String>("value", "a text for the guest (11)")
  /// QEMU: `path=FILE`
  public let paths = ListKey<String>("path", "a file with a text for the guest (11)")
  /// QEMU: `loc_pfx=TEXT`
  public let locatorPrefix = Key<String>("loc_pfx", "prefix of the memory devices' names (17)")
  /// QEMU: `bank=TEXT`
  public let bank = Key<String>("bank", "bank (17)")
  /// QEMU: `speed=N`
  public let speed = Key<UInt64>("speed", "speed in MT/s (17)")
  /// QEMU: `designation=TEXT`
  public let designation = Key<String>("designation", "name of the device on the board (41)")
  /// QEMU: `kind=KIND`
  public let kind = Key<String>("kind", "kind of the device (41)")
  /// QEMU: `instance=N`
  public let instance = Key<UInt64>("instance", "number among the devices of the kind (41)")
  /// QEMU: `pcidev=ID`
  public let device = Key<String>("pcidev", "the device (41)")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = SMBIOSOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
