#!/bin/sh
# Set up .venv from requirements.lock, every package checked against its hash.
#
#   tools/setup-venv.sh main    what the publisher needs to run
#   tools/setup-venv.sh all     that, and what its tests and checks need
#
# Does nothing when the venv already holds what the lock and pyproject.toml ask for.
# PYTHON=/path/to/python chooses the Python; otherwise the python3 on PATH is taken.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
venv=.venv
case "${1:-}" in
main) groups="main" ;;
all) groups="main group:build group:dev" ;;
*)
    echo "usage: tools/setup-venv.sh main|all" >&2
    exit 2
    ;;
esac
what=$1

# Settings of the user's pip that would change what is installed or where.
unset PIP_REQUIRE_VIRTUALENV PIP_USER PIP_TARGET PIP_PREFIX PIP_CONSTRAINT PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for python in ${PYTHON:-} python3; do
        if command -v "$python" >/dev/null && new_enough "$python"; then
            command -v "$python"
            return
        fi
    done
    echo "publisher needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python3" >&2
    return 1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Debian and Ubuntu ship Python without ensurepip unless python3.X-venv is there.
need_venv() {
    has_venv "$1" && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: $1 cannot make a venv; installing $package"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq </dev/null || true
        apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null ||
            apt-get install -y -qq --no-install-recommends python3-venv </dev/null >/dev/null || true
        has_venv "$1" && return
    fi
    echo "setup: $1 cannot make a venv; run: sudo apt-get install $package" >&2
    return 1
}

# One setup at a time in one checkout; without flock(1) we trust to luck.
if [ -z "${PUBLISHER_SETUP_LOCKED:-}" ] && command -v flock >/dev/null; then
    PUBLISHER_SETUP_LOCKED=1 exec flock .gitignore "$0" "$@"
fi

# A venv that was moved, or whose Python is gone, cannot be mended.
usable() {
    [ "$(cat $venv/.root 2>/dev/null)" = "$root" ] && new_enough $venv/bin/python &&
        $venv/bin/python -c 'import pip' 2>/dev/null
}

if ! usable; then
    python=$(find_python)
    need_venv "$python"
    echo "setup: making $venv with $("$python" --version) ($python)"
    rm -rf $venv
    "$python" -m venv $venv
    echo "$root" >$venv/.root
fi
python=$venv/bin/python

# What is asked for: the pinned packages, and how the package itself is installed.
wanted=$venv/requirements-$what.txt
# shellcheck disable=SC2086  # the groups are words
$python tools/lock_subset.py $groups >$wanted.new
$python tools/lock_subset.py group:build >$venv/requirements-build.txt
key=$(cat $wanted.new pyproject.toml tools/setup-venv.sh | $python -c \
    'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest(), sys.version.split()[0])')
mv $wanted.new $wanted
if [ "$(cat $venv/.installed-$what 2>/dev/null)" = "$key" ]; then
    exit 0
fi

install() {
    $python -m pip install --quiet --no-build-isolation "$@"
}
echo "setup: installing $(grep -c '==' $wanted) packages into $venv"
rm -f $venv/.installed-$what
# What builds packages comes first and from the lock too: without build isolation pip fetches none.
install --require-hashes -r $venv/requirements-build.txt
install --require-hashes -r $wanted
install --no-deps --editable .
echo "$key" >$venv/.installed-$what
