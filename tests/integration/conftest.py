"""The sample publication, published once, and the real programs that look at it."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.relay import Relay, mail_system
from playwright.sync_api import Browser, Error, sync_playwright

REPOSITORY = Path(__file__).parents[2]
NODE = REPOSITORY / ".venv/node/node_modules"
CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is an integration test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample publication, published as `make publish` does it."""
    root = tmp_path_factory.mktemp("sample")
    for folder in ("content", "examples", "themes"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    for file in (root / "content/bulletins").glob("*.yaml"):
        if file.stem != "ai-monthly":  # PDFs of one bulletin show what there is to see
            file.write_text(file.read_text("utf-8").replace("\npdf: true\n", "\n"), "utf-8")
    run("subscribers", "import", str(root / "examples/readers.csv"), root=root)
    run("publish", "--backfill", root=root)
    return root


def run(*arguments: str, root: Path) -> str:
    """Run the program as a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--root", str(root), *arguments],
        capture_output=True, text=True, check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        self.server.seen.append((self.command, self.path))  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def served(sample: Path) -> Iterator[str]:
    """The address at which the published sample is served."""
    handler = functools.partial(_Handler, directory=str(sample / "public"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def connected() -> Iterator[Callable[[], Browser]]:
    """Debian's Chromium, without any connection of its own; another one after a crash of it."""
    if not CHROMIUM.exists():
        pytest.skip("needs chromium")
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    started: list[Browser] = []
    with sync_playwright() as playwright:
        launch = functools.partial(
            playwright.chromium.launch, executable_path=str(CHROMIUM), args=flags.split()
        )

        def browser() -> Browser:
            try:
                started[-1].new_context().close()  # what has crashed is known by asking
            except (IndexError, Error):
                started.append(launch())
            return started[-1]

        yield browser
        for each in started:
            each.close()


@pytest.fixture
def browser(connected: Callable[[], Browser]) -> Browser:
    """The one browser of all tests: a test that crashes it does not take the others along."""
    return connected()


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the tests of a module, as `swift` is for one test."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path_factory.mktemp("memory")
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def relay() -> Iterator[Relay]:
    """Postfix, OpenDKIM and Dovecot; the mail of news.example.com is signed."""
    with mail_system("news.example.com") as found:
        yield found


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, to be run inside a page."""
    source = NODE / "axe-core/axe.min.js"
    if not source.exists():
        pytest.skip("needs axe-core (npm)")
    return source.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def vnu() -> list[str]:
    """The command of the Nu HTML checker."""
    jar = NODE / "vnu-jar/build/dist/vnu.jar"
    java = shutil.which("java")
    if java is None or not jar.exists():
        pytest.skip("needs java and vnu-jar (npm)")
    return [java, "-Xss2m", "-jar", str(jar), "--stdout", "--format", "json"]
