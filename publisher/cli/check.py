"""``publisher check``: every problem of content and themes in one run, with place and remedy."""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.context import now_of, root_of
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.content.judging import Tell
    from publisher.document import Problem

_WIDTH = 96
_PAUSE = 0.2
"""Seconds from one word about the progress to the next; a short check says nothing."""


@click.command(
    epilog="Exit code: 0 where there is nothing but warnings, 1 where there is an error."
)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print: for people, for programs, or as annotations of a pull request.",
)
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], form: str) -> int:
    """Report every problem in content and themes, with its place and remedy.

    With PATHS (files or folders), report only what is wrong there; all files are read, because
    some problems show only between two of them.
    """
    from publisher.app import App
    from publisher.content.files import content_files

    root = root_of(ctx)
    wanted = [_below(root, path) for path in paths]
    app = App(root, os.environ, now_of(ctx))
    with _progress(form) as tell:
        found = app.check(tell)
    problems = [each for each in found if _is_in(each.path, wanted)]
    files = sum(_is_in(path, wanted) for path in content_files(root))
    errors = sum(each.severity == "error" for each in problems)
    if form == "json":
        _print_json(problems, files)
        return 1 if errors else 0
    for problem in problems:
        click.echo(problem.to_github() if form == "github" else _text(problem, root))
    click.echo(_summary(errors, len(problems) - errors, files))
    return 1 if errors else 0


@contextmanager
def _progress(form: str) -> Iterator[Tell | None]:
    """A line on a terminal that says how far it is, and is gone at the end; None elsewhere."""
    if form != "text" or not sys.stderr.isatty():
        yield None
        return
    told = time.monotonic()
    width = 0

    def tell(done: int, of: int) -> None:
        nonlocal told, width
        if time.monotonic() - told < _PAUSE:
            return
        told = time.monotonic()
        line = f"checking {done:,} of {of:,} files"
        width = max(width, len(line))
        click.echo(f"\r{line:<{width}}", nl=False, err=True)

    try:
        yield tell
    finally:
        if width:
            click.echo(f"\r{'':<{width}}\r", nl=False, err=True)


def _below(root: Path, given: str) -> str:
    """A path as problems name it: from the publication's folder, with slashes."""
    path = Path(given)
    if not path.exists() and (root / given).exists():
        path = root / given
    if not path.exists():
        raise UsageError(f"there is no file {given}", "name files or folders of the publication")
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise UsageError(
            f"{given} is not in the publication {root}", "name it with --root"
        ) from None


def _is_in(path: str, wanted: Sequence[str]) -> bool:
    return not wanted or any(one in (".", path) or path.startswith(f"{one}/") for one in wanted)


def _summary(errors: int, warnings: int, files: int) -> str:
    counted = [
        f"{number} {noun}{'s' * (number != 1)}"
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return f"{', '.join(counted) or 'no problems'} in {files} file{'s' * (files != 1)}"


def _print_json(problems: Sequence[Problem], files: int) -> None:
    errors = sum(each.severity == "error" for each in problems)
    report = {
        "problems": [each.to_json() for each in problems],
        "errors": errors,
        "warnings": len(problems) - errors,
        "files": files,
    }
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))


# For people --------------------------------------------------------------------------------------


def _text(problem: Problem, root: Path) -> str:
    """The problem, and below it the line it is about, with a mark under the place."""
    colour = "red" if problem.severity == "error" else "yellow"
    place = f"{problem.path}:{problem.line}:{problem.column}:"
    label = click.style("warning: ", fg=colour) if problem.severity == "warning" else ""
    head = f"{click.style(_safe(place), bold=True)} {label}"
    remedy = f"; {click.style(_safe(problem.remedy), fg='green')}" if problem.remedy else ""
    return "\n".join([head + _safe(problem.what) + remedy, *_excerpt(problem, root, colour)])


def _excerpt(problem: Problem, root: Path, colour: str) -> Iterator[str]:
    if problem.code in _ABOUT_FILE:
        return  # Before it is read: it may be a pipe that nobody writes to.
    lines = _lines(root / problem.path)
    if not 0 < problem.line <= len(lines):
        return
    line = lines[problem.line - 1]
    column = min(problem.column - 1, len(line))
    start = _start(line, column)
    shown = line[start:]
    while _width(shown) > _WIDTH:
        shown = shown[: -max(1, (_width(shown) - _WIDTH) // 2)]
    before = "…" if start else ""
    number = str(problem.line)
    bar = click.style("|", dim=True)
    yield f"{click.style(f'{number:>5}', dim=True)} {bar} {before}{_safe(shown)}"
    indent = " " * _width(before + line[start:column])
    yield f"{'':>5} {bar} {indent}{click.style('^', fg=colour, bold=True)}"


# What is wrong with these is the file itself, not its first line.
_ABOUT_FILE = frozenset(
    {"file", "size", "stray-file", "entry-place", "bulletin-place", "bulletin-name",
     "calendar-name", "unknown-bulletin", "issue-name", "strings"}
)  # fmt: skip


def _start(line: str, column: int) -> int:
    """Where to begin showing a line, so that the place is seen."""
    start = 0
    while _width(line[start:column]) > _WIDTH * 3 // 4:
        start += max(1, column - start - _WIDTH * 3 // 8)
    return start


@lru_cache(maxsize=32)
def _lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return []
    return text.replace("\r\n", "\n").split("\n")


def _width(text: str) -> int:
    """How many columns of a terminal a text takes (UAX #11)."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _safe(text: str) -> str:
    """What may be sent to a terminal: no control characters, no turned direction."""
    return "".join(char if char.isprintable() else " " for char in text)
