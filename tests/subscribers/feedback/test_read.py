"""Every shape of feedback, ordinary mail, and octets that are neither."""

from __future__ import annotations

import collections
import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.feedback.read import read
from publisher.subscribers.feedback.report import Report

MAILS = Path(__file__).parent / "mails"
SAMPLES = sorted((MAILS / "samples").glob("*.eml"))
ORDINARY = sorted((MAILS / "ordinary").glob("*.eml"))

Said = tuple[str, str, str, str, bool, str]


def labels() -> dict[str, list[Said]]:
    """What labels.tsv says of each sample."""
    found = collections.defaultdict(list)
    with (MAILS / "labels.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found[row["file"]].append(
                (
                    row["recipient_by_p5sisimai"],
                    row["status"],
                    row["reply"],
                    row["reason"],
                    row["hard"] == "1",
                    row["feedback_or_other"],
                )
            )
    return found


LABELS = labels()


def said(report: Report) -> Said:
    return (
        report.recipient,
        report.status,
        report.reply,
        report.cause,
        report.is_hard,
        report.feedback_type,
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_each_sample_is_read_as_it_is_labelled(path: Path) -> None:
    assert [said(report) for report in read(path.read_bytes())] == LABELS[path.name]


@pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.stem)
def test_ordinary_mail_says_nothing(path: Path) -> None:
    """Absence notes, challenges, receipts, newsletters, and people who write about bounces."""
    assert read(path.read_bytes()) == []


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\r\r\n"], ids=["CRLF", "CR", "CRCRLF"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_line_ends_make_no_difference(path: Path, end: bytes) -> None:
    plain = path.read_bytes()
    assert b"\r" not in plain
    assert read(plain.replace(b"\n", end)) == read(plain)


class TestKind:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("dsn-no-such-user", "bounce"),
            ("dsn-delivered", "bounce"),
            ("arf-abuse", "complaint"),
            ("arf-not-spam", "complaint"),
            ("complaint-without-format", "complaint"),
            ("arf-opt-out", "unsubscribe"),
        ],
    )
    def test_is_what_the_mail_is_about(
        self, mail: Callable[[str], bytes], name: str, kind: str
    ) -> None:
        assert [report.kind for report in read(mail(name))] == [kind]


class TestOriginal:
    @pytest.mark.parametrize(
        "name",
        [
            "dsn-no-such-user",  # its header as text/rfc822-headers
            "dsn-mailbox-full",  # whole, as message/rfc822
            "qmail-no-mailbox",  # behind a line of dashes
            "opensmtpd-domain",  # behind a sentence
            "dsn-within-a-notice",  # a bounce within a bounce
            "arf-redacted",
        ],
    )
    def test_is_known_by_its_message_id_and_our_marks(
        self, mail: Callable[[str], bytes], name: str
    ) -> None:
        [report] = read(mail(name))
        assert report.message_id == "0f3c9a@news.example.com"
        assert report.tokens == (
            "<b+k7Qz3@bounce.news.example.com>",
            "<https://news.example.com/u/k7Qz3>, <mailto:unsubscribe+k7Qz3@news.example.com>",
        )

    def test_is_known_by_the_envelope_id_it_was_sent_with(
        self, mail: Callable[[str], bytes]
    ) -> None:
        assert [report.envelope_id for report in read(mail("dsn-no-such-user"))] == ["QQ314159"]

    def test_that_did_not_come_back_leaves_both_empty(self, mail: Callable[[str], bytes]) -> None:
        [report] = read(mail("marshal-affected"))
        assert (report.message_id, report.tokens) == ("", ())


class TestDiagnostic:
    def test_holds_the_words_of_the_other_side(self, mail: Callable[[str], bytes]) -> None:
        [report] = read(mail("dsn-no-such-user"))
        assert report.diagnostic == (
            "550 5.1.1 <ann@reader.example.org>: Recipient address rejected: "
            "User unknown in virtual mailbox table"
        )

    def test_is_short_and_free_of_control_characters(self, mail: Callable[[str], bytes]) -> None:
        hostile = "550 5.1.1 no\x1b[2J such\x07 user \u202e" + "x" * 5000
        sample = mail("dsn-no-such-user").decode()
        changed = sample.replace("550 5.1.1 <ann@reader.example.org>: Recipient", hostile)
        [report] = read(changed.encode())
        assert report.diagnostic.startswith("550 5.1.1 no [2J such user xxx")
        assert report.diagnostic.isprintable()
        assert len(report.diagnostic) == 500


class TestAnyOctets:
    @given(st.binary(max_size=2000))
    def test_are_read_without_an_error(self, octets: bytes) -> None:
        assert all(report.kind for report in read(octets))

    @given(st.sampled_from(SAMPLES), st.data())
    def test_a_changed_sample_is_read_without_an_error(
        self, path: Path, data: st.DataObject
    ) -> None:
        """Pieces cut out, put in and exchanged, as broken gateways do."""
        octets = path.read_bytes()
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(octets)))
            end = data.draw(st.integers(start, min(len(octets), start + 400)))
            put = data.draw(st.binary(max_size=12) | st.sampled_from(PIECES))
            octets = octets[:start] + put + octets[end:]
        for report in read(octets):
            assert len(report.diagnostic) <= 500
            assert not (
                report.is_hard and report.cause not in {"no-such-address", "no-such-domain"}
            )

    @pytest.mark.parametrize(
        "filling",
        [b"@", b"a@", b"<", b"=?utf-8?b?", b"mail to ", b"--a\n", b"550 5.1.1 ", b" \n", b"\r"],
    )
    def test_a_mail_of_megabytes_gives_few_reports(self, filling: bytes) -> None:
        head = b"Return-Path: <>\nFrom: MAILER-DAEMON@x\nSubject: failure notice\n\n"
        assert len(read(head + filling * (2_000_000 // len(filling)))) <= 100

    def test_parts_within_parts_end_somewhere(self) -> None:
        nested = "".join(
            f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(3000)
        )
        assert read(nested.encode()) == []


PIECES = [
    b"\n\n",
    b"\n",
    b"--report/mx.example.net",
    b"@",
    b"<>",
    b"=?utf-8?b?",
    b"\xff\xfe",
    b"=\n",
]
