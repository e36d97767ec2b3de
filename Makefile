PYTHON ?= python3
PORT ?= 9000
PYTEST_ARGS ?=
# One more than there are processors: tests often wait for servers.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
IMAGE ?= lego-api

.DEFAULT_GOAL := help
.PHONY: help dev test test-large test-simd lint infra-check format migrate seed bench image lock clean

help:
	@awk -F ': .*## ' '/^[a-z-]+: .*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: .venv/ready ## run the API and all it needs on http://localhost:9000 (PORT=9100: elsewhere)
	@exec .venv/bin/lego-api dev --port $(PORT)

test: .venv/ready ## run the tests (PYTEST_ARGS="-k wishlist -x": some of them)
	.venv/bin/pytest -n $(WORKERS) $(PYTEST_ARGS)

test-large: .venv/ready ## run the tests that take half a minute or more, each
	.venv/bin/pytest -n $(WORKERS) -m large $(PYTEST_ARGS)

test-simd: .venv/ready ## run the tests of pictures under pillow-simd, as it is in the image
	@folder=$$(.ci/pillow-simd) || exit 1; [ -z "$$folder" ] || { set -x; PYTHONPATH="$$folder" TESTED_PIL=pillow-simd \
		.venv/bin/pytest tests/adapters -k image $(PYTEST_ARGS); }

lint: .venv/ready ## check style, types and which module may import which
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

infra-check: .venv/ready .dev/infra-tools/ready ## check the infrastructure and the pipeline (Terraform, Node.js and Go)
	@.venv/bin/python -m infra.checks

format: .venv/ready ## rewrite the code in the one style
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

migrate: .venv/ready ## bring the database of DATABASE_URL, or of the running stack, up to date
	.venv/bin/lego-api migrate

seed: .venv/ready ## fill the running stack with example data
	.venv/bin/lego-api seed

bench: .venv/ready ## measure how fast the API answers
	.venv/bin/python -m benchmarks

image: ## build the container image (IMAGE=name)
	@command -v docker >/dev/null || { echo "make image needs docker, which is not installed" >&2; exit 1; }
	@# Lambda takes an image, and no index of one with attestations.
	docker build --platform linux/amd64 --provenance=false --sbom=false --tag $(IMAGE) .

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

lock: ## choose anew the versions of everything that is installed
	@command -v uv >/dev/null || { echo "make lock needs uv, which is not installed" >&2; exit 1; }
	# pillow-heif names Pillow, whose place pillow-simd takes in the image: installed with --no-deps.
	$(LOCK) pyproject.toml --upgrade --extra pillow-simd --no-emit-package pillow --output-file requirements.lock
	$(LOCK) pyproject.toml --upgrade --extra dev --output-file requirements-dev.lock
	$(LOCK) --upgrade --group image-build --output-file requirements-build.lock
	$(LOCK) --upgrade --group infra-check --output-file requirements-infra.lock

clean: ## delete what make dev has stored (database, files, users) and all caches
	@[ ! -e .dev/lock ] || $(PYTHON) -c 'import fcntl; fcntl.flock(open(".dev/lock"), fcntl.LOCK_EX | fcntl.LOCK_NB)' \
		2>/dev/null || { echo "make dev still runs here: stop it first" >&2; exit 1; }
	@[ ! -L .dev/postgres ] || rm -rf "$$(readlink .dev/postgres)"
	rm -rf .dev .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests migrations benchmarks $(wildcard infra) -name __pycache__ -prune -exec rm -rf {} +

.venv/ready: pyproject.toml requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) lacks the module venv (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r requirements-dev.lock
	.venv/bin/pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

.dev/infra-tools/ready: requirements-infra.lock | .venv/ready
	$(PYTHON) -m venv --clear .dev/infra-tools
	.dev/infra-tools/bin/pip install --quiet --require-hashes -r $<
	@touch $@
