import ArgumentParser
import QEMU

/// A virtual machine and its target configuration.
struct WantedArguments: ParsableArguments {
  @Argument(help: "The virtual machine's name.", completion: .machineName)
  var name: String

  @Argument(
    help: """
      A file with the target configuration: a QEMU command line, or a configuration (*.yaml, *.yml, *.json); - reads \
      a command line from standard input.
      """, completion: .configurationFile)
  var file: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The target configuration as QEMU options, after --.", valueName: "qemu-options"))
  var options: [String] = []

  @Option(
    help: ArgumentHelp(
      "The user that QEMU switches to (default: the user in the configuration, or that of the last start).",
      valueName: "name|uid:gid"))
  var user: String?

  func validate() throws {
    if (file == nil) == options.isEmpty {
      throw ValidationError("pass a file, or QEMU options after --")
    }
  }

  var machine: MachineName {
    get throws(LifecycleError) { try MachineName(name) }
  }

  /// The target configuration: options, and the user from a document, whose option depends on QEMU's version.
  struct Wanted {
    let options: QEMUConfiguration
    let user: String?

    /// Adds the user that is given, or else the one that the virtual machine was started with.
    func resolved(for record: MachineRecord) throws -> QEMUConfiguration {
      var result = options
      let user = user ?? (options.user == nil ? record.user : nil)
      if let user { try result.setUser(user, version: record.version) }
      return result
    }
  }

  func configuration() throws -> Wanted {
    guard let file else {
      return Wanted(options: try QEMUConfiguration(arguments: options, unknownNames: .kept), user: user)
    }
    return Wanted(
      options: try ConfigurationArguments.configuration(in: file, unknownNames: .kept),
      user: try user ?? ConfigurationArguments.lifecycle(ofFile: file)?.user)
  }
}
