"""What holds for every page, and what each kind of page shows."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from typing import Any
from urllib.parse import urlsplit

import builders
import pytest
import webpages
from webpages import entry, entry_page, every_page, issue_page, pages, tree, words

from publisher.language import Localized
from publisher.render import paths
from publisher.render.views import Neighbours

BASE = "https://news.example.com"
SITE = every_page()
PAGES = sorted(SITE)
PARSED = {path: tree(html) for path, html in SITE.items()}
EDITION_PAGES = [path for path in PAGES if path not in ("index.html", "404.html")]
each_page = pytest.mark.parametrize("path", PAGES)
each_edition_page = pytest.mark.parametrize("path", EDITION_PAGES)


def address(path: str) -> str:
    """The absolute address of a file."""
    return f"{BASE}/{path.removesuffix('index.html')}"


def links(path: str, rel: str) -> list[tuple[str, str]]:
    """(hreflang, href) of the head's links that are no feeds."""
    found = PARSED[path].xpath(f"//head/link[@rel='{rel}'][not(@type)]")
    return [(each.get("hreflang", ""), each.get("href")) for each in found]


# Every page --------------------------------------------------------------------------------------


@each_page
def test_page_is_valid_utf8_html_with_its_charset_first(path: str) -> None:
    """The charset stands in the first 1024 bytes, where browsers look for it."""
    assert b'<meta charset="utf-8">' in SITE[path].encode()[:1024]


def test_titles_are_unique() -> None:
    """No two pages of the site have the same title, whatever the edition."""
    titles = [words(PARSED[path].find("head/title")) for path in PAGES]

    assert sorted(titles) == sorted(set(titles))
    assert all(titles)


@each_page
def test_page_has_one_first_heading(path: str) -> None:
    """There is one h1."""
    assert len(PARSED[path].xpath("//h1")) == 1


@each_page
def test_headings_leave_out_no_level(path: str) -> None:
    """Below a heading stands one that is at most one level deeper."""
    levels = [int(each.tag[1]) for each in PARSED[path].xpath("//h1|//h2|//h3|//h4")]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@each_page
def test_page_has_its_landmarks(path: str) -> None:
    """One main, reached by the first link of the page."""
    body = PARSED[path].find("body")
    first = body.xpath(".//a")[0]

    assert first.get("href") == "#" + body.xpath(".//main")[0].get("id")


@each_page
def test_ids_are_unique_and_fragments_lead_somewhere(path: str) -> None:
    """No id twice; every link within the page has its target."""
    ids = PARSED[path].xpath("//@id")
    fragments = [href[1:] for href in PARSED[path].xpath("//a/@href") if href.startswith("#")]

    assert len(ids) == len(set(ids))
    assert set(fragments) <= set(ids)


@each_page
def test_navigation_is_named(path: str) -> None:
    """Several nav elements of a page have different names."""
    names = [each.get("aria-label") for each in PARSED[path].xpath("//nav")]

    assert all(names)
    assert len(names) == len(set(names))


@each_page
def test_page_has_description_viewport_and_colour_scheme(path: str) -> None:
    """What browsers and search engines want to know is there, and not empty."""
    metas = {each.get("name"): each.get("content") for each in PARSED[path].xpath("//meta[@name]")}

    assert metas["description"].strip()
    assert "width=device-width" in metas["viewport"]
    assert metas["color-scheme"] == "light dark"


@each_page
def test_policy_allows_nothing_but_the_sites_own_styles_fonts_and_pictures(path: str) -> None:
    """The content security policy stands in the page for hosts that send no headers."""
    (policy,) = PARSED[path].xpath("//meta[@http-equiv='Content-Security-Policy']/@content")

    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in policy
    assert "base-uri 'none'" in policy


@each_page
def test_page_asks_no_other_host_and_runs_no_script(path: str) -> None:
    """All that is loaded is one style sheet of the site; the only script is data."""
    root = PARSED[path]
    loaded = root.xpath("//link[@rel='stylesheet' or @rel='icon']/@href")

    assert [each.split(",")[0] for each in loaded] == [loaded[0], "data:image/svg+xml"]
    assert re.fullmatch(r"/assets/[a-z]+\.css", loaded[0])
    assert set(root.xpath("//script/@type")) <= {"application/ld+json"}
    assert not root.xpath("//img|//iframe|//object|//embed|//style|//*[@style]|//*[@src]")


