import QEMUCommandLine
import Testing

/// Commands as people paste them, and scripts that run one.
@Suite struct ShellScriptTests {
  /// A text, and the command that it is read as.
  static let understood: [(text: String, command: String)] = [
    ("exec qemu-system-x86_64 -S", "qemu-system-x86_64 -S"), ("exec -a web qemu -S", "qemu -S"),
    ("command qemu -S", "qemu -S"), ("sudo qemu -S", "sudo qemu -S"),
    ("sudo -E -u build -- qemu -S", "sudo -E -u build -- qemu -S"),
    ("/usr/bin/sudo A=b qemu -S", "/usr/bin/sudo env A=b qemu -S"),
    ("nice -n 5 qemu -S", "nice -n 5 qemu -S"),
    ("nice -10 qemu -S", "nice -10 qemu -S"), ("ionice -c2 -n 7 qemu -S", "ionice -c2 -n 7 qemu -S"),
    ("taskset -c 0-3 qemu -S", "taskset -c 0-3 qemu -S"), ("taskset 0xf qemu -S", "taskset 0xf qemu -S"),
    ("chrt -f 1 qemu -S", "chrt -f 1 qemu -S"), ("nohup setsid qemu -S &", "nohup setsid qemu -S"),
    ("timeout --kill-after 5 -s KILL 60 qemu -S", "timeout --kill-after 5 -s KILL 60 qemu -S"),
    ("numactl --membind=0 -N 0 qemu -S", "numactl --membind=0 -N 0 qemu -S"),
    ("stdbuf -oL time -p qemu -S", "stdbuf -oL time -p qemu -S"),
    ("sudo nice -n 5 env A=b C=d taskset 1 qemu -S", "sudo nice -n 5 taskset 1 env A=b C=d qemu -S"),
    ("env A=b qemu -S", "A=b qemu -S"), ("env qemu -S", "qemu -S"), ("A=b exec qemu -S", "A=b qemu -S"),
    ("set -e\nset -o pipefail; qemu -S", "qemu -S"), ("export A=b C='d e'\nqemu -S", "A=b C='d e' qemu -S"),
    ("A=b\nexport A\nqemu -S", "A=b qemu -S"), ("A=b\nqemu -S", "qemu -S"), ("A=b C=d", "A=b C=d"),
    ("#!/bin/sh\n# a guest\nqemu \\\n  -m 1G \\\n  -S\n", "qemu -m 1G -S"),
    ("qemu -S # not -m 1G", "qemu -S"), ("qemu\n-m\n1G\n# between\n-S", "qemu -m 1G -S"),
    ("-m 1G\n-S\n", "-m 1G -S"), ("qemu -S \"$@\"", "qemu -S"), ("qemu -S $@ &\nwait\n", "qemu -S"),
    ("qemu -S;\nexit 0", "qemu -S"), ("set -x && qemu -S", "qemu -S"), ("\u{FEFF}qemu -S", "qemu -S"),
    ("qemu -name a\u{2013}b -S", "qemu -name 'a\u{2013}b' -S"), ("qemu -append -S", "qemu -append '-S'"),
    ("qemu -name '-S'", "qemu -name '-S'"), ("qemu disk.img -S", "qemu disk.img -S"),
    ("qemu -append 'console=ttyS0 $x | ; & \u{201C}'", "qemu -append 'console=ttyS0 $x | ; & \u{201C}'"),
  ]

