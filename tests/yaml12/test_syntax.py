"""The slips that editors make most, and what they are told."""

from __future__ import annotations

import pytest

from publisher.document import parse

SLIPS = {
    "a full-width colon": ("title：中文\nbody: x\n", (1, 6), "full-width", '": "'),
    "a full-width colon alone": ("title：中文\n", (1, 6), "full-width", '": "'),
    "a full-width colon below": ("t:\n  zh：中\n  en: x\n", (2, 5), "full-width", '": "'),
    "a full-width colon in braces": ("t: {zh：中, en: x}\n", (1, 7), "full-width", '": "'),
    "a full-width comma in braces": ("t: {zh: 中，en: x}\n", (1, 10), "full-width", '", "'),
    "a full-width space after the colon": ("t:\u3000x\nb: 1\n", (1, 3), "space", "type a space"),
    "a full-width space before a name": ("\u3000zh: x\n", (1, 1), "full-width", "ordinary spaces"),
    "no space after the colon": ("a: 1\nkey:value\nb: 2\n", (2, 4), "no space", "key: value"),
    "no space after the first colon": ("key:value\nb: 2\n", (1, 4), "no space", "key: value"),
    "no space after a colon in braces": ("t: {zh:中, en: x}\n", (1, 7), "no space", "zh: 中"),
    "a colon in the text": ("title: a: b\n", (1, 8), "colon", 'title: "a: b"'),
    "a colon in an item": ("- x\n- a: b: c\n", (2, 6), "colon", '"b: c"'),
    "a colon within Chinese quotes": ("t: “a: b”\n", (1, 4), "“ is no quotation mark", '"“a: b”"'),
    "a text with @": ("t: @foo bar\n", (1, 4), '"@"', '"@foo bar"'),
    "a text with a backquote": ("t: `x`\n", (1, 4), '"`"', '"`x`"'),
    "a text with %": ("t: %x\n", (1, 4), '"%"', '"%x"'),
    "a text with [": ("t: [注] 谷歌\n", (1, 4), '"["', '"[注] 谷歌"'),
    "a text with {": ("t: {date} news\n", (1, 4), '"{"', '"{date} news"'),
    "a placeholder": ("t: {date}\n", (1, 5), '"date"', "between quotes"),
    "a text with *": ("t: *foo bar\nb: 1\n", (1, 4), '"*"', '"*foo bar"'),
    "a text with **": ("t: **重要** x\n", (1, 4), '"*"', '"**重要** x"'),
    "a text with &": ("t: &foo bar\n", (1, 4), '"&"', '"&foo bar"'),
    "a text with & alone": ("t: & bar\n", (1, 4), '"&"', '"& bar"'),
    "a text with !": ("t: !重要 bar\n", (1, 4), '"!"', '"!重要 bar"'),
    "a text with ! and a word": ("t: !foo bar\n", (1, 4), '"!"', '"!foo bar"'),
    "a text with >": ("t: >50% x\nb: 1\n", (1, 4), '">"', "between quotes"),
    "a text with |": ("t: | x\nb: 1\n", (1, 4), '"|"', "the line after"),
    "a text with :": ("t: : x\n", (1, 4), '":"', '": x"'),
    "a text with ,": ("t: ,x\n", (1, 4), '","', '",x"'),
    "a text with ?": ("t: ? x\n", (1, 4), '"?"', '"? x"'),
    "an unclosed quote": ('t: "abc\nb: def\n', (1, 4), "not closed", 'with "'),
    "an unclosed quote before another": ('t: "abc\nb: "def"\n', (1, 4), "not closed", 'with "'),
    "a quote closed by a curly one": ('t: "abc”\nb: x\n', (1, 4), "not closed", "does not count"),
    "quotes within quotes": ('t: "he "hi" x"\n', (1, 9), "after the closing", "“ ”"),
    "an apostrophe in quotes": ("t: 'it's x'\n", (1, 8), "after the closing", "''"),
    "a backslash": ('t: "\\d"\n', (1, 5), "backslash", "\\\\"),
    "one space too few": ("a:\n  b: 1\n c: 2\n", (3, 2), "1 space", "0 or 2"),
    "one space too many": ("a: 1\n b: 2\n", (2, 2), "deeper", 'beside "a"'),
    "the first line indented": (
        "  a: 1\nb: 2\n",
        (2, 1),
        "the first one by 2",
        "start of the line",
    ),
    "a tab": ("a:\n\tb: 1\n", (2, 1), "tab", "two for each level"),
    "a tab after spaces": ("a:\n  \tb: 1\n", (2, 3), "tab", "spaces"),
    "a block text not indented": ("a: |\nfoo\nb: 1\n", (2, 1), "less", "at least 2"),
    "a block text less indented": ("a: |\n    foo\n  bar\nb: 1\n", (3, 3), "less", "at least 4"),
    "no dash": ("t:\n  - a\n  b\nc: 1\n", (3, 3), "no dash", '"- "'),
    "no dash before a field": ("t:\n  - a\n  c: 1\n", (3, 3), "no dash", '"- "'),
    "no space after the dash": ("t:\n-a\n-b\n", (2, 1), "no space after the dash", '"- a"'),
    "a list on the line of its name": ("t: - a\n", (1, 4), "list", "a line of its own"),
    "a list below a text": ("a: x\n  - y\nb: 1\n", (2, 3), "became part", "indent"),
    "an item too deep": ("t:\n  - a\n   - b\n", (3, 4), "became part", "like the other items"),
    "an item too shallow": ("t:\n  - a\n - b\n", (3, 2), "list item", "under the field"),
    "fields below a plain item": (
        "s:\n  - CNBC\n    t: x\n",
        (3, 5),
        "plain list item",
        "- name: C",
    ),
    "an unclosed [": ("a: [x, y\nb: 1\n", (1, 4), "not closed", '"]"'),
    "an unclosed {": ("a: {x: 1, y: 2\nb: 1\n", (1, 4), "not closed", '"}"'),
    "a colon in brackets": ("a: [b: c: d]\n", (1, 9), "comma", "quotes"),
    "a comma in braces": ("a: {en: Google, the giant}\n", (1, 17), "the giant", "comma"),
    "a bracket too many": ("a: [1, 2]]\nb: 1\n", (1, 10), "too many", "delete"),
    "a name without a colon": ("title\nb: 1\n", (1, 1), "name", "write the name"),
    "a title given twice": ("title: a\ntitle: b\n", (2, 1), "line 1", "keep one"),
    "fields after a list": ("- a\nb: 1\n", (2, 1), "not both", "name of its own"),
    "doubled braces": ("t: {{x}}\n", (1, 5), "must be a text", "quotes"),
}


@pytest.mark.parametrize(("text", "place", "what", "remedy"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_named_at_its_place(
    text: str, place: tuple[int, int], what: str, remedy: str
) -> None:
    """The place is that of the slip, not where the parser gave up; the remedy can be typed in."""
    _, problems = parse(text.encode(), "f.yaml")
    first = problems[0]

    assert (first.line, first.column) == place
    assert what in first.what
    assert remedy in first.remedy


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_places_do_not_depend_on_line_ends(ending: str) -> None:
    """The same file from Windows has the same places."""
    _, problems = parse(f"a: 1{ending}title: a: b{ending}".encode(), "f.yaml")

    assert [(one.line, one.column) for one in problems] == [(2, 8)]


def test_what_came_before_a_slip_is_reported_too() -> None:
    """A syntax error ends the reading, but hides nothing that was found."""
    _, problems = parse(b"a: 1\na: 2\nb: @x\na: 3\n", "f.yaml")

    assert [one.line for one in problems] == [2, 3]
