"""Notices as messages: what they say, in which language, with which headers."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import builders
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from publisher.notes import NoticeDesk
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, bulletin_tag, make_keys

PUBLICATION = builders.publication(service_url="https://subscribe.example.com")
BULLETINS = {"daily": builders.bulletin(), "weekly": builders.bulletin(name=builders.both("Week"))}
KEYS = make_keys()
DESK = NoticeDesk(
    PUBLICATION, BULLETINS, lambda name: builders.views(name, PUBLICATION), builders.theme(), KEYS
)
READER = read_address("reader@example.org")
TOKEN = "ab" * 20
LINK = f"https://subscribe.example.com/-/confirm/{TOKEN}"


def confirm(edition: str = "zh", *choices: Choice) -> bytes:
    wanted = choices or (Choice("daily", edition),)
    return DESK.confirm(READER, edition, wanted, TOKEN, builders.SLOT)


def welcome(edition: str = "zh") -> bytes:
    return DESK.welcome(READER, 12345, [Choice("daily", edition)], builders.SLOT)


def read(message: bytes) -> EmailMessage:
    found = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def form(message: bytes, kind: str) -> str:
    part = read(message).get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("message", [confirm(), welcome()], ids=["confirm", "welcome"])
def test_no_program_answers_a_notice_and_no_list_is_named(message: bytes) -> None:
    """Who has not confirmed is on no list: there is none to leave."""
    headers = read(message)

    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert not [name for name in headers if name.startswith("List-")]
    assert headers["Precedence"] is None
    assert headers["To"] == "reader@example.org"
    assert parsedate_to_datetime(headers["Date"]) == builders.SLOT


def test_two_notices_are_never_the_same_mail() -> None:
    """Asking again gives another Message-ID."""
    ids = {read(confirm())["Message-ID"] for _ in range(3)}

    assert len(ids) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{32}@news\.example\.com>", each) for each in ids)


@pytest.mark.parametrize(
    ("edition", "subject", "tags"),
    [
        ("zh", "请确认订阅望潮新闻室", "zh-CN"),
        ("en", "Please confirm your subscription to Tidewatch Newsroom", "en"),
        ("bilingual",
         "请确认订阅望潮新闻室 · Please confirm your subscription to Tidewatch Newsroom",
         "zh-CN, en"),
    ],
)  # fmt: skip
def test_a_confirmation_is_in_the_language_of_the_form(
    edition: str, subject: str, tags: str
) -> None:
    """A stacked edition says it in both."""
    headers = read(confirm(edition))

    assert headers["Subject"] == subject
    assert headers["Content-Language"] == tags


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_a_confirmation_has_one_link_that_acts_written_out_in_both_forms(edition: str) -> None:
    """A button, and the address for those whose program shows none."""
    root = html.fromstring(form(confirm(edition), "html"))
    acting = [each for each in root.xpath("//a/@href") if "/-/" in each]

    assert acting == [LINK, LINK]
    assert LINK in "".join(root.itertext())
    assert LINK in form(confirm(edition), "plain").splitlines()


def test_a_confirmation_says_what_was_asked_for_and_what_to_do_if_it_was_not_you() -> None:
    """Bulletins with their editions; and the postal address, as every mail has it."""
    text = form(confirm("en", Choice("daily", "zh"), Choice("weekly", "en")), "plain")

    assert "- Daily Ten (中文)" in text
    assert "- Week (en) (English)" in text
    assert "If it was not you, do nothing" in text
    assert "7 days" in text
    assert "100 Sample Road, Shanghai" in text


def test_a_stacked_notice_says_everything_twice() -> None:
    """Each language marked as what it is."""
    root = html.fromstring(form(confirm("bilingual"), "html"))
    english = " ".join("".join(each.itertext()) for each in root.xpath("//*[@lang='en']"))

    assert "If it was not you, do nothing" in english
    assert "如果不是你本人申请的" in "".join(root.itertext())


def test_a_welcome_leads_to_the_readers_own_page() -> None:
    """By a token that holds for the bulletin."""
    (link,) = set(re.findall(r"https://\S+/-/preferences/\w+", form(welcome("en"), "plain")))
    token = KEYS.read(link.rpartition("/")[2], Kind.READER)

    assert token is not None
    assert (token.subscriber, token.scope) == (12345, bulletin_tag("daily"))
    assert read(welcome("en"))["Subject"] == "Welcome to Tidewatch Newsroom"


def test_an_edition_or_a_bulletin_that_is_gone_stops_nothing() -> None:
    """The first edition speaks, and the name is its slug."""
    text = form(
        DESK.confirm(READER, "gone", [Choice("old", "gone")], TOKEN, builders.SLOT), "plain"
    )

    assert "《old》（gone版）" in text


def test_notices_go_to_addresses_in_any_script() -> None:
    """The domain as A-label; a local part as it is (RFC 6532)."""
    message = DESK.confirm(
        read_address("读者@例子.中国"), "zh", [Choice("daily", "zh")], TOKEN, builders.SLOT
    )

    assert "To: <读者@xn--fsqu00a.xn--fiqs8s>\r\n".encode() in message


def test_an_alarm_is_plain_english() -> None:
    """What the operator has to know, a line a paragraph; nothing in it is markup."""
    message = DESK.alarm(READER, "Mailing paused: daily", ["A <b> c", "Again at 9."], builders.SLOT)

    assert read(message)["Subject"] == "[news.example.com] Mailing paused: daily"
    assert read(message)["Auto-Submitted"] == "auto-generated"
    assert form(message, "plain").splitlines() == ["A <b> c", "", "Again at 9."]
    assert "A &lt;b&gt; c" in form(message, "html")


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_whatever_an_alarm_says_it_begins_no_header(subject: str, lines: list[str]) -> None:
    """It may quote what a stranger's server has answered."""
    head = DESK.alarm(READER, subject, lines, builders.SLOT).split(b"\r\n\r\n")[0]
    names = [each.partition(b":")[0] for each in head.split(b"\r\n") if each[:1] != b" "]

    assert len(names) == len(set(names)) == 10
