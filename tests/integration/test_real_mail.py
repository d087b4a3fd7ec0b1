"""An issue goes out through a real relay to two hundred mailboxes, and is read by IMAP."""

from __future__ import annotations

import re
import smtplib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest
from integration.postal import BOUNCE_DOMAIN, SITE, PostalNewsroom, body, link, read, token_of
from integration.relay import Relay

REPOSITORY = Path(__file__).parents[2]
READERS = {
    "zh": [f"zh-{number}@ok.test" for number in range(90)],
    "en": [f"en-{number}@ok.test" for number in range(70)],
    "bilingual": [f"both-{number}@ok.test" for number in range(40)],
}
ONE_OF_EACH = [addresses[0] for addresses in READERS.values()]
LANGUAGES = {"zh": "zh-CN", "en": "en", "bilingual": "zh-CN, en"}


@dataclass(frozen=True)
class Mailing:
    """What was sent, and the messages of every mailbox."""

    room: PostalNewsroom
    log: list[str]
    mails: dict[str, list[bytes]]
    letters: dict[str, EmailMessage]


@pytest.fixture(scope="module")
def mailing(relay: Relay, memory: Path) -> Iterator[Mailing]:
    """An issue in three editions, sent to its readers."""
    room = PostalNewsroom(memory / "publication", relay)
    for edition, addresses in READERS.items():
        room.readers(edition, *addresses)
    begin = len(relay.log())
    room.next_issue()
    mails = {each: relay.mails(each) for addresses in READERS.values() for each in addresses}
    letters = {address: read(found[0]) for address, found in mails.items()}
    yield Mailing(room, relay.log()[begin:], mails, letters)
    room.close()


# Delivery ----------------------------------------------------------------------------------------


def test_every_reader_has_one_mail_in_their_edition(mailing: Mailing) -> None:
    """Two hundred mailboxes, none of them empty, none with two."""
    assert Counter(map(len, mailing.mails.values())) == {1: 200}
    for edition, addresses in READERS.items():
        letters = [mailing.letters[each] for each in addresses]
        assert {str(each["List-Id"]).rpartition("<")[2] for each in letters} == {
            f"daily.{edition}.news.example.com>"
        }
        assert {each["Content-Language"] for each in letters} == {LANGUAGES[edition]}
        assert [each["To"] for each in letters] == addresses


def test_the_ledger_says_what_the_relay_says(mailing: Mailing) -> None:
    """What is kept as an answer holds the relay's number of the mail."""
    mailings = mailing.room.app().mailings
    (row,) = mailings.all()
    kept = {each.address: each.reply.rpartition(" ")[2] for each in mailings.deliveries(row.id)}
    lines = (re.search(r"(\w+): to=<([^>]+)>.* status=(\w+)", line) for line in mailing.log)
    told = {line[2]: (line[1], line[3]) for line in lines if line and line[2] in kept}

    assert row.state == "finished"
    assert mailings.counts(row.id) == {"sent": 200}
    assert told == {address: (number, "sent") for address, number in kept.items()}


def test_every_mail_is_as_rfc_5322_wants_it(mailing: Mailing) -> None:
    """Lines, the headers that stand once, both forms with the faithful one last."""
    for address, letter in mailing.letters.items():
        (mail,) = mailing.mails[address]
        parts = [part.get_content_type() for part in letter.iter_parts()]

        assert max(map(len, mail.split(b"\r\n"))) <= 998
        assert mail.isascii()
        assert parts == ["text/plain", "text/html"]
        assert letter.defects == []
        for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id",
                     "List-Unsubscribe", "List-Unsubscribe-Post", "DKIM-Signature"):  # fmt: skip
            assert len(letter.get_all(name, [])) == 1, name


def test_every_mail_says_how_to_leave(mailing: Mailing) -> None:
    """By a POST, by a mail and by a link, all with one token that nobody else has (RFC 8058)."""
    tokens = set()
    for letter in mailing.letters.values():
        token = token_of(letter["List-Unsubscribe"])
        tokens.add(token)

        assert letter["List-Unsubscribe"] == (
            f"<{SITE}/-/leave/{token}>, <mailto:u+{token}@{BOUNCE_DOMAIN}>"
        )
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for form in ("plain", "html"):
            assert f"{SITE}/-/leave/{token}" in body(letter, form)
            assert f"{SITE}/-/preferences/{token}" in body(letter, form)
    assert len(tokens) == 200


def test_every_mail_has_a_return_address_of_its_own(mailing: Mailing) -> None:
    """VERP: short enough for any server, and not the token that readers can see."""
    letters = mailing.letters.values()
    found = {each["Return-Path"].strip("<>") for each in letters}
    shown = {token_of(each["List-Unsubscribe"]) for each in letters}

    assert len(found) == 200
    for each in found:
        local, _, domain = each.partition("@")
        assert (local[:2], len(local) <= 64, domain) == ("b+", True, BOUNCE_DOMAIN)
        assert token_of(local) not in shown


