"""git at work while the program is imported."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.app import App
from publisher.content.asked import Asked
from publisher.content.stamp import stamp_of


def test_git_says_which_commit_and_what_differs(quick: Newsroom) -> None:
    """As it was when it was asked, or later; no thread of it is left."""
    quick.entry("one")
    commit = quick.commit()
    entry = quick.entry("two")
    before = threading.active_count()
    asked = Asked(quick.root)
    head = asked.head

    assert head is not None
    assert (head.commit, head.differing) == (commit, (f"content/entries/{entry}.yaml",))
    assert threading.active_count() == before
    assert asked.stamp == stamp_of(quick.root)


def test_without_a_commit_there_is_none(tmp_path: Path) -> None:
    """Nor where there is no publication; the folder is read all the same."""
    asked = Asked(tmp_path)
    assert (asked.head, asked.stamp) == (None, (None, ()))


@pytest.mark.parametrize("change", ["commit", "settings"])
def test_what_changed_since_git_was_asked_is_read_anew(quick: Newsroom, change: str) -> None:
    """git was asked before the settings were read: both must be of one moment."""
    quick.entry("one")
    quick.commit()
    asked = Asked(quick.root)
    asked.end()
    if change == "commit":
        quick.entry("two")
        commit = quick.commit()
    else:
        quick.bulletin("daily", late_days=1)
    app = App(quick.root, quick.environment, quick.app().now, asked)
    assert app.frame.bulletins
    app.publish()

    assert app.head is not None
    differing = () if change == "commit" else ("content/bulletins/daily.yaml",)
    assert app.head.differing == differing
    if change == "commit":
        assert app.head.commit == commit
    app.close()
