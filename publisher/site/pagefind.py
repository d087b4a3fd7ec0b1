"""Pagefind, which makes the files that a browser searches in: the extra ``search``.

It runs as a process of its own and is spoken to over its standard input and output: messages are
JSON in base 64, each ended by a comma (pagefind.app, "Indexing content using the NodeJS API").
The same records give the same files.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from publisher.errors import OutputError, UsageError
from publisher.site.program import installed

_NICENESS = 15
_KEPT = ("pagefind.js", "pagefind-entry.json")
"""Files without a hash that our page reads; the others are Pagefind's own pages and styles."""
_KEPT_ENDS = (".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter", ".pagefind")
ENTRY = "pagefind-entry.json"


@dataclass(frozen=True, slots=True)
class Record:
    """Something that can be found: its address, its text, what is shown and chosen by."""

    url: str
    content: str
    meta: Mapping[str, str]
    filters: Mapping[str, list[str]]


def release() -> str:
    """Which Pagefind is installed; raises UsageError where the extended one is not."""
    if found := installed("pagefind-bin-extended"):
        return found
    raise UsageError(
        "the search needs Pagefind, the extended one, which is not installed",
        "install it with `pip install 'publisher[search]'`",
    )


def make_bundle(records: Iterable[Record], language: str) -> dict[str, bytes]:
    """The files of an index over some records, in one language.

    Raises OutputError.  The language is an ISO 639-1 code, which says how words are
    told apart and stemmed, or ``unknown``: then whatever stands between spaces is a word.
    """
    with _Talk() as talk:
        index = talk.ask(type="NewIndex", config={"force_language": language})["index_id"]
        for each in records:
            talk.ask(
                type="AddRecord", index_id=index, language=language, sort=None, **asdict(each)
            )  # fmt: skip
        # Not as files: it answers before the last of them is wholly written.
        return dict(_kept(talk.ask(type="GetFiles", index_id=index)["files"]))


def _kept(files: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, bytes]]:
    """What is read first comes last, so that it never names a file that is not there yet."""
    found = {each["path"]: each["content"] for each in files}
    kept = [each for each in found if each in _KEPT or each.endswith(_KEPT_ENDS)]
    for path in sorted(kept, key=lambda each: (each == ENTRY, each)):
        yield path, base64.b64decode(found[path])


class _Talk:
    """A conversation with the process, at low priority: publishing and readers come first."""

    def __init__(self) -> None:
        from pagefind_bin_extended import get_executable

        try:
            self._process = subprocess.Popen(
                [str(get_executable()), "--service"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise _failed(error.strerror or str(error)) from error
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)
        self._number = 0

    def __enter__(self) -> _Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, **payload: Any) -> Mapping[str, Any]:
        """Say something, and wait for the answer."""
        self._number += 1
        message = json.dumps({"message_id": self._number, "payload": payload}).encode()
        out, back = self._process.stdin, self._process.stdout
        if out is None or back is None:
            raise _failed("it cannot be spoken to")
        try:
            out.write(base64.b64encode(message) + b",")
            out.flush()
        except OSError as error:
            raise _failed("it has ended") from error
        answer = bytearray()
        while not answer.endswith(b","):
            # One answer to one question: nothing follows the comma.
            piece = os.read(back.fileno(), 1 << 20)
            if not piece:
                raise _failed("it has ended, perhaps for want of memory")
            answer += piece
        told: Mapping[str, Any] = json.loads(base64.b64decode(answer[:-1]))["payload"]
        if told["type"] == "Error":
            raise _failed(str(told.get("message", ""))[:300])
        return told


def _failed(why: str) -> OutputError:
    return OutputError(
        f"Pagefind cannot make the search: {why}",
        "see to memory and disk (a year of 3,650 entries takes 400 MB or more), then run it again",
    )
