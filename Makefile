# Everything a person does here, and the same that CI does (.ci/run).
# `make` alone lists the targets. PYTHON=/path/to/python3 chooses the Python for .venv;
# ARGS="…" is handed on to publish, test, golden and pictures.

PYTHON ?=
ARGS ?=
export PYTHON

bin := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup publish test lint format types layers wheel lock golden docs pictures clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; \
	do printf '  %-10s %s\n' "$$name" "$$text"; done

# The readers are invented: with them the outbox fills as it would for real ones.
publish: ## publish every issue of content/ that is not out yet, into public/ and var/
	@tools/setup-venv.sh main
	@$(bin)/publisher subscribers import examples/readers.csv
	@$(bin)/publisher publish --backfill $(ARGS)

test: setup ## run all tests; installs the programs that they look with
	@tools/system-packages.sh
	@$(bin)/python -m pytest $(ARGS); status=$$?; \
	cat .venv/missing-programs.txt 2>/dev/null; exit $$status

setup: ## make .venv with all that developing needs, from requirements.lock
	@tools/setup-venv.sh all

lint: setup ## ruff: style, likely mistakes, formatting
	@$(bin)/ruff check
	@$(bin)/ruff format --check

format: setup ## let ruff mend and format what it can
	@$(bin)/ruff check --fix
	@$(bin)/ruff format

types: setup ## mypy
	@$(bin)/mypy

layers: setup ## import-linter: who may import whom
	@$(bin)/lint-imports --no-logo

wheel: setup ## build dist/publisher-….whl
	@rm -rf dist
	@$(bin)/python -m build --wheel --no-isolation

# Without UPGRADE=1 a pin that still fits stays as it is.
lock: ## write requirements.lock from pyproject.toml; UPGRADE=1 takes the newest of everything
	@test -x $(bin)/uv || tools/setup-venv.sh all
	@$(bin)/uv --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --all-extras \
	  --group build --group dev $(if $(UPGRADE),--upgrade) \
	  --custom-compile-command "make lock" --output-file requirements.lock

golden: setup ## write the golden outputs of the tests again; look at the diff before committing
	@tools/system-packages.sh
	@$(bin)/python -m pytest tests --update-golden $(ARGS)

docs: setup ## write the generated parts of docs/ again
	@$(bin)/python tools/docs.py

pictures: setup ## take the pictures of the documentation
	@tools/system-packages.sh
	@$(bin)/python tools/pictures.py $(ARGS)

clean: ## remove what the tools made; leaves public/ and var/ (the archive!) alone
	@rm -rf .venv dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
	  .grimp_cache .coverage htmlcov
	@find publisher tests tools -type d -name __pycache__ -prune -exec rm -rf {} +
