#!/bin/sh
# Set up .venv from requirements.lock, every package checked against its hash.
#
#   tools/setup-venv.sh main    what the publisher needs to run, and what draws its figures
#   tools/setup-venv.sh service that, and what a server may want: PostgreSQL, object stores, `doctor`
#   tools/setup-venv.sh all     that, and what its tests and checks need
#
# Does nothing when the venv already holds what the lock and pyproject.toml ask for.
# PYTHON=/path/to/python3 chooses the Python; otherwise the python3 on PATH is taken.
set -eu
cd "$(dirname "$0")/.."

what=${1:-}
case $what in
main) groups="main extra:charts" ;;
service) groups="main extra:charts extra:compress extra:doctor extra:pdf extra:postgres extra:s3 extra:search" ;;
all) groups="main extra:charts extra:compress extra:doctor extra:pdf extra:postgres extra:s3 extra:search group:build group:dev" ;;
*)
    echo "usage: tools/setup-venv.sh main|service|all" >&2
    exit 2
    ;;
esac

# One setup at a time in one checkout, where there is flock(1).
if [ -z "${SETUP_VENV_LOCKED:-}" ] && command -v flock >/dev/null; then
    SETUP_VENV_LOCKED=1 exec flock tools/setup-venv.sh tools/setup-venv.sh "$what"
fi

# Settings of the user's that would change what is installed, or where.
unset PIP_CONSTRAINT PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_USER PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3; do
        if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "setup: no Python 3.11 or newer; install one, or name it: make PYTHON=/path/to/python3" >&2
    return 1
}

can_make_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Debian and Ubuntu ship Python without ensurepip unless python3.X-venv is there too.
need_ensurepip() {
    if can_make_venv "$1"; then return; fi
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: $1 cannot make a venv; installing $package"
        export DEBIAN_FRONTEND=noninteractive
        log=$(apt-get update -qq </dev/null 2>&1) || echo "$log"
        for name in "$package" python3-venv; do
            log=$(apt-get install -y -qq --no-install-recommends "$name" </dev/null 2>&1) || echo "$log"
            if can_make_venv "$1"; then return; fi
        done
    fi
    echo "setup: $1 cannot make a venv; run: sudo apt-get install $package" >&2
    return 1
}

# A venv that was moved, or whose Python is gone, is made anew.
here=$(pwd -P)
if [ "$(cat .venv/.root 2>/dev/null)" != "$here" ] || ! new_enough .venv/bin/python; then
    base=$(find_python)
    need_ensurepip "$base"
    echo "setup: making .venv with $("$base" --version) ($base)"
    rm -rf .venv
    "$base" -m venv .venv
    echo "$here" >.venv/.root
fi
python=.venv/bin/python

# What is asked for: the pinned packages, and how this project itself is installed.
key() { # main|service|all: a hash of all that decides what is installed
    $python - ".venv/wanted-$1.txt" tools/setup-venv.sh <<'END'
import hashlib, json, pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))
parts = [project["build-system"], project["project"], project["tool"]["hatch"], sys.version]
parts += [pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
print(hashlib.sha256(json.dumps(parts).encode()).hexdigest())
END
}
# shellcheck disable=SC2086 # the groups are words
$python tools/lock_subset.py $groups >".venv/wanted-$what.txt"
if [ "$(cat ".venv/.installed-$what" 2>/dev/null)" = "$(key "$what")" ]; then exit 0; fi

install() {
    $python -m pip install -qq --no-compile --no-build-isolation "$@"
}

echo "setup: installing $(grep -c '==' ".venv/wanted-$what.txt") packages into .venv"
rm -f .venv/.installed-*
# What an earlier lock had and this one has not would hide a missing dependency.
stale=$($python - <<'END'
import importlib.metadata, pathlib, re
lock = pathlib.Path("requirements.lock").read_text(encoding="utf-8")
kept = {*re.findall(r"^[^\s=#]+(?===)", lock, re.MULTILINE), "publisher"}
names = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower() for d in importlib.metadata.distributions()}
print(*sorted(names - kept))
END
)
# shellcheck disable=SC2086 # the packages are words
if [ -n "$stale" ]; then $python -m pip uninstall -qq --yes $stale; fi
# The tools that build come first and from the lock too: without build isolation pip fetches none.
$python tools/lock_subset.py group:build >.venv/wanted-build.txt
$python tools/lock_subset.py main >.venv/wanted-main.txt
install --require-hashes -r .venv/wanted-build.txt
install --require-hashes -r ".venv/wanted-$what.txt"
install --no-deps --editable .
# A service starts a process for each step, and may not write where it is installed; each test of
# a command is a process, too.  Compiled beforehand they start in half the time.
if [ "$what" != main ]; then
    env -u PYTHONDONTWRITEBYTECODE $python -m compileall -q -j 0 .venv/lib publisher >/dev/null || :
fi
key main >.venv/.installed-main
key "$what" >".venv/.installed-$what"
