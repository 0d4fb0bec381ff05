// A single import for code that starts and verifies virtual machines.
@_exported public import QEMUCommandLine
@_exported public import QEMUJSON
@_exported public import QEMULifecycle
@_exported public import QEMUVerification
@_exported public import QMP
