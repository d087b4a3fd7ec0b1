"""Where a line break stands for a space, and where for nothing."""

from __future__ import annotations

import pytest

from publisher.cjk import joins, unfold


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [
        ("中", "文", True),
        ("，", "文", True),
        ("中", "Ａ", True),
        ("々", "〇", True),
        ("ガ", "ｶﾞ", True),
        ("ㄅ", "ㄆ", True),
        ("𠀀", "𰀀", True),
        ("”", "中", True),
        ("中", "—", True),
        ("”", "“", False),
        ("中", "a", False),
        ("1", "中", False),
        ("한", "글", False),
        ("中", "한", False),
        ("中", "🏆", False),
        ("中", "", False),
        ("", "", False),
    ],
)
def test_han_kana_and_full_width_characters_join(left: str, right: str, together: bool) -> None:
    """Hangul, Latin and emoji are written with spaces."""
    assert joins(left, right) is together


def test_a_space_that_was_typed_stays() -> None:
    """Only the spaces that YAML put for line breaks go."""
    assert unfold("中 文中 文", ["中 文中", "  文"]) == "中 文中文"


def test_each_seam_is_looked_for_behind_the_last() -> None:
    """Also where the same characters meet several times."""
    assert (
        unfold("中 文 中 文 a 中 b", ["中", "文", "中", "文", "a", "中", "b"]) == "中文中文 a 中 b"
    )
