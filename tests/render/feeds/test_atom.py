"""Atom 1.0: RFC 4287 by its own schema and by the rules that the schema cannot say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from publisher.render.feeds import atom
from publisher.render.feeds.item import Alternate, Feed, History, Item

MakeItem = Callable[..., Item]
MakeFeed = Callable[..., Feed]
NS = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA = Path(__file__).with_name("atom.rnc")
ARCHIVE = History(
    previous="https://news.example.com/zh/feeds/2026-03.atom",
    next="https://news.example.com/zh/feeds/2026-05.atom",
    current="https://news.example.com/zh/feeds/entries.atom",
)


def root_of(feed: Feed) -> etree._Element:
    return etree.fromstring(atom.render(feed))


def texts(parent: etree._Element, path: str) -> list[str | None]:
    return [element.text for element in parent.iterfind(path, NS)]


def attributes(parent: etree._Element, path: str) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in e.attrib.items()} for e in parent.iterfind(path, NS)]


def entries_of(feed: Feed) -> list[etree._Element]:
    return list(root_of(feed).iterfind("a:entry", NS))


def jing(document: bytes, folder: Path) -> str:
    """What jing says of a document by the schema of the RFC; nothing where it is valid."""
    (folder / "feed.atom").write_bytes(document)
    command = ["jing", "-c", str(SCHEMA), str(folder / "feed.atom")]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


needs_jing = pytest.mark.skipif(shutil.which("jing") is None, reason="jing is not installed")


@pytest.mark.integration
@needs_jing
@pytest.mark.parametrize(
    "fields",
    [{}, {"items": ()}, {"history": ARCHIVE}, {"history": History(is_complete=True)}],
    ids=["full", "empty", "archive", "complete"],
)
def test_it_is_valid_by_the_schema_of_the_rfc(
    make_feed: MakeFeed, tmp_path: Path, fields: dict[str, object]
) -> None:
    """RFC 4287 appendix B finds nothing wrong (A8)."""
    assert jing(atom.render(make_feed(**fields)), tmp_path) == ""


@pytest.mark.integration
@needs_jing
def test_the_schema_sees_a_mistake(make_feed: MakeFeed, tmp_path: Path) -> None:
    """The check above would notice: CDATA is no type of content."""
    broken = atom.render(make_feed()).replace(b'type="html"', b'type="CDATA"', 1)
    assert 'attribute "type" is invalid' in jing(broken, tmp_path)


def test_feedparser_reads_it_without_complaint(make_feed: MakeFeed) -> None:
    """A reader sees Atom 1.0 with two entries and finds nothing malformed."""
    parsed = feedparser.parse(atom.render(make_feed()))
    assert (parsed.bozo, parsed.version, len(parsed.entries)) == (False, "atom10", 2)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a:id", "tag:news.example.com,2026:entries/zh"),
        ("a:title", "每日新闻"),
        ("a:subtitle", "全部条目"),
        ("a:updated", "2026-04-27T01:30:00+00:00"),
        ("a:author/a:name", "新闻社"),
        ("a:rights", "© 2026 新闻社"),
        ("a:icon", "https://news.example.com/icon.png"),
        ("a:logo", "https://news.example.com/logo.png"),
        ("a:generator", "publisher"),
    ],
)
def test_the_feed_says_each_thing_once(make_feed: MakeFeed, path: str, expected: str) -> None:
    """What §4.1.1 requires and recommends of a feed (A1, A3, A4, A7)."""
    assert texts(root_of(make_feed()), path) == [expected]


def test_the_generator_has_version_and_address(make_feed: MakeFeed) -> None:
    """Whoever meets a faulty feed can find what wrote it (A7)."""
    assert attributes(root_of(make_feed()), "a:generator") == [
        {"uri": "https://publisher.example.com/", "version": "1.2.3"}
    ]


def test_the_language_of_the_feed_is_on_the_feed(make_feed: MakeFeed) -> None:
    """`xml:lang` holds for everything below (A6)."""
    assert root_of(make_feed()).get(LANG) == "zh-CN"


def test_only_an_entry_in_another_language_names_it(make_feed: MakeFeed) -> None:
    """`xml:lang` of an entry overrides the feed's where the two differ (A6)."""
    assert [entry.get(LANG) for entry in entries_of(make_feed())] == [None, "en"]


def test_the_feed_links_to_itself_its_pages_and_its_hub(make_feed: MakeFeed) -> None:
    """One link to itself; a page per language, with `hreflang`; the hub (A1, A6, H8)."""
    site = "https://news.example.com"
    page = {"rel": "alternate", "type": "text/html"}
    assert attributes(root_of(make_feed()), "a:link") == [
        {
            "href": f"{site}/zh/feeds/entries.atom",
            "rel": "self",
            "type": "application/atom+xml",
        },
        page | {"href": f"{site}/zh/entries/", "hreflang": "zh-CN"},
        page | {"href": f"{site}/en/entries/", "hreflang": "en"},
        {"href": "https://hub.example.com/", "rel": "hub"},
    ]


