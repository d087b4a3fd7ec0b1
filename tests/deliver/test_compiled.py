"""A spliced message is, byte for byte, the one that would have been built."""

from __future__ import annotations

import datetime as dt
import email
import re
from email import policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.compiled import SLOT, Compiled, addressed, compile_letter
from publisher.deliver.message import Letter, compose
from publisher.errors import ContentError
from publisher.subscribers.tokens import TOKEN_LENGTH

TOKENS = st.text("0123456789abcdef", min_size=60, max_size=60)
TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120
) | st.sampled_from(
    ["AI前沿 🏆 发布", "Ünïcödé · naïve", "=?utf-8?q?x?=", ".", "..", "From x", "a=b"]
)
ADDRESSES = st.sampled_from(
    ["a@example.org", "long.name+tag@sub.example.net", "用户@example.com", "leser@bücher.example"]
)


def letter(**changes: Any) -> Letter:
    data: dict[str, Any] = {
        "subject": "每日十条 🏆 2026-04-26",
        "sender_name": "望潮新闻室",
        "sender_address": "b@news.example.com",
        "recipient": "",
        "date": dt.datetime.fromisoformat("2026-04-26T18:00:00+08:00"),
        "key": "",
        "seed": "0123456789abcdef",
        "domain": "news.example.com",
        "language_tags": ("zh-CN",),
        "html": f"<!doctype html>\n<p>你好</p><a href='https://n.example/-/leave/{SLOT}'>退订</a>\n",
        "text": f"你好\n退订：https://n.example/-/leave/{SLOT}\n",
        "list_id": "daily.zh.news.example.com",
        "list_name": "每日",
        "unsubscribe_url": f"https://n.example/-/leave/{SLOT}",
        "unsubscribe_address": f"u+{SLOT}@news.example.com",
    }
    return Letter(**(data | changes))


def test_the_slot_is_as_long_as_a_token() -> None:
    assert len(SLOT) == TOKEN_LENGTH


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Lines of any text with slots anywhere: between others, at the start and end of lines."""
    pieces = draw(st.lists(TEXT, min_size=1, max_size=8))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(pieces)))
        pieces.insert(at, SLOT)
    joint = st.sampled_from(["", "\n", " ", "\n.", "中"])
    return "".join(piece + draw(joint) for piece in pieces) + "\n"


@given(bodies(), bodies(), TEXT, TEXT, ADDRESSES, TOKENS)
def test_splicing_equals_building(
    html: str, text: str, subject: str, name: str, recipient: str, token: str
) -> None:
    """For any text, subject, name, address and token."""
    one = letter(html=html, text=text, subject=subject or "x")
    spliced = compile_letter(one).splice(recipient, name, "e" * 32, token)
    assert b"".join(spliced) == compose(addressed(one, recipient, name, "e" * 32, token))


@given(bodies(), bodies(), TOKENS)
def test_every_message_may_travel_by_seven_bits(html: str, text: str, token: str) -> None:
    """Lines of at most 998 octets, ASCII, CRLF, no lone CR or LF (RFC 5321, 5322)."""
    parts = compile_letter(letter(html=html, text=text)).splice("a@example.org", "", "k", token)
    message = b"".join(parts)
    assert message.isascii()
    assert message.endswith(b"\r\n")
    assert max(len(line) for line in message.split(b"\r\n")) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)


def test_a_reader_finds_their_own_token_everywhere() -> None:
    token = "abcd23456789" * 5
    parts = compile_letter(letter()).splice("a@example.org", "", "k" * 32, token)
    found = email.message_from_bytes(b"".join(parts), policy=policy.default)
    assert SLOT not in str(found["List-Unsubscribe"])
    assert str(found["List-Unsubscribe"]).count(token) == 2
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for subtype in ("plain", "html"):
        body = found.get_body((subtype,))
        assert body is not None
        assert f"/-/leave/{token}" in body.get_content()


def test_what_is_kept_comes_back_the_same() -> None:
    compiled = compile_letter(letter())
    assert Compiled.from_bytes(compiled.to_bytes()) == compiled


@given(bodies(), TOKENS)
def test_stuffed_dots_are_those_that_begin_a_line(text: str, token: str) -> None:
    """Unstuffing, as a server does it, gives the message back (RFC 5321 section 4.5.2)."""
    compiled = compile_letter(letter(text=text))
    plain = b"".join(compiled.splice("a@example.org", "", "k", token))
    stuffed = b"".join(compiled.dot_stuffed().splice("a@example.org", "", "k", token))
    assert re.sub(rb"(?m)^\.\.", b".", stuffed) == plain
    assert not re.search(rb"(?m)^\.(?!\.)", stuffed)


def test_an_address_that_would_begin_a_header_is_refused() -> None:
    with pytest.raises(ContentError):
        compile_letter(letter()).splice("a@b.org>\r\nBcc: <c@d.org", "", "k", "t" * 60)


def test_the_size_is_that_of_the_message() -> None:
    compiled = compile_letter(letter())
    message = b"".join(compiled.splice("a@b.example", "", "k" * 32, "t" * 60))
    assert compiled.size == len(message)
