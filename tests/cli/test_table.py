"""Tables in plain text."""

from __future__ import annotations

import pytest

from publisher.cli.table import print_table, width


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("中文", 4), ("é", 1), ("e\u0301", 1), ("Ａ", 2)]
)
def test_width(text: str, columns: int) -> None:
    """Wide characters take two columns, combining ones none."""
    assert width(text) == columns


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """Words at the left, numbers at the right, nothing at the end of a line."""
    print_table(("name", "kind", "n"), [("中文", "a", "5"), ("x", "bb", "100")], 2)
    assert capsys.readouterr().out == "name  kind    n\n中文  a       5\nx     bb    100\n"
