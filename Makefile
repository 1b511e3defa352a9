# Everything runs in .venv, made here. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

# make PYTHON=/path/to/python3 chooses another interpreter; an .venv that exists keeps its own until `make clean`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
# More for pytest, such as PYTEST_ARGS='-k trace -x'.
PYTEST_ARGS ?=
# One file stays in one process: what a file prepares is prepared once. tests/conftest.py says which are begun first.
PARALLEL ?= -n auto --dist loadfile --no-loadscope-reorder
# Each run has another order and prints it; SEED=N repeats one. On CI a program has one order, as it has one result.
SEED ?= $(if $(filter true,$(CI)),$(shell printf %d 0x$$(git ls-files -s -- '*.py' 2>/dev/null | sha256sum | cut -c1-8)))
ORDER = $(if $(SEED),--randomly-seed=$(SEED))
PYTEST = $(BIN)/python -m pytest $(PARALLEL) $(ORDER)
# Images of containers often ask Python to keep nothing that it compiled: then each start of the command takes twice as
# long, and tests start it hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
CATALOGUE := projections/locale/zh_CN/LC_MESSAGES/zeren.po
BIN := $(VENV)/bin
# Its build tool warns about every editable installation.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test cover quick style lint scenario bench city attack signatures test-postgres failover failover-patroni acceptance system clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

# --- environment ---

# Scripts in an environment name its place: one that was moved, or whose interpreter is gone, is made anew.
ifneq ($(shell test -x $(BIN)/python && cat $(VENV)/.made 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.made
endif

$(VENV)/.made: pyproject.toml
	@python='$(PYTHON)'; \
	[ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, as python3 or as make PYTHON=...; Debian 12, Ubuntu 24.04 and later have it: sudo apt install python3" >&2; exit 1; }; \
	"$$python" -c 'import ensurepip' 2>/dev/null || { \
		package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { \
			echo "$$python cannot make an environment without $$package; run: sudo apt install $$package" >&2; exit 1; }; \
		echo "Installing $$package ..."; \
		said=$$(export DEBIAN_FRONTEND=noninteractive; { apt-get -qq update && apt-get -qq -y install "$$package"; } </dev/null 2>&1) \
			|| { echo "$$said" >&2; exit 1; }; }; \
	echo "Making $(VENV) with $$("$$python" --version) ..."; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@echo '$(CURDIR)' > $@

# The installation compiles the message catalogues (projections/language/compiling.py), so a changed one installs again.
$(VENV)/.installed: $(VENV)/.made $(CATALOGUE)
	@echo "Installing zeren ..."
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made $(CATALOGUE)
	@echo "Installing zeren and what its tests use ..."
	@$(PIP) install --editable . --group dev
	@touch $(VENV)/.installed $@

# --- what one does ---

demo: $(VENV)/.installed ## replay the demonstration, print the answers, serve the pages (DEMO_SERVE=0: do not serve)
	@$(BIN)/zeren demo

# mypy takes a minute of one core where nothing is kept of an earlier run: it runs beside the tests and has its say below.
define with-types
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; ended=0; \
	$(BIN)/mypy >"$$said" 2>&1 & types=$$!; \
	$(PYTEST) $(1) --no-fold-skipped $(PYTEST_ARGS) || ended=$$?; \
	wait "$$types" || ended=$$?; \
	cat "$$said"; exit "$$ended"
endef

test: style system ## all that CI checks: lint, and every test on all cores (CI measures coverage in the same run)
	$(call with-types,$(if $(filter true,$(CI)),--cov))

cover: style system ## the same under the coverage gate
	$(call with-types,--cov)

# Without what is marked long and a change rarely touches: attacks on bundles, browsers, reports on paper, walks by day.
quick: $(VENV)/.installed-dev ## what a change needs at once: ruff, layers, and the tests of the core and the rules but for the longest
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(PYTEST) -q --hypothesis-profile quick -m "not long" tests/house tests/ledger tests/projections $(PYTEST_ARGS)

# Every version whose programs are here, each with its own server; CROWD is how much each of eight writers writes.
test-postgres: $(VENV)/.installed-dev system ## the tests of ledgers on a server, on every PostgreSQL that is here; CROWD=50 entries a writer
	@$(PIP) install --group servers
	@for programs in $$($(BIN)/python -m tests.support.postgres programs); do \
		echo "== $$programs"; \
		ZEREN_PG_BIN=$$programs ZEREN_CROWD=$(or $(CROWD),50) $(BIN)/python -m pytest -q tests/ledger/store tests/ledger/store/failover.py \
			tests/cli/test_server.py $(PYTEST_ARGS) || exit 1; \
	done

failover: $(VENV)/.installed-dev system ## a primary killed under writers, counted, written to tests/bench/FAILOVER.md; ROUNDS=10 CONTROL=5
	@$(PIP) install --group servers
	@$(BIN)/python -m tests.bench.failover $(ROUNDS:%=--rounds %) $(CONTROL:%=--control %)

failover-patroni: $(VENV)/.installed-dev system ## the same by Patroni 4 with etcd (apt install etcd-server), to tests/bench/PATRONI.md; KILLED=5 PLANNED=5
	@$(PIP) install --group servers
	@/usr/bin/python3 -m venv --without-pip .patroni
	@$(PIP) --python .patroni/bin/python install --group patroni
	@$(BIN)/python -m tests.bench.patroni .patroni/bin/patroni $(KILLED:%=--killed %) $(PLANNED:%=--planned %)

acceptance: $(VENV)/.installed-dev system ## ledgers on a server, checked line by line for who reads no code: CHECKS='2 4 11'
	@$(BIN)/python -m tests.tools.acceptance $(CHECKS)

style: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

lint: style ## ruff, import layers, mypy --strict
	$(BIN)/mypy

scenario: $(VENV)/.installed-dev ## acceptance tests of other scenario files: FILE='path ...'
	@[ -n "$(FILE)" ] || { echo "usage: make scenario FILE='path ...'" >&2; exit 2; }
	$(BIN)/python -m pytest tests/test_scenario.py $(FILE:%=--scenario=%) $(PYTEST_ARGS)

bench: $(VENV)/.installed-dev ## speed beside its aims, written to tests/bench/RESULTS.md; QUICK=1: three minutes
	@$(PIP) install --group bench
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick)

city: $(VENV)/.installed-dev ## many organs, measured, written to tests/bench/CITY.md; ORGANS=1000 ENTRIES=5000: a large one
	@$(BIN)/python -m tests.bench.city $(ORGANS:%=--organs %) $(ENTRIES:%=--entries %)

# Hours, not minutes; it goes on where it was stopped. CLASS=mutations runs one class, ATTACK_SCALE=0.1 a tenth.
attack: $(VENV)/.installed-dev ## what an owner of the files, a crash, a crowd or a forger can do, written to tests/attack/RESULTS.md
	@$(PIP) install --group attack
	@$(BIN)/python -m tests.attack $(CLASS)

signatures: $(VENV)/.installed-dev ## 100,000 random and forged signatures judged by libsodium first and by OpenSSL alone, alike
	@$(BIN)/python -m tests.tools.signatures

system: $(VENV)/.made ## what tests need from the system: installed where we are root on Debian, named elsewhere
	@$(BIN)/python -m tests.tools.system

clean: ## remove the environment, the demo, build products and caches
	rm -rf $(VENV) demo build dist *.egg-info .coverage coverage.xml .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
