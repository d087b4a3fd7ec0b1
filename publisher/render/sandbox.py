"""The environment of templates: Jinja2's immutable sandbox, with a short way for our own values.

The sandbox looks up every attribute through two functions of Python, which costs a page more than
its text does.  The values that templates are given are frozen and have nothing to hide, so a
public name of theirs is read directly; everything else goes the sandbox's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.render import context, context_issue, context_page, context_service

# The modules whose classes are what a template may use.
CONTRACT = (context, context_page, context_issue, context_service)

_NOTHING: frozenset[str] = frozenset()


def _public(kind: type) -> frozenset[str]:
    """The names of a type's attributes that a template may read."""
    return frozenset(name for name in dir(kind) if not name.startswith("_"))


class _Public(dict[type, frozenset[str]]):
    """What may be read directly, by type; nothing of any other type."""

    def __missing__(self, kind: type) -> frozenset[str]:
        return _NOTHING


def _known(kinds: Iterable[type]) -> _Public:
    return _Public({kind: _public(kind) for kind in kinds})


PUBLIC: Mapping[type, frozenset[str]] = _known(
    [
        value
        for module in CONTRACT
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    + [LoopContext]
)


class _Generator(CodeGenerator):
    """Writes ``x.name`` as Python's own attribute access, where the type of `x` allows it.

    A page reads three hundred attributes; so written they cost a tenth.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        if node.attr.startswith("_"):
            super().visit_Getattr(node, frame)  # the sandbox refuses it
            return
        value = self.temporary_identifier()
        self.write(f"({value}.{node.attr} if {node.attr!r} in environment.public[type({value} := ")
        self.visit(node.node, frame)
        self.write(f")] else environment.getattr({value}, {node.attr!r}))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates run: undefined names are errors, and nothing can be changed or reached."""

    code_generator_class = _Generator
    public = PUBLIC

    def __init__(self, **settings: Any) -> None:
        super().__init__(undefined=StrictUndefined, **settings)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, as the sandbox allows it; a macro of an imported template at once."""
        if type(obj) is TemplateModule and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call, as the sandbox allows it."""
        # A macro is a template's own text: it can do nothing that its template may not.
        if type(obj) is Macro:
            return context.call(obj, *args, **kwargs)
        return super().call(context, obj, *args, **kwargs)
