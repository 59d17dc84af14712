"""Import the package that stands in the folder given, all of it that must do without numpy, and say what loaded it."""

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator

NUMERIC = {"columns", "facts", "metrics", "report"}  # where columns are computed (DESIGN: the house)


def may_use_numpy(name: str) -> bool:
    """Tell whether the module *name* is one of those that compute columns."""
    parts = name.split(".")
    return parts[1] in NUMERIC or "columnar" in parts or parts[1:] == ["operations", "diagnosis"]


def listed(folders: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield the names of all modules in *folders*, without importing any (as `pkgutil.walk_packages` would)."""
    for folder in folders:
        for module in pkgutil.iter_modules([folder], prefix):
            yield module.name
            if module.ispkg:
                yield from listed([f"{folder}/{module.name.rpartition('.')[2]}"], f"{module.name}.")


def main(src: str) -> int:
    """Import every other module in *src* and return their number; exit with the name of one that loads numpy."""
    sys.path.insert(0, src)
    package = importlib.import_module("ecomops")
    plain = [name for name in listed(package.__path__, "ecomops.") if not may_use_numpy(name)]
    for name in plain:
        importlib.import_module(name)
        if "numpy" in sys.modules:
            sys.exit(f"{name} loads numpy")
    return len(plain)


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