@pytest.mark.parametrize("address", ONE_OF_EACH)
def test_a_mail_is_that_of_a_mailing_list(mailing: Mailing, address: str) -> None:
    """RFC 2369 and 2919; nobody's absence note answers it."""
    letter = mailing.letters[address]

    assert letter["List-Post"] == "NO"
    for name in ("List-Help", "List-Archive", "List-Subscribe", "Archived-At"):
        assert letter[name].startswith(f"<{SITE}/"), name
    assert letter["List-Owner"] == "<mailto:editor@news.example.com>"
    assert letter["Precedence"] == "bulk"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["Feedback-ID"].endswith(":issue:newsexamplecom")


def test_one_click_is_promised_over_https_only(relay: Relay, swift: Path) -> None:
    """RFC 8058, section 3.1; the link in the mail is there all the same."""
    room = PostalNewsroom(swift / "publication", relay, service_url="http://127.0.0.1:8300")
    room.readers("en", "plain-http@ok.test")
    room.next_issue()
    (mail,) = relay.mails("plain-http@ok.test")
    letter = read(mail)
    room.close()

    assert letter["List-Unsubscribe-Post"] is None
    assert link(letter, "leave") in letter["List-Unsubscribe"]


@pytest.mark.parametrize("recipient", ["a@example.org", "a@sub.ok.test", "root", "a@[192.0.2.1]"])
def test_no_mail_can_leave_the_machine(relay: Relay, recipient: str) -> None:
    """The relay of these tests takes mail for its own domains, and for nobody else."""
    with smtplib.SMTP("127.0.0.1", relay.smtp) as client:
        client.ehlo()
        client.mail("a@news.example.com")
        code, _ = client.rcpt(recipient)

    assert code == 550


def test_a_rehearsal_reaches_one_mailbox(relay: Relay, swift: Path) -> None:
    """PUBLISHER_REDIRECT takes all mail, and nobody else gets any."""
    room = PostalNewsroom(swift / "publication", relay)
    readers = ["rehearsed-1@ok.test", "rehearsed-2@ok.test"]
    room.readers("en", *readers)
    room.prepare(PUBLISHER_REDIRECT="desk@ok.test").publish()
    relay.settle()
    room.close()

    assert sorted(str(read(mail)["To"]) for mail in relay.mails("desk@ok.test")) == readers
    assert [relay.mails(each) for each in readers] == [[], []]


# Signatures --------------------------------------------------------------------------------------


def is_signed(mail: bytes, key: bytes) -> bool:
    """Whether dkimpy finds the signature good."""
    return bool(dkim.verify(mail, dnsfunc=lambda name, timeout=5: key))


def test_every_signature_is_good(mailing: Mailing, relay: Relay) -> None:
    """And it covers how to leave, without which mailbox providers do not believe it."""
    for address, letter in mailing.letters.items():
        signature = "".join(letter["DKIM-Signature"].split())
        covered = re.findall(r";h=([^;]+)", signature)[0].lower().split(":")

        assert is_signed(mailing.mails[address][0], relay.key)
        assert {"from", "to", "subject", "date", "message-id", "mime-version", "content-type",
                "list-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(covered)  # fmt: skip
        assert covered.count("list-unsubscribe") == 2  # one more than there is: none can be added
        assert ";d=news.example.com;" in signature


def test_operators_are_told_what_is_signed_here() -> None:
    """The lines of the configuration above stand in the documentation."""
    told = (REPOSITORY / "docs/delivery.md").read_text(encoding="utf-8")
    used = (Path(__file__).parent / "mail/opendkim.conf").read_text(encoding="utf-8")

    for line in re.findall(r"^(?:Sign|Oversign)Headers .+$", used, re.MULTILINE):
        assert f"   {line}\n" in told


CHANGES = [
    pytest.param(rb"(List-Unsubscribe: <https://news.example.co)m", rb"\1n", id="another host"),
    pytest.param(rb"(List-Unsubscribe-Post: List-Unsubscribe=One-Clic)k", rb"\1c", id="the post"),
    pytest.param(rb"(List-Unsubscribe: )", rb"List-Unsubscribe: <https://a.b/>\r\n\1", id="two"),
    pytest.param(rb"(Subject: )", rb"\1x", id="the subject"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_changed_byte_breaks_the_signature(
    mailing: Mailing, relay: Relay, before: bytes, after: bytes
) -> None:
    """Of the way to leave, too: dkimpy says so, and OpenDKIM."""
    (mail,) = mailing.mails[ONE_OF_EACH[0]]
    changed, count = re.subn(before, after, mail, count=1)

    assert count == 1
    assert (is_signed(mail, relay.key), is_signed(changed, relay.key)) == (True, False)
    assert ("succeeded" in relay.verdict(mail), "succeeded" in relay.verdict(changed)) == (
        True, False,
    )  # fmt: skip
