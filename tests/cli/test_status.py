"""`publisher status`: one screen, what is wrong first."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from newsroom import Newsroom

from publisher.cli.status import cut, screen
from publisher.cli.table import width
from publisher.overview.judge import wrong
from publisher.overview.model import (
    Coming,
    Database,
    IssueLine,
    LastRun,
    MailingLine,
    Overview,
    Sign,
    TroubleLine,
)

Run = Callable[..., tuple[int, str, str]]
NOW = dt.datetime(2026, 4, 26, 10, tzinfo=dt.UTC)


def test_all_is_well(run: Run, newsroom: Newsroom) -> None:
    """After an issue came out: exit code 0."""
    newsroom.entry("one")
    run("publish")
    code, output, _ = run("status")

    assert code == 0
    assert "all is well" in output
    assert "daily 2026-04-26  mailed" in output
    assert "daily 2026-04-27" in output


def test_what_is_wrong_comes_first(run: Run, newsroom: Newsroom) -> None:
    """With what to do about it, and exit code 1."""
    app = newsroom.app()
    app.post.trouble("pull", "The remote cannot be reached", ["see to the network"])
    code, output, _ = run("status")

    lines = output.splitlines()
    assert code == 1
    assert lines[1] == "NEEDS A PERSON: 1"
    assert lines[2].startswith("! The remote cannot be reached (since ")
    assert lines[3] == "  see to the network"


def test_a_broken_publication_is_told(run: Run, newsroom: Newsroom) -> None:
    """On the same screen, with the place."""
    newsroom.file("content/publication.yaml", "name: [")
    code, output, errors = run("status")

    assert code == 1
    assert "publication.yaml" in output
    assert "sqlite" in output
    assert "Traceback" not in errors


def test_for_machines(run: Run, newsroom: Newsroom) -> None:
    """The same as JSON."""
    code, output, _ = run("status", "--format", "json", now="2026-04-26T19:00+08:00")
    told = json.loads(output)

    assert code == 1
    assert told["fine"] is False
    assert "daily 2026-04-26 is due" in told["wrong"][0]["what"]
    assert told["overdue"][0]["slot"] == "2026-04-26T18:00:00+08:00"


TEXT = st.text("读ab \n—", max_size=200)
MANY = st.integers(0, 12)


@given(TEXT, MANY, MANY, MANY)
def test_it_fits_on_a_screen(text: str, troubles: int, mailings: int, signs: int) -> None:
    """Forty lines of eighty columns, however much there is, in any script."""
    seen = Overview(
        NOW, "1.0", "news.example.com,2026", "c" * 40, {"archive": text}, Database("sqlite", "3"),
        issues=tuple(IssueLine("daily", text, NOW, "held", text) for _ in range(8)),
        mailings=tuple(
            MailingLine("daily", text, "paused", text, 5, NOW, counts={"failed": 1}, rate=2.0,
                        waits_until=NOW + dt.timedelta(hours=1))
            for _ in range(mailings)
        ),
        coming=tuple(Coming("daily", text, NOW, text) for _ in range(8)),
        troubles=tuple(TroubleLine("x", text, (text, text), NOW) for _ in range(troubles)),
        last_run=LastRun(NOW, ok=False, error=text),
        signs=tuple(Sign("worker", "host", NOW, n, NOW) for n in range(signs)),
    )  # fmt: skip
    lines = list(screen(seen, wrong(seen)))

    assert len(lines) <= 40
    assert max(map(width, lines)) <= 80
    assert not any("\n" in line for line in lines)


def test_a_line_is_cut_by_its_width() -> None:
    """Chinese takes two columns a character."""
    assert cut("读者读者", 8) == "读者读者"
    assert cut("读者读者读", 8) == "读者读…"
