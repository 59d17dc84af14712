"""Tests marked `spark` run where Spark and Java are, and are deselected everywhere else."""

import shutil
from importlib.util import find_spec

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what needs Spark when it is not there."""
    if find_spec("pyspark") is not None and shutil.which("java") is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("spark") is not None]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
