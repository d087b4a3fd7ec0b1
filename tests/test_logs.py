"""The log names no reader, whoever wrote into it, and machines can read it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.logs import HumanLines, JsonLines, masked, set_up

ATEXT = "abcXYZ0189!#$%&*+-/=?^_`{|}~'.éß读者"
LOCAL = st.text(ATEXT, min_size=2, max_size=40).map(lambda text: f"q{text}q")
QUOTED = st.text('ab 9@,;:<>()[]."\\读', min_size=1, max_size=30).map(
    lambda text: '"Q' + text.replace("\\", "\\\\").replace('"', '\\"') + 'Q"'
)
DOMAIN = st.sampled_from(
    ["example.com", "xn--bcher-kva.example", "bücher.example", "例子.中国", "[192.0.2.1]", "host"]
)
BEFORE = st.sampled_from(
    [
        "",
        " ",
        "<",
        "to ",
        "rcpt to:<",
        ", ",
        "\n",
        "(",
        "读者 ",
        "a@b ",
        "mailto:",
        "address=",
        "['",
    ]
)
AFTER = st.sampled_from(["", " ", ">", ">: 550", ", other@host", "; ", "\n", "\t", ")", '"', "']"])


def record(message: object, *arguments: object, **added: object) -> logging.LogRecord:
    """A record, as a logger makes it."""
    return logging.getLogger("test").makeRecord(
        "test", logging.INFO, "", 0, message, arguments, None, extra=added
    )


@given(BEFORE, LOCAL | QUOTED, DOMAIN, AFTER)
@example("", '"Qa@b Q"', "example.com", "")
def test_no_address_passes(before: str, local: str, domain: str, after: str) -> None:
    """Whatever its shape and whatever stands around it; its domain stays."""
    told = masked(f"{before}{local}@{domain}{after}")

    assert f"{local[1:]}@" not in told
    assert local[1:-1] not in told
    assert f"…@{domain}" in told


@given(LOCAL | QUOTED, DOMAIN, st.sampled_from([quote, quote_plus]), st.integers(1, 2))
def test_no_address_passes_in_a_url(local: str, domain: str, code: object, times: int) -> None:
    """Also where it was encoded, once or twice."""
    encoded = f"{local}@{domain}"
    for _ in range(times):
        encoded = code(encoded)  # type: ignore[operator]

    told = masked(f"GET /-/zh/subscribe?address={encoded}&bulletin=daily")

    assert encoded.partition("%")[0] == "" or encoded not in told
    separator = "%40" if times == 1 else "%2540"
    assert f"…{separator}" in told
    assert encoded.rpartition(separator)[0][1:] not in told
    assert told.endswith("&bulletin=daily")


@pytest.mark.parametrize(
    ("given_one", "told"),
    [
        ("<reader@example.com>: no such user", "<r…@example.com>: no such user"),
        ("x@example.com", "…@example.com"),
        ("'reader@example.com'", "'r…@example.com'"),
        ("@property, and 2 @ 3", "@property, and 2 @ 3"),
        ("reader＠example.com", "r…＠example.com"),
        ("reader&#64;example.com", "r…&#64;example.com"),
        ("smtp://user:secret@relay.example:587", "smtp:…@relay.example:587"),
        ("GET /-/leave/abcdef0123?x=1", "GET /-/leave/…?x=1"),
        ("https://n.example/-/confirm/ABCDEF", "https://n.example/-/confirm/…"),
        ("%2F-%2Fpreferences%2Fabcdef", "%2F-%2Fpreferences%2F…"),
        ("Authorization: Bearer pub_abcdef", "Authorization: Bearer …"),
        ("published daily 2026-04-26", "published daily 2026-04-26"),
    ],
)
def test_what_is_left(given_one: str, told: str) -> None:
    """Enough to know whose host it is, and which page."""
    assert masked(given_one) == told


def test_everything_of_a_record_is_masked() -> None:
    """Message, arguments, what was added, and the text of an exception."""
    try:
        raise ValueError("reader@example.com was refused")
    except ValueError:
        told = record(
            "sent to %s (reader@example.com)", "reader@example.com",
            to="reader@example.com", deep={"a": ["reader@example.com"]},
        )  # fmt: skip
        told.exc_info = sys.exc_info()

    for line in (JsonLines().format(told), HumanLines("%(message)s").format(told)):
        assert "reader" not in line.replace('"r', "")
        assert "r…@example.com" in line


def test_a_machine_reads_it() -> None:
    """One line, in UTC, with what was added under its own name; nothing overwrites ours."""
    told = record("two\nlines: %d", 2, event="published", level="x", issue="读", ratio=float("nan"))
    told.created = 1_777_000_000.25

    line = JsonLines().format(told)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-04-24T03:06:40.250Z", "level": "info", "logger": "test",
        "message": "two\nlines: 2", "event": "published", "issue": "读", "ratio": "nan",
    }  # fmt: skip


def test_an_exception_is_a_field_of_its_line() -> None:
    """A traceback does not break the lines of a log that machines read."""
    try:
        raise ValueError("why")
    except ValueError:
        told = record("failed")
        told.exc_info = sys.exc_info()

    assert "ValueError: why" in json.loads(JsonLines().format(told))["exception"]


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, left as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    root.handlers[:], root.level = handlers, level


def test_setting_up_twice_writes_each_record_once(
    root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last form holds, for the records of libraries, too."""
    set_up("human")
    set_up("json")
    logging.getLogger("uvicorn.error").warning("to %s", "reader@example.com")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "to r…@example.com"


def test_a_broken_record_is_told_without_its_arguments(
    root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's own handler would print them as they are."""
    root_logger.handlers[:] = []  # pytest's own raises
    set_up()
    logging.getLogger("test").warning("%d people", "reader@example.com")

    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert "reader" not in told
