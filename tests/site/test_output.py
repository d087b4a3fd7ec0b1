"""A site is written wholly or not at all."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import OutputError
from publisher.site.output import Written, recover, tree, write

NOBODY = 65534
PROCESSES = multiprocessing.get_context("fork")

OLD: dict[str, bytes | None] = {
    "index.html": b"old home",
    "same.html": b"same",
    "e/gone/index.html": b"gone",
    "e/stays.html": b"stays",
    "was-file": b"file",
    "was-folder/a": b"a",
    "was-folder/b/c": b"c",
}
CHANGES: dict[str, bytes | None] = {
    "e/new/index.html": b"new entry",
    "was-file/index.html": b"now a folder",
    "was-folder": b"now a file",
    "index.html": b"new home",
    "same.html": b"same",
    "was-file": None,
    "was-folder/a": None,
    "was-folder/b/c": None,
    "e/gone/index.html": None,
    "never/was": None,
}
NEW = {
    "e/new/index.html": b"new entry",
    "e/stays.html": b"stays",
    "index.html": b"new home",
    "same.html": b"same",
    "was-file/index.html": b"now a folder",
    "was-folder": b"now a file",
}


class Site:
    """A site in a folder of its own, with its journal elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "public"
        self.journal = folder / "var" / "site.journal"
        folder.mkdir(exist_ok=True)

    def write(self, changes: Mapping[str, bytes | None]) -> Written:
        """Write changes."""
        return write(self.target, changes, journal=self.journal)

    def recover(self) -> bool:
        """Finish what was interrupted."""
        return recover(self.target, journal=self.journal)

    def files(self) -> dict[str, bytes]:
        """All files of the site."""
        return {path: (self.target / path).read_bytes() for path in tree(self.target)}

    def leftovers(self) -> list[str]:
        """Whatever a run has left beside and inside of the site."""
        names = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}
        empty = [
            path for path in self.target.rglob("*") if path.is_dir() and not any(path.iterdir())
        ]
        own = {"public", "var", *(f"public/{path}" for path in self.files())}
        folders = {parent.as_posix() for path in own for parent in Path(path).parents}
        return sorted(names - own - folders) + [str(path) for path in empty]


@pytest.fixture
def site(swift: Path) -> Site:
    """A site that has been written once."""
    site = Site(swift / "site")
    site.write(OLD)
    return site


def test_what_is_written_is_there(tmp_path: Path) -> None:
    """A first run makes the folder and says what it wrote, in the order it was told."""
    site = Site(tmp_path)
    assert site.write({"b/c.html": b"1", "a.html": b"2"}) == Written(("b/c.html", "a.html"), 0, ())
    assert site.files() == {"a.html": b"2", "b/c.html": b"1"}


def test_a_run_does_what_it_was_told(site: Site) -> None:
    """Files come, change and go, folders and files take each other's place."""
    written = site.write(CHANGES)
    assert site.files() == NEW
    assert written.changed == (
        "e/new/index.html",
        "was-file/index.html",
        "was-folder",
        "index.html",
    )
    assert written.unchanged == 1
    assert set(written.removed) == {
        "was-file",
        "was-folder/a",
        "was-folder/b/c",
        "e/gone/index.html",
    }


def test_nothing_is_left_behind(site: Site) -> None:
    """Staged files, journal and empty folders are gone at the end."""
    site.write(CHANGES)
    assert site.leftovers() == []


def test_the_same_again_changes_nothing(site: Site) -> None:
    """A second run finds all as it is to be."""
    site.write(CHANGES)
    assert site.write(CHANGES) == Written((), 5, ())


def test_unchanged_files_keep_their_date(site: Site) -> None:
    """The date of a file is that of its last change, though the site was written again."""
    for path in ("same.html", "index.html"):
        os.utime(site.target / path, (1000, 1000))
    site.write(CHANGES)
    assert (site.target / "same.html").stat().st_mtime == 1000
    assert (site.target / "index.html").stat().st_mtime > 1000


def test_a_change_of_one_byte_is_seen(site: Site) -> None:
    """A file of the same length is read, not guessed."""
    assert site.write({"same.html": b"sama"}).changed == ("same.html",)


def test_files_appear_in_the_order_given(site: Site) -> None:
    """No page stands before what it links to, and what goes goes last."""
    seen: list[str] = []
    order = {"z": b"1", "e/gone/index.html": None, "a": b"2", "m/n": b"3"}

    def run() -> None:
        def watch(event: str, args: tuple[object, ...]) -> None:
            if event in {"os.rename", "os.remove"}:
                seen.append(str(args[1] if event == "os.rename" else args[0]))

        sys.addaudithook(watch)
        site.write(order)
        inside = [Path(path) for path in seen if path.startswith(f"{site.target}/")]
        names = [path.relative_to(site.target).as_posix() for path in inside]
        assert list(dict.fromkeys(names)) == ["z", "a", "m/n", "e/gone/index.html"]

    assert _exit_code(run) == 0


