/// The rules for displays and sound, most of them for missing modules or a missing desktop.
enum DisplayRules {
  static let all: [DiagnosisRule] = [
    .init(
      "display-module-missing",
      [
        "Display '{display}' is not available. Perhaps you want to install {package} package?",
        "*module ui-ui-* not found, do you want to install {package} package?*Display '{display}' is not *",
        "{display} VGA not available. Perhaps you want to install {package} package?",
      ],
      cause: "the display {display} is a module that is not installed",
      remedy: "install {package}, or use -display none with -vnc 127.0.0.1:1"),
    .init(
      "display-unavailable", ["Display '{display}' is not available.", "{display} VGA not available"],
      cause: "this QEMU has no display {display}",
      remedy: "install its package (qemu-system-gui on Debian), or use -display none with -vnc 127.0.0.1:1"),
    .init(
      "vga-unknown", ["unknown vga type: {kind}"],
      cause: "there is no VGA adapter type '{kind}'", remedy: "use -vga std, virtio or none"),
    .init(
      "desktop-missing",
      [
        "gtk initialization failed", "Could not initialize SDL({reason}) - exiting",
        "Cannot open display*",
      ],
      cause: "there is no desktop for a window",
      remedy:
        "use -display none with -vnc 127.0.0.1:1; else set DISPLAY or WAYLAND_DISPLAY to a desktop that "
        + "this user may use"),
    .init(
      "render-node-missing", ["egl: {reason}\negl: render node init failed", "egl: {reason}"],
      cause: "egl-headless needs the render node of a GPU (/dev/dri/renderD128): {reason}",
      remedy: "pass one into the container, add the user to the group render, or use a display without OpenGL"
    ),
    .init(
      "spice-viewer-missing", ["Failed to launch {address} URI: {reason}"],
      cause: "no SPICE viewer can be started on this desktop: {reason}",
      remedy: "install virt-viewer, or use -spice with a port and connect to it"),
    .init(
      "dbus-missing", ["failed to connect to DBus: {reason}"],
      cause: "there is no session bus for -display dbus: {reason}",
      remedy: "run QEMU in a session (`dbus-run-session`), add addr=, or use p2p=yes"),
    .init(
      "audio-module-missing",
      [
        "Unknown audio driver `{driver}'. Perhaps you want to install {package} package?",
        "*module audio-audio-* not found, do you want to install {package} package?*driver `{driver}'",
      ],
      cause: "the audio driver {driver} is a module that is not installed",
      remedy: "install {package}, or use -audiodev none,id=ID"),
    .init(
      "audio-driver-unusable", ["audio: Could not init `{driver}' audio driver"],
      cause: "the audio driver {driver} finds no sound server or device",
      remedy: "start the sound server in this session, or use -audiodev none,id=ID"),
    .init(
      "audio-backend-missing", ["no default audio driver available*"],
      cause: "a sound device has no audio backend",
      remedy: "add -audiodev none,id=a0 (or pa, pipewire, alsa) and audiodev=a0 to the device"),
  ]
}
