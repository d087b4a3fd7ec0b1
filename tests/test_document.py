"""Documents: problems, parsing, places, reading from disk, dumping."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.document import MAX_BYTES, Document, Problem, dump, parse, read

TEXTS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp"),
        exclude_characters="\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ).filter(lambda char: not 0xFDD0 <= ord(char) <= 0xFDEF and ord(char) & 0xFFFE != 0xFFFE)
    | st.sampled_from("\n中，“: #-'\"\\{}[]&*!|>%@`~0.")
)
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def document(text: str) -> Document:
    found, problems = parse(text.encode(), "f.yaml")
    assert found is not None, [*map(str, problems)]
    return found


def refusal(text: str | bytes) -> Problem:
    raw = text if isinstance(text, bytes) else text.encode()
    found, problems = parse(raw, "f.yaml")
    assert found is None
    return problems[0]


# Problems ----------------------------------------------------------------------------------------


def test_a_problem_prints_as_place_what_and_remedy() -> None:
    """The first line of a compiler's message is what editors and their tools know."""
    problem = Problem("a.yaml", 3, 5, "it is wrong", "write it right")

    assert str(problem) == "a.yaml:3:5: it is wrong; write it right"


def test_a_warning_says_that_it_is_one() -> None:
    """Only errors need no word for their severity."""
    problem = Problem("a.yaml", 3, 5, "it is odd", severity="warning")

    assert str(problem) == "a.yaml:3:5: warning: it is odd"


def test_problems_sort_by_place() -> None:
    """Lists of problems read from top to bottom of each file."""
    problems = [Problem("b", 1, 1, ""), Problem("a", 10, 1, ""), Problem("a", 9, 2, "")]

    assert [(one.path, one.line) for one in sorted(problems)] == [("a", 9), ("a", 10), ("b", 1)]


def test_a_problem_is_plain_json() -> None:
    """Programs get every field by its name."""
    problem = Problem("a.yaml", 3, 5, "it is wrong", "write it right", code="wrong")

    assert json.loads(json.dumps(problem.to_json())) == {
        "path": "a.yaml",
        "line": 3,
        "column": 5,
        "what": "it is wrong",
        "remedy": "write it right",
        "severity": "error",
        "code": "wrong",
    }


def test_a_workflow_command_escapes_what_would_end_it() -> None:
    """GitHub reads % : , and line ends as its own (docs, "Workflow commands")."""
    problem = Problem("a,b:c.yaml", 3, 5, "100%\nwrong", "x: y", code="wrong")

    assert problem.to_github() == (
        "::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=publisher%3A wrong::100%25%0Awrong; x: y"
    )


# Parsing -----------------------------------------------------------------------------------------


def test_parse_gives_plain_data() -> None:
    """Mappings, lists and scalars are those of Python, in the order of the file."""
    found = document("b: [1, two, 3.5]\na: {zh: 中文, en: null}\n")

    assert found.data == {"b": [1, "two", 3.5], "a": {"zh": "中文", "en": None}}
    assert list(found.data) == ["b", "a"]


def test_windows_line_ends_are_accepted() -> None:
    """Git on Windows may check files out with CRLF."""
    found = document("a: 1\r\nb: |\r\n  x\r\n  y\r\n")

    assert found.data == {"a": 1, "b": "x\ny\n"}


def test_text_is_normalised() -> None:
    """Two ways of writing é are one text (Unicode NFC), also when written with an escape."""
    found = document('cafe\u0301: e\u0301\nb: "e\\u0301"\n')

    assert found.data == {"caf\u00e9": "\u00e9", "b": "\u00e9"}


def test_full_width_punctuation_is_kept() -> None:
    """NFC is not NFKC: Chinese punctuation stays as it is."""
    assert document("a: “大模型”：更多！\n").data == {"a": "“大模型”：更多！"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 谷歌\n  发布\n", "谷歌发布"),
        ("a: >\n  谷歌，\n  发布\n\n  新\n", "谷歌，发布\n新\n"),
        ('a: "谷歌\n  发布"\n', "谷歌发布"),
        ("a: 谷歌 \n  Google\n  发布\n", "谷歌 Google 发布"),
        ("a: 文 字文\n  字\n", "文 字文字"),
        ("a: a line\n  goes on\n", "a line goes on"),
    ],
)
def test_yaml_folds_han_without_a_space(text: str, value: str) -> None:
    """YAML turns a line break into a space; between Han characters it stands for nothing."""
    assert document(text).data == {"a": value}


def test_all_problems_are_reported_in_one_run() -> None:
    """Who mends a file sees everything at once."""
    text = "a: 1\na: 2\nb: &x 1\nc: *x\n<<: {d: 1}\n2026: e\nf: {g: 1, g: 2}\na: 3\n"
    _, problems = parse(text.encode(), "f.yaml")

    assert [(one.line, one.code) for one in problems] == [
        (2, "duplicate"),
        (3, "quotes"),
        (4, "quotes"),
        (5, "merge"),
        (6, "name"),
        (7, "duplicate"),
        (8, "duplicate"),
    ]


