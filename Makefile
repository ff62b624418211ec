.PHONY: help run test bench verify films doc dist

help:
	@echo 'make run      build and open the window (without a display: a still and its readings)'
	@echo 'make test     run all tests'
	@echo 'make bench    time every model beside tight kernels; the tables go to benches/RESULTS.md'
	@echo 'make verify   check this build against published numbers'
	@echo 'make films    twelve clips, one a scene, in films'
	@echo 'make doc      the documentation of the library, in target/doc'
	@echo 'make dist     an archive that runs where there is no compiler, in dist'
	@echo 'Each says what it lacks here, and installs it, before it starts.'

run:
	@scripts/run.sh

test:
	@scripts/test.sh

bench:
	@scripts/bench.sh

verify:
	@scripts/cargo.sh run --release -- verify

films:
	@scripts/films.sh

doc:
	@scripts/cargo.sh doc --release --no-deps

dist:
	@scripts/dist.sh
