"""A new publication: right from the first minute, in any choice of languages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from newsroom import check_content

from publisher.content.starter import languages_of, start

TEMPLATES = Path(__file__).parents[2] / "publisher/starter"
DAY = dt.date(2026, 4, 26)


def templates() -> dict[str, str]:
    """The templates that come with the package."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


def write(root: Path, tags: list[str], name: str = "") -> Path:
    """A new publication on disk."""
    for path, text in start(templates(), languages_of(tags), name, DAY).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


OURS = [
    ["en"],
    ["zh"],
    ["fr"],
    ["de"],
    ["es"],
    ["ja"],
    ["zh", "en"],
    ["en", "de", "ja"],
    ["fr-CA", "en-US"],
]


@pytest.mark.parametrize("tags", OURS, ids="+".join)
def test_a_new_publication_has_no_problems(tmp_path: Path, tags: list[str]):
    """The first `publisher check` is silent, in every language that we can write."""
    assert check_content(write(tmp_path, tags)) == ()


@pytest.mark.parametrize("name", ["A: b", "“Q”", "O'Neill & Co", "望潮", "#1", "{x}", "no"])
def test_any_name_may_be_given(tmp_path: Path, name: str):
    """The name of a publication is any text."""
    assert check_content(write(tmp_path, ["en"], name)) == ()


def test_a_language_that_we_cannot_write_gets_english_and_a_note(tmp_path: Path):
    """Nothing is invented in a language of which nobody here is sure."""
    root = write(tmp_path, ["fr", "pt-BR"])
    text = (root / "content/publication.yaml").read_text("utf-8")
    assert "  # to be translated\n  pt: The news that matters" in text
    assert {each.severity for each in check_content(root)} <= {"warning"}


def test_traditional_chinese_is_not_taken_for_simplified(tmp_path: Path):
    """Readers of one script are not served the other."""
    text = (write(tmp_path, ["zh-Hant"]) / "content/publication.yaml").read_text("utf-8")
    assert "每天几分钟" not in text


def test_the_sample_is_filed_under_the_day(tmp_path: Path):
    """So that the first issue has something to carry."""
    root = write(tmp_path, ["en"])
    assert (root / "content/issues/daily/2026-04-26.yaml").is_file()
    assert (root / "content/entries/2026/04/26/first-story.yaml").is_file()


def test_nothing_of_the_templates_own_signs_is_left(tmp_path: Path):
    """What is filled in is filled in everywhere."""
    root = write(tmp_path, ["en", "zh", "fr"])
    for path in root.rglob("*"):
        if path.is_file():
            assert "{{" not in path.read_text("utf-8")
            assert "TODAY" not in path.as_posix()


@pytest.mark.parametrize(
    ("tags", "keys"),
    [
        (["en"], ["en"]),
        (["zh-CN", "zh-TW"], ["zh", "zh_tw"]),
        (["pt-BR", "en"], ["pt", "en"]),
    ],
)
def test_the_key_of_a_language_is_short(tags: list[str], keys: list[str]):
    """Editors write the key hundreds of times."""
    assert [each.key for each in languages_of(tags)] == keys


@pytest.mark.parametrize("tags", [["klingon"], ["en", "en"], [""]])
def test_what_is_no_language_is_refused(tags: list[str]):
    """A tag is one that is known, and given once."""
    with pytest.raises(ValueError, match=r"no language tag|twice"):
        languages_of(tags)
