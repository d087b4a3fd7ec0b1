"""What is wanted again is not made again, and memory has an end."""

from __future__ import annotations

from publisher.memo import Memo


def test_a_value_is_made_once() -> None:
    """However often it is asked for."""
    memo, made = Memo(2), list[str]()
    for key in ("a", "b", "a", "b"):
        assert memo(key, lambda key=key: made.append(key) or len(made)) in (1, 2)
    assert made == ["a", "b"]


def test_no_more_is_kept_than_was_said() -> None:
    """All is forgotten when it is full."""
    memo, made = Memo(2), list[str]()
    for key in ("a", "b", "c", "a"):
        memo(key, lambda key=key: made.append(key) or key)
    assert made == ["a", "b", "c", "a"]
