"""Every entry of the KPI dictionary equals a table that was worked by hand; the nearest wrong reading does not."""

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pendulum
import pytest

import ecomops.metrics as families
from ecomops.columns import NEVER, Ints, microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period, later
from ecomops.metrics import (
    JD,
    TAOBAO,
    Columns,
    Definition,
    Facts,
    MeanOfDays,
    Orders,
    compare,
    growth_of,
    tabulate,
)
from ecomops.metrics.declaring import Is, declared
from ecomops.metrics.dictionary.catalogue import ENTRIES, KpiEntry
from ecomops.metrics.dictionary.finance import TARGET_ATTAINMENT_LOWER
from ecomops.metrics.dictionary.texts import TOLD

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "kpis.json").read_text(encoding="utf-8"))
MONDAY = pendulum.datetime(2026, 6, 1)
UTC = Calendar(timezone="UTC")
DEFINITIONS = {"jd": JD, "taobao": TAOBAO}


def instant(days: float) -> pendulum.DateTime:
    """Return the instant so many days after a Monday."""
    return later(MONDAY, timedelta(microseconds=round(days * 86_400_000_000)))


def column(family: type[Columns], name: str, cells: list[Any]) -> Ints:
    """Return a column: instants are days after a Monday, and nothing is `NEVER`."""
    if declared(family)[name].kind is Is.INSTANT:
        return np.array([NEVER if cell is None else microseconds(instant(cell)) for cell in cells], dtype=np.int64)
    return np.array(cells, dtype=np.int64)


def usual(family: type[Columns], name: str, size: int) -> Ints:
    """Return what stands in a column that a table leaves out."""
    told = declared(family)[name]
    value = NEVER if told.kind is Is.INSTANT else -1 if told.kind in {Is.CODE, Is.ROW} and told.least < 0 else 0
    return np.full(size, value, dtype=np.int64)


def taken(family: type[Columns], table: Mapping[str, Any]) -> dict[str, Ints]:
    """Return the columns of a table that was worked by hand."""
    size = len(table["rows"])
    cells = {
        name: column(family, name, [row[place] for row in table["rows"]]) for place, name in enumerate(table["columns"])
    }
    if family is Orders:
        cells.setdefault("placed_at", cells["paid_at"])
    return {name: cells.get(name, usual(family, name, size)) for name in declared(family)}


def facts_of(case: Mapping[str, Any]) -> Facts:
    """Return the facts of a case."""
    found = {getattr(families, name): table for name, table in case["facts"].items()}
    names = {name: tuple(texts) for name, texts in case.get("names", {}).items()}
    return Facts.of(Currency.CNY, {family: taken(family, table) for family, table in found.items()}, names)


def cut_of(case: Mapping[str, Any]) -> tuple[Grain | str, ...]:
    """Return by what the table of a case is cut."""
    by = case.get("by", [])
    return tuple(
        Grain(each) if each in {"day", "week", "month"} else each for each in ([by] if isinstance(by, str) else by)
    )


def computed(case: Mapping[str, Any]) -> float | None:
    """Return the figure of a case, read off its facts."""
    entry: KpiEntry = ENTRIES[case["key"]]
    figure = entry.figure(**case.get("args", {}))
    assert figure is not None
    if case.get("variant") == "mean_of_days":
        figure = MeanOfDays(figure)
    first, last = case["observed"]
    table = tabulate(
        facts_of(case),
        (figure,),
        calendar=UTC,
        observed=Period(start=instant(first), end=instant(last)),
        by=cut_of(case),
        definition=DEFINITIONS.get(case.get("definition", ""), Definition()),
    )
    row: int = case.get("row", 0)
    return table.columns[0].plain()[row]


OF_FACTS = [case for case in CASES if "facts" in case and case["key"] != "sales_growth"]


@pytest.mark.parametrize("case", OF_FACTS, ids=[case["key"] for case in OF_FACTS])
def test_figure_is_that_of_the_table_worked_by_hand(case: dict[str, Any]) -> None:
    """The figure is right to the last digit that a float holds, and no wrong reading gives it."""
    found = computed(case)
    assert found is not None
    assert math.isclose(found, case["right"], rel_tol=1e-12), found
    assert not math.isclose(found, case["wrong"], rel_tol=1e-6)


@pytest.mark.parametrize("key", ["active_sku_rate", "slow_moving_rate", "new_product_active_rate"])
def test_a_service_is_no_product(key: str) -> None:
    """Lines of freight and wrapping lead to no product: they are left out, and refuse nothing."""
    case = next(each for each in OF_FACTS if each["key"] == key)
    lines = case["facts"]["Lines"]
    service = [-1 if name == "sku" else value for name, value in zip(lines["columns"], lines["rows"][-1], strict=True)]
    served = {**case["facts"], "Lines": lines | {"rows": [*lines["rows"], service]}}
    assert computed({**case, "facts": served}) == case["right"]


def taken_as(value: float | list[float]) -> Any:  # noqa: ANN401 - an array for a list, a number for a number
    """Return an argument as a function takes it."""
    return np.array(value) if isinstance(value, list) else value


OF_FIGURES = [case for case in CASES if "facts" not in case]


@pytest.mark.parametrize("case", OF_FIGURES, ids=[case["key"] for case in OF_FIGURES])
def test_what_is_computed_of_figures(case: dict[str, Any]) -> None:
    """Functions of figures give what was worked by hand, and not what the wrong reading gives."""
    made: Any = ENTRIES[case["key"]].made
    assert ENTRIES[case["key"]].figure() is None
    args: dict[str, Any] = case["args"]
    given = {name: taken_as(value) for name, value in args.items()}
    found = np.atleast_1d(made(*given.values()) if len(given) == 2 else made(given.pop("score"), **given))
    assert np.allclose(found, np.atleast_1d(case["right"]), rtol=1e-12)
    assert not np.allclose(found, np.atleast_1d(case["wrong"]), rtol=1e-6)


def test_growth_of_nothing_is_none() -> None:
    """The growth on a week without sales has no value."""
    (case,) = [each for each in CASES if each["key"] == "sales_growth"]
    observed = Period(start=instant(0), end=instant(28))
    table = compare(tabulate(facts_of(case), (families.NET,), calendar=UTC, observed=observed))
    found = table.column(growth_of(families.NET)).plain()
    assert found == case["right"] != case["wrong"]


def test_every_entry_has_a_table() -> None:
    """All 124 entries stand here in the order of the dictionary, each with its trap."""
    keys = [told.key for told in TOLD]
    assert list(ENTRIES) == keys == [case["key"] for case in CASES]
    assert len(keys) == 124
    assert all(case["trap"] for case in CASES)
    for case in OF_FACTS:
        assert 3 <= sum(len(table["rows"]) for table in case["facts"].values()) <= 10, case["key"]


def test_lower_is_better_turns_the_attainment() -> None:
    """A plan of 100 of which 50 came is attained twice where less is better."""
    assert TARGET_ATTAINMENT_LOWER.formula == "planned / actual"
