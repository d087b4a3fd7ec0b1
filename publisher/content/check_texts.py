"""Rules about what entries say: links that lead nowhere, HTML, addresses, languages mixed up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from publisher.config.addresses import url as check_url
from publisher.config.publication import Publication
from publisher.content.entry import Entry
from publisher.content.remedy import Place
from publisher.document import Document, Problem
from publisher.language import Localized, script_of

_LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)\s>]*)")
_HTML = re.compile(
    r"</?(?:[abiup]|em|strong|br|div|span|img|[uo]l|li|h[1-6]|font|table)\b[^>\n]*>", re.IGNORECASE
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
_HAN_SCRIPTS = frozenset({"Hans", "Hant", "Hani", "Jpan"})
# Letters whose names say CJK: of Unicode 3.0, all of which are; and all blocks in which one may be.
_SURELY_HAN = re.compile("[\u3400-\u4db5\u4e00-\u9fa5]")
_MAYBE_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\U00020000-\U0003ffff]")
# Below this many letters nothing is certain: a title may be a product's name.
_LETTERS = 12


def check_texts(document: Document, entry: Entry, publication: Publication) -> Iterator[Problem]:
    """Every text of an entry, in every language."""
    own = {publication.contact.lower(), publication.sender.address.lower()}
    for at, text in entry.localized():
        yield from _mixed_up(document, at, text, publication)
        for key, value in text.items():
            place = (*at, key)
            yield from _links(document, place, value)
            yield from _html(document, place, value)
            yield from _mail_addresses(document, place, value, own)


def _links(document: Document, at: Place, text: str) -> Iterator[Problem]:
    for match in _LINK.finditer(text) if "](" in text else ():
        target = match[1]
        if target.startswith("mailto:"):
            continue
        try:
            check_url(target)
        except PydanticCustomError as error:
            found = error.context or {}
            what = f'the link "{target}" in this text will not work: {found["what"]}'
            if not target:
                what = "a link in this text leads nowhere"
            yield _warning(document, at, what, found["remedy"], "bad-link")


def _html(document: Document, at: Place, text: str) -> Iterator[Problem]:
    if "<" in text and (match := _HTML.search(text)):
        what = f"HTML is not used in texts: readers will see {match.group()}"
        yield _warning(document, at, what, "write Markdown, such as **bold** or [text](https://…)",
                       "html")  # fmt: skip


def _mail_addresses(document: Document, at: Place, text: str, own: set[str]) -> Iterator[Problem]:
    """People's addresses do not belong into git, where they stay for ever."""
    for match in _MAIL.finditer(text) if "@" in text else ():
        if match.group().lower() not in own:
            what = f"this text contains a mail address: {match.group()}"
            remedy = "delete it, unless its owner wants it published for ever"
            yield _warning(document, at, what, remedy, "mail-address")


def _mixed_up(
    document: Document, at: Place, text: Localized, publication: Publication
) -> Iterator[Problem]:
    """A text that stands under the name of another language, as its writing shows."""
    for key, value in text.items():
        settings = publication.languages.get(key)
        if settings is None:
            continue
        in_han = script_of(settings.tag) in _HAN_SCRIPTS
        if _SURELY_HAN.search(value) if in_han else not _MAYBE_HAN.search(value):
            continue  # as it should be; only for others it is worth while to count
        letters = [char for char in value if char.isalpha()]
        han = sum("CJK" in unicodedata.name(char, "") for char in letters)
        if len(letters) < _LETTERS:
            continue
        if not in_han and script_of(settings.tag) != "Kore" and han * 2 > len(letters):
            what = f'the text for "{key}" ({settings.name}) is in Chinese characters'
        elif in_han and not han and not _has_kana(value) and _swapped(text, key):
            what = f'the text for "{key}" ({settings.name}) is the same as for another language'
        else:
            continue
        remedy = "look whether two languages were swapped, or a text was pasted twice"
        yield _warning(document, (*at, key), what, remedy, "language-mixed-up")


def _swapped(text: Localized, key: str) -> bool:
    return any(other != key and text[other] == text[key] for other in text)


def _has_kana(value: str) -> bool:
    return bool(re.search("[\u3041-\u30ff]", value))


def _warning(document: Document, at: Place, what: str, remedy: str, code: str) -> Problem:
    return document.problem(at, what, remedy, severity="warning", code=code)
