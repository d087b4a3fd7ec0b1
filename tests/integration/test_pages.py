"""The published sample in a real browser and through the checkers of the field."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

KINDS = [
    "",
    "404.html",
    "zh/",
    "en/",
    "bilingual/",
    "zh/curious-spark/",
    "bilingual/curious-spark/2026-04-26/",
    "en/curious-spark/2026-04-26/",
    "bilingual/ai-weekly/2026-W17/",
    "en/ai-monthly/2026-04/",
    "bilingual/ai-frontier-daily/2026-04-13/",
    "en/ai-frontier-daily/2026/04/",
    "bilingual/e/2026/04/26/google-anthropic/",
    "zh/e/2026/04/11/muse-spark-system/",
    "en/entries/",
    "zh/tags/",
    "en/tags/funding/",
    "zh/stories/",
    "en/stories/qwen3/",
    "zh/feeds/",
    "en/ai-weekly/feed/",
    "en/ai-weekly/",
    "bilingual/about/",
]

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What darkness can change.
COLOUR = ("color-contrast", "link-in-text-block")


def test_every_page_is_valid_html(sample: Path, vnu: list[str]) -> None:
    """The Nu HTML checker has nothing to say about any page or style sheet."""
    done = subprocess.run(
        [*vnu, "--exit-zero-always", "--skip-non-html", str(sample / "public")],
        capture_output=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)["messages"]
    # A file has no origin, so to the checker nothing is 'self'.
    told = [each for each in found if "Content Security Policy" not in each["message"]]

    assert [(each["type"], each.get("url"), each["message"]) for each in told] == []


@pytest.mark.parametrize("path", KINDS)
def test_a_page_is_accessible(browser: Browser, axe: str, served: str, path: str) -> None:
    """axe finds no violation of WCAG 2.2 AA, light or dark; 320 px are wide enough."""
    context = browser.new_context(viewport={"width": 320, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{served}/{path}", wait_until="load")
    page.evaluate(axe)
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    light = violations(page)
    page.set_viewport_size({"width": 800, "height": 900})
    page.emulate_media(color_scheme="dark")
    dark = violations(page, type="rule", values=COLOUR)
    context.close()

    assert (light, dark) == ([], [])
    assert sideways <= 0


def violations(page: Page, type: str = "tag", values: Sequence[str] = TAGS) -> list[Any]:
    """What axe finds on a page, by rule and element."""
    script = "only => axe.run(document, {runOnly: only})"
    found = page.evaluate(script, {"type": type, "values": list(values)})["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("path", KINDS[:12])
def test_a_page_asks_no_other_host(browser: Browser, served: str, path: str) -> None:
    """Everything that a page loads comes from its own host."""
    context = browser.new_context()
    page, hosts = context.new_page(), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{served}/{path}", wait_until="networkidle")
    context.close()

    assert hosts == {urlsplit(served).netloc}


# Tables: one of seven columns and 49 rows ---------------------------------------------------------

WEEKLY = "ai-weekly/2026-W17/"
REGION = "#s-traffic .table-scroll"


def opened(browser: Browser, address: str, width: int, **options: Any) -> Page:
    """A page of its own, at a width, closed with the browser's context."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **options).new_page()
    page.goto(address, wait_until="load")
    return page


def hidden_width(page: Page, selector: str) -> int:
    """How far an element can be scrolled sideways."""
    return int(page.eval_on_selector(selector, "each => each.scrollWidth - each.clientWidth"))


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_wide_table_scrolls_in_its_region_and_the_page_does_not(
    browser: Browser, served: str, edition: str
) -> None:
    """On a phone the header stays in view downwards, the first column sideways."""
    page = opened(browser, f"{served}/{edition}/{WEEKLY}", 375)
    page.eval_on_selector(f"{REGION} tbody tr:nth-child(30)", "each => each.scrollIntoView()")
    page.eval_on_selector(REGION, "each => each.scrollTo(1000, 0)")
    top = "each => each.getBoundingClientRect().top"
    left = "each => each.getBoundingClientRect().left"
    found = (
        page.eval_on_selector(f"{REGION} thead", top),
        page.eval_on_selector(f"{REGION} tbody tr:nth-child(30) th", left),
        page.eval_on_selector(REGION, left),
    )
    sideways, hidden = hidden_width(page, "html"), hidden_width(page, REGION)
    page.context.close()

    assert sideways == 0
    assert hidden > 0
    assert found == (0, found[2], found[2])


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_table_that_has_room_need_not_be_scrolled(
    browser: Browser, served: str, edition: str
) -> None:
    """On a wide screen it may be wider than the text."""
    page = opened(browser, f"{served}/{edition}/{WEEKLY}", 1280)
    hidden = hidden_width(page, REGION)
    page.context.close()

    assert hidden == 0


@pytest.mark.parametrize("edition", ["zh", "bilingual"])
def test_paper_shows_every_column(browser: Browser, served: str, edition: str) -> None:
    """A4 less its margins is 170 mm wide: no table reaches over it, and its header is repeated."""
    page = opened(browser, f"{served}/{edition}/{WEEKLY}", round(170 / 25.4 * 96))
    page.emulate_media(media="print")
    tables = page.locator(".table table")
    widths = [tables.nth(each).evaluate("e => e.offsetWidth") for each in range(tables.count())]
    room = page.eval_on_selector("main", "each => each.clientWidth")
    shown = page.eval_on_selector(f"{REGION} thead", "each => getComputedStyle(each).display")
    page.context.close()

    assert widths
    assert max(widths) <= room
    assert shown == "table-header-group"


def test_codes_are_dark_on_white_in_the_dark(browser: Browser, served: str) -> None:
    """Cameras read no other; the white reaches around the code as its quiet zone."""
    page = opened(browser, f"{served}/zh/ai-monthly/2026-04/", 800, color_scheme="dark")
    colour = "each => getComputedStyle(each).backgroundColor"
    body, code = (page.eval_on_selector(each, colour) for each in ("body", ".code"))
    page.context.close()

    assert (body, code) == ("rgb(17, 20, 24)", "rgb(255, 255, 255)")


# Without anything else ---------------------------------------------------------------------------


def test_pages_look_the_same_without_javascript(browser: Browser, served: str) -> None:
    """A page is complete without JavaScript."""
    url = f"{served}/bilingual/curious-spark/2026-04-26/"
    shots = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        page.goto(url, wait_until="load")
        shots.append(page.screenshot())
        context.close()

    assert shots[0] == shots[1]


def test_no_link_within_the_site_is_broken(sample: Path) -> None:
    """Every link to the site's own pages, feeds and anchors leads somewhere.

    What lies below `/-/` is answered by the service.
    """
    public = sample / "public"
    ids: dict[Path, set[str]] = {}
    broken, service = set(), set()
    for file in sorted(public.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        ids[file] = set(re.findall(r'\bid="([^"]+)"', text))
    for file in ids:
        text = file.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            parts = urlsplit(link.removeprefix("https://news.example.com"))
            if parts.scheme or parts.netloc:
                continue
            if parts.path.startswith("/-/"):
                service.add(parts.path)
                continue
            target = public / unquote(parts.path).lstrip("/") if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (parts.fragment and parts.fragment not in ids[target]):
                broken.add((file.relative_to(public).as_posix(), link))

    assert broken == set()
    assert service == {f"/-/{edition}/subscribe" for edition in ("zh", "en", "bilingual")}