@each_page
def test_canonical_is_the_page_itself(path: str) -> None:
    """Never the same page in another language."""
    assert links(path, "canonical") == [("", address(path))]


@each_page
def test_translations_name_themselves_and_one_another(path: str) -> None:
    """A page lists itself, all it lists lists the same, and there is a default."""
    alternates = links(path, "alternate")
    if not alternates:
        return
    targets = {href.removeprefix(f"{BASE}/") for _, href in alternates}

    assert address(path) in {href for _, href in alternates}
    assert {tag for tag, _ in alternates} == {"zh-CN", "en", "x-default"}
    for target in targets:
        assert links(f"{target}index.html", "alternate") == alternates


@each_edition_page
def test_stacked_pages_are_not_indexed_where_each_language_has_its_own(path: str) -> None:
    """They have no translations either: they repeat what two pages say."""
    robots = PARSED[path].xpath("//meta[@name='robots']/@content")
    is_stacked = path.startswith("bilingual/")

    assert robots == (["noindex"] if is_stacked else [])
    assert bool(links(path, "alternate")) is not is_stacked


@each_page
def test_links_within_the_site_lead_to_pages(path: str) -> None:
    """Every link to a page of the site has its file, but for feeds and what the test leaves out."""
    left_out = re.compile(r"/(search|(entries|tags/funding)/feed)/$|\.(xml|json|opml|css|csv|ics)$")
    hrefs = [urlsplit(href) for href in PARSED[path].xpath("//a/@href")]
    local = [each.path for each in hrefs if not each.netloc and not each.scheme and each.path]

    missing = [each for each in local if not left_out.search(each)]
    assert [each for each in missing if paths.file_of(each) not in SITE] == []


@each_edition_page
def test_feeds_of_the_page_language_come_first(path: str) -> None:
    """Autodiscovery offers its own edition's feeds before the others', by absolute address."""
    feeds = PARSED[path].xpath("//link[@rel='alternate'][@type]")
    edition, _, _ = path.partition("/")
    own = [each.get("href").startswith(f"{BASE}/{edition}/") for each in feeds]

    assert own[0]
    assert own == sorted(own, reverse=True)
    assert {each.get("hreflang") for each in feeds} == {"zh-CN", "en"}


@each_edition_page
def test_switch_leads_to_the_same_thing_in_each_edition(path: str) -> None:
    """The switch is made of links, each in its own language, the current one marked."""
    switch = PARSED[path].xpath("//nav[@class='switch']//a")
    rest = path.split("/", 1)[1].removesuffix("index.html")

    assert [each.get("href") for each in switch] == [
        f"/{edition}/{rest}" for edition in ("zh", "en", "bilingual")
    ]
    assert all(each.get("lang") == each.get("hreflang") for each in switch)
    assert [each.get("href") for each in switch if each.get("aria-current")] == [
        "/" + path.removesuffix("index.html")
    ]


@each_edition_page
def test_structured_data_is_json_and_speaks_of_the_page(path: str) -> None:
    """The data parses, and its way up ends at the page itself."""
    scripts = PARSED[path].xpath("//script[@type='application/ld+json']/text()")
    graph = [node for each in scripts for node in json.loads(each)["@graph"]]
    trails = [node for node in graph if node["@type"] == "BreadcrumbList"]

    assert graph
    for trail in trails:
        assert trail["itemListElement"][-1]["item"] == address(path)


@each_edition_page
def test_open_graph_agrees_with_the_head(path: str) -> None:
    """Address, language and site name are those of the page."""
    root = PARSED[path]
    found = {each.get("property"): each.get("content") for each in root.xpath("//meta[@property]")}

    assert found["og:url"] == address(path)
    assert found["og:locale"] == ("en_US" if path.startswith("en/") else "zh_CN")
    assert found["og:title"] in words(root.find("head/title"))


