#!/bin/sh
# Make .venv with the locked packages of requirements/NAME.txt (default: base) and the project itself in it.
# Needs Python >= 3.11 with venv and a package index; no uv, no root, nothing in HOME.
set -eu
cd "$(dirname "$0")/.."
name=${1:-base}
venv_python=.venv/bin/python

usable() { "$1" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "linkreclaim needs Python 3.11 or newer with its venv module, and found none." >&2
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "  $candidate is new enough but has no venv: on Debian or Ubuntu run 'apt install python3-venv'." >&2
        elif found=$("$candidate" --version 2>&1); then
            echo "  $candidate is $found, which is too old." >&2
        fi
    done
    echo "  Install it (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; macOS: brew" \
        "install python) and run make again, or name one: make setup PYTHON=/path/to/python3" >&2
    exit 1
}

if ! $venv_python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python=$(find_python)
    "$python" -m venv --clear .venv
elif ! $venv_python -m pip --version >/dev/null 2>&1; then
    $venv_python -m ensurepip >/dev/null
fi

# pip brings uv, checked by hash; uv is quick for the rest, checks hashes as well, and builds the project by itself.
$venv_python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

# uv reads none of pip's settings: hand over the index that this machine's pip is set up with, if it has one.
index=${PIP_INDEX_URL:-$($venv_python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    export UV_DEFAULT_INDEX="$index"
fi
if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
    export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.venv/.uv-cache}"
fi
.venv/bin/uv pip install --quiet --compile-bytecode --python $venv_python --require-hashes -r "requirements/$name.txt"
.venv/bin/uv pip install --quiet --python $venv_python --no-deps --no-build-isolation --editable .
echo "ready: .venv/bin/linkreclaim ($($venv_python --version), requirements/$name.txt)"
