# The commands of a checkout. Each one makes .venv if there is none and installs what it needs; `make help` lists them.
#
#   make PYTHON=python3.12 test      another interpreter (3.11 or newer); only used when .venv is made

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-results
HCC1395 ?= ../shared/hcc1395/annotated.expression.vcf.gz

# One stamp per content of the files that decide what is installed, and per place: a checkout that moved, a branch with
# other pins or a .venv made by hand is brought up to date instead of being trusted.
STAMP := $(VENV)/.installed-$(shell { pwd; cat pyproject.toml constraints.txt; } | cksum | cut -d' ' -f1)

.PHONY: help demo test lint types contracts wheel bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: $(STAMP) ## run neosieve on the bundled part of a real tumour, into demo-results/
	@$(BIN)/neosieve demo -o $(DEMO)

test: $(STAMP) ## run the tests
	@$(BIN)/python -m pytest

lint: $(STAMP) ## check style and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(STAMP) ## check types, strictly
	@$(BIN)/mypy

contracts: $(STAMP) ## check which module may import which
	@$(BIN)/lint-imports

wheel: $(STAMP) ## build dist/*.whl
	@rm -rf dist
	@said=$$(PIP_CONSTRAINT='$(CURDIR)/constraints.txt' $(BIN)/python -m build --wheel 2>&1) || { echo "$$said"; exit 1; }
	@ls dist/*.whl

bench: $(STAMP) ## time the whole HCC1395 run beside MHCflurry (HCC1395=path of the VCF)
	@$(BIN)/python -m tests.benchmarks.hcc1395 '$(HCC1395)'

clean: ## remove what these targets made, .venv included
	rm -rf $(VENV) dist $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks

# pip 25.3 knows --group and --build-constraint.
$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "neosieve needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name one: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear $(VENV)
	@echo 'Installing neosieve and what it needs into $(VENV) (about a minute, once) ...' >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check 'pip>=25.3'
	@$(BIN)/python -m pip install -qq -c constraints.txt --build-constraint constraints.txt -e . --group dev
	@rm -f $(VENV)/.installed-*
	@touch $@
