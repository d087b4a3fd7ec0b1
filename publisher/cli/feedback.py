"""`publisher feedback`: what came back, and what was decided about it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.table import print_table
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.returns.returns import Verdict

_HEAD = ("outcome", "what", "decision", "why", "status", "subscriber", "mailing", "now")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(path_type=Path))
@format_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Read what came back from PUBLISHER_FEEDBACK, and do what follows from it.

    With files, each holding a mail as it was received, only say what they are: nothing changes.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = _looked(app, files) if files else (("", each) for each in app.read_returns())
    if form == "json":
        _print_json(found)
    else:
        _print_lines(found, with_file=bool(files))


def _looked(app: App, files: Iterable[Path]) -> Iterator[tuple[str, Verdict]]:
    from publisher.returns.returns import NoMail
    from publisher.returns.source import MOST_OCTETS

    for file in files:
        try:
            with file.open("rb") as opened:
                verdicts = app.returns.look(opened.read(MOST_OCTETS))
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}", "name files that hold a mail") from error
        except NoMail as error:
            raise UsageError(f"{file}: {error.what}", error.remedy) from error
        yield from ((str(file), verdict) for verdict in verdicts)


def _print_json(found: Iterable[tuple[str, Verdict]]) -> None:
    data = [({"file": file} if file else {}) | asdict(verdict) for file, verdict in found]
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _print_lines(found: Iterable[tuple[str, Verdict]], *, with_file: bool) -> None:
    """What is a report, line by line, and how much there was beside."""
    shown, others = [], 0
    for file, each in found:
        if each.outcome == "ignored" and not with_file:
            others += 1
            continue
        cells = (
            each.outcome, each.kind, each.decision, each.why, each.status,
            str(each.subscriber or ""), str(each.mailing or ""), each.state,
        )  # fmt: skip
        shown.append((file, *cells) if with_file else cells)
    if shown:
        print_table(("file", *_HEAD) if with_file else _HEAD, shown, 99)
    if others:
        click.echo(f"ignored, because they are no reports or say nothing: {others}")
    if not shown and not others:
        click.echo("nothing has come back")
