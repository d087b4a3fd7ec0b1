"""`publisher doctor --mail` over a real relay that signs, into a real mailbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.postal import BOUNCE_DOMAIN, PostalNewsroom
from integration.relay import BOUNCES, PASSWORD, SELECTOR, Relay

from publisher.doctor.examine import examine
from publisher.doctor.finding import Finding
from publisher.fakes.resolver import FakeResolver


@pytest.fixture
def room(relay: Relay, memory: Path) -> PostalNewsroom:
    """A publication whose mail goes out through the relay."""
    return PostalNewsroom(memory / "doctor", relay)


def look(room: PostalNewsroom, key: str) -> list[Finding]:
    """What a doctor finds who sends a mail; DNS has that key."""
    app = room.app(
        PUBLISHER_FEEDBACK=f"imap://{BOUNCES}@127.0.0.1:{room.relay.imap}/INBOX",
        PUBLISHER_FEEDBACK_PASSWORD=PASSWORD,
    )
    domain = room.relay.domain
    resolver = FakeResolver({f"{SELECTOR}._domainkey.{domain}": [key]})
    return [each for each in examine(app, resolver, test_mail=True)
            if each.what in ("relay", "test mail", "signature")]  # fmt: skip


def test_a_mail_comes_back_and_its_signature_holds(room: PostalNewsroom) -> None:
    """Out by SMTP, signed by OpenDKIM, into Dovecot's mailbox, read by IMAP, checked by dkimpy."""
    found = look(room, room.relay.key.decode())

    assert [each.state for each in found] == ["ok", "ok", "ok", "ok"], found
    assert found[1].seen.startswith(f"sent to doctor@{BOUNCE_DOMAIN}: 250 ")
    assert found[-1].seen == f"signed for {room.relay.domain}, and it holds"


def test_a_key_that_dns_has_wrong_is_found(room: PostalNewsroom) -> None:
    """Another key was published than the relay signs with."""
    found = look(room, "v=DKIM1; k=rsa; p=")

    assert found[-1].what == "signature"
    assert found[-1].state == "problem"
