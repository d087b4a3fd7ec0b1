"""The message as bytes: headers that cannot be broken out of, and both forms of the mail."""

from __future__ import annotations

import datetime as dt
import email
import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.message import (
    Letter,
    address,
    compose,
    encoded,
    list_id_of,
    message_key,
    phrase,
)
from publisher.errors import ContentError

ANY_TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Zs", "Cf"]))
LINES = st.lists(ANY_TEXT.filter(bool), min_size=1).map(" ".join)


def letter(**changes: Any) -> Letter:
    data: dict[str, Any] = {
        "subject": "AI前沿发展日报｜四月二十六日",
        "sender_name": "望潮新闻室",
        "sender_address": "b@news.example.com",
        "recipient": "reader@example.org",
        "date": dt.datetime.fromisoformat("2026-04-26T18:00:00+08:00"),
        "key": message_key("daily-ten/2026-04-26", "4711"),
        "seed": "0123456789abcdef",
        "domain": "news.example.com",
        "language_tags": ("zh-CN", "en"),
        "html": "<!doctype html>\n<p>你好，世界</p>\n",
        "text": "你好，世界\n",
        "list_id": list_id_of("daily-ten", "zh", "news.example.com"),
        "list_name": "每日十条",
        "archived_at": "https://news.example.com/zh/daily-ten/2026-04-26/",
        "list_help": "https://news.example.com/zh/about/",
    }
    return Letter(**(data | changes))


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def sent(**changes: Any) -> EmailMessage:
    return read(compose(letter(**changes)))


class TestHeaders:
    def test_are_those_of_a_list(self) -> None:
        """Each header that mail programs and providers look for, once."""
        found = sent()
        assert found["Message-ID"] == f"<{letter().key}@news.example.com>"
        assert found["Date"] == "Sun, 26 Apr 2026 18:00:00 +0800"
        assert found["List-Id"] == "每日十条 <daily-ten.zh.news.example.com>"
        assert found["Archived-At"] == f"<{letter().archived_at}>"
        assert found["Content-Language"] == "zh-CN, en"
        assert found["X-Auto-Response-Suppress"] == "All"
        assert found["Feedback-ID"] == "daily-ten:zh:issue:newsexamplecom"
        assert found["MIME-Version"] == "1.0"
        assert len(set(found.keys())) == len(found.keys())

    def test_promise_no_way_out_that_is_not_there(self) -> None:
        """One click is promised only where there is a page that takes it (RFC 8058)."""
        assert "List-Unsubscribe" not in sent()
        by_mail = sent(unsubscribe_address="u+1@news.example.com")
        assert by_mail["List-Unsubscribe"] == "<mailto:u+1@news.example.com>"
        assert "List-Unsubscribe-Post" not in by_mail

    def test_ways_out_are_a_page_and_a_mail(self) -> None:
        """In this order, neither folded nor encoded however long they are."""
        url = "https://news.example.com/-/leave/" + "f" * 60
        found = sent(unsubscribe_url=url, unsubscribe_address="u+1@news.example.com")
        assert found["List-Unsubscribe"] == f"<{url}>, <mailto:u+1@news.example.com>"
        assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_a_local_part_in_any_script_is_written_in_utf8(self) -> None:
        """RFC 6532; such a message goes only to servers that announce SMTPUTF8."""
        raw = compose(letter(recipient="用户@bücher.example"))
        assert "\r\nTo: <用户@xn--bcher-kva.example>\r\n".encode() in raw

    def test_others_are_added_as_they_stand(self) -> None:
        """A long address in an added header is neither folded nor encoded."""
        value = f"<https://news.example.com/u/{'x' * 200}>"
        raw = compose(letter(headers=(("List-Unsubscribe", value),)))
        assert f"\r\nList-Unsubscribe: {value}\r\n".encode() in raw

    def test_without_a_list_name_no_list(self) -> None:
        """A letter that belongs to no list says nothing of one."""
        assert not [name for name in sent(list_id="") if name.startswith("List")]

    @pytest.mark.parametrize("name", ["Curious Spark", 'A "B", C', "望潮, 新闻", "a@b", "=?x?="])
    def test_sender_name_comes_back(self, name: str) -> None:
        """Quoted or encoded as it needs."""
        (sender,) = sent(sender_name=name)["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (name, "b@news.example.com")

    def test_domain_in_another_script_is_written_in_ascii(self) -> None:
        """Headers hold A-labels (RFC 5890)."""
        assert address("leser@bücher.example") == "<leser@xn--bcher-kva.example>"

    def test_local_part_in_another_script_is_refused(self) -> None:
        """It goes only to servers that announce SMTPUTF8."""
        with pytest.raises(ContentError, match="its part before the @ is not ASCII"):
            address("用户@example.org")

    def test_date_without_offset_is_refused(self) -> None:
        """A naive date would be read as another moment elsewhere."""
        with pytest.raises(ValueError, match="offset from UTC"):
            sent(date=dt.datetime(2026, 4, 26, 18))  # noqa: DTZ001


class TestInjection:
    @pytest.mark.parametrize("field", ["subject", "sender_name", "list_name"])
    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\r\n "])
    def test_line_end_in_what_is_shown_becomes_a_space(self, field: str, end: str) -> None:
        """It cannot begin another header."""
        found = sent(**{field: f"Daily{end}Bcc: victim@example.org"})
        assert "Bcc" not in found
        assert "Daily Bcc: victim@example.org" in str(
            found["Subject"] + found["From"] + found["List-Id"]
        )

    @pytest.mark.parametrize(
        "field",
        ["sender_address", "recipient", "key", "domain", "list_id", "archived_at", "list_help"],
    )
    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "> <", " "])
    def test_line_end_in_an_address_is_refused(self, field: str, end: str) -> None:
        """Nothing is guessed about an address that cannot be one."""
        with pytest.raises(ContentError):
            sent(**{field: f"a@b.org{end}Bcc: v@example.org"})

    @pytest.mark.parametrize(
        "header", [("X", "a\r\nBcc: b"), ("X\r\nBcc", "b"), ("X:", "b"), ("X", "é")]
    )
    def test_added_header_cannot_break_out(self, header: tuple[str, str]) -> None:
        """What delivery adds is checked like the rest."""
        with pytest.raises(ContentError):
            sent(headers=(header,))

    def test_language_cannot_break_out(self) -> None:
        """Nor a language tag."""
        with pytest.raises(ContentError):
            sent(language_tags=("en\r\nBcc: b",))


