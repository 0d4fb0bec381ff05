public import ArgumentParser
public import QEMU

extension DriftPolicy: ExpressibleByArgument {}
