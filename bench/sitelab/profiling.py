"""Where the time of our full build goes: by kind of target, and by what is done."""

from __future__ import annotations

import cProfile
import datetime as dt
import os
import shutil
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType

from publisher.app import App
from publisher.site.build import Builder
from publisher.site.targets import Target, everything

_SAMPLE = 100
_ARCHIVE = "feed-archive"
_OTHERS = "others"
# The first that fits names the group: what is in a file's path or a function's name.
_GROUPS = {
    "SQL": ("sqlite",),
    "JSON": ("/json/", "_json", "json."),
    "templates": ("jinja2", "<template>", "/themes/", "markupsafe", "render/theme"),
    "Markdown": ("/markdown/", "publisher/markup", "nh3"),
    "views": ("publisher/render/",),
    "site": ("publisher/site/",),
    "archive": ("publisher/archive/", "publisher/storage/"),
    "models": ("pydantic", "dataclasses", "publisher/content", "publisher/config"),
    "files": ("posix", "pathlib", "shutil", "_io"),
}


def profile(root: Path, now: dt.datetime) -> str:
    """The table of the kinds, from a sample, and that of a build in one process."""
    settings = {**os.environ, "PUBLISHER_STATE": str(root / "var"), "PUBLISHER_PROCESSES": "1"}
    app = App(root, settings, now)
    try:
        kinds = _kinds(app)
        shutil.rmtree(root / "public", ignore_errors=True)
        watched = cProfile.Profile()
        begun = time.process_time()
        watched.runcall(app.build)
        return f"{kinds}\n\n{_groups(watched, time.process_time() - begun)}"
    finally:
        app.close()


def archives(root: Path, now: dt.datetime) -> float:
    """Seconds of CPU that the archives of the feeds take of a full build, but for their writing.

    Those of the middle month are rendered after its entries and issues, as in a build, in this
    process; all others are taken to be like them.
    """
    app = App(root, {**os.environ, "PUBLISHER_STATE": str(root / "var")}, now)
    try:
        builder = Builder(app.editions())
        every = list(everything(app.library.index))
        found = [at for at, each in enumerate(every) if each.kind == _ARCHIVE]
        middle = every[found[len(found) // 2]].name[1]
        its = [at for at in found if every[at].name[1] == middle]
        before = max((at for at in found if at < its[0]), default=-1)
        month = every[before + 1 : its[-1] + 1]
        spent = 0.0
        for target in month:
            begun = time.process_time()
            builder.render(target)
            spent += time.process_time() - begun if target.kind == _ARCHIVE else 0.0
        return spent * len(found) / len(its)
    finally:
        app.close()


def _kinds(app: App) -> str:
    """Milliseconds of CPU for a target of each kind: 100 of them, spread over the archive."""
    editions = app.editions()
    builder = Builder(editions)
    found: dict[str, list[Target]] = defaultdict(list)
    for target in everything(editions.library.index):
        found[target.kind].append(target)
    lines = [f"  {'target':<16}{'number':>8}{'ms each':>9}{'s of all':>9}{'KB each':>9}"]
    for kind, targets in found.items():
        some = targets[:: max(1, len(targets) // _SAMPLE)]
        begun, size = time.process_time(), 0
        for target in some:
            size += sum(map(len, builder.render(target).values()))
        each = (time.process_time() - begun) / len(some)
        lines.append(
            f"  {kind:<16}{len(targets):>8}{each * 1000:>9.2f}{each * len(targets):>9.2f}"
            f"{size / len(some) / 1000:>9.0f}"
        )
    return "\n".join(lines)


def _groups(watched: cProfile.Profile, seconds: float) -> str:
    """What is done, by the time that functions take themselves, and the dearest of them."""
    own: dict[str, float] = defaultdict(float)
    dear: list[tuple[float, str]] = []
    for entry in watched.getstats():
        group = _group(_where(entry.code))
        dear.append((entry.inlinetime, _where(entry.code)))
        if not isinstance(entry.code, str) or group != _OTHERS:
            own[group] += entry.inlinetime
        # Such as len() and str.join: they belong to who calls them.
        for called in entry.calls or ():
            if isinstance(called.code, str) and _group(called.code) == _OTHERS:
                own[group] += called.inlinetime
    whole = sum(own.values())
    lines = [f"{seconds:.1f} s of CPU in one process (the profile makes calls dearer)"]
    for name, took in sorted(own.items(), key=lambda each: -each[1]):
        lines.append(f"  {name:<12}{took:>8.2f} s{took / whole:>6.0%}")
    lines.append("by own time")
    lines += [f"  {took:>8.2f} s  {where[-70:]}" for took, where in sorted(dear)[:-16:-1]]
    return "\n".join(lines)


def _where(code: CodeType | str) -> str:
    return code if isinstance(code, str) else f"{code.co_filename}:{code.co_name}"


def _group(where: str) -> str:
    fitting = (name for name, marks in _GROUPS.items() if any(mark in where for mark in marks))
    return next(fitting, _OTHERS)
