# One command each; `make help` lists them. CI runs `make check test` and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
# Whom this machine trusts, we trust: companies and agencies often have a certificate authority of their own.
CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
TRUST := $(if $(CERTIFICATES),UV_SYSTEM_CERTS=1 NODE_EXTRA_CA_CERTS="$${NODE_EXTRA_CA_CERTS:-$(CERTIFICATES)}")
# The lock file alone says which packages: no index, mirror or configuration of this machine changes that.
UV := env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_FIND_LINKS -u VIRTUAL_ENV \
	$(TRUST) UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_PROGRESS=1 build/uv/bin/uv
# The wheel's npm with a cache of its own; which registry it asks is this machine's matter, the lock file has the digests.
NPM := env $(TRUST) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --cache "$(CURDIR)/build/npm-cache" --loglevel error --update-notifier=false

export HOSO_HOME ?= $(CURDIR)/var
export HOSO_PORT ?= 8000
export PEOPLE ?= 2000

##@ Try it

demo: setup  ## Make or reopen the demo and serve it (PEOPLE=2000, HOSO_HOME=var, HOSO_PORT=8000)
	@$(BIN)/hoso demo

demo-reset: setup  ## Throw the demo away
	@$(BIN)/hoso demo --reset

run: setup  ## Bring the tables up to date and serve what is in HOSO_HOME
	@$(BIN)/hoso migrate --verbosity 0
	@$(BIN)/hoso run

##@ Work on it

setup: .venv/.done build/npm/.done build/locale/.done  ## Install everything into .venv and build (quick when nothing changed)
	@:

test: setup tools  ## The whole suite; in CI also the database tests on Debian's PostgreSQL
	@$(BIN)/python -m pytest -n 2 --dist worksteal
	@if [ "$${CI:-}" = true ]; then $(MAKE) test-debian-postgres; fi

test-debian-postgres: setup  ## The tests marked `database` on Debian's own PostgreSQL (15 on Debian 12)
	@bash deploy/packages.sh postgresql
	@HOSO_POSTGRES="$$(ls -d /usr/lib/postgresql/*/bin | sort -V | head -1)" $(BIN)/python -m pytest -m database

check: setup  ## Style, types, imports, migrations, documents and words; starts no database
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Not formatted; run: make fix" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache --quiet 2>/dev/null || $(BIN)/lint-imports
	@DATABASE_URL=postgresql:///none?host=/nowhere $(BIN)/python -W ignore::RuntimeWarning -m hoso.cli.main makemigrations --check --dry-run
	@if [ -e hoso/cli/management/commands/docs.py ]; then $(BIN)/hoso docs --check; fi
	@$(BIN)/python -m hoso.cli.words --check

fix:  ## Let ruff mend what it can
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format --quiet

words: setup  ## Which sentences have no English yet, and which English has no sentence
	@$(BIN)/python -m hoso.cli.words --check

docs: setup  ## Write the generated documents anew
	@$(BIN)/hoso docs

counts: setup  ## Rewrite tests/query_counts.json after an argued change
	@COUNTS=rewrite $(BIN)/python -m pytest tests/test_counts.py

lock: build/uv/.done-$(UV_VERSION)  ## Renew uv.lock and package-lock.json after a change of pyproject.toml or package.json
	@$(UV) --no-config lock --default-index https://pypi.org/simple
	@$(NPM) install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true
	@if grep -nE 'file://|"resolved"' package-lock.json uv.lock; then echo "A lock file names a place of this machine" >&2; exit 1; fi

##@ Measure it

bench: setup  ## Measure what docs/benchmarks.md promises
	@$(BIN)/python -m benchmarks

tour: setup tools  ## Walk through every page as every role, with pictures in build/tour
	@$(BIN)/python -m tests.tour

crash-tour: setup tools  ## Kill the product at every step and look for what was lost
	@$(BIN)/python -m tests.crash_tour

security-scan: setup scanners  ## sqlmap, wapiti and Schemathesis against a demo over TLS; writes into docs/security.md
	@$(BIN)/python -m tests.security_scan

tamper: setup  ## A thousand changes behind the log's back; what came of it goes into docs/tampering.md
	@STRIKES=1000 REPORT=docs/tampering.md $(BIN)/python -m pytest -q tests/test_tampering.py

help:  ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-21s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# What the targets above stand on.

tools:
	@bash deploy/packages.sh chromium pdftoppm certutil softhsm2-util

# A scanner is no part of the product: it has an environment of its own, of one version and one day.
SCHEMATHESIS := schemathesis==4.32.5
SCHEMATHESIS_DAY := 2026-11-15T00:00:00Z
scanners: build/schemathesis/.done-$(SCHEMATHESIS)
	@bash deploy/packages.sh sqlmap wapiti

build/schemathesis/.done-$(SCHEMATHESIS): build/uv/.done-$(UV_VERSION)
	@rm -rf build/schemathesis && $(UV) --no-config venv --quiet --python "$$(command -v $(PYTHON))" build/schemathesis
	@$(UV) --no-config pip install --quiet --default-index https://pypi.org/simple --exclude-newer $(SCHEMATHESIS_DAY) \
		--python build/schemathesis/bin/python $(SCHEMATHESIS)
	@touch $@

build/uv/.done-$(UV_VERSION): deploy/bootstrap.sh
	@bash deploy/bootstrap.sh "$(PYTHON)" "$(UV_VERSION)"
	@touch $@

.venv/.done: build/uv/.done-$(UV_VERSION) pyproject.toml uv.lock
	@$(UV) --no-config sync --frozen --all-groups --quiet --python "$$(command -v $(PYTHON))"
	@touch $@

build/npm/.done: .venv/.done package.json package-lock.json
	@mkdir -p build/npm && cp package.json package-lock.json build/npm
	@$(NPM) ci --prefix build/npm --ignore-scripts --no-audit --no-fund >/dev/null
	@touch $@

build/locale/.done: .venv/.done hoso/cli/words.py $(wildcard hoso/web/locale/en/*.po)
	@$(BIN)/python -m hoso.cli.words
	@touch $@

.PHONY: setup demo demo-reset run test test-debian-postgres test-pg15 check fix words docs counts lock bench tour crash-tour security-scan tamper scanners help tools
test-pg15: test-debian-postgres
