"""What this program is, for what it keeps."""

from __future__ import annotations

from pathlib import Path

from publisher.site.program import installed, program


def test_a_package_that_is_not_installed_has_no_version() -> None:
    """And one that is there has the one that pip says."""
    assert installed("no-such-package-at-all") == ""
    assert installed("click").split(".")[0].isdecimal()


def test_another_source_makes_it_another_program(tmp_path: Path) -> None:
    """So does another package; the same gives the same name, which may be a file's."""
    source = tmp_path / "a.py"
    source.write_text("one")
    names = {program(["click"], [source]), program([], [source]), program(["click"], [])}
    assert len(names) == 3
    assert program(["click"], [source]) in names
    source.write_text("two")
    assert program(["click"], [source]) not in names
    assert all(name.isalnum() for name in names)
