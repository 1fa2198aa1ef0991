# Every target sets up what it needs: Python 3.11 or newer, pip and make are all a machine must have.
#
#   make dataset                     the embedded sample, served on loopback and fetched like the real site
#   make dataset SITE=live           the real site
#   make dataset SITE=<folder>       a folder of publications.csv and PDFs
#   make release                     what is published of the dataset as it stands, if it has news
#   make website                     pages about it, in warehouse/website, for any web server to serve
#   make query SQL="SELECT …"        ask the database
#   make examples                    docs/examples.md anew: the questions of sql/examples, answered by the sample
#   make evidence REPORT=…           where a report's judgements were read, as pictures; AREA=…, FINDING=…,
#                                    RECOMMENDATION=… or PAGE=… for one row or page, TO=<folder> for where
#   make verify                      whether the warehouse is whole: files, tables, database; what is not
#   make ui                          the Dagster UI, on loopback
#   make test                        the tests
#   make clients                     other readers of a release, so that the tests ask them too: DuckDB 1.0, 1.1
#                                    and 1.5, polars, pandas, fastparquet, two validators
#   make accuracy CORPUS=… TRUTH=…   the reading, compared cell by cell with a truth
#   make bench CORPUS=…              how fast the reading is
#   make endure                      kill builds at random, and see what is left; KILLS=50, SEED=1
#   make fuzz                        read reports damaged in every way; MUTATIONS=5000, SEED=1
#   make check                       lint, form and types
#   make faults                      renew docs/faults.md, what goes wrong and what is lost
#   make lock                        renew all locks

SITE ?= warehouse/sample
WAREHOUSE ?= warehouse
PYTHON ?= python3
PORT ?= 3000

export WAREHOUSE
export DAGSTER_HOME := $(CURDIR)/.dagster
export DAGSTER_DISABLE_TELEMETRY := 1
export PYTHONWARNINGS := ignore::FutureWarning:dagster,ignore::UserWarning:dagster

BIN := .venv/bin
READY := .venv/ready
HOME_READY := .dagster/dagster.yaml
BOX_FOLDER := assets/website/sql_box
BOX := $(BOX_FOLDER)/dist/box.js
# Each apart from all else, since their needs are many and old versions are wanted.
CLIENTS := $(patsubst tests/readers/%.in,%,$(wildcard tests/readers/*.in))

# An address of the environment, or SITE=live, is asked as it is; a folder is served on loopback.
ifneq ($(REPORTS_SITE_URL),)
  SERVED :=
else ifeq ($(SITE),live)
  SERVED :=
else
  SERVED := $(BIN)/python -m tests.support.fake_site "$(SITE)" --
endif

.PHONY: dataset release website query examples evidence verify ui test clients check accuracy bench endure fuzz faults lock clean

dataset: $(READY) $(HOME_READY)
	@$(SERVED) $(BIN)/python -m orchestration.cli

release: $(READY) $(HOME_READY)
	@$(BIN)/python -m orchestration.cli release

# The SQL box needs npm and its registry; without them the website is built without the box, and says so.
website: $(READY) $(HOME_READY) $(if $(shell command -v npm),$(BOX))
	@$(BIN)/python -m orchestration.cli website

$(BOX): $(BOX_FOLDER)/package-lock.json $(BOX_FOLDER)/box.js
	@(cd $(BOX_FOLDER) && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build) \
	  || echo "npm could not fetch or bundle the SQL box: the website is built without it, and says so."

query: export SQL := $(SQL)
query: $(READY)
	@$(BIN)/python -m orchestration.commands.query "$(WAREHOUSE)/inspections.duckdb" "$$SQL"

examples: dataset
	@$(BIN)/python -m assets.database.examples "$(WAREHOUSE)" > docs/examples.md

evidence: $(READY)
	@test -n "$(REPORT)" || { echo "usage: make evidence REPORT=<number> [AREA=… | FINDING=… | RECOMMENDATION=… | PAGE=…] [TO=<folder>]"; exit 2; }
	@$(BIN)/python -m assets.extraction.evidence "$(WAREHOUSE)" "$(REPORT)" $(if $(AREA),--area "$(AREA)") $(if $(FINDING),--finding "$(FINDING)") \
	  $(if $(RECOMMENDATION),--recommendation "$(RECOMMENDATION)") $(if $(PAGE),--page "$(PAGE)") $(if $(TO),--to "$(TO)")

verify: $(READY)
	@$(BIN)/python -m orchestration.commands.verify "$(WAREHOUSE)"

ui: export AUTOMATIC := false
ui: $(READY) $(HOME_READY)
	@$(SERVED) $(BIN)/dagster dev --host 127.0.0.1 --port $(PORT)

test: $(READY)
	$(BIN)/python -m pytest

clients: $(CLIENTS:%=.clients/%/ready)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

accuracy: $(READY)
	@test -n "$(CORPUS)" && test -n "$(TRUTH)" || { echo "usage: make accuracy CORPUS=<folder> TRUTH=<folder>"; exit 2; }
	@$(BIN)/python -m orchestration.commands.accuracy $(CORPUS) $(TRUTH)

bench: $(READY)
	@test -n "$(CORPUS)" || { echo "usage: make bench CORPUS=<folder>"; exit 2; }
	@$(BIN)/python -m tests.benchmarks.extraction $(CORPUS)

faults: $(READY)
	@$(BIN)/python -m tests.support.fault_table

endure: $(READY)
	@$(BIN)/python -m tests.support.kill_builds $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

fuzz: $(READY)
	@$(BIN)/python -m tests.support.mutations $(if $(MUTATIONS),--mutations $(MUTATIONS)) $(if $(SEED),--seed $(SEED))

lock: $(READY)
	$(BIN)/python -m pip install -q uv
	$(call LOCKED,pyproject.toml --all-extras,requirements.lock)
	$(foreach client,$(CLIENTS),$(call LOCKED,tests/readers/$(client).in,tests/readers/$(client).lock) &&) true

LOCKED = $(BIN)/uv pip compile $(1) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header -q -o $(2)

clean:
	rm -rf .venv .clients .dagster .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.clients/%/ready: tests/readers/%.lock
	$(PYTHON) -m venv --clear .clients/$*
	.clients/$*/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

$(HOME_READY): orchestration/deploy/dagster.local.yaml
	@mkdir -p .dagster
	@cp $< $@
