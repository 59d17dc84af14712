"""One round of every benchmark: a test looks at what is told, and at no time."""

import gc
from types import ModuleType
from typing import Final

import pytest

from benchmarks import cube, linear, primitives, quote, report_cold, summary, weekly

TURNS: Final[tuple[ModuleType, ...]] = (cube, linear, primitives, quote, report_cold, summary, weekly)


@pytest.fixture(autouse=True)
def one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each side once; what is there before is not looked at by the collection that comes before each round."""
    for module in TURNS:
        monkeypatch.setattr(module, "ROUNDS", 1)
    monkeypatch.setattr(report_cold, "FEW_ROUNDS", 1)
    gc.freeze()
