"""Run the benchmarks named on the command line, or all of them: every module of this folder that has `lines`."""

import json
import pkgutil
import sys
from importlib import import_module

import benchmarks


def main(chosen: list[str]) -> None:
    """Print one JSON object a line, as soon as it is known."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    for module in [import_module(f"benchmarks.{name}") for name in chosen or names]:
        if hasattr(module, "lines"):
            for line in module.lines():
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
