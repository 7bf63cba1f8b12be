#!/bin/sh
# Compile requirements/*.txt: hashed, for every platform and Python >= 3.11, and agreeing with one another.
# Everything is resolved together first; each file is then compiled inside that result.
# The files name no package index, so an install asks whichever one the machine is set up with.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
together=$(mktemp)
trap 'rm -f "$together"' EXIT

compile() { # compile OUTPUT ARGUMENT...
    output=$1
    shift
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-annotate --custom-compile-command "make lock" "$@" --output-file "$output"
}

compile "$together" pyproject.toml --all-extras --group dev --group train requirements/bench.in requirements/uv.in
compile requirements/base.txt pyproject.toml --constraints "$together" --upgrade
compile requirements/extras.txt pyproject.toml --all-extras --constraints "$together" --upgrade
compile requirements/dev.txt pyproject.toml --all-extras --group dev --constraints "$together" --upgrade
compile requirements/train.txt pyproject.toml --all-extras --group dev --group train --constraints "$together" --upgrade
compile requirements/bench.txt requirements/bench.in --constraints "$together" --upgrade
compile requirements/uv.txt requirements/uv.in --constraints "$together" --upgrade --emit-build-options
