import ArgumentParser

/// The format of printed data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
  case yaml
}

/// The format of a printed report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
  case yaml
  /// A document for build servers: a drift is a failed test, an unobserved property an error.
  case junit
  /// A page for a browser.
  case html
}

struct ReportFormatOptions: ParsableArguments {
  @Option(name: .long, help: "The format of the report: table, json, yaml, junit or html.")
  var format: ReportFormat = .table

  @Flag(help: "In a table, also print confirmed findings, and print evidence in full.")
  var all = false

  @OptionGroup var color: ColorOptions
}

struct FormatOptions: ParsableArguments {
  @Option(name: .long, help: "The output format: table, json or yaml.")
  var format: OutputFormat = .table

  @OptionGroup var color: ColorOptions
}

/// A format, and a flag for the long values of a table.
struct DetailedFormatOptions: ParsableArguments {
  @OptionGroup var common: FormatOptions

  @Flag(help: "In a table, print long values in full.")
  var all = false

  var format: OutputFormat { common.format }
}

/// The use of colour. ``Terminal/hasColor`` reads it, also for commands that could not be parsed.
struct ColorOptions: ParsableArguments {
  @Option(help: "The use of colour: auto (on a terminal), always or never.")
  var color: ColorMode = .auto
}