@pytest.mark.parametrize(
    "path",
    [
        *("", "/etc/x", "../x", "a/../../x", "a//b", "a/", ".", "./a", "a\\b", "a\0b", "a\nb"),
        *("\ud800", "x" * 256, "中" * 86, ".publisher-staged/0"),
    ],
)
def test_a_path_that_leads_out_is_refused(site: Site, path: str) -> None:
    """What is no plain path below the site is refused, and nothing is changed."""
    with pytest.raises(OutputError, match="cannot be a path"):
        site.write({"index.html": b"new", path: b"x"})
    assert site.files() == OLD
    assert site.leftovers() == []


@pytest.mark.parametrize("data", [b"x", None])
@pytest.mark.parametrize("path", ["link/x", "link", "e/file-link"])
def test_links_are_not_written_through(site: Site, path: str, data: bytes | None) -> None:
    """A link that has come into the site is refused by its name, whatever is to be done."""
    outside = site.folder.parent / "outside"
    outside.mkdir()
    (outside / "x").write_bytes(b"not ours")
    (site.target / "link").symlink_to(outside)
    (site.target / "e/file-link").symlink_to(outside / "x")
    with pytest.raises(OutputError, match="link is a link or a device"):
        site.write({"index.html": b"new", path: data})
    assert (outside / "x").read_bytes() == b"not ours"
    assert site.files() == OLD


def test_a_link_below_a_folder_in_the_way_is_refused(site: Site) -> None:
    """A folder is not taken away with something in it that nobody spoke of."""
    (site.target / "was-folder/link").symlink_to("/")
    with pytest.raises(OutputError, match="was-folder/link is in the way"):
        site.write(CHANGES)
    assert site.files() == OLD


