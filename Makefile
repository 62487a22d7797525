# Two commands do it all: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
export ANONYMIZED_TELEMETRY := False

.DEFAULT_GOAL := help
.PHONY: help install run test lint chat eval bench figures vendor lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv from requirements.lock (nothing to do when up to date)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Baton needs Python 3.11 or newer. Say which one: make run PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(INSTALLED): $(UV) requirements.lock pyproject.toml
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock requirements-gguf-test.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes --no-deps -r requirements-gguf-test.lock
	@touch $@

run: $(INSTALLED) ## serve the agent, its API and its pages on 127.0.0.1:8000
	@exec $(BIN)/baton serve

chat: $(INSTALLED) ## the same agent in the terminal
	@exec $(BIN)/baton chat

test: $(INSTALLED_DEV) ## install what the tests need and run them all
	@scripts/ensure-chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(INSTALLED_DEV) ## ruff and mypy --strict
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: $(INSTALLED) ## run the offline evals and print their table
	@exec $(BIN)/baton eval run

bench: $(INSTALLED_DEV) ## measure the figures of the README
	$(BIN)/python -m benchmarks

figures: $(INSTALLED) ## draw the README's figures from the code
	$(BIN)/python -m scripts.figures

vendor: ## bundle the pages' libraries again (needs Node; running and testing do not)
	scripts/vendor

lock: $(UV) ## pin the newest versions anew
	scripts/lock

clean: ## remove .venv and the data folder
	rm -rf $(VENV) data
