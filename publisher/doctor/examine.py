"""Everything that can be looked at, one after the other."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from publisher.app import App
from publisher.doctor.finding import Finding, examined
from publisher.doctor.machine import (
    check_clock,
    check_folders,
    check_pdf,
    check_secrets,
    check_versions,
)
from publisher.doctor.names import Names, check_names
from publisher.doctor.postal import TestMail, check_relay
from publisher.doctor.records import (
    check_archive,
    check_backup,
    check_content,
    check_database,
    check_drawing,
    check_overview,
    check_share_pictures,
)
from publisher.doctor.resolver import NoResolver, Resolver
from publisher.errors import ContentError
from publisher.site.paper import maker
from publisher.subscribers.addresses import read_address


def examine(
    app: App, resolver: Resolver | None, *, test_mail: bool = False, recipient: str = ""
) -> Iterator[Finding]:
    """Look at everything; with `test_mail` a mail is sent, to `recipient` or to ourselves."""
    # What is looked at twice is told once, by its finding.
    logging.getLogger("alembic").setLevel(logging.ERROR)
    now = app.now
    yield from examined("versions", check_versions)
    yield from examined("folders", partial(check_folders, app.settings))
    yield from examined("keys", partial(check_secrets, app.settings))
    try:
        app.frame  # noqa: B018
    except ContentError as error:
        yield Finding("content", "problem", str(error), "everything else needs it")
        return
    yield from examined("content", partial(check_content, app))
    yield from examined("figures", partial(check_drawing, app))
    yield from examined("share pictures", partial(check_share_pictures, app))
    if any(each.pdf for each in app.frame.bulletins.values()):
        yield from examined("PDF", partial(check_pdf, maker))
    database = list(examined("database", partial(check_database, app)))
    yield from database
    yield from examined("archive", partial(check_archive, app))
    yield from examined("clock", partial(check_clock, *_times(app, now)))
    # Where the database cannot be read these two would say the same once more.
    if any(each.state == "ok" for each in database):
        yield from examined("service", partial(check_overview, app, now))
        yield from examined("backup", partial(check_backup, app, now))
    yield from examined("relay", lambda: check_relay(app.post.relay))
    yield from _named(app, resolver)
    if test_mail or recipient:
        yield from examined("test mail", lambda: _test_mail(app, recipient).check(now, resolver))


def _times(app: App, now: dt.datetime) -> tuple[str, dt.datetime, dt.datetime | None]:
    index = app.library.index
    newest = (index.newest_numbered(slug) for slug in app.frame.bulletins)
    slots = [each.slot for each in newest if each is not None]
    return app.frame.publication.base_url, now, max(slots, default=None)


def _named(app: App, resolver: Resolver | None) -> Iterator[Finding]:
    if resolver is None:
        yield Finding("DNS", "unchecked", "no resolver is at hand", "")
        return
    publication = app.frame.publication
    urls = (publication.base_url, publication.service_url or "")
    hosts = dict.fromkeys(filter(None, (urlsplit(each).hostname for each in urls)))
    names = Names(
        publication.sender.address.rpartition("@")[2], app.post.return_domain, tuple(hosts),
        app.settings.operations.dkim_selector,
    )  # fmt: skip
    try:
        yield from check_names(names, resolver)
    except NoResolver as error:
        yield Finding("DNS", "unchecked", error.what, error.remedy)


def _test_mail(app: App, recipient: str) -> TestMail:
    source = None if recipient else app.post.returns_source
    to = recipient or f"doctor@{app.post.return_domain}"

    def compose(address: str, subject: str, now: dt.datetime) -> bytes:
        lines = ["This mail shows that mail goes out, and comes back signed."]
        return app.notes.alarm(read_address(address), subject, lines, now)

    return TestMail(
        compose, app.post.send_one, source, to,
        app.frame.publication.sender.address.rpartition("@")[2],
    )  # fmt: skip
