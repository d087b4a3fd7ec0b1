"""The search in a real browser, with the real Pagefind and the headers of the site."""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.test_pages import violations
from newsroom import Newsroom, both
from playwright.sync_api import Browser, Page

pytest.importorskip("pagefind_bin_extended", reason="needs pagefind[extended]")

TEXTS = {
    "one": ("2025-12-30", "算力市场的竞争格局", "The old order", "英伟达仍然领先。", "Chips lead."),
    "two": ("2026-04-25", "本周要闻", "This week", "开源模型改变了竞争格局。", "Open models win."),
    "three": ("2026-04-26", "格局与竞争", "Dr. Noémie Weiß", "两者无关。", "Models of open seas."),
}  # fmt: skip


class _Handler(http.server.SimpleHTTPRequestHandler):
    policy = ""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()


def serve(public: Path) -> http.server.ThreadingHTTPServer:
    """A server of a site, with the policy that its headers file names."""
    lines = (public / "_headers").read_text().splitlines()
    told = next(each.split(": ", 1)[1] for each in lines if "Content-Security-Policy" in each)
    handler = type("Handler", (_Handler,), {"policy": told})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(public))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def newsroom(memory: Path) -> Iterator[Newsroom]:
    """Entries of two years."""
    made = Newsroom(memory / "search")
    for name, (day, zh, en, text, told) in TEXTS.items():
        made.entry(name, day, title=both(zh) | {"zh": zh, "en": en},
                   summary={"zh": text, "en": told})  # fmt: skip
        made.publish(day)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(newsroom: Newsroom) -> Iterator[str]:
    """The address of the site, with its search."""
    newsroom.app().search.bring()
    server = serve(newsroom.root / "public")
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def opened(browser: Browser, address: str, **options: Any) -> Page:
    """The page of the search, when it has answered."""
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.wait_for_selector("[aria-busy=false]", state="attached")
    return page


def asked(browser: Browser, site: str, query: str, edition: str = "zh") -> list[str]:
    """The titles that are found, in their order; issues are left out."""
    page = opened(browser, f"{site}/{edition}/search/?q={query}")
    links = page.locator(".row-title a")
    found = [(link.get_attribute("href") or "", link.inner_text()) for link in links.all()]
    page.context.close()
    return [title for href, title in found if "/e/" in href]


def test_a_phrase_stands_in_a_title_before_it_stands_in_a_text(browser: Browser, site: str) -> None:
    """Over both years; what has its characters elsewhere is no phrase."""
    assert asked(browser, site, "竞争格局") == ["算力市场的竞争格局", "本周要闻"]


@pytest.mark.parametrize(
    ("query", "edition", "found"),
    [
        ("开源", "zh", ["本周要闻"]),
        ("英伟达", "zh", ["算力市场的竞争格局"]),
        ("Noémie Weiß", "en", ["Dr. Noémie Weiß"]),
        ("open models", "en", ["This week", "Dr. Noémie Weiß"]),
        ("ＯＰＥＮ ｍｏｄｅｌｓ", "en", ["This week", "Dr. Noémie Weiß"]),
        ("龘靐齉爨", "zh", []),
        ("xqzzvkkw", "en", []),
        ("源开", "zh", []),
    ],
)
def test_names_and_phrases_are_found_in_both_scripts(
    browser: Browser, site: str, query: str, edition: str, found: list[str]
) -> None:
    """The exact phrase first, nonsense never."""
    assert asked(browser, site, query, edition) == found


def test_a_title_with_a_mark_in_it_comes_before_many_with_its_words(
    browser: Browser, memory: Path
) -> None:
    """Between Han characters a mark takes a place in the index that no phrase can name."""
    made = Newsroom(memory / "marks")
    for number in range(80):
        made.entry(f"much-{number}", title=both(f"模型{number}"),
                   summary={"zh": "格局争竞，模型源开。竞争，格局，开源，模型。" * 3})  # fmt: skip
    title = "开源模型，竞争格局"
    made.entry("wanted", title={"zh": title, "en": "Wanted"}, summary={"zh": "一句话。" * 60})
    made.publish("2026-04-26")
    made.app().search.bring()
    made.close()
    server = serve(made.root / "public")
    found = asked(browser, f"http://127.0.0.1:{server.server_port}", title)
    server.shutdown()
    server.server_close()
    assert found[0] == title


