"""`publisher render`."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]
ISSUE = ("render", "daily", "2026-04-26")


def test_three_files(run: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    """HTML, text and the whole message, in a folder that is made; each is named with its size."""
    newsroom.entry("one")
    out = tmp_path / "some/where"
    code, output, _ = run(*ISSUE, "--edition", "en", "--out", str(out))
    assert code == 0
    names = ["email.html", "email.txt", "message.eml"]
    assert sorted(each.name for each in out.iterdir()) == names
    assert [line.split()[0] for line in output.splitlines()] == [str(out / name) for name in names]
    raw = (out / "message.eml").read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["To"] == "readers+en@news.example.com"
    assert (out / "email.txt").read_text()
    assert not (newsroom.root / "var/archive").exists()


def test_an_edition_that_is_not_there(run: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    """Names those there are, and writes nothing."""
    newsroom.entry("one")
    code, _, errors = run(*ISSUE, "--edition", "fr", "--out", str(tmp_path / "out"))
    assert (code, errors) == (2, "publisher: daily has no edition “fr”; use one of zh, en\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("below", ["", "/further"])
def test_a_file_in_the_way(run: Run, newsroom: Newsroom, tmp_path: Path, below: str) -> None:
    """Of the folder, or above it."""
    newsroom.entry("one")
    (tmp_path / "out").write_text("")
    code, _, errors = run(*ISSUE, "--edition", "en", "--out", f"{tmp_path}/out{below}")
    assert code in {2, 3}
    assert "Traceback" not in errors
    assert f"{tmp_path}/out" in errors
