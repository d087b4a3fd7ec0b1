"""`publisher status`: one screen that says what is wrong, and how everything stands."""

from __future__ import annotations

import datetime as dt
import json
import os
import textwrap
from collections.abc import Iterable, Iterator

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.table import width
from publisher.overview.judge import QUIET, Wrong, wrong
from publisher.overview.look import look
from publisher.overview.model import LastRun, MailingLine, Overview, Sign

_COLUMNS = 80
# Each part may fill so many lines; together with headings they are less than forty.
_WRONG, _ISSUES, _MAILINGS, _COMING, _SIGNS = 11, 4, 4, 3, 3


@click.command()
@format_option
@click.pass_context
def command(ctx: click.Context, form: str) -> int:
    """Say on one screen what is wrong, and how everything stands.

    Ends with 1 where something needs a person, else with 0.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    seen = look(app, app.now)
    app.close()
    found = wrong(seen)
    if form == "json":
        told = [{"what": each.what, "remedy": each.remedy, "stops": each.stops} for each in found]
        data = {"fine": not found, "wrong": told, **seen.data()}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for line in screen(seen, found):
            click.echo(line)
    return 1 if found else 0


def screen(seen: Overview, found: list[Wrong]) -> Iterator[str]:
    """The lines of the screen: at most forty, of at most eighty columns."""
    for line in (*_head(seen), *_wrong(found), *_parts(seen), *_foot(seen)):
        yield cut(line, _COLUMNS)


def cut(text: str, columns: int) -> str:
    """A text on one line, shortened to so many columns."""
    text = " ".join(text.split("\n")).rstrip()
    if width(text) <= columns:
        return text
    while width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"


def _head(seen: Overview) -> Iterator[str]:
    commit = f" · commit {seen.commit[:10]}" if seen.commit else ""
    yield f"{seen.publication or 'publisher'} · {_moment(seen.at)} · {seen.version}{commit}"


def _wrong(found: list[Wrong]) -> Iterator[str]:
    if not found:
        yield "all is well"
        return
    yield f"NEEDS A PERSON: {len(found)}"
    lines = [_told(each) for each in found]
    shown = list[str]()
    for number, each in enumerate(lines):
        if len(shown) + len(each) > _WRONG:
            yield from shown
            yield f"and {len(found) - number} more: `publisher status --format json` has them all"
            return
        shown += each
    yield from shown


def _told(each: Wrong) -> list[str]:
    """What is wrong, on two lines at most, and one or two for what to do."""
    return [*_folded("! ", each.what, 2), *_folded("  ", each.remedy, 2)]


def _folded(lead: str, text: str, most: int) -> list[str]:
    if not text.strip():
        return []
    # Wide characters take two columns; `textwrap` counts one.
    columns = max(20, (_COLUMNS - 4) * len(text) // max(1, width(text)))
    lines = textwrap.wrap(text, columns, max_lines=most, placeholder=" …")
    return [f"{lead if number == 0 else '  '}{line}" for number, line in enumerate(lines)]


def _parts(seen: Overview) -> Iterator[str]:
    yield from _part("LAST ISSUES", _ISSUES, (
        f"{_moment(each.slot)}  {each}  {each.step}{f': {each.reason}' if each.reason else ''}"
        for each in seen.issues
    ))  # fmt: skip
    yield from _part("MAILINGS", _MAILINGS, (_mailing(each, seen.at) for each in seen.mailings))
    yield from _part("NEXT", _COMING, (
        f"{_moment(each.slot)}  {each}  {each.note or f'in {_span(each.slot - seen.at)}'}"
        for each in sorted(seen.coming, key=lambda each: each.slot)
    ))  # fmt: skip
    lines = [_last_run(seen.last_run)] if seen.last_run else []
    newest = sorted(seen.signs, key=lambda each: each.at, reverse=True)
    yield from _part("PROCESSES", _SIGNS, (*lines, *(_sign(each, seen.at) for each in newest)))


def _part(heading: str, most: int, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; nothing where there are none."""
    found = list(lines)
    if found:
        yield heading
        # One more takes no more room than to say that there is one more.
        shown = found if len(found) <= most + 1 else found[:most]
        yield from (f"  {line}" for line in shown)
        if len(found) > len(shown):
            yield f"  and {len(found) - len(shown)} more"


def _mailing(each: MailingLine, now: dt.datetime) -> str:
    counts = each.counts
    told = [f"{counts.get('sent', 0):,} of {each.recipients:,} sent"]
    told += [f"{counts[name]:,} {name}" for name in ("deferred", "failed", "uncertain")
             if counts.get(name)]  # fmt: skip
    if each.is_open and each.rate:
        told.append(f"{each.rate:.1f}/s")
    if each.waits_until and each.waits_until > now:
        told.append(f"waits after its canary until {_moment(each.waits_until)}")
    return f"{_moment(each.opened)}  {each}  {each.state}: {', '.join(told)}"


def _last_run(run: LastRun) -> str:
    told = f"{_moment(run.at)}  last run of publishing, {run.seconds:.0f} s: "
    if not run.ok:
        return f"{told}failed"
    parts = [f"published {', '.join(run.published)}" if run.published else "nothing new"]
    return told + "; ".join([*parts, *([f"{len(run.held)} held"] if run.held else [])])


def _sign(each: Sign, now: dt.datetime) -> str:
    state = "alive" if now - each.at <= QUIET else f"silent for {_span(now - each.at)}"
    wakes = f", wakes at {_moment(each.next)}" if each.next else ""
    return f"{_moment(each.at)}  {each.kind} on {each.host} ({each.pid}): {state}{wakes}"


def _foot(seen: Overview) -> Iterator[str]:
    about = [f"{each.free / 1e9:,.1f} GB free for {each.what}" for each in seen.disks]
    if seen.database is not None:
        of, lag = seen.queues, seen.lag
        late = f"; the oldest due for {_span(dt.timedelta(seconds=lag.delivery))}"
        yield "WAITING"
        yield (f"  deliveries: {of.due:,} due, {of.deferred:,} deferred, {of.uncertain:,} uncertain"
               f"{late if lag.delivery else ''}")  # fmt: skip
        yield f"  notices: {of.notices:,} · calls: {of.calls:,}, given up: {of.calls_failed:,}"
        about.insert(0, f"{seen.database.kind} {seen.database.version}")
    yield " · ".join(about)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"


def _span(span: dt.timedelta) -> str:
    """A time that has passed, in its largest unit."""
    seconds = int(span.total_seconds())
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
