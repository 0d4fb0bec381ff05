# The two commands of the README are `make demo` and `make test`; `make help` lists all.

SWIFT ?= swift
export SWIFT
PREFIX ?= /usr/local
share = $(DESTDIR)$(PREFIX)/share
bash_completion = $(share)/bash-completion/completions/qemuctl
zsh_completion = $(share)/zsh/site-functions/_qemuctl
fish_completion = $(share)/fish/vendor_completions.d/qemuctl.fish
manual = $(share)/man/man1
supervisor = $(DESTDIR)$(PREFIX)/libexec/qemuctl-supervisor

bootstraps = bootstrap-build bootstrap-demo bootstrap-test

.PHONY: help bootstrap $(bootstraps) demo test unit integration examples release smoke install uninstall fuzz fuzz-check \
  fuzz-verify chaos sanitize lint check format generate docs bench qemu-matrix guest clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make bootstrap    install the missing packages for the build, the demo and the tests
bootstrap: bootstrap-test

$(bootstraps): bootstrap-%:
	@Scripts/install-dependencies $*

## make demo         start, verify and stop a virtual machine; show a drift and a fallback
demo: bootstrap-demo
	@echo "building qemuctl"
	@$(SWIFT) build --product qemuctl
	@$(SWIFT) build --product qemuctl-supervisor
	@Scripts/demo "$$($(SWIFT) build --show-bin-path)/qemuctl"

## make test         run the unit tests, then the integration tests on each QEMU of the matrix
test: unit integration

## make unit         run the tests that need no QEMU
unit: bootstrap-build
	$(SWIFT) build --build-tests
	@# Tests that compute use all processors; they run separately, so that tests with a timeout do not expire.
	@Scripts/run-tests --skip-build --filter 'QMPTests|QEMULifecycleTests'
	@Scripts/run-tests --skip-build --skip 'IntegrationTests|QMPTests|QEMULifecycleTests|QEMUSupervisionTests'
	@Scripts/run-tests --skip-build --filter QEMUSupervisionTests
	@Scripts/check-does-not-compile

## make integration  run the tests that start QEMU
integration: bootstrap-test qemu-matrix guest
	$(SWIFT) build --build-tests
	@# Each test starts at least one QEMU: more tests at once would need more memory, and not less time.
	@Scripts/run-tests --skip-build --filter IntegrationTests \
	  --experimental-maximum-parallelization-width $$(($$(nproc) + 1))

## make examples     run the tests of Examples/GuestTests, which boot a Linux guest under tcg
examples: bootstrap-test guest
	$(SWIFT) test --package-path Examples/GuestTests --scratch-path .build

## make fuzz         search for inputs that violate an invariant: TARGET=json SECONDS=300
fuzz: bootstrap-build
	@Scripts/fuzz $(or $(TARGET),all) $(or $(SECONDS),60)

## make fuzz-check   compare qemuctl check with paused starts of mutated command lines: LINES=5000 SEED=1
fuzz-check: bootstrap-test qemu-matrix
	$(SWIFT) build --product CheckFuzzer
	@"$$($(SWIFT) build --show-bin-path)/CheckFuzzer" --lines $(or $(LINES),5000) --seed $(or $(SEED),1)

## make fuzz-verify  search for false drifts with random command lines: LINES=3000 (on each QEMU) SEED=1; one line: LINE=17 QEMU=PATH
fuzz-verify: bootstrap-test qemu-matrix
	$(SWIFT) build --product VerifyFuzzer
	@"$$($(SWIFT) build --show-bin-path)/VerifyFuzzer" --lines $(or $(LINES),3000) --seed $(or $(SEED),1) $(if $(LINE),--line $(LINE)) $(QEMU)

## make chaos        run random commands concurrently and kill some of them: STEPS=2000 SEED=1
chaos: bootstrap-test
	$(SWIFT) build --product qemuctl
	$(SWIFT) build --product qemuctl-supervisor
	$(SWIFT) build --product FaultInjection
	$(SWIFT) build --product Chaos
	@"$$($(SWIFT) build --show-bin-path)/Chaos" --steps $(or $(STEPS),2000) --seed $(or $(SEED),1)

## make lint         check formatting, forbidden constructs, module dependencies, generated code and scripts
lint: bootstrap-build
	@Scripts/lint

## make check        run the tests and lint, as CI does
check: test lint

## make release      build an optimized qemuctl that contains Swift's libraries
release: bootstrap-build
	@directory=$$(Scripts/build-release qemuctl) && echo "$$directory/qemuctl"

## make smoke        start, verify, restart and stop a virtual machine with the release build
smoke: bootstrap-test release
	@Scripts/smoke

## make install      install the release build, its completion and its manual: PREFIX=/usr/local DESTDIR=; DEBUG=1 keeps symbols
install: release
	install -D -m 755 "$$(Scripts/build-release --show-bin-path)/qemuctl" "$(DESTDIR)$(PREFIX)/bin/qemuctl"
	install -D -m 755 "$$(Scripts/build-release --show-bin-path)/qemuctl-supervisor" "$(supervisor)"
	@if [ -z "$(DEBUG)" ] && command -v strip >/dev/null; then \
	  strip "$(DESTDIR)$(PREFIX)/bin/qemuctl" "$(supervisor)"; \
	fi
	install -d "$(dir $(bash_completion))" "$(dir $(zsh_completion))" "$(dir $(fish_completion))"
	"$(DESTDIR)$(PREFIX)/bin/qemuctl" --generate-completion-script bash >"$(bash_completion)"
	"$(DESTDIR)$(PREFIX)/bin/qemuctl" --generate-completion-script zsh >"$(zsh_completion)"
	"$(DESTDIR)$(PREFIX)/bin/qemuctl" --generate-completion-script fish >"$(fish_completion)"
	Scripts/manual "$(DESTDIR)$(PREFIX)/bin/qemuctl" "$(manual)"

## make uninstall    remove them; virtual machines continue to run
uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/qemuctl" "$(supervisor)" "$(bash_completion)" "$(zsh_completion)" "$(fish_completion)"
	rm -f "$(manual)/qemuctl.1" "$(manual)"/qemuctl-*.1

## make sanitize     run the multithreaded tests with the thread sanitizer
sanitize: bootstrap-build
	@Scripts/sanitize

## make format       format the Swift sources
format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests IntegrationTests Benchmarks Examples

## make generate     regenerate Sources/QAPI/Generated from QAPIGenerator's facts
generate: bootstrap-build
	$(SWIFT) run QAPIGenerator

## make docs         convert the reference documentation with docc, into .build/documentation
docs: bootstrap-build
	@Scripts/documentation

## make bench        measure command lines, starts, QMP sessions and whole commands, against minimal clients in C
bench: bootstrap-test qemu-matrix
	@Scripts/bench

## make qemu-matrix  unpack QEMU 10.0 and 11.1 into .qemu, next to the distribution's QEMU
qemu-matrix: bootstrap-test
	@Scripts/qemu-matrix

## make guest        unpack a Linux kernel and an initial RAM disk into .qemu, for the tests that boot a guest
guest:
	@Scripts/guest

## make clean        remove .build and .qemu
clean:
	rm -rf .build .qemu
