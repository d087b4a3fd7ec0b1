"""Delivery status in fields, also where it is not quite as RFC 3464 has it."""

from __future__ import annotations

from publisher.subscribers.feedback import dsn
from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import notice_of
from publisher.subscribers.feedback.report import Report

ANN = "Final-Recipient: rfc822; ann@b.org\nAction: failed\nStatus: 5.1.1\n"
BO = "Final-Recipient: rfc822; bo@b.org\nAction: failed\nStatus: 5.2.2\n"


def reports(status: str, words: str = "It failed.") -> list[Report]:
    mail = (
        "Content-Type: multipart/report; boundary=r\n\n"
        f"--r\n\n{words}\n--r\nContent-Type: message/delivery-status\n\n{status}\n--r--\n"
    )
    return dsn.read(notice_of(parse(mail.encode())))


def recipients(status: str) -> list[tuple[str, str]]:
    return [(report.recipient, report.status) for report in reports(status)]


BOTH = [("ann@b.org", "5.1.1"), ("bo@b.org", "5.2.2")]


class TestGroups:
    def test_are_divided_by_empty_lines(self) -> None:
        assert recipients(f"Reporting-MTA: dns; x\n\n{ANN}\n{BO}") == BOTH

    def test_are_divided_where_there_is_no_empty_line(self) -> None:
        assert recipients(f"Reporting-MTA: dns; x\n{ANN}{BO}") == BOTH

    def test_stay_whole_with_an_empty_line_behind_each_field(self) -> None:
        assert recipients(f"Reporting-MTA: dns; x\n\n{ANN}{BO}".replace("\n", "\n\n")) == BOTH

    def test_may_begin_with_any_field(self) -> None:
        status = "Status: 5.1.1\nAction: failed\nFinal-Recipient: rfc822; ann@b.org\n"
        assert recipients(f"{status}\n{BO}") == BOTH

    def test_without_a_recipient_take_the_only_one_of_the_words(self) -> None:
        found = reports("Action: failed\nStatus: 5.1.1\n", "<ann@b.org>: no such user")
        assert [report.recipient for report in found] == ["ann@b.org"]

    def test_of_the_message_alone_are_no_report(self) -> None:
        assert reports("Reporting-MTA: dns; x\nArrival-Date: today\n") == []

    def test_beyond_the_hundredth_are_left_out(self) -> None:
        assert len(reports("\n".join([ANN] * 500))) == 100


class TestRecipient:
    def test_is_the_final_one(self) -> None:
        status = "Original-Recipient: rfc822; list@b.org\n" + ANN
        assert recipients(status) == [("ann@b.org", "5.1.1")]

    def test_is_the_original_one_where_the_final_is_a_name_of_the_house(self) -> None:
        status = ANN.replace("ann@b.org", "ann@store7") + "Original-Recipient: rfc822;ann@b.org\n"
        assert recipients(status) == [("ann@b.org", "5.1.1")]


class TestAction:
    def test_delayed_is_no_failure(self) -> None:
        [report] = reports(ANN.replace("failed", "delayed"))
        assert (report.cause, report.is_hard) == ("delayed", False)

    def test_relayed_is_a_delivery(self) -> None:
        [report] = reports(ANN.replace("failed", "relayed (to a server without DSN)"))
        assert (report.cause, report.is_hard) == ("delivered", False)


def test_a_diagnostic_is_unfolded_and_freed_of_its_type() -> None:
    [report] = reports(ANN + "Diagnostic-Code: smtp; 550 no\n  such user\n")
    assert report.diagnostic == "550 no such user"


def test_the_comment_of_a_status_is_a_diagnostic() -> None:
    [report] = reports(ANN.replace("5.1.1", "5.0.0 (mailbox is full)"))
    assert (report.cause, report.diagnostic) == ("mailbox-full", "(mailbox is full)".strip("()"))


def test_what_is_said_about_one_recipient_is_not_taken_for_another() -> None:
    status = f"{ANN}\n{BO}".replace("5.1.1", "5.0.0").replace("5.2.2", "5.0.0")
    words = "<ann@b.org>: 550 no such user\n<bo@b.org>: 552 mailbox full"
    assert [report.cause for report in reports(status, words)] == [
        "no-such-address",
        "mailbox-full",
    ]
