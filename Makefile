# Tandem's tasks; `make` alone lists them. All but `lock` and `clean` first build .venv if it is missing or old.
#
#   make run     talk to Tandem in this terminal
#   make test    everything that must be green: check, then all tests
#   make check   lint, format, types and import contracts
#   make fix     let ruff repair and format what it can
#   make preview write data/preview/index.html: every command on every platform
#   make bench   measure; prints numbers, fails nothing else
#   make lock    pin the newest allowed packages with hashes into requirements.lock
#   make clean   remove .venv and caches, never data

PYTHON ?=
BIN := .venv/bin
# Named after what was installed: a changed lock or pyproject.toml makes a new .venv.
STAMP := .venv/.stamp-$(shell cat requirements.lock pyproject.toml | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d ' ' -f 1)

.PHONY: help run test check fix preview bench lock clean
.DEFAULT_GOAL := help

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

$(STAMP):
	@sh .ci/setup "$(PYTHON)" "$@"

run: $(STAMP)
	@$(BIN)/tandem --demo chat

test: check
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

preview: $(STAMP)
	@$(BIN)/tandem preview

bench: $(STAMP)
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile pyproject.toml --extra pg --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find bot core adapters tests -name __pycache__ -type d -prune -exec rm -rf {} +
