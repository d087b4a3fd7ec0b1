"""What all tests share: a publication to work in, and outputs that are compared with kept ones."""

from __future__ import annotations

import difflib
import logging
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clusters import Cluster, running
from hypothesis import settings
from newsroom import Newsroom, plain_theme

if TYPE_CHECKING:
    from buckets import Buckets

GOLDEN = Path(__file__).parent / "golden"
MEMORY = Path("/dev/shm")

# A test that fails fails again, and a busy machine fails none of them.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("ci")


# What a shell starts in the background does not hear Ctrl-C, nor do the programs that it starts:
# they would not stop for the tests that press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the kept outputs instead of comparing with them."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ again")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compares an output with the one in tests/golden/, or keeps it."""

    def compare(path: str, data: bytes) -> None:
        file = GOLDEN / path
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        elif not file.is_file():
            pytest.fail(f"tests/golden/{path} is not there; `make golden` writes it")
        elif (kept := file.read_bytes()) != data:
            told = difflib.unified_diff(
                kept.decode().splitlines(), data.decode().splitlines(), f"golden/{path}", "now",
                n=1, lineterm="",
            )  # fmt: skip
            shown = "\n".join(line[:400] for line, _ in zip(told, range(60), strict=False))
            pytest.fail(f"{path} has changed; `make golden` keeps it as it is now\n{shown}")

    return compare


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that sets up its log in this process sets up no other test's."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    for each in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(each)


@pytest.fixture
def swift(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the system has one: what is synced there is not waited for."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for all tests that want one; what it commits is not waited for."""
    with running() as found:
        yield found


@pytest.fixture
def postgres(cluster: Cluster) -> Iterator[str]:
    """The address of a new database of PostgreSQL, at the newest version of the tables."""
    url = cluster.fresh()
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def database(request: pytest.FixtureRequest, swift: Path) -> str:
    """The address of a new database, of each kind in turn."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite:///{swift / 'publisher.sqlite'}"


@pytest.fixture(scope="session")
def buckets() -> Iterator[Buckets]:
    """An object store for all tests that want one."""
    from buckets import object_store

    with object_store() as found:
        yield found


@pytest.fixture
def newsroom(swift: Path) -> Iterator[Newsroom]:
    """A publication in two languages with one daily, without git, entries or issues."""
    made = Newsroom(swift / "publication")
    yield made
    made.close()


@pytest.fixture
def quick(swift: Path) -> Iterator[Newsroom]:
    """The same with pages of one line, for tests that do not look at them."""
    made = Newsroom(swift / "publication", plain_theme)
    yield made
    made.close()


@pytest.fixture
def publication_root(newsroom: Newsroom) -> Path:
    """The folder of a committed publication with two entries of 26 April."""
    newsroom.entry("one")
    newsroom.entry("two")
    newsroom.commit()
    return newsroom.root
