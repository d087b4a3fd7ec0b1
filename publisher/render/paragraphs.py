"""The paragraphs of a text in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from publisher.render.context import Passage, Texts


def first_paragraphs(texts: Texts) -> Texts:
    """Each passage up to its first blank line."""
    return Texts(replace(each, raw=_paragraphs(each)[0]) for each in texts)


def has_more(texts: Texts) -> bool:
    """Whether something stands behind a first paragraph."""
    return any(len(_paragraphs(each)) > 1 for each in texts)


def _paragraphs(passage: Passage) -> list[str]:
    return re.split(r"\n[ \t]*\n", passage.raw.strip())
