"""Rooms of a package: modules that are loaded when somebody first asks for one of their names."""

from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module


def doors(
    package: str, names: MutableMapping[str, object], rooms: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package whose names are all listed, and found when asked for.

    Args:
        package: Its name.
        names: Its `globals()`: what was found once is kept there.
        rooms: The names of each module, with spaces between them.
    """
    later = {name: room for room, listed in rooms.items() for name in listed.split()}

    def found(name: str) -> object:
        if name in rooms:
            return import_module(f"{package}.{name}")
        if name not in later:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = names[name] = getattr(import_module(f"{package}.{later[name]}"), name)
        return value

    return found, lambda: sorted({*names, *later})
