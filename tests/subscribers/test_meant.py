"""Whom a mail that came back is about."""

from __future__ import annotations

import pytest

from publisher.subscribers.meant import meant, meant_by_report
from publisher.subscribers.tokens import Kind, Token, make_keys

KEYS = make_keys()
DELIVERY = Token(Kind.DELIVERY, 5, 7)
READER = Token(Kind.READER, 5, 9)
BACK = f"b+{KEYS.write(DELIVERY)}@bounces.example.org"
LEAVE = f"u+{KEYS.write(READER)}@bounces.example.org"


@pytest.mark.parametrize(
    "text",
    [
        BACK,
        BACK.upper(),
        f"<{BACK}>",
        f"News <{BACK}>",
        f"SRS0=HHH=TT=bounces.example.org={BACK}",
        f"prvs=0123abcd={BACK}",
        BACK.replace("+", "%2B"),
    ],
)
def test_a_token_is_found_in_an_address_however_it_is_written(text: str) -> None:
    assert meant(KEYS, "b", [text]).token == DELIVERY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bounces@example.org",
        BACK.replace("b+", "xb+"),
        BACK.replace("@", "0@"),
        BACK.replace("b+", "b+0"),
        LEAVE,
        BACK.replace("b+", "u+"),
    ],
)
def test_and_in_nothing_else(text: str) -> None:
    assert meant(KEYS, "b", [text]).token is None


def test_one_kind_is_never_taken_for_another() -> None:
    found = meant(KEYS, "b", [LEAVE.replace("u+", "b+")])
    assert (found.token, found.is_forged) == (None, True)


def test_a_token_under_foreign_keys_is_forged() -> None:
    assert meant(make_keys(), "b", [BACK]).is_forged


def test_a_link_to_leave_by_tells_whose_mail_it_was() -> None:
    link = f"List-Unsubscribe: <https://news.example.org/-/leave/{KEYS.write(READER)}>"
    assert meant_by_report(KEYS, ["fbl@example.org"], [link]).token == READER


def test_a_return_address_goes_before_it() -> None:
    assert meant_by_report(KEYS, [], [f"<mailto:{LEAVE}>", f"<{BACK}>"]).token == DELIVERY