def test_a_year_can_be_chosen_and_the_address_tells_it(browser: Browser, site: str) -> None:
    """By keyboard alone; the way back works, too."""
    page = opened(browser, f"{site}/zh/search/")
    page.focus("#q")
    page.keyboard.type("竞争格局")
    page.keyboard.press("Enter")
    page.wait_for_selector(".row-title mark")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.wait_for_url("**year=2025**")
    page.wait_for_selector("[aria-busy=false]", state="attached")
    titles = page.locator(".row-title a").all_inner_texts()
    page.go_back()
    page.wait_for_selector("[aria-busy=false]", state="attached")
    marked = page.locator("mark").first.inner_text()
    year = page.input_value("#year")
    page.context.close()

    assert "算力市场的竞争格局" in titles
    assert "本周要闻" not in titles
    assert (marked, year) == ("竞争格局", "")


def test_markup_in_a_query_stays_text(browser: Browser, site: str) -> None:
    """What is asked for is never part of the page."""
    page = opened(browser, f"{site}/zh/search/?q=<img src=x>")
    said, images = page.inner_text("[role=status]"), page.locator("main img").count()
    page.context.close()
    assert ("<img src=x>" in said, images) == (True, 0)


def test_the_search_is_accessible(browser: Browser, axe: str, site: str) -> None:
    """axe has nothing to say, light or dark, with results; 320 px are wide enough."""
    found = []
    for scheme in ("light", "dark"):
        page = opened(
            browser, f"{site}/zh/search/?q=竞争格局", color_scheme=scheme, bypass_csp=True,
            viewport={"width": 320, "height": 900},
        )  # fmt: skip
        page.evaluate(axe)
        sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found.append((violations(page), sideways <= 0))
        page.context.close()
    assert found == [([], True), ([], True)]


def test_only_this_page_runs_a_script(browser: Browser, site: str, newsroom: Newsroom) -> None:
    """Every other forbids it in its head; nothing is asked of another host."""
    page = browser.new_context().new_page()
    hosts = set[str]()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{site}/zh/search/?q=开源")
    page.wait_for_selector("[aria-busy=false]", state="attached")
    page.context.close()

    assert hosts == {site.removeprefix("http://")}
    assert "wasm-unsafe-eval" in newsroom.page("zh/search/index.html")
    assert "script-src" not in newsroom.page("zh/index.html")


def test_without_its_index_the_page_says_so(
    browser: Browser, tmp_path: Path, newsroom: Newsroom
) -> None:
    """And leads elsewhere; without JavaScript it says that, and has no form that does nothing."""
    for path in ("_headers", "zh/search/index.html", "assets/search.js", "assets/default.css"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((newsroom.root / "public" / path).read_bytes())
    server = serve(tmp_path)
    address = f"http://127.0.0.1:{server.server_port}/zh/search/"
    page = opened(browser, address)
    said, links = page.inner_text("[role=status]"), page.locator(".search-ways a").count()
    has_form = page.is_visible("form")
    page.context.close()
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    text, has_dead_form = page.inner_text("main"), page.is_visible("form")
    page.context.close()
    server.shutdown()
    server.server_close()

    assert said == "本站的搜索尚未准备好。"
    assert links > 1
    assert "JavaScript" in text
    assert (has_form, has_dead_form) == (False, False)


def test_the_page_is_valid(newsroom: Newsroom, vnu: list[str]) -> None:
    """The Nu HTML checker has nothing to say."""
    pages = [str(newsroom.root / f"public/{each}/search/index.html") for each in ("zh", "en")]
    done = subprocess.run([*vnu, "--exit-zero-always", *pages], capture_output=True, check=False)
    found = [each["message"] for each in json.loads(done.stdout)["messages"]]
    assert [each for each in found if "Content Security Policy" not in each] == []
