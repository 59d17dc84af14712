"""How hypothesis looks for counterexamples (a little in CI, always the same, hard in `make soak`); what is traced."""

from collections.abc import Generator

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

settings.register_profile("ci", max_examples=40, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "thorough", max_examples=1000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

FAR = {"benchmarks", "examples", "hosts", "properties"}
"""Folders of tests that run through everything. What they alone reach is not covered: each rule has a test beside it,
and nothing is traced where it counts for nothing, for tracing doubles the time of a run."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing while a far test and its fixtures run."""
    measured = Coverage.current() if item.path.parent.name in FAR else None
    if measured is None:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()