def test_the_site_itself_may_be_a_link(tmp_path: Path) -> None:
    """Where the site lies is the operator's affair."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "disk")
    Site(tmp_path).write({"a": b"1"})
    assert (tmp_path / "disk/a").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"index.html/x": b"1"}, "index.html"),
        ({"index.html": b"old home", "index.html/x": b"1"}, "index.html"),
        ({"e": b"1"}, "e/"),
        ({"was-folder": b"1", "was-folder/a": None}, "was-folder/b/c"),
        ({"x": b"1", "x/y/z": b"2"}, "x"),
        ({"x/y/z": b"2", "x": b"1"}, "x"),
    ],
)
def test_what_stays_in_the_way_is_an_error(
    site: Site, changes: dict[str, bytes | None], obstacle: str
) -> None:
    """A file that is not to be removed cannot become a folder, nor the reverse."""
    with pytest.raises(OutputError, match=f"{obstacle}.* is in the way; nothing was changed"):
        site.write(changes)
    assert site.files() == OLD
    assert site.leftovers() == []


def test_an_empty_folder_is_not_in_the_way(site: Site) -> None:
    """A folder without files gives way to a file."""
    (site.target / "empty/er").mkdir(parents=True)
    site.write({"empty": b"1"})
    assert site.files()["empty"] == b"1"


def test_a_folder_with_other_files_is_kept(site: Site) -> None:
    """Only folders that have become empty go with their last file."""
    site.write({"e/gone/index.html": None})
    assert (site.target / "e").is_dir()
    assert not (site.target / "e/gone").exists()


def test_the_files_of_a_site_are_listed_in_order(site: Site) -> None:
    """The order is that of the paths, and neither folders nor links are listed."""
    (site.target / "e-x").write_bytes(b"")
    (site.target / "link").symlink_to("/")
    assert list(tree(site.target)) == sorted([*OLD, "e-x"])
    assert list(tree(site.folder / "nothing")) == []


# Kills -----------------------------------------------------------------------------------------


def test_a_kill_at_any_step_leaves_the_old_site_or_the_new(swift: Path) -> None:
    """Killed before each call on the file system in turn, recovery finds one or the other."""
    ends = []
    for site in _killed_at_each_step(swift, lambda site: site.write(CHANGES)):
        committed = site.journal.exists()
        before = site.files()
        assert committed or before in (OLD, NEW)
        assert site.recover() == committed
        assert site.files() == (NEW if committed else before)
        assert site.leftovers() == []
        ends.append("committed" if committed else "old" if before == OLD else "new")
    assert ends == sorted(ends, key=["old", "committed", "new"].index)
    assert [ends.count(end) > 3 for end in ("old", "committed", "new")] == [True, True, True]


def test_a_kill_before_the_commit_touches_no_file(swift: Path) -> None:
    """Until there is a journal, not even a date of the old site has changed."""
    for site in _killed_at_each_step(swift, lambda site: site.write(CHANGES)):
        if site.journal.exists():
            break
        dates = {path: (site.target / path).stat().st_mtime_ns for path in OLD}
        site.recover()
        assert site.files() == OLD
        assert dates == {path: (site.target / path).stat().st_mtime_ns for path in OLD}


def test_a_kill_during_recovery_is_recovered_from(swift: Path) -> None:
    """Recovery may be killed before each of its steps, and the next one ends it."""
    committed = next(
        site
        for site in _killed_at_each_step(swift / "first", lambda site: site.write(CHANGES))
        if site.journal.exists()
    )
    for site in _killed_at_each_step(swift / "second", Site.recover, committed.folder):
        site.recover()
        assert site.files() == NEW
        assert site.leftovers() == []


def test_the_next_run_finishes_the_one_before(swift: Path) -> None:
    """Without recovery in between, a run builds on what the killed one had committed to."""
    for site in _killed_at_each_step(swift, lambda site: site.write(CHANGES)):
        was = NEW if site.journal.exists() else site.files()
        site.write({"later.html": b"later"})
        assert site.files() == {**was, "later.html": b"later"}
        assert site.leftovers() == []


def test_another_journal_keeps_its_staged_files(swift: Path) -> None:
    """The search has one of its own: who writes the site does not clear away what it needs."""
    for site in _killed_at_each_step(swift, _write_as_search):
        journal = site.journal.with_name("search.journal")
        committed = journal.exists()
        site.write({"later.html": b"later"})
        was = NEW if committed else {p: d for p, d in site.files().items() if p != "later.html"}
        assert was in (OLD, NEW)
        write(site.target, {"last.html": b"last"}, journal=journal)
        assert site.files() == {**was, "later.html": b"later", "last.html": b"last"}
        assert site.leftovers() == []


def test_a_run_inside_a_site_whose_surroundings_are_closed(swift: Path) -> None:
    """Where nothing can be renamed in from beside, files are staged inside, and hidden."""
    for site in _killed_at_each_step(swift, _write_with_beside_taken):
        assert not any("staged" in path for path in tree(site.target))
        committed = site.journal.exists()
        site.recover()
        assert site.files() == (NEW if committed else site.files())
        assert site.files() in (OLD, NEW)
        assert not (site.target / ".publisher-staged").exists()


def test_two_runs_at_once_wait_for_each_other(site: Site) -> None:
    """Two processes that write the same site leave what one of them wrote, whole."""
    pages = [f"{n}.html" for n in range(40)]

    def write_all(who: int) -> None:
        for turn in range(5):
            site.write(dict.fromkeys(pages, b"%d %d" % (who, turn)))

    workers = [PROCESSES.Process(target=write_all, args=(who,)) for who in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert len({site.files()[page] for page in pages}) == 1
    assert site.leftovers() == []


def test_there_is_nothing_to_recover(tmp_path: Path) -> None:
    """Without a journal nothing is done, and no folder is made."""
    site = Site(tmp_path)
    assert not site.recover()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "journal",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"format": 2}',
        b'{"format": 1, "more": []}',
        b'{"format": 1, "placed": ["../x"]}',
        b'{"format": 1, "last": ["index.html"]}',
    ],
)
def test_a_journal_that_cannot_be_used(site: Site, journal: bytes) -> None:
    """A broken or foreign journal is named with its remedy, and nothing is changed."""
    site.journal.write_bytes(journal)
    with pytest.raises(OutputError, match=r"site\.journal .*; delete the journal"):
        site.write({"index.html": b"new"})
    assert site.files() == OLD


# Errors ----------------------------------------------------------------------------------------


def test_a_write_that_fails_changes_nothing(site: Site) -> None:
    """A file that cannot be staged is named, and the site is as it was."""

    def run() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with pytest.raises(OutputError, match=r"big\.html could not be written.*nothing was chang"):
            site.write({"index.html": b"new", "big.html": b"x" * 2000})

    assert _exit_code(run) == 0
    assert site.files() == OLD
    assert site.leftovers() == []


def test_a_journal_that_cannot_be_written_changes_nothing(site: Site) -> None:
    """Where the journal fails, the run has not happened."""

    def run() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with pytest.raises(OutputError, match=r"site\.journal could not be written"):
            site.write({f"{n:0100}": b"x" for n in range(20)})

    assert _exit_code(run) == 0
    assert site.files() == OLD
    assert site.leftovers() == []


def test_a_kill_in_the_middle_of_a_file_changes_nothing(site: Site) -> None:
    """A process that dies with half of a page written leaves the old site."""

    def run() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        site.write({"index.html": b"new", "big.html": b"x" * 2000})

    assert _exit_code(run) == -signal.SIGXFSZ
    assert not site.recover()
    assert site.files() == OLD
    assert site.leftovers() == []


@pytest.mark.parametrize(
    ("closed", "changes"),
    [
        ("public/e", {"index.html": b"new", "e/new.html": b"1"}),
        ("public/e/gone", {"index.html": b"new", "e/gone/index.html": None}),
        ("public", {"e/new.html": b"1", "index.html": b"new"}),
        ("var", {"index.html": b"new"}),
    ],
)
def test_a_folder_without_permission_is_named(closed: str, changes: dict[str, bytes]) -> None:
    """Where a folder may not be written to, that is said before anything is changed."""
    with _owned_by_nobody() as folder:
        site = Site(folder)

        def run() -> None:
            _become_nobody()
            site.write(OLD)
            (folder / closed).chmod(0o555)
            with pytest.raises(OutputError, match=rf"{closed}.*nothing was changed; give the fold"):
                site.write(changes)
            (folder / closed).chmod(0o755)
            assert site.files() == OLD
            assert site.leftovers() == []

        assert _exit_code(run) == 0


def test_a_site_in_a_closed_folder_can_be_written() -> None:
    """Only the site itself has to be writable, not what is beside it."""
    with _owned_by_nobody() as folder:
        site = Site(folder)

        def run() -> None:
            _become_nobody()
            site.write(OLD)
            folder.chmod(0o555)
            site.write(CHANGES)
            folder.chmod(0o755)
            assert site.files() == NEW
            assert site.leftovers() == []

        assert _exit_code(run) == 0


def test_a_journal_of_thousands_of_files(tmp_path: Path) -> None:
    """A whole site at once is staged, written and found unchanged within seconds."""
    site = Site(tmp_path)
    pages: dict[str, bytes | None] = {
        f"e/2026/{n // 100}/{n}/index.html": b"%d" % n * 500 for n in range(3000)
    }
    start = time.perf_counter()
    site.write(pages)
    assert site.write(pages) == Written((), 3000, ())
    assert time.perf_counter() - start < 60


# Whatever is asked for -------------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
sites = st.dictionaries(paths, st.sampled_from([b"", b"1", b"2"])).filter(
    lambda site: not any(one.startswith(f"{two}/") for one in site for two in site)
)


@settings(max_examples=60, deadline=None)
@given(old=sites, new=sites)
def test_from_any_site_to_any_other(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """New pages and the removal of all the others turn every site into every other one."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.write(old)
        gone = [path for path in old if path not in new]
        written = site.write({**new, **dict.fromkeys(gone)})
        assert site.files() == new
        assert sorted(written.removed) == sorted(gone)
        assert written.unchanged == len(old.items() & new.items())
        assert site.leftovers() == []


