"""Texts in a box: in the largest type that fits, each line in its place."""

from __future__ import annotations

import builders
import pytest

from publisher.language import Localized
from publisher.render.boxes import Setting, fit
from publisher.render.context import Texts

SIZES = (50, 40, 30)


def texts(zh: str, en: str, edition: str = "zh") -> Texts:
    """A text in the languages of an edition."""
    return builders.views(edition).texts(Localized({"zh": zh, "en": en}))


@pytest.mark.parametrize(("letters", "size"), [(20, 50), (24, 40), (33, 30)])
def test_the_first_size_that_fits_is_taken(letters: int, size: int) -> None:
    """In one line, where there may be one."""
    found = fit([texts("字" * letters, "")], (1000, 200), SIZES, most=1)

    assert (found.size, found.is_cut, len(found.lines)) == (size, False, 1)


def test_one_line_of_smaller_type_is_better_than_two() -> None:
    """But not in the smallest."""
    box = (1000, 200)

    assert [each.size for each in fit([texts("字" * 24, "")], box, SIZES).lines] == [40]
    assert [each.size for each in fit([texts("字" * 33, "")], box, SIZES).lines] == [50, 50]


def test_lines_stand_below_each_other_within_the_box() -> None:
    """From its top; texts further apart than lines."""
    found = fit([texts("字" * 30, ""), texts("文" * 30, "")], (1000, 400), SIZES)

    places = [each.y for each in found.lines]
    assert [each.block for each in found.lines] == [0, 0, 1, 1]
    assert [each.is_first for each in found.lines] == [True, False, True, False]
    assert places == sorted(places)
    assert places[0] > 0
    assert places[-1] < found.height <= 400
    assert places[2] - places[1] > places[1] - places[0]


def test_the_second_language_is_smaller() -> None:
    """And follows the first of the same text."""
    found = fit([texts("字", "word", "bilingual")], (1000, 400), SIZES, setting=Setting(second=0.5))

    assert [(each.lang, each.size) for each in found.lines] == [("zh-CN", 50), ("en", 25)]


def test_what_does_not_fit_is_cut_in_the_smallest_type() -> None:
    """With an ellipsis."""
    found = fit([texts("字" * 99, "")], (1000, 90), SIZES)

    assert (found.size, found.is_cut) == (30, True)
    assert found.lines[-1].text.endswith("…")
    assert found.height <= 90


def test_texts_for_which_there_is_no_room_are_left_out() -> None:
    """The last ones; where not even one line fits, all."""
    many = [texts("字", "")] * 9

    found = fit(many, (1000, 100), SIZES)
    assert 0 < len(found.lines) < 9
    assert fit(many, (1000, 9), SIZES).lines == ()


def test_emoji_are_no_text() -> None:
    """A text of nothing else takes no room."""
    assert fit([texts("🏆", "🏆")], (1000, 100), SIZES).height == 0
    assert fit([], (1000, 100), SIZES).height == 0
