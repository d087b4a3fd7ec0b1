"""Writing the site: what changed since the last time, or all of it.

Two small files beside the archive remember the last time: which record of the log and which
fingerprint the site was written for, and which files are ours.  Losing them costs a full build.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from publisher import durable
from publisher.archive.records import read_log
from publisher.site import output
from publisher.site.build import Builder
from publisher.site.mirror import Mirror
from publisher.site.targets import everything, moves, touched

# A full build is written in portions, each wholly or not at all, so that memory stays flat.
_PORTION = 5000


class SiteWriter:
    """The folder of the site, and what is remembered of it in the state folder.

    `check` is called before anything is written; it raises where another machine has taken over.
    A `mirror` gets what was changed.
    """

    def __init__(
        self,
        public: Path,
        state: Path,
        check: Callable[[], None] = lambda: None,
        mirror: Mirror | None = None,
    ) -> None:
        self._public = public
        self._check = check
        self._mirror = mirror
        self._journal = state / "site.journal"
        self._memory = state / "site.json"
        self._manifest = state / "site.files"

    def recover(self) -> bool:
        """Finish a write that was interrupted after its commit."""
        self._check()
        return output.recover(self._public, journal=self._journal)

    def write(self, builder: Builder, *, whole: bool = False) -> output.Written:
        """Bring the site to the archive's state; raises OutputError, with nothing half done."""
        site = builder.site
        if not site.bulletins:
            return output.Written((), 0, ())
        library, fingerprint = site.library, site.fingerprint()
        last, known = library.index.last_log, self._remembered()
        is_current = known.get("fingerprint") == fingerprint and self._public.is_dir()
        records = list(read_log(library.store, int(str(known.get("log", 0))))) if is_current else []
        if is_current and not whole and not moves(library, records):
            targets = touched(library, records) if records else []
            written = self._write_some(map(builder.render, targets))
        else:
            written = self._write_all(builder)
        self._check()
        if self._mirror is not None:
            bring = (
                self._mirror.bring_all
                if whole
                else partial(self._mirror.bring, written.changed, written.removed)
            )
            bring(f"log {last}, {fingerprint}")
        _replace(self._memory, json.dumps({"fingerprint": fingerprint, "log": last}))
        return written

    def _write_some(self, portions: Iterable[Mapping[str, bytes]]) -> output.Written:
        files: dict[str, bytes | None] = {}
        for portion in portions:
            files.update(portion)
        if files:
            self._check()
            self._begin()
            ours = self._ours()
            if new := files.keys() - ours:
                self._claim(ours | new)
        return output.write(self._public, files, journal=self._journal)

    def _write_all(self, builder: Builder) -> output.Written:
        """Every target; files of an earlier build that are no more are removed at the end."""
        self._begin()
        changed: list[str] = []
        unchanged, ours, names = 0, self._ours(), set[str]()
        files: dict[str, bytes | None] = {}
        for target in everything(builder.site.library.index):
            found = builder.render(target)
            names |= found.keys()
            files.update(found)
            if len(files) >= _PORTION:
                self._check()
                self._claim(ours | names)
                written = output.write(self._public, files, journal=self._journal)
                changed, unchanged = [*changed, *written.changed], unchanged + written.unchanged
                files = {}
        self._check()
        self._claim(ours | names)
        files.update(dict.fromkeys(sorted(ours - names)))
        written = output.write(self._public, files, journal=self._journal)
        self._claim(names)
        return output.Written(
            (*changed, *written.changed), unchanged + written.unchanged, written.removed
        )

    def _begin(self) -> None:
        if self._mirror is not None:
            self._mirror.begin()

    def _remembered(self) -> Mapping[str, object]:
        try:
            found = json.loads(self._memory.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _ours(self) -> set[str]:
        try:
            return set(self._manifest.read_text(encoding="utf-8").splitlines())
        except OSError:
            return set()

    def _claim(self, names: set[str]) -> None:
        """Remember which files are ours, before they are written: no other is ever removed."""
        _replace(self._manifest, "".join(f"{each}\n" for each in sorted(names)))


def _replace(path: Path, text: str) -> None:
    """Write a small file so that it is wholly the old or wholly the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    durable.create(temporary, text.encode())
    temporary.replace(path)
