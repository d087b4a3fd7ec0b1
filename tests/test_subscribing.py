"""What a person may do, from asking to being forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from publisher.storage.database import open_database
from publisher.storage.notices import PER_DAY, Notices
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import Address, AddressRefused, read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, Token, make_keys
from publisher.subscribing import CONFIRM_DAYS, Preference, Subscribing

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
SHOWN = Consent("en", "Send it to me.", "form", "192.0.2.1")
DAILY, WEEKLY = Choice("daily", "zh"), Choice("weekly", "en")


class Notes:
    """Writes notices of one line, and remembers the links in them."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.welcomed: list[str] = []

    def confirm(
        self, address: Address, edition: str, choices: Sequence[Choice], token: str,
        now: dt.datetime,
    ) -> bytes:  # fmt: skip
        self.tokens.append(token)
        return f"Subject: confirm\r\n\r\n{token}\r\n".encode()

    def welcome(
        self, address: Address, subscriber: int, choices: Sequence[Choice], now: dt.datetime
    ) -> bytes:
        self.welcomed.append(address.text)
        return b"Subject: welcome\r\n\r\n"


class Desk:
    def __init__(self, database: str) -> None:
        engine = open_database(database)
        self.people, self.notices, self.notes = People(engine), Notices(engine), Notes()
        self.it = Subscribing(self.people, self.notices, self.notes, make_keys())

    def ask(self, address: str = "anna@example.com", *choices: Choice) -> str:
        self.it.ask(address, "Anna", choices or (DAILY,), SHOWN, "zh", NOW)
        return self.notes.tokens[-1]

    def reader(self, *choices: Choice) -> tuple[int, str]:
        """Somebody who confirmed; their number, and the token of their mails of the daily."""
        found = self.it.confirm(self.ask("anna@example.com", *choices), "", NOW)
        assert found is not None
        return found.subscriber.id, self.it.token_of(found.subscriber.id, "daily")

    def states(self, address: str = "anna@example.com") -> dict[str, str]:
        found = self.people.find(read_address(address))
        return {each.bulletin: each.state for each in found.subscriptions} if found else {}


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def test_asking_sends_a_link_and_begins_nothing(desk: Desk) -> None:
    desk.ask()
    assert desk.notices.counts() == {("confirm", "queued"): 1}
    assert desk.states() == {"daily": "pending"}


def test_the_link_confirms_once_and_a_welcome_follows(desk: Desk) -> None:
    token = desk.ask()
    assert desk.it.asked_for(token, NOW) is not None
    assert desk.states() == {"daily": "pending"}
    assert desk.it.confirm(token, "192.0.2.2", NOW) is not None
    assert desk.states() == {"daily": "active"}
    assert desk.notes.welcomed == ["anna@example.com"]
    assert desk.it.confirm(token, "192.0.2.2", NOW) is None


def test_a_link_that_is_too_old_or_invented_confirms_nothing(desk: Desk) -> None:
    token = desk.ask()
    late = NOW + CONFIRM_DAYS + dt.timedelta(seconds=1)
    assert desk.it.confirm(token, "", late) is None
    assert desk.it.confirm("0" * 40, "", NOW) is None
    assert desk.states() == {"daily": "pending"}


def test_what_is_no_address_is_refused(desk: Desk) -> None:
    with pytest.raises(AddressRefused):
        desk.ask("anna at example.com")
    assert desk.notices.counts() == {}


def test_a_mailbox_is_not_flooded(desk: Desk) -> None:
    for _ in range(PER_DAY + 3):
        desk.ask()
    assert desk.notices.counts() == {("confirm", "queued"): PER_DAY}


def test_a_forgotten_address_gets_no_mail_and_the_work_is_the_same(desk: Desk) -> None:
    """A mail is written and thrown away, so that the time tells nothing."""
    desk.it.forget("anna@example.com", NOW)
    desk.ask("Anna@Example.com")
    assert len(desk.notes.tokens) == 1
    assert desk.notices.counts() == {}
    assert desk.states() == {}


def test_leaving_by_a_mail_ends_that_bulletin_alone(desk: Desk) -> None:
    _, token = desk.reader(DAILY, WEEKLY)
    reader = desk.it.leave(token, "one-click", NOW)
    assert reader is not None
    assert desk.states() == {"daily": "ended", "weekly": "active"}


def test_leaving_twice_is_as_good_as_once(desk: Desk) -> None:
    _, token = desk.reader()
    assert desk.it.leave(token, "one-click", NOW) is not None
    assert desk.it.leave(token, "one-click", NOW) is not None


def test_a_forgotten_person_may_leave_too(desk: Desk) -> None:
    """The link is genuine, though it leads to nobody."""
    _, token = desk.reader()
    desk.it.forget("anna@example.com", NOW)
    reader = desk.it.leave(token, "one-click", NOW)
    assert reader is not None
    assert reader.subscriber is None


def test_a_link_of_another_installation_changes_nothing(desk: Desk) -> None:
    who, _ = desk.reader()
    forged = make_keys().write(Token(Kind.READER, who, 1))
    assert desk.it.leave(forged, "one-click", NOW) is None
    assert desk.it.leave("x", "one-click", NOW) is None
    assert desk.states() == {"daily": "active"}


def test_looking_at_a_page_changes_nothing(desk: Desk) -> None:
    _, token = desk.reader()
    desk.it.reader(token)
    assert desk.states() == {"daily": "active"}


def test_preferences_bring_each_bulletin_to_what_is_wanted(desk: Desk) -> None:
    who, _ = desk.reader(DAILY)
    person = desk.people.get(who)
    assert person is not None
    changed = desk.it.prefer(
        person,
        [
            Preference(Choice("daily", "en"), "paused", SHOWN),
            Preference(WEEKLY, "active", SHOWN),
            Preference(Choice("monthly", "zh"), "ended", SHOWN),
        ],
        NOW,
    )
    assert changed == 2
    assert desk.states() == {"daily": "paused", "weekly": "active"}
    found = desk.people.get(who)
    assert found is not None
    assert found.subscription("daily").edition == "en"  # type: ignore[union-attr]
    assert [each["bulletin"] for each in desk.people.consents(who)] == ["daily", "weekly"]


def test_wanting_what_one_has_changes_nothing(desk: Desk) -> None:
    who, _ = desk.reader(DAILY)
    person = desk.people.get(who)
    assert person is not None
    assert desk.it.prefer(person, [Preference(DAILY, "active", SHOWN)], NOW) == 0


def test_who_left_comes_back_on_their_own_page(desk: Desk) -> None:
    who, token = desk.reader(DAILY)
    desk.it.leave(token, "page", NOW)
    person = desk.people.get(who)
    assert person is not None
    assert desk.it.prefer(person, [Preference(DAILY, "active", SHOWN)], NOW) == 1
    assert desk.states() == {"daily": "active"}


def test_leaving_everything(desk: Desk) -> None:
    who, _ = desk.reader(DAILY, WEEKLY)
    person = desk.people.get(who)
    assert person is not None
    assert desk.it.leave_all(person, "preferences", NOW) == 2
    assert desk.states() == {"daily": "ended", "weekly": "ended"}


def test_addresses_and_tokens_are_in_no_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        _, token = desk.reader()
        desk.it.leave(token, "one-click", NOW)
        desk.it.leave("f" * 60, "one-click", NOW)
        desk.it.forget("anna@example.com", NOW)
        for _ in range(PER_DAY + 1):
            desk.ask("bert@example.com")
    assert "anna@" not in caplog.text
    assert "bert@" not in caplog.text
    assert token not in caplog.text
    assert not any(each in caplog.text for each in desk.notes.tokens)
