"""A service over a real database, and a browser that follows no redirect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reception import Desk, Web


@pytest.fixture
def desk(swift: Path) -> Iterator[Desk]:
    """The service, over a database in memory."""
    made = Desk(f"sqlite:///{swift / 'people.sqlite'}")
    yield made
    made.engine.dispose()


@pytest.fixture
def web(desk: Desk) -> Web:
    """Somebody who asks."""
    return desk.web()
