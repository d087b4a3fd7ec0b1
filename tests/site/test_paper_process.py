"""A PDF is made in a process of its own, whatever becomes of that."""

from __future__ import annotations

import pickle
import sys

import pytest

from publisher.errors import OutputError, PublisherError, ThemeError, UsageError
from publisher.render.pdf import Printable
from publisher.site.paper_process import make

PAGE = Printable(
    html="<!doctype html><title>T</title>", css="", url="https://news.example.com/", title="Title",
    author="", description="", keywords=(), lang="en", created="2026-04-26T10:00:00Z",
    modified="2026-04-26T10:00:00Z", generator="publisher 1",
)  # fmt: skip


def answered(script: str, timeout: float = 60, told: list[str] | None = None) -> bytes:
    """What a process of that script makes of a page; `task` is what it was given."""
    whole = f"import pickle, sys\ntask = pickle.load(sys.stdin.buffer)\n{script}"
    hear = (told if told is not None else []).append
    return make(PAGE, {"a": b"b"}, hear, (sys.executable, "-c", whole), timeout)


def saying(*answer: object) -> str:
    return f"sys.stdout.buffer.write({pickle.dumps(answer)!r})"


def test_what_it_makes_comes_back() -> None:
    """With the characters that no font has."""
    told: list[str] = []
    assert answered(saying("made", b"%PDF", "望", "", ""), told=told) == b"%PDF"
    assert told == ["望"]


def test_it_gets_the_issue_and_its_images() -> None:
    """And nothing else."""
    echo = "told = repr((task[0].title, task[1])).encode()"
    made = "sys.stdout.buffer.write(pickle.dumps(('made', told, '', '', '')))"
    assert answered(f"{echo}\n{made}") == b"('Title', {'a': b'b'})"


@pytest.mark.parametrize(
    ("script", "kind", "what"),
    [
        (saying("lacking", b"", "", "a PDF needs Pango", "install it"), UsageError,
         "a PDF needs Pango; install it"),
        (saying("theme", b"", "", "it cannot be set", "mend it"), ThemeError,
         "it cannot be set; mend it"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", OutputError,
         "the process that makes the PDF of Title was killed; see to the memory"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGXCPU)", ThemeError,
         "the PDF of Title takes more than 60 seconds of a processor"),
        ("sys.exit('a mistake')", OutputError, "was killed"),
        (saying("made", b"%PDF").replace("write(", "write(b'Warning: '+"), OutputError,
         "was killed"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told(script: str, kind: type[PublisherError], what: str) -> None:
    """By an error that says who has to do something."""
    with pytest.raises(kind) as caught:
        answered(script)
    assert what in str(caught.value)


def test_one_that_hangs_is_ended() -> None:
    """The machine may be busy: it is tried again."""
    with pytest.raises(OutputError, match=r"the PDF of Title was not made in 0\.2 seconds"):
        answered("import time\ntime.sleep(600)", timeout=0.2)


def test_a_command_that_is_not_there() -> None:
    """As where Python itself was removed under a process that runs."""
    with pytest.raises(OutputError):
        make(PAGE, {}, command=("/nonexistent/python",))
