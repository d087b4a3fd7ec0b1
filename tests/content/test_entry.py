"""Entries: what an editor may write, and what is said about the rest."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import publication

from publisher.content.entry import Entry, Source, filed_day, is_entry_id
from publisher.content.read_entry import parse_entry
from publisher.document import parse
from publisher.language import Localized

ID = "2026/04/26/some-news"
HEAD = "kind: event\ntitle: {zh: 标题, en: Title}\n"


def read(text: str) -> tuple[Entry | None, list[str]]:
    """The entry of a file, and its problems as ``line:column: what; remedy``."""
    document, found = parse(text.encode(), "x.yaml")
    assert document is not None, found
    entry, problems = parse_entry(document, ID, publication())
    return entry, [str(each).removeprefix("x.yaml:") for each in sorted(problems)]


def problems(text: str) -> list[str]:
    """What is said about a file that ends in these lines; its kind and title are right."""
    return read(HEAD + text)[1]


def test_every_field_of_the_documented_example_is_read():
    """An entry may have every field that the documentation shows."""
    entry, found = read(
        """\
kind: event
happened: 2026-04-24
emoji: 🏆
title: {zh: 标题, en: Title}
short_title: {zh: 短, en: Short}
digest: {zh: 一行, en: One line}
summary: {zh: 概要, en: A summary}
body: {zh: 正文, en: A body}
fields:
  why: {zh: 因为, en: Because}
sources:
  - {publisher: CNBC, title: A story, url: "https://cnbc.com/a", lang: en, date: 2026-04-24}
