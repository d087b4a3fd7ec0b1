"""A publication with readers and one mailing, and senders of it in processes of their own."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path

from sqlalchemy import event

from faultlab.relay import PROCESSES
from publisher.cli.sending import stopping
from publisher.config.publication import Publication
from publisher.config.settings import read_settings
from publisher.deliver.compiled import SLOT, Compiled, compile_letter
from publisher.deliver.ledger import Mailing
from publisher.deliver.message import Letter
from publisher.errors import PublisherError
from publisher.post import Post
from publisher.storage.mailings import DeliveryRow
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import Newcomer
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

OPENED = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
REFUSED, STOPPED = 2, 3
"""Exit statuses of a sender: the program said what is wrong; it was asked to stop."""

_PUBLICATION = {
    "name": {"en": "Harbour Notes"},
    "authority": "harbour.example.com,2026",
    "base_url": "https://harbour.example.com",
    "service_url": "https://harbour.example.com",
    "time_zone": "Europe/London",
    "languages": {"en": {"tag": "en-GB", "name": "English"}},
    "editions": {"en": ["en"]},
    "sender": {"name": {"en": "Harbour Notes"}, "address": "notes@harbour.example.com"},
    "contact": "editor@harbour.example.com",
    "postal_address": {"en": "1 Quay Street, Portsby"},
    "kinds": {"news": {"name": {"en": "News"}}},
}


@dataclass(frozen=True)
class Office:
    """One installation in `folder`.

    Its database may lie elsewhere.  `busy` is how long a locked database is waited for, in
    milliseconds; None is what the program does.
    """

    folder: Path
    database: Path
    port: int
    policy: str = "hold"
    lanes: int = 8
    busy: int | None = None
    canary: str = ""

    def post(self, now: dt.datetime) -> Post:
        """The program's own wiring, at a time."""
        environment = {
            "PUBLISHER_SMTP_URL": f"smtp+plain://127.0.0.1:{self.port}",
            "PUBLISHER_DATABASE_URL": f"sqlite:///{self.database}",
            "PUBLISHER_SMTP_CONNECTIONS": str(self.lanes),
            "PUBLISHER_UNCERTAIN": self.policy,
            "PUBLISHER_CANARY": self.canary,
        }
        publication = Publication.model_validate(_PUBLICATION)
        return Post(read_settings(self.folder, environment), publication, now, _no_alarm)

    def open(self, recipients: int) -> Mailing:
        """Take so many people in, and open the mailing to them."""
        post = self.post(OPENED)
        post.people.take_all(_people(recipients), OPENED)
        _ = post.keys
        return post.mailing_desk().open("daily", "2026-05-01", {"en": _message()}, OPENED)

    def start(self, now: dt.datetime) -> ForkProcess:
        """A sender at work."""
        process = PROCESSES.Process(target=_send, args=(self, now), daemon=True)
        process.start()
        return process

    def mailing(self) -> Mailing:
        """How the mailing is."""
        return self.post(OPENED).mailings.get(1)

    def last_words(self) -> str:
        """The end of what the senders have said."""
        return (self.folder / "sender.log").read_text(encoding="utf-8")[-2000:]

    def rows(self) -> list[DeliveryRow]:
        """Every delivery."""
        return list(self.post(OPENED).mailings.deliveries(1))


def _send(office: Office, now: dt.datetime) -> None:
    """What `publisher publish` does for mailings; a traceback ends with status 1."""
    sys.stderr = (office.folder / "sender.log").open("a", encoding="utf-8", buffering=1)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(process)d %(message)s", force=True)
    post = office.post(now)
    try:
        with stopping(post.stop):
            if office.busy is not None:
                event.listen(post.engine, "connect", _Busy(office.busy))
            post.mailing_desk().send()
    except PublisherError as error:
        logging.error("refused: %s", error)  # noqa: LOG015 - this is a program's own log
        sys.exit(REFUSED)
    sys.exit(STOPPED if post.stop.is_set() else 0)


@dataclass(frozen=True)
class _Busy:
    milliseconds: int

    def __call__(self, connection: object, _: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {self.milliseconds}")  # type: ignore[attr-defined]


def _no_alarm(*_: object) -> bytes:
    return b""


def _people(number: int) -> Iterator[Newcomer]:
    proof = Consent("en", "I would like to have it.", "import")
    for each in range(number):
        address = read_address(f"reader{each:06}@d{each % 7}.example.com")
        yield address, f"Reader {each}", [(Choice("daily", "en"), "active")], proof


def _message() -> Compiled:
    """About 20 KB, with a reader's links."""
    leave = f"https://harbour.example.com/-/leave/{SLOT}"
    text = "The harbour was quiet, and the ships came in one by one.\n" * 120
    return compile_letter(
        Letter(
            subject="Harbour Notes", sender_name="Harbour Notes",
            sender_address="notes@harbour.example.com", recipient="", date=OPENED, key="",
            seed="0123456789abcdef", domain="harbour.example.com", language_tags=("en-GB",),
            html=f"<!doctype html>\n<p>{text * 2}</p><a href='{leave}'>leave</a>\n",
            text=f"{text}leave: {leave}\n", list_id="daily.en.harbour.example.com",
            list_name="Daily", unsubscribe_url=leave,
            unsubscribe_address=f"u+{SLOT}@harbour.example.com",
        )
    )  # fmt: skip