def _write_as_search(site: Site) -> None:
    write(site.target, CHANGES, journal=site.journal.with_name("search.journal"))


def _write_with_beside_taken(site: Site) -> None:
    taken = site.folder / ".publisher-staged-public"
    taken.write_bytes(b"in the way of a folder, and no folder to clean up")
    site.write(CHANGES)


def _killed_at_each_step(
    folder: Path, work: Callable[[Site], object], start: Path | None = None
) -> Iterator[Site]:
    """Sites on which something was killed before its n-th call on the file system, n = 1, 2 …"""
    folder.mkdir(exist_ok=True)
    for step in range(1, 400):
        site = Site(folder / str(step))
        if start is None:
            site.write(OLD)
        else:
            shutil.copytree(start, site.folder, dirs_exist_ok=True)
        if not _killed_at(step, lambda site=site: work(site)):  # type: ignore[misc]
            assert step > 5
            return
        yield site


def _killed_at(step: int, work: Callable[[], object]) -> bool:
    def run() -> None:
        left = step

        def watch(event: str, _: object) -> None:
            nonlocal left
            if event == "open" or event.startswith(("os.", "fcntl.", "shutil.")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()

    code = _exit_code(run)
    assert code in {0, -signal.SIGKILL}
    return code != 0


def _exit_code(work: Callable[[], object]) -> int | None:
    child = PROCESSES.Process(target=work)
    child.start()
    child.join()
    return child.exitcode


@contextmanager
def _owned_by_nobody() -> Iterator[Path]:
    """A folder of a user whom permissions bind, which they do not where root runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
