# make setup        .venv/bin/linkreclaim, from locked packages, with nothing but Python >= 3.11 on the machine
# make demo         four small websites with lost links on this machine, and what linkreclaim makes of them
# make test         the test suite; tests of programs that are not installed are skipped, with the reason
# make check        format, lint, types, tiers, docstrings, licences and weight of the install
# make test-deps    the servers and the browser that the tests use (root and apt; else it says what is missing)
# make lock         requirements/*.txt anew, newest versions that agree
# make licences     docs/licences.md anew

.PHONY: setup demo test test-deps lock licences \
	check check-format check-lint check-types check-tiers check-docstrings check-licences
.DEFAULT_GOAL := setup

BIN := .venv/bin
# What tests and checks run with; `train` also brings the trainer of the matching model, whose parity test then runs.
TOOLS ?= dev
LOCKED := pyproject.toml requirements/uv.txt scripts/setup.sh

setup: .venv/.ready-base

.venv/.ready-base: requirements/base.txt $(LOCKED)
	@scripts/setup.sh base
	@touch $@

.venv/.ready-$(TOOLS): requirements/$(TOOLS).txt $(LOCKED)
	@scripts/setup.sh $(TOOLS)
	@touch $@ .venv/.ready-base

demo: setup
	@$(BIN)/linkreclaim demo

# Compiled first: hundreds of tests start the command, and some machines keep no bytecode (PYTHONDONTWRITEBYTECODE).
# Three processes on any machine: many tests wait for servers. A test file stays in one of them, so that what its tests
# share is made once. What failed beside the others on a busy machine runs once more, alone: hundreds of tests start
# servers, browsers and processes. The first output names it.
test: .venv/.ready-$(TOOLS)
	@$(BIN)/python -m compileall -q src
	@rm -rf .pytest_cache/v/cache/lastfailed
	$(BIN)/pytest --numprocesses 3 --dist loadfile || { \
		echo "make test: what failed runs once more, alone"; \
		$(BIN)/pytest --last-failed --last-failed-no-failures none; }

check: check-format check-lint check-types check-tiers check-docstrings check-licences

check-format: .venv/.ready-$(TOOLS)
	$(BIN)/ruff format --check --quiet

check-lint: .venv/.ready-$(TOOLS)
	$(BIN)/ruff check

check-types: .venv/.ready-$(TOOLS)
	$(BIN)/mypy

check-tiers: .venv/.ready-$(TOOLS)
	$(BIN)/lint-imports

check-docstrings: .venv/.ready-$(TOOLS)
	$(BIN)/interrogate --quiet src

check-licences: .venv/.ready-$(TOOLS)
	$(BIN)/python scripts/check_licences.py

test-deps:
	@scripts/test-deps.sh

lock: .venv/.ready-base
	scripts/lock.sh

licences: .venv/.ready-$(TOOLS)
	$(BIN)/python scripts/check_licences.py --write
