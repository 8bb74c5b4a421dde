# Needs make and Python, nothing else. PYTHON=python3.13 chooses another interpreter, ARGS="-k b12" passes arguments on.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: warnings about somebody's own pip configuration are no concern of ours, errors still show.
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check install
LOCKED := --require-hashes --only-binary :all:

.PHONY: run test demo check accuracy bench fuzz format wheel clean

run: $(VENV)/.runtime-stamp
	@exec $(BIN)/cds serve

# With CDS_REQUIRE_ALL=1 a skipped test is a failed one.
test: $(VENV)/.test-stamp
	$(BIN)/python -m pytest -rs $(ARGS)

demo: $(VENV)/.runtime-stamp
	$(BIN)/cds evaluate --as-of 2026-11-20 --format text fhir_examples/patients/vitamin_b12_deficiency.json

check: $(VENV)/.runtime-stamp
	$(BIN)/cds check

accuracy: $(VENV)/.test-stamp
	$(BIN)/python -m tests.vignettes

bench: $(VENV)/.test-stamp
	$(BIN)/python -m tests.bench $(ARGS)

fuzz: $(VENV)/.test-stamp
	CDS_HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -rs tests/fuzz $(ARGS)

format: $(VENV)/.test-stamp
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

wheel: $(VENV)/.runtime-stamp
	$(BIN)/python -m hatchling build --target wheel

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find cds tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make the environment anew when a lock changes, and only then.
$(VENV)/.runtime-stamp: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 to 3.14 is needed, and there is no $(PYTHON) here: run make with PYTHON= and one of these." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 14) else "Python 3.11 to 3.14 is needed, and $(PYTHON) is %d.%d: run make with PYTHON= and one of these." % v)'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) $(LOCKED) -r requirements.lock
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test-stamp: $(VENV)/.runtime-stamp requirements-test.lock
	$(PIP) $(LOCKED) -r requirements-test.lock
	@touch $@
