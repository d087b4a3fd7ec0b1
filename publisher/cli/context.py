"""What commands share: the publication's folder, the time, the output format."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from publisher.content.root import PUBLICATION, find_root
from publisher.errors import UsageError


def root_of(ctx: click.Context) -> Path:
    """The publication's folder: --root, or the nearest upward."""
    given = ctx.obj["root"]
    if given is None:
        return find_root(Path.cwd())
    folder = Path(given).resolve()
    if not folder.is_dir():
        raise UsageError(f"--root: {given} is no folder", "name the folder that holds content/")
    if not (folder / PUBLICATION).exists():
        raise UsageError(
            f"--root: {given} holds no {PUBLICATION}",
            "name the folder of a publication, or start one with `publisher init`",
        )
    return folder


def now_of(ctx: click.Context) -> dt.datetime:
    """The time: --now, or the clock."""
    given = ctx.obj["now"]
    if given is None:
        return dt.datetime.now(dt.UTC)
    try:
        moment = dt.datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(
            f"--now: {given} is no point in time with an offset",
            "write it such as 2026-04-26T18:00+08:00",
        )
    return moment


format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How to print.",
)  # fmt: skip
