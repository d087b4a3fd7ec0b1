"""The references of an issue: each source once, numbered, with links to where it is cited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import builders
import pytest
from builders import bulletin, entry, section
from hypothesis import given
from hypothesis import strategies as st

from publisher.issue.issue import EntryRevision, IssueRevision, Placed
from publisher.render.context import EntryView
from publisher.render.context_issue import IssueView, ReferenceView

OECD = {"publisher": "OECD", "title": "Outlook", "url": "https://oecd.org/outlook"}
REUTERS = {"publisher": "Reuters", "title": "Deal"}


def made(
    *entries: EntryRevision,
    collect: list[str] | None = None,
    text: Mapping[str, str] | None = None,
    edition: str = "en",
    top: Mapping[str, Any] | None = None,
    **changes: Any,
) -> IssueView:
    """An issue of prose, entries and references."""
    settings = bulletin(
        section("overview", "prose"),
        section("top", **(top or {})),
        section("refs", "references", **({"collect": collect} if collect else {})),
    )
    written = {"overview": {"text": text}} if text else {}
    found = builders.issue(entries, settings, written, **changes)
    return view(found, entries, edition)


def view(
    found: IssueRevision, entries: tuple[EntryRevision, ...], edition: str = "en"
) -> IssueView:
    return builders.views(edition).issue(found, {each.entry.id: each for each in entries})


def references(issue: IssueView) -> tuple[ReferenceView, ...]:
    return next((each.references for each in issue.sections if each.id == "refs"), ())


def told(issue: IssueView) -> list[tuple[int, str]]:
    """Each reference in short."""
    return [(each.number, each.source.url or each.source.publisher) for each in references(issue)]


def sources(*urls: str) -> list[dict[str, str]]:
    return [{"url": url} for url in urls]


def link(*urls: str) -> dict[str, str]:
    """A text with links, in both languages."""
    text = " and ".join(f"[link {at}]({url})" for at, url in enumerate(urls, 1))
    return {"zh": f"见{text}", "en": f"See {text}"}


def test_references_stand_in_the_order_of_reading() -> None:
    """Text, then entries with their sources and links, then the sources of the whole issue."""
    one = entry("one", sources=[REUTERS], summary=link("https://b.example.org/"))

    found = made(one, text=link("https://a.example.org/"), references=[OECD])

    assert told(found) == [
        (1, "https://a.example.org/"),
        (2, "Reuters"),
        (3, "https://b.example.org/"),
        (4, "https://oecd.org/outlook"),
    ]


@pytest.mark.parametrize(
    "again",
    [
        {"url": "http://www.cnbc.com/a/"},
        {"url": "https://cnbc.com/a?utm_source=mail"},
        {"url": "https://cnbc.com/a", "title": "Called otherwise"},
    ],
)
def test_the_same_address_is_one_reference(again: dict[str, str]) -> None:
    """However it is written, and whatever it is called the second time."""
    first = {"publisher": "CNBC", "title": "A story", "url": "https://cnbc.com/a"}

    found = made(entry("one", sources=[first]), entry("two", sources=[again]))

    (reference,) = references(found)
    assert reference.source.title == "A story"
    assert [each.text.text for each in reference.cited_by] == ["Title one (en)", "Title two (en)"]


def test_a_source_without_address_is_known_by_what_is_said_of_it() -> None:
    """Two stories of one publisher are two references."""
    other = REUTERS | {"title": "Another"}

    found = made(entry("one", sources=[REUTERS, other]), entry("two", sources=[REUTERS]))

    assert [each.source.title for each in references(found)] == ["Deal", "Another"]


def test_what_is_known_of_a_source_wins_over_the_words_of_a_link() -> None:
    """Even where the link comes first."""
    found = made(entry("one", sources=[OECD]), text=link("https://oecd.org/outlook"))

    (reference,) = references(found)
    assert (reference.source.publisher, reference.source.title) == ("OECD", "Outlook")
    assert [each.url for each in reference.cited_by] == ["#s-overview", "#e-2026-04-26-one"]


def test_a_link_is_called_by_its_words() -> None:
    """A bare address has none: its domain is shown."""
    found = made(text=link("https://a.example.org/x") | {"en": "https://a.example.org/x"})

    assert references(found)[0].source.title == ""
    assert references(found)[0].source.site == "a.example.org"
    assert references(made(text=link("https://a.example.org/x")))[0].source.title == "link 1"


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.com/zh/e/2026/04/26/one/",
        "https://news.example.com",
        "mailto:editor@news.example.com",
        "#s-top",
        "/zh/about/",
    ],
)
def test_links_of_our_own_are_no_references(url: str) -> None:
    """They lead around the site, to a place in the issue, or to a person."""
    assert told(made(text=link(url))) == []


def test_links_count_in_the_languages_of_the_edition() -> None:
    """The first language first; what both link to is one reference."""
    text = {
        "zh": "[一](https://zh.example.org/)和[同](https://same.example.org/)",
        "en": "[one](https://en.example.org/) and [same](https://same.example.org/)",
    }

    zh, en, same = "https://zh.example.org/", "https://en.example.org/", "https://same.example.org/"
    assert [url for _, url in told(made(text=text, edition="zh"))] == [zh, same]
    assert [url for _, url in told(made(text=text, edition="en"))] == [en, same]
    assert [url for _, url in told(made(text=text, edition="bilingual"))] == [zh, same, en]


def test_texts_that_the_section_does_not_show_cite_nothing() -> None:
    """Nor do fields that it leaves out."""
    url = "https://b.example.org/"
    one = entry("one", sources=[], summary=link(url), fields={"why": link(url)})

    assert told(made(one, top={"show": ["digest"]})) == []
    assert told(made(one, top={"show": ["summary"]})) == [(1, url)]
    assert told(made(one, top={"show": ["fields"]})) == [(1, url)]


def test_links_in_lists_and_tables_count() -> None:
    """A cell or a note may name where its number is from."""
    settings = bulletin(
        section("points", "list"), section("traffic", "table"), section("refs", "references")
    )
    rows = [[{"text": link("https://cell.example.org/")}, {"value": "1"}]]
    table = builders.table(rows=rows, note=link("https://note.example.org/"))
    written = {
        "points": {"items": [link("https://item.example.org/")]},
        "traffic": {"table": table},
    }

    found = view(builders.issue((), settings, written), ())

    assert [each.source.site.split(".")[0] for each in references(found)] == [
        "item",
        "cell",
        "note",
    ]


# What is collected -------------------------------------------------------------------------------


def test_only_what_the_block_collects_is_there() -> None:
    """Sources of entries, links, sources of the issue: each may be left out."""
    one = entry("one", sources=sources("https://entry.example.org/"), summary={"en": "Text"})
    options: dict[str, Any] = {"text": link("https://prose.example.org/"), "references": [OECD]}

    def collected(*collect: str) -> list[str]:
        found = made(one, collect=list(collect), top={"show": ["summary"]}, **options)
        return [each.source.site.split(".")[0] for each in references(found)]

    assert collected("entries") == ["entry"]
    assert collected("prose") == ["prose"]
    assert collected("issue") == ["oecd"]


@pytest.mark.parametrize(
    ("collect", "order"),
    [(["issue", "entries"], ["Reuters", "CNBC"]), (["entries", "issue"], ["CNBC", "Reuters"])],
)
def test_those_of_the_issue_file_come_first_where_the_block_says_so(
    collect: list[str], order: list[str]
) -> None:
    """A report numbers its own list from 1; else what is met first is number 1."""
    one = entry("one", sources=[{"publisher": "CNBC"}])
    issue = made(one, collect=collect, references=[REUTERS])
    assert [name for _, name in told(issue)] == order


def test_what_an_entry_lists_is_not_repeated_where_entries_are_not_collected() -> None:
    """The list below the entry has it already, where the section shows it."""
    one = entry("one", sources=sources("https://a.example.org/"))
    options: dict[str, Any] = {"text": link("https://a.example.org/"), "collect": ["prose"]}

    assert told(made(one, **options)) == []
    assert told(made(one, top={"show": ["summary"]}, **options)) == [(1, "https://a.example.org/")]


def test_sources_of_the_issue_stand_by_themselves_where_no_block_has_them() -> None:
    """As in every issue before there were blocks of references."""
    plain = view(builders.issue((), bulletin(), references=[OECD]), ())

    assert [each.publisher for each in plain.references] == ["OECD"]
    assert made(references=[OECD]).references == ()
    uncollected = made(references=[OECD], text=link("https://a.example.org/"), collect=["prose"])
    assert [each.publisher for each in uncollected.references] == ["OECD"]


def test_a_block_without_references_is_not_there() -> None:
    """Nobody wants a heading above nothing."""
    assert [each.id for each in made(entry("one", sources=[])).sections] == ["top"]


# Links in both directions ------------------------------------------------------------------------


def marks(found: EntryView) -> list[tuple[int, str]]:
    return [(each.number, each.url) for each in found.marks]


def test_an_entry_leads_to_its_references() -> None:
    """By its marks, and by each source in its list."""
    one = entry("one", sources=[REUTERS, OECD], summary=link("https://b.example.org/"))

    (found,) = made(one).entries

    assert marks(found) == [(1, "#r-1"), (2, "#r-2"), (3, "#r-3")]
    assert [each.mark.number for each in found.sources if each.mark] == [1, 2]


def test_without_a_block_nothing_is_marked() -> None:
    """A mark would lead nowhere."""
    one = entry("one")
    (found,) = view(builders.issue([one], bulletin()), (one,)).entries

    assert marks(found) == []
    assert [each.mark for each in found.sources] == [None]


def test_a_section_without_a_title_cites_by_that_of_the_issue() -> None:
    """A link back has words."""
    settings = bulletin(section("overview", "prose", title=None), section("refs", "references"))
    text = link("https://a.example.org/")

    (reference,) = references(view(builders.issue((), settings, {"overview": {"text": text}}), ()))

    assert [(each.url, each.text.text) for each in reference.cited_by] == [
        ("#s-overview", "Issue (en)")
    ]


def test_a_calendar_cites_by_the_pages_of_its_entries() -> None:
    """Its entries have no place of their own in the issue; one may stand in a section as well."""
    day, both_ = (entry(name, happened="2026-05-13") for name in ("day", "both"))
    settings = bulletin(
        section("top"),
        section("dates", "calendar", select={"kinds": ["event"]}),
        section("refs", "references"),
    )
    placed = [Placed(entry=each.id) for each in (day, both_)]
    issue = builders.issue([both_], settings, {"dates": {"entries": placed}})

    (reference,) = references(view(issue, (day, both_)))

    assert [each.url for each in reference.cited_by] == [
        "#e-2026-04-26-both",
        "https://news.example.com/en/e/2026/04/26/day/",
    ]


URLS = st.lists(st.sampled_from([f"https://s{n}.example.org/" for n in range(6)]), max_size=4)


@given(st.lists(st.tuples(URLS, URLS), max_size=5), URLS, URLS)
def test_numbers_count_and_links_meet(
    entries: list[tuple[list[str], list[str]]], prose: list[str], whole: list[str]
) -> None:
    """Whatever is cited: each source has one number, and each mark and back-link its other end."""
    written = [
        entry(f"n{at}", sources=sources(*own), summary=link(*linked))
        for at, (own, linked) in enumerate(entries)
    ]

    found = made(*written, text=link(*prose), references=sources(*whole))

    numbers = [each.number for each in references(found)]
    urls = [each.source.url for each in references(found)]
    cited = [url for pair in entries for each in pair for url in each]
    assert numbers == list(range(1, len(numbers) + 1))
    assert urls == list(dict.fromkeys([*prose, *cited, *whole]))
    anchors = {f"#{each.anchor}" for each in references(found)}
    places = {f"#{each.anchor}" for each in (*found.sections, *found.entries)}
    assert {each.url for view in found.entries for each in view.marks} <= anchors
    assert {each.url for one in references(found) for each in one.cited_by} <= places
    for each in found.entries:
        back = [one.number for one in references(found) if _cites(one, each)]
        assert [mark.number for mark in each.marks] == back
        assert all(source.mark for source in each.sources)


def _cites(reference: ReferenceView, found: EntryView) -> bool:
    return f"#{found.anchor}" in {each.url for each in reference.cited_by}


def test_anchors_are_ids_of_html() -> None:
    """A template writes them as they are."""
    found = made(entry("one"))

    assert all(re.fullmatch(r"[a-z][\w-]*", each.anchor) for each in references(found))
