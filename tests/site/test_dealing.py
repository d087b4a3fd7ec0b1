"""Which targets go to the same process, and that they come back in their order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from publisher.site.dealing import lots
from publisher.site.targets import Target

ROOT = Path(__file__).parents[2]

# Two processes: the one that gets the first month is slow, and says who has rendered what.
DEALT = """
import os, time
from publisher.site.dealing import Dealer
from publisher.site.targets import Target
from publisher.site.workers import start, tried

def work(slow, pipe):
    while True:
        portion = pipe.recv()
        time.sleep(slow)
        pipe.send(tried(lambda: [(each.name[0], os.getpid()) for each in portion]))

months = [
    [*(Target("entry", (f"{m}-{n}",)) for n in range(250)), Target("month", (f"{m}-list",))]
    for m in range(6)
]
targets = [*sum(months, []), *(Target("tag", (f"tag-{n}",)) for n in range(9))]
workers = []
for slow in (0.05, 0.0):
    workers.append(start(workers, lambda pipe: work(slow, pipe)))
try:
    found = list(Dealer(workers, iter(targets)).rendered())
finally:
    for each in workers:
        each.end()
print([name for name, _ in found] == [each.name[0] for each in targets])
of_month = [{by for name, by in found if name.startswith(f"{m}-")} for m in range(6)]
print(all(len(by) == 1 for by in of_month))
print(sum(by != of_month[0] for by in of_month) > 3)
"""


def kinds(found: list[list[Target]]) -> list[list[str]]:
    return [[each.kind for each in lot] for lot in found]


def targets(*names: str) -> list[Target]:
    return [Target(each) for each in names]


def test_a_month_is_one_lot() -> None:
    """Its entries, its issues and its lists; the next begins with an entry."""
    found = targets("entry", "issue", "month", "feed-archive", "entry", "issue", "tag-month")
    assert kinds(list(lots(found))) == [
        ["entry", "issue", "month", "feed-archive"], ["entry", "issue", "tag-month"],
    ]  # fmt: skip


def test_what_shows_no_month_is_a_lot_of_its_own() -> None:
    """Such as a tag: it goes to whoever is free."""
    found = targets("frame", "entry", "month", "tag", "tag", "home")
    assert kinds(list(lots(found))) == [["frame"], ["entry", "month"], ["tag"], ["tag"], ["home"]]


@given(st.lists(st.sampled_from(["frame", "entry", "issue", "month", "tag", "feed-archive"])))
def test_nothing_is_lost_and_the_order_stays(names: list[str]) -> None:
    found = targets(*names)
    assert [each for lot in lots(found) for each in lot] == found


def test_each_month_is_rendered_by_one_process_and_the_order_stays() -> None:
    """Whoever is quicker gets more of them."""
    done = subprocess.run(
        [sys.executable, "-c", DEALT],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "True", "True"]
