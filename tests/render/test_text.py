"""The plain text of the mail, and how it is wrapped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from builders import both, bulletin, entry, issue, section, table, theme, views
from hypothesis import given
from hypothesis import strategies as st

from publisher.render import text
from publisher.render.email import MailLinks
from publisher.render.text import CLOSING, COLUMNS, OPENING, tidy, width, wrap

PAGE = "https://news.example.com/zh/daily-ten/2026-04-26/"
LEAVE = "https://news.example.com/zh/leave/"
SHOW = ["emoji", "source", "happened", "summary", "body", "verification", "fields", "sources"]

HAN = st.text("汉字排版，。、“”（）《》——……", min_size=1, max_size=40)
WORDS = st.text("abc XYZ 0.5%, (d) -", max_size=40)
URLS = st.sampled_from(["https://example.com/a/b?c=d#e", "https://e.org/" + "x" * 90])
LINKS = URLS.map(lambda url: f" ({url})")
PARAGRAPHS = st.lists(HAN | WORDS | LINKS | URLS.map(" {} ".format), max_size=12).map("".join)


def mail(*found: Any, edition: str = "zh", settings: Any = None, **changes: Any) -> str:
    """The plain text of an issue with these entries."""
    entries = list(found) or [entry()]
    chosen = views(edition)
    revision = issue(entries, settings or bulletin(section(show=SHOW)), **changes)
    shown = chosen.issue(revision, {each.entry.id: each for each in entries})
    return text.render(theme(), chosen, shown, MailLinks(PAGE, LEAVE, LEAVE))


def without_space(line: str) -> str:
    return re.sub(r"[\s<>()]", "", line)


class TestWrapping:
    @given(PARAGRAPHS)
    def test_no_line_is_too_wide(self, paragraph: str) -> None:
        """Only what cannot be broken may be wider: an address, a word, a run of marks."""
        for line in wrap(paragraph):
            unbroken = "http" in line or not re.search(r"[汉字排版 ]", line.strip()[1:])
            assert width(line) <= COLUMNS or unbroken

    @given(PARAGRAPHS)
    def test_nothing_is_lost(self, paragraph: str) -> None:
        """Wrapping moves spaces and the punctuation behind an address, and nothing else."""
        before, after = without_space(paragraph), without_space("".join(wrap(paragraph)))
        assert sorted(before) == sorted(after)
        assert re.sub(r"https?://[!-~]+", "", paragraph) != paragraph or before == after

    @given(PARAGRAPHS)
    def test_lines_begin_and_end_as_they_may(self, paragraph: str) -> None:
        """No closing mark begins a line, no opening one ends it."""
        lines = wrap(paragraph)
        assert all(each.strip()[0] not in CLOSING for each in lines[1:])
        assert all(each.strip()[-1] not in OPENING for each in lines[:-1] if "http" not in each)

    @given(HAN, URLS, HAN)
    def test_address_stands_whole_on_its_own_line(self, before: str, url: str, after: str) -> None:
        """A mail program finds it, whatever stands around it."""
        lines = wrap(f"字{before}字 ({url})字{after}")
        assert f"<{url}>" in lines

    def test_punctuation_behind_a_link_stays_with_the_words(self) -> None:
        """It would begin the line after the address."""
        assert wrap("见报告 (https://e.org/a)，然后") == ["见报告，", "<https://e.org/a>", "然后"]

    def test_address_with_brackets_is_whole(self) -> None:
        """As encyclopaedias write them."""
        assert wrap("x (https://e.org/a_(b))")[1] == "<https://e.org/a_(b)>"

    def test_list_items_hang(self) -> None:
        """The second line stands beneath the text of the first."""
        assert wrap("12. " + "字" * 40)[1] == "    " + "字" * 6
        assert wrap("- " + "word " * 20)[1].startswith("  word")

    @pytest.mark.parametrize(
        ("written", "columns"),
        [("abc", 3), ("中文", 4), ("，", 2), ("ｆ", 2), ("e\u0301", 1), ("🏆", 2), ("a\u200b", 1)],
    )
    def test_width_counts_columns(self, written: str, columns: int) -> None:
        """Wide characters take two, combining ones none (UAX #11)."""
        assert width(written) == columns

    def test_blank_lines_do_not_pile_up(self) -> None:
        """One blank line is enough, and none at the ends."""
        assert tidy("\n\na\n\n\n\nb\n\n") == "a\n\nb\n"


class TestText:
    def test_tells_the_same_stories(self) -> None:
        """Every part that the section shows is there."""
        found = entry(
            emoji="🏆",
            happened="2026-04-24",
            fields={"why": both("Because")},
            verification={"status": "verified", "note": both("Checked")},
        )
        plain = mail(found, edition="en")
        for part in (
            "1. 🏆 Title one (en) — cnbc.com", "Happened: April 24, 2026", "Summary one (en)",
            "Why it matters: Because (en)", "Type: Verified fact", "Verification: Checked (en)",
            "- CNBC | A story\nhttps://cnbc.com/a\n",
        ):  # fmt: skip
            assert part in plain

    def test_names_the_account(self) -> None:
        """A view has who holds it in its headline."""
        said = entry(kind="signal", fields={"handle": "@someone"})
        assert "1. @someone: Title one (en)" in mail(said, edition="en")

    def test_stands_stacked(self) -> None:
        """Headlines of both languages, then texts of both."""
        plain = mail(edition="bilingual")
        order = ["Title one（中）", "Title one (en)", "Summary one（中）", "Summary one (en)"]
        places = [plain.rindex(each) for each in order]
        assert places == sorted(places)

    def test_has_address_and_way_out(self) -> None:
        """Who sends it, and where to leave, each address on a line of its own."""
        lines = mail().splitlines()
        assert {PAGE, LEAVE, "上海样张路100号"} <= set(lines)
        assert any("你订阅了《每日十条》（中文版）" in each for each in lines)

    def test_is_text_and_no_html(self) -> None:
        """Nothing is escaped, and no tag is left."""
        plain = mail(entry(title={"zh": "A & B <3"}, summary={"zh": "**粗**与“引”"}))
        assert "A & B <3" in plain
        assert "粗与“引”" in plain
        assert not re.search(r"&(amp|lt|gt|#\d+);|</?(p|b|strong)>", plain)

    def test_control_characters_are_gone(self) -> None:
        """Nothing turns the direction of what follows."""
        assert "甲乙" in mail(entry(title={"zh": "甲\x08\u202e乙"}))

    def test_lines_are_short(self) -> None:
        """A long text is wrapped."""
        plain = mail(entry(summary={"zh": "长文。" * 400}))
        assert max(map(width, plain.splitlines())) <= COLUMNS

    def test_lists_references_and_corrections(self) -> None:
        """What earlier issues got wrong, and the sources of this one."""
        plain = mail(
            edition="en",
            references=[{"publisher": "arXiv", "title": "A paper", "url": "https://arxiv.org/1"}],
            notices=[{
                "entry": "2026/04/20/old", "title": both("Old story"),
                "correction": {"date": "2026-04-25", "note": both("It was seven")},
            }],
        )  # fmt: skip
        assert "1. arXiv | A paper\nhttps://arxiv.org/1" in plain
        assert "Old story (en)\nhttps://news.example.com/en/e/2026/04/20/old/" in plain
        assert "It was seven (en)" in plain

    def test_says_what_the_day_of_a_table_is(self) -> None:
        """A date alone could be anything, such as that of the issue."""
        written = {"traffic": {"table": table(as_of="2026-04-20")}}
        revision = issue([], bulletin(section("traffic", "table")), written)
        links = MailLinks(PAGE, LEAVE, LEAVE)
        found = text.render(theme(), views("en"), views("en").issue(revision, {}), links)
        assert "As of April 20, 2026" in found

    def test_is_the_same_each_time(self) -> None:
        """The same issue gives the same text."""
        assert mail() == mail()
