# Every target sets up what it needs: Python 3.11 or newer, pip and make are all a machine must have.
#
#   make dataset                     the embedded sample, served on loopback and fetched like the real site
#   make dataset SITE=live           the real site
#   make dataset SITE=<folder>       a folder of publications.csv and PDFs
#   make query SQL="SELECT …"        ask the database
#   make evidence REPORT=…           where a report's judgements were read, as pictures; AREA=…, FINDING=…,
#                                    RECOMMENDATION=… or PAGE=… for one row or page, TO=<folder> for where
#   make ui                          the Dagster UI, on loopback
#   make test                        the tests
#   make accuracy CORPUS=… TRUTH=…   the reading, compared cell by cell with a truth
#   make bench CORPUS=…              how fast the reading is
#   make check                       lint, form and types
#   make lock                        renew requirements.lock

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

# An address of the environment, or SITE=live, is asked as it is; a folder is served on loopback.
ifneq ($(REPORTS_SITE_URL),)
  SERVED :=
else ifeq ($(SITE),live)
  SERVED :=
else
  SERVED := $(BIN)/python -m tests.replica $(SITE) --
endif

.PHONY: dataset query evidence ui test check accuracy bench lock clean

dataset: $(READY) $(HOME_READY)
	@$(SERVED) $(BIN)/python -m orchestration.build

query: export SQL := $(SQL)
query: $(READY)
	@$(BIN)/python -m assets.release.query "$(WAREHOUSE)/inspections.duckdb" "$$SQL"

evidence: $(READY)
	@test -n "$(REPORT)" || { echo "usage: make evidence REPORT=<number> [AREA=… | FINDING=… | RECOMMENDATION=… | PAGE=…] [TO=<folder>]"; exit 2; }
	@$(BIN)/python -m assets.release.evidence "$(WAREHOUSE)" "$(REPORT)" $(if $(AREA),--area "$(AREA)") $(if $(FINDING),--finding "$(FINDING)") \
	  $(if $(RECOMMENDATION),--recommendation "$(RECOMMENDATION)") $(if $(PAGE),--page "$(PAGE)") $(if $(TO),--to "$(TO)")

ui: $(READY) $(HOME_READY)
	@$(SERVED) $(BIN)/dagster dev --host 127.0.0.1 --port $(PORT)

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

accuracy: $(READY)
	@test -n "$(CORPUS)" && test -n "$(TRUTH)" || { echo "usage: make accuracy CORPUS=<folder> TRUTH=<folder>"; exit 2; }
	@$(BIN)/python -m tests.accuracy $(CORPUS) $(TRUTH)

bench: $(READY)
	@test -n "$(CORPUS)" || { echo "usage: make bench CORPUS=<folder>"; exit 2; }
	@$(BIN)/python -m tests.bench $(CORPUS)

lock: $(READY)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock

clean:
	rm -rf .venv .dagster .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(HOME_READY): orchestration/deploy/dagster.local.yaml
	@mkdir -p .dagster
	@cp $< $@
