"""What holds for every format: the same identity, the same bytes, any text survives."""

from __future__ import annotations

import hashlib
import html
import json
import locale
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import publisher
from publisher.render.feeds import atom, opml, rss
from publisher.render.feeds import json as json_feed
from publisher.render.feeds.item import Feed, Item, absolute, clean

MakeItem = Callable[..., Item]
MakeFeed = Callable[..., Feed]
Texts = dict[str, str | None]
Render = Callable[[Feed], bytes]
FORMATS: list[Render] = [rss.render, atom.render, json_feed.render]
NAMES = ["rss", "atom", "json"]
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def from_rss(document: bytes) -> Texts:
    item = etree.fromstring(document).find("channel/item")
    assert item is not None
    return {
        "id": item.findtext("guid"),
        "title": item.findtext("title"),
        "summary": html.unescape(item.findtext("description") or ""),
        "content": item.findtext(CONTENT),
    }


def from_atom(document: bytes) -> Texts:
    entry = etree.fromstring(document).find(f"{ATOM}entry")
    assert entry is not None
    names = ("id", "title", "summary", "content")
    return {name: entry.findtext(ATOM + name) for name in names}


def from_json(document: bytes) -> Texts:
    item = json.loads(document)["items"][0]
    return {
        "id": item["id"],
        "title": item["title"],
        "summary": item.get("summary"),
        "content": item["content_html"],
    }


def read_back(feed: Feed) -> list[Texts]:
    """The first item as each format's reader gets it."""
    return [
        from_rss(rss.render(feed)),
        from_atom(atom.render(feed)),
        from_json(json_feed.render(feed)),
    ]


def expected(item: Item) -> Texts:
    return {
        "id": item.id,
        "title": clean(item.title),
        "summary": clean(item.summary),
        "content": absolute(clean(item.content_html), item.url),
    }


HOSTILE = [
    "emoji 👩\u200d🚀🇨🇳 ☕\ufe0f",
    "中文《书名》“引号”……、。𠮷",
    "]]> <![CDATA[ x ]]>",
    "<script>alert(1)</script>",
    "control \x00\x08\x1b\x85 characters",
    "\u202egnitirw tfel ot thgir",
    "a & b &amp; c &#x3c; &nbsp; <!-- x --> <?php ?>",
    "line\nfeed\r\nreturn\rtab\t",
    "lone \ud83d surrogate \ude00",
    "\ufffe\uffff\U0001fffe\u2028\u2029",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_comes_back_as_it_was(
    make_feed: MakeFeed, make_item: MakeItem, text: str
) -> None:
    """In title, summary and content, in every format: cleaned, and else untouched (F1, F9)."""
    item = make_item(title=text, summary=text, content_html=text)
    assert read_back(make_feed(items=(item,))) == [expected(item)] * 3


TEXT = st.text(st.characters(codec=None), min_size=1).map(lambda text: f"x{text}")


@settings(deadline=None)
@given(title=TEXT, summary=TEXT, content=TEXT)
def test_any_text_comes_back_as_it_was(
    make_feed: MakeFeed, make_item: MakeItem, title: str, summary: str, content: str
) -> None:
    """Whatever an editor types, every format is well-formed and says the cleaned text (F1)."""
    item = make_item(title=title, summary=summary, content_html=content)
    assert read_back(make_feed(items=(item,))) == [expected(item)] * 3


@settings(deadline=None)
@given(text=TEXT)
def test_any_text_above_the_items_is_harmless(make_feed: MakeFeed, text: str) -> None:
    """The texts of the feed itself can be anything too (F1)."""
    feed = make_feed(title=text, description=text, rights=text, authors=(text,))
    assert etree.fromstring(rss.render(feed)).findtext("channel/title") == clean(text)
    assert etree.fromstring(atom.render(feed)).findtext(f"{ATOM}title") == clean(text)
    assert json.loads(json_feed.render(feed))["title"] == clean(text)


def test_an_item_has_one_identity_in_all_formats(make_feed: MakeFeed) -> None:
    """guid, atom:id and JSON id are one string, so no reader shows it twice (F5)."""
    assert {texts["id"] for texts in read_back(make_feed())} == {make_feed().items[0].id}


@pytest.mark.parametrize("render", FORMATS, ids=NAMES)
def test_every_address_is_absolute(make_feed: MakeFeed, render: Render) -> None:
    """No href or src without a scheme is left (F7)."""
    text = html.unescape(render(make_feed()).decode())
    assert 'href="/' not in text
    assert 'href=\\"/' not in text


@pytest.mark.parametrize("render", FORMATS, ids=NAMES)
def test_twice_the_same_feed_is_twice_the_same_bytes(make_feed: MakeFeed, render: Render) -> None:
    """A build with unchanged input leaves every ETag alone (A4, H4)."""
    assert render(make_feed()) == render(make_feed())


SCRIPT = """
import hashlib, locale, runpy, sys
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from publisher.render.feeds import atom, json, opml, rss
feed = runpy.run_path(sys.argv[1])["a_feed"]()
for text in (rss.render(feed), atom.render(feed), json.render(feed), opml.render("x", [feed])):
    print(hashlib.sha256(text).hexdigest())
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "America/New_York", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"},
        {"TZ": "UTC", "PYTHONHASHSEED": "3", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    ],
    ids=["new-york", "shanghai", "chinese", "posix"],
)
def test_the_machine_does_not_change_a_byte(
    make_feed: MakeFeed, environment: dict[str, str]
) -> None:
    """Time zone, locale and hash seed are not in the output (A4, F3)."""
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).with_name("conftest.py"))]
    root = Path(publisher.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root), **environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    documents = [render(make_feed()) for render in FORMATS]
    documents.append(opml.render("x", [make_feed()]))
    assert done.stdout.split() == [hashlib.sha256(text).hexdigest() for text in documents]


def test_threads_leave_the_locale_alone(make_feed: MakeFeed) -> None:
    """feedgen changes the locale of the process for a moment; afterwards it is what it was."""
    before = locale.setlocale(locale.LC_ALL)
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(rss.render, [make_feed()] * 200))
    assert locale.setlocale(locale.LC_ALL) == before
    assert len(set(done)) == 1
