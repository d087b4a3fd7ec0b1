"""The log: lines for people or for machines, and in neither an address or a token of a reader.

Every record is masked when it is written, wherever it came from: our code, a relay's reply, an
exception of a library.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress

# What separates a mailbox from its domain: as such, full-width, in a URL, in HTML, escaped.
_AT = re.compile(r"[@＠﹫]|%(?:25)*40|&#(?:64|x40);|\\(?:x|u00)40", re.IGNORECASE)
# Neither in a local part without quotes nor in one of RFC 6531.
_ENDS = re.compile(r'[\s<>()\[\],;:"]')
# Beside these a URL encodes what would end a value.
_ENDS_IN_URL = re.compile(r'[\s<>()\[\],;:"?&=]')
_PASSWORD = re.compile(r"(?<=://)[^\s/@]*:[^\s/]*(?=@)")
_SLASH = r"(?:/|%(?:25)*2f)"
_TOKEN = re.compile(
    rf"({_SLASH}-{_SLASH}(?:confirm|preferences|leave){_SLASH})[^\s?#&<>\"']+", re.IGNORECASE
)
_BEARER = re.compile(r"(\bBearer\s+)[^\s\"',;]+", re.IGNORECASE)
# What a record has by itself; all else was given with `extra=`.
_OWN = {*vars(logging.LogRecord("", 0, "", 0, "", (), None)), "message", "asctime", "taskName",
        "color_message"}  # fmt: skip
_FORMAT = "%(asctime)s %(levelname)s %(message)s"
_LOUD = ("alembic", "apscheduler", "httpx", "httpcore", "procrastinate", "botocore", "asyncio")
"""Loggers of libraries that tell more than anybody needs."""


def set_up(form: str = "human", level: int = logging.INFO) -> None:
    """Send all records to standard error, as lines for people (``human``) or as JSON (``json``).

    May be called again: the last one holds.
    """
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(each)
    handler = _Handler()
    handler.setFormatter(JsonLines() if form == "json" else HumanLines(_FORMAT))
    root.addHandler(handler)
    root.setLevel(level)
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def is_for_machines() -> bool:
    """Whether the log is written as JSON: then nothing else may stand between its lines."""
    return any(isinstance(each.formatter, JsonLines) for each in logging.getLogger().handlers)


class _Handler(logging.Handler):
    """Writes to standard error; what cannot be formatted is told without its arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            # In one piece, so that lines of two threads or processes do not mix.
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  a log that fails stops nothing
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Python's own would print the arguments as they are."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"a record of {record.name} cannot be written\n")


class HumanLines(logging.Formatter):
    """Time, level, message; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as text."""
        return masked(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (RFC 3339, UTC), level, logger, message, and what was added."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as JSON."""
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        added = {name: each for name, each in vars(record).items() if name not in _OWN}
        line |= {name: each for name, each in added.items() if name not in line}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(_masked(line), ensure_ascii=False)


def _masked(value: object) -> object:
    """The same for all that JSON knows; anything else as its text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        # JSON has no word for what is no number.
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {masked(str(key)): _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(each) for each in value]
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return masked(str(value))


# Masking -----------------------------------------------------------------------------------------


def masked(text: str) -> str:
    """A text without mail addresses (``r…@example.com``), passwords in URLs, tokens of readers.

    Rather too much than too little: what stands before an at sign is a local part, also where it
    is none.  Takes time in proportion to the text.
    """
    text = _TOKEN.sub(r"\1…", text)
    text = _BEARER.sub(r"\1…", text)
    text = _PASSWORD.sub("…", text)
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    done = 0
    for found in _AT.finditer(text):
        end = found.start()
        ends = _ENDS if found.group() in "@＠﹫" else _ENDS_IN_URL
        begin = _quoted(text, done, end) if text[done:end].endswith('"') else end
        if begin == end:
            begin = _run(text, done, end, ends)
        yield text[done:begin]
        yield _short(text[begin:end])
        done = end
    yield text[done:]


def _run(text: str, least: int, end: int, ends: re.Pattern[str]) -> int:
    """Where the local part begins that ends here: behind what cannot be in one."""
    begin = end
    while begin > least and not ends.match(text[begin - 1]):
        begin -= 1
    # Marks that programs put around an address, rather than a part of it.
    while begin < end and text[begin] in "'`‘“«":
        begin += 1
    return begin


def _quoted(text: str, least: int, end: int) -> int:
    """Where a quoted local part begins (RFC 5322 section 3.2.4); if nowhere, at the least."""
    at = end - 2
    while at >= least:
        if text[at] == '"':
            slashes = at
            while slashes > least and text[slashes - 1] == "\\":
                slashes -= 1
            if (at - slashes) % 2 == 0:
                return at
            at = slashes
        at -= 1
    return least


def _short(local: str) -> str:
    if not local:
        return ""
    first = local[0]
    return f"{first}…" if len(local) > 1 and (first.isalnum() or first in "@＠﹫") else "…"
