"""The sitemap and robots.txt."""

from __future__ import annotations

import datetime as dt

import builders
import webpages
from lxml import etree

from publisher.render import paths
from publisher.render.sitemap import SitemapUrl, robots, sitemap_index, sitemap_part

BASE = "https://news.example.com"
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
AT = dt.datetime.fromisoformat("2026-04-26T18:00:00+08:00")


def thing(edition: str) -> str:
    return f"/{edition}/about/"


def find(data: bytes, path: str) -> list[str]:
    found = etree.fromstring(data).xpath(path, namespaces=SPACES)
    return [str(each) for each in found]


def made(*urls: SitemapUrl, **limits: int) -> dict[str, bytes]:
    return sitemap_part(builders.publication(), "pages", urls, **limits)


EVERYWHERE = SitemapUrl({name: thing(name) for name in ("zh", "en", "bilingual")}, AT)


def test_each_indexed_page_is_listed_with_when_it_changed() -> None:
    """The stacked page is not: it is marked ``noindex``."""
    data = made(EVERYWHERE)["sitemap-pages.xml"]

    assert find(data, "//s:loc/text()") == [f"{BASE}/zh/about/", f"{BASE}/en/about/"]
    assert find(data, "//s:lastmod/text()") == ["2026-04-26T18:00:00+08:00"] * 2


def test_translations_are_those_that_the_page_names() -> None:
    """Google wants both sets to be equal."""
    page = webpages.tree(webpages.every_page()["en/about/index.html"])
    head = page.xpath("//link[@hreflang][not(@type)]")
    data = made(EVERYWHERE)["sitemap-pages.xml"]

    for number in (1, 2):
        links = f"//s:url[{number}]/x:link"
        assert find(data, f"{links}/@href") == [each.get("href") for each in head]
        assert find(data, f"{links}/@hreflang") == [each.get("hreflang") for each in head]


def test_root_is_listed_as_the_page_for_everyone_else() -> None:
    """It stands among the translations of the home pages, and is listed itself."""
    homes = {name: paths.home(name) for name in ("zh", "en")}
    data = made(SitemapUrl(homes, None, "/"))["sitemap-pages.xml"]

    assert find(data, "//s:loc/text()") == [f"{BASE}/", f"{BASE}/zh/", f"{BASE}/en/"]
    assert find(data, "//s:url/x:link[@hreflang='x-default']/@href") == [f"{BASE}/"] * 3
    assert find(data, "//s:lastmod") == []


def test_addresses_are_escaped() -> None:
    """Both for XML and as addresses."""
    data = made(SitemapUrl({"zh": "/zh/a&b'c/é/"}))["sitemap-pages.xml"]

    assert find(data, "//s:loc/text()") == [f"{BASE}/zh/a%26b%27c/%C3%A9/"]


def test_a_large_part_has_several_files() -> None:
    """Given the oldest first, what was full stays as it is when a page is added."""
    urls = [SitemapUrl({"zh": f"/zh/{number}/"}, AT) for number in range(5)]
    files, before = made(*urls, max_urls=2), made(*urls[:4], max_urls=2)

    assert list(files) == ["sitemap-pages.xml", "sitemap-pages-2.xml", "sitemap-pages-3.xml"]
    assert all(files[name] == data for name, data in before.items())
    assert [len(find(data, "//s:loc")) for data in files.values()] == [2, 2, 1]


def test_a_part_without_a_page_has_no_file() -> None:
    """What search engines would find empty is not there."""
    assert made() == {}


def test_the_index_names_the_files() -> None:
    """By their whole addresses, and with the time of the last change where it is known."""
    files = {"sitemap-pages.xml": None, "sitemap-2026-04.xml": AT}
    data = sitemap_index(BASE, files)["sitemap.xml"]
    assert find(data, "/s:sitemapindex/s:sitemap/s:loc/text()") == [
        f"{BASE}/sitemap-pages.xml", f"{BASE}/sitemap-2026-04.xml",
    ]  # fmt: skip
    assert find(data, "//s:sitemap[s:lastmod]/s:loc/text()") == [f"{BASE}/sitemap-2026-04.xml"]
    assert find(data, "//s:lastmod/text()") == [AT.isoformat()]


def test_robots_names_the_sitemap() -> None:
    """By its whole address."""
    assert b"Sitemap: https://news.example.com/sitemap.xml\n" in robots(BASE)["robots.txt"]
