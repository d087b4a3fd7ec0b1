"""The search of the site: for each edition and year an index that browsers load in parts.

Its files lie below the page of the search, and belong to nothing else of the site.  They are made
at a time of their own: what is remembered of each year says which have to be made again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from publisher import durable
from publisher.render.words import is_cjk
from publisher.site import output, pagefind
from publisher.site.editions import Editions
from publisher.site.mirror import Mirror
from publisher.site.search_records import Shard, records_of, shard_state, shards

_MEMORY = "search.json"
_ROUNDS = 3
"""So often is a year made again whose entries have changed meanwhile; then the next run does."""

Bundle = Callable[[Shard, Editions], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Done:
    """Which years were made, as ``edition/year``, which went, and how many stayed as they were."""

    made: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


class _Kept(TypedDict):
    """What is remembered of a year: the state it was made from, and its files."""

    state: str
    files: list[str]


@dataclass(frozen=True)
class Search:
    """Brings the search of a site up to date.

    `alone` holds off publishing while files are written; `site` gives the archive as it is now.
    `make` and `release` stand for Pagefind.
    """

    public: Path
    state: Path
    site: Callable[[], Editions]
    alone: Callable[[], AbstractContextManager[None]]
    mirror: Mirror | None = None
    make: Bundle = field(default_factory=lambda: _bundle)
    release: Callable[[], str] = pagefind.release

    def bring(self, *, whole: bool = False) -> Done:
        """Make the years that have changed (`whole`: all), and remove those that are no more.

        Each year is written as soon as it is made.  Raises OutputError and UsageError.
        """
        release, made, removed = self.release(), dict[str, None](), list[str]()
        for _ in range(_ROUNDS):
            site = self.site()
            wanted = {each.folder: each for each in shards(site)}
            states = {name: shard_state(each, site, release) for name, each in wanted.items()}
            known = self._known()
            stale = [name for name, state in states.items() if _state(known, name)
                     != state or (whole and name not in made)]  # fmt: skip
            for name in stale:
                files = self.make(wanted[name], site)
                if self._write(name, files, states[name], release):
                    made[name] = None
            removed += self._remove(known.keys() - states.keys())
            if not stale:
                break
        with self.alone():
            self._remember(self._known())  # also where nothing was new: it tells when this was
        return Done(tuple(map(_label, made)), tuple(map(_label, removed)), len(wanted) - len(made))

    def withdraw(self, years: Iterable[str]) -> None:
        """Take years out of the search at once, in every edition: the next run makes them again.

        For what must not be found any more.
        """
        gone = set(years)
        self._remove({each for each in self._known() if each.rsplit("/", 1)[1] in gone})

    # Writing -----------------------------------------------------------------------------------

    def _write(self, name: str, files: Mapping[str, bytes], state: str, release: str) -> bool:
        """Write a year, unless what it was made from has changed meanwhile."""
        with self.alone():
            site = self.site()
            now = {each.folder: each for each in shards(site)}.get(name)
            if now is None or shard_state(now, site, release) != state:
                return False
            known = self._known()
            paths = [f"{name}/{each}" for each in files]
            old = _files(known, name)
            # What is ours is known before it is written: whoever is killed leaves nothing behind.
            self._remember({**known, name: {"state": "", "files": sorted({*old, *paths})}})
            changes: dict[str, bytes | None] = {
                f"{name}/{each}": data for each, data in files.items()
            }
            changes |= self._lists({**known, name: {}})
            changes |= dict.fromkeys(sorted(set(old) - set(paths)))
            self._put(changes, site)
            self._remember({**known, name: {"state": state, "files": sorted(paths)}})
        return True

    def _remove(self, names: Iterable[str]) -> list[str]:
        gone = sorted(names)
        if not gone:
            return []
        with self.alone():
            known = self._known()
            left = {name: each for name, each in known.items() if name not in gone}
            changes: dict[str, bytes | None] = {**self._lists(left, {_edition(n) for n in gone})}
            for name in gone:
                changes |= dict.fromkeys(_files(known, name))
            self._put(changes, self.site())
            self._remember(left)
        return gone

    def _lists(self, known: Iterable[str], editions: Iterable[str] = ()) -> dict[str, bytes | None]:
        """Which years an edition has, for its page: the newest first."""
        years: dict[str, list[str]] = {each: [] for each in editions}
        for name in sorted(known, reverse=True):
            years.setdefault(_edition(name), []).append(name.rsplit("/", 1)[1])
        return {
            f"{edition}/search/index.json": json.dumps({"years": found}).encode() if found else None
            for edition, found in sorted(years.items())
        }

    def _put(self, changes: Mapping[str, bytes | None], site: Editions) -> None:
        if self.mirror is not None:
            self.mirror.begin()
        written = output.write(self.public, changes, journal=self.state / "search.journal")
        if self.mirror is not None:
            state = f"log {site.library.index.last_log}, search"
            self.mirror.bring(written.changed, written.removed, state)

    # Memory ------------------------------------------------------------------------------------

    @property
    def _memory(self) -> Path:
        return self.state / _MEMORY

    def _known(self) -> dict[str, _Kept]:
        """What is there, by folder; of another folder, or one that is gone, nothing is known."""
        try:
            found = json.loads(self._memory.read_bytes())
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict) or found.get("public") != str(self.public):
            return {}
        shards = found.get("shards")
        return shards if isinstance(shards, dict) else {}

    def _remember(self, known: Mapping[str, object]) -> None:
        told = {"public": str(self.public), "shards": known}
        durable.replace(self._memory, json.dumps(told).encode())


def _bundle(shard: Shard, site: Editions) -> Mapping[str, bytes]:
    first = site.publication.edition(shard.edition).first.tag
    # Records tell the words of Han text apart themselves; elsewhere Pagefind knows stems of words.
    language = "unknown" if is_cjk(first) else first.split("-")[0]
    return pagefind.make_bundle(records_of(shard, site), language)


def _state(known: Mapping[str, _Kept], name: str) -> str:
    return known[name]["state"] if name in known else ""


def _files(known: Mapping[str, _Kept], name: str) -> list[str]:
    return known[name]["files"] if name in known else []


def last_brought(state: Path) -> dt.datetime | None:
    """When the search was brought up to date last; None where it never was."""
    try:
        return dt.datetime.fromtimestamp((state / _MEMORY).stat().st_mtime, dt.UTC)
    except OSError:
        return None


def _edition(name: str) -> str:
    return name.split("/", 1)[0]


def _label(name: str) -> str:
    return name.replace("/search/", "/")
