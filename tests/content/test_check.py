"""Rules across files; tests/content/test_invalid.py has one file for each."""

from __future__ import annotations

from newsroom import Newsroom, check_content


def told(newsroom: Newsroom) -> list[str]:
    """Every problem, as ``path:line:column: what; remedy``."""
    return [str(each).removeprefix("content/") for each in check_content(newsroom.root)]


def test_a_rename_with_an_alias_is_no_problem(newsroom: Newsroom):
    """An old name may stay in issue files: it leads to the entry."""
    newsroom.entry("new", aliases=["2026/04/26/old"])
    newsroom.issue("2026-04-26", lead="2026/04/26/old")
    assert told(newsroom) == []


def test_an_alias_is_not_the_entry_itself(newsroom: Newsroom):
    """An entry cannot redirect to itself."""
    newsroom.entry("one", aliases=["2026/04/26/one"])
    (problem,) = told(newsroom)
    assert "this alias is the entry's own id; delete it" in problem


def test_an_entry_of_the_same_name_on_another_day_is_offered(newsroom: Newsroom):
    """The most frequent slip is the day."""
    newsroom.entry("a-long-name", "2026-04-25")
    newsroom.issue("2026-04-26", exclude=["2026/04/26/a-long-name"])
    (problem,) = told(newsroom)
    assert problem.endswith("did you mean 2026/04/25/a-long-name?")


def test_listed_entries_are_looked_at_in_a_file_with_other_mistakes(newsroom: Newsroom):
    """One mistake in an issue file hides no other."""
    newsroom.issue("2026-04-26", leed="x", exclude=["2026/04/26/none"])
    assert [each.split(": ")[1].split(" ")[0:4] for each in told(newsroom)] == [
        ["there", "is", "no", "field"],
        ["there", "is", "no", "entry"],
    ]


def test_a_broken_entry_that_is_listed_is_told_once(newsroom: Newsroom):
    """The cause is told where it is, not again where it is used."""
    broken = newsroom.entry("one", importance=9)
    newsroom.issue("2026-04-26", lead=broken)
    (problem,) = told(newsroom)
    assert problem.startswith("entries/2026/04/26/one.yaml:")


def test_the_same_title_weeks_later_is_a_habit(newsroom: Newsroom):
    """A weekly column may have the same title each time."""
    newsroom.entry("one", "2026-03-01", title={"zh": "读者来信", "en": "Letters"})
    newsroom.entry("two", "2026-04-01", title={"zh": "读者来信", "en": "Letters"})
    assert told(newsroom) == []


def test_a_tag_that_is_used_once_is_no_problem(newsroom: Newsroom):
    """Every tag begins with one entry."""
    newsroom.entry("one", tags=["a"])
    newsroom.entry("two", tags=["b"])
    assert told(newsroom) == []


def test_a_section_that_asks_for_a_tag_of_nobody_is_told(newsroom: Newsroom):
    """A slip in a tag would leave the section empty for ever."""
    newsroom.entry("one", tags=["funding"])
    section = {"id": "top", "block": "entries", "select": {"tags": ["founding"]}, "optional": True}
    newsroom.bulletin("daily", sections=[section])
    (problem,) = told(newsroom)
    assert problem.endswith(
        'warning: the section "top" selects nothing: no entry has the tag founding; '
        'did you mean "funding"? (tags: funding)'
    )


def test_the_publications_own_addresses_may_stand_in_texts(newsroom: Newsroom):
    """ "Write to us" is what the contact address is for."""
    text = {"zh": "请写信至editor@news.example.com。", "en": "Write to editor@news.example.com."}
    newsroom.entry("one", summary=text)
    assert told(newsroom) == []


def test_a_name_on_x_is_no_mail_address(newsroom: Newsroom):
    """@someone is not an address."""
    newsroom.entry("one", summary={"zh": "见@someone。", "en": "See @someone."})
    assert told(newsroom) == []


def test_names_in_latin_letters_within_chinese_are_no_mixed_up_language(newsroom: Newsroom):
    """A Chinese title may consist of products' names."""
    newsroom.entry("one", title={"zh": "GPT-Rosalind、Gemini Robotics", "en": "Two new models"})
    assert told(newsroom) == []


def test_a_text_that_was_pasted_twice_is_told(newsroom: Newsroom):
    """The same long text in both languages is one that was not translated."""
    text = "The same text in both languages, which was pasted twice."
    newsroom.entry("one", summary={"zh": text, "en": text})
    (problem,) = told(newsroom)
    assert "is the same as for another language" in problem


def test_a_link_with_a_full_address_is_no_problem(newsroom: Newsroom):
    """Markdown links with https and mail links work."""
    text = "[a](https://example.com/a_(b)) and [mail](mailto:editor@news.example.com)"
    newsroom.entry("one", summary={"zh": f"见{text}", "en": text})
    assert told(newsroom) == []
