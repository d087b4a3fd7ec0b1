"""The short ways of the sandbox lead where Jinja2's own ways lead, and nowhere else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, StrictUndefined, Template, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from publisher.render.context import Link, Texts
from publisher.render.sandbox import Sandbox

LINK = Link("/a?b&c", Texts(), note="<i>")
VALUES = {"link": LINK, "text": "a < b & 'c'", "safe": Markup("<b>"), "n": 3, "items": ["x", "<y>"]}

PAGES = [
    "{{ text }}{{ safe }}{{ n }}{{ none }}{{ link.url }}{{ link.note }}{{ items }}",
    (
        "{% macro m(a, b='<d>', c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
        "{{ m(text) }}{{ m(safe, n) }}{{ m(1, c=2) }}{{ m(a=safe, b=text) }}"
    ),
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, text, x=safe) }}",
    "{% macro m(a) %}<p>{{ caller(a) }}</p>{% endmacro %}{% call(b) m(text) %}{{ b }}{% endcall %}",
    (
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(text) | upper }}{{ m(m(text)) }}"
        "{{ m(text) ~ text }}{{ m(text) | length }}"
    ),
    (
        "{% for i in items %}{% macro m() %}{{ loop }}{% endmacro %}{{ loop.cycle('<', safe) }}"
        "{{ loop.index }}{{ i }}{% endfor %}"
    ),
    "{% set x %}<u>{{ text }}{% endset %}{{ x }}{% filter upper %}{{ text }}{% endfilter %}",
    (
        "{% autoescape false %}{{ text }}{% macro m(a) %}{{ a }}{% endmacro %}{{ m(text) }}"
        "{% endautoescape %}"
    ),
    "{% for a in [[1, [2]], [3]] recursive %}{{ a if a is number else loop(a) }}{% endfor %}",
    "{{ '{}'.format(text) }}{{ text.split(' ') | join(safe) }}{{ range(3) | list }}",
]


def render(kind: type[ImmutableSandboxedEnvironment], text: str, escape: bool = True) -> str:
    """A page in an environment of a kind."""
    settings = {} if kind is Sandbox else {"undefined": StrictUndefined}
    environment = kind(autoescape=escape, **settings)  # type: ignore[arg-type]
    environment.globals = {"range": range}
    return environment.from_string(text).render(none=None, **VALUES)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("escape", [True, False])
def test_a_page_is_what_the_library_makes_of_it(page: str, escape: bool) -> None:
    """Escaped once, with the same defaults, names and blocks."""
    assert render(Sandbox, page, escape) == render(ImmutableSandboxedEnvironment, page, escape)


@pytest.mark.parametrize(
    "page",
    [
        "{{ nothing }}",
        "{{ link.nothing }}",
        "{{ nothing() }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
    ],
)
def test_what_is_not_there_is_an_error(page: str) -> None:
    """Also as an argument that was left out."""
    with pytest.raises(UndefinedError):
        render(Sandbox, page)


@pytest.mark.parametrize("call", ["m(1, 2)", "m(1, b=2)", "m(1, a=2)"])
def test_a_macro_refuses_what_it_does_not_take(call: str) -> None:
    """As the library does it, with the name of the macro."""
    with pytest.raises(TypeError, match="'m'"):
        render(Sandbox, "{% macro m(a) %}{{ a }}{% endmacro %}{{ " + call + " }}")


@pytest.mark.parametrize(
    "page",
    [
        "{{ link.__class__ }}",
        "{{ link.text.__class__.__mro__ }}",
        "{{ items.append(1) }}",
        "{{ m.function.__globals__ }}{% macro m() %}{% endmacro %}",
        "{% macro m() %}{% endmacro %}{{ m._func }}",
        "{{ ''.format.__globals__ }}",
        "{{ '{0.__class__}'.format(link) }}",
        "{{ hidden.run() }}",
    ],
)
def test_nothing_behind_a_value_is_reached(page: str) -> None:
    """Neither by attributes, nor by what changes a value, nor by what says that it may not."""

    def run() -> str:
        return "ran"

    run.unsafe_callable = True  # type: ignore[attr-defined]
    environment = Sandbox(autoescape=True)
    with pytest.raises((SecurityError, UndefinedError)):
        environment.from_string(page).render(hidden=SimpleNamespace(run=run), **VALUES)


class TestModules:
    """Macros that are imported are made once for all pages that give them the same."""

    MACROS = "{% macro m() %}{{ strings }} of {{ page }}{% endmacro %}"
    PAGE = "{% import 'macros' as it with context %}{{ it.m() }}"

    def page(self, macros: str = MACROS, **more: str) -> Template:
        """A page that imports them."""
        loader = DictLoader({"macros": macros, "page": self.PAGE, **more})
        return Sandbox(autoescape=True, loader=loader).get_template("page")

    def test_each_page_finds_its_own_values(self) -> None:
        """Also one that comes again, and one whose values are equal and not the same."""
        page = self.page()
        asked = [(["a"], 1), (["a"], 2), (["b"], 1), (["a"], 1)]
        found = [page.render(strings=strings, page=number) for strings, number in asked]
        assert found == [f"{escape(strings)} of {number}" for strings, number in asked]

    def test_what_a_page_sets_before_is_seen(self) -> None:
        """It hides what the page was given."""
        page = self.page(sets="{% set page = 7 %}" + self.PAGE).environment.get_template("sets")
        assert [page.render(strings="s", page=number) for number in (1, 2)] == ["s of 7"] * 2

    def test_a_module_is_made_again_only_for_other_values_that_it_uses(self) -> None:
        """What the macros do not read may differ."""
        page = self.page("{% macro m() %}{{ strings }}{% endmacro %}")
        macros = page.environment.get_template("macros")
        first = macros.make_module({"strings": "s", "page": 1}, True)
        assert macros.make_module({"strings": "s", "page": 2}, True) is first
        assert macros.make_module({"strings": "t", "page": 2}, True) is not first

    def test_one_that_includes_another_is_always_made_anew(self) -> None:
        """What that one reads is not known."""
        page = self.page("{% macro m() %}{% include 'part' %}{% endmacro %}", part="{{ page }}")
        assert [page.render(page=number) for number in (1, 2)] == ["1", "2"]

    def test_no_more_are_kept_than_editions_need(self) -> None:
        page = self.page()
        for number in range(100):
            assert page.render(strings="s", page=str(number)) == f"s of {number}"
        assert len(vars(page.environment.get_template("macros"))["_made"]) <= 32
