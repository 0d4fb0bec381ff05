import QEMUJSON

/// A program that QEMU starts because of an option, and that a sandbox would forbid.
package enum HelperProgram: Sendable, Hashable {
  /// A program that needs no rights beyond those of QEMU's user.
  case ordinary(String)
  /// A program that gains rights, such as a setuid program.
  case privileged(String)

  /// A description of the program, as a noun phrase.
  package var purpose: String {
    switch self {
    case .ordinary(let purpose), .privileged(let purpose): purpose
    }
  }
}

extension Occurrence {
  /// The helper program that this option makes QEMU start; nil if there is none.
  package var helperProgram: HelperProgram? {
    Self.helpers.first { $0.options.contains(option) && $0.isNeeded(self) }?.program
  }

  /// A kind of option that makes QEMU start a program.
  private struct Helper: Sendable {
    let options: Set<String>
    let program: HelperProgram
    let isNeeded: @Sendable (Occurrence) -> Bool

    init(
      _ options: Set<String>, _ program: HelperProgram,
      where isNeeded: @escaping @Sendable (Occurrence) -> Bool
    ) {
      (self.options, self.program, self.isNeeded) = (options, program, isNeeded)
    }
  }

  private static let network: Set = ["netdev", "nic", "net"]

  private static let helpers = [
    // The file can have any of the options below.
    Helper(["readconfig"], .privileged("a program that the -readconfig file may need")) { _ in true },
    Helper(network, .privileged("the bridge helper")) { $0.kind == "bridge" || $0.value("helper") != nil },
    Helper(network, .ordinary("a network script")) { $0.kind == "tap" && $0.runsNetworkScript },
    Helper(network, .ordinary("smbd")) { $0.kind == "user" && $0.value("smb") != nil },
    Helper(network, .ordinary("the command of guestfwd")) {
      $0.kind == "user" && $0.writtenText.contains("cmd:")
    },
    Helper(network, .ordinary("the passt or vde program")) { ["passt", "vde"].contains($0.kind) },
    Helper(["incoming"], .ordinary("the command of exec:")) { $0.writtenText.contains("exec") },
    Helper(["display"], .ordinary("programs of the GUI")) {
      ["gtk", "sdl", "spice-app"].contains($0.kind)
    },
    Helper(["audiodev", "audio"], .ordinary("the sound server")) { !$0.isSilentAudio },
    Helper(["device"], .ordinary("the sound server")) {
      $0.value("audiodev") == nil && soundDevices.contains($0.value("driver")?.lowercased() ?? "")
    },
    Helper(["object"], .privileged("the helper programs of PAM")) { $0.kind == "authz-pam" },
  ]

  /// The devices for which QEMU before 8.2 chooses an audio driver itself.
  private static let soundDevices: Set = [
    "ac97", "es1370", "sb16", "cs4231a", "adlib", "gus", "hda-duplex", "hda-micro", "hda-output", "usb-audio",
  ]

  /// The value of the property that is the kind of the object, such as `tap`.
  private var kind: String? {
    ["type", "driver", "qom-type"].lazy.compactMap(value).first
      ?? writtenText.split(separator: ",").first.map(String.init)
  }

  private func value(_ name: String) -> String? { argument?.members?[name]?.stringValue }

  private var writtenText: String { (try? argument?.text()) ?? "" }

  /// A Boolean value that indicates whether QEMU runs a network script: it does so for an interface that it opens
  /// itself, unless the script's name is `no`.
  private var runsNetworkScript: Bool {
    if value("fd") != nil || value("fds") != nil { return false }
    return ["script", "downscript"].contains { !["no", ""].contains(value($0) ?? "default") }
  }

  /// A Boolean value that indicates whether the audio driver uses no sound server, which its library would start.
  private var isSilentAudio: Bool { ["none", "wav", "oss", "spice", "dbus"].contains(kind) }
}
