"""What importing a module brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import publisher

PACKAGE = Path(publisher.__file__).parent
# What `publisher --help` needs of other people's packages.
LIGHT = {"click"}

_EACH = """
import importlib, json, os, sys
failed = {}
for name in json.load(sys.stdin):
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(f"{name}: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed[name] = True
sys.exit(bool(failed))
"""

_BROUGHT = """
import json, sys
sys.argv = ["publisher", *sys.argv[1:]]
from publisher.cli import main
try:
    main()
except SystemExit:
    pass
loaded = {name.partition(".")[0] for name, module in sys.modules.items()
          if "site-packages" in (getattr(module, "__file__", None) or "")}
own = [name for name in sys.modules if name.startswith("publisher")]
print("\\n" + json.dumps([sorted(loaded), sorted(own)]))
"""


def python(script: str, *arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter, without what coverage and this process set."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input=told, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONWARNINGS": "error::SyntaxWarning"},
    )  # fmt: skip


def modules() -> list[str]:
    """Every module of the package but those that are not for importing."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        # Alembic runs its own files; __main__ runs the program.
        if "migrations" not in parts and path.name != "__main__.py":
            found.append(".".join(parts).removesuffix(".__init__"))
    return found


def test_every_module_can_be_imported_first() -> None:
    """Alone, in an interpreter that has seen none of the others: no circle needs a lucky order."""
    done = python(_EACH, told=json.dumps(modules()))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    """Start-up is a feature: only click, and no module of ours but the command line's frame."""
    done = python(_BROUGHT, argument)
    packages, own = json.loads(done.stdout.splitlines()[-1])
    # What hooks of the environment bring (an editable install, coverage) is not ours.
    packages = {each for each in packages if not each.startswith(("_", "coverage", "a1_"))}
    assert packages - {"publisher"} <= LIGHT
    assert set(own) <= {"publisher", "publisher.cli", "publisher.errors", "publisher.version"}


def test_a_commands_help_imports_no_renderer() -> None:
    """Help of one command stays quick, too."""
    done = python(_BROUGHT, "check", "--help")
    packages, _ = json.loads(done.stdout.splitlines()[-1])
    assert not {"lxml", "premailer", "mjml", "sqlalchemy", "feedgen"} & set(packages)
