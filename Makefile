# The two that a newcomer needs: make demo, make test. Every target is safe to run twice; what is done is not done again.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
WEB := src/sangesan/web
FIELD := src/sangesan/field
CATALOGUE := src/sangesan/locale/en/LC_MESSAGES/django

# What touches the database; the rest gives the same answer on either.
ON_POSTGRES := $(addprefix tests/,accounts alerts amendments assessment assistance audit bulletins cases checks cli clues dispatch draws exchange field figures files inspections jobs leadership messages patrols projects regions registry reminders responsibility self_reports supervision village_work visits web)

# Files of tests run side by side, each worker with a home and a database of its own; what drives a browser runs alone.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile

# Ten thousand random schedules of phones take a quarter of an hour on one core: they run beside the others.
SCHEDULES := tests/field/test_schedules.py

SCALE ?= 1
SERVE ?= 1

.PHONY: help setup setup-dev demo serve test check unit bench docs messages lock clean

help: ## this list
	@echo "用法：make 目标 [SCALE=0.05] [SERVE=0]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-13s %s\n", $$1, $$2}'

setup: $(VENV)/.app $(VENV)/.printing $(WEB)/vendor/icons.svg $(FIELD)/built/sw.js.gz $(CATALOGUE).mo ## everything the system needs, into this folder

setup-dev: setup $(VENV)/.dev ## setup, and what checks, tests and benchmarks need

demo: setup ## build the demonstration county and open the system (SCALE=0.05: a small one; SERVE=0: do not keep the server)
	@$(BIN)/sangesan demo --scale $(SCALE) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

serve: setup ## open the system on what is already there
	@$(BIN)/sangesan serve

test: setup-dev ## every check and every test, the browser's included
	@scripts/ensure-browser
	@scripts/ensure-printing $(BIN)/python
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) --ignore $(SCHEDULES) --ignore tests/browser
	@$(BIN)/python -m pytest tests/browser
	@echo "the same on PostgreSQL; beside it, 10,000 random schedules of phones"
	@$(BIN)/python -m pytest $(SCHEDULES) > $(VENV)/schedules.log 2>&1 & schedules=$$!; failed=0; \
		SANGESAN_TEST_POSTGRES=1 $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not browser and not slow" --ignore $(SCHEDULES) $(ON_POSTGRES) || failed=1; \
		wait $$schedules || failed=1; tail -n 25 $(VENV)/schedules.log; exit $$failed

unit: setup-dev ## tests without the browser and without the slow ones
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not browser and not slow"

check: setup-dev ## style, types, direction of imports, translations
	@echo "ruff";         $(BIN)/ruff check --quiet src tests scripts
	@echo "mypy";         $(BIN)/mypy --no-error-summary
	@echo "import-linter"; $(BIN)/lint-imports --no-logo > $(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }
	@echo "typescript";   scripts/build-field $(BIN)/python check
	@echo "messages";     $(BIN)/python scripts/messages.py --check

bench: setup-dev ## measure, print the ratios and write docs/benchmarks.md
	@$(BIN)/sangesan bench

docs: setup-dev ## the handbook as a site in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

messages: setup-dev ## bring new texts of pages into the English catalogue
	@$(BIN)/python scripts/messages.py

lock: ## lock requirements/*.in again, with hashes and no registry's address (needs uv)
	@cd requirements && for set in app bench dev; do \
		uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
			--no-emit-find-links --no-header --no-annotate $$set.in -o $$set.txt || exit 1; done

clean: ## remove what set-up and tests made (not var/, where the data lies)
	@rm -rf $(VENV) node_modules $(WEB)/vendor $(FIELD)/built $(CATALOGUE).mo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache site build

$(BIN)/python:
	@python=$$(scripts/find-python) && echo "建立 Python 环境（$$python）" && "$$python" -m venv $(VENV)

$(VENV)/.app: requirements/bench.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "安装依赖（约一分钟）"
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/bench.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.printing: scripts/ensure-printing | $(VENV)/.app
	@scripts/ensure-printing $(BIN)/python
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.app
	@echo "安装检查与测试所需"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/.app
	@echo "安装页面所需的脚本与样式"
	@scripts/install-packages $(BIN)/python
	@touch $@

$(WEB)/vendor/icons.svg: node_modules/.package-lock.json scripts/vendor.py $(shell find $(WEB) -name '*.html' -o -name '*.py')
	@$(BIN)/python scripts/vendor.py

$(FIELD)/built/sw.js.gz: node_modules/.package-lock.json scripts/build-field $(shell find $(FIELD)/app -type f)
	@echo "构建手机应用"
	@scripts/build-field $(BIN)/python
	@touch $@

$(CATALOGUE).mo: $(CATALOGUE).po | $(VENV)/.app
	@$(BIN)/pybabel --quiet compile --input-file $(CATALOGUE).po --output-file $@
