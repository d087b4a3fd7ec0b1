"""The mail of the sample in a real browser, and as other programs read it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

LIMIT_BYTES = 95_000


def letters(sample: Path) -> dict[str, EmailMessage]:
    """Every message in the outbox, by bulletin and edition."""
    found = {}
    for file in sorted((sample / "var/outbox/new").iterdir()):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        list_id = str(letter["List-Id"]).rpartition("<")[2]
        found[".".join(list_id.split(".")[:2])] = letter
    return found


def html_of(letter: EmailMessage) -> str:
    """The HTML part."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_there_is_one_letter_per_edition(sample: Path) -> None:
    """Each bulletin's issue lies in the outbox once in each of its editions."""
    editions = ("zh", "en", "bilingual")
    wanted = {f"{slug}.{e}" for slug in ("curious-spark", "ai-frontier-daily") for e in editions}

    assert set(letters(sample)) == wanted
    assert len(list((sample / "var/outbox/new").iterdir())) == len(wanted)


def test_no_mail_is_cut_by_gmail(sample: Path) -> None:
    """The HTML of each mail stays under 95 KB."""
    sizes = {name: len(html_of(letter).encode()) for name, letter in letters(sample).items()}

    assert {name: size for name, size in sizes.items() if size > LIMIT_BYTES} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mail_is_accessible(
    sample: Path, browser: Browser, axe: str, scheme: Literal["light", "dark"]
) -> None:
    """axe finds no violation in the mail of both bulletins, in both languages at once."""
    context = browser.new_context(viewport={"width": 375, "height": 900}, color_scheme=scheme)
    for name, letter in letters(sample).items():
        if not name.endswith("bilingual"):
            continue
        page = context.new_page()
        page.set_content(html_of(letter))
        page.evaluate(axe)
        found = page.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
        )
        page.close()

        assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], name
    context.close()


def test_mail_fits_every_screen_and_asks_for_nothing(sample: Path, browser: Browser) -> None:
    """No mail scrolls sideways on a phone or a desktop, and none loads anything."""
    context = browser.new_context(offline=True)
    for name, letter in letters(sample).items():
        page, asked = context.new_page(), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.set_content(html_of(letter))
        for width in (320, 375, 800):
            page.set_viewport_size({"width": width, "height": 900})
            sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert sideways <= 0, f"{name} at {width}"
        page.close()

        assert asked == [], name
    context.close()
