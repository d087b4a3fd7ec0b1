"""Sections: each block with what it can be told, and what is said about the rest."""

from __future__ import annotations

import pytest
from builders import publication

from publisher.config.bulletin import Bulletin
from publisher.config.read import parse_bulletin
from publisher.config.section import BLOCKS, NEEDED, SETTINGS, SectionSettings
from publisher.document import parse

HEAD = "name: {zh: a, en: b}\ncadence: daily\nschedule: {at: '18:00'}\nsections:\n"


def read(*sections: str) -> tuple[Bulletin | None, list[str]]:
    """The bulletin with these sections, and its problems; the first section is in line 5."""
    text = HEAD + "".join(f"  - {each}\n" for each in sections)
    document, found = parse(text.encode(), "x.yaml")
    assert document is not None, found
    bulletin, problems = parse_bulletin(document, "daily", publication())
    return bulletin, [str(each).removeprefix("x.yaml:") for each in sorted(problems)]


RIGHT = [
    "{id: a, block: prose, text: {zh: 甲, en: A}, numbered: continued}",
    "{id: a, block: list, numbered: true}",
    "{id: a, block: entries, select: {}, headline: run-in, numbered: continued, mail: link}",
    "{id: a, block: table, table: ai-weekly/2026-w17-traffic}",
    "{id: a, block: table}",
    "{id: a, block: calendar, select: {kinds: [event]}, max: 20, horizon: 90}",
    "{id: a, block: contents, depth: sections}",
    "{id: a, block: list-of-tables}",
    "{id: a, block: references, collect: [prose, issue], numbered: continued}",
    "{id: a, block: related, max: 3, bulletins: [daily]}",
    "{id: a, block: people, people: [{name: {zh: 林, en: Lin}, phone: '021', email: a@b.com}]}",
    "{id: a, block: boilerplate, text: {zh: 甲, en: A}, mail: whole}",
    "{id: a, block: qr-codes, codes: [{url: 'https://a.com/'}, {image: a.png, alt: {zh: 码}}]}",
    "{id: a, block: corrections}",
]


@pytest.mark.parametrize("text", RIGHT)
def test_each_block_takes_its_settings(text: str):
    """What belongs to a block is taken without a word."""
    bulletin, found = read(text)
    assert found == [], found
    assert bulletin is not None


def test_key_points_gather_sections_with_points():
    """Entries have points, and so have texts."""
    points = "{id: points, block: key-points, of: [top, risks]}"
    top, risks = "{id: top, block: entries, select: {}}", "{id: risks, block: boilerplate}"
    assert read(points, top, risks)[1] == []


MISTAKES = {
    "{id: a, block: entries, select: {}, numbered: continud}": [
        '5:51: "numbered" must be true or false or "continued", not "continud"'
    ],
    "{id: a, block: table, table: content/data/x/traffic.yaml}": [
        '5:34: "content/data/x/traffic.yaml" is no name of a table; write x/traffic'
    ],
    "{id: a, block: table, table: Traffic}": [
        (
            '5:34: "Traffic" is no name of a table; '
            "name its file in content/data/ without .yaml, such as ai-weekly/traffic"
        )
    ],
    "{id: a, block: table, table: ../publication}": [
        (
            '5:34: "../publication" is no name of a table; '
            "name its file in content/data/ without .yaml, such as ai-weekly/traffic"
        )
    ],
    "{id: a, block: qr-codes}": [
        ('5:5: the section "a" does not say which codes it shows; add codes: [{url: "https://…"}]')
    ],
    "{id: a, block: qr-codes, codes: ['https://a.com/', a.png]}": [
        '5:38: "https://a.com/" alone is no code; write {url: "https://a.com/"}',
        '5:56: "a.png" alone is no code; write {image: "a.png"}',
    ],
    "{id: a, block: qr-codes, codes: [{image: content/images/a.png, alt: {zh: 码, en: C}}]}": [
        "5:46: an image is named from content/images/ on; write a.png"
    ],
    "{id: a, block: qr-codes, codes: [{image: ../a.png, alt: {zh: 码, en: C}}]}": [
        (
            '5:46: "../a.png" is no name of a file in content/images/; '
            "write its name, such as account.png"
        )
    ],
    "{id: a, block: people}": [
        '5:5: the section "a" does not say who they are; add people: with a name for each'
    ],
    "{id: a, block: people, people: [{name: {zh: a, en: b}, phone: 021, email: x}]}": [
        '5:67: "phone" is read as a number; put it between quotes: "021"',
        (
            '5:79: "x" is no mail address; '
            "write it such as editor@example.com (An email address must have an @-sign)"
        ),
    ],
    "{id: a, block: key-points, of: [a, b, b]}\n  - {id: b, block: prose}": [
        '5:37: there is no section "a" with entries or a text; sections: b',
        '5:43: "b" is gathered twice; delete one of the two',
    ],
    "{id: a, block: key-points}": [
        (
            '5:5: the section "a" does not say which sections it gathers; '
            "add of: with the ids of sections, such as of: [companies, technology]"
        )
    ],
    "{id: a, block: calendar, horizon: 0, max: 0}": [
        '5:39: "horizon" must be at least 1; this is 0',
        '5:47: "max" must be at least 1; this is 0',
    ],
    "{id: a, block: related, bulletins: [Ai]}": [
        '5:41: "Ai" cannot stand in a web address; write "ai"'
    ],
    "{id: a, block: references, collect: [entry]}": [
        (
            '5:42: item 1 of "collect" may not be "entry"; did you mean "entries"? '
            "(possible: entries, prose, issue)"
        )
    ],
    "{id: a, block: references, collect: []}": [
        '5:41: "collect" is empty; write at least one item, or leave it out'
    ],
    "{id: a, block: contents, depth: section}": [
        '5:37: "depth" may not be "section"; did you mean "sections"? (possible: sections, entries)'
    ],
    "{id: a, block: prose, mail: links}": [
        '5:33: "mail" may not be "links"; did you mean "link"? (possible: whole, link, none)'
    ],
    "{id: a, block: boilerplate, numbered: true}": [
        (
            '5:43: warning: "numbered: true" has no effect: a boilerplate section has nothing to '
            "count; write numbered: continued, if it shall have the next number of the issue"
        )
    ],
    "{id: a, block: corrections}\n  - {id: b, block: corrections}\n  - {id: b, block: prose}": [
        (
            "6:13: two sections have the block corrections; "
            "keep one of the two: it gathers the corrections of the whole issue"
        ),
        '7:6: two sections have the id "b"; give each section an id of its own',
    ],
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items())
def test_a_mistake_is_told_at_its_place(text: str, expected: list[str]):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    assert read(text)[1] == expected


def test_every_block_says_what_it_can_be_told():
    """The table of settings has each block, and no setting that does not exist."""
    assert list(SETTINGS) == list(BLOCKS)
    named = {name for names in SETTINGS.values() for name in names}
    common = {"id", "block", "title", "optional", "mail"}
    assert named | common == set(SectionSettings.model_fields)
    assert all(NEEDED[block][0] in SETTINGS[block] for block in NEEDED)


def test_standing_texts_are_links_in_mail():
    """An imprint need not be mailed every day; everything else is there."""
    bulletin, _ = read("{id: a, block: boilerplate}", "{id: b, block: prose}")
    assert bulletin is not None
    assert [each.in_mail for each in bulletin.sections] == ["link", "whole"]


def test_a_frozen_section_is_read_without_a_judgement():
    """An older version may have allowed what is refused now."""
    frozen = SectionSettings.model_validate_json('{"id": "a", "block": "prose", "horizon": 7}')
    assert frozen.horizon == 7
