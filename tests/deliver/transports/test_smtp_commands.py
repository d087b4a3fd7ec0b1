"""What is said for one message."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.transports.base import Envelope
from publisher.deliver.transports.smtp_commands import Offers, commands, flaw, xtext

EVERYTHING = Offers(pipelining=True, dsn=True, smtputf8=True, sizes=True)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ann@example.org", "ann@example.org"),
        ("ann+news=2@example.org", "ann+2Bnews+3D2@example.org"),
        ("a b\n", "a+20b+0A"),
        ("é", "+C3+A9"),
        ("~!", "~!"),
        ("\x7f", "+7F"),
    ],
)
def test_a_value_of_dsn_is_xtext(text: str, written: str) -> None:
    """RFC 3461 section 4."""
    assert xtext(text) == written


@given(st.text())
def test_xtext_can_be_read_back(text: str) -> None:
    """No two values are written the same, and none breaks out of its parameter."""
    written = xtext(text)
    assert re.fullmatch(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*", written)
    found = re.sub(rb"\+([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), written.encode())
    assert found.decode() == text


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_no_address_gets_out_of_its_command(
    sender: str, recipient: str, key: str, is_utf8: bool
) -> None:
    """What has no flaw is said in three lines, each with its brackets."""
    envelope = Envelope(sender, recipient, key, is_utf8)
    if flaw(envelope):
        return
    mail, rcpt, data = (line for _, line in commands(envelope, 5, EVERYTHING))
    line = rb"[^\x00-\x20<>\x7f]*>(?: [!-~]+)*\r\n"
    assert re.fullmatch(rb"MAIL FROM:<" + line, mail)
    assert re.fullmatch(rb"RCPT TO:<" + line, rcpt)
    assert data == b"DATA\r\n"


def test_an_address_beyond_ascii_is_escaped_as_a_parameter() -> None:
    """RFC 6533 section 3: also what would begin an escape."""
    envelope = Envelope("", "新+=\\@例.example", "1", is_utf8=True)
    rcpt = commands(envelope, 5, EVERYTHING)[1][1].decode()
    escaped = r"\x{65B0}\x{2B}\x{3D}\x{5C}@\x{4F8B}.example"
    expected = f"RCPT TO:<新+=\\@例.example> NOTIFY=FAILURE,DELAY ORCPT=utf-8;{escaped}\r\n"
    assert rcpt == expected


def test_what_smtplib_has_kept_is_read() -> None:
    """Keywords in lower case, with their values."""
    features = {"pipelining": "", "dsn": "", "size": "1000", "auth": "PLAIN"}
    assert Offers.of(features) == Offers(pipelining=True, dsn=True, sizes=True, size=1000)
