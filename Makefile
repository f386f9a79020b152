# Everything is done through these targets; each creates what it needs from a bare Python 3.11.
.DEFAULT_GOAL := help
.PHONY: help install demo demo-authority ui test lint lock bench conformance docs tryton beancount spark clean

PYTHON ?= python3
SETTINGS ?= demo/indberet.toml
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := .venv-uv/bin/uv
BOTH_CORES := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
# A rerun does no work: the stamp carries a checksum of what the environment is made from.
INSTALLED := .venv/.installed-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## make the environment in .venv from requirements.lock

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv==$(UV_VERSION)

$(INSTALLED): requirements.lock pyproject.toml | $(UV)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	rm -f .venv/.installed-* && touch $@

demo: $(INSTALLED)  ## from a real bookkeeping server to reports with receipts (TAXONOMY=package.zip)
	$(BIN)/indberet demo $(if $(TAXONOMY),--taxonomy $(TAXONOMY))

demo-authority: $(INSTALLED)  ## 500 companies file to an authority; its scheduled run, and what comes of it
	$(BIN)/indberet demo-authority

ui: $(INSTALLED)  ## open the Dagster UI on http://127.0.0.1:3000 (SETTINGS=path to choose)
	$(BIN)/indberet --settings $(SETTINGS) ui

# Where Python may not write bytecode, every command a test starts would compile the project anew.
test: tryton beancount  ## run every test (TESTS="path -k word" to choose)
	$(BIN)/python -m compileall -q -j 2 assets pipelines quality warehouse xbrl tests benchmarks
	$(BOTH_CORES) $(TESTS)

lint: $(INSTALLED)  ## style, types, Dagster definitions, lock file in date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	VIRTUAL_ENV=$(CURDIR)/.venv DAGSTER_STATE_DIR=$(CURDIR)/.venv/lint/dagster $(BIN)/dg check defs
	@mkdir -p .venv/lint && cp requirements.lock .venv/lint/requirements.lock
	@$(UV) pip compile pyproject.toml $(LOCK_OPTIONS) --quiet -o .venv/lint/requirements.lock
	@diff -q requirements.lock .venv/lint/requirements.lock > /dev/null || \
	  { echo 'requirements.lock is out of date with pyproject.toml: run `make lock` and commit it'; exit 1; }
	@cp requirements-spark.lock .venv/lint/requirements-spark.lock
	@$(UV) pip compile pyproject.toml $(SPARK_OPTIONS) --quiet -o .venv/lint/requirements-spark.lock
	@diff -q requirements-spark.lock .venv/lint/requirements-spark.lock > /dev/null || \
	  { echo 'requirements-spark.lock is out of date with pyproject.toml: run `make lock` and commit it'; exit 1; }

# No registry host may stand in the lock: no header, no annotations, no index addresses.
SHAPE := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
LOCK_OPTIONS := --extra dev --extra proof $(SHAPE)
# Half a gigabyte that few need: a lock and an environment of its own, its shared packages ours.
SPARK_OPTIONS := --extra spark --constraint requirements.lock $(SHAPE)

lock: $(UV)  ## bring the lock files in date with pyproject.toml
	$(UV) pip compile pyproject.toml $(LOCK_OPTIONS) --quiet -o requirements.lock
	$(UV) pip compile pyproject.toml $(SPARK_OPTIONS) --quiet -o requirements-spark.lock

bench: $(INSTALLED)  ## measure: SAF-T, fleets of companies, XBRL beside its peers
	$(BIN)/python -m benchmarks

conformance: $(INSTALLED)  ## suites, Danish cases, equality with Arelle, each demo and real file, in full
	INDBERET_CONFORMANCE=full $(BOTH_CORES) tests/conformance tests/end_to_end/test_books_round_trip.py \
	  -k "xbrl or dba or annual or killed or round_trip"
	INDBERET_CONFORMANCE=full $(BOTH_CORES) -m full

docs: $(INSTALLED)  ## generate the pages that follow from the code, and the README's conformance table
	$(BIN)/python -m pipelines.docs
	$(BIN)/python -m tests.conformance.table

tryton: $(INSTALLED)  ## install the Tryton server that the demo and its tests read from
	$(BIN)/python -m tests.tryton_server.server install

beancount: $(INSTALLED)  ## install Beancount beside ours: its tests ask it
	$(BIN)/python -m tests.peers.environment install beancount

spark: .venv-spark/.installed  ## make the environment of the bulk intake on Spark (needs Java 17)

.venv-spark/.installed: requirements-spark.lock | $(UV)
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	$(UV) pip sync --quiet --python .venv-spark/bin/python --require-hashes requirements-spark.lock
	touch $@

clean:  ## remove the demo, caches and environments
	rm -rf demo demo-authority .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
