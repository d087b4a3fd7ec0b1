"""What stands in deploy/ is read by the programs that it is for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
SYSTEM = "/usr/sbin:/sbin"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs programs from outside Python."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)


def program(name: str) -> str:
    """Where a program lies; the test is skipped, by its name, where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path=SYSTEM)
    if found is None:
        pytest.skip(f"needs {name}")
    return found


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run() -> Run:
    """Run a program; what it printed, and how it ended."""

    def call(*arguments: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [program(str(arguments[0])), *map(str, arguments[1:])],
            capture_output=True, text=True, check=False, timeout=120, **more,
        )  # fmt: skip

    return call
