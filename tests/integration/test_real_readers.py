"""What readers do with real mail: sign up, confirm, choose, leave, in a browser and without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx
import pytest
from integration.frontdoor import front_door, service
from integration.postal import SITE, PostalNewsroom, link, read
from integration.relay import Relay
from newsroom import at
from playwright.sync_api import Browser, Page

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def room(relay: Relay, memory: Path) -> Iterator[PostalNewsroom]:
    """A newsroom that has published before, so that there is a site."""
    found = PostalNewsroom(memory / "publication", relay)
    found.next_issue()
    yield found
    found.close()


@pytest.fixture(scope="module")
def door(room: PostalNewsroom, memory: Path) -> Iterator[str]:
    """A proxy that leads to the site and to `publisher serve`, over TLS."""
    now = at("2026-04-26", "20:00").isoformat()
    with (
        service(room.root, room.settings, now) as address,
        front_door(room.root / "public", address, "news.example.com", memory) as proxy,
    ):
        yield proxy


@pytest.fixture
def page(browser: Browser, door: str) -> Iterator[Page]:
    """A window of a browser without JavaScript."""
    context = browser.new_context(
        proxy={"server": door}, ignore_https_errors=True, java_script_enabled=False, locale="en"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def client(door: str) -> Iterator[httpx.Client]:
    """A mail program or a link scanner: no browser."""
    with httpx.Client(proxy=door, verify=False) as found:
        yield found


def state_of(room: PostalNewsroom, address: str) -> str:
    """How the subscription of a reader is."""
    found = room.subscriber(address).subscription("daily")
    return found.state if found else "none"


# Signing up --------------------------------------------------------------------------------------


def test_from_the_form_on_the_site_to_the_first_issue(
    page: Page, room: PostalNewsroom, relay: Relay
) -> None:
    """A mail with a link, a page with a button, a welcome; from then on every issue."""
    reader = "newcomer@ok.test"
    page.goto(f"{SITE}/en/")
    page.get_by_label("Email address").fill(reader)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_text("a message with a link is on its way").wait_for()
    letter = read(relay.wait_for(reader)[0])
    asked = state_of(room, reader)
    page.goto(link(letter, "confirm"))
    looked = state_of(room, reader)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="You are subscribed").wait_for()
    welcome = read(relay.wait_for(reader, 2)[1])
    room.next_issue()
    issue = read(relay.mails(reader)[2])

    assert (asked, looked, state_of(room, reader)) == ("pending", "pending", "active")
    assert issue["List-Id"].endswith("<daily.en.news.example.com>")
    for notice in (letter, welcome):
        assert notice["Auto-Submitted"] == "auto-generated"
        assert notice["List-Unsubscribe"] is None
    assert f"{SITE}/-/preferences/" in link(welcome, "preferences")


def test_a_link_confirms_once(page: Page, room: PostalNewsroom, relay: Relay) -> None:
    """Whoever follows it again is told that all is well."""
    reader = "twice@ok.test"
    page.goto(f"{SITE}/-/zh/subscribe")
    page.locator("input[name=address]").fill(reader)
    page.locator("form button").first.click()
    confirm = link(read(relay.wait_for(reader)[0]), "confirm")
    page.goto(confirm)
    page.locator("form button").first.click()
    page.wait_for_load_state()
    relay.wait_for(reader, 2)
    again = page.goto(confirm)

    assert again is not None
    assert again.status == 410
    assert page.locator("html").get_attribute("lang") == "en"
    assert state_of(room, reader) == "active"


def test_a_confirmation_leaves_in_the_middle_of_a_mailing(
    client: httpx.Client, room: PostalNewsroom, relay: Relay
) -> None:
    """The mailing is held up until the confirmation has arrived: it did not wait for the end."""
    crowd = [f"crowd-{number}@ok.test" for number in range(12)]
    room.readers("en", *crowd)
    app, begin = room.prepare(), len(relay.log())
    is_asked = Event()

    def hold_up(*_: object) -> None:
        if not is_asked.is_set():
            is_asked.set()
            form = {"address": "impatient@ok.test", "bulletin": "daily"}
            assert client.post(f"{SITE}/-/en/subscribe", data=form).status_code == 200
            relay.wait_for("impatient@ok.test")

    app.post.progress = hold_up
    app.publish()
    relay.settle()
    sent = [
        match[1] for line in relay.log()[begin:]
        if (match := re.search(r"to=<([^>]+)>.* status=sent", line))
    ]  # fmt: skip

    assert set(crowd) < set(sent)
    assert sent.index("impatient@ok.test") < max(map(sent.index, crowd))


# Choosing ----------------------------------------------------------------------------------------


def test_another_edition_is_chosen_by_the_link_of_a_mail(
    page: Page, room: PostalNewsroom, relay: Relay
) -> None:
    """And the next issue comes in it."""
    reader = "chooser@ok.test"
    room.readers("en", reader)
    room.next_issue()
    page.goto(link(read(relay.mails(reader)[0]), "preferences"))
    page.get_by_label("Edition").select_option("bilingual")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Saved").wait_for()
    room.next_issue()

    assert read(relay.mails(reader)[1])["Content-Language"] == "zh-CN, en"


def test_who_pauses_gets_nothing_until_they_go_on(
    page: Page, room: PostalNewsroom, relay: Relay
) -> None:
    """The same link works for both."""
    reader = "pausing@ok.test"
    room.readers("en", reader)
    room.next_issue()
    preferences = link(read(relay.mails(reader)[0]), "preferences")
    numbers = []
    for choice in ("Pause", "Send it"):
        page.goto(preferences)
        page.get_by_label(choice, exact=True).check()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Saved").wait_for()
        room.next_issue()
        numbers.append(len(relay.mails(reader)))

    assert numbers == [1, 2]


# Leaving -----------------------------------------------------------------------------------------


def test_leaving_by_the_link_and_the_button(page: Page, room: PostalNewsroom, relay: Relay) -> None:
    """The page shows what is left and nothing of the address but its ends."""
    reader = "leaver@ok.test"
    room.readers("en", reader)
    room.next_issue()
    page.goto(link(read(relay.mails(reader)[0]), "leave"))
    shown, looked = page.content(), state_of(room, reader)
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_role("heading", name="You have unsubscribed").wait_for()
    room.next_issue()

    assert looked == "active"
    assert reader not in shown
    assert len(relay.mails(reader)) == 1


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_and_the_very_next_mailing_skips(
    client: httpx.Client, room: PostalNewsroom, relay: Relay, form: str
) -> None:
    """RFC 8058: a POST alone, answered without a cookie and without a redirect."""
    reader, other = f"{form}@ok.test", f"stays-{form}@ok.test"
    room.readers("en", reader, other)
    room.next_issue()
    letter = read(relay.mails(reader)[0])
    address = letter["List-Unsubscribe"].split(">")[0].strip("<")
    name, _, value = letter["List-Unsubscribe-Post"].partition("=")
    body = {"data": {name: value}} if form == "urlencoded" else {"files": {name: (None, value)}}
    answers = [client.post(address, **body) for _ in range(2)]
    room.next_issue()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert (len(relay.mails(reader)), len(relay.mails(other))) == (1, 2)


def test_one_click_while_the_mailing_is_under_way(
    client: httpx.Client, room: PostalNewsroom, relay: Relay
) -> None:
    """Whoever leaves after the mailing was opened gets nothing of it."""
    readers = [f"late-{number}@ok.test" for number in range(3)]
    room.readers("en", *readers)
    room.next_issue()
    leave = [link(read(relay.mails(each)[0]), "leave") for each in readers]
    app = room.prepare()
    app.publish(send=False)
    answers = [client.post(each, data=ONE_CLICK).status_code for each in leave[:2]]
    app.deliver()
    relay.settle()

    assert answers == [200, 200]
    assert [len(relay.mails(each)) for each in readers] == [1, 1, 2]
    assert app.mailings.counts(app.mailings.all()[0].id)["skipped"] == 2


def test_looking_at_every_link_changes_nothing(
    client: httpx.Client, room: PostalNewsroom, relay: Relay
) -> None:
    """Link scanners open whatever stands in a mail."""
    reader = "scanned@ok.test"
    room.readers("zh", reader)
    room.next_issue()
    (mail,) = relay.mails(reader)
    before = room.subscriber(reader)
    letter = read(mail)
    links = {link(letter, name) for name in ("leave", "preferences")}
    links.add(letter["List-Unsubscribe"].split(">")[0].strip("<"))
    statuses = [
        client.request(method, each, follow_redirects=False).status_code
        for each in sorted(links) for method in ("GET", "HEAD", "GET")
    ]  # fmt: skip

    assert set(statuses) == {200}
    assert room.subscriber(reader) == before


def test_a_forged_link_is_refused(client: httpx.Client, room: PostalNewsroom, relay: Relay) -> None:
    """One digit is enough."""
    reader = "forged@ok.test"
    room.readers("en", reader)
    room.next_issue()
    leave = link(read(relay.mails(reader)[0]), "leave")
    forged = leave[:-1] + ("0" if leave[-1] != "0" else "1")

    assert client.post(forged, data=ONE_CLICK).status_code == 404
    assert state_of(room, reader) == "active"
