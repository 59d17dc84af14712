"""A figure is compared with its baseline: by the calendar, by weekdays, in another table, with targets."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date

from ecomops.columns import CannotHoldSum
from ecomops.kernel import Calendar, Currency, DomainError, Grain, OutOfRange, Repeated, WrongKind
from ecomops.metrics import BROAD, Additivity, Better, NotInTable, Reason, Table, compare
from ecomops.metrics.comparing import (
    Against,
    NotAligned,
    NotOfOneKind,
    Partial,
    Show,
    Verdict,
    attain,
    change_of,
    growth_of,
)
from ecomops.metrics.comparing.changing import Baseline, Goals
from ecomops.metrics.errors import NotComparable
from tests.metrics.comparing.tables import a_column, a_table, cut

ALL = tuple(Show)


def days(*labels: str) -> list[Date]:
    """Return days."""
    return [Date.fromisoformat(label) for label in labels]


def shown(table: Table, show: Show, to: Any = Against.PREVIOUS, key: str = "sales") -> list[float | None]:  # noqa: ANN401 - any baseline
    """Return what is shown of a comparison."""
    return table.column(change_of(key, show, to)).plain()


def test_baseline_change_growth_and_verdict() -> None:
    """All that can be shown of the week before, in the order that is asked for."""
    found = compare(a_table(a_column([100, 150, 150, 75])), shows=ALL)
    assert found.keys == ("sales", "baseline.sales", "change.sales", "sales_growth.sales", "verdict.sales")
    assert shown(found, Show.BASELINE) == [None, 100, 150, 150]
    assert shown(found, Show.CHANGE) == [None, 50, 0, -75]
    assert shown(found, Show.GROWTH) == [None, 0.5, 0.0, -0.5]
    assert shown(found, Show.VERDICT) == [None, Verdict.BETTER, Verdict.SAME, Verdict.WORSE]


def test_baseline_is_there_where_nothing_is_now() -> None:
    """A week without a figure keeps what the week before had; the difference says why there is none."""
    found = compare(a_table(a_column([100, None, 7])), shows=ALL)
    assert shown(found, Show.BASELINE) == [None, 100, None]
    assert shown(found, Show.CHANGE) == shown(found, Show.GROWTH) == shown(found, Show.VERDICT) == [None] * 3
    assert [found.why(row, change_of("sales", Show.BASELINE)) for row in (1, 2)] == [Reason.NONE, Reason.NO_ROWS]
    assert found.why(1, change_of("sales", Show.CHANGE)) is Reason.NO_ROWS


@pytest.mark.parametrize(
    ("better", "verdicts"),
    [
        (Better.HIGHER, [Verdict.BETTER, Verdict.WORSE, Verdict.SAME]),
        (Better.LOWER, [Verdict.WORSE, Verdict.BETTER, Verdict.SAME]),
        (Better.NEUTRAL, [Verdict.OTHER, Verdict.OTHER, Verdict.SAME]),
    ],
    ids=lambda each: each.value if isinstance(each, Better) else "",
)
def test_verdict_follows_the_direction(better: Better, verdicts: list[Verdict]) -> None:
    """More refunds are worse; more of what has no direction is only other."""
    found = compare(a_table(a_column([1, 2, 1, 1], better=better)), shows=(Show.VERDICT,))
    assert shown(found, Show.VERDICT)[1:] == verdicts


def test_words_of_verdicts_and_baselines() -> None:
    """Both languages."""
    assert [verdict.text.zh for verdict in Verdict] == ["变差", "持平", "变好", "有变化"]
    assert Verdict.OTHER.text.en == "changed"
    assert [against.text.zh for against in Against] == ["环比", "周同比", "同比", "同比（星期对齐）"]
    found = compare(a_table(a_column([1, 2])), to=Against.YEAR_AGO, shows=ALL)
    assert [column.name and column.name.zh for column in found.columns[1:]] == [
        "sales名（同比基期）",
        "sales名同比增减",
        "sales名同比",
        "sales名同比评价",
    ]
    assert compare(a_table(a_column([1])), to={"sales": 2}).columns[1].name is not None


ALIGNED: dict[str, tuple[Grain, list[Date], Against, list[float | None]]] = {
    "same weekdays": (
        Grain.DAY,
        days("2026-06-15", "2026-06-16", "2026-06-22", "2026-06-23"),
        Against.SAME_WEEKDAYS,
        [None, None, 1, 2],
    ),
    "the day before": (
        Grain.DAY,
        days("2026-06-15", "2026-06-16", "2026-06-17", "2026-06-18"),
        Against.PREVIOUS,
        [None, 1, 2, 3],
    ),
    "the same day a year ago": (
        Grain.DAY,
        days("2023-02-28", "2024-02-28", "2024-02-29", "2025-02-28"),
        Against.YEAR_AGO,
        [None, 1, None, 2],
    ),
    "52 weeks ago": (
        Grain.DAY,
        days("2025-06-16", "2025-06-17", "2026-06-15", "2026-06-17"),
        Against.YEAR_AGO_WEEKDAYS,
        [None, None, 1, None],
    ),
    "the week of the same number": (
        Grain.WEEK,
        days("2020-01-06", "2020-12-28", "2021-01-04", "2021-01-11"),  # 2020 has a week 53
        Against.YEAR_AGO,
        [None, None, None, 1],
    ),
    "weeks 52 weeks ago": (
        Grain.WEEK,
        days("2020-01-06", "2020-12-28", "2021-01-04", "2021-01-11"),
        Against.YEAR_AGO_WEEKDAYS,
        [None, None, 1, None],
    ),
    "weeks that begin on Sunday": (
        Grain.WEEK,
        days("2020-01-05", "2020-12-27", "2021-01-03", "2021-01-10"),
        Against.YEAR_AGO,
        [None, None, None, 1],
    ),
    "weeks from Sunday have the number of their middle day": (
        Grain.WEEK,
        days("2019-12-22", "2019-12-29", "2020-12-20", "2020-12-27"),
        Against.YEAR_AGO,
        [None, None, 1, None],
    ),
    "the same month": (
        Grain.MONTH,
        days("2024-02-01", "2024-03-01", "2025-02-01", "2025-04-01"),
        Against.YEAR_AGO,
        [None, None, 1, None],
    ),
    "the month before": (
        Grain.MONTH,
        days("2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"),
        Against.PREVIOUS,
        [None, 1, 2, 3],
    ),
}


@pytest.mark.parametrize(("grain", "labels", "against", "wanted"), ALIGNED.values(), ids=ALIGNED)
def test_baseline_is_aligned(grain: Grain, labels: list[Date], against: Against, wanted: list[float | None]) -> None:
    """By the calendar or by weekdays; what has no such day, week or month has no baseline."""
    table = a_table(a_column([1, 2, 3, 4]), labels=labels, grain=grain)
    assert shown(compare(table, to=against, shows=ALL), Show.BASELINE, against) == wanted


def test_rows_of_several_dimensions_meet_their_own() -> None:
    """The baseline of a SKU is the same SKU a week before, wherever its row stands."""
    found = compare(cut(1, 2, 30, 4, periods=2), shows=(Show.CHANGE,))
    assert shown(found, Show.CHANGE) == [None, None, 29, 2]


def test_one_period_has_no_baseline_in_its_table() -> None:
    """A whole is compared with another whole only."""
    table = a_table(a_column([3]), grain=None)
    assert compare(table).why(0, growth_of("sales")) is Reason.NO_BASELINE
    other = a_table(a_column([2]), grain=None, labels=days("2020-01-01"))
    assert compare(table, to=other).column(growth_of("sales", other)).plain() == [0.5]


def test_another_table_is_met_by_period_and_name() -> None:
    """Codes of other facts may stand for other things: names are compared, and what is not there has no baseline."""
    now = cut(10, 20, 30, codes=(0, 1, 2), names=("tea", "cup", "pot"))
    before = cut(2, 5, codes=(0, 1), names=("cup", "tea"))
    found = compare(now, to=before, shows=(Show.BASELINE,))
    assert shown(found, Show.BASELINE, before) == [5, 2, None]
    assert found.why(2, change_of("sales", Show.BASELINE, before)) is Reason.NO_BASELINE
    empty = cut(codes=())
    assert compare(now, to=empty).column(growth_of("sales", empty)).plain() == [None] * 3


def test_targets() -> None:
    """One for all rows, one for each, none; the columns without a target are left out."""
    table = a_table(a_column([90, 110, 5]), a_column([1, 1, 1], key="orders"), a_column([1, 2, 3], key="other"))
    plans: Goals = {"sales": [100, None, 5.0], "orders": 2, "other": None}
    found = compare(table, to=plans, shows=(Show.GROWTH, Show.CHANGE))
    assert found.keys[3:] == tuple(change_of(key, show, plans) for key in plans for show in (Show.GROWTH, Show.CHANGE))
    assert shown(found, Show.GROWTH, plans) == [90 / 100 - 1, None, 0.0]
    assert shown(found, Show.CHANGE, plans, "orders") == [-1, -1, -1]
    assert shown(found, Show.CHANGE, plans, "other") == [None] * 3


PARTS: dict[str, tuple[list[int], Baseline, str]] = {
    "a part beside a whole": ([2], Against.PREVIOUS, "2026-06-29"),
    "a whole beside a part": ([0], Against.PREVIOUS, "2026-06-22"),
    "both": ([0, 2], Against.PREVIOUS, "2026-06-22, 2026-06-29"),
    "a part beside a target": ([0], {"sales": 100}, "2026-06-15"),
    "a part beside another table": ([1], a_table(a_column([1, 1, 1])), "2026-06-22"),
    "a part of another table": ([], a_table(a_column([1, 1, 1]), partial=[1]), "2026-06-22"),
}


@pytest.mark.parametrize(("own", "to", "named"), PARTS.values(), ids=PARTS)
def test_part_of_a_period_is_refused(own: list[int], to: Baseline, named: str) -> None:
    """By the names of all such periods, in both languages, unless it is said what becomes of them."""
    table = a_table(a_column([100, 200, 300]), partial=own)
    with pytest.raises(NotComparable) as refused:
        compare(table, to=to)
    assert refused.value.context == {"period": named}
    assert refused.value.code == "table.partial"
    assert named in refused.value.message("zh")
    assert None in compare(table, to=to, partial=Partial.LEFT_OUT).column(growth_of("sales", to)).plain()
    assert compare(table, to=to, partial=Partial.COMPARED).column(growth_of("sales", to)).plain()[1:] != [None, None]


def test_part_without_a_baseline_is_compared_with_nothing() -> None:
    """The first week of a table has none: that it is a part misleads nobody."""
    assert shown(compare(a_table(a_column([100]), partial=[0])), Show.GROWTH) == [None]
    assert len(compare(a_table(a_column([])))) == 0


def test_part_of_a_period_is_left_out_or_compared_when_asked() -> None:
    """Neither a partial week nor one after it; told to, both are."""
    table = a_table(a_column([100, 200, 300]), partial=[0, 2])
    found = compare(table, shows=ALL, partial=Partial.LEFT_OUT)
    assert [found.why(row, growth_of("sales")) for row in range(3)] == [
        Reason.NO_BASELINE,
        Reason.PARTIAL,
        Reason.PARTIAL,
    ]
    assert shown(found, Show.VERDICT) == [None] * 3
    assert shown(compare(table, partial=Partial.COMPARED), Show.GROWTH) == [None, 1.0, 0.5]
    other = a_table(a_column([1, 1, 1]), partial=[1])
    assert shown(compare(a_table(a_column([1, 1, 1])), to=other, partial=Partial.LEFT_OUT), Show.GROWTH, other) == [
        0.0,
        None,
        0.0,
    ]
    plan = {"sales": 100}
    assert shown(compare(table, to=plan, partial=Partial.LEFT_OUT), Show.GROWTH, plan) == [None, 1.0, None]


def test_missing_figures_stay_missing() -> None:
    """A gap is no zero, on neither side; the reason is its own."""
    found = compare(a_table(a_column([1, None, 3, 0, 5])), shows=ALL)
    assert shown(found, Show.CHANGE) == [None, None, None, -3, 5]
    assert shown(found, Show.GROWTH) == [None, None, None, -1.0, None]
    reasons = [found.why(row, growth_of("sales")) for row in range(1, 5)]
    assert reasons == [Reason.NO_ROWS, Reason.NO_ROWS, Reason.NONE, Reason.ZERO_DENOMINATOR]


def test_loss_has_a_change_and_no_growth() -> None:
    """From minus one to one: two more, better, and no rate."""
    found = compare(a_table(a_column([-1, 1])), shows=ALL)
    assert [shown(found, show)[1] for show in ALL] == [-1, 2, None, Verdict.BETTER]


@given(st.lists(st.integers(-1_000, 1_000) | st.none(), max_size=8))
def test_baseline_and_change_make_the_figure(values: list[int | None]) -> None:
    """Wherever there is a change; and its sign and the verdict agree."""
    found = compare(a_table(a_column(values or [0])), shows=ALL)
    parts = (found.column("sales").plain(), *(shown(found, show) for show in ALL))
    for value, before, change, _, verdict in zip(*parts, strict=True):
        assert (change is None) == (before is None or value is None) == (verdict is None)
        if change is not None and before is not None:
            assert before + change == value
            assert verdict == np.sign(change)


def test_attainment_turns_where_less_is_better() -> None:
    """Actual over target; of refunds target over actual. A missing target has none."""
    table = a_table(a_column([50, 0, None]), a_column([50, 0, 200], key="refunds", better=Better.LOWER))
    found = attain(table, {"sales": 100, "refunds": [100, 100, None]})
    assert found.column("target_attainment.sales").plain() == [0.5, 0.0, None]
    assert found.column("target_attainment.refunds").plain() == [2.0, None, None]
    reasons = [found.why(row, "target_attainment.refunds") for row in (1, 2)]
    assert reasons == [Reason.ZERO_DENOMINATOR, Reason.NO_BASELINE]
    assert found.columns[-1].name is not None
    assert found.columns[-1].name.zh == "refunds名完成率"


def test_attainment_of_a_part_is_refused() -> None:
    """A part of a week beside the target of a whole one: by name, unless it is said what becomes of it."""
    table = a_table(a_column([50, 60, 70]), partial=[0, 2])
    with pytest.raises(NotComparable) as refused:
        attain(table, {"sales": 100})
    assert refused.value.context == {"period": "2026-06-15, 2026-06-29"}
    left = attain(table, {"sales": 100}, partial=Partial.LEFT_OUT)
    assert left.column("target_attainment.sales").plain() == [None, 0.6, None]
    assert left.why(0, "target_attainment.sales") is Reason.PARTIAL
    assert attain(table, {"sales": 100}, partial=Partial.COMPARED).column("target_attainment.sales").plain() == [
        0.5,
        0.6,
        0.7,
    ]


HUGE = 2**61
REFUSED: dict[str, tuple[Callable[[], object], type[DomainError], str]] = {
    "no table": (lambda: compare(3), WrongKind, "Table"),  # type: ignore[arg-type]
    "no baseline": (lambda: compare(a_table(a_column([1])), to="previous"), WrongKind, "compare.to"),  # type: ignore[arg-type]
    "no word on parts": (lambda: compare(a_table(a_column([1])), partial=True), WrongKind, "compare.partial"),  # type: ignore[arg-type]
    "no show": (lambda: compare(a_table(a_column([1])), shows=("change",)), WrongKind, "compare.shows"),  # type: ignore[arg-type]
    "no such column": (lambda: compare(a_table(a_column([1])), ("net",)), NotInTable, "net"),
    "a target of no column": (lambda: compare(a_table(a_column([1])), to={"net": 1}), NotInTable, "net"),
    "a column that the other has not": (
        lambda: compare(a_table(a_column([1])), to=a_table(a_column([1], key="net"))),
        NotInTable,
        "sales",
    ),
    "twice": (
        lambda: compare(compare(a_table(a_column([1])))),
        Repeated,
        "sales_growth.sales_growth|sales_growth.sales",
    ),
    "weekdays of months": (
        lambda: compare(a_table(a_column([1]), labels=days("2026-06-01"), grain=Grain.MONTH), to=Against.SAME_WEEKDAYS),
        NotAligned,
        "a month has no baseline same_weekdays",
    ),
    "weekdays of months a year ago": (
        lambda: compare(
            a_table(a_column([1]), labels=days("2026-06-01"), grain=Grain.MONTH), to=Against.YEAR_AGO_WEEKDAYS
        ),
        NotAligned,
        "year_ago_weekdays",
    ),
    "two rows of one kind": (
        lambda: compare(cut(1, 2), to=cut(1, 2, codes=(0, 0))),
        Repeated,
        "2026-06-15, 0",
    ),
    "attained by no table": (lambda: attain(3, {}), WrongKind, "attain.table"),  # type: ignore[arg-type]
    "attained of no targets": (lambda: attain(a_table(a_column([1])), 3), WrongKind, "attain.targets"),  # type: ignore[arg-type]
    "attained of no column": (lambda: attain(a_table(a_column([1])), {"net": 1}), NotInTable, "net"),
    "too few targets": (lambda: compare(a_table(a_column([1, 2])), to={"sales": [1]}), OutOfRange, "compare.to.sales"),
    "a target that is no number": (
        lambda: compare(a_table(a_column([1])), to={"sales": [float("nan")]}),
        WrongKind,
        "compare.to.sales",
    ),
    "an endless target": (
        lambda: compare(a_table(a_column([1])), to={"sales": float("inf")}),
        WrongKind,
        "compare.to.sales",
    ),
    "a target that is true": (lambda: compare(a_table(a_column([1])), to={"sales": [True]}), WrongKind, "bool"),
    "targets that are words": (
        lambda: compare(a_table(a_column([1])), to={"sales": "x"}),  # type: ignore[dict-item]
        WrongKind,
        "compare.to.sales",
    ),
    "a difference too large": (
        lambda: compare(a_table(a_column([HUGE, HUGE + 1])), shows=(Show.CHANGE,)),
        CannotHoldSum,
        "sales",
    ),
    "another definition": (
        lambda: compare(a_table(a_column([1])), to=a_table(a_column([1]), definition=BROAD)),
        NotOfOneKind,
        "definition",
    ),
    "another currency": (
        lambda: compare(a_table(a_column([1])), to=a_table(a_column([1]), currency=Currency.USD)),
        NotOfOneKind,
        "currency",
    ),
    "another calendar": (
        lambda: compare(a_table(a_column([1])), to=a_table(a_column([1]), calendar=Calendar(timezone="Asia/Shanghai"))),
        NotOfOneKind,
        "calendar",
    ),
    "another length of periods": (
        lambda: compare(a_table(a_column([1])), to=a_table(a_column([1]), grain=Grain.DAY)),
        NotOfOneKind,
        "grain",
    ),
    "other dimensions": (lambda: compare(a_table(a_column([1])), to=cut(1)), NotOfOneKind, "dimensions"),
}


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable[[], object], kind: type[DomainError], words: str) -> None:
    """By name."""
    with pytest.raises(kind, match=words):
        call()


def test_what_cannot_be_compared_is_told_in_chinese() -> None:
    """A refusal has both languages."""
    with pytest.raises(NotOfOneKind) as refusal:
        compare(a_table(a_column([1])), to=cut(1))
    assert refusal.value.message("zh") == "两张表的 dimensions 不同"


def test_nothing_is_added_to_comparisons() -> None:
    """Their cells may be missing: a sum of them would be that of some rows."""
    found = compare(a_table(a_column([1, 2])), shows=ALL)
    kinds: Sequence[Additivity] = [column.additivity for column in found.columns[1:]]
    assert kinds == [Additivity.DISTINCT, Additivity.DISTINCT, Additivity.RATIO, Additivity.RATIO]
