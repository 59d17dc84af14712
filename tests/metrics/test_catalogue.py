"""The dictionary is searched, written and parametrised; every entry says what it is and what it is not."""

import pytest

from ecomops.kernel import DomainError, OutOfRange, WrongKind
from ecomops.metrics import GROSS, NET, ORDERS, Constant, Kpi, Measure, Orders, Trailing
from ecomops.metrics.dictionary.catalogue import ENTRIES, OF_FIGURES, KpiEntry, search, written
from ecomops.metrics.dictionary.finance import kpi_weighted_score
from ecomops.metrics.expressions import (
    END,
    START,
    AnyRow,
    ClockOf,
    ColumnOf,
    DayOf,
    Named,
    Number,
    SaleAmount,
    Where,
)
from ecomops.metrics.formulas import DEEPEST, Compare

GIVEN = {"main": "tea", "addon": "cup", "hero": "tea"}


@pytest.mark.parametrize("key", list(ENTRIES))
def test_every_entry_has_a_figure_a_formula_and_names(key: str) -> None:
    """The figure has the key, the names and the direction of its entry; its formula is written out."""
    entry = ENTRIES[key]
    assert entry.formula
    chosen = {name: GIVEN[name] for name in entry.parameters if name in GIVEN}
    figure = entry.figure(**chosen)
    assert (figure is None) == (key in OF_FIGURES)
    if isinstance(figure, (Measure, Kpi, Trailing)):
        assert (figure.key, figure.name) in {(key, entry.told.name), (key, figure.name)}
        assert figure.better is entry.told.better


def test_formulas_are_written_in_keys() -> None:
    """A measure says what it does, a formula what it is made of, with brackets where it has no name of its own."""
    told = {key: ENTRIES[key].formula for key in ("old_user_share", "consulting_users", "returned_users", "uv_value")}
    assert told == {
        "old_user_share": "1 - new_user_share",
        "consulting_users": "having(Conversations.customer, Conversations.presale = 1, orders_valid = 0)",
        "returned_users": "distinct(Visits.visitor, before: absent 90)",
        "uv_value": "paid_amount / visitors_uv",
    }
    assert written(None) == ""
    assert written((NET / ORDERS).mean_of_days()) == "(net_sales / orders_valid, mean of days)"
    assert written(1 - (NET / GROSS)) == "1 - (net_sales / gross_sales)"
    assert written(Constant(2)) == "2"
    assert (
        written(ORDERS * NET.trailing(3)) == "orders_valid * ((gross_sales - discounts) - returned_sales, last 3 days)"
    )
    assert [each.told.key for each in search("跳失率 bounce")] == ["bounce_rate_click", "bounce_rate_session"]


def test_expressions_are_written_as_they_are_read() -> None:
    """Each kind of expression and condition shows itself."""
    gross: ColumnOf = Orders["gross"]
    shown = {
        "((Orders.gross + 1) > 2 & ~(Orders.due = Orders.tax))": (gross + 1 > 2) & ~Orders["due"].equals(Orders["tax"]),
        "(Orders.gross = 1 | Orders.paid_at < end)": (gross == 1) | (Orders["paid_at"] < END),
        "any(Orders.customer: Orders.gross = 1)": AnyRow(entity=Orders["customer"], where=gross == 1),
        "Orders.location = 'home'": Orders["location"] == "home",
    }
    for text, condition in shown.items():
        assert repr(condition) == text
    assert [repr(each) for each in (SaleAmount(Orders), DayOf(END), ClockOf(END), Number(3), Named("a"))] == [
        "sale amount",
        "day(end)",
        "clock(end)",
        "3",
        "'a'",
    ]
    assert [str(each.unit) for each in (Number(3), ClockOf(END), DayOf(END))] == ["1", "microseconds", "days"]
    assert (Named("a").unit, END.unit) == (None, None)
    with pytest.raises(WrongKind):
        DayOf(3)  # type: ignore[arg-type] # on purpose
    with pytest.raises(WrongKind):
        Compare(measure=NET, than=(gross > 1).than, number=1)  # type: ignore[arg-type] # on purpose
    with pytest.raises(WrongKind):
        AnyRow(entity=gross, where=gross)  # type: ignore[arg-type] # on purpose


BEFORE_END = Orders["paid_at"] < END


@pytest.mark.parametrize("where", [BEFORE_END, ~BEFORE_END, (Orders["gross"] > 1) & (Orders["paid_at"] >= START)])
def test_any_row_whenever_it_was_has_no_period(where: Where) -> None:
    """A condition that would depend on the period is refused, however deep it asks."""
    with pytest.raises(DomainError) as refusal:
        AnyRow(entity=Orders["customer"], where=where)
    assert (refusal.value.code, refusal.value.context) == ("condition.timeless", {"condition": repr(where)})


def nested(depth: int) -> Kpi:
    """Return a mean of means of days."""
    deep: Kpi = NET / ORDERS
    for _ in range(depth):
        deep = deep.mean_of_days() * ORDERS
    return deep


def test_windows_within_windows_are_as_deep_as_signs() -> None:
    """A mean of a mean of days is a formula inside a formula."""
    assert nested(1).unit == (NET / ORDERS * ORDERS).unit
    with pytest.raises(OutOfRange, match="Kpi"):
        nested(DEEPEST)


def test_weights_are_shares_of_a_whole() -> None:
    """Weights that come to more than all, or that are too few, are refused."""
    for weights in ((0.5, 0.6), (1.0,)):
        with pytest.raises(OutOfRange, match="weights"):
            kpi_weighted_score((1, 2), weights)


def test_an_entry_is_made_by_a_figure_or_a_function() -> None:
    """A text makes nothing."""
    with pytest.raises(WrongKind, match=r"KpiEntry\.made"):
        KpiEntry(ENTRIES["uv_value"].told, "paid_amount / visitors_uv")  # type: ignore[arg-type] # on purpose
