.PHONY: help run test verify doc dist

help:
	@echo 'make run      build and open the window (without a display: a still and its readings)'
	@echo 'make test     run all tests'
	@echo 'make verify   check this build against published numbers'
	@echo 'make doc      the documentation of the library, in target/doc'
	@echo 'make dist     an archive that runs where there is no compiler, in dist'
	@echo 'Each says what it lacks here, and installs it, before it starts.'

run:
	@scripts/run.sh

test:
	@scripts/test.sh

verify:
	@scripts/cargo.sh run --release -- verify

doc:
	@scripts/cargo.sh doc --release --no-deps

dist:
	@scripts/dist.sh
