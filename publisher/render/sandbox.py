"""The environment of templates: Jinja2's immutable sandbox, with a short way for our own values.

The sandbox looks up every attribute, makes every call and prints every value through several
functions of Python, which costs a page more than its text does.  The values that templates are
given are frozen and have nothing to hide, so a public name of theirs is read directly, and what
they and the theme's own macros say is called directly; everything else goes the sandbox's way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from types import MethodType
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Environment, Template, TemplateModule
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from publisher.render.strings import Strings
from publisher.render.words import Words

# The modules whose classes are what a template may use; not imported here, for no page uses all.
CONTRACT = tuple(
    f"publisher.render.context{each}" for each in ("", "_page", "_issue", "_service", "_cover")
)

_NOTHING: frozenset[str] = frozenset()


def _public(kind: type) -> frozenset[str]:
    """The names of a type's attributes that a template may read."""
    return frozenset(name for name in dir(kind) if not name.startswith("_"))


class _Public(dict[type, frozenset[str]]):
    """What may be read directly, by type; nothing of a type that is not in the contract."""

    def __missing__(self, kind: type) -> frozenset[str]:
        if kind.__module__ not in CONTRACT:
            return _NOTHING
        found = self[kind] = _public(kind)
        return found


PUBLIC: Mapping[type, frozenset[str]] = _Public({LoopContext: _public(LoopContext)})

_MODULES = 32
"""Modules that a template remembers: it has one for each edition, at least."""
# What a compiled template calls the names that it takes from its context; None: who knows.
_USES = "uses"
_HANDS_ON = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


class _Generator(CodeGenerator):
    """Writes what templates do most as what Python does fastest, where the types allow it.

    ``x.name`` is Python's own attribute access; a page reads three hundred of them, which so
    cost a tenth.  A call hands on no variables of blocks and loops, which only functions marked
    with `pass_context` would get; there are none here.  The names that a template takes from its
    context are written down, unless it hands its context on to another.
    """

    _hands_on = False

    def visit_Template(  # noqa: N802 - Jinja's name
        self, node: nodes.Template, frame: Frame | None = None
    ) -> None:
        self._uses = set[str]()
        super().visit_Template(node, frame)
        self.writeline(f"{_USES} = {None if self._hands_on else sorted(self._uses)}")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        loads = frame.symbols.loads.values()
        self._uses.update(name or "" for how, name in loads if how == VAR_LOAD_RESOLVE)

    def visit(self, node: nodes.Node, *rest: Any, **more: Any) -> Any:
        """Visit a node; one that hands the context on is noted."""
        self._hands_on |= isinstance(node, _HANDS_ON)
        return super().visit(node, *rest, **more)

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline(
            "call, shown, Macro = environment.call, environment.shown, environment.macro"
        )

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        if node.attr.startswith("_"):
            super().visit_Getattr(node, frame)  # the sandbox refuses it
            return
        value = self.temporary_identifier()
        self.write(f"({value}.{node.attr} if {node.attr!r} in environment.public[type({value} := ")
        self.visit(node.node, frame)
        self.write(f")] else environment.getattr({value}, {node.attr!r}))")

    def visit_Call(  # noqa: N802 - Jinja's name
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        self.write("call(context, ")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        is_plain = not frame.eval_ctx.volatile and finalize.src is None
        if frame.eval_ctx.autoescape and is_plain:
            self.write("shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


# Markup's own constructor looks for __html__ first, which a string that was just made has not.
_markup: Callable[[str], Markup] = partial(str.__new__, Markup)
_special = re.compile("[&<>'\"]").search


def shown(value: object) -> str:
    """What stands in a page for a value: escaped, where it is not markup."""
    kind = type(value)
    if kind is Markup or (kind is str and _special(value) is None):  # type: ignore[call-overload]
        return value  # type: ignore[return-value]
    return escape(value)


class _Macro(Macro):
    """A macro that is called with positional arguments as the function that it is."""

    def __init__(self, environment: Environment, function: Callable[..., str], *rest: Any) -> None:
        super().__init__(environment, function, *rest)
        self.function = function
        is_plain = not (self.catch_kwargs or self.catch_varargs or self.caller)
        self.most = len(self.arguments) if is_plain else -1


class _Template(Template):
    """A template that is made a module once for all pages that give it the same variables.

    A theme's macros are imported by every page, with what the page is given; they use the
    edition's strings and little else.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        """The module of the template; one that was made before, where it would be the same."""
        uses = self.root_render_func.__globals__[_USES]
        if uses is None or not shared:
            return super().make_module(vars, shared, locals)
        given, own = vars or {}, locals or {}
        values = [own.get(name, given.get(name, missing)) for name in uses]
        made: dict[tuple[int, ...], tuple[list[object], TemplateModule]]
        made = self.__dict__.setdefault("_made", {})
        key = tuple(map(id, values))  # they are kept with it, so that nothing else gets their ids
        known = made.get(key)
        if known is None:
            if len(made) >= _MODULES:
                made.clear()
            known = made[key] = values, super().make_module(vars, shared, locals)
        return known[1]


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates run: undefined names are errors, and nothing can be changed or reached."""

    code_generator_class = _Generator
    template_class = _Template
    public = PUBLIC
    macro = _Macro
    shown = staticmethod(shown)

    def __init__(self, **settings: Any) -> None:
        super().__init__(undefined=StrictUndefined, **settings)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's, which nobody changes: a map of maps costs each page its walk."""
        return {**self.globals, **(d or {})}

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
        kind = type(obj)
        # A macro is a template's own text: it can do nothing that its template may not.
        if kind is _Macro:
            left = obj.most - len(args)
            if left < 0 or kwargs:
                return context.call(obj, *args, **kwargs)
            text = obj.function(*args, *(missing,) * left) if left else obj.function(*args)
            return _markup(text) if context.eval_ctx.autoescape else text
        if kind is Strings or (kind is MethodType and obj.__func__ is Words.word):
            return obj(*args, **kwargs)
        return super().call(context, obj, *args, **kwargs)
