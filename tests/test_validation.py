"""Documents against models: places and words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    field_validator,
    model_validator,
)

from publisher.document import Problem, parse
from publisher.language import Localized
from publisher.validation import fit


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    url: str
    lang: str | None = None


class Person(Strict):
    name: str


class Circle(Strict):
    kind: Literal["circle"]
    radius: int


class Square(Strict):
    kind: Literal["square"]
    side: int


class Model(Strict):
    title: str = "x"
    count: int = 1
    share: float = 1
    draft: bool = False
    tags: list[str] = []
    limited: Annotated[int, Field(ge=1, le=5)] = 3
    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "a"
    short: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    some: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    status: Literal["verified", "mixed"] = "mixed"
    day: dt.date | None = None
    at: dt.time | None = None
    since: AwareDatetime | None = None
    page: HttpUrl | None = None
    start: str = Field("", alias="from")
    sources: list[Source | Person] = []
    source: Source | str | None = None
    on: list[Literal["mon", "tue"]] | Literal["sun"] | int = 1
    by_name: dict[Literal["a", "b"], Source] = {}
    shape: Annotated[Circle | Square, Field(discriminator="kind")] | None = None
    name: Localized = Localized({"en": "x"})

    @field_validator("count")
    @classmethod
    def not_seven(cls, value: int) -> int:
        if value == 7:
            raise ValueError("seven is taken; take six")
        return value

    @model_validator(mode="after")
    def not_both(self) -> Model:
        if self.draft and self.count == 2:
            raise ValueError("a draft has no second; leave one out")
        return self


class Needs(Strict):
    title: str
    inner: Person | None = None
    people: list[Person] = []


def problems(text: str, model: type[BaseModel] = Model, **more: Any) -> tuple[Problem, ...]:
    document, found = parse(text.encode(), "f.yaml")
    assert document is not None, [*map(str, found)]
    fitted, errors = fit(document, model, **more)
    assert (fitted is None) == bool(errors)
    return errors


def test_what_fits_is_the_model() -> None:
    """With defaults, and no problem."""
    document, _ = parse(b"title: x\n", "f.yaml")
    assert document is not None

    assert fit(document, Needs) == (Needs(title="x"), ())


def test_extra_data_goes_with_the_file() -> None:
    """What the name of a file says is no field in it."""
    document, _ = parse(b"inner: {name: x}\n", "f.yaml")
    assert document is not None
    fitted, _ = fit(document, Needs, extra={"title": "from the name"})

    assert fitted is not None
    assert fitted.title == "from the name"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("title: 010", (1, 8), '"title" is read as a number; put it between quotes: "010"'),
        ("title: 1e3", (1, 8), '"title" is read as a number; put it between quotes: "1e3"'),
        (
            "title: true",
            (1, 8),
            '"title" is read as the word for yes (true); put it between quotes: "true"',
        ),
        ("title:", (1, 7), '"title" is empty; write a text, or leave it out'),
        ("title: [a]", (1, 8), '"title" must be a text, but this is a list'),
        ("title: {a: b}", (1, 8), '"title" must be a text, but this is fields (name: value)'),
        ("from: 3", (1, 7), '"from" is read as a number; put it between quotes: "3"'),
        ("count: x", (1, 8), '"count" must be a whole number, not "x"'),
        ("count: 1.5", (1, 8), '"count" must be a whole number, not 1.5'),
        ("count: [1]", (1, 8), '"count" must be a whole number, but this is a list'),
        ("share: x", (1, 8), '"share" must be a number, not "x"'),
        ("draft: maybe", (1, 8), '"draft" must be true or false, not "maybe"'),
        (
            "tags: a",
            (1, 7),
            (
                '"tags" must be a list, not "a"; write "- " before each item, one on each line, '
                "or [one, two]"
            ),
        ),
        (
            "tags: [a, 2026]",
            (1, 11),
            'item 2 of "tags" is read as a number; put it between quotes: "2026"',
        ),
        ("limited: 9", (1, 10), '"limited" must be at most 5; this is 9'),
        ("limited: 0", (1, 10), '"limited" must be at least 1; this is 0'),
        (
            "slug: Foo Bar",
            (1, 7),
            '"slug" may not be "Foo Bar"; use small letters a-z, digits and "-" between them',
        ),
        ("short: ''", (1, 8), '"short" is empty; write at least one character, or leave it out'),
        ("short: abcd", (1, 8), '"short" must have at most 3 characters; it has 4'),
        ("some: []", (1, 7), '"some" is empty; write at least one item, or leave it out'),
        ("some: [1, 2, 3]", (1, 7), '"some" must have at most 2 items; it has 3'),
        (
            "status: verifed",
            (1, 9),
            '"status" may not be "verifed"; did you mean "verified"? (possible: verified, mixed)',
        ),
        ("status: x", (1, 9), '"status" may not be "x"; possible: verified, mixed'),
        (
            "day: 2026-02-30",
            (1, 6),
            '"day": "2026-02-30" does not exist; write a date such as 2026-04-13',
        ),
        ("day: soon", (1, 6), '"day" must be a date such as 2026-04-13, not "soon"'),
        ("at: '25:00'", (1, 5), '"at" must be a time of day such as 08:00, not "25:00"'),
        (
            "since: 2026-01-02T08:00",
            (1, 8),
            '"since" has no time zone; write its offset behind it, such as "+08:00"',
        ),
        (
            "page: foo",
            (1, 7),
            '"page" must be a web address such as https://example.com/page, not "foo"',
        ),
        ("count: 7", (1, 8), "seven is taken; take six"),
        ("draft: true\ncount: 2", (1, 1), "a draft has no second; leave one out"),
        ("by_name: {c: {url: x}}", (1, 11), 'the name "c" is not possible here; possible: a, b'),
        ("source: 5", (1, 9), '"source" is read as a number; put it between quotes: "5"'),
        (
            "source: [a]",
            (1, 9),
            '"source" must be fields (name: value) or a text, but this is a list',
        ),
        ("source: {lang: en}", (1, 1), '"url" is missing; add url: …'),
        ("on: [wed]", (1, 6), 'item 1 of "on" may not be "wed"; possible: mon, tue'),
        ("shape: {kind: ring}", (1, 8), '"kind" may not be "ring"; possible: circle, square'),
        ("shape: {side: 1}", (1, 8), '"kind" is missing; add kind: …'),
        ("shape: {kind: square}", (1, 1), '"side" is missing; add side: …'),
    ],
)
def test_an_error_is_said_in_plain_words(text: str, place: tuple[int, int], message: str) -> None:
    """One problem for one error, at its place, with what to do."""
    (problem,) = problems(text + "\n")

    assert (problem.line, problem.column) == place
    assert str(problem).partition(": ")[2] == message


def test_a_missing_field_points_at_what_lacks_it() -> None:
    """The name of the field around it, the item of a list, or the file."""
    found = problems("inner:\n  {}\npeople:\n  - {}\n", Needs)

    assert [(one.line, one.column, one.what) for one in found] == [
        (1, 1, '"name" is missing'),
        (1, 1, '"title" is missing'),
        (4, 5, '"name" is missing'),
    ]


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    """The fields are those of the model at that place."""
    (problem,) = problems("title: x\npeople: [{name: x, nmae: y}]\n", Needs)

    assert str(problem) == (
        'f.yaml:2:20: there is no field "nmae" here; did you mean "name"? (fields: name)'
    )


def test_names_are_those_of_the_file() -> None:
    """An alias is what editors write."""
    (problem,) = problems("fom: x\n")

    assert 'did you mean "from"?' in problem.remedy


def test_a_union_of_models_reports_the_nearest() -> None:
    """Not the errors of both."""
    found = problems("sources:\n  - {url: 3}\n  - {name: x, age: 3}\n  - 5\n")

    assert [(one.line, one.what) for one in found] == [
        (2, '"url" is read as a number'),
        (3, 'there is no field "age" here'),
        (4, 'item 3 of "sources" must be fields (name: value), not 5'),
    ]


def test_all_errors_are_reported_in_order() -> None:
    """From top to bottom."""
    found = problems("title: 1\ncount: x\nstatus: y\n")

    assert [one.line for one in found] == [1, 2, 3]


def test_own_errors_bring_their_remedy_and_place() -> None:
    """`Localized` names the language that is wrong, below the field."""
    found = problems("name:\n  zh: x\n  fr: y\n", context={"languages": ["zh", "en"]})

    assert [(one.line, one.column) for one in found] == [(3, 3)]
    assert "fr" in found[0].what
    assert "zh, en" in found[0].remedy


@pytest.mark.parametrize("text", ["title: 1", "titel: x", "tags: {a: 1}", "shape: x", "on: {a: 1}"])
def test_no_word_of_python_is_said(text: str) -> None:
    """Editors know YAML and git."""
    said = " ".join(f"{one.what} {one.remedy}" for one in problems(text + "\n"))

    for word in ("str", "dict", "NoneType", "Input", "model", "valid", "class"):
        assert word not in said.split()