def test_a_duplicate_names_the_first_place() -> None:
    """PyYAML would silently keep the last: a lost title."""
    problem = refusal("title: x\nbody: y\ntitle: z\n")

    assert str(problem) == (
        'f.yaml:3:1: "title" is given twice here, first in line 1; keep one of the two'
    )


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("", (1, 1), "empty"),
        ("# only a comment\n", (1, 1), "empty"),
        ("- a\n- b\n", (1, 1), "a list"),
        ("some words\n", (1, 1), "a text"),
        ("\n\n42\n", (3, 1), "a number"),
        ("a: 1\n---\nb: 2\n", (2, 1), "second document"),
        ("%YAML 1.2\n---\na: 1\n", (1, 1), "%"),
        ("a: !!str 1\n", (1, 4), '"!"'),
        ("a: !secret x\n", (1, 4), '"!"'),
        ("a: &x {b: 1}\n", (1, 4), '"&"'),
        ("a: *x\n", (1, 4), '"*"'),
        ("b: 1\n<<: {c: 1}\n", (2, 1), "<<"),
        ("2026: x\n", (1, 1), "a number"),
        ("true: x\n", (1, 1), "the word for yes"),
        ("~: x\n", (1, 1), "nothing"),
        (": x\n", (1, 1), "no name"),
        ("[a]: x\n", (1, 1), "must be a text"),
        ("? {a: 1}\n: x\n", (1, 3), "must be a text"),
        ('a: "\\u202e"\n', (1, 4), "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ('a: "\\0"\n', (1, 4), "U+0000 NUL"),
    ],
)
def test_what_yaml_allows_and_editors_do_not_mean_is_refused(
    text: str, place: tuple[int, int], word: str
) -> None:
    """Each with its place, in words, and with a remedy."""
    problem = refusal(text)

    assert (problem.line, problem.column) == place
    assert word in problem.what
    assert problem.remedy


def test_a_quoted_name_may_be_anything() -> None:
    """The remedy for a refused name works."""
    assert document('"2026": x\n"a:b": y\n"<<": z\n').data == {"2026": "x", "a:b": "y", "<<": "z"}


def test_deep_nesting_is_refused() -> None:
    """A file of brackets must not exhaust the stack."""
    problem = refusal("a: " + "[" * 100_000)

    assert (problem.line, problem.column, problem.code) == (1, 23, "depth")


def test_twenty_levels_are_enough() -> None:
    """The limit itself is allowed."""
    assert document("a: " + "[" * 19 + "]" * 19 + "\n").data["a"]


def test_a_big_file_is_refused() -> None:
    """Before anything looks at it."""
    assert refusal(b"a" * (MAX_BYTES + 1)).code == "size"


def test_a_comment_that_swallows_text_is_a_warning() -> None:
    """``title: We are #1``: the file is read, and its writer told."""
    found, problems = parse(b"a: We are #1 now\nb: x # a comment\n", "f.yaml")

    assert found is not None
    assert found.data == {"a": "We are", "b": "x"}
    assert [(one.line, one.column, one.severity) for one in problems] == [(1, 11, "warning")]


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode))
@example(b"\xff\xfe")
@example(b"a: \xed\xa0\x80")
@example(b"? &a !b *c\n: ]")
@example(b"a: " + b"9" * 5000)
def test_parse_never_raises(raw: bytes) -> None:
    """Whatever the bytes are: a document, or problems with places in the file."""
    found, problems = parse(raw, "f.yaml")
    lines = raw.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")

    assert (found is None) == any(one.severity == "error" for one in problems)
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@settings(deadline=None)
@given(st.text(alphabet="ab:：-#'\"[]{},&*!|>%@` \n\t0中“”？?~<.\\"))
def test_parse_never_raises_for_near_yaml(text: str) -> None:
    """Texts made of YAML's own characters reach every rule."""
    _, problems = parse(text.encode(), "f.yaml")
    lines = text.split("\n")

    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@settings(deadline=None)
@given(st.text(alphabet="ab:-#'\"[]{},&*!|>%@` \n0中"))
def test_messages_are_free_of_jargon(text: str) -> None:
    """No word of Python or of the parser reaches an editor."""
    _, problems = parse(text.encode(), "f.yaml")
    said = " ".join(f"{one.what} {one.remedy}" for one in problems)

    for word in ("NoneType", "dict", "scalar", "block mapping", "block sequence", "token", "node"):
        assert word not in said


# Places ------------------------------------------------------------------------------------------

PLACED = """\
title: {zh: 标题, en: Title}
sources:
  - publisher: CNBC
    url: https://example.com
body: |
  text
"""


