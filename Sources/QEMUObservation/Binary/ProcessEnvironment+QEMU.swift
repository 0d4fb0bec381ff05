package import LinuxSystem

extension ProcessEnvironment {
  /// The variables of this process that QEMU and its libraries read. All others, such as the tokens of a build server,
  /// are not passed.
  package static let ofQEMU = current.filter(isForQEMU)

  private static func isForQEMU(_ name: String) -> Bool {
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
}
