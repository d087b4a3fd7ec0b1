"""A git forge says that there are new commits."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from pathlib import Path

import pytest
from reception import NOW, Desk

from publisher.errors import StepFailed
from publisher.web.guard import FEEDBACK_BYTES, LIMIT_BYTES
from publisher.web.pulling import PullHook, touch

SECRET = "a secret of the forge and of us"
HOUR = dt.timedelta(hours=1)


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header that GitHub sends."""
    told = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={told}"}


@pytest.fixture
def woken() -> list[int]:
    """Something for each time that somebody was woken."""
    return []


@pytest.fixture
def hook(woken: list[int]) -> PullHook:
    return PullHook(SECRET, lambda: woken.append(1), lambda: NOW)


def test_who_knows_the_secret_wakes_us(desk: Desk, hook: PullHook, woken: list[int]) -> None:
    """Also with more than a form may have: a push lists its commits."""
    body = b"{}" + b" " * LIMIT_BYTES
    answer = desk.web(pull=hook.take).post("/-/hooks/pull", content=body, headers=signed(body))

    assert (answer.status_code, answer.text) == (202, "the content is pulled soon\n")
    assert woken == [1]


@pytest.mark.parametrize("headers", [{}, signed(b"{}", "another"), signed(b"other")])
def test_nobody_else_does(
    desk: Desk, hook: PullHook, woken: list[int], headers: dict[str, str]
) -> None:
    """Without a signature, with one of another secret, or of another body."""
    answer = desk.web(pull=hook.take).post("/-/hooks/pull", content=b"{}", headers=headers)

    assert answer.status_code == 401
    assert woken == []


def test_without_a_secret_there_is_no_such_page(desk: Desk, woken: list[int]) -> None:
    """Whatever was signed with nothing."""
    hook = PullHook("", lambda: woken.append(1), lambda: NOW)
    for web in (desk.web(pull=hook.take), desk.web()):
        answer = web.post("/-/hooks/pull", content=b"{}", headers=signed(b"{}", ""))
        assert answer.status_code == 404
    assert woken == []


def test_too_much_is_refused(desk: Desk, hook: PullHook) -> None:
    """Before it is signed or not."""
    body = b" " * (FEEDBACK_BYTES + 1)
    answer = desk.web(pull=hook.take).post("/-/hooks/pull", content=body, headers=signed(body))

    assert answer.status_code == 413


def test_who_tries_secrets_out_is_slowed_down(desk: Desk, hook: PullHook) -> None:
    """By client."""
    web = desk.web(pull=hook.take)
    answers = [web.post("/-/hooks/pull", content=b"{}").status_code for _ in range(32)]

    assert answers[0] == 401
    assert answers[-1] == 429


def test_a_page_is_not_shown(desk: Desk, hook: PullHook) -> None:
    """Nothing happens by looking."""
    assert desk.web(pull=hook.take).get("/-/hooks/pull").status_code == 405


def test_who_knocks_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Once an hour."""
    times = iter([NOW, NOW + HOUR / 2, NOW + HOUR])
    hook = PullHook(SECRET, lambda: None, lambda: next(times))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            hook.take({}, b"")

    assert len(caplog.records) == 2


def test_touching_makes_the_file_and_moves_its_time(tmp_path: Path) -> None:
    """`publisher run` looks at nothing else of it."""
    path = tmp_path / "var" / "wake"
    touch(path)
    before = path.stat().st_mtime_ns
    touch(path)

    assert path.stat().st_mtime_ns >= before
    assert path.read_bytes() == b""


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In words, and the forge gets 503."""
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StepFailed, match="cannot be written"):
        touch(tmp_path / "var" / "wake")
