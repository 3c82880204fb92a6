# Quỹ đất: the commands of the house. `make demo` and `make test` set up all they need.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/demo
QUYDAT_LANG ?= vi
SOURCES := $(shell find src cases -type f -not -name '*.pyc') pyproject.toml README.md

.PHONY: setup demo test test-long test-all lint bench docs lock clean

setup: $(VENV)/.installed

$(VENV)/.locked: requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "quydat needs Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# The wheel itself is installed, not the source tree: what is tested is what is shipped.
$(VENV)/.installed: $(VENV)/.locked $(SOURCES)
	rm -rf build/wheel
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build/wheel .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall build/wheel/*.whl
	touch $@

demo: setup
	$(BIN)/quydat --lang $(QUYDAT_LANG) demo --out $(OUT)

test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not long" tests

test-long: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long tests

test-all: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal tests

lint: setup
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy src/quydat
	PYTHONPATH=src $(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks

# Pages made from the dictionary, the catalogue of problems and the commands; a stale one fails a test.
docs: setup
	$(BIN)/python -m quydat.cli.manual docs/manual

lock:
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 --universal pyproject.toml -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 --universal --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
