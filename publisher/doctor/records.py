"""What is kept: content, database, archive, backups, and what in the ledger needs a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from sqlalchemy import text

from publisher.app import App
from publisher.doctor.finding import Finding
from publisher.errors import PublisherError
from publisher.overview.judge import wrong
from publisher.overview.look import look
from publisher.site.covers import MISSING
from publisher.storage.copies import Copies
from publisher.storage.database import reading
from publisher.storage.facts import Facts
from publisher.storage.keyring import check_keys

_BACKUP = dt.timedelta(days=2)


def check_overview(app: App, now: dt.datetime) -> Iterator[Finding]:
    """All that `status` calls wrong, uncertain deliveries among it."""
    for each in wrong(look(app, now)):
        yield Finding("service", "problem", each.what, each.remedy)


def check_content(app: App) -> Iterator[Finding]:
    """Settings of the editors; entries are `check`'s matter."""
    broken = [each for each in app.frame.problems if each.severity == "error"]
    if broken:
        yield Finding("content", "problem", str(broken[0]), "`publisher check` names them all")
    else:
        yield Finding("content", "ok", f"{len(app.frame.bulletins)} bulletins")
    publication, delivery = app.frame.publication, app.settings.delivery
    if not publication.base_url.startswith("https:"):
        yield Finding("content", "warning", f"base_url is {publication.base_url}",
                      "mail programs and browsers expect https")  # fmt: skip
    if publication.service_url is None and delivery.smtp is not None:
        yield Finding("content", "problem", "publication.yaml has no service_url",
                      "readers cannot leave with one click (RFC 8058): set it, and run the "
                      "service")  # fmt: skip
    if not delivery.operator:
        yield Finding("settings", "warning", "nobody is told of what goes wrong",
                      "set PUBLISHER_OPERATOR")  # fmt: skip


def check_drawing(app: App) -> Iterator[Finding]:
    """Whether figures can be drawn, where issues have some: one is drawn, and not kept."""
    if not app.draws():
        return
    names = [each.name for each in app.frame.publication.languages.values()]
    spec = {
        "title": " ".join(names), "data": {"values": [{"a": each} for each in names]},
        "mark": "bar", "encoding": {"y": {"field": "a", "type": "nominal"}},
    }  # fmt: skip
    fault = app.drawings.fault(json.dumps(spec))
    if fault is None:
        yield Finding("figures", "ok", "a figure can be drawn")
    else:
        yield Finding("figures", "problem", f"{fault.what}; readers get tables", fault.remedy)


def check_share_pictures(app: App) -> Iterator[Finding]:
    """Whether the picture of each bulletin's newest issue can be drawn; it is not kept."""
    site, drawn = app.editions(), 0
    asked = [slug for slug, each in app.frame.bulletins.items() if each.share_picture]
    if asked and not app.covers.tools():
        yield Finding("share pictures", "problem", *MISSING)
        return
    for slug in asked:
        for edition in site.editions_of(slug) if slug in site.newest else ():
            revision = site.library.published(slug, site.newest[slug].name)
            assert revision is not None  # it is the newest of those that were
            try:
                app.covers.job(site, revision, edition).make()
            except PublisherError as error:
                yield Finding("share pictures", "problem", f"{slug} ({edition}): {error.what}",
                              error.remedy)  # fmt: skip
            else:
                drawn += 1
    if drawn:
        yield Finding("share pictures", "ok", f"{drawn} can be drawn")


def check_database(app: App) -> Iterator[Finding]:
    """Whether it is sound, and whether its clock is ours."""
    engine = app.post.engine
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            state = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if state != "ok":
                yield Finding("database", "problem", f"it is damaged: {state}",
                              "stop the service, and restore the newest backup")  # fmt: skip
                return
        else:
            theirs = connection.execute(text("SELECT now()")).scalar()
            off = abs((theirs - dt.datetime.now(dt.UTC)).total_seconds()) if theirs else 0
            if off > 10:
                yield Finding("clock", "problem", f"{off:.0f} s off the database's",
                              "synchronise both machines")  # fmt: skip
    yield Finding("database", "ok", f"{engine.dialect.name}, sound and at this version")
    check_keys(app.post.keys, app.people)
    if (taken := Copies(engine).taken()) is not None:
        yield Finding("copy", "problem",
                      f"this is a copy, restored from {taken:%Y-%m-%d %H:%M} UTC: it mails nobody",
                      "`publisher restore --only-one`, when the original is gone")  # fmt: skip


def check_archive(app: App) -> Iterator[Finding]:
    """Whether what was published can be read."""
    index = app.library.index
    for slug in app.frame.bulletins:
        if (newest := index.newest_numbered(slug)) is not None:
            app.library.issue(newest)  # raises ArchiveError where it cannot be read
    yield Finding("archive", "ok", f"its newest issues can be read, in {app.settings.archive}")


def check_backup(app: App, now: dt.datetime) -> Iterator[Finding]:
    """Whether there is a backup to go back to."""
    told = Facts(app.post.engine).get("backup.last")
    if told is None:
        yield Finding("backup", "warning", "there was never one",
                      "`publisher backup FOLDER` each night (deploy/systemd/)")  # fmt: skip
        return
    age = now - dt.datetime.fromisoformat(told)
    seen = f"the last one was made {age.total_seconds() / 3600:.0f} hours ago"
    if age > _BACKUP:
        yield Finding("backup", "warning", seen, "see why the timer does not run")
    else:
        yield Finding("backup", "ok", seen)
