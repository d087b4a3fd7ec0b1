"""Write the generated parts of docs/: usage of commands, what a template may use, what scale needs.

    python tools/docs.py            write them
    python tools/docs.py --check    say which would change, and exit with 1

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``; what is around it
is written by hand.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click

from publisher.cli import COMMANDS, group
from publisher.render.sandbox import CONTRACT

ROOT = Path(__file__).parents[1]
_PART = re.compile(
    r"(?P<head><!-- generated: (?P<name>[a-z -]+) -->\n).*?(?P<foot><!-- end of (?P=name) -->)",
    re.DOTALL,
)
_COLUMNS = 88


def main(arguments: list[str]) -> int:
    """Write the parts, or with --check only look."""
    stale = [path for path, text in written() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(path.relative_to(ROOT))
    if "--check" in arguments:
        return 1 if stale else 0
    for path, text in written():
        path.write_text(text, encoding="utf-8")
    return 0


def written() -> Iterator[tuple[Path, str]]:
    """Each file with generated parts, and its text as it has to be."""
    yield _filled(ROOT / "docs/cli.md", dict(usages()))
    yield _filled(ROOT / "docs/scaling.md", {"costs": costs_table(), "needs": needs_table()})
    yield _filled(ROOT / "docs/themes.md", {"context": "\n".join(context_tables())})


def _filled(path: Path, parts: Mapping[str, str]) -> tuple[Path, str]:
    text = path.read_text(encoding="utf-8")
    places = {match["name"] for match in _PART.finditer(text)}
    if places != parts.keys():
        differing = ", ".join(sorted(places ^ parts.keys()))
        sys.exit(f"{path.relative_to(ROOT)}: a place or its part is missing: {differing}")
    return path, _PART.sub(lambda m: f"{m['head']}{parts[m['name']]}\n{m['foot']}", text)


# Scaling -----------------------------------------------------------------------------------------

sys.path.append(str(ROOT / "bench"))

_COSTS = {
    "message_bytes": "bytes of a message, as it is sent",
    "sqlite_rate": "messages a second, one sender with SQLite",
    "worker_rate": "messages a second, one sender with PostgreSQL",
    "database_rate": "deliveries a second that one PostgreSQL writes down for four senders",
    "relay_rate": "messages a second that the relay of deploy/ takes and signs",
    "sqlite_row_bytes": "bytes of a row of the ledger in SQLite",
    "postgres_row_bytes": "the same in PostgreSQL, with its indexes",
    "person_bytes": "bytes of a person with a subscription and its proof, in PostgreSQL",
    "opening_seconds_per_million": "seconds to open a mailing of a million, in PostgreSQL",
    "issue_seconds": "seconds to publish an issue of the sample in three editions",
    "issue_bytes": "bytes of its pages and feeds, all three editions",
    "feed_bytes": "bytes of a feed, compressed",
    "feed_rate": "requests a second for an unchanged feed, one nginx of one process",
}


def costs_table() -> str:
    """What was measured, and where."""
    from scalelab.costs import load

    costs = load()
    rows = [f"| {what} | {getattr(costs, name):,} |" for name, what in _COSTS.items()]
    told = f"Measured on {costs.day}, on {costs.machine}; everything on that one machine."
    return "\n".join([told, "", "| | |", "|---|---:|", *rows])


def needs_table() -> str:
    """What follows from it."""
    from scalelab.costs import load
    from scalelab.report import table

    return table(load())


# The command line --------------------------------------------------------------------------------


def usages() -> Iterator[tuple[str, str]]:
    """Each command by name ("publisher" for all of them together), and what its --help says."""
    yield "publisher", _help(group, "publisher")
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield name, _help(command, f"publisher {name}")
        if isinstance(command, click.Group):
            for below, part in sorted(command.commands.items()):
                yield f"{name} {below}", _help(part, f"publisher {name} {below}")


def _help(command: click.Command, path: str) -> str:
    frame = click.Context(
        command, info_name=path, terminal_width=_COLUMNS, max_content_width=_COLUMNS,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    return f"```text\n{command.get_help(frame)}\n```"


# What a template may use -------------------------------------------------------------------------

_TYPES = {
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "Markup": "HTML",
    "Form": "text",
    "frozenset[str]": "set of texts",
    "tuple[str, ...]": "list of texts",
}


def context_tables() -> Iterator[str]:
    """One table for each type of the contract: field, what it is, what it means."""
    modules = [_classes(import_module(name)) for name in CONTRACT]
    names = [node.name for found, _ in modules for node in found]
    for found, lines in modules:
        for node in found:
            rows = [*_fields(node, lines, names), *_properties(node, names)]
            yield f"\n#### {node.name}\n"
            yield " ".join((ast.get_docstring(node) or "").replace("``", "`").split()) + "\n"
            yield "| name | is | |\n|---|---|---|"
            yield from (f"| `{name}` | {kind} | {meaning} |" for name, kind, meaning in rows)
    yield ""


def _classes(module: ModuleType) -> tuple[list[ast.ClassDef], list[str]]:
    """The classes of a module, and its lines."""
    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    return found, text.splitlines()


def _fields(
    node: ast.ClassDef, lines: list[str], names: list[str]
) -> Iterator[tuple[str, str, str]]:
    for each in node.body:
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        name, kind = each.target.id, ast.unparse(each.annotation)
        if name.startswith("_"):  # the sandbox keeps templates from it
            continue
        comment = lines[(each.end_lineno or each.lineno) - 1].partition("  # ")[2]
        yield name, _type(kind, names), comment.replace("<", "&lt;")


def _properties(node: ast.ClassDef, names: list[str]) -> Iterator[tuple[str, str, str]]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            kind = ast.unparse(each.returns) if each.returns else "str"
            summary = (ast.get_docstring(each) or "").partition("\n")[0].rstrip(".")
            yield each.name, _type(kind, names), summary


def _type(kind: str, names: list[str]) -> str:
    """A Python type in words, with links to the tables."""
    if kind.endswith(" | None"):
        return f"{_type(kind.removesuffix(' | None'), names)}, or none"
    if kind in _TYPES:
        return _TYPES[kind]
    if many := re.fullmatch(r"tuple\[(.+), \.\.\.\]", kind):
        return f"list of {_type(many[1], names)}"
    if kind in names:
        return f"[{kind}](#{kind.lower()})"
    sys.exit(f"tools/docs.py cannot say {kind} in words; add it to _TYPES")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
