"""What comes back becomes decisions."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from returned import DAY, NOW, Office, complaint, dsn, letter

from publisher.returns.returns import NoMail
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, Token, make_keys

SHOWN = Consent("en", "…", "preferences")
SOFT = ("4.2.2", "452 4.2.2 Mailbox full")
REFUSED = ("5.7.1", "554 5.7.1 Message refused by policy")


@pytest.fixture
def office(database: str) -> Office:
    return Office(database)


class TestBounces:
    def test_an_address_that_does_not_exist_is_dead(self, office: Office) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01")
        verdict = office.take(dsn(office.back(who, mailing)))
        assert (verdict.outcome, verdict.decision, verdict.state) == ("counted", "hard", "dead")
        assert office.subscriber(who).state == "dead"
        assert office.bounced(mailing) == {who: "hard"}

    @pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
    def test_whatever_the_line_ends(self, office: Office, ends: bytes) -> None:
        who = office.reader()
        message = dsn(office.back(who, office.mail("2026-05-01"))).replace(b"\n", ends)
        assert office.take(message).state == "dead"

    @pytest.mark.parametrize(
        "headers",
        [
            "Delivered-To: {}",
            "X-Original-To: {}",
            "Delivered-To: someone@bounces.example.org\nDelivered-To: {}",
            "X-Envelope-To: <{}>",
        ],
    )
    def test_who_is_meant_is_found_where_the_mail_came_to(
        self, office: Office, headers: str
    ) -> None:
        who = office.reader()
        back = office.back(who, office.mail("2026-05-01"))
        message = f"{headers.format(back)}\n".encode() + dsn("bounces@example.org")
        assert office.take(message).subscriber == who

    @pytest.mark.parametrize(
        "original",
        [
            "Return-Path: <{}>",
            "Return-Path: <SRS0=abcd=xy=bounces.example.org={}>",
        ],
    )
    def test_or_in_the_message_that_came_back(self, office: Office, original: str) -> None:
        who = office.reader()
        back = office.back(who, office.mail("2026-05-01"))
        message = dsn("bounces@example.org", original=original.format(back))
        assert office.take(message).subscriber == who

    def test_or_told_by_the_server_that_took_it(self, office: Office) -> None:
        who = office.reader()
        back = office.back(who, office.mail("2026-05-01"))
        assert office.take(dsn("bounces@example.org"), back.upper()).subscriber == who

    def test_where_it_was_forwarded_to_is_no_matter(self, office: Office) -> None:
        """The reader's address forwards to one that does not exist."""
        who = office.reader()
        back = office.back(who, office.mail("2026-05-01"))
        assert office.take(dsn(back, recipient="ann@elsewhere.example")).state == "dead"

    def test_of_several_recipients_behind_one_address_one_that_lives_is_enough(
        self, office: Office
    ) -> None:
        who = office.reader()
        message = dsn(office.back(who, office.mail("2026-05-01"))).replace(
            b"\n--b\nContent-Type: text/rfc822-headers",
            b"Final-Recipient: rfc822; bob@example.com\nAction: relayed\nStatus: 2.0.0\n"
            b"\n--b\nContent-Type: text/rfc822-headers",
        )
        assert b"relayed" in message
        assert office.take(message).outcome == "ignored"
        assert office.subscriber(who).state == "ok"

    @pytest.mark.parametrize(("status", "said"), [REFUSED, ("5.0.0", "554 listed by a blocklist")])
    def test_what_lies_with_us_strikes_nobody_off_and_tells_the_operator(
        self, office: Office, status: str, said: str
    ) -> None:
        readers = [office.reader(f"{each}@example.com") for each in range(3)]
        mailing = office.mail("2026-05-01")
        for who in readers:
            assert office.take(dsn(office.back(who, mailing), status, said)).decision == "policy"
        assert {office.subscriber(who).state for who in readers} == {"ok"}
        assert {office.subscriber(who).soft_count for who in readers} == {0}
        assert office.alarms == ["Mail refused: daily 2026-05-01"]
        assert set(office.bounced(mailing).values()) == {"soft"}

    @pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
    def test_what_is_no_failure_is_ignored(self, office: Office, action: str) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01")
        message = dsn(office.back(who, mailing), "4.4.1", "connection timed out", action=action)
        assert office.take(message).outcome == "ignored"
        assert office.bounced(mailing) == {who: ""}
        assert office.feedback.counts() == {}

    def test_a_notice_that_comes_back_is_ignored(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Somebody has mistyped their address in the form."""
        assert office.take(dsn("b+notice@bounces.example.org")).outcome == "ignored"
        assert caplog.messages == []

    def test_an_absence_note_is_ignored(self, office: Office) -> None:
        who = office.reader()
        back = office.back(who, office.mail("2026-05-01"))
        note = letter(back, Auto_Submitted="auto-replied", Precedence="bulk")
        assert office.take(note).outcome == "ignored"
        assert office.subscriber(who).state == "ok"

    def test_the_same_one_counts_once(self, office: Office) -> None:
        """Fetched again, or delivered twice with other headers of transport."""
        who = office.reader()
        mailing = office.mail("2026-05-01")
        message = dsn(office.back(who, mailing), *SOFT)
        assert office.take(message).outcome == "counted"
        assert office.take(b"Received: by another way\r\n" + message).outcome == "known"
        assert office.subscriber(who).soft_count == 1

    def test_the_same_one_without_a_message_id_counts_once(self, office: Office) -> None:
        who = office.reader()
        message = dsn(office.back(who, office.mail("2026-05-01")), *SOFT, message_id="")
        assert office.take(message).outcome == "counted"
        assert office.take(message.replace(b"\n", b"\r\n")).outcome == "known"

    def test_no_address_is_kept(self, office: Office) -> None:
        who = office.reader()
        said = "550 5.1.1 <ann@example.com>: unknown"
        verdict = office.take(dsn(office.back(who, office.mail("2026-05-01")), "5.1.1", said))
        assert "a…@example.com" in verdict.detail
        assert "ann@" not in verdict.detail


class TestSoftBounces:
    def bounce(self, office: Office, who: int, mailing: int, now: dt.datetime) -> str:
        message = dsn(office.back(who, mailing), *SOFT, message_id=f"<{mailing}@mx>")
        return office.take(message, now=now).state

    def test_five_in_a_row_over_two_weeks_suspend(self, office: Office) -> None:
        who = office.reader()
        mailings = [office.mail(f"2026-05-0{each}") for each in range(1, 6)]
        states = [
            self.bounce(office, who, mailing, NOW + at * DAY)
            for mailing, at in zip(mailings, (0, 3, 6, 9, 14), strict=True)
        ]
        assert states == ["ok", "ok", "ok", "ok", "suspended"]

    def test_five_within_days_do_not(self, office: Office) -> None:
        who = office.reader()
        mailings = [office.mail(f"2026-05-0{each}") for each in range(1, 6)]
        states = [
            self.bounce(office, who, mailing, NOW + at * DAY) for at, mailing in enumerate(mailings)
        ]
        assert set(states) == {"ok"}

    def test_one_that_arrived_between_begins_the_count_anew(self, office: Office) -> None:
        who = office.reader()
        mailings = [office.mail(f"2026-05-0{each}") for each in range(1, 8)]
        days = {0: 0, 1: 3, 2: 6, 3: 9, 5: 15}  # number 4 stays
        states = [
            self.bounce(office, who, mailings[at], NOW + day * DAY) for at, day in days.items()
        ]
        assert set(states) == {"ok"}
        assert office.subscriber(who).soft_count == 1

    def test_two_reports_of_one_delivery_are_one_failure(self, office: Office) -> None:
        who = office.reader()
        first, second = office.mail("2026-05-01"), office.mail("2026-05-02")
        for mailing, message_id in ((first, "<a@mx>"), (second, "<b@mx>"), (first, "<c@mx>")):
            office.take(dsn(office.back(who, mailing), *SOFT, message_id=message_id))
        assert office.subscriber(who).soft_count == 2

    def test_a_late_one_of_an_earlier_mailing_counts_in_its_place(self, office: Office) -> None:
        who = office.reader()
        mailings = [office.mail(f"2026-05-0{each}") for each in (1, 2, 3)]
        for mailing in (mailings[1], mailings[0], mailings[2]):
            self.bounce(office, who, mailing, NOW)
        assert office.subscriber(who).soft_count == 3

    @pytest.mark.parametrize("kind", ["hard", "soft"])
    def test_who_confirmed_after_the_mailing_lives(self, office: Office, kind: str) -> None:
        """Whoever follows the link in a mail of ours has read it."""
        who = office.reader()
        mailing = office.mail("2026-05-01")
        office.people.renew(who, Choice("weekly", "en"), SHOWN, NOW + DAY)
        message = dsn(office.back(who, mailing), *(SOFT if kind == "soft" else ()))
        verdict = office.take(message, now=NOW + 2 * DAY)
        assert (verdict.outcome, verdict.state) == ("counted", "ok")
        assert office.subscriber(who).soft_count == 0


class TestForgeries:
    def test_a_bounce_without_a_token_of_ours_changes_nothing(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It names a reader, and is logged once, however often it is read."""
        caplog.set_level(logging.INFO, "publisher.returns")
        who = office.reader()
        mailing = office.mail("2026-05-01")
        message = dsn("bounces@example.org", recipient="ann@example.com")
        assert office.take(message).outcome == "unclaimed"
        assert office.take(message).outcome == "known"
        assert office.subscriber(who).state == "ok"
        assert office.bounced(mailing) == {who: ""}
        assert caplog.messages == ["a bounce with no return address of ours: nothing was changed"]

    def test_a_forged_token_changes_nothing(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01")
        token = make_keys().write(Token(Kind.DELIVERY, who, mailing))
        assert office.take(dsn(f"b+{token}@bounces.example.org")).outcome == "unclaimed"
        assert office.subscriber(who).state == "ok"
        assert caplog.messages == ["a bounce with a forged return address: nothing was changed"]

    def test_a_bounce_that_claims_to_be_for_somebody_else_is_not(self, office: Office) -> None:
        """It came to one reader's return address and names another reader."""
        ann, bob = office.reader("ann@example.com"), office.reader("bob@example.com")
        mailing = office.mail("2026-05-01")
        office.take(dsn(office.back(ann, mailing), recipient="bob@example.com"))
        assert office.subscriber(bob).state == "ok"
        assert office.bounced(mailing)[bob] == ""

    def test_the_address_it_came_to_goes_before_what_it_holds(self, office: Office) -> None:
        ann, bob = office.reader("ann@example.com"), office.reader("bob@example.com")
        mailing = office.mail("2026-05-01")
        inside = f"Return-Path: <{office.back(bob, mailing)}>"
        assert office.take(dsn(office.back(ann, mailing), original=inside)).subscriber == ann
        assert office.subscriber(bob).state == "ok"

    def test_a_token_to_leave_by_is_no_return_address(self, office: Office) -> None:
        who = office.reader()
        office.mail("2026-05-01")
        address = office.leave(who).replace("u+", "b+")
        assert office.take(dsn(address)).outcome == "unclaimed"

    def test_a_bounce_of_a_forgotten_person_says_nothing_about_anybody(
        self, office: Office
    ) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01")
        office.people.forget(read_address("ann@example.com"), "0" * 64, NOW)
        verdict = office.take(dsn(office.back(who, mailing)))
        assert (verdict.outcome, verdict.state) == ("counted", "")

    def test_what_has_no_header_is_no_mail(self, office: Office) -> None:
        with pytest.raises(NoMail, match="it has no header"):
            office.take(b"\0\1\2 garbage")


class TestComplaints:
    def test_a_complaint_ends_everything(self, office: Office) -> None:
        who = office.reader("ann@example.com", "daily", "weekly")
        mailing = office.mail("2026-05-01")
        back = f"Return-Path: <{office.back(who, mailing)}>"
        verdict = office.take(complaint("fbl@example.org", back))
        assert (verdict.decision, verdict.state) == ("complaint", "complained")
        found = office.subscriber(who)
        assert {each.state for each in found.subscriptions} == {"ended"}
        assert office.bounced(mailing) == {who: "spam"}

    def test_it_is_known_by_the_links_to_leave_by(self, office: Office) -> None:
        """Providers take the return path out; the mailing is the newest of the bulletin then."""
        who = office.reader("ann@example.com", "daily", "weekly")
        office.mail("2026-05-01")
        mailing = office.mail("2026-05-02")
        office.mail("2026-W18", "weekly")
        token = office.leave(who)[2:62]
        link = f"List-Unsubscribe: <https://news.example.org/-/leave/{token}>"
        verdict = office.take(complaint("fbl@example.org", link))
        assert (verdict.subscriber, verdict.mailing) == (who, mailing)

    def test_the_same_one_again_marks_no_newer_mailing(self, office: Office) -> None:
        who = office.reader()
        older = office.mail("2026-05-01")
        original = f"List-Unsubscribe: <mailto:{office.leave(who)}>"
        message = complaint("fbl@example.org", original, "auth-failure")
        office.take(message)
        newer = office.mail("2026-05-02")
        assert office.take(message).outcome == "known"
        assert (office.bounced(older), office.bounced(newer)) == ({who: "soft"}, {who: ""})

    @pytest.mark.parametrize(
        ("feedback_type", "decision"),
        [("not-spam", "ignored"), ("auth-failure", "policy"), ("fraud", "complaint")],
    )
    def test_not_every_report_of_a_provider_is_a_complaint(
        self, office: Office, feedback_type: str, decision: str
    ) -> None:
        who = office.reader()
        back = f"Return-Path: <{office.back(who, office.mail('2026-05-01'))}>"
        verdict = office.take(complaint("fbl@example.org", back, feedback_type))
        assert verdict.decision == decision

    def test_an_opt_out_ends_the_subscription_alone(self, office: Office) -> None:
        who = office.reader("ann@example.com", "daily", "weekly")
        back = f"Return-Path: <{office.back(who, office.mail('2026-05-01'))}>"
        office.take(complaint("fbl@example.org", back, "opt-out"))
        states = {each.bulletin: each.state for each in office.subscriber(who).subscriptions}
        assert states == {"daily": "ended", "weekly": "active"}


class TestLeaving:
    def test_a_mail_to_the_address_to_leave_by_ends_the_subscription(self, office: Office) -> None:
        who = office.reader("ann@example.com", "daily", "weekly")
        verdict = office.take(letter(office.leave(who)))
        assert (verdict.outcome, verdict.decision) == ("counted", "unsubscribe")
        states = {each.bulletin: each.state for each in office.subscriber(who).subscriptions}
        assert states == {"daily": "ended", "weekly": "active"}
        ended = office.subscriber(who).subscription("daily")
        assert ended is not None
        assert ended.ended_by == "mail"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"List_Id": "<daily.en.example.org>"},
            {"Precedence": "bulk"},
        ],
    )
    def test_an_automatic_reply_and_a_mail_of_our_own_do_not(
        self, office: Office, headers: dict[str, str]
    ) -> None:
        who = office.reader()
        assert office.take(letter(office.leave(who), **headers)).outcome == "ignored"
        found = office.subscriber(who).subscription("daily")
        assert found is not None
        assert found.state == "active"

    def test_apple_s_button_is_a_person_s_wish(self, office: Office) -> None:
        who = office.reader()
        marks = {"Auto_Submitted": "auto-replied", "X_Apple_Unsubscribe": "true"}
        assert office.take(letter(office.leave(who), **marks)).decision == "unsubscribe"

    def test_a_bounce_that_comes_there_ends_nothing(self, office: Office) -> None:
        who = office.reader()
        assert office.take(dsn(office.leave(who))).outcome == "ignored"
        assert office.subscriber(who).state == "ok"

    def test_a_forged_one_changes_nothing(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        who = office.reader()
        verdict = office.take(letter(f"u+{'0' * 60}@bounces.example.org"))
        assert verdict.outcome == "ignored"
        assert caplog.messages == ["a mail to a forged address to leave by: nothing was changed"]
        found = office.subscriber(who).subscription("daily")
        assert found is not None
        assert found.state == "active"

    def test_read_again_after_a_new_subscription_it_does_not_end_that(self, office: Office) -> None:
        who = office.reader()
        message = letter(office.leave(who))
        office.take(message)
        office.people.renew(who, Choice("daily", "en"), SHOWN, NOW)
        assert office.take(message).outcome == "known"
        found = office.subscriber(who).subscription("daily")
        assert found is not None
        assert found.state == "active"


class TestRefusals:
    """What the relay refuses while it is sent to."""

    def test_are_decided_like_bounces(self, office: Office) -> None:
        gone, full, us, fine = (office.reader(f"{each}@example.com") for each in range(4))
        mailing = office.mail(
            "2026-05-01",
            **{
                f"r{gone}": "550 5.1.1 <0@example.com>: user unknown",
                f"r{full}": "552 5.2.2 mailbox full",
                f"r{us}": "554 5.7.1 refused by policy",
            },
        )
        verdicts = office.returns.judge_failures(mailing, NOW)
        assert {each.subscriber: each.decision for each in verdicts} == {
            gone: "hard", full: "soft", us: "policy",
        }  # fmt: skip
        assert office.subscriber(gone).state == "dead"
        assert office.subscriber(full).soft_count == 1
        assert {office.subscriber(each).state for each in (full, us, fine)} == {"ok"}
        assert office.bounced(mailing) == {gone: "hard", full: "soft", us: "soft", fine: ""}

    def test_are_decided_once(self, office: Office) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01", **{f"r{who}": "552 5.2.2 mailbox full"})
        assert len(office.returns.judge_failures(mailing, NOW)) == 1
        assert office.returns.judge_failures(mailing, NOW) == []
        assert office.subscriber(who).soft_count == 1

    def test_what_was_given_up_on_is_never_a_dead_address(self, office: Office) -> None:
        who = office.reader()
        reply = "expired: the next issue is out: 450 4.1.1 user unknown for now"
        mailing = office.mail("2026-05-01", **{f"r{who}": reply})
        (verdict,) = office.returns.judge_failures(mailing, NOW)
        assert verdict.decision == "soft"


class TestLooking:
    def test_says_what_a_mail_is_and_changes_nothing(self, office: Office) -> None:
        who = office.reader()
        mailing = office.mail("2026-05-01")
        (verdict,) = office.returns.look(dsn(office.back(who, mailing)))
        assert (verdict.decision, verdict.subscriber, verdict.mailing) == ("hard", who, mailing)
        assert office.subscriber(who).state == "ok"
        assert office.feedback.counts() == {}
