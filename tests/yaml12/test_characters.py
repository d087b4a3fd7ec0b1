"""Encodings, and characters that no file may hold."""

from __future__ import annotations

import pytest

from publisher.document import parse

ENGLISH = "title: Meta cuts jobs\n"
CHINESE = "title: 谷歌宣布投资，双寡头格局确立\nbody: Anthropic 与云厂商的绑定\n"
FRENCH = "title: Médecins à l'œuvre, déjà\nbody: Où êtes-vous, né à Orléans\n"


@pytest.mark.parametrize(
    ("raw", "guess", "place"),
    [
        (CHINESE.encode("gb18030"), "GB18030", (1, 8)),
        (CHINESE.encode("gbk"), "GB18030", (1, 8)),
        (FRENCH.encode("cp1252"), "Latin-1", (1, 9)),
        ("a: ü\n".encode("latin-1"), "Latin-1", (1, 4)),
        (ENGLISH.encode("utf-16"), "UTF-16", (1, 1)),
        (CHINESE.encode("utf-16"), "UTF-16", (1, 1)),
        (ENGLISH.encode("utf-16-le"), "UTF-16", (1, 1)),
        (ENGLISH.encode("utf-16-be"), "UTF-16", (1, 1)),
        (CHINESE.encode("utf-8-sig"), "byte order mark", (1, 1)),
        (CHINESE.encode()[:-20] + b"\xe4\xb8\n", "damaged", (2, 17)),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x81\x8d", "no text", (1, 1)),
        (b"a: \xed\xa0\xbd\n", "U+D83D half of a surrogate pair", (1, 4)),
    ],
)
def test_other_encodings_are_told_apart(raw: bytes, guess: str, place: tuple[int, int]) -> None:
    """The message says which one it looks like, and where the first wrong byte is."""
    _, problems = parse(raw, "f.yaml")

    assert [guess in problem.what for problem in problems] == [True]
    assert (problems[0].line, problems[0].column) == place


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\0", "U+0000 NUL"),
        ("\x07", "U+0007 BELL"),
        ("\x1b", "U+001B ESCAPE"),
        ("\x7f", "U+007F DELETE"),
        ("\x85", "U+0085 NEXT LINE"),
        ("\r", "U+000D CARRIAGE RETURN"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufffe", "U+FFFE"),
        ("\u202a", "U+202A LEFT-TO-RIGHT EMBEDDING"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u2069", "U+2069 POP DIRECTIONAL ISOLATE"),
    ],
)
def test_invisible_characters_are_named(char: str, name: str) -> None:
    """An editor cannot see what is to be deleted, so the place and the name must be right."""
    _, problems = parse(f"a: 1\nb: 中{char}文\n".encode(), "f.yaml")

    assert [(one.line, one.column, name in one.what) for one in problems] == [(2, 5, True)]


def test_characters_that_scripts_need_are_kept() -> None:
    """Joiners for Persian and emoji, direction marks, no-break spaces."""
    text = "می\u200cخواهم 👩\u200d💻 \u200e\u200f\xa0"
    found, problems = parse(f"a: x{text}x\n".encode(), "f.yaml")

    assert problems == ()
    assert found is not None
    assert found.data == {"a": f"x{text}x"}


def test_refused_characters_hide_no_other_problem() -> None:
    """All in one run."""
    _, problems = parse("a: \x00\na: 2\nb: \u202e\n".encode(), "f.yaml")

    assert [(one.line, one.code) for one in problems] == [
        (1, "character"),
        (2, "duplicate"),
        (3, "character"),
    ]


def test_many_refused_characters_are_counted() -> None:
    """Ten messages say enough."""
    _, problems = parse(b"a: " + b"\x07" * 50, "f.yaml")

    assert len(problems) == 11
    assert "40 more" in problems[-1].what


def test_tabs_are_reported_once() -> None:
    """Whoever indents with tabs does so in every line."""
    _, problems = parse(b"a:\n\tb: 1\n\tc: 2\n\td: 3\n", "f.yaml")

    (problem,) = problems
    assert problem.line == 2
    assert problem.what == "this line is indented with a tab (and 2 more lines)"


def test_tabs_inside_a_text_are_kept() -> None:
    """Only indentation is refused."""
    found, _ = parse(b"a: x\ty\nb: |\n  y\n  \tz\n", "f.yaml")

    assert found is not None
    assert found.data == {"a": "x\ty", "b": "y\n\tz\n"}
