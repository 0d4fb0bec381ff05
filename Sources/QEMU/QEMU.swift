@_exported public import LinuxSystem
// A single import for code that starts and verifies virtual machines.
@_exported public import QEMUCommandLine
@_exported public import QEMUDiagnosis
@_exported public import QEMUJSON
@_exported public import QEMULifecycle
@_exported public import QEMUObservation
@_exported public import QEMUPlanning
@_exported public import QEMUVerification
@_exported public import QMP
