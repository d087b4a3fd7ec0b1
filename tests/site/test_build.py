"""The site as a whole: what exists in which edition, and whether its parts agree."""

from __future__ import annotations

import datetime as dt
import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from builders import both
from newsroom import PUBLICATION, TOP, Newsroom

BILINGUAL = {"languages": ["zh", "en"], "name": {"zh": "双语", "en": "Bilingual"}}
LINK = re.compile(r'\s(?:href|src)="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Two bulletins, of which one is in Chinese alone; three days; a story, tags, a rename."""
    newsroom = Newsroom(tmp_path_factory.mktemp("site") / "publication")
    newsroom.publication(editions=PUBLICATION["editions"] | {"bilingual": BILINGUAL})
    optional = TOP | {"select": {"tags": ["zh-only"]}, "optional": True}
    newsroom.bulletin("chinese", editions=["zh"], schedule={"at": "20:00"}, sections=[optional])
    newsroom.bulletin("daily", sections=[TOP | {"select": {"tags": ["all"]}}])
    newsroom.entry("one", tags=["all"], story="deal")
    newsroom.entry("two", tags=["zh-only"])
    newsroom.publish(time="20:05")
    newsroom.entry("three", "2026-05-01", tags=["all"], story="deal", title={"zh": "只有中文"})
    newsroom.rename("2026/04/26/one", "2026/04/26/renamed")
    newsroom.publish("2026-05-01", "18:05")
    newsroom.close()
    return newsroom


def test_every_link_leads_somewhere(site: Newsroom) -> None:
    """Each link of each page within the site names a file that is there."""
    files = site.files()
    broken = set()
    for path, data in files.items():
        if not path.endswith((".html", ".opml")):
            continue
        for link in LINK.findall(data.decode()):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme in {"http", "https"}:
                if parts.netloc != "news.example.com":
                    continue
            elif parts.scheme:
                continue
            target = posixpath.join("/" + path, unquote(parts.path)) if parts.path else "/" + path
            file = target.lstrip("/") + ("index.html" if target.endswith("/") else "")
            if file not in files:
                broken.add((path, link))
    assert broken == set()


def test_an_entry_has_pages_in_the_editions_of_its_bulletins(site: Newsroom) -> None:
    """And in no other; the same for its tags."""
    files = site.files()
    for folder, editions in (
        ("e/2026/04/26/renamed", {"zh", "en", "bilingual"}),
        ("e/2026/04/26/two", {"zh"}),
        ("tags/all", {"zh", "en", "bilingual"}),
        ("tags/zh-only", {"zh"}),
        ("stories/deal", {"zh", "en", "bilingual"}),
        ("chinese", {"zh"}),
        ("daily", {"zh", "en", "bilingual"}),
    ):
        assert {
            e for e in ("zh", "en", "bilingual") if f"{e}/{folder}/index.html" in files
        } == editions


def test_feeds_exist_in_the_editions_of_their_lists(site: Newsroom) -> None:
    """Three forms of bulletins and entries, with archives in Atom; Atom of each tag."""
    feeds = {path for path in site.files() if re.search(r"\.(xml|json)$", path) and "/" in path}
    forms = ("rss.xml", "atom.xml", "feed.json")
    expected = {f"{e}/{part}/{form}" for e in ("zh", "en", "bilingual") for form in forms
                for part in ("daily", "entries")}  # fmt: skip
    expected |= {f"zh/chinese/{form}" for form in forms}
    expected |= {f"{e}/tags/all/atom.xml" for e in ("zh", "en", "bilingual")}
    # A later issue came out in May; the bulletin that is Chinese alone has but one.
    expected |= {f"{e}/{part}/archive/2026-04-1/atom.xml" for e in ("zh", "en", "bilingual")
                 for part in ("daily", "entries")}  # fmt: skip
    assert feeds == expected | {"zh/tags/zh-only/atom.xml"}


def test_the_front_of_the_site(site: Newsroom) -> None:
    """What every site has."""
    files = site.files()
    front = {"index.html", "404.html", "robots.txt", "sitemap.xml", "assets/default.css"}
    assert front <= set(files)
    for edition in ("zh", "en", "bilingual"):
        assert f'href="/{edition}/"' in site.page("index.html")
        for page in ("", "about/", "feeds/", "entries/", "tags/", "stories/"):
            assert f"{edition}/{page}index.html" in files


def test_archives_by_year_and_month(site: Newsroom) -> None:
    """Of issues and of entries; a month names what came out in it."""
    assert "/zh/daily/2026-04-26/" in site.page("zh/daily/2026/04/index.html")
    assert "/zh/daily/2026-05-01/" not in site.page("zh/daily/2026/04/index.html")
    assert "/zh/daily/2026-05-01/" in site.page("zh/daily/2026/index.html")
    assert "/zh/e/2026/04/26/two/" in site.page("zh/entries/2026/04/index.html")
    assert "/en/e/2026/04/26/two/" not in site.page("en/entries/2026/04/index.html")


def test_the_sitemap_names_what_exists(site: Newsroom) -> None:
    """Each page once, with its alternates, and no redirect."""
    files, index = site.files(), site.page("sitemap.xml")
    parts = re.findall(r"<loc>https://news.example.com/([^<]*)</loc>", index)
    assert parts == ["sitemap-pages.xml", "sitemap-2026-04.xml", "sitemap-2026-05.xml"]
    assert sorted([*parts, "sitemap.xml"]) == sorted(each for each in files if "sitemap" in each)
    text = "".join(map(site.page, parts))
    named = re.findall(r"<loc>https://news.example.com(/[^<]*)</loc>", text)
    assert len(named) == len(set(named)) > 20
    assert all(f"{path[1:]}index.html" in files for path in named)
    assert "/en/e/2026/04/26/renamed/" in named
    assert "/en/e/2026/04/26/one/" not in named
    assert "/en/e/2026/04/26/two/" not in text


def test_the_sitemap_says_which_parts_changed_when(site: Newsroom) -> None:
    """A month did with the last of its pages; what is in it may have left, but not come, later."""
    listed = re.findall(
        r"<loc>[^<]*/([^</]*)</loc>(?:<lastmod>([^<]*)<)?", site.page("sitemap.xml")
    )
    assert [bool(changed) for _, changed in listed] == [False, True, True]
    for part, changed in listed[1:]:
        pages = re.findall(r"<lastmod>([^<]*)</lastmod>", site.page(part))
        assert dt.datetime.fromisoformat(changed) == max(map(dt.datetime.fromisoformat, pages))


def test_the_old_address_leads_to_the_new_one(site: Newsroom) -> None:
    """In every edition that has the entry."""
    for edition in ("zh", "en", "bilingual"):
        old = site.page(f"{edition}/e/2026/04/26/one/index.html")
        assert f"/{edition}/e/2026/04/26/renamed/" in old
        assert "Title one" not in old or "refresh" in old


def test_earlier_in_this_story(site: Newsroom) -> None:
    """The later entry names the earlier one, under its new name."""
    assert "/en/e/2026/04/26/renamed/" in site.page("en/e/2026/05/01/three/index.html")


def test_issues_name_their_neighbours(site: Newsroom) -> None:
    """Before and after, of the same bulletin."""
    assert "/zh/daily/2026-05-01/" in site.page("zh/daily/2026-04-26/index.html")
    assert "/zh/daily/2026-04-26/" in site.page("zh/daily/2026-05-01/index.html")


def test_the_switch_names_the_editions_there_are(site: Newsroom) -> None:
    """A page in Chinese alone leads to no English one."""
    assert "/en/daily/2026-04-26/" in site.page("zh/daily/2026-04-26/index.html")
    assert "/en/chinese/" not in site.page("zh/chinese/2026-04-26/index.html")
    assert "/en/e/2026/04/26/two/" not in site.page("zh/e/2026/04/26/two/index.html")


def test_a_missing_translation_is_shown_in_its_language(site: Newsroom) -> None:
    """The English page of an entry with a Chinese title says that it is Chinese."""
    page = site.page("en/e/2026/05/01/three/index.html")
    assert re.search(r'lang="zh-CN"[^>]*>\s*只有中文', page)


def test_a_stacked_page_is_not_indexed(site: Newsroom) -> None:
    """Its languages have editions of their own."""
    page = site.page("bilingual/daily/2026-04-26/index.html")
    assert "noindex" in page
    assert 'rel="alternate" hreflang' not in page
    assert 'rel="alternate" hreflang' in site.page("zh/daily/2026-04-26/index.html")
    assert "noindex" not in site.page("zh/daily/2026-04-26/index.html")


def test_a_second_build_changes_nothing(site: Newsroom) -> None:
    """The same archive, the same bytes."""
    before = site.dates()
    written = site.app().build()
    site.close()
    assert (written.changed, written.removed, written.unchanged) == ((), (), len(before))
    assert site.dates() == before


def test_lists_show_the_newest(quick: Newsroom) -> None:
    """A front page stays short; older issues are on the pages of their months."""
    quick.bulletin("daily", editions=["zh"])
    for day in range(1, 3):
        quick.entry(f"n{day}", f"2026-04-{day:02}")
        quick.issue(f"2026-04-{day:02}")
    quick.publish(all_files=True)
    text = quick.page("zh/daily/feed.json")
    assert text.index("2026-04-02") < text.index("2026-04-01/")


def test_the_correction_is_shown_with_its_note(newsroom: Newsroom) -> None:
    """On the page of the entry, in each language."""
    entry = newsroom.entry("one")
    newsroom.publish()
    newsroom.correct(entry, title=both("Right"))
    newsroom.publish("2026-04-27", "09:00")
    assert "Correction 1（中）" in newsroom.page("zh/e/2026/04/26/one/index.html")
    assert "Correction 1 (en)" in newsroom.page("en/e/2026/04/26/one/index.html")


def test_a_publication_of_words_alone(tmp_path: Path) -> None:
    """An issue without a single entry has its page and its feed, and the lists are empty."""
    newsroom = Newsroom(tmp_path)
    prose = {"id": "overview", "block": "prose"}
    newsroom.bulletin("daily", sections=[prose, TOP | {"optional": True}])
    newsroom.issue("2026-04-26", sections={"overview": {"text": both("A letter.")}})
    newsroom.publish()
    newsroom.close()
    assert "A letter." in newsroom.page("en/daily/2026-04-26/index.html")
    assert "<updated>2026-04-26T10:00:00+00:00</updated>" in newsroom.page("en/entries/atom.xml")


def test_a_long_tag_has_pages_of_its_years(newsroom: Newsroom) -> None:
    """Its own page has the newest; one that has all its entries on it has no years."""
    newsroom.bulletin("daily", sections=[TOP | {"max": None}])
    for day in ("2025-12-31", "2026-01-01"):
        for number in range(16):
            tags = ["long", "rare"] if number == 0 else ["long"]
            newsroom.entry(f"n{number}", day, tags=tags)
        newsroom.publish(day)
    files, front = newsroom.files(), newsroom.page("en/tags/long/index.html")
    assert front.count("/en/e/202") == 2 * 30  # once more for machines
    assert 'href="/en/tags/long/2025/"' in front
    assert "32 entries" in front
    for year in (2025, 2026):
        page = newsroom.page(f"en/tags/long/{year}/index.html")
        assert page.count(f"/en/e/{year}/") == 16
    assert "en/tags/rare/index.html" in files
    assert "en/tags/rare/2026/index.html" not in files


def test_stories_and_entries_have_pages_of_their_years(site: Newsroom) -> None:
    """They lead to what the fronts do not name any more."""
    assert 'href="/en/stories/year/2026/"' in site.page("en/stories/index.html")
    assert 'href="/en/stories/deal/"' in site.page("en/stories/year/2026/index.html")
    assert 'href="/en/entries/2026/"' in site.page("en/entries/index.html")
    assert 'href="/en/entries/2026/05/"' in site.page("en/entries/2026/index.html")


def test_a_time_line_names_the_bulletin_that_told_it_first(site: Newsroom) -> None:
    """Each entry of a story leads to the issue that carried it."""
    page = site.page("zh/stories/deal/index.html")
    assert "/zh/daily/2026-04-26/" in page
    assert "/zh/daily/2026-05-01/" in page


def test_feeds_name_the_hub_that_is_told_of_them(quick: Newsroom) -> None:
    """Those of the bulletin and of all entries, in each form; a tag's has none."""
    hub = "https://hub.example.com/"
    quick.publication(websub_hub=hub)
    quick.entry("one", tags=["x"])
    quick.publish()

    pages = {path: quick.page(path) for path in quick.files() if "/feed" not in path}
    naming = {path for path, text in pages.items() if hub in text}
    fronts = [f"{edition}/{front}" for edition in ("zh", "en") for front in ("daily", "entries")]
    assert naming == {f"{front}/{name}" for front in fronts for name in ("rss.xml", "atom.xml")}
    for front in fronts:
        feed = json.loads(quick.page(f"{front}/feed.json"))
        assert feed["hubs"] == [{"type": "WebSub", "url": hub}]
        for form in ("rss", "atom"):
            links = re.findall(r"<(?:atom:)?link [^>]*>", pages[f"{front}/{form}.xml"])
            assert any(hub in each and 'rel="hub"' in each for each in links)
            own = f"https://news.example.com/{front}/{form}.xml"
            assert any(own in each and 'rel="self"' in each for each in links)


def test_only_issues_carry_a_revision_mark(site: Newsroom) -> None:
    """The same in each edition."""
    found = {
        path: re.findall('<meta name="publisher:revision" content="(.*?)">', data.decode())
        for path, data in site.files().items()
        if path.endswith(".html")
    }
    marked = {path: marks for path, marks in found.items() if marks}
    assert marked
    assert all(re.search(r"/\d{4}-\d\d-\d\d/index.html$", path) for path in marked)
    by_issue: dict[str, set[str]] = {}
    for path, (mark,) in marked.items():
        by_issue.setdefault(path.partition("/")[2], set()).add(mark)
    assert all(len(marks) == 1 for marks in by_issue.values())
    assert len(set.union(*by_issue.values())) == len(by_issue)
