"""What tests of the archive share."""

from __future__ import annotations

import pytest
from shelf import Shelf


@pytest.fixture
def shelf() -> Shelf:
    """An empty archive in memory."""
    return Shelf()
