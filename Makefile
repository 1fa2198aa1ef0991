# Every target sets up what it needs: Python 3.11 or newer, pip and make. The targets call the command line
# `inspections`, which works without make too.

SITE ?= sample
WAREHOUSE ?= warehouse
PYTHON ?= python3
PORT ?= 3000
# Processes that run tests: one per processor. Slow tests also wait for browsers, services and builds in processes of
# their own: two per processor keep the processors busy.
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
SLOW_WORKERS ?= $(shell expr $(WORKERS) \* 2)

export WAREHOUSE
export DAGSTER_HOME := $(CURDIR)/.dagster
export DAGSTER_DISABLE_TELEMETRY := 1
# Builds and tests start many processes, which would compile the code again without its compiled files.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
LOCKS := orchestration/deploy/locks
BOX_FOLDER := assets/website/sql_box
BOX := $(BOX_FOLDER)/dist/box.js
# Scripts of the other pages that the bundle contains.
SCRIPTS := assets/website/static/csv.js assets/website/static/dom.js
# Each client has an environment of its own, since they need old or conflicting versions of packages.
READERS := $(patsubst tests/readers/%.in,%,$(wildcard tests/readers/*.in))

.DEFAULT_GOAL := help
.PHONY: help dataset release website serve ui query verify evidence examples accuracy reference test test-slow \
  test-all test-kill test-fuzz test-readers lint format docs lock bench clean

help:  ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: SITE=sample|live|<folder>, WAREHOUSE=<folder or s3://…>, PORT, PYTHON."

# --- the dataset ---------------------------------------------------------------------------------------------

dataset: .venv/runtime  ## build the dataset from SITE: the embedded sample, the live site, or a folder
	@$(BIN)/inspections build --site "$(SITE)"

release: .venv/runtime  ## release the dataset, if it changed
	@$(BIN)/inspections release

# The SQL box needs npm and its registry; without them the website is built without the box, and says so.
website: .venv/runtime $(if $(shell command -v npm),$(BOX))  ## build the website of the current release
	@$(BIN)/inspections website

serve: .venv/runtime  ## serve the website on this machine
	@$(BIN)/inspections serve

ui: .venv/ui  ## open the Dagster UI on this machine, at PORT
	@$(BIN)/inspections ui --site "$(SITE)" --port $(PORT)

query: export SQL := $(SQL)
query: .venv/runtime  ## query the database: make query SQL="SELECT …"
	@$(BIN)/inspections query "$$SQL"

verify: .venv/runtime  ## check every file, table and row of the warehouse
	@$(BIN)/inspections verify

evidence: .venv/runtime  ## draw where the judgements of a report were read: REPORT=… [AREA=…] [TO=<folder>]
	@$(BIN)/inspections evidence $(REPORT) $(if $(AREA),--area "$(AREA)") $(if $(FINDING),--finding "$(FINDING)") \
	  $(if $(RECOMMENDATION),--recommendation "$(RECOMMENDATION)") $(if $(PAGE),--page "$(PAGE)") $(if $(TO),--to "$(TO)")

accuracy: .venv/runtime  ## compare the extraction with a truth, cell by cell: CORPUS=<folder> TRUTH=<folder>
	@$(BIN)/inspections accuracy "$(CORPUS)" "$(TRUTH)"

reference: .venv/dev  ## regenerate the extracts of official statistics: ORIGINALS=<folder>
	@test -n "$(ORIGINALS)" || { echo "usage: make reference ORIGINALS=<folder>"; exit 2; }
	@$(BIN)/inspections reference "$(ORIGINALS)"

# --- development ---------------------------------------------------------------------------------------------

# A process runs whole files, so that it builds what their tests share once; tests/conftest.py orders the files.
PYTEST = $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder

# Measuring takes a third of the time of the tests, so it is an option.
test: .venv/dev  ## run the fast tests; with COVERAGE=1, fail if they run too little of the code
	$(PYTEST) -n $(WORKERS) -m "not slow" $(if $(COVERAGE),--cov --cov-report=term:skip-covered)

test-slow: .venv/dev test-readers  ## run the slow tests: whole builds, a browser, a cluster, other readers, kills
	$(PYTEST) -n $(SLOW_WORKERS) -m slow

test-all: test test-slow  ## run all tests

test-kill: .venv/dev  ## kill builds at random and compare what is left: KILLS=50 SEED=1
	@$(BIN)/python -m tests.support.kill_builds $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

test-fuzz: .venv/dev  ## read reports with random damage: MUTATIONS=5000 SEED=1
	@$(BIN)/python -m tests.support.mutations $(if $(MUTATIONS),--mutations $(MUTATIONS)) $(if $(SEED),--seed $(SEED))

test-readers: $(READERS:%=.clients/%/ready)  ## install other readers of a release, which the slow tests use

lint: .venv/dev  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/dev dataset  ## regenerate docs/faults.md and docs/examples.md
	@$(BIN)/python -m tests.support.fault_table
	@$(BIN)/inspections examples > docs/examples.md

bench: .venv/dev  ## measure speed, memory and growth of every stage: REPORTS=<folder> [FACTOR=10]
	@$(BIN)/python -m tests.benchmarks "$(or $(REPORTS),warehouse/sample)" $(if $(FACTOR),--factor $(FACTOR))

lock: .venv/dev  ## resolve all lock files again
	$(COMPILE) pyproject.toml --all-extras -o $(LOCKS)/dev.lock
	$(COMPILE) $(LOCKS)/build.in -c $(LOCKS)/dev.lock -o $(LOCKS)/build.lock
	$(COMPILE) pyproject.toml -c $(LOCKS)/dev.lock -o $(LOCKS)/runtime.lock
	$(COMPILE) pyproject.toml --extra ui -c $(LOCKS)/dev.lock -o $(LOCKS)/ui.lock
	$(COMPILE) pyproject.toml --extra ui --extra cluster -c $(LOCKS)/dev.lock -o $(LOCKS)/cluster.lock
	$(foreach reader,$(READERS),$(COMPILE) tests/readers/$(reader).in -o tests/readers/$(reader).lock &&) true

COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header -q

clean:  ## remove environments and caches, not the warehouse
	rm -rf .venv .clients .dagster .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- environments --------------------------------------------------------------------------------------------

ROLES := .venv/runtime .venv/ui .venv/cluster .venv/dev
# Modules are compiled when they are first imported: most of the installed ones never are.
INSTALL = install -q --disable-pip-version-check --no-compile --no-deps

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv

# What installs the rest. The pip that comes with Python 3.11 takes more than twice the time of the locked one.
.venv/build: $(LOCKS)/build.lock | .venv/bin/python
	$(BIN)/python -m pip $(INSTALL) --require-hashes -r $<
	@touch $@

# One environment; each role adds the packages of its lock, and dev has those of all. The package itself is installed
# without build isolation.
$(ROLES): .venv/%: $(LOCKS)/%.lock .venv/build pyproject.toml
	$(BIN)/python -m pip $(INSTALL) --require-hashes -r $<
	$(BIN)/python -m pip $(INSTALL) --no-build-isolation -e .
	@touch $(if $(filter .venv/dev,$@),$(ROLES),$@)

.clients/%/ready: tests/readers/%.lock .venv/build
	$(PYTHON) -m venv --clear --without-pip .clients/$*
	$(BIN)/python -m pip --python .clients/$*/bin/python $(INSTALL) --require-hashes -r $<
	@touch $@

$(BOX): $(BOX_FOLDER)/package-lock.json $(wildcard $(BOX_FOLDER)/*.js) $(SCRIPTS)
	@(cd $(BOX_FOLDER) && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build) \
	  || echo "npm could not fetch or bundle the SQL box: the website is built without it, and says so."
