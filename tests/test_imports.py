"""What importing a module brings along."""

from __future__ import annotations

import ast
import graphlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import Newsroom

import publisher

PACKAGE = Path(publisher.__file__).parent
# What `publisher --help` needs of other people's packages.
LIGHT = {"click"}

_ALL = """
import importlib, json, sys
for name in json.load(sys.stdin):
    importlib.import_module(name)
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


def imported(name: str, known: set[str]) -> set[str]:
    """The modules of ours that are imported when a module is."""
    path = PACKAGE.parent / name.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(file.read_bytes())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue  # imported when it is called
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
        waiting += ast.iter_child_nodes(node)
    return (found & known) - {name}


def test_no_module_needs_itself_to_be_imported_first() -> None:
    """No circle of imports: each module can be the first one that is imported."""
    known = set(modules())
    graph = {name: imported(name, known) for name in known}
    assert sum(map(len, graph.values())) > len(known)
    list(graphlib.TopologicalSorter(graph).static_order())


def test_every_module_can_be_imported() -> None:
    """The last of each package first, so that none is helped by its neighbours."""
    done = python(_ALL, told=json.dumps(sorted(modules(), reverse=True)))
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


def test_a_check_imports_only_what_it_needs(newsroom: Newsroom) -> None:
    """No mail, no calendars, no codes, no database; pictures where there are some."""
    newsroom.entry("one")
    done = python(_BROUGHT, "--root", str(newsroom.root), "check")
    packages, _ = json.loads(done.stdout.splitlines()[-1])
    needless = {"alembic", "icalendar", "mjml", "PIL", "premailer", "segno", "sqlalchemy"}
    assert not needless & set(packages), done.stdout
    assert "no problems" in done.stdout


def test_a_commands_help_imports_no_renderer() -> None:
    """Help of one command stays quick, too."""
    done = python(_BROUGHT, "check", "--help")
    packages, _ = json.loads(done.stdout.splitlines()[-1])
    assert not {"lxml", "premailer", "mjml", "sqlalchemy", "feedgen"} & set(packages)


def test_the_help_of_publish_imports_no_program() -> None:
    """The command begins with git, and imports the rest while that is at work."""
    done = python(_BROUGHT, "publish", "--help")
    packages, own = json.loads(done.stdout.splitlines()[-1])
    assert not {"pydantic", "yaml", "jinja2"} & set(packages)
    assert "publisher.app" not in own


# Packages that take their time, and the commands that may bring them along beside pydantic, YAML
# and Babel, which the content needs.  Who adds one to a command says so here.
HEAVY = {"alembic", "apscheduler", "cryptography", "cssutils", "fastapi", "feedgen", "fsspec",
         "httpx", "icalendar", "jinja2", "lxml", "markdown", "mjml", "nh3", "pagefind", "PIL",
         "premailer", "prometheus_client", "psycopg", "pygments", "segno", "sqlalchemy",
         "uvicorn", "vl_convert"}  # fmt: skip
ISSUE = ("daily", "2026-04-26")
BROUGHT: dict[tuple[str, ...], set[str]] = {
    ("schema",): set(),
    ("migrate",): {"sqlalchemy"},
    ("check",): {"jinja2"},
    ("explain", *ISSUE): {"jinja2"},
    ("due",): {"jinja2", "sqlalchemy"},
    ("skip", "daily", "2026-05-04"): {"jinja2", "sqlalchemy"},
    ("subscribers", "list"): {"jinja2", "sqlalchemy"},
    ("mailings", "list"): {"jinja2", "sqlalchemy"},
    ("deliveries", *ISSUE): {"jinja2", "sqlalchemy"},
    ("calls", "list"): {"jinja2", "sqlalchemy"},
    ("status",): {"jinja2", "sqlalchemy"},
    ("takedown", "--list"): {"jinja2"},
    ("publish",): {"jinja2", "sqlalchemy"},  # nothing is due
    ("build",): {"feedgen", "jinja2", "lxml"},
    ("render", *ISSUE, "--edition", "en", "--out", "mail"): {
        "cssutils", "jinja2", "lxml", "mjml", "premailer",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with an issue, which all commands look at."""
    made = Newsroom(tmp_path_factory.mktemp("published"))
    made.entry("one")
    made.publish()
    made.close()
    return made.root


@pytest.mark.parametrize("command", BROUGHT, ids=" ".join)
def test_a_command_imports_what_it_uses(published: Path, command: tuple[str, ...]) -> None:
    """And nothing else that takes its time: start-up is a feature."""
    arguments = [str(published / each) if each == "mail" else each for each in command]
    done = python(_BROUGHT, "--root", str(published), "--now", "2026-04-26T19:00+08:00", *arguments)
    packages, _ = json.loads(done.stdout.splitlines()[-1])
    assert (HEAVY & set(packages), done.stderr) == (BROUGHT[command], "")
