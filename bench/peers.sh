#!/usr/bin/env bash
# Installs what the benchmarks compare with, each in a place of its own under bench/.peers. Needs python3 with venv, gcc, and PyPI.
# Running it again installs only what is missing. `peers.sh spark` installs Spark, too, which needs Java and 450 MB.
set -euo pipefail

peers=$(cd "$(dirname "$0")" && pwd)/.peers
python=${PYTHON:-python3}
compiler=${CC:-gcc}
mkdir -p "$peers"

# environment NAME REQUIREMENTS MODULE: a virtual environment with a package in it, checked by importing it.
environment() {
    local venv=$peers/$1
    "$venv/bin/python" -c "import $3" 2>/dev/null && return
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check $2
    "$venv/bin/python" -c "import $3"
}

# The PyPI package `word2vec` carries the Google Code revision of word2vec.c; GitHub's of 2017 loses every epoch after the first.
fetch_original() {
    [ -s "$peers/word2vec.c" ] && return
    local work
    work=$(mktemp -d)
    "$python" -m pip download --quiet --disable-pip-version-check --no-binary :all: --no-deps --dest "$work" word2vec==0.11.1
    tar -xzf "$work/word2vec-0.11.1.tar.gz" -C "$work"
    cp "$work/word2vec-0.11.1/word2vec/includes/word2vec.c" "$peers/word2vec.c"
    rm -r "$work"
}

# compile NAME FLAGS...: word2vec.c with the given optimisation.
compile() {
    local name=$1
    shift
    [ -x "$peers/$name" ] || "$compiler" "$peers/word2vec.c" -o "$peers/$name" "$@" -Wno-unused-result -pthread -lm
}

environment gensim 'gensim==4.4.*' gensim.models
environment fasttext fasttext-community fasttext
environment walks 'node2vec pecanpy networkx scipy' node2vec
[ "${1:-}" != spark ] || environment spark 'pyspark==4.* numpy' pyspark
fetch_original
compile word2vec-makefile -O3 -Wall -march=native -funroll-loops # the flags of the makefile beside it
compile word2vec-ofast -Ofast -march=native -funroll-loops
echo "peers are in $peers"
