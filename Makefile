# One command each. `make help` lists them; CI runs `make check test` and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV_VERSION := 0.13.9
PYTHON ?= python3
BIN := .venv/bin
# The lock file alone says where packages come from: no index, mirror or uv.toml of this machine changes it.
UV := env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_FIND_LINKS -u VIRTUAL_ENV \
	UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy build/uv/bin/uv

export HOSO_HOME ?= $(CURDIR)/var
export HOSO_PORT ?= 8000
export PEOPLE ?= 2000

##@ Everyday

setup: .venv/.done  ## Install everything into .venv and build/ (quick when nothing changed)

build/uv/.done-$(UV_VERSION):
	@mkdir -p build && rm -rf build/uv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hoso needs Python 3.11 or newer; set PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	@touch $@

.venv/.done: build/uv/.done-$(UV_VERSION) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --python "$$(command -v $(PYTHON))"
	@touch $@

lock: build/uv/.done-$(UV_VERSION)  ## Renew uv.lock after a change of pyproject.toml
	@$(UV) lock --default-index https://pypi.org/simple

help:  ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup lock help
