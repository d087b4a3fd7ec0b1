"""premailer without the network library that it never needs here."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


def premailer() -> Any:
    """The class that inlines styles.

    premailer imports requests for style sheets that a page links to, and is told to follow no
    link.  That import is put off until somebody uses it: it takes longer than inlining the mails
    of a day.  (importlib's LazyLoader does not help: in Python 3.11 the `import` statement of
    premailer itself asks the module for its spec, and so loads it.)
    """
    if "requests" not in sys.modules:
        sys.modules["requests"] = _PutOff("requests")
    from premailer import Premailer

    return Premailer


def inliner(html: str, **more: Any) -> Any:
    """What inlines the styles of a page as all of ours are; `more` are settings of premailer."""
    return premailer()(
        html,
        allow_network=False,
        disable_validation=True,
        disable_basic_attributes=["bgcolor", "width", "height", "align", "valign", "size"],
        align_floating_images=False,
        cssutils_logging_level="CRITICAL",
        **more,
    )


class _PutOff(ModuleType):
    """Stands for a module until something in it is asked for, and is that module from then on."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)
