import Glibc

/// The environment of a program, as bytes: names and values need not be UTF-8.
package struct ProcessEnvironment: Sendable, Hashable {
  /// The variables, each `NAME=VALUE`.
  let variables: [[UInt8]]

  /// Makes an environment of variables, each `NAME=VALUE`.
  package init(_ variables: [String]) { self.variables = variables.map { Array($0.utf8) } }

  private init(bytes variables: [[UInt8]]) { self.variables = variables }

  /// The environment of this process.
  package static var current: ProcessEnvironment {
    var variables: [[UInt8]] = []
    var pointer = environ
    while let variable = pointer.pointee {
      variables.append(
        UnsafeBufferPointer(start: variable, count: strlen(variable)).map(UInt8.init(bitPattern:)))
      pointer += 1
    }
    return ProcessEnvironment(bytes: variables)
  }

  /// The variables of this process that QEMU and its libraries read. All others, such as the tokens of a build server,
  /// are not passed.
  package static let ofQEMU = ProcessEnvironment(bytes: current.variables.filter(isForQEMU))

  private static func isForQEMU(_ variable: [UInt8]) -> Bool {
    let name = String(decoding: variable.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    return names.contains(name.lowercased()) || prefixes.contains(where: name.hasPrefix)
      || name.hasSuffix("SAN_OPTIONS")
  }

  private static let names: Set = [
    "path", "home", "user", "logname", "shell", "term", "colorterm", "lang", "language", "tz", "tmpdir",
    "display", "wayland_display", "xauthority", "dbus_session_bus_address", "glibc_tunables",
    "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir",
    "ssh_auth_sock", "curl_ca_bundle", "localdomain", "res_options", "hostaliases",
  ]

  /// The prefixes of QEMU, the dynamic linker and the libraries for locales, windows, sound, graphics, storage and
  /// authentication.
  private static let prefixes = [
    "QEMU_", "LC_", "LD_", "XDG_", "G_", "GTK_", "GDK_", "QT_", "SDL_", "PULSE_", "PIPEWIRE_", "PW_", "JACK_",
    "ALSA_", "AUDIO", "MESA_", "LIBGL_", "EGL_", "GBM_", "VK_", "__GL", "__EGL", "DRI_", "GALLIUM_", "SPICE_",
    "SLIRP_", "VDE_", "CEPH_", "KRB5", "MALLOC_", "SASL_", "GNUTLS_", "OPENSSL_", "NIX_", "SNAP",
  ]

  /// Returns the same environment with some variables set.
  func setting(_ added: [(name: String, value: String)]) -> ProcessEnvironment {
    if added.isEmpty { return self }
    let names = Set(added.map { Array($0.name.utf8) })
    let kept = variables.filter { !names.contains(Array($0.prefix { $0 != UInt8(ascii: "=") })) }
    return ProcessEnvironment(bytes: kept + added.map { Array("\($0.name)=\($0.value)".utf8) })
  }
}