tags: [funding, anthropic]
importance: 5
story: anthropic-funding
verification: {status: verified, note: {zh: 已核实, en: Checked}}
embargo: 2026-04-26T06:00+08:00
draft: false
aliases: [2026/04/25/old-name]
corrections: [{date: 2026-04-27, note: {zh: 更正, en: Corrected}}]
"""
    )
    assert found == []
    assert entry is not None
    assert entry.filed == dt.date(2026, 4, 26)
    assert entry.fields["why"] == Localized({"zh": "因为", "en": "Because"})
    assert entry.embargo == dt.datetime.fromisoformat("2026-04-26T06:00+08:00")


@pytest.mark.parametrize("word", ["no", "2026-04-26", "12:30", "1_000"])
def test_words_that_other_readers_of_yaml_take_for_something_else_stay_text(word: str):
    """Titles are text, whatever YAML 1.1 would have made of them."""
    entry, found = read(f"kind: event\ntitle: {{zh: {word}, en: {word}}}\n")
    assert entry is not None
    assert entry.title["zh"] == word
    assert found == []


def test_a_title_over_several_lines_becomes_one_line():
    """A title goes into subjects: its lines are joined, between Han without a space."""
    entry, _ = read(
        "kind: event\ntitle:\n  zh: |\n    第一行\n    第二行\n  en: |\n    Two\n    lines\n"
    )
    assert entry is not None
    assert dict(entry.title) == {"zh": "第一行第二行", "en": "Two lines"}


def test_a_publication_with_one_language_takes_bare_texts():
    """Where there is one language, no text needs to name it, labelled fields included."""
    alone = {"languages": {"en": publication().languages["en"]}}
    document, _ = parse(b"kind: event\ntitle: A title\nfields: {why: Because}\n", "x.yaml")
    assert document is not None
    entry, found = parse_entry(document, ID, publication().model_copy(update=alone))
    assert found == ()
    assert entry is not None
    assert entry.fields["why"] == Localized({"en": "Because"})


MISTAKES = {
    # kind and title
    "kind: evnt\ntitle: {zh: a, en: b}": [
        '1:7: there is no kind "evnt"; did you mean "event"? (kinds: event, signal)'
    ],
    "title: {zh: a, en: b}": ['1:1: "kind" is missing; add kind: event (kinds: event, signal)'],
    "kind: event": ['1:1: "title" is missing; add title: {zh: …, en: …}'],
    "kind: event\ntitel: {zh: a, en: b}": [
        (
            '2:1: there is no field "titel" here; did you mean "title"? (fields: kind, title, '
            "short_title, digest, summary, body, happened, emoji, fields, sources, tags, "
            "importance, story, verification, embargo, draft, aliases, corrections)"
        )
    ],
    # languages
    "kind: event\ntitle: A title": [
        "2:8: this text does not say which language it is in; write {zh: …, en: …}"
    ],
    "kind: event\ntitle: {zh: a, eng: b}": [
        '2:16: the publication has no language "eng"; did you mean "en"? (it declares zh, en)'
    ],
    "kind: event\ntitle: {zh: a, de: b}": [
        '2:16: the publication has no language "de"; it declares zh, en'
    ],
    "kind: event\ntitle:\n  zh: a\n  en:": [
        (
            '4:3: the text for "en" is empty; write it, or delete the line: '
            "readers get another language then"
        )
    ],
    "kind: event\ntitle: {zh: 2026, eng: b}": [
        '2:9: what stands at "zh" is no text to YAML; put it between quotes: "2026"',
        '2:19: the publication has no language "eng"; did you mean "en"? (it declares zh, en)',
    ],
    "kind: event\ntitle: {zh: a}": [
        '2:8: warning: "title" has no text in en; add en: …; until then readers get it in zh'
    ],
    "kind: event\ntitle:\n  zh: a\n  en: |\n    One.\n\n    Two.": [
        '4:3: the text for "en" has several paragraphs; write it as one line'
    ],
}

FIELDS = {
    # dates
    "happened: 2026-02-30": [
        "3:11: the day 2026-02-30 does not exist; that month has the days 01 to 28"
    ],
    "happened: 2026-24-04": [
        (
            "3:11: the day 2026-24-04 does not exist; months are 01 to 12, and this says 24; "
            "did you mean 2026-04-24?"
        )
    ],
    "happened: 2026/4/24": ['3:11: "2026/4/24" is no date; write 2026-04-24'],
    "happened: 2026年4月24日": ['3:11: "2026年4月24日" is no date; write 2026-04-24'],
    "happened: 20260424": ['3:11: "20260424" is no date; write 2026-05-13, or 2026-05 for a month'],
    "happened: tomorrow": ['3:11: "tomorrow" is no date; write year-month-day, such as 2026-04-26'],
    "happened: 2026-13": ["3:11: the month 2026-13 does not exist; months are 01 to 12"],
    "happened: 2026-06/2026-07": [
        '3:11: "2026-06/2026-07" is no date; write 2026-06-01/2026-07-31'
    ],
    "happened: 2026-06/soon": [
        '3:11: "2026-06" is no date; write year-month-day, such as 2026-04-26'
    ],
    "happened: 2026-04-24/2026-04-20": [
        "3:11: 2026-04-24/2026-04-20 ends before it begins; put the earlier day first"
    ],
    "embargo: 2026-04-26T06:00": [
        (
            "3:10: this point in time does not say in which time zone it is; "
            "add the offset from UTC, such as 2026-04-26T06:00+08:00"
        )
    ],
    "embargo: soon": ['3:10: "soon" is no point in time; write it such as 2026-04-26T06:00+08:00'],
    # words and numbers
    "emoji: trophy": ['3:8: "trophy" is no emoji; paste one emoji, such as 🏆'],
    "importance: 7": ['3:13: "importance" must be at most 5; this is 7'],
    "importance: high": ['3:13: "importance" must be a whole number, not "high"'],
    "draft: maybe": ['3:8: "draft" must be true or false, not "maybe"'],
    "id: 2026/04/26/x": [
        '3:1: an entry has no field "id"; delete the line: its folder and file name are its id'
    ],
    "tags: ai, chips": [
        (
            '3:7: "tags" must be a list, not "ai, chips"; '
            'write "- " before each item, one on each line, or [one, two]'
        )
    ],
    "tags: [Open Source, 融资, 2026]": [
        '3:8: "Open Source" cannot stand in a web address; write "open-source"',
        (
            '3:21: "融资" cannot stand in a web address; '
            "use small letters a-z, digits and single hyphens, such as ai-weekly"
        ),
        '3:25: item 3 of "tags" is read as a number; put it between quotes: "2026"',
    ],
    "story: Anthropic Funding": [
        '3:8: "Anthropic Funding" cannot stand in a web address; write "anthropic-funding"'
    ],
    # sources
    "sources: [CNBC]": ['3:11: "CNBC" alone is no source; write {publisher: CNBC}'],
    'sources: ["https://cnbc.com/a"]': [
        '3:11: "https://cnbc.com/a" alone is no source; write {url: "https://cnbc.com/a"}'
    ],
    "sources: {publisher: CNBC}": [
        (
            '3:10: "sources" must be a list, but this is fields (name: value); '
            'write "- " before each item, one on each line, or [one, two]'
        )
    ],
    "sources: [{lang: en}]": [
        "3:11: this source does not say where it is; give it a publisher, a site or a url"
    ],
    "sources: [{pubisher: CNBC}]": [
        (
            '3:12: there is no field "pubisher" here; did you mean "publisher"? '
            "(fields: publisher, title, url, site, lang, date)"
        )
    ],
    'sources: [{url: "www.cnbc.com/a"}]': [
        "3:17: the address does not begin with https://; write https://www.cnbc.com/a"
    ],
    'sources: [{url: "javascript:alert(1)"}]': [
        (
            '3:17: an address that begins with "javascript:" is not linked; '
            "give one that begins with https:// or http://"
        )
    ],
    'sources: [{url: "ftp://cnbc.com"}]': [
        (
            '3:17: an address that begins with "ftp:" is not linked; '
            "give one that begins with https:// or http://"
        )
    ],
    'sources: [{url: "https://user:secret@cnbc.com"}]': [
        "3:17: the address contains a user name or password; leave it out"
    ],
    'sources: [{url: "https：//cnbc.com"}]': [
        '3:17: the address contains a full-width "："; write https://cnbc.com'
    ],
    'sources: [{url: "https://cnbc.com/a b"}]': [
        "3:17: the address contains a space or a line break; delete it, or write %20 in its place"
    ],
    "sources: [{site: https://www.cnbc.com/a}]": [
        '3:18: "https://www.cnbc.com/a" is no domain; write cnbc.com, or name the field "url"'
    ],
    "sources: [{publisher: CNBC, lang: english}]": [
        (
            '3:35: "english" is no language tag that is known; '
            "use a BCP 47 tag, such as zh-CN, en or pt-BR"
        )
    ],
    "sources: [{publisher: CNBC, lang: cn}]": [
        '3:35: "cn" is no language tag that is known; did you mean zh-CN?'
    ],
    # the rest
    "verification: verified": [
        "3:15: the status of a verification has a name; write {status: verified}"
    ],
    "verification: {status: checked}": [
        '3:24: "status" may not be "checked"; possible: verified, signal, mixed, unverified'
    ],
    "aliases: [old-name]": [
        (
            '3:11: "old-name" is no entry id; '
            "write its folder and file name without .yaml, such as 2026/04/26/some-news"
        )
    ],
    "aliases: [content/entries/2026/04/25/old.yaml]": [
        '3:11: "content/entries/2026/04/25/ol…" is no entry id; write 2026/04/25/old'
    ],
    "corrections: [{date: 2026-04-27}]": ['3:15: "note" is missing; add note: {zh: …, en: …}'],
    # labelled fields
    "fields: {wy: {zh: a, en: b}}": [
        '3:10: the kind "event" has no field "wy"; did you mean "why"? (its fields: why)'
    ],
    "fields: {summary: {zh: a, en: b}}": [
        (
            '3:10: the kind "event" has no field "summary"; '
            '"summary" stands beside "fields", not below it: indent it less'
        )
    ],
    "fields: {why: Because}": [
        "3:15: this text does not say which language it is in; write {zh: …, en: …}"
    ],
    "fields: {why: {zh: a, de: b}}": [
        '3:23: the publication has no language "de"; it declares zh, en'
    ],
    "fields: {why: [a, b]}": [
        "3:15: one text for each language is expected here; write {zh: …, en: …}"
    ],
    # placeholders
    "summary: {zh: …, en: b}": [
        (
            '3:15: "summary.zh" is not written yet; '
            "write it, or delete the line (draft: true keeps an entry back until it is ready)"
        )
    ],
    "draft: true\nsummary: {zh: …, en: TODO}": [
        (
            "4:15: warning: there are texts still to write: summary.zh, summary.en; "
            'write them, or delete their lines; then delete "draft: true"'
        )
    ],
    "draft: true\nsummary: {zh: a}": [],
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items())
def test_a_mistake_in_kind_or_title_is_told_at_its_place(text: str, expected: list[str]):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    assert read(text)[1] == expected


@pytest.mark.parametrize(("text", "expected"), FIELDS.items())
def test_a_mistake_in_another_field_is_told_at_its_place(text: str, expected: list[str]):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    assert problems(text) == expected


PLAIN = {
    "{zh: a, en: b}": 'the field "handle" is one text for all languages; '
    "write it without languages",
    "12": '"handle" is read as a number; put it between quotes: "12"',
    "": '"handle" is empty; write it between quotes, or delete the line',
}


@pytest.mark.parametrize(("value", "expected"), PLAIN.items())
def test_a_plain_field_is_one_text(value: str, expected: str):
    """A field of type plain takes a text without languages, and says so otherwise."""
    text = f"kind: signal\ntitle: {{zh: a, en: b}}\nfields:\n  handle: {value}\n"
    ((message),) = read(text)[1]
    assert message.partition(": ")[2] == expected


def test_all_mistakes_of_a_file_are_told_at_once():
    """Mistakes in different fields do not hide each other."""
    found = problems("happened: x\nimportance: 9\ntags: [A]\nstory: B b\nfields: {wy: {zh: a}}\n")
    assert [each.partition(":")[0] for each in found] == ["3", "4", "5", "6", "7"]


def test_an_entry_with_an_error_is_none_and_one_with_a_warning_is_not():
    """Only errors keep an entry out of an issue."""
    assert read(HEAD + "importance: 9\n")[0] is None
    assert read("kind: event\ntitle: {zh: a}\n")[0] is not None


def test_the_day_of_an_entry_is_its_folder():
    """The id of an entry begins with the day it is filed under."""
    assert filed_day(ID) == dt.date(2026, 4, 26)


@pytest.mark.parametrize(
    "wrong", ["2026/02/30/a", "2026/4/26/a", "2026/04/26/A", "a", "", "2026/04/26/a/b"]
)
def test_what_is_no_id_is_told_from_one(wrong: str):
    """An id is a day that exists and a name that can stand in a web address."""
    assert not is_entry_id(wrong)


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        ({"site": "cnbc.com", "url": "https://www.bbc.com"}, "cnbc.com"),
        ({"url": "https://www.cnbc.com/a"}, "cnbc.com"),
        ({"publisher": "CNBC"}, ""),
    ],
)
def test_the_domain_of_a_source_is_shown_bare(source: dict[str, str], domain: str):
    """The domain that readers see is the site, else the host of the address."""
    assert Source.model_validate(source).domain == domain


def test_an_entry_reads_what_it_has_written():
    """The archive keeps entries as JSON; they come back the same."""
    entry, _ = read(HEAD + "fields: {why: {zh: a, en: b}}\nhappened: 2026-05\n")
    assert entry is not None
    assert Entry.model_validate_json(entry.model_dump_json()) == entry
