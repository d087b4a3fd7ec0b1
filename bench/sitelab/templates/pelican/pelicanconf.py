"""Pelican as bench/site sets it up: only our generator, with the cache on."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import pages_of_entries as plugin  # noqa: E402

SITENAME = "望潮新闻室"
SITEURL = "https://news.example.com"
TIMEZONE = "Asia/Shanghai"
WORDS = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
ENTRIES = str(HERE / "entries")
PATH = "nothing"
THEME = str(HERE / "theme")
PLUGINS = [plugin]
ARTICLE_PATHS = PAGE_PATHS = STATIC_PATHS = DIRECT_TEMPLATES = []
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = (
    None
)
JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
JINJA_FILTERS = {
    "day": plugin.day, "json": plugin.as_json, "rfc822": plugin.rfc822, "markup": plugin.markup,
}  # fmt: skip
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "generator"
CHECK_MODIFIED_METHOD = "mtime"
DELETE_OUTPUT_DIRECTORY = False
