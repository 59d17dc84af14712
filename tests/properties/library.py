"""The library itself as a subject of laws: its modules and classes."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import attrs
from attrs import AttrsInstance

import ecomops


def modules() -> Iterator[ModuleType]:
    """Yield every module of the library."""
    for found in walk_packages(ecomops.__path__, "ecomops."):
        yield import_module(found.name)


def classes() -> list[type[Any]]:
    """Return every class that the library defines, once each, in the order of modules and definitions."""
    found: dict[type[Any], None] = {}
    for module in modules():
        members = vars(module)
        own = (each for each in members.values() if isinstance(each, type) and each.__module__ == module.__name__)
        found.update(dict.fromkeys(own))
    return list(found)


def attrs_classes() -> list[type[AttrsInstance]]:
    """Return every attrs class that the library defines."""
    return [cls for cls in classes() if attrs.has(cls)]
