# Nothing but Python >= 3.11, make and the package index is needed.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

export HF_HUB_OFFLINE = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help serve test lint fix index eval bench soak fuzz audit

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

# installed once; again only when the dependencies change
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; call make PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(STAMP)
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[dev,llm]"
	touch $@

serve: $(STAMP)  ## set up, index docs/, open the chat at http://127.0.0.1:7860
	$(BIN)/c5 index
	$(BIN)/c5 serve

index: $(STAMP)  ## build or update the index of docs/
	$(BIN)/c5 index

test: $(VENV)/.installed-dev  ## set up and run the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.installed-dev  ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.installed-dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(STAMP)  ## how good are the answers, on the test split
	$(BIN)/c5 eval answers --split test

RESULTS := eval/benchmarks/results
bench: $(VENV)/.installed-dev  ## speed, size and peers; wants a quiet machine and most of an hour
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[peers]"
	$(BIN)/c5 bench cold --json $(RESULTS)/cold.json
	$(BIN)/c5 bench answers --json $(RESULTS)/answers.json
	$(BIN)/c5 bench serve --json $(RESULTS)/serve.json
	$(BIN)/c5 bench peers --json $(RESULTS)/peers.json --table README.md
	$(BIN)/c5 bench scale --graphs 10000 --json $(RESULTS)/scale.json --svg $(RESULTS)/scale.svg

soak: $(VENV)/.installed-dev  ## thousands of kills, then twenty minutes of load (half an hour and more)
	KILLS=3000 $(BIN)/python -m pytest tests/test_crashes.py -k whatever
	$(BIN)/c5 bench soak --minutes 20 --json eval/benchmarks/results/soak.json

FUZZED ?= citing folding front_matter loading reading receiving splitting
SECONDS_EACH ?= 60
fuzz: $(VENV)/.installed-dev  ## feed the readers of foreign text from atheris, a minute each
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[fuzz]"
	for name in $(FUZZED); do $(BIN)/python tests/fuzz/run.py $$name -max_total_time=$(SECONDS_EACH) || exit 1; done

audit: $(STAMP)  ## known holes in dependencies (pip-audit), and what is installed (sbom.json)
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[audit]"
	$(BIN)/python .ci/audit.py sbom.json
