"""The published sample in a real browser and through the checkers of the field."""

from __future__ import annotations

import json
import re
import subprocess
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
    "zh/ai-frontier-daily/2026-04-13/",
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
    "en/curious-spark/feed/",
    "bilingual/about/",
]


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
    dark = violations(page)
    context.close()

    assert (light, dark) == ([], [])
    assert sideways <= 0


def violations(page: Page) -> list[Any]:
    """What axe finds on a page, by rule and element."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    script = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
    found = page.evaluate(script, tags)["violations"]
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
    """Every link to the site's own pages, feeds and anchors leads somewhere."""
    public = sample / "public"
    ids: dict[Path, set[str]] = {}
    broken = set()
    for file in sorted(public.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        ids[file] = set(re.findall(r'\bid="([^"]+)"', text))
    for file in ids:
        text = file.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            parts = urlsplit(link.removeprefix("https://news.example.com"))
            if parts.scheme or parts.netloc:
                continue
            target = public / unquote(parts.path).lstrip("/") if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (parts.fragment and parts.fragment not in ids[target]):
                broken.add((file.relative_to(public).as_posix(), link))

    assert broken == set()
