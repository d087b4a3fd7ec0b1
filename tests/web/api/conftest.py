"""What tests of the API share."""

from __future__ import annotations

import pytest
from frontoffice import Office
from newsroom import Newsroom


@pytest.fixture
def office(quick: Newsroom) -> Office:
    """The operators' listener over a small publication."""
    return Office(quick)
