import LinuxSystem
import QEMUDiagnosis
import QEMULifecycle
import Testing

/// Tests that the diagnosis of a QEMU that has exited has no secrets of its command line.
@Suite struct DiagnosisSecretTests {
  private static let command = [
    "/usr/bin/qemu-system-x86_64", "-iscsi", "user=me,password=turbot-55", "-drive",
    "file=https://me:halibut%4077@host/disk",
  ]

  @Test(arguments: [
    "qemu-system-x86_64: -drive file=https://me:halibut%4077@host/disk: Could not open 'https://me:halibut@77@host/disk'",
    "qemu-system-x86_64: warning: the password turbot-55 is deprecated", "no prefix: dHVyYm90LTU1",
  ]) func neitherWordsNorCauseTellASecret(words: String) {
    let diagnosis = Diagnosis(end: .exited(code: 1), standardError: words, command: Self.command)
    let told =
      [diagnosis.messages, diagnosis.cause, diagnosis.remedy, diagnosis.option ?? ""] + diagnosis.warnings
    for secret in ["halibut", "turbot", "dHVyYm90"] { #expect(!told.joined().contains(secret), "\(told)") }
    #expect(told.joined().contains("***"))
    for warning in StartWarning.all(in: words, command: Self.command) {
      #expect(!"\(warning)".contains("turbot") && !"\(warning)".contains("halibut"))
    }
  }
}