class TestEncodedWords:
    @given(LINES)
    def test_text_comes_back(self, written: str) -> None:
        """Whatever the characters, what is decoded is what was written."""
        value = encoded("Subject", written).replace("\r\n", "")
        assert str(make_header(decode_header(value))) == written.strip()

    @given(LINES)
    def test_lines_and_words_are_short_enough(self, written: str) -> None:
        """75 characters a word and 76 a line (RFC 2047, section 2)."""
        value = encoded("Subject", written + "中")
        lines = f"Subject: {value}".split("\r\n")
        assert all(len(line) <= 76 for line in lines)
        assert all(len(word) <= 75 for word in value.split())

    @given(LINES)
    def test_each_word_can_be_decoded_alone(self, written: str) -> None:
        """No character is divided between two words (RFC 2047, section 5)."""
        for word in encoded("Subject", written + "中").split():
            ((octets, charset),) = decode_header(word)
            assert octets.decode(charset)

    def test_ascii_stays_as_it_is(self) -> None:
        """A subject in English is readable in the source."""
        assert encoded("Subject", "Daily: all's well") == "Daily: all's well"

    def test_what_looks_encoded_is_encoded(self) -> None:
        """Else it would be shown as something else."""
        assert (
            str(make_header(decode_header(phrase("From", "=?utf-8?b?QQ==?="))))
            == "=?utf-8?b?QQ==?="
        )


class TestBody:
    def test_holds_text_before_html(self) -> None:
        """The last alternative is the preferred one (RFC 2046, section 5.1.4)."""
        parts = list(sent().iter_parts())
        assert [each.get_content_type() for each in parts] == ["text/plain", "text/html"]
        assert all(each.get_content_charset() == "utf-8" for each in parts)

    def test_comes_back_as_it_was(self) -> None:
        """Both forms, but for CRLF line ends."""
        found = sent()
        bodies = [found.get_body((form,)) for form in ("plain", "html")]
        contents = [each.get_content().replace("\r\n", "\n") for each in bodies if each]
        assert contents == [letter().text, letter().html]

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("你好，世界" * 90, "base64"),
            ("Plain English, with Jürgen’s dash " * 90, "quoted-printable"),
        ],
    )
    def test_is_encoded_the_shorter_way(self, text: str, encoding: str) -> None:
        """Quoted-printable takes nine bytes for a Han character, base64 four."""
        for part in sent(text=text, html=text).iter_parts():
            assert part["Content-Transfer-Encoding"] == encoding

    @pytest.mark.parametrize("content", ["长" * 50_000, "x" * 50_000, ".\r\n.\n" * 99, "é\n" * 99])
    def test_lines_are_short_and_end_in_crlf(self, content: str) -> None:
        """At most 998 octets a line, and no bare line feed (RFC 5322, section 2.1.1)."""
        raw = compose(letter(html=content, text=content))
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
        assert raw.isascii()

    def test_boundary_is_no_line_of_the_content(self) -> None:
        """A text that guesses the boundary changes nothing."""
        guess = f"--=_{letter().seed}--\n"
        assert len(list(sent(text=guess, html=guess).iter_parts())) == 2

    def test_is_the_same_each_time(self) -> None:
        """The same letter gives the same bytes."""
        assert compose(letter()) == compose(letter())


class TestKey:
    def test_tells_deliveries_apart(self) -> None:
        """Issue and recipient count, and cannot run together."""
        keys = {message_key(*each) for each in [("a", "b"), ("x", "b"), ("a", "x"), ("ab", "")]}
        assert len(keys) == 4

    def test_never_changes(self) -> None:
        """Mail programs thread by it, and a repeat is known by it."""
        assert message_key("daily-ten/2026-04-26", "4711") == "932eb9abcc12bf21a129cfad6f73284f"
