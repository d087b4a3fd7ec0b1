"""The service of a publication, and how it keeps up with it."""

from __future__ import annotations

import email
import email.policy
import logging
import os
import re
from email.message import EmailMessage

import pytest
from newsroom import Newsroom, at
from reception import Web, main_of
from webpages import tree

from publisher.app import App
from publisher.errors import ContentError, SettingsError
from publisher.subscribers.addresses import read_address
from publisher.web.opening import Keeper, office_of
from publisher.web.service import make_service

URL = "https://news.example.com"


class Clock:
    """Seconds from anywhere."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def paper(newsroom: Newsroom) -> Newsroom:
    """A publication with a service and one issue."""
    newsroom.publication(service_url=URL)
    newsroom.entry("one")
    newsroom.publish(until="announced")
    return newsroom


def app(paper: Newsroom) -> App:
    return paper.app(at("2026-04-26"))


def keeper(paper: Newsroom, clock: Clock) -> Keeper:
    return Keeper(lambda: app(paper), app(paper).keys, clock)


def change(paper: Newsroom, **changes: object) -> None:
    """Another publication.yaml, which even a coarse clock shows to be another."""
    paper.publication(service_url=URL, **changes)
    file = paper.root / "content/publication.yaml"
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 10**9))


def test_somebody_subscribes_confirms_and_leaves(paper: Newsroom) -> None:
    """With real pages, real notices and a real database."""
    office = office_of(app(paper))
    web = Web(make_service(office))
    assert "每日" in main_of(web.get("/-/zh/subscribe").text)
    assert web.sign_up().status_code == 200
    (notice,) = office.subscribing.notices.claim(at("2026-04-27"))
    (link,) = re.findall(rf"{URL}(/-/confirm/\w+)", text_of(notice.message))
    assert main_of(web.post(link).text).startswith("订阅成功")
    (welcome,) = office.subscribing.notices.claim(at("2026-04-27"))
    (link,) = re.findall(rf"{URL}(/-/preferences/\w+)", text_of(welcome.message))
    assert main_of(web.post(link, data={"leave": "all"}).text).startswith("已退订")

    who = office.subscribing.people.find(read_address("reader@example.org"))
    assert who is not None
    assert [each.state for each in who.subscriptions] == ["ended"]


def text_of(message: bytes) -> str:
    """A mail as plain text."""
    found = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    part = found.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_navigation_leads_to_the_site_by_its_address(paper: Newsroom) -> None:
    """The pages of the service may stand on another host."""
    root = tree(Web(make_service(office_of(app(paper)))).get("/-/en/subscribe").text)

    assert f"{URL}/en/daily/" in root.xpath("//nav[@class='site-nav']//a/@href")


def test_a_publication_without_a_service_has_none(newsroom: Newsroom) -> None:
    """Its mails would lead nowhere."""
    with pytest.raises(SettingsError, match="service_url"):
        office_of(newsroom.app())


def test_a_change_is_seen_after_some_seconds(paper: Newsroom) -> None:
    """And the files are not looked at more often."""
    clock = Clock()
    kept = keeper(paper, clock)
    first = kept.look()
    change(paper, contact="new@news.example.com")

    clock.now = 4.0
    assert kept.look() is first
    clock.now = 6.0
    assert kept.look().front.publication.contact == "new@news.example.com"
    assert kept.look().notes.publication.contact == "new@news.example.com"


def test_what_has_not_changed_is_not_made_again(paper: Newsroom) -> None:
    """Looking costs little."""
    clock = Clock()
    kept = keeper(paper, clock)
    first = kept.look()
    clock.now = 60.0

    assert kept.look() is first


def test_a_new_issue_is_a_change(paper: Newsroom) -> None:
    """Its bulletin stands in the navigation then."""
    clock = Clock()
    paper.bulletin("evening", schedule={"at": "18:00"})
    kept = keeper(paper, clock)
    before = kept.look().front.pages["zh"].site.bulletins
    paper.publish(until="announced")
    clock.now = 60.0
    after = kept.look().front.pages["zh"].site.bulletins

    assert [len(before), len(after)] == [1, 2]


def test_a_file_that_an_editor_breaks_leaves_the_pages_as_they_were(
    paper: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in the log; mended, it is seen."""
    clock = Clock()
    kept = keeper(paper, clock)
    first = kept.look()
    (paper.root / "content/publication.yaml").write_text("{", encoding="utf-8")
    clock.now = 6.0
    with caplog.at_level(logging.ERROR):
        assert kept.look() is first
    assert "the pages stay as they were" in caplog.text
    change(paper, contact="mended@news.example.com")
    clock.now = 12.0

    assert kept.look().front.publication.contact == "mended@news.example.com"


def test_a_publication_that_is_broken_from_the_start_is_refused(paper: Newsroom) -> None:
    """There is nothing to show."""
    keys = app(paper).keys
    (paper.root / "content/publication.yaml").write_text("{", encoding="utf-8")

    with pytest.raises(ContentError):
        Keeper(lambda: app(paper), keys, Clock()).look()
