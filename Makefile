# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.

SWIFT ?= swift
export SWIFT
PREFIX ?= /usr/local
completions = $(DESTDIR)$(PREFIX)/share/bash-completion/completions

.PHONY: help demo test unit integration release install uninstall fuzz fuzz-check fuzz-verify chaos sanitize lint check format generate bench qemu-matrix guest build-dependencies \
  demo-dependencies test-dependencies clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo         start, prove and stop a virtual machine, with a drift and a fallback to see
demo: demo-dependencies
	@echo "building qemuctl"
	@$(SWIFT) build --product qemuctl
	@Scripts/demo "$$($(SWIFT) build --show-bin-path)/qemuctl"

## make test         unit tests, then integration tests on every QEMU that can be brought here
test: unit integration

## make unit         tests that need no QEMU
unit: build-dependencies
	$(SWIFT) build --build-tests
	@# Tests that compute keep every core busy: by themselves they keep those that wait for processes and sockets from no timeout.
	@Scripts/run-tests --skip-build --filter 'QMPTests|QEMULifecycleTests'
	@Scripts/run-tests --skip-build --skip 'IntegrationTests|QMPTests|QEMULifecycleTests'
	@Scripts/check-does-not-compile

## make integration  tests against real QEMUs, under tcg
integration: test-dependencies qemu-matrix guest
	$(SWIFT) build --build-tests
	@# Each test is one QEMU, or a few: more at once than there are processors and one take memory, and no time off.
	@Scripts/run-tests --skip-build --filter IntegrationTests \
	  --experimental-maximum-parallelization-width $$(($$(nproc) + 1))

## make fuzz         look for inputs that break what must hold: TARGET=json SECONDS=300
fuzz: build-dependencies
	@Scripts/fuzz $(or $(TARGET),all) $(or $(SECONDS),60)

## make fuzz-check   compare check with frozen starts of mutated command lines: LINES=5000 SEED=1
fuzz-check: test-dependencies qemu-matrix
	$(SWIFT) build --product CheckFuzzer
	@"$$($(SWIFT) build --show-bin-path)/CheckFuzzer" --lines $(or $(LINES),5000) --seed $(or $(SEED),1)

## make fuzz-verify  look for false drifts by random command lines, so many on each QEMU: LINES=3000 SEED=1; LINE=17 QEMU=PATH for one
fuzz-verify: test-dependencies qemu-matrix
	$(SWIFT) build --product VerifyFuzzer
	@"$$($(SWIFT) build --show-bin-path)/VerifyFuzzer" --lines $(or $(LINES),3000) --seed $(or $(SEED),1) $(if $(LINE),--line $(LINE)) $(QEMU)

## make chaos        run random commands at once and kill some of them: STEPS=2000 SEED=1
chaos: test-dependencies
	$(SWIFT) build --product qemuctl
	$(SWIFT) build --product FaultInjection
	$(SWIFT) build --product Chaos
	@"$$($(SWIFT) build --show-bin-path)/Chaos" --steps $(or $(STEPS),2000) --seed $(or $(SEED),1)

## make lint         format, forbidden constructs, import arrows, generated code, scripts
lint: build-dependencies
	@Scripts/lint

## make check        what CI runs: test and lint
check: test lint

## make release      the command as it is installed: optimised, and with Swift's own libraries inside
release: build-dependencies
	$(SWIFT) build -c release --static-swift-stdlib --product qemuctl
	@echo "$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/qemuctl"

## make install      put it, as `make release` builds it, and its completion for bash under PREFIX, /usr/local; DEBUG=1 keeps symbols
install: release
	install -D -m 755 "$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/qemuctl" "$(DESTDIR)$(PREFIX)/bin/qemuctl"
	@if [ -z "$(DEBUG)" ] && command -v strip >/dev/null; then strip "$(DESTDIR)$(PREFIX)/bin/qemuctl"; fi
	install -d "$(completions)"
	"$(DESTDIR)$(PREFIX)/bin/qemuctl" --generate-completion-script bash >"$(completions)/qemuctl"

## make uninstall    remove both; virtual machines that run go on running
uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/qemuctl" "$(completions)/qemuctl"

## make sanitize     the tests in which threads meet, under the thread sanitizer
sanitize: build-dependencies
	@Scripts/sanitize

## make format       format the Swift sources in place
format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests IntegrationTests Benchmarks

## make generate     write Sources/QAPI/Generated anew from the facts
generate: build-dependencies
	$(SWIFT) run QAPIGenerator

## make bench        command lines, and start to verified against a minimal C client
bench: test-dependencies qemu-matrix
	@Scripts/bench

## make qemu-matrix  bring QEMU 10.0 and 11.1 beside the distribution's own
qemu-matrix: test-dependencies
	@Scripts/qemu-matrix

## make guest        bring a Linux guest beside them, to see what reaches it
guest:
	@Scripts/guest

build-dependencies:
	@Scripts/install-dependencies build

demo-dependencies:
	@Scripts/install-dependencies demo

test-dependencies:
	@Scripts/install-dependencies test

## make clean        remove what was built and brought
clean:
	rm -rf .build .qemu
