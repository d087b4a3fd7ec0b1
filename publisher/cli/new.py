"""``publisher new``: start an entry, an issue file or a table, with everything in its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.context import now_of, root_of
from publisher.config.refusal import nearest
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.config.bulletin import Bulletin
    from publisher.content.entry import Entry
    from publisher.content.load import Frame


@click.group()
def command() -> None:
    """Start an entry, an issue file or a table."""


@command.command(short_help="Start an entry.")
@click.argument("title", nargs=-1, required=True, metavar="TITLE...")
@click.option("--kind", help="The kind of entry; default: the first that the publication declares.")
@click.option("--date", "day", metavar="DATE", help="The day to file it under; default: today.")
@click.option("--slug", help="The file name; default: made from the title.")
@click.pass_context
def entry(
    ctx: click.Context, title: tuple[str, ...], kind: str | None, day: str | None, slug: str | None
) -> None:
    """Start an entry, such as: publisher new entry Google invests in Anthropic.

    A title in another script needs a file name: --slug google-anthropic 谷歌加码Anthropic.
    """
    from publisher.content.load import load_frame
    from publisher.content.scaffold import entry_name, new_entry

    root = root_of(ctx)
    publication = load_frame(root).publication
    name = entry_name(slug or " ".join(title))
    if not name or (slug and name != slug):
        raise UsageError(
            f"“{slug or ' '.join(title)}” gives no file name",
            "add one of small letters a-z, digits and hyphens, such as --slug google-anthropic",
        )
    chosen = kind or next(iter(publication.kinds))
    if chosen not in publication.kinds:
        known = nearest(chosen, publication.kinds, "kinds")
        raise UsageError(f"--kind: there is no kind “{chosen}”", known)
    filed = _day(day) if day else now_of(ctx).astimezone(publication.time_zone).date()
    words = " ".join(title)
    is_name = entry_name(words) == words
    path, text = new_entry(publication, chosen, filed, name, "" if is_name else words)
    _write(root, path, text)


@command.command(short_help="Start the file of an issue.")
@click.argument("bulletin")
@click.argument("issue", required=False)
@click.pass_context
def issue(ctx: click.Context, bulletin: str, issue: str | None) -> None:
    """Start the file of an issue; ISSUE is its name, by default that of the next one.

    A day and a word make a one-off issue, beside those of the schedule: 2026-05-03-launch.
    """
    from publisher.content.load import load_frame
    from publisher.content.scaffold import new_issue

    root = root_of(ctx)
    frame = load_frame(root)
    settings = frame.bulletins.get(bulletin)
    if settings is None:
        known = nearest(bulletin, frame.bulletins, "bulletins")
        raise UsageError(f"there is no bulletin “{bulletin}”", known)
    name = issue or _next_issue(frame, bulletin, now_of(ctx))
    candidates = _candidates(root, frame, settings, name)
    path, text = new_issue(frame.publication, bulletin, settings, name, candidates)
    _write(root, path, text)


@command.command(short_help="Start a table and its CSV.")
@click.argument("name")
@click.pass_context
def table(ctx: click.Context, name: str) -> None:
    """Start a table, such as: publisher new table ai-weekly/2026-w17-traffic.

    NAME is that of its file in content/data/, which may lie in folders.
    """
    from pydantic_core import PydanticCustomError

    from publisher.config.section import table_name
    from publisher.content.load import load_frame
    from publisher.content.scaffold import new_table

    root = root_of(ctx)
    publication = load_frame(root).publication
    try:
        table_name(name)
    except PydanticCustomError as error:
        context = error.context or {}
        raise UsageError(context["what"], context["remedy"]) from None
    files = new_table(publication, name, now_of(ctx).astimezone(publication.time_zone).date())
    for path in files:
        _refuse_existing(root, path)
    for path, text in files.items():
        _write(root, path, text)


def _day(text: str) -> dt.date:
    from pydantic_core import PydanticCustomError

    from publisher.config.dates import day

    try:
        return day(text)
    except PydanticCustomError as error:
        context = error.context or {}
        raise UsageError(f"--date: {context['what']}", context["remedy"]) from None


def _next_issue(frame: Frame, bulletin: str, now: dt.datetime) -> str:
    from publisher.issue.timetable import timetable
    from publisher.issue.window import slots_between

    # The longest wait is from one month's issue to the next, where no holiday comes between.
    slots = slots_between(timetable(frame, bulletin), now, now + dt.timedelta(days=400))
    if (first := next(slots, None)) is None:
        raise UsageError(
            f"the schedule of {bulletin} and its calendar leave no day for an issue",
            "name the issue, or look at its calendar:",
        )
    return first[0]


def _candidates(root: Path, frame: Frame, bulletin: Bulletin, name: str) -> list[Entry]:
    """The entries of an issue's days, the most important first."""
    from publisher.content.load import entry_ids, load_entries
    from publisher.issue.rhythm import rhythm_of
    from publisher.issue.timing import period_of_issue

    try:
        period = period_of_issue(rhythm_of(bulletin, frame.publication), name)
    except ValueError as error:
        what, _, remedy = str(error).partition("; ")
        raise UsageError(what.replace("'", ""), remedy) from None
    ids, _ = entry_ids(root, period.start, period.end)
    found = load_entries(root, frame.publication, ids).entries.values()
    return sorted(found, key=lambda one: (-one.importance, -one.filed.toordinal(), one.id))


def _write(root: Path, path: str, text: str) -> None:
    """Write a file that is not there yet, and say where it is."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise _is_there(path) from None
    click.echo(path)


def _refuse_existing(root: Path, path: str) -> None:
    if (root / path).exists():
        raise _is_there(path)


def _is_there(path: str) -> UsageError:
    return UsageError(f"{path} is there already, and was left as it is", "choose another name")
