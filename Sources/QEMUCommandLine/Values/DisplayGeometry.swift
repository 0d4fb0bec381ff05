/// The size of a display. QEMU: `-g WxH[xDEPTH]`
public struct DisplayGeometry: PropertyValue {
  /// The width in pixels.
  public let width: UInt32
  /// The height in pixels.
  public let height: UInt32
  /// The bits per pixel; nil for the default of the machine.
  public let depth: UInt32?

  /// Creates a geometry.
  public init(width: UInt32, height: UInt32, depth: UInt32? = nil) {
    self.width = width
    self.height = height
    self.depth = depth
  }

  /// The description of valid values.
  public static var expectation: String { "WIDTHxHEIGHT or WIDTHxHEIGHTxDEPTH, such as 1024x768x32" }
  /// Creates a geometry from its text.
  public init?(propertyText: String) {
    let numbers = propertyText.split(separator: "x", omittingEmptySubsequences: false).map { UInt32($0) }
    guard 2...3 ~= numbers.count, let width = numbers[0], let height = numbers[1], width > 0, height > 0,
      numbers.count == 2 || [8, 15, 16, 24, 32].contains(numbers[2])
    else { return nil }
    self.init(width: width, height: height, depth: numbers.count == 3 ? numbers[2] : nil)
  }
  /// The geometry.
  public var propertyText: String { "\(width)x\(height)" + (depth.map { "x\($0)" } ?? "") }
}
