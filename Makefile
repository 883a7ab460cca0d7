# Everything on a fresh machine with Python >= 3.11 and make: `make run`, `make test`, `make check`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= runs/quick
JOBS ?= 2

.PHONY: run test check format install dev browser bench clean

run: install
	$(BIN)/magnet-kg run quick --out $(OUT)

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("magnet-kg needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps tooluniverse==1.5.7
	touch $@ $(VENV)/.installed

test: dev browser
	$(BIN)/pytest -n $(JOBS) $(ARGS)

browser:
	tests/browser/install.sh

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p magnet_kg
	$(BIN)/mypy tests benchmarks
	$(BIN)/lint-imports --no-logo

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev
	$(BIN)/python benchmarks/paper.py
	$(BIN)/python benchmarks/walks.py
	$(BIN)/python benchmarks/judge.py
	$(BIN)/python benchmarks/variety.py
	$(BIN)/python benchmarks/catalogs.py

clean:
	rm -rf $(VENV) build dist *.egg-info runs
