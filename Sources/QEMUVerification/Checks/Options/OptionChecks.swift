/// How each option is proved that is not merged with others of its name. An option without a row has no witness.
let optionChecks: [String: OptionChecks] = [
  "device": OptionChecks(deviceCheck),
  "object": OptionChecks(objectCheck),
  "blockdev": OptionChecks(blockNodeCheck),
  "drive": OptionChecks(driveCheck),
  "chardev": OptionChecks(characterDeviceCheck),
  "netdev": OptionChecks(networkBackendCheck),
  "name": OptionChecks(nameChecks, else: "QEMU shows nothing of it"),
  "boot": OptionChecks { property, _ in machineCheck("boot.\(property)") },
  "kernel": OptionChecks { _, _ in machineCheck("kernel") },
  "initrd": OptionChecks { _, _ in machineCheck("initrd") },
  "append": OptionChecks { _, _ in machineCheck("append") },
  "dtb": OptionChecks { _, _ in machineCheck("dtb") },
  "bios": OptionChecks { _, _ in machineCheck("firmware") },
  "uuid": OptionChecks { _, _ in checkUUID },
  "display": OptionChecks(displayCheck),
  "nographic": OptionChecks { _, _ in displayTypeCheck("none") },
  "vnc": OptionChecks(vncCheck),
  "audiodev": OptionChecks(audioCheck),
  "overcommit": OptionChecks(overcommitChecks, else: "QEMU shows nothing of it"),
  "sandbox": OptionChecks(sandboxChecks, else: "only a privileged look at the filter tells what it allows"),
  "global": OptionChecks(globalCheck),
  "set": OptionChecks { _, _ in unobservable("the option that it changes shows its own value") },
  "S": OptionChecks { _, _ in checkFrozen },
  "serial": OptionChecks { _, requested in lineCheck("serial\(requested.index)") },
  "parallel": OptionChecks { _, requested in lineCheck("parallel\(requested.index)") },
  "debugcon": OptionChecks { _, _ in lineCheck("debugcon") },
  "nodefaults": OptionChecks { _, _ in
    unobservable("devices that are not there leave no trace; inspect lists those that are")
  },
]

/// Why options without a check have none, where more can be said than that.
let unshown: [String: String] = [
  "smbios": "no query shows the tables; the guest reads them (dmidecode)",
  "acpitable": "no query shows the tables; the guest reads them (/sys/firmware/acpi/tables)",
  "fw_cfg": "no query shows the entries; the guest reads them (/sys/firmware/qemu_fw_cfg)",
  "action": "QEMU shows its reactions to nobody; set-action sets them anew",
  "watchdog-action": "QEMU shows its reactions to nobody; watchdog-set-action sets it anew",
  "no-reboot": "QEMU shows its reactions to nobody; set-action reboot=shutdown sets it anew",
  "no-shutdown": "QEMU shows its reactions to nobody; set-action shutdown=pause sets it anew",
  "no-user-config": "files that were not read leave no trace",
]
