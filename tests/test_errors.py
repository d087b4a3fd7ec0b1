"""The exceptions of the program."""

from __future__ import annotations

import re

import pytest

from publisher import errors
from publisher.errors import (
    ContentError,
    NothingToPublish,
    PublisherError,
    SettingsError,
    StepFailed,
    ThemeError,
    UsageError,
)

DRAWN = re.compile(r"^((?:│   |    )*)(?:[├└]── )?([A-Z]\w+)  ")


def drawn() -> dict[str, str]:
    """Each class of the tree at the top of the module, with its parent."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := DRAWN.match(line):
            depth = len(match[1]) // 4 + ("── " in line)
            above[depth:] = [match[2]]
            found[match[2]] = above[depth - 1] if depth else "Exception"
    return found


def test_the_tree_that_is_drawn_is_the_tree_that_is() -> None:
    """Every class, below the class that the drawing says."""
    classes = {
        name: found.__bases__[0].__name__
        for name, found in vars(errors).items()
        if isinstance(found, type) and issubclass(found, Exception)
    }
    assert drawn() == classes


def test_exit_codes_are_as_they_are_drawn() -> None:
    """1 content, 2 wrong use, 3 a step that may be run again."""
    told = re.findall(r"([A-Z]\w+)  .*\(exit (\d)\)", errors.__doc__ or "")
    assert len(told) > 3
    assert {name: int(code) for name, code in told} == {
        name: getattr(errors, name).exit_code for name, _ in told
    }


def test_a_kind_of_error_exits_as_its_parent() -> None:
    """Whatever is more special says the same to a script."""
    assert SettingsError.exit_code == UsageError.exit_code == 2
    assert NothingToPublish.exit_code == ContentError.exit_code == 1
    assert StepFailed.exit_code == 3


@pytest.mark.parametrize("error", [UsageError, SettingsError, StepFailed, PublisherError])
def test_the_message_says_what_is_wrong_and_what_to_do(error: type[PublisherError]) -> None:
    """In one line, with a semicolon between."""
    assert str(error("this is wrong", "do that")) == "this is wrong; do that"
    assert str(error("this is wrong")) == "this is wrong"


def test_content_errors_tell_every_problem_first() -> None:
    """One a line, then what follows from them."""
    error = ContentError("nothing was published", "mend the above", ["a:1:1: x", "b:2:2: y"])
    assert str(error) == "a:1:1: x\nb:2:2: y\nnothing was published; mend the above"


def test_theme_errors_name_the_template() -> None:
    """With its line where it is known."""
    assert str(ThemeError("x", "y", template="t/a.html", line=3)) == "t/a.html:3: x; y"
    assert str(ThemeError("x", template="t/a.html")) == "t/a.html: x"
    assert str(ThemeError("x")) == "x"
