# make atlas : the pages, in output/        make test : all the checks and tests
# Both make their own environment in .venv, from locked versions and hashes.

PYTHON ?= python3
OUT ?= output
VENV := .venv
BIN := $(VENV)/bin
APP := $(wildcard geo/atlas/app/*.json geo/atlas/app/*.mjs) $(shell find geo/atlas/app/src -type f)
DIST := geo/atlas/dist/atlas.js

.PHONY: atlas test test-browser test-forks app lint bench lock clean

atlas: $(VENV)/.ready $(DIST)
	$(BIN)/erbm atlas --out $(OUT)

# What reads the code takes one core each, and so do the tests that kill; the others take all.
test: $(VENV)/.ready-dev $(DIST)
	$(MAKE) --no-print-directory -j 2 lint app
	$(BIN)/pytest -n auto --dist loadfile -m "not forks" --ignore=tests/browser
	$(MAKE) --no-print-directory -j 2 --output-sync=target test-browser test-forks

test-browser:
	$(BIN)/pytest -n 3 --dist worksteal tests/browser

test-forks:
	$(BIN)/pytest -m forks tests

app: $(VENV)/.ready-dev
	$(BIN)/python -m tools.check_app

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Tables of ratios, in output/bench/ too; PEERS= leaves out the tools that nothing else needs.
PEERS ?= bench
bench: $(VENV)/.ready-dev $(DIST)
	$(if $(PEERS),$(BIN)/python -m pip install --quiet --no-build-isolation --editable ".[$(PEERS)]")
	$(BIN)/python -m tests.benchmarks.shares
	$(BIN)/python -m tests.benchmarks.scaling
	$(BIN)/python -m tests.benchmarks.basin
	$(BIN)/python -m tests.benchmarks.page
	$(BIN)/python -m tests.benchmarks.documents
	$(BIN)/python -m tests.benchmarks.cold_start
	$(BIN)/python -m tests.benchmarks.cut_national

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) tools/make_venv.py $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

$(DIST): $(APP) | $(VENV)/.ready
	$(BIN)/python tools/build_app.py

# Renew the locks (needs uv); versions and hashes only, no registry address.
lock:
	for part in "" "-dev"; do \
	  uv pip compile pyproject.toml requirements-build.in $${part:+--extra dev --extra france --extra postgis} \
	    --output-file requirements$$part.lock --universal --python-version 3.11 --generate-hashes --upgrade \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet; \
	done

clean:
	rm -rf $(VENV) $(OUT) geo/atlas/dist build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
