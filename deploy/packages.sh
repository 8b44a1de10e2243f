#!/usr/bin/env bash
# Sees to it that programs of Debian's packages are there. As root they are installed; otherwise what is missing is named,
# and in CI that is a failure. Usage: packages.sh PROGRAM…
set -euo pipefail

declare -A package=(
    [chromium]="chromium fonts-liberation" [pdftoppm]=poppler-utils [certutil]=libnss3-tools [softhsm2-util]=softhsm2 [postgresql]=postgresql
    [sqlmap]=sqlmap [wapiti]=wapiti
)
there() {
    if [ "$1" = postgresql ]; then ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; else command -v "$1" >/dev/null; fi
}

missing=()
for program in "$@"; do there "$program" || missing+=("$program"); done
[ ${#missing[@]} = 0 ] && exit

wanted=()
for program in "${missing[@]}"; do read -ra words <<<"${package[$program]}" && wanted+=("${words[@]}"); done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${wanted[*]} …" >&2
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p build
    { apt-get update && apt-get install -y --no-install-recommends "${wanted[@]}"; } </dev/null >build/packages.log 2>&1 ||
        tail -3 build/packages.log >&2
fi
for program in "${missing[@]}"; do
    there "$program" && continue
    echo "$program is missing, tests that need it are skipped (sudo apt-get install ${package[$program]})." >&2
    [ "${CI:-}" != true ] || exit 1
done
