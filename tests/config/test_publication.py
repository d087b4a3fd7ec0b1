"""publication.yaml: what may stand in it, and what is said about the rest."""

from __future__ import annotations

import pytest

from publisher.config.publication import Publication
from publisher.config.read import parse_publication
from publisher.document import parse

TEXT = """\
name: {zh: a, en: b}
authority: news.example.com,2026
base_url: https://news.example.com
time_zone: Asia/Shanghai
languages:
  zh: {tag: zh-CN, name: 中文}
  en: {tag: en, name: English}
editions:
  zh: [zh]
  both: {languages: [zh, en], name: {zh: 双语, en: Both}}
sender: {name: {zh: a, en: b}, address: bulletin@news.example.com}
contact: editor@news.example.com
postal_address: {zh: a, en: b}
kinds:
  event:
    name: {zh: 事件, en: Event}
    fields:
      why: {zh: 为什么, en: Why}
      handle: {label: {zh: 账号, en: Account}, type: plain}
"""


def read(text: str) -> tuple[Publication | None, list[str]]:
    """The publication of a file, and its problems as ``line:column: what; remedy``."""
    document, found = parse(text.encode(), "x.yaml")
    assert document is not None, found
    publication, problems = parse_publication(document)
    return publication, [str(each).removeprefix("x.yaml:") for each in problems]


def test_short_forms_are_taken():
    """An edition may be a list of languages, a field just its label."""
    publication, found = read(TEXT)
    assert found == []
    assert publication is not None
    assert publication.editions["zh"].languages == ["zh"]
    assert dict(publication.kinds["event"].fields["why"].label) == {"zh": "为什么", "en": "Why"}


CHANGES = [
    ("authority: news.example.com,2026", "authority: news.example.com",
     [('2:12: "news.example.com" cannot begin the ids of feeds; '
      "write a domain you own and a year in which you owned it: news.example.com,2026")]),
    ("https://news.example.com", "https://news.example.com/",
     ["3:11: base_url ends with a slash, or has a ? or # in it; write https://news.example.com"]),
    ("https://news.example.com", "news.example.com",
     ["3:11: the address does not begin with https://; write https://news.example.com"]),
    ("time_zone: Asia/Shanghai\n", "", ['1:1: "time_zone" is missing; add time_zone: …']),
    ("tag: zh-CN", "tag: zh_CN",
     ['6:13: "zh_CN" is no language tag that is known; did you mean zh-CN?']),
    ("tag: zh-CN", "tag: en",
     [('7:8: "en" has the same tag as another language: en; '
      "give each language a tag of its own, or delete one of them")]),
    ("zh: [zh]", "zh: [zh, zh, cn]",
     ['9:12: the edition "zh" has the language "zh" twice; name it once',
      '9:16: the edition "zh" uses a language "cn" that is not declared; declared: zh, en']),
    ("languages: [zh, en]", "languages: [zh, fr]",
     ['10:26: the edition "both" uses a language "fr" that is not declared; declared: zh, en']),
    ("  zh: [zh]", "  assets: [zh]",
     [('9:3: an edition cannot be called "assets": the site uses that address; '
      "choose another name")]),
    ("bulletin@news.example.com", "bulletin at news",
     [('11:41: "bulletin at news" is no mail address; '
      "write it such as editor@example.com (An email address must have an @-sign)")]),
    ("  event:", "  Event:",
     ['15:3: "Event" cannot be a name here; write "event"']),
    ("why: {zh: 为什么, en: Why}", "why: {zh: 为什么, eng: Why}",
     ['18:22: the publication has no language "eng"; did you mean "en"? (it declares zh, en)']),
    ("type: plain", "type: plan",
     ['19:52: "type" may not be "plan"; did you mean "plain"? (possible: text, plain)']),
    ("contact:", "kontact:",
     [('12:1: there is no field "kontact" here; did you mean "contact"? (fields: name, '
      "description, authority, base_url, service_url, websub_hub, time_zone, languages, "
      "editions, theme, sender, postal_address, contact, about, kinds, tags, stories)")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_a_mistake_is_told_at_its_place(old: str, new: str, expected: list[str]):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    assert old in TEXT
    assert read(TEXT.replace(old, new, 1))[1] == expected
