#!/usr/bin/env bash
# Puts uv into build/uv: the system's if it is new enough, else from PyPI. Usage: bootstrap.sh PYTHON UV_VERSION
set -euo pipefail
python=$1 version=$2

say() { echo "$*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    say "hoso needs Python 3.11 or newer as '$python': install it, or name another with PYTHON=…"
    exit 2
}
rm -rf build/uv
mkdir -p build/uv/bin
if command -v uv >/dev/null && uv --version 2>/dev/null | grep -qE '^uv (0\.(9|[1-9][0-9])|[1-9][0-9]*)\.'; then
    ln -s "$(command -v uv)" build/uv/bin/uv
    exit
fi

quietly() { "$@" >build/bootstrap.log 2>&1; }

# Debian parts Python's venv from Python; three ways to have one all the same.
if ! quietly "$python" -m venv --clear build/uv; then
    if "$python" -m pip --version >/dev/null 2>&1 && "$python" -m venv --without-pip --clear build/uv; then
        : # the system's pip can install into it
    elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Debian's python3-venv …"
        quietly apt-get update && quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv
        "$python" -m venv --clear build/uv
    else
        say "This Python has neither venv nor pip. On Debian: sudo apt-get install python3-venv. Then run make again."
        exit 2
    fi
fi
if [ -x build/uv/bin/pip ]; then
    pip=(build/uv/bin/python -m pip)
else
    pip=("$python" -m pip --python build/uv/bin/python)
fi
quietly "${pip[@]}" --disable-pip-version-check install "uv==$version" || {
    tail -3 build/bootstrap.log >&2
    say "uv $version could not be installed from PyPI."
    exit 2
}
