"""What pages are made from, part by part, and which parts each target uses.

Where a part differs from what the site was last written from, the targets that used it are rendered
again, and no others.  What is frozen in the archive is no part: its log tells what is new there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from publisher.archive.records import log_file
from publisher.archive.store import Store
from publisher.render.context_page import Site
from publisher.site.beside import LATER
from publisher.site.drawings import may_draw
from publisher.site.editions import Editions
from publisher.site.feed_parts import ENTRIES
from publisher.site.ledger import State
from publisher.site.targets import Target

# Lists of entries: the frame of their editions is all that they have of a bulletin.
_LISTS = frozenset({
    "tag", "tag-year", "tag-month", "tags", "story", "stories", "stories-year",
    "entries", "entries-year", "entries-month",
})  # fmt: skip
BESIDE = "beside"
"""What makes the files beside issues on this machine."""
_OF_A_BULLETIN = frozenset({"bulletin", "year", "month", "feed-archive"})


def state_of(site: Editions, folder: Path, copies: Iterable[str] = ()) -> State:
    """The state of a site in a folder that shows all that its library has."""
    library = site.library
    last = library.index.last_log
    return State(last, mark(library.store, last), str(folder), inputs(site, copies))


def mark(store: Store, log: int) -> str:
    """Tells an archive from another that has a record of the same number."""
    record = store.get(log_file(log)) if log else None
    return _hash(record or b"")


def inputs(site: Editions, copies: Iterable[str] = ()) -> dict[str, str]:
    """A digest of each part: the program, the publication, each theme, bulletin and edition."""
    publication, bulletins = site.publication, site.bulletins
    found: dict[str, object] = {
        "program": [site.version, *copies],
        "publication": [publication.model_dump(mode="json"), site.editions],
    }
    for name in {publication.theme, *map(site.theme_name, bulletins)}:
        found[f"theme {name}"] = [(each, dict(files)) for each, files in site.theme_of(name).chain]
    for slug, settings in bulletins.items():
        found[f"bulletin {slug}"] = settings.model_dump(mode="json")
        found[f"look {slug}"] = [site.editions_of(slug), site.theme_name(slug)]
        if may_draw(settings) and not site.drawing.can_draw:
            # A part that goes away when there is something that draws.
            found[f"undrawn {slug}"] = True
    if tools := site.beside.tools(site):
        found[BESIDE] = tools
    for edition in site.editions:
        frame = site.parts(edition).pages.site
        found[f"frame {edition}"] = [site.bulletins_of(edition), repr(_shown(frame))]
    return {name: _digest(part) for name, part in found.items()}


def _shown(frame: Site) -> Site:
    """The frame without the themes of the bulletins: a page shows its own bulletin's alone."""
    bulletins = tuple(dataclasses.replace(each, theme="") for each in frame.bulletins)
    return dataclasses.replace(frame, bulletins=bulletins)


class Uses:
    """Tells which parts a target uses; of one whose kind it does not know, all."""

    def __init__(self, site: Editions, names: Iterable[str]) -> None:
        self._site = site
        self._all = self.names = frozenset(names)
        everywhere = ("program", "publication", f"theme {site.publication.theme}")
        self._everywhere = frozenset(everywhere)
        self._frames = frozenset(each for each in self.names if each.startswith("frame "))
        self._files = site.beside.bulletins(site) if BESIDE in self.names else frozenset()
        self._of_look: dict[str, frozenset[str]] = {}

    def __call__(self, target: Target) -> frozenset[str]:
        """The names of the parts."""
        kind, name = target
        if kind in _LISTS or (kind == "feed-archive" and name[0] == ENTRIES):
            return self._everywhere | self._frames
        if kind == "entry":
            return self._entry(*name)
        if not name or name[0] not in self._site.bulletins:
            return self._all
        if kind == "issue":
            return self._look(name[0]) | self._drawn(name[0]) | self._beside(*name)
        if kind in _OF_A_BULLETIN:
            return self._look(name[0]) | self._drawn(name[0]) | {f"bulletin {name[0]}"}
        return self._all

    def _look(self, slug: str) -> frozenset[str]:
        if slug not in self._of_look:
            frames = {f"frame {each}" for each in self._site.editions_of(slug)}
            theme = f"theme {self._site.theme_name(slug)}"
            self._of_look[slug] = self._everywhere | frames | {f"look {slug}", theme}
        return self._of_look[slug]

    def _drawn(self, slug: str) -> frozenset[str]:
        return self.names & {f"undrawn {slug}"}

    def _beside(self, slug: str, issue: str) -> frozenset[str]:
        """What a page uses where files stand beside it, and whether one is still to come."""
        if slug not in self._files:
            return frozenset()
        later = {LATER} if self._site.beside.is_later(slug, issue) else set()
        return frozenset({BESIDE, *later})

    def _entry(self, entry_id: str) -> frozenset[str]:
        carriers = {key.bulletin for key in self._site.library.index.carried_in(entry_id)}
        return self._everywhere.union(*(self._look(slug) for slug in carriers))


def _digest(part: object) -> str:
    text = json.dumps(part, ensure_ascii=False, sort_keys=True, default=str)
    return _hash(text.encode())


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
