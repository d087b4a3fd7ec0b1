"""What a report means for an address."""

from __future__ import annotations

import dataclasses

import pytest

from publisher.subscribers.feedback.report import Cause, Report
from publisher.subscribers.judging import (
    decision_of,
    detail_of,
    mildest,
    verdict_of_reply,
    without_addresses,
)

HARD = Report("bounce", "a@example.com", "5.1.1", "550", "no-such-address", True, "unknown")
SOFT = dataclasses.replace(HARD, status="4.2.2", cause="mailbox-full", is_hard=False)


@pytest.mark.parametrize(
    ("cause", "status", "decision"),
    [
        ("mailbox-full", "5.2.2", "soft"),
        ("disabled", "5.2.1", "soft"),
        ("expired", "4.4.7", "soft"),
        ("no-such-address", "", "soft"),
        ("other", "", "soft"),
        ("policy", "5.1.8", "policy"),
        ("blocked", "", "policy"),
        ("other", "5.7.1", "policy"),
        ("delayed", "4.4.1", "ignored"),
        ("delivered", "2.0.0", "ignored"),
    ],
)
def test_only_what_is_surely_gone_is_hard(cause: Cause, status: str, decision: str) -> None:
    report = dataclasses.replace(SOFT, cause=cause, status=status)
    assert decision_of(report) == decision


def test_an_address_that_is_gone_is_hard() -> None:
    assert decision_of(HARD) == "hard"


def test_a_policy_is_never_hard() -> None:
    assert decision_of(dataclasses.replace(HARD, status="5.7.1")) == "policy"


def test_of_several_the_mildest_counts() -> None:
    assert mildest([HARD, SOFT, HARD]) == SOFT


@pytest.mark.parametrize(
    ("reply", "decision"),
    [
        ("550 5.1.1 <a@example.com>: Recipient address rejected: User unknown", "hard"),
        ("550 No such user here", "hard"),
        ("556 5.1.10 Recipient address has null MX", "hard"),
        ("552 5.2.2 Mailbox full", "soft"),
        ("554 5.7.1 Client host blocked using a blocklist", "policy"),
        ("550 5.7.26 Unauthenticated mail is not accepted", "policy"),
        ("expired: 450 4.1.1 User unknown for now", "soft"),
        ("expired: the next issue is out: ", "soft"),
        ("", "soft"),
    ],
)
def test_a_server_s_answer_means_what_a_report_of_it_would(reply: str, decision: str) -> None:
    assert verdict_of_reply(reply) == decision


@pytest.mark.parametrize(
    "text",
    [
        "to <ann@example.com> no",
        f"{'x ' * 144}ann@example.com",
        "<a.ann{}|@example.com> User doesn't exist: a{b}ann@example.com",
    ],
)
def test_details_hold_no_address(text: str) -> None:
    assert "ann" not in detail_of(dataclasses.replace(HARD, diagnostic=text))
    assert len(without_addresses(text * 9)) <= 300
