"""The root of the site, the page for lost readers, the headers."""

from __future__ import annotations

from fnmatch import fnmatchcase

import builders
import webpages
from webpages import GENERATOR, THEMES, every_page, tree, words

from publisher.render import paths, site_files
from publisher.render.head import POLICY
from publisher.render.site_files import headers_file

BASE = "https://news.example.com"


def headers(base_url: str = BASE) -> str:
    return headers_file(builders.publication(base_url=base_url))["_headers"].decode()


def test_root_leads_to_each_edition_in_its_own_language() -> None:
    """Editions that begin with the same language share one welcome."""
    root = tree(every_page()["index.html"])
    welcomes = root.xpath("//div[@class='welcome']")

    assert [each.get("lang") for each in welcomes] == ["zh-CN", "en"]
    assert [each.xpath(".//a/@href") for each in welcomes] == [["/zh/", "/bilingual/"], ["/en/"]]


def test_root_is_the_default_among_the_home_pages() -> None:
    """Readers of other languages choose there."""
    root = tree(every_page()["index.html"])
    links = root.xpath("//link[@hreflang][not(@type)]")

    assert {each.get("hreflang"): each.get("href") for each in links} == {
        "zh-CN": f"{BASE}/zh/",
        "en": f"{BASE}/en/",
        "x-default": f"{BASE}/",
    }


def test_root_names_only_editions_that_exist() -> None:
    """An edition without a page has no door."""
    views = [webpages.views("en")]
    (data,) = site_files.root_page(views, THEMES["default"], GENERATOR).values()
    root = tree(data.decode())

    assert root.xpath("//a/@href") == ["#main", "/en/"]
    assert root.xpath("//link[@hreflang][not(@type)]/@hreflang") == ["en", "x-default"]


def test_root_offers_the_feeds_of_every_edition() -> None:
    """Readers give the bare address of a site to their program."""
    feeds = tree(every_page()["index.html"]).xpath("//link[@rel='alternate'][@type]/@href")

    assert len(feeds) == 9
    assert feeds[0] == "/zh/entries/rss.xml"


def test_lost_readers_are_told_so_in_every_language() -> None:
    """The page stands at any address: it is not indexed and links from the root."""
    root = tree(every_page()["404.html"])

    assert words(root.find("body//h1")) == "找不到页面 Page not found"
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert root.xpath("//div[@class='welcome']//a/@href") == ["/zh/", "/bilingual/", "/en/"]


def test_headers_repeat_the_policy_and_forbid_frames() -> None:
    """What a meta element cannot say stands in the header, which is the widest that a page has."""
    search = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    assert f"Content-Security-Policy: {POLICY}; {search}; frame-ancestors 'none'\n" in headers()
    assert "X-Content-Type-Options: nosniff" in headers()


def test_feeds_have_their_types() -> None:
    """Static hosts would guess ``application/xml`` and ``application/json``."""
    text = headers()

    for line in (
        "/*/rss.xml\n  Content-Type: application/rss+xml; charset=utf-8",
        "/*/atom.xml\n  Content-Type: application/atom+xml; charset=utf-8",
        "/*/feed.json\n  Content-Type: application/feed+json\n",
    ):
        assert line in text


def test_archives_of_feeds_have_the_type_of_a_feed() -> None:
    """They are Atom documents (RFC 5005), and the rule of every Atom feed is theirs."""
    path = paths.feed_archive(paths.bulletin("zh", "daily"), "2026-04", 1)
    rules = [block.splitlines() for block in headers().strip().split("\n\n")]
    told = [line.strip() for pattern, *lines in rules if fnmatchcase(path, pattern)
            for line in lines]  # fmt: skip

    assert "Content-Type: application/atom+xml; charset=utf-8" in told
    assert "Access-Control-Allow-Origin: *" in told


def test_calendars_and_tables_have_their_types() -> None:
    """Other sites may show a calendar, as they may a feed."""
    text = headers()

    calendar = "/*/calendar.ics\n  Content-Type: text/calendar; charset=utf-8\n"
    assert f"{calendar}  Access-Control-Allow-Origin: *\n" in text
    assert "/*.csv\n  Content-Type: text/csv; charset=utf-8\n" in text


def test_a_pdf_is_asked_for_again_soon() -> None:
    """A correction makes another one under the same address."""
    rule = "/*.pdf\n  Content-Type: application/pdf\n  Cache-Control: public, max-age=900\n"
    assert rule in headers()


def test_no_header_stands_in_two_rules_that_meet() -> None:
    """Hosts join the values of both, which no browser understands."""
    blocks = [block.splitlines() for block in headers().strip().split("\n\n")]
    names = {block[0]: {line.split(":")[0].strip() for line in block[1:]} for block in blocks}

    for path, own in names.items():
        assert path == "/*" or not own & names["/*"]


def test_rules_stand_below_the_path_of_the_site() -> None:
    """A site below a path shares its host with others."""
    rules = [line for line in headers("https://example.com/news").splitlines() if line[:1] == "/"]

    assert rules
    assert all(line.startswith("/news/") for line in rules)
