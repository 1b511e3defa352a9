# Everything runs in .venv, made here. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := $(VENV)/bin
PYTEST_ARGS ?=
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq
# What tests need from the system: openssl (second implementation), chromium (pages), a CJK font (pages, reports).
SYSTEM_PACKAGES := openssl chromium fonts-noto-cjk

.PHONY: help demo test lint scenario bench translations system clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later is needed; install it (Debian: apt install python3) and run make again." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(APT) update && $(APT) install python3-venv; \
		else echo "Python's venv module is missing; run: sudo apt install python3-venv" >&2; exit 1; fi; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade 'pip>=25.1'

$(VENV)/.installed: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install -q -e . --group dev
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed ## replay the demonstration, print the trace, serve the pages
	$(BIN)/zeren demo

lint: $(VENV)/.installed-dev ## ruff, mypy --strict, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint system ## everything CI runs: lint, then all tests with the coverage gate
	$(BIN)/pytest --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

scenario: $(VENV)/.installed-dev ## all groups of FILE=path, a scenario file
	@[ -n "$(FILE)" ] || { echo "usage: make scenario FILE=path" >&2; exit 2; }
	$(BIN)/pytest tests/test_scenario.py --scenario "$(FILE)" $(PYTEST_ARGS)

translations: $(VENV)/.installed-dev ## compile the message catalogues
	$(BIN)/pybabel compile -D zeren -d projections/locale

system: ## what tests need from the system (installs it as root on Debian)
	@missing=$$(for p in $(SYSTEM_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(APT) update && $(APT) install --no-install-recommends $$missing >/dev/null; \
	else echo "not installed, tests that need them skip: $$missing (Debian: sudo apt install $$(echo $$missing))"; fi

clean: ## remove the environment, the demo and caches
	rm -rf $(VENV) demo build dist *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
