"""Lines of text for a box: none too wide, nothing lost, no mark where it may not stand."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from publisher.render.line_breaking import ELLIPSIS, is_cut, lines, width

HAN = "联合国接连开会商讨AI治理，诺贝尔奖得主辛顿呼吁给AI装上“方向盘”"
LATIN = "Google commits up to $40 billion to Anthropic, most of it in TPU capacity"
FONTS = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED, KOREAN = 2, 1
"""The fonts of a collection, by their place in it."""

letters = st.sampled_from(
    "谷歌亿元的，。、：；！？（）《》“”「」—…·AIaWmGPT4.7-20 ,.:;!?()%$&'’ÉèßЖщ"
)
texts = st.text(letters, max_size=80)


@cache
def font(name: str, at: int) -> ImageFont.FreeTypeFont:
    """A font of fonts-noto-cjk at a thousand px, or the test is skipped."""
    file = FONTS / name
    if not file.is_file():
        pytest.skip("needs fonts-noto-cjk")
    return ImageFont.truetype(file, 1000, index=at)


@pytest.mark.parametrize("name", ["NotoSansCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc"])
@given(text=texts, room=st.integers(3, 40), is_cjk=st.booleans())
def test_no_line_is_wider_than_its_box(name: str, text: str, room: int, is_cjk: bool) -> None:
    """As measured in the fonts that the themes name."""
    found = lines(text, room, 5, is_cjk=is_cjk)

    used = font(name, SIMPLIFIED if is_cjk else KOREAN)
    assert all(used.getlength(each) / 1000 <= room + 0.01 for each in found)
    assert all(width(each, is_cjk=is_cjk) <= room + 1e-9 for each in found)


@given(text=texts, room=st.integers(3, 40), is_cjk=st.booleans())
def test_nothing_is_lost(text: str, room: int, is_cjk: bool) -> None:
    """But for spaces at the ends of lines."""
    found = lines(text, room, 99, is_cjk=is_cjk)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert not is_cut(text, found)
    assert all(each and each == each.strip() for each in found)


@given(text=texts, room=st.integers(8, 40), most=st.integers(1, 3), is_cjk=st.booleans())
def test_what_is_cut_says_so(text: str, room: int, most: int, is_cjk: bool) -> None:
    """With an ellipsis, after what the text begins with."""
    found = lines(text, room, most, is_cjk=is_cjk)

    assert len(found) <= most
    if is_cut(text, found):
        assert found[-1].endswith(ELLIPSIS)
        assert "".join(text.split()).startswith("".join("".join(found)[:-1].split()))


@given(words=st.lists(st.from_regex("[“（《]?[谷歌亿]{1,3}[，。、；！？）》]?", fullmatch=True)))
def test_marks_stand_beside_what_they_belong_to(words: list[str]) -> None:
    """None that closes begins a line, none that opens ends one."""
    found = lines("".join(words), 8, 99, is_cjk=True)

    assert all(each[0] not in "，。、；！？）》" for each in found)
    assert all(each[-1] not in "“（《" for each in found)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("一二三四，五六", 4, ("一二三", "四，五六")),
        ("一二三（四）五六", 4.5, ("一二三", "（四）", "五六")),
        ("投资400亿美元", 4.5, ("投资", "400亿", "美元")),
        ("one two three", 5, ("one two", "three")),
        ("用DeepSeek写代码", 6, ("用", "DeepSeek", "写代码")),
    ],
)
def test_where_lines_break(text: str, room: float, expected: tuple[str, ...]) -> None:
    """Between words, and between Han characters but for their marks and numbers."""
    assert lines(text, room, 9, is_cjk=True) == expected


def test_two_lines_part_where_the_text_pauses() -> None:
    """Where that leaves neither of them short."""
    assert lines(HAN, 22, 2, is_cjk=True) == (HAN[:14], HAN[14:])
    assert lines(LATIN, 30, 2, is_cjk=False)[0].endswith("Anthropic,")


def test_lines_are_of_equal_length() -> None:
    """No word is left alone in the last one."""
    text = "More than a thousand robots are at work in the Texas factory"
    first, second = lines(text, 28, 2, is_cjk=False)

    assert abs(len(first) - len(second)) <= len("thousand")


def test_a_word_that_is_wider_than_the_box_is_broken() -> None:
    """Anywhere: there is no other way."""
    assert len(lines("Donaudampfschifffahrtsgesellschaft", 10, 9, is_cjk=False)) > 1


def test_widths_are_known_for_what_is_not_in_the_table() -> None:
    """Accents take no room of their own; letters of other scripts take the most."""
    assert width("é", is_cjk=False) == width("e", is_cjk=False)
    assert width("e\u0301", is_cjk=False) == width("e", is_cjk=False)
    assert width("Ж", is_cjk=False) > width("W", is_cjk=False)
    assert width("“", is_cjk=True) == 1 > width("“", is_cjk=False)
    assert all(width(chr(each), is_cjk=True) >= 0 for each in range(0x20, 0x3000)
               if unicodedata.category(chr(each)) != "Cn")  # fmt: skip
