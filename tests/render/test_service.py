"""The pages for subscribers: what holds for all of them, in every edition and language."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import builders
import pytest
from reception import front
from webpages import tree, words

from publisher.render.service import Held, service_style
from publisher.render.service_messages import MESSAGES

FRONT = front()
TOKEN = "ab" * 30
HELD = {"daily": Held("en", "active", builders.SLOT), "weekly": Held("zh", "paused")}


def every_page() -> dict[str, str]:
    """Each kind of page in each edition."""
    found: dict[str, str] = {}
    for name, pages in FRONT.pages.items():
        wrong = pages.form(
            {"weekly": "en"}, address='"><b>', name="N", address_error="signup_bad_address",
            bulletins_error="signup_no_bulletin",
        )  # fmt: skip
        found |= {
            f"{name} subscribe": pages.subscribe(pages.form({})),
            f"{name} refused": pages.subscribe(wrong),
            f"{name} confirm": pages.confirm(TOKEN, "r…@example.org", [("daily", "en")]),
            f"{name} preferences": pages.preferences(TOKEN, "r…@example.org", HELD),
            f"{name} stopped": pages.preferences(
                TOKEN, "r…@e.org", {}, is_stopped=True, is_bad=True
            ),
            f"{name} leave": pages.leave(TOKEN, "r…@example.org", "weekly"),
        }
        found |= {f"{name} {kind}": pages.message(kind, TOKEN, "n1") for kind in MESSAGES}
    return found


PAGES = every_page()
PARSED = {name: tree(html) for name, html in PAGES.items()}
each_page = pytest.mark.parametrize("name", PAGES)


def parsed(name: str) -> Any:
    return PARSED[name]


@each_page
def test_a_page_has_one_first_heading_and_leaves_out_no_level(name: str) -> None:
    """As every page of the site."""
    levels = [int(each.tag[1]) for each in parsed(name).xpath("//h1|//h2|//h3|//h4")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@each_page
def test_a_page_runs_no_script_and_carries_no_style(name: str) -> None:
    """It asks nobody but the service for anything: its style sheet lies there."""
    root = parsed(name)

    assert root.xpath("//link[@rel='stylesheet']/@href") == ["/-/style.css"]
    assert not root.xpath("//script|//style|//*[@style]|//*[@src]|//img|//iframe")
    assert not [each for each in root.xpath("//@*") if getattr(each, "attrname", "")[:2] == "on"]


@each_page
def test_every_control_has_its_label_and_every_description_is_there(name: str) -> None:
    """Ids are unique, and what refers to one finds it."""
    root = parsed(name)
    ids = root.xpath("//@id")
    controls = root.xpath("//input[not(@type='hidden')]/@id|//select/@id")

    assert len(ids) == len(set(ids))
    assert set(root.xpath("//label/@for")) == set(controls)
    assert len(root.xpath("//input[not(@type='hidden')]|//select")) == len(controls)
    assert set(root.xpath("//@aria-describedby")) <= set(ids)


@each_page
def test_no_address_of_the_head_holds_a_token(name: str) -> None:
    """It would be handed on where a page is shared."""
    head = parsed(name).find("head")

    assert not [each for each in head.xpath(".//@*") if TOKEN in each]
    assert parsed(name).xpath("//meta[@name='robots']/@content") == ["noindex"]


@each_page
def test_forms_lead_to_the_service_and_links_to_the_site(name: str) -> None:
    """By a path, so that they work wherever the service is looked at; the site by its address."""
    root = parsed(name)
    links = [each for each in root.xpath("//a/@href") if not each.startswith(("#", "mailto:"))]

    assert all(each.startswith("/-/") for each in root.xpath("//form/@action"))
    assert all(each.startswith(("/-/", "https://news.example.com/")) for each in links)
    assert root.xpath("//form[not(@method='post')]") == []


def test_the_form_leads_to_itself_in_every_edition() -> None:
    """The switch is that of the site."""
    links = parsed("en subscribe").xpath("//nav[@class='switch']//a")

    assert [(each.get("href"), each.get("lang")) for each in links] == [
        ("/-/zh/subscribe", "zh-CN"),
        ("/-/en/subscribe", "en"),
        ("/-/bilingual/subscribe", "zh-CN"),
    ]
    assert [each.get("href") for each in links if each.get("aria-current")] == ["/-/en/subscribe"]


def test_what_was_typed_is_text() -> None:
    """Whatever it is."""
    assert parsed("en refused").xpath("//input[@name='address']/@value") == ['"><b>']


def test_a_stacked_edition_says_it_in_both_languages() -> None:
    """Each marked as what it is."""
    root = parsed("bilingual leave")

    assert words(root.xpath("//h1")[0]).startswith("退订《Weekly（中）》？ Unsubscribe from")
    assert root.xpath("//h1/span/@lang") == ["en"]
    assert words(root.xpath("//button")[0]) == "退订 Unsubscribe"


def test_a_message_leads_to_the_preferences_only_with_a_token() -> None:
    """A forgotten person has none."""
    pages = FRONT.pages["en"]

    assert "/-/preferences/" in pages.message("left", TOKEN)
    assert "/-/preferences/" not in pages.message("left")


def test_what_failed_is_told_with_its_number() -> None:
    """And whom to write to."""
    told = FRONT.pages["en"].message("broken", number="a1b2")

    assert "a1b2" in told
    assert "editor@news.example.com" in told


def test_consent_is_kept_in_every_language_that_was_shown() -> None:
    """A stacked form shows both."""
    language, shown = FRONT.pages["bilingual"].consent()

    assert language == "zh-CN"
    assert [each[:6] for each in shown.split("\n")] == ["点击“订阅”", "By sub"]


STRINGS = sorted((Path(__file__).parents[2] / "themes/default/strings").glob("*.yaml"))


@pytest.mark.parametrize("tag", [each.stem for each in STRINGS])
def test_pages_speak_every_language_of_the_program(tag: str) -> None:
    """All of them can be made; no placeholder is left."""
    found = front(
        languages={"zh": {"tag": tag, "name": "X"}, "en": {"tag": "it", "name": "Y"}},
    )
    pages = found.pages["zh"]
    made = [
        pages.subscribe(pages.form({})), pages.confirm(TOKEN, "r…@e.org", [("daily", "zh")]),
        pages.preferences(TOKEN, "r…@e.org", HELD), pages.leave(TOKEN, "r…@e.org", "daily"),
        *(pages.message(kind, TOKEN, "n1") for kind in MESSAGES),
    ]  # fmt: skip

    assert not [each for each in made if "{" in each.partition("<main")[2]]


def test_the_style_sheet_is_that_of_the_site() -> None:
    """With the rules of forms."""
    css = service_style(builders.theme(), FRONT.publication).decode()

    assert ".form-choice" in css
    assert "prefers-color-scheme: dark" in css
