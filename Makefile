# make setup        .venv/bin/linkreclaim, from locked packages, with nothing but Python >= 3.11 on the machine
# make demo         four small websites with lost links on this machine, and what linkreclaim makes of them
# make test         the test suite; tests of programs that are not installed are skipped, with the reason
# make check        format, lint, types, tiers, docstrings, licences and weight of the install
# make test-deps    the servers and the browser that the tests use (root and apt; else it says what is missing)
# make lock         requirements/*.txt anew, newest versions that agree
# make licences     docs/licences.md anew

.PHONY: setup demo test check test-deps lock licences
.DEFAULT_GOAL := setup

BIN := .venv/bin
LOCKED := pyproject.toml requirements/uv.txt scripts/setup.sh

setup: .venv/.ready-base

.venv/.ready-base: requirements/base.txt $(LOCKED)
	@scripts/setup.sh base
	@touch $@

.venv/.ready-dev: requirements/dev.txt $(LOCKED)
	@scripts/setup.sh dev
	@touch $@ .venv/.ready-base

demo: setup
	@$(BIN)/linkreclaim demo

test: .venv/.ready-dev
	$(BIN)/pytest

check: .venv/.ready-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet src
	$(BIN)/python scripts/check_licences.py

test-deps:
	@scripts/test-deps.sh

lock: .venv/.ready-base
	scripts/lock.sh

licences: .venv/.ready-dev
	$(BIN)/python scripts/check_licences.py --write