def test_an_entry_links_to_its_pages_and_its_source(make_feed: MakeFeed) -> None:
    """The page, its translation with a title, and where the news came from (A2, A6)."""
    page = {"rel": "alternate", "type": "text/html"}
    assert attributes(entries_of(make_feed())[0], "a:link") == [
        page | {"href": "https://news.example.com/zh/e/google-anthropic/", "hreflang": "zh-CN"},
        page
        | {
            "href": "https://news.example.com/en/e/google-anthropic/",
            "hreflang": "en",
            "title": "Google invests",
        },
        {"href": "https://source.example.org/story", "rel": "via"},
    ]


def test_no_two_pages_have_one_type_and_language(make_feed: MakeFeed) -> None:
    """A bilingual edition's own page wins over the one-language page of its tag (A1, §4.1.1)."""
    others = (
        Alternate("https://news.example.com/zh/", "zh-cn"),
        Alternate("https://x.example/", "en"),
    )
    links = attributes(root_of(make_feed(alternates=others)), "a:link[@rel='alternate']")
    assert [link["href"] for link in links] == [
        "https://news.example.com/zh/entries/",
        "https://x.example/",
    ]


def test_a_feed_without_authors_is_by_its_title(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """§4.1.1 requires an author of the feed or of every entry (A1)."""
    root = root_of(make_feed(authors=(), items=(make_item(authors=()),)))
    assert texts(root, "a:author/a:name") == ["每日新闻"]


def test_an_entry_names_its_own_authors_only(make_feed: MakeFeed) -> None:
    """An entry without authors has those of the feed, by §4.2.1."""
    entries = entries_of(make_feed())
    assert [texts(entry, "a:author/a:name") for entry in entries] == [["编辑部"], []]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a:id", "tag:news.example.com,2026:google-anthropic/zh"),
        ("a:title", "谷歌将向 Anthropic 投资 400 亿美元"),
        ("a:summary", "R&D < 投资 🚀"),
        ("a:published", "2026-04-26T00:00:00+00:00"),
        ("a:updated", "2026-04-27T01:30:00+00:00"),
        (
            "a:content",
            '<p lang="zh-CN">正文 <a href="https://news.example.com/zh/tags/">标签</a></p>',
        ),
    ],
)
def test_an_entry_says_each_thing_once(make_feed: MakeFeed, path: str, expected: str) -> None:
    """What §4.1.2 requires and recommends of an entry (A2, A3, A4, F7)."""
    assert texts(entries_of(make_feed())[0], path) == [expected]


def test_html_is_escaped_once_and_called_html(make_feed: MakeFeed) -> None:
    """Content is HTML, title and summary are text (A5, §3.1.1)."""
    entry = entries_of(make_feed())[0]
    types = [attributes(entry, f"a:{name}") for name in ("title", "summary", "content")]
    assert types == [[{}], [{"type": "text"}], [{"type": "html"}]]


def test_categories_have_scheme_and_label(make_feed: MakeFeed) -> None:
    """A tag is its slug for programs and its label for people (A7)."""
    assert attributes(entries_of(make_feed())[0], "a:category") == [
        {"term": "funding", "label": "融资", "scheme": "https://news.example.com/zh/tags/"}
    ]


def test_what_an_entry_does_not_have_is_not_there(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """No empty summary and no link without an address."""
    item = make_item(summary="", external_url="", alternates=())
    (entry,) = entries_of(make_feed(items=(item,)))
    assert entry.find("a:summary", NS) is None
    assert len(attributes(entry, "a:link")) == 1


def test_instants_finer_than_a_second_are_kept(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """The W3C validator wants no two entries with one `updated`: fractions may tell them apart."""
    item = make_item()
    item = make_item(updated=item.updated.replace(microsecond=1000))
    assert texts(root_of(make_feed(items=(item,))), "a:entry/a:updated") == [
        "2026-04-27T01:30:00.001000+00:00"
    ]


def test_an_archive_says_that_it_is_one(make_feed: MakeFeed) -> None:
    """RFC 5005 §4: the mark, and absolute links to its neighbours and to the feed (P1)."""
    root = root_of(make_feed(history=ARCHIVE))
    links = {link["rel"]: link["href"] for link in attributes(root, "a:link")}
    assert root.find("fh:archive", NS) is not None
    assert (links["current"], links["prev-archive"], links["next-archive"]) == (
        ARCHIVE.current,
        ARCHIVE.previous,
        ARCHIVE.next,
    )


def test_the_living_feed_leads_to_its_archive(make_feed: MakeFeed) -> None:
    """The feed that people subscribe to has `prev-archive` and no mark (P1)."""
    root = root_of(make_feed(history=History(previous=ARCHIVE.previous)))
    assert root.find("a:link[@rel='prev-archive']", NS) is not None
    assert root.find("fh:archive", NS) is None


def test_a_complete_feed_says_that_it_is(make_feed: MakeFeed) -> None:
    """RFC 5005 §2: the mark stands only where the caller says that all is in (P2)."""
    complete = root_of(make_feed(history=History(is_complete=True)))
    assert complete.find("fh:complete", NS) is not None
    assert root_of(make_feed()).find("fh:complete", NS) is None


def test_a_feed_without_an_address_is_refused(make_feed: MakeFeed) -> None:
    """A feed that is not published as Atom is not rendered as Atom."""
    with pytest.raises(ValueError, match="address"):
        atom.render(make_feed(atom_url=""))
