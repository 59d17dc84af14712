"""What runs besides the tests (each docstring example of src, each code block of README and docs); what is traced."""

import gc
import warnings
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from coverage import Coverage
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

collect_ignore_glob = [
    "docs/examples/*",  # scripts: their tests run them
    "docs/reference.py",  # for mkdocstrings, which only `make docs` installs
]

# The blocks of a page share their names and run from top to bottom. No parser for skips: every block runs.
pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()

TESTS = Path(__file__).with_name("tests")
FAR = {"benchmarks", "contracts", "docs", "examples", "hosts", "properties"}
"""Folders of tests that run through everything. What they alone reach is not covered, nor is what only an example or a
page reaches: each rule has a test beside it, and nothing is traced where it counts for nothing, for tracing doubles
the time of a run."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Trace the import of the library, and nothing else that collecting does: a run collects in each process."""
    measured = Coverage.current()
    if measured is None:
        return (yield)
    with warnings.catch_warnings(action="error"):
        for found in walk_packages([str(TESTS.with_name("src") / "ecomops")], "ecomops."):
            import_module(found.name)
    return (yield from _untraced(measured))


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at the tests themselves: they stay until the end, and are many."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing while what is far, and its fixtures, run."""
    measured = None if _near(item) else Coverage.current()
    return (yield) if measured is None else (yield from _untraced(measured))


def _near(item: pytest.Item) -> bool:
    return item.path.is_relative_to(TESTS) and FAR.isdisjoint(item.path.relative_to(TESTS).parts)


def _untraced(measured: Coverage) -> Generator[None, object, object]:
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()