@pytest.mark.parametrize(
    ("keys", "value", "name"),
    [
        ((), (1, 1), (1, 1)),
        (("title",), (1, 8), (1, 1)),
        (("title", "en"), (1, 21), (1, 17)),
        (("sources", 0), (3, 5), (3, 5)),
        (("sources", 0, "url"), (4, 10), (4, 5)),
        (("body",), (5, 7), (5, 1)),
        (("title", "fr"), (1, 8), (1, 1)),
        (("sources", 7, "url"), (3, 3), (2, 1)),
        (("none", "at", "all"), (1, 1), (1, 1)),
        (("body", 3), (5, 7), (5, 1)),
    ],
)
def test_everything_has_a_place(
    keys: tuple[str | int, ...], value: tuple[int, int], name: tuple[int, int]
) -> None:
    """Of the value and of its name; what is missing is where its surroundings are."""
    found = document(PLACED)

    assert (found.place(*keys), found.key_place(*keys)) == (value, name)


def test_columns_count_characters() -> None:
    """Not bytes: 标 has three, 🏆 four."""
    assert document("{标题🏆: x, b: y}\n").place("b") == (1, 13)


def test_a_document_makes_problems() -> None:
    """With its path and the place of the value."""
    found = document(PLACED)

    assert found.problem(("title", "en"), "too long", "cut it", "warning", "long") == Problem(
        "f.yaml", 1, 21, "too long", "cut it", "warning", "long"
    )


def test_a_value_is_known_as_it_was_written() -> None:
    """010 is ten to YAML 1.2, and yet what stands in the file."""
    found = document("a: 010\nb: [1]\n")

    assert (found.data["a"], found.written("a"), found.written("b")) == (10, "010", "")


# Reading -----------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    """Its bytes as they are."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yaml").write_bytes(b"x: 1\r\n")

    assert read(tmp_path, "a/b.yaml") == (b"x: 1\r\n", ())


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("gone.yaml", "no such file"),
        ("gone/x.yaml", "no such file"),
        ("folder", "no regular file"),
        ("link.yaml", "symbolic link"),
        ("linked/x.yaml", "symbolic link"),
        ("pipe", "no regular file"),
        ("big.yaml", "larger than 256 KiB"),
        ("../outside.yaml", "leads out"),
        ("/etc/passwd", "leads out"),
        ("folder/../x.yaml", "leads out"),
        ("folder//x.yaml", "leads out"),
        ("", "leads out"),
        ("x\0.yaml", "leads out"),
        ("x.yaml/y.yaml", "cannot be read"),
    ],
)
def test_what_is_no_file_of_the_folder_is_refused(tmp_path: Path, path: str, word: str) -> None:
    """No link is followed, no pipe waited for, no other folder entered."""
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.yaml").touch()
    (root / "x.yaml").touch()
    (root / "folder" / "x.yaml").touch()
    (root / "link.yaml").symlink_to(root / "x.yaml")
    (root / "linked").symlink_to(root / "folder")
    (root / "big.yaml").write_bytes(b"a" * (MAX_BYTES + 1))
    os.mkfifo(root / "pipe")

    raw, problems = read(root, path)

    assert raw is None
    assert [word in problem.what for problem in problems] == [True]


def test_reading_leaves_nothing_open(tmp_path: Path) -> None:
    """Thousands of entries are read in one run."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to("c")
    before = len(list(Path("/dev/fd").iterdir()))
    for path in ("a", "a/b", "a/c", "a/c/d"):
        read(tmp_path, path)

    assert len(list(Path("/dev/fd").iterdir())) == before


# Dumping -----------------------------------------------------------------------------------------


def test_dump_writes_as_an_editor_would() -> None:
    """Block style, emoji and Chinese as they are, long texts as blocks, order kept."""
    data = {"title": {"zh": "标题 🏆", "en": "no"}, "tags": ["a", "2026"], "body": "one\ntwo\n"}

    assert dump(data) == (
        "title:\n  zh: 标题 🏆\n  en: no\ntags:\n  - a\n  - '2026'\nbody: |\n  one\n  two\n"
    )


def test_dump_writes_long_text_as_a_block() -> None:
    """It is easier to edit than one long line between quotes."""
    assert dump({"a": "x: " * 40 + "y"}) == f"a: |-\n  {'x: ' * 40}y\n"


@settings(deadline=None)
@given(DATA)
@example({"a": "0o17", "b": "1e3", "c": "yes", "d": "2026-01-02", "<<": "=", "e": "12:30"})
@example({"a:b": "标题：", "c：": "#", "\u3000d": "\u3000", "2026": ""})
@example({"a": "x\n  - y", "b": " \n x", "c": "\n", "d": "x\n\n"})
def test_what_is_dumped_is_read_back(data: dict[str, Any]) -> None:
    """Round trip, up to the normalisation of text."""
    found, problems = parse(dump(data).encode(), "f.yaml")

    assert found is not None, [*map(str, problems)]
    assert found.data == _normal(data)


def _normal(value: Any) -> Any:
    import unicodedata

    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if isinstance(value, dict):
        return {_normal(key): _normal(one) for key, one in value.items()}
    return value


def test_dump_writes_special_numbers_in_the_core_schema() -> None:
    """What Python writes as inf and nan has other names in YAML."""
    found = document(dump({"a": math.inf, "b": math.nan, "c": 1e300}))

    assert (found.data["a"], math.isnan(found.data["b"]), found.data["c"]) == (
        math.inf,
        True,
        1e300,
    )
