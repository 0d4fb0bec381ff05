import QEMUCommandLine
import Testing

/// Tests of the completion of QEMU's command line, with and without the capabilities of a binary.
@Suite struct OptionCompletionTests {
  private static let tableOnly = OptionCompletion(nil)

  static let known: [(words: String, candidates: [String])] = [
    ("-acce", ["-accel"]), ("-accel tcg,thr", ["tcg,thread="]),
    ("-accel tcg,thread=", ["tcg,thread=multi", "tcg,thread=single"]),
    ("-accel tcg,thread=multi,thr", []), ("-netdev us", ["user"]), ("-netdev user,hostf", ["user,hostfwd="]),
    ("-netdev type=user,hostf", ["type=user,hostfwd="]),
    ("-object memory-backend-file,id=m,sha", ["memory-backend-file,id=m,share="]),
    (
      "-object memory-backend-file,share=", ["memory-backend-file,share=off", "memory-backend-file,share=on"]
    ),
    ("-smp 2,maxc", ["2,maxcpus="]), ("-kernel /b", []),
    ("-kernel /b -nodef", ["-nodefaults"]),
    ("-S -append -S -nographi", ["-nographic"]), ("-device ", []), ("-nosuch ", []),
    ("-drive file=x,if=vir", ["file=x,if=virtio"]),
  ]

  @Test(arguments: known.map(\.words))
  func theTableOfOptionsIsEnough(line: String) throws {
    let expected = try #require(Self.known.first { $0.words == line }?.candidates)
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let candidates = Self.tableOnly.candidates(words)
    if line == "-nosuch " {
      #expect(candidates.contains("-accel"))
    } else {
      #expect(candidates == expected)
    }
  }

  @Test func theBinaryAddsItsNames() {
    var capabilities = BinaryCapabilities(
      version: "10.0", architecture: "x86_64", options: ["device", "machine"], parameters: [:], logItems: [],
      accelerators: ["tcg": ["thread": "string", "new": "bool"]],
      machines: [
        "pc-q35-10.0": .init(
          alias: "q35", isDeprecated: false, maximumCPUs: 1, isDefault: true, properties: ["hpet": "bool"])
      ], models: ["max": .init(typeName: "max-cpu", isDeprecated: false)],
      devices: [
        "virtio-net-pci": .init(
          alias: "virtio-net", bus: "PCI", isUserCreatable: true, properties: ["mac": "str", "x": "child<y>"]),
        "hidden": .init(alias: nil, bus: nil, isUserCreatable: false),
        "max-cpu": .init(alias: nil, bus: nil, isUserCreatable: false, properties: ["avx": "bool"]),
      ], schema: LiveSchema(entities: []))
    capabilities.backends = ["netdev": ["user"], "vga": ["std"]]
    let completion = OptionCompletion(capabilities)
    #expect(completion.candidates(["-"]) == ["-device", "-machine"])
    #expect(completion.candidates(["-device", ""]) == ["virtio-net", "virtio-net-pci"])
    #expect(
      completion.candidates(["-device", "virtio-net,"]) == ["bus=", "id=", "mac="].map { "virtio-net,\($0)" })
    #expect(completion.candidates(["-machine", "q35,h"]) == ["q35,hpet="])
    #expect(completion.candidates(["-M", "hpet=o"]) == ["hpet=off", "hpet=on"])
    #expect(completion.candidates(["-cpu", "max,avx=on"]) == ["max,avx=on"])
    #expect(completion.candidates(["-accel", ""]) == ["tcg"])
    #expect(completion.candidates(["-accel", "tcg,new=o"]) == ["tcg,new=off", "tcg,new=on"])
    #expect(completion.candidates(["-netdev", "us"]) == ["user"])
    #expect(completion.candidates(["-netdev", "tap"]) == [])
    #expect(completion.candidates(["-vga", "s"]) == ["std"])
  }
}
