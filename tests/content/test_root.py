"""Where a publication is."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.content.root import find_root
from publisher.errors import UsageError


def test_a_publication_is_found_from_any_folder_within_it(newsroom: Newsroom) -> None:
    """Commands work in every folder of a publication."""
    assert find_root(newsroom.root / "content/bulletins") == newsroom.root


def test_where_no_publication_is_that_is_said(tmp_path: Path) -> None:
    """The message says what was looked for, and what to do."""
    with pytest.raises(UsageError, match=r"no publication here.*publisher init"):
        find_root(tmp_path)