@each_page
def test_han_text_on_an_english_page_says_its_language(path: str) -> None:
    """Whoever reads aloud must know: every passage in another language is marked."""
    if not path.startswith("en/"):
        return
    unmarked = [
        each
        for each in PARSED[path].xpath("//body//text()[not(ancestor::*[@lang][1][@lang='zh-CN'])]")
        if re.search("[\u4e00-\u9fff]", each)
    ]

    assert unmarked == []


def test_same_input_gives_the_same_bytes() -> None:
    """Nothing depends on time, chance or the order of a set."""
    assert every_page() == SITE


# Issues and entries ------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["default", "spark", "analyst"])
@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_issue_shows_all_its_blocks_in_every_theme(theme: str, edition: str) -> None:
    """Masthead, overview, points and entries are there whatever the look."""
    page = words(tree(issue_page(edition, theme=theme)).find("body"))
    mark = "(en)" if edition == "en" else "（中）"

    for each in ("Slogan", "Issue", "Overview bold", "Point", "Title one", "Because", "Footer"):
        assert each in page
    assert mark in page


def test_stacked_issue_shows_both_languages_the_first_one_first() -> None:
    """The headlines of both stand together, then the texts of both."""
    page = words(tree(issue_page("bilingual")).xpath("//article[@class='entry']")[0])
    order = ["Title one（中）", "Title one (en)", "Summary one（中）", "Summary one (en)"]

    assert sorted(order, key=page.index) == order


def test_entry_has_the_anchor_that_mail_links_to() -> None:
    """The contents jump to it, and the anchor is made from the id alone."""
    root = tree(issue_page())

    assert root.xpath("//article/@id") == ["e-2026-04-26-one", "e-2026-04-26-two"]


def test_entries_of_a_section_without_title_are_headings_below_the_issue() -> None:
    """No level is left out where a section has no heading of its own."""
    found = builders.entry()
    settings = builders.bulletin(builders.section(title=None))
    page = webpages.text(pages().issue(builders.issue([found], settings), {found.entry.id: found}))

    assert [each.tag for each in tree(page).xpath("//h1|//h2|//h3")] == ["h1", "h2"]


def test_emoji_are_not_read_aloud() -> None:
    """They decorate, and their names would disturb."""
    assert tree(issue_page()).xpath("//article//*[@class='emoji']/@aria-hidden") == ["true"] * 2


def test_fallback_says_its_language_and_that_it_is_one() -> None:
    """An English page shows a Chinese text, marked, with one note for the whole entry."""
    only_zh: dict[str, Any] = {"title": {"zh": "只有中文"}, "summary": {"zh": "一段"}, "fields": {}}
    (article,) = tree(issue_page("en", entry(verification=None, **only_zh))).xpath(
        "//article[@class='entry']"
    )

    assert article.xpath(".//h3//*[@lang='zh-CN']/text()") == ["只有中文"]
    assert article.xpath(".//div[@class='prose']/@lang") == ["zh-CN"]
    assert [words(each) for each in article.xpath(".//*[@class='fallback']")] == [
        "Not available in this language"
    ]


def test_correction_stands_in_the_issue_and_on_the_entry() -> None:
    """What was corrected is shown wherever the entry is, with its day."""
    note = {"zh": "数字有误", "en": "A figure was wrong"}
    corrected = entry(corrections=[{"date": "2026-04-27", "note": note}])

    for page in (issue_page("en", corrected), entry_page("en", corrected)):
        (found,) = tree(page).xpath("//ul[@class='corrections']/li")
        assert "A figure was wrong" in words(found)
        assert found.xpath(".//time/@datetime") == ["2026-04-27"]


def test_notices_name_the_entry_that_an_earlier_issue_carried() -> None:
    """The next issue says what was corrected, and links to it."""
    notice = {
        "entry": "2026/04/20/old",
        "title": builders.both("Old"),
        "correction": {"date": "2026-04-25", "note": builders.both("Mended")},
    }
    (found,) = tree(issue_page("en", notices=[notice])).xpath("//section[@id='corrections']")

    assert found.xpath(".//a/@href") == ["/en/e/2026/04/20/old/"]
    assert "Mended" in words(found)


