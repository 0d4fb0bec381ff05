// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "GuestTests",
  // In a package of your own: .package(url: "https://github.com/OWNER/swift-qemu", branch: "main")
  dependencies: [.package(name: "swift-qemu", path: "../..")],
  targets: [
    .testTarget(name: "GuestTests", dependencies: [.product(name: "QEMU", package: "swift-qemu")])
  ],
  swiftLanguageModes: [.v6]
)
