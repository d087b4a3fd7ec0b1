"""The cause of a failure, and whether the address is dead."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.report import Cause
from publisher.subscribers.feedback.verdict import by_status, cause_of, codes, is_dead

HARD = [
    ("5.1.1", "550", "no such user"),
    ("5.1.1", "", ""),
    ("5.1.0", "550", "Address rejected"),
    ("5.1.6", "551", "user has moved"),
    ("5.1.10", "556", "null MX"),
    ("5.1.2", "", "host unknown"),
    ("5.4.4", "", "Host or domain name not found"),
    ("5.0.0", "550", "The account does not exist"),
    ("5.7.1", "550", "user unknown (in reply to RCPT TO command)"),
    ("", "550", "no mailbox here by that name"),
    ("", "550", "用户不存在"),
]
SOFT = [
    ("5.2.2", "552", "mailbox full"),
    ("5.1.1", "550", "over quota"),
    ("5.1.1", "550", "blocked: spam"),
    ("5.1.1", "550", "sender address rejected: domain not found"),
    ("5.7.1", "554", "relay access denied"),
    ("5.7.26", "550", "DMARC"),
    ("5.3.4", "552", "message too large"),
    ("5.2.1", "550", "account disabled"),
    ("5.2.1", "550", "user unknown"),
    ("4.4.1", "", "connection timed out"),
    ("4.1.1", "450", "user unknown"),
    ("5.1.1", "450", "user unknown"),
    ("5.0.0", "550", "user unknown (in reply to end of DATA command)"),
    ("5.0.0", "550", "550 : User unknown"),
    ("", "", "user unknown"),
    ("5.0.0", "", ""),
    ("", "", ""),
]


# How providers word it, with the status that the report came with.
PROVIDERS: list[tuple[str, str, Cause, bool]] = [
    ("5.0.0", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", "no-such-address", True),
    ("5.4.14", "554 5.4.14 Hop count exceeded - possible mail loop", "unreachable", False),
    ("5.4.310", "550 5.4.310 DNS domain gone.example does not exist", "no-such-domain", True),
    ("5.4.300", "550 5.4.300 Message expired", "expired", False),
    ("5.4.312", "550 5.4.312 Message expired, DNS query failed(ServerFailure)", "expired", False),
    ("5.6.7", "SMTPUTF8 is required, but was not offered by host mx.b.example", "system", False),
    ("5.7.133", "550 5.7.133 SenderNotAuthenticatedForGroup; auth required", "policy", False),
    (
        "5.2.1",
        "550-5.2.1 The email account that you tried to reach is inactive.",
        "disabled",
        False,
    ),
    ("4.2.1", "450-4.2.1 The user you try to reach receives mail at a rate that", "blocked", False),
    ("5.3.4", "552-5.3.4 Your message exceeded our message size limits", "too-large", False),
    ("4.7.0", "421-4.7.0 We have detected an unusual rate of mail", "blocked", False),
    ("5.0.0", "554 30 Sorry, no. This mailbox is disabled (554.30).", "disabled", False),
    ("5.2.2", "552 1 Requested mail action aborted, mailbox not found", "no-such-address", False),
    ("5.1.1", "550 5.1.1 <ann@b.example.org>: user does not exist", "no-such-address", True),
    ("5.2.2", "552 5.2.2 <ann@b.example.org>: user is over quota", "mailbox-full", False),
    ("5.0.0", "550 Mailbox not found.", "no-such-address", True),
    ("5.0.0", "550 The recipient may contain a non-existent account", "no-such-address", True),
    ("5.0.0", "550 Mail content denied.", "policy", False),
    ("5.0.0", "550 Connection frequency limited.", "blocked", False),
    ("5.0.0", "554 DT:SPM smtp5,D9GowADn", "blocked", False),
    ("5.0.0", "550 MI:UUE, smtp5,D9GowADn 1430 invalid user", "no-such-address", True),
    ("5.0.0", "550 User not found: ann@b.example.org", "no-such-address", True),
    ("5.0.0", "552 Quota exceeded or service disabled.", "mailbox-full", False),
    ("5.0.0", "550 #2175041 unavailable mail user", "no-such-address", False),
    ("5.0.0", "550 Local User [ann] not found.", "no-such-address", True),
    ("5.1.1", "550 5.1.1 recipient rejected", "no-such-address", True),
    ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", "other", False),
    ("5.1.1", "550 5.1.1 Recipient rejected: undeliverable address", "no-such-address", True),
    ("5.0.0", "550 Invalid Recipient", "no-such-address", True),
    ("5.0.0", "542 ann@b.example.org Rejected", "no-such-address", True),
    ("5.0.0", "550 Administrative prohibition - envelope blocked", "blocked", False),
    ("5.3.0", "553 5.3.0 flpd594 DNSBL:RBL 521< 192.0.2.1 >_is_blocked.", "blocked", False),
    ("5.7.23", "550 5.7.23 Message rejected due to: SPF fail - not authorized", "policy", False),
    ("4.4.3", "Name service error for name=b.example.org: try again", "unreachable", False),
    ("5.4.4", "Host or domain name not found. Host not found", "no-such-domain", True),
    ("5.4.6", "mail for b.example.org loops back to myself", "unreachable", False),
    ("5.1.1", "550 5.1.1 unknown user", "no-such-address", True),
    ("5.0.0", "User <ann> unknown", "no-such-address", False),
]


class TestDead:
    @pytest.mark.parametrize(("status", "reply", "said"), HARD)
    def test_is_an_address_that_nobody_has(self, status: str, reply: str, said: str) -> None:
        assert is_dead(cause_of(status, said), status, reply, f"{reply} {said}")

    @pytest.mark.parametrize(("status", "reply", "said"), SOFT)
    def test_is_not_one_that_is_full_or_blocked_or_only_perhaps_unknown(
        self, status: str, reply: str, said: str
    ) -> None:
        assert not is_dead(cause_of(status, said), status, reply, f"{reply} {said}")


class TestCause:
    @pytest.mark.parametrize(
        ("status", "cause"),
        [
            ("5.1.1", "no-such-address"),
            ("4.2.2", "mailbox-full"),
            ("5.4.7", "expired"),
            ("4.4.2", "unreachable"),
            ("5.7.509", "policy"),
            ("5.3.5", "system"),
            ("5.0.0", None),
            ("", None),
        ],
    )
    def test_of_a_status_alone(self, status: str, cause: Cause | None) -> None:
        assert by_status(status) == cause

    def test_of_words_goes_before_that_of_a_status(self) -> None:
        assert cause_of("5.1.1", "552 mailbox is full") == "mailbox-full"

    def test_of_words_around_counts_where_there_is_nothing_else(self) -> None:
        assert cause_of("5.0.0", "", "The address couldn't be found") == "no-such-address"
        assert cause_of("5.0.0", "550 request not taken, sorry", "mailbox full?") == "other"


class TestCodes:
    def test_of_the_other_side_go_before_the_reports_own(self) -> None:
        assert codes("5.0.0", "smtp; 550 5.7.1 no") == ("5.7.1", "550")

    def test_of_a_gateway_give_way_to_those_it_has_wrapped(self) -> None:
        text = "5.1.0 - Unknown address error 550-'5.7.1 no' (delivery attempts: 0)"
        assert codes("5.0.0", text) == ("5.7.1", "550")

    def test_of_the_report_stay_where_the_other_side_has_said_none(self) -> None:
        assert codes("5.2.2", "550 5.0.0 no") == ("5.2.2", "550")


@pytest.mark.parametrize(("status", "said", "cause", "is_hard"), PROVIDERS)
def test_what_providers_say_is_understood(
    status: str, said: str, cause: Cause, is_hard: bool
) -> None:
    found, reply = codes(status, said)
    assert cause_of(found, said) == cause
    assert is_dead(cause, found, reply, said) is is_hard
