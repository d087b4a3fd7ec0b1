"""The site in an object store: what differs is uploaded, a manifest last.

The site is written to a folder of this machine first; from there changed files go out.  A marker
says that the two are in step; it is taken away before the folder changes, so that after a run that
was killed, and on another machine, every object is compared with its file.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher import durable
from publisher.errors import OutputError
from publisher.site.compress import original_of

MANIFEST = "_manifest.json"
"""Which state of the archive the objects show; the last one to be written."""
_AT_ONCE = 16
_TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What was uploaded and deleted, by number."""

    changed: int = 0
    removed: int = 0


class Mirror:
    """Brings a folder of the site to an address such as ``s3://bucket/site``.

    `marker` is a file that is there while objects and folder are in step; everything below the
    address is ours.  `check` is called before anything is uploaded.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        marker: Path,
        open_: Callable[[str], tuple[Any, str]],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._url, self._folder, self._marker, self._check = url, folder, marker, check
        self._system, self._base = open_(url)
        self._was_in_step = False

    @property
    def is_in_step(self) -> bool:
        """Whether the objects are what the folder has."""
        try:
            return self._marker.read_text(encoding="utf-8") == self._url
        except OSError:
            return False

    def begin(self) -> None:
        """The folder is about to change: until `bring` has ended, the two are out of step."""
        self._was_in_step = self.is_in_step
        self._marker.unlink(missing_ok=True)

    def bring(self, changed: Iterable[str], removed: Iterable[str], state: str) -> Uploaded:
        """Upload what was changed since `begin`; `state` is what the site shows now.

        Everything is compared where the two were out of step before.  Raises OutputError; the
        next run goes on from there.
        """
        if self.is_in_step:
            return Uploaded()
        if not self._was_in_step:
            return self.bring_all(state)
        # What was removed by one portion may have been written again by another.
        # An object store chooses between no copies: it sends what it is asked for.
        wanted = {each for each in (*changed, *removed) if not original_of(each)}
        there = {each for each in wanted if (self._folder / each).is_file()}
        return self._do(sorted(there), sorted(wanted - there), state)

    def bring_all(self, state: str) -> Uploaded:
        """Compare every object with its file, and upload what differs."""
        self._marker.unlink(missing_ok=True)
        ours = {each.relative_to(self._folder).as_posix(): each
                for each in self._folder.rglob("*") if each.is_file()}  # fmt: skip
        ours = {path: file for path, file in ours.items() if original_of(path) not in ours}
        with self._talking("listed"):
            there = dict(self._listed())
        # The tag of an object that was put in one piece is its MD5; of any other it never fits.
        changed = sorted(
            path for path, file in ours.items()
            if there.get(path) != hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        )  # fmt: skip
        return self._do(changed, sorted(there.keys() - ours.keys() - {MANIFEST}), state)

    def _listed(self) -> Iterator[tuple[str, str]]:
        try:
            found: Mapping[str, Mapping[str, Any]] = self._system.find(self._base, detail=True)
        except FileNotFoundError:
            return
        for name, about in found.items():
            yield name[len(self._base) + 1 :], str(about.get("ETag", "")).strip('"')

    def _do(self, changed: list[str], removed: list[str], state: str) -> Uploaded:
        rules = list(_rules(self._folder / "_headers"))
        self._check()
        with self._talking("written"), ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda path: self._put(path, rules), changed))
            # Pages that link there are new by now.
            list(pool.map(self._delete, removed))
            told = json.dumps({"state": state}).encode()
            self._system.pipe_file(f"{self._base}/{MANIFEST}", told)
        self._mark()
        return Uploaded(len(changed), len(removed))

    def _put(self, path: str, rules: list[tuple[str, dict[str, str]]]) -> None:
        data = (self._folder / path).read_bytes()
        self._system.pipe_file(f"{self._base}/{path}", data, **_headers(path, rules))

    def _delete(self, path: str) -> None:
        try:
            self._system.rm_file(f"{self._base}/{path}")
        except FileNotFoundError:
            return

    @contextmanager
    def _talking(self, what: str) -> Iterator[None]:
        try:
            yield
        except OutputError:
            raise
        except Exception as error:  # drivers raise errors of their own
            said = " ".join(str(error).split())[:300] or type(error).__name__
            raise OutputError(
                f"{self._url} could not be {what}: {said}",
                "check its address, the keys and the network; the next run goes on from there",
            ) from error

    def _mark(self) -> None:
        try:
            durable.replace(self._marker, self._url.encode())
        except OSError as error:
            raise OutputError(
                f"{self._marker} could not be written: {error.strerror}", "see to the disk"
            ) from error


def _rules(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The rules of ``_headers``: patterns of paths, each with what is sent for them.

    A site that lies below a path of its host has that in front of every pattern.
    """
    if not file.is_file():
        return
    rules = [each.splitlines() for each in file.read_text("utf-8").strip().split("\n\n")]
    below = rules[0][0].removesuffix("/*")
    for pattern, *lines in rules:
        yield pattern.removeprefix(below), dict(line.strip().split(": ", 1) for line in lines)


def _headers(path: str, rules: Iterable[tuple[str, dict[str, str]]]) -> dict[str, str]:
    """What an object store sends of an object: its media type, and how long it is kept."""
    told: dict[str, str] = {}
    for pattern, headers in rules:
        if fnmatch.fnmatchcase(f"/{path}", pattern):
            told |= headers
    kind = told.get("Content-Type") or _TYPES.get(Path(path).suffix, "application/octet-stream")
    found = {"ContentType": kind}
    if "Cache-Control" in told:
        found["CacheControl"] = told["Cache-Control"]
    return found