  @Test(arguments: understood.map(\.text))
  func aScriptIsReadAsTheCommandThatItRuns(text: String) throws {
    let command = try #require(Self.understood.first { $0.text == text }?.command)
    let configuration = try QEMUConfiguration(shellText: text)
    #expect(try configuration.shellText() == command)
    #expect(try QEMUConfiguration(shellText: command) == configuration)
    let document = try ConfigurationDocument(configuration)
    let again = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()))
    #expect(again.prefix == configuration.prefix && again.environment == configuration.environment)
  }

  /// A text, the line and the character of what is wrong, and words of the error.
  static let refused: [(text: String, line: Int, column: Int, said: String)] = [
    ("qemu -m 1G\nqemu -S", 2, 1, "second command"), ("qemu -S; qemu -S", 1, 10, "second command"),
    ("qemu -S && echo done", 1, 12, "before qemuctl"), ("qemu -S\n\ndisk.img", 3, 1, "-drive file=PATH"),
    ("cd /srv && qemu -S", 1, 1, "relative paths"), ("set -e\ncd /srv\nqemu -S", 2, 1, "relative paths"),
    ("mkdir -p /srv\nqemu -S", 1, 1, "before qemuctl"), ("qemu-img create a 1G\nqemu -S", 1, 1, "qemu-img"),
    ("if true; then qemu -S; fi", 1, 1, "printf '%s\\0'"), ("for i in 1 2; do qemu; done", 1, 1, "printf"),
    ("strace -f qemu -S", 1, 1, "attach"), ("sudo chroot /x qemu -S", 1, 6, "run qemuctl with it"),
    ("env -i qemu -S", 1, 5, "remove -i"), ("exec -c qemu", 1, 6, "remove -c"),
    ("exec -m 1G -smp 2", 1, 6, "remove -m"),
    ("nice A=b -m 1G", 1, 1, "no command follows nice"), ("set -- -m 1G\nqemu \"$@\"", 1, 5, "printf"),
    ("$ qemu -S", 1, 1, "remove the prompt"), ("set -euo pipefail a\nqemu", 1, 19, "printf"),
    ("sudo -u root", 1, 1, "no command follows sudo"),
    ("qemu -S | tee log", 1, 9, "second command"), ("qemu -S > log", 1, 9, "qemuctl logs"),
    ("qemu -S 2>&1", 1, 10, "redirect"), ("qemu -m $MEM", 1, 9, "/proc/PID/cmdline"),
    ("qemu \\\n -m ${MEM}", 2, 5, "printf '%s\\0'"), ("qemu -m `cat m`", 1, 9, "printf"),
    ("qemu -m $(cat m)", 1, 9, "printf"), ("args=(-m 1G)\nqemu -S", 1, 6, "array"),
    ("qemu \"${args[@]}\"", 1, 7, "printf"), ("qemu -name \"$USER\"", 1, 13, "variable"),
    ("qemu -S\nqemu-nbd -c /dev/nbd0 a", 2, 1, "second command"), ("(qemu -S)", 1, 1, "subshell"),
    ("qemu \u{2013}m 1G", 1, 6, "U+2013"), ("qemu \u{2014}S", 1, 6, "em dash"),
    ("qemu -S\n\u{2212}m 1G", 2, 1, "U+2212"), ("qemu -name \u{201C}a\u{201D}", 1, 12, "U+201C"),
    ("qemu -append \u{2018}a b\u{2019}", 1, 14, "write '"), ("qemu\u{A0}-S", 1, 5, "a blank"),
    ("qemu -m 1G \\ \n -S", 1, 13, "followed by a blank"), ("qemu -device *", 1, 14, "single quotes"),
    ("qemu -S\n-m 1G\n-bogus\n", 3, 1, "-bogus"),
  ]

  @Test(arguments: refused.map(\.text))
  func whatOnlyAShellCanTellIsRefusedWithItsPlaceAndARemedy(text: String) throws {
    let row = try #require(Self.refused.first { $0.text == text })
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(shellText: text) }
    #expect(
      error?.position.line == row.line && error?.position.column == row.column, "\(String(describing: error))"
    )
    #expect((error.map { $0.summary + $0.remedy } ?? "").contains(row.said), "\(String(describing: error))")
  }

  @Test(arguments: [
    ("qemu -qmp -device e1000", "qmp", 1, 11), ("qemu -S \\\n -m -smp 2", "m", 2, 5),
    ("qemu -serial --nographic", "serial", 1, 14), ("-kernel -append x", "kernel", 1, 9),
  ])
  func anOptionInThePlaceOfAnArgumentIsRefused(text: String, option: String, line: Int, column: Int) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(shellText: text) }
    #expect(error?.code == .missingArgument)
    #expect(error?.summary.hasPrefix("-\(option) takes an argument") == true)
    #expect(error?.position.line == line && error?.position.column == column)
  }

  @Test func theWordsOfAProcessAreWhatTheyAre() throws {
    let words = ["qemu", "-qmp", "-device", "\u{2013}m"]
    let configuration = try QEMUConfiguration(words: words)
    #expect(try configuration.arguments() == Array(words.dropFirst()))
    #expect(try QEMUConfiguration(shellText: configuration.shellText()) == configuration)
  }

  @Test(arguments: ["sudo", "/usr/bin/nice", "cd", "if", "set", "strace", "A=b"])
  func aBinaryThatWouldBeReadAsAnotherCommandIsNotWritten(binary: String) {
    var configuration = QEMUConfiguration()
    configuration.binary = binary
    let error = #expect(throws: CommandLineError.self) { try configuration.shellText() }
    #expect(error?.code == .unencodableValue)
  }

  @Test(arguments: [
    ["foo"], ["nice", "-n"], ["qemu"], ["A=b"], ["nice", "-n", "5", "extra"], ["cd", "/srv"],
  ])
  func aPrefixThatWouldBeReadAsSomethingElseIsNotWritten(prefix: [String]) {
    var configuration = QEMUConfiguration([Occurrence(flag: "S")])
    (configuration.binary, configuration.prefix) = ("qemu", prefix)
    let error = #expect(throws: CommandLineError.self) { try configuration.shellText() }
    #expect(error?.code == .unencodableValue)
    (configuration.binary, configuration.prefix) = (nil, ["nice"])
    #expect(throws: CommandLineError.self) { try configuration.shellText() }
  }

  @Test func aPrefixOfADocumentIsAListOfWords() throws {
    let text = "qemu: {binary: /usr/bin/qemu, prefix: [nice, -n, 5]}\nS: true\n"
    let configuration = try QEMUConfiguration(ConfigurationDocument(yaml: text))
    #expect(try configuration.shellText() == "nice -n 5 /usr/bin/qemu -S")
    #expect(throws: CommandLineError.self) {
      try QEMUConfiguration(ConfigurationDocument(yaml: "qemu: {prefix: nice}\n"))
    }
  }
}
