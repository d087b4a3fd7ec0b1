"""The publication `tests/fixtures/invalid`: one mistake in each file, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.content.check import check, read_content
from publisher.document import Problem
from publisher.issue.check import check_issues

ROOT = Path(__file__).parent.parent / "fixtures/invalid"

EXPECTED = {
    "bulletins/feeds.yaml": (
        '1:1: a bulletin cannot be called "feeds": the site uses that address; rename the file'
    ),
    "bulletins/impossible-schedule.yaml": (
        "3:25: a weekly bulletin cannot come out on several weekdays (mon, tue); name one "
        "weekday: on: sun"
    ),
    "bulletins/section-twice.yaml": (
        '6:6: two sections have the id "top"; give each section an id of its own'
    ),
    "bulletins/selects-no-tag.yaml": (
        '5:46: warning: the section "top" selects nothing: no entry has the tag nowhere; '
        "tags: open-source, opensource"
    ),
    "bulletins/selects-nothing.yaml": (
        '5:48: the section "top" selects nothing: there is no kind "evnt"; did you mean '
        '"event"? (kinds: event)'
    ),
    "bulletins/unknown-placeholder.yaml": (
        '4:27: there is no placeholder "buletin"; did you mean "bulletin"? (placeholders: '
        "bulletin, issue, date, number, year, week, month, lead, count)"
    ),
    "entries/2026/04/01/Upper_Case.yaml": (
        '1:1: the file name "Upper_Case" cannot stand in a web address; rename it to '
        "upper-case.yaml (use small letters a-z, digits and single hyphens)"
    ),
    "entries/2026/04/01/alias-of-yaml.yaml": (
        '3:10: a text that begins with "*" must stand between quotes; write "*tags"; YAML\'s '
        "aliases are not used here: write out what is meant"
    ),
    "entries/2026/04/01/alias-twice.yaml": (
        "3:11: 2025/01/01/old is given as an old name of 2026/04/01/alias-twice-too already; "
        "delete one of the two"
    ),
    "entries/2026/04/01/anchor-of-yaml.yaml": (
        '3:7: a text that begins with "&" must stand between quotes; write "&tags [a]"; '
        "YAML's anchors are not used here: write out what is meant"
    ),
    "entries/2026/04/01/at-sign.yaml": (
        '4:11: a text that begins with "@" must stand between quotes; write "@someone"'
    ),
    "entries/2026/04/01/bad-indent.yaml": (
        "5:4: this line is indented deeper than the one above, which has its text already; "
        'indent it by 2 spaces to stand beside "zh"'
    ),
    "entries/2026/04/01/bad-link.yaml": (
        '3:22: warning: the link "www.cnbc.com" in this text will not work: the address does '
        "not begin with https://; write https://www.cnbc.com"
    ),
    "entries/2026/04/01/bad-scheme.yaml": (
        '3:34: an address that begins with "javascript:" is not linked; give one that begins '
        "with https:// or http://"
    ),
    "entries/2026/04/01/bad-url.yaml": (
        "3:34: the address does not begin with https://; write https://cnbc.com/a"
    ),
    "entries/2026/04/01/bare-source.yaml": (
        '3:11: "CNBC" alone is no source; write {publisher: CNBC}'
    ),
    "entries/2026/04/01/colon-in-text.yaml": (
        "5:7: this text contains a colon with a space after it, which needs quotes around "
        'the text; write en: "Note: this"'
    ),
    "entries/2026/04/01/duplicate-key.yaml": (
        '4:1: "importance" is given twice here, first in line 3; keep one of the two'
    ),
    "entries/2026/04/01/far-away.yaml": (
        "3:11: warning: this is 100 years from the day the entry is filed under; look at the year"
    ),
    "entries/2026/04/01/html.yaml": (
        "3:22: warning: HTML is not used in texts: readers will see <b>; write Markdown, "
        "such as **bold** or [text](https://…)"
    ),
    "entries/2026/04/01/mail-address.yaml": (
        "3:22: warning: this text contains a mail address: someone@example.org; delete it, "
        "unless its owner wants it published for ever"
    ),
    "entries/2026/04/01/missing-translation.yaml": (
        '3:10: warning: "summary" has no text in en; add en: …; until then readers get it in zh'
    ),
    "entries/2026/04/01/no-such-day.yaml": (
        "3:11: the day 2026-02-30 does not exist; that month has the days 01 to 28"
    ),
    "entries/2026/04/01/same-alias.yaml": (
        "3:11: an entry is called 2026/04/01/right now, so it is no old name of this one; "
        "delete the alias, or that entry"
    ),
    "entries/2026/04/01/same-source.yaml": (
        "3:34: warning: 2026/04/01/right has the same first source; if it is the same news, "
        "delete one of the two; if it is a follow-up, give both the same story: or put "
        "another source first"
    ),
    "entries/2026/04/01/same-title.yaml": (
        "2:13: warning: 2026/04/01/right has the same title; delete one of the two, or tell "
        "them apart in their titles"
    ),
    "entries/2026/04/01/several-documents.yaml": (
        "3:1: a second document begins here (---); put it into a file of its own"
    ),
    "entries/2026/04/01/swapped.yaml": (
        '3:38: warning: the text for "en" (English) is in Chinese characters; look whether '
        "two languages were swapped, or a text was pasted twice"
    ),
    "entries/2026/04/01/tab.yaml": (
        "4:1: this line is indented with a tab; indent with spaces, two for each level"
    ),
    "entries/2026/04/01/tag-alike.yaml": (
        '3:8: warning: "opensource" and "open-source" are two tags; write "open-source" (2 '
        "so far) if you mean the same"
    ),
    "entries/2026/04/01/tag-of-yaml.yaml": (
        '3:13: a text that begins with "!" must stand between quotes; write "!!int 3"; '
        "YAML's tags are not used here: write out what is meant"
    ),
    "entries/2026/04/01/unfinished.yaml": (
        '3:22: "summary.en" is not written yet; write it, or delete the line (draft: true '
        "keeps an entry back until it is ready)"
    ),
    "entries/2026/04/01/unknown-field.yaml": (
        '3:1: there is no field "importence" here; did you mean "importance"? (fields: kind, '
        "title, short_title, digest, summary, body, happened, emoji, fields, sources, tags, "
        "importance, story, verification, embargo, draft, aliases, corrections)"
    ),
    "entries/2026/04/01/unknown-kind.yaml": (
        '1:7: there is no kind "evnt"; did you mean "event"? (kinds: event)'
    ),
    "entries/2026/04/01/unknown-labelled-field.yaml": (
        '3:10: the kind "event" has no field "wy"; did you mean "why"? (its fields: why, handle)'
    ),
    "entries/2026/04/01/unknown-language.yaml": (
        '3:18: the publication has no language "de"; it declares zh, en'
    ),
    "entries/2026/04/01/untagged-title.yaml": (
        "2:8: this text does not say which language it is in; write {zh: …, en: …}"
    ),
    "entries/2026/04/02/byte-order-mark.yaml": (
        '1:1: the file is saved with a byte order mark; save it as "UTF-8" without BOM'
    ),
    "entries/2026/04/02/control-character.yaml": (
        "2:22: the invisible character U+0007 BELL may not stand in a text; delete it (such "
        "characters come along when text is pasted)"
    ),
    "entries/2026/04/02/empty.yaml": (
        "1:1: the file is empty; write the fields, one on each line: name: text"
    ),
    "entries/2026/04/02/latin-1.yaml": (
        "2:23: this file is not UTF-8 (it looks like Latin-1 or Windows-1252); save it as UTF-8"
    ),
    "entries/2026/04/02/turned-direction.yaml": (
        "2:22: the invisible character U+202E RIGHT-TO-LEFT OVERRIDE turns the direction of "
        "the text around it; delete it; right-to-left languages need none"
    ),
    "entries/2026/04/02/utf-16.yaml": (
        "1:1: this file is not UTF-8 (it looks like UTF-16); save it as UTF-8"
    ),
    "entries/2026/04/03/ends-in.yml": (
        "1:1: warning: the file ends in .yml and is not read; rename it to end in .yaml"
    ),
    "entries/2026/04/31/no-day.yaml": (
        "1:1: this entry is not in the folder of a day that exists; move it to "
        "content/entries/YYYY/MM/DD/, the day it is filed under"
    ),
    "entries/2026/4/1/short-day.yaml": (
        "1:1: this entry is not in the folder of a day that exists; move it to "
        "content/entries/2026/04/01/, the day it is filed under"
    ),
    "entry": (
        '1:1: warning: nothing in this folder is read; did you mean "entries"? (folders: '
        "entries, bulletins, issues, data, images)"
    ),
    "issues/nowhere/2026-04-26.yaml": (
        '1:1: there is no bulletin "nowhere" for this issue file; bulletins: feeds, '
        "impossible-schedule, right, section-twice, selects-no-tag, selects-nothing, "
        "unknown-placeholder, weekly"
    ),
    "issues/right/2026-02-30.yaml": (
        "1:1: there is no day 2026-02-30 in the calendar; rename the file, such as 2026-04-13.yaml"
    ),
    "issues/right/2026-04-01.yaml": (
        "1:7: there is no entry 2026/04/26/untagged-titel; did you mean 2026/04/01/untagged-title?"
    ),
    "issues/right/2026-04-02.yaml": (
        '2:3: the bulletin has no section "tops"; did you mean "top"? (its sections: top)'
    ),
    "issues/right/2026-04-03.yaml": (
        "3:33: 2026/04/01/right is listed above already; delete one of the two: an issue "
        "carries an entry once"
    ),
    "issues/right/2026-04-04.yaml": (
        "4:11: 2026/04/01/right is excluded here, and asked for above; delete one of the two"
    ),
    "issues/right/2026-04-05.yaml": (
        "3:15: warning: 2026/04/20/right-too is filed under a day after this issue "
        "(2026-04-05); look at the day; an issue carries what has happened"
    ),
    "issues/right/2026-04-06.yaml": (
        '1:10: this window has "from", but not "to"; add to: 2026-04-06'
    ),
    "issues/right/2026-04-07.yaml": (
        "3:15: warning: 2026/04/01/a-draft is a draft, and would be left out; finish it "
        "before the issue is due, or delete this line"
    ),
    "issues/right/2026-04-08.yaml": (
        '3:5: "items" does not belong here: the block of "top" is entries; such a section '
        "takes entries and only and text"
    ),
    "issues/right/2026-04-09.yaml": (
        "3:7: warning: 2026/04/20/right-too leads this issue, but stands in none of its "
        "sections; list it in a section, or choose another lead"
    ),
    "issues/right/2026-W17.yaml": (
        '1:1: "2026-W17" is not the name of a daily issue; rename the file, such as 2026-04-13.yaml'
    ),
    "issues/weekly/2026-04-26.yaml": (
        '1:1: "2026-04-26" is not the name of a weekly issue; rename the file, such as '
        "2026-W16.yaml"
    ),
}

# Right in themselves; they are there for the others.
RIGHT = {
    "bulletins/right",
    "bulletins/weekly",
    "entries/2026/04/01/right",
    "entries/2026/04/20/right-too",
    "entries/2026/04/01/a-draft",
    "entries/2026/04/01/alias-twice-too",
}


def problems() -> list[Problem]:
    """Everything that is said about the publication, in one run."""
    content = read_content(ROOT)
    assert content.frame is not None
    found = {*content.problems, *check(content), *check_issues(content.frame, content.entries)}
    return sorted(found)


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """The messages by file."""
    messages: dict[str, list[str]] = {}
    for each in problems():
        place = f"{each.line}:{each.column}: {each.message}"
        messages.setdefault(each.path.removeprefix("content/"), []).append(place)
    return messages


@pytest.mark.parametrize(("path", "expected"), EXPECTED.items())
def test_a_mistake_gives_one_message(found: dict[str, list[str]], path: str, expected: str):
    """Each mistake is told once: where it is, what is wrong, what would be right."""
    assert found[path] == [expected]


def test_nothing_is_said_about_what_is_right(found: dict[str, list[str]]):
    """Files without a mistake are not mentioned."""
    assert sorted(found) == sorted(EXPECTED)


def test_each_file_has_its_line_in_the_table():
    """No file of the fixture is forgotten here."""
    files = {
        path.relative_to(ROOT / "content").with_suffix("").as_posix()
        for path in ROOT.glob("content/*/**/*.yaml")
    }
    told = {path.rpartition(".")[0] or path for path in EXPECTED}
    assert files - told - RIGHT == {"entry/2026/04/03/x"}


@pytest.mark.parametrize("problem", problems(), ids=lambda each: each.path.rpartition("/")[2])
def test_every_message_says_what_to_do(problem: Problem):
    """A problem has a remedy, a place that exists, and no word of the program's insides."""
    assert problem.remedy
    assert problem.code
    assert problem.line >= 1
    assert problem.column >= 1
    for word in ("None", "dict", "str", "Localized", "pydantic", "value_error", "Traceback"):
        assert word not in f"{problem.what} {problem.remedy}".split()
