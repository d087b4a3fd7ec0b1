"""What draws now, over a process that only says what it is told to."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher.site.drawable import Refused
from publisher.site.drawing_talk import _KEPT, _SET, Talk, TooLong
from publisher.site.painter import Painter

SPEC = '{"mark": "bar"}'
# It answers a specification with an SVG that names the process and tells how often it was asked,
# unless the specification says otherwise.
PROGRAM = r"""
import base64, json, os, signal, sys, time
asked = 0
for line in sys.stdin:
    ((what, given),) = json.loads(line).items()
    asked += 1
    if "DIE" in given:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG" in given:
        time.sleep(600)
    if "FAIL" in given:
        said = {"fault": "Error: no such mark"}
    elif what == "lacks":
        said = {"lacks": "".join(each for each in given if each in "กข")}
    elif what == "png":
        said = {"png": base64.b64encode(given.encode()).decode()}
    else:
        word = json.loads(given).get("title", "")
        said = {"svg": f'<svg width="{os.getpid()}" height="1"><text>{word} {asked}</text></svg>'}
    print(json.dumps(said), flush=True)
"""


def painter(program: str = PROGRAM, seconds: float = 20) -> Painter:
    return Painter((sys.executable, "-c", program), seconds)


def process_of(svg: bytes) -> int:
    """The process that drew something: our fake makes its id the width."""
    return int(svg.split(b'"')[1])


def has_ended(pid: int) -> bool:
    """Whether a process is gone, and no zombie is left of it."""
    return not Path(f"/proc/{pid}").exists()


def test_one_process_draws_all() -> None:
    """It is started for the first, and gone when it is closed."""
    here = painter()
    one, two = here.draw("svg", SPEC), here.draw("svg", SPEC)
    assert process_of(one) == process_of(two) != os.getpid()
    here.close()
    assert has_ended(process_of(one))


def test_pictures_are_drawn_of_what_was_drawn() -> None:
    """PNG comes as bytes."""
    here = painter()
    svg = '<svg width="1" height="1"/>'
    assert here.draw("png", svg) == svg.encode()
    here.close()


def test_it_ends_with_whoever_forgets_it() -> None:
    """Without being closed."""
    here = painter()
    drawn = here.draw("svg", SPEC)
    del here
    assert has_ended(process_of(drawn))


def test_after_a_kill_another_process_draws() -> None:
    """Of the same: a machine that was short of memory may have some again."""
    here = painter()
    first = process_of(here.draw("svg", SPEC))
    os.kill(first, signal.SIGKILL)
    second = process_of(here.draw("svg", SPEC))
    assert first != second
    assert has_ended(first)
    here.close()


def test_what_kills_the_process_twice_is_not_drawn() -> None:
    """And the next one is."""
    here = painter()
    with pytest.raises(Refused, match=r"has ended \(SIGKILL\)") as caught:
        here.draw("svg", '{"title": "DIE"}')
    assert "see to memory" in caught.value.remedy
    assert here.draw("svg", SPEC).startswith(b"<svg")
    here.close()


def test_what_takes_too_long_is_not_drawn() -> None:
    """And it is told how long it may take."""
    with pytest.raises(Refused, match=r"longer than 0\.5 s"):
        painter(seconds=0.5).draw("svg", '{"title": "HANG"}')


def test_a_process_that_does_not_read_is_not_waited_for() -> None:
    """A pipe takes 64 KB, and then no more."""
    talk = Talk((sys.executable, "-c", "import time; time.sleep(600)"), 0.2)
    with pytest.raises(TooLong):
        talk.ask("svg", "x" * 1_000_000)
    assert has_ended(talk.pid)


def test_it_gets_no_secrets_and_no_keys_that_are_pressed() -> None:
    """Passwords are in our environment; Ctrl-C is for us, who finish what is under way."""
    program = "import json, os; input(); print(json.dumps(dict(os.environ)), flush=True); input()"
    talk = Talk((sys.executable, "-c", program))
    told = talk.ask("svg", SPEC)
    group = os.getpgid(talk.pid)
    talk.end()
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert {"PATH", "TZ"} <= told.keys() <= {*_KEPT, *_SET}
    assert told["TZ"] == "UTC"
    assert group == talk.pid


@pytest.mark.parametrize(
    ("program", "how"),
    [("print('no JSON')", "exit code 0"), ("", "exit code 0"), ("exit(3)", "exit code 3")],
)
def test_a_process_that_talks_nonsense_is_ended(program: str, how: str) -> None:
    """It is tried twice, and told."""
    with pytest.raises(Refused, match=f"has ended .{how}"):
        painter(program).draw("svg", SPEC)


def test_threads_draw_one_after_the_other() -> None:
    """A preview has some; each gets what it asked for."""
    here = painter()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda n: here.draw("svg", f'{{"title": "n{n}"}}'), range(40)))
    assert all(f">n{n} ".encode() in each for n, each in enumerate(found))
    here.close()


def test_a_program_that_is_not_there() -> None:
    """Or no process may be started."""
    with pytest.raises(Refused, match="No such file"):
        Painter(("/nowhere/python",)).draw("svg", SPEC)


def test_what_vega_refuses_is_told() -> None:
    """The process goes on."""
    here = painter()
    with pytest.raises(Refused, match="vl-convert says: Error: no such mark"):
        here.draw("svg", '{"mark": "FAIL"}')
    assert b" 2<" in here.draw("svg", SPEC)
    here.close()


@pytest.mark.parametrize("form", ["svg", "png"])
def test_what_may_not_be_drawn_starts_no_process(form: str) -> None:
    """It is refused before."""
    asked = {"svg": '{"mark": "image"}', "png": "<svg><image href='/etc/passwd'/></svg>"}
    with pytest.raises(Refused):
        Painter(("/nowhere/python",)).draw(form, asked[form])  # type: ignore[arg-type]


class TestLetters:
    def test_that_no_font_has_are_refused(self) -> None:
        """Readers would see boxes."""
        here = painter()
        with pytest.raises(Refused, match="no font here has Thai letters"):
            here.draw("svg", '{"title": "กข"}')
        here.close()

    def test_of_which_a_font_has_some_are_drawn(self) -> None:
        """Few fonts have every rare letter."""
        here = painter()
        assert "กฃ".encode() in here.draw("svg", '{"title": "กฃ"}')
        here.close()

    def test_are_looked_up_once_for_each_script(self) -> None:
        """The process is asked twice for the first text, and once for the second."""
        here = painter()
        here.draw("svg", '{"title": "五月"}')
        assert b" 3<" in here.draw("svg", '{"title": "六月"}')
        here.close()


def test_a_fork_draws_by_a_process_of_its_own() -> None:
    """Two that speak through one pipe would take each other's answers."""
    here = painter()
    ours = process_of(here.draw("svg", SPEC))
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            its = process_of(here.draw("svg", SPEC))
            here.close()
            os.write(writes, f"{its} {has_ended(its)}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writes)
    its, is_gone = os.read(reads, 100).decode().split()
    os.close(reads)
    assert int(its) != ours
    assert is_gone == "True"
    assert process_of(here.draw("svg", SPEC)) == ours
    here.close()


def test_it_ends_where_whoever_started_it_is_killed() -> None:
    """Its input ends then."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writes, str(process_of(painter().draw("svg", SPEC))).encode())
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(writes)
    its = int(os.read(reads, 100))
    os.close(reads)
    # Whoever takes care of orphans here may leave a zombie of it.
    for _ in range(1000):
        if has_ended(its) or " Z " in Path(f"/proc/{its}/stat").read_text():
            break
        time.sleep(0.01)
    else:
        pytest.fail("it still runs")
