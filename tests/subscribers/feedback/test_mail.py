"""Mails taken apart: headers, parts, charsets and line ends, well made or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.feedback.mail import (
    MOST_OCTETS,
    decoded,
    decoded_words,
    leaves,
    parse,
    split_headers,
    with_line_feeds,
)


class TestLineEnds:
    @pytest.mark.parametrize(
        "octets",
        [b"a\nb\n\nc\n", b"a\r\nb\r\n\r\nc\r\n", b"a\rb\r\rc\r", b"a\r\r\nb\r\r\n\r\r\nc\r\r\n"],
    )
    def test_become_line_feeds(self, octets: bytes) -> None:
        assert with_line_feeds(octets) == b"a\nb\n\nc\n"

    def test_of_a_crlf_mail_converted_to_cr_are_single_ones(self) -> None:
        assert with_line_feeds(b"a\r\rb\r\r\r\rc\r\r") == b"a\nb\n\nc\n"


class TestHeaders:
    def test_are_unfolded_and_named_in_lower_case(self) -> None:
        headers, body = split_headers("Subject: one\n two\nTO : a@b.org\n\ntext\n")
        assert headers.fields == (("subject", "one two"), ("to", "a@b.org"))
        assert body == "text\n"

    def test_end_at_a_line_that_is_none(self) -> None:
        headers, body = split_headers("Subject: one\nHi. This is the program\n\nmore")
        assert headers.get("subject") == "one"
        assert body == "Hi. This is the program\n\nmore"

    def test_may_come_behind_the_line_of_a_mailbox_file(self) -> None:
        assert split_headers("From ann Sun Apr 26\nSubject: one\n\n")[0].get("subject") == "one"

    def test_of_one_name_are_all_kept(self) -> None:
        headers, _ = split_headers("To: a\nTo: b\n\n")
        assert headers.all("to") == ["a", "b"]
        assert headers.get("cc") == ""

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("=?gb2312?B?z7XNs83L0MU=?=", "系统退信"),
            ("=?utf-8?q?caf=C3=A9_au?= lait", "café au lait"),
            ("=?utf-8?b?57O7?= \n =?utf-8?b?57uf?=", "系统"),
            ("=?no-such-charset?b?57O7?=", "系"),
            ("=?utf-8?b?%%%?=", ""),
            ("plain", "plain"),
        ],
    )
    def test_are_decoded(self, value: str, text: str) -> None:
        assert decoded_words(value) == text


class TestText:
    @pytest.mark.parametrize(
        ("octets", "charset", "text"),
        [
            ("退信".encode("gbk"), "gb2312", "退信"),
            ("退信".encode("gbk"), "", "退信"),
            ("退信".encode(), "gbk-unknown", "退信"),
            ("配信".encode("iso-2022-jp"), "ISO-2022-JP", "配信"),
            (b"abc", "punycode", "abc"),
            (b"\xff", "utf-8", "\ufffd"),
        ],
    )
    def test_is_decoded_by_its_charset_or_a_guess(
        self, octets: bytes, charset: str, text: str
    ) -> None:
        assert decoded(octets, charset) == text

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("base64", "6YCA5L+h"),
            ("base64", "6YCA\n5L+h!!"),
            ("quoted-printable", "=E9=80=80=\n=E4=BF=A1"),
        ],
    )
    def test_is_freed_of_its_transfer_encoding(self, encoding: str, body: str) -> None:
        head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}"
        assert parse(f"{head}\n\n{body}".encode()).text() == "退信"

    @given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "8bit", "x"]))
    def test_comes_out_of_any_octets(self, octets: bytes, encoding: str) -> None:
        mail = b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + octets
        assert "\r" not in parse(mail).text()


class TestParts:
    def test_are_found_in_their_order(self) -> None:
        mail = (
            'Content-Type: multipart/mixed; boundary="x y"\n\nbefore\n--x y\n\none\n'
            "--x y\nContent-Type: text/html\n\ntwo\n--x y--\nbehind"
        )
        assert [(part.type, part.text().strip()) for part in leaves(parse(mail.encode()))] == [
            ("text/plain", "one"),
            ("text/html", "two"),
        ]

    @pytest.mark.parametrize("head", ["Content-Type: multipart/mixed; boundary=a", "Subject: x"])
    def test_are_found_under_another_boundary_than_the_one_named(self, head: str) -> None:
        mail = f"{head}\n\n--b\n\none\n--b\n\ntwo\n--b--\n"
        assert [part.text().strip() for part in leaves(parse(mail.encode()))] == ["one", "two"]

    def test_that_are_not_there_leave_the_text(self) -> None:
        mail = b"Content-Type: multipart/report; boundary=a\n\nHi. This is the program\n"
        [part] = leaves(parse(mail))
        assert (part.type, part.text()) == ("text/plain", "Hi. This is the program\n")

    def test_of_a_type_written_badly_are_still_known(self) -> None:
        assert parse(b"Content-Type: Text/Plain\n   charset=gbk\n\nx").type == "text/plain"

    def test_a_message_within_the_message_is_one_part(self) -> None:
        mail = b"Content-Type: message/rfc822\n\nSubject: inner\n\ntext"
        [part] = leaves(parse(mail))
        assert part.embedded().headers.get("subject") == "inner"

    def test_of_a_digest_are_messages(self) -> None:
        mail = b"Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\n--d--"
        assert [part.type for part in leaves(parse(mail))] == ["message/rfc822"]


def test_of_a_long_mail_the_beginning_is_read() -> None:
    assert len(parse(b"\n" + b"x" * MOST_OCTETS * 2).body) == MOST_OCTETS - 1