def test_references_are_listed_with_publisher_first() -> None:
    """The issue's own sources stand at its end."""
    source = {"publisher": "Lab", "title": "Paper", "url": "https://lab.example/p", "lang": "en"}
    (found,) = tree(issue_page("zh", references=[source])).xpath("//section[@id='references']")

    assert words(found).endswith("Lab | Paper lab.example")
    assert found.xpath(".//a/@lang") == ["en"]


def test_entry_page_says_when_it_was_updated_only_after_a_correction() -> None:
    """A translation that came later moves no visible date."""
    plain, corrected = (
        tree(entry_page("en", each)).xpath("//dl[@class='facts']//dt/text()")
        for each in (
            entry(),
            entry(corrections=[{"date": "2026-04-27", "note": builders.both("x")}]),
        )
    )

    assert "Updated" not in plain
    assert "Updated" in corrected


def test_entry_page_tells_what_came_before_and_where_it_was_published() -> None:
    """Earlier entries of the story and the issues are linked."""
    near = Neighbours(earlier=(entry(),), carried_in=(webpages.issue(),), editions=("zh",))
    hrefs = tree(entry_page("zh", entry("two"), near=near)).xpath("//div[@class='around']//a/@href")

    assert hrefs == [
        "/zh/tags/funding/",
        "/zh/stories/a-story/",
        "/zh/e/2026/04/26/one/",
        "/zh/daily-ten/2026-04-26/",
    ]


def test_headings_in_a_text_follow_the_heading_above_it() -> None:
    """A heading in a body is the second level on the entry's own page."""
    body = {"zh": "开头\n\n## 小标题\n\n正文", "en": "Text"}
    page = tree(entry_page("zh", entry(body=body)))

    assert [words(each) for each in page.xpath("//article//h2")] == ["小标题"]


def test_sources_link_where_there_is_an_address() -> None:
    """A bare site is named and not linked."""
    sources = [
        {"publisher": "CNBC", "site": "cnbc.com"},
        {"url": "https://example.org/a", "title": "A", "publisher": "P"},
    ]
    items = tree(entry_page("zh", entry(sources=sources))).xpath("//ul[@class='sources']/li")

    assert [words(each) for each in items] == ["CNBC cnbc.com", "P | A example.org"]
    assert [each.xpath("./a/@href") for each in items] == [[], ["https://example.org/a"]]


# Other publications ------------------------------------------------------------------------------

ARABIC = {"tag": "ar", "name": "العربية"}
THREE = {
    "name": {"zh": "望潮", "en": "Tidewatch", "ar": "مد"},
    "languages": {
        "zh": {"tag": "zh-CN", "name": "中文"},
        "en": {"tag": "en", "name": "English"},
        "ar": ARABIC,
    },
    "editions": {"zh": ["zh"], "ar": ["ar"], "all": ["zh", "en", "ar"]},
}


def test_publication_of_three_languages_has_all_its_pages() -> None:
    """Nothing knows Chinese or English; a stacked edition may have three."""
    site = every_page(builders.publication(**THREE))
    titles = [words(tree(html).find("head/title")) for html in site.values()]

    assert len(titles) == len(set(titles))
    assert tree(site["ar/index.html"]).get("dir") == "rtl"


def test_passages_of_another_direction_say_so() -> None:
    """An Arabic text on a Chinese page reads from the right."""
    title = Localized({"zh": "标题", "en": "Title", "ar": "عنوان"})
    root = tree(entry_page("all", entry(title=title), publication=builders.publication(**THREE)))

    assert root.xpath("//h1/span[@lang='ar']/@dir") == ["rtl"]


def test_stacked_edition_is_indexed_where_a_language_has_no_page_of_its_own() -> None:
    """English is read in the stacked edition alone here: it must be found there."""
    page = tree(every_page(builders.publication(**THREE))["all/index.html"])

    assert page.xpath("//meta[@name='robots']") == []


def test_site_below_a_path_links_below_it() -> None:
    """A base URL with a path stands before every link, once."""
    below = builders.publication(base_url="https://example.com/news")
    root = tree(issue_page("zh", publication=below))

    assert all(
        href.startswith(("/news/", "#", "http", "mailto:")) for href in root.xpath("//a/@href")
    )
    assert root.xpath("//link[@rel='canonical']/@href") == [
        "https://example.com/news/zh/daily-ten/2026-04-26/"
    ]
    data = json.loads(root.xpath("//script/text()")[0])["@graph"][-1]
    assert data["itemListElement"][0]["item"] == "https://example.com/news/zh/"


