"""What an issue shows beside its entries: tables, images, and links to earlier issues.

Pure: the desk reads them from disk and archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.config.section import TABLED, SectionSettings
from publisher.content.issue_file import IssueFile
from publisher.content.table import Table
from publisher.issue.issue import Image, Related

MOST_RELATED = 5
"""How many works a section of related ones shows, where its settings do not say."""


@dataclass(frozen=True, slots=True)
class Supplies:
    """Tables and related issues by section id, images with their bytes by their names in settings.

    The issues come the newest first, at least as many as their section has room for.
    """

    tables: Mapping[str, Table] = field(default_factory=dict)
    related: Mapping[str, Sequence[Related]] = field(default_factory=dict)
    images: Mapping[str, tuple[Image, bytes]] = field(default_factory=dict)


def tables_named(sections: Iterable[SectionSettings], written: IssueFile) -> dict[str, str]:
    """Which table each section shows, by section id: the issue file's, else the standing one."""
    named = {
        each.id: (part.table if (part := written.sections.get(each.id)) else None) or each.table
        for each in sections
        if each.block in TABLED
    }
    return {section: name for section, name in named.items() if name}


def images_named(sections: Iterable[SectionSettings]) -> list[str]:
    """The images that sections ask for, each once."""
    codes = (code for each in sections if each.block == "qr-codes" for code in each.codes)
    return list(dict.fromkeys(code.image for code in codes if code.image))


def image_of(data: bytes, extension: str, width: int, height: int) -> Image:
    """An image by its content: the same bytes are the same blob."""
    digest = hashlib.sha256(data).hexdigest()[:32]
    return Image(blob=f"{digest}.{extension}", width=width, height=height)
