"""Patterns of one line each, and texts made ready for them."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.phrases.lines import one_of, plain


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("550 <Spam@Full.example.org>:\n  No", "550 <@>: no"),
        ("see https://x.example.org/user-unknown?a=b now", "see x·example·org now"),
        ("host mx.b.org said. Then", "host mx·b·org said. then"),
        ("couldn’t", "couldn't"),
    ],
)
def test_names_and_links_are_no_reasons(text: str, made: str) -> None:
    assert plain(text) == made


@pytest.mark.parametrize("text", ["unknown user", "no such recipient here", "ALIAS UNKNOWN"])
def test_who_stands_for_anybody(text: str) -> None:
    assert one_of("(unknown|no such) WHO\nWHO unknown\n").search(text)


def test_dots_and_a_number_stand_for_so_many_words_at_most() -> None:
    pattern = one_of("over ..2 quota")
    assert pattern.search("over quota")
    assert pattern.search("over its small quota")
    assert not pattern.search("over one two three quota")
