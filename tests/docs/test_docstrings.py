"""Every public name says what it is, and the examples in core and dictionary run and show something."""

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import quydat

MODULES = sorted(
    info.name for info in pkgutil.walk_packages(quydat.__path__, prefix="quydat.") if not info.name.endswith("__main__")
)
WITH_EXAMPLES = [
    info.name
    for info in pkgutil.walk_packages(quydat.__path__, prefix="quydat.")
    if info.name.startswith(("quydat.core.", "quydat.dictionary.")) and not info.ispkg
]
NO_EXAMPLE_NEEDED: frozenset[str] = frozenset()
"""Modules whose public names cannot be shown in an example; each with its reason."""


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Public functions and classes that a module defines, and the public methods of these classes."""
    for name, item in vars(module).items():
        if name.startswith("_") or getattr(item, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(inspect.unwrap(item) if callable(item) else item):
            yield name, item
        elif inspect.isclass(item):
            yield name, item
            for part, member in vars(item).items():
                method = member.fget if isinstance(member, property) else member
                method = method.__func__ if isinstance(method, classmethod | staticmethod) else method
                written_here = getattr(method, "__qualname__", "") == f"{name}.{part}"
                if written_here and not part.startswith("_"):
                    yield f"{name}.{part}", getattr(item, part)


def test_the_walk_finds_the_house() -> None:
    assert "quydat.core.area" in MODULES
    assert "quydat.dictionary.schema" in MODULES
    names = dict(public(importlib.import_module("quydat.core.problem")))
    assert {"Place", "Place.shown", "catalogue", "problem", "raise_if"} <= set(names)


@pytest.mark.parametrize("name", MODULES)
def test_public_names_have_a_docstring(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip(), "the module says nothing of itself"
    silent = [part for part, item in public(module) if not _own_docstring(item)]
    assert silent == []


def _own_docstring(item: object) -> str:
    """The docstring that was written, not the one that a dataclass makes from its fields."""
    if inspect.isclass(item):
        text = (item.__doc__ or "").strip()
        return "" if text.startswith(f"{item.__name__}(") else text
    return inspect.getdoc(item) or ""  # a method may leave it to the one that it overrides


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run_and_show_something(name: str) -> None:
    module = importlib.import_module(name)
    examples = [example for test in doctest.DocTestFinder().find(module) for example in test.examples]
    shows = any(example.want.strip() for example in examples)
    assert shows or name in NO_EXAMPLE_NEEDED, "no example shows a result"
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted == len(examples)
