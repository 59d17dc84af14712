"""What a host did not install is not asked for: the shipped tests' strategies are an extra, the rest of it is not."""

import tomllib

from tests.contracts.project import PYPROJECT, SRC, python

BLOCKED = f"""
import sys
sys.path.insert(0, {str(SRC)!r})
sys.modules["hypothesis"] = None  # importing it raises ImportError
import ecomops.testing, ecomops.testing.works
ecomops.testing.check_store.__name__, ecomops.testing.a_placement()
try:
    import ecomops.testing.strategies
except ImportError as error:
    print(error.name)
"""


def test_testing_loads_without_hypothesis() -> None:
    """In a clean interpreter without hypothesis builders, scenarios and the contract of a store are all there."""
    done = python("-I", "-c", BLOCKED)
    assert done.stdout == "hypothesis\n"
    assert done.returncode == 0


def test_extra_is_declared() -> None:
    """`pip install ecomops[testing]` brings what the strategies and machines need, with a lower bound only."""
    extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras == {"frames": ["pyarrow>=14.0.1"], "testing": ["hypothesis>=6.100"]}