def test_page_in_one_edition_offers_no_switch() -> None:
    """Only what exists is named."""
    page = tree(entry_page("zh", near=Neighbours(editions=("zh",))))

    assert page.xpath("//nav[@class='switch']") == []
    assert {each.get("hreflang") for each in page.xpath("//link[@hreflang][not(@type)]")} == {
        "zh-CN",
        "x-default",
    }


# Hostile content ---------------------------------------------------------------------------------

HOSTILE = '"><script>alert(1)</script></script><!--<img src=x onerror=alert(1)>\u202e\u0008\u200b'


@pytest.mark.parametrize("edition", ["zh", "bilingual"])
def test_hostile_text_is_inert_wherever_it_stands(edition: str) -> None:
    """Markup in a text is shown as it was written; nothing of it becomes an element."""
    text = {"zh": HOSTILE, "en": HOSTILE}
    bad = entry(
        title=text, digest=text, summary=text, body=text, fields={"why": text}, tags=["funding"],
        verification={"status": "signal", "note": text},
        sources=[{"publisher": HOSTILE, "title": HOSTILE, "url": "https://example.org/a"}],
    )  # fmt: skip
    issue = issue_page(edition, bad, title=text, preheader=text, subtitle=text)
    for html in (issue, entry_page(edition, bad)):
        root = tree(html)
        assert {each.get("type") for each in root.xpath("//script")} == {"application/ld+json"}
        assert not root.xpath("//img|//*[@onerror]")
        assert json.loads(root.xpath("//script/text()")[0])
        assert "\u202e" not in html
        assert "\u0008" not in html


def test_script_links_in_a_text_lose_their_target() -> None:
    """``javascript:`` never reaches an attribute."""
    text = {"zh": "[点我](javascript:alert(1)) <a href='javascript:alert(2)'>x</a>", "en": "x"}
    root = tree(entry_page("zh", entry(summary=text, body=text)))

    assert not [href for href in root.xpath("//a/@href") if href.startswith("javascript")]


# Lists -------------------------------------------------------------------------------------------


def test_home_shows_the_newest_issue_of_each_bulletin_and_then_the_others() -> None:
    """The order in which they are handed over does not matter."""
    older = webpages.issue(name="2026-04-25", slot=builders.SLOT - dt.timedelta(days=1))
    root = tree(webpages.text(pages().home([older, webpages.issue()])))

    assert root.xpath("//p[@class='front-title']/a/@href") == ["/zh/daily-ten/2026-04-26/"]
    assert root.xpath("//p[@class='row-title']/a/@href") == ["/zh/daily-ten/2026-04-25/"]


def test_story_is_told_from_its_beginning() -> None:
    """The entries of a day keep the order in which they are given; the day can be linked to."""
    root = PARSED["en/stories/a-story/index.html"]
    (day,) = root.xpath("//ol[@class='timeline']/li")

    assert [words(each) for each in day.xpath(".//h2")] == ["Title one (en)", "Title two (en)"]
    assert day.xpath("p/a/@href") == [f"#{day.get('id')}"] == ["#d-2026-04-26"]


def test_feed_page_gives_whole_addresses_to_copy() -> None:
    """A feed reader cannot do anything with a path."""
    found = PARSED["en/daily-ten/feed/index.html"].xpath("//main//code/text()")

    assert found == [f"{BASE}/en/daily-ten/{file}" for file in paths.FEED_FILES.values()]


def test_redirect_leads_to_the_new_address_and_is_not_indexed() -> None:
    """An entry that was renamed keeps its old address as a sign to the new one."""
    files = pages().redirect("2026/04/25/old", "2026/04/26/new")
    root = tree(webpages.text(files))
    target = "/zh/e/2026/04/26/new/"

    assert list(files) == ["zh/e/2026/04/25/old/index.html"]
    assert root.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={target}"]
    assert root.xpath("//link[@rel='canonical']/@href") == [BASE + target]
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert root.xpath("//a/@href") == [target]
