"""How long stock lasts: what was sold of it in a period, and how many days the rest of it supplies."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints, grouped, microseconds
from ecomops.kernel import Calendar, Period, Text
from ecomops.kernel.checks import is_a, tuple_of
from ecomops.metrics.assortment import TEXTS, Floats, plain_rows, ratio_of, require_kinds, sums_of
from ecomops.metrics.families import Facts
from ecomops.metrics.families_goods import Stock, StockMovements
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import Selling


@frozen(kw_only=True, eq=False)
class Cover:
    """How much of the stock of each SKU was sold in a period, and how long the rest lasts at that pace.

    Args:
        period: What is looked at.
        definition: What counted as a sale.
        names: The names of SKUs, where the facts have any.
        sku: Each SKU that sold, came in, or was counted, by rising code.
        units: Units sold.
        opening: Units on hand when the period began: the last count of each location before it; 0 without one.
        received: Units that came in during the period by `receiving` kinds of movements.
        closing: Units on hand when it ended.
        days: The elapsed days of the period.
    """

    period: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    names: tuple[str, ...] = field(validator=tuple_of(str))
    sku: Ints
    units: Ints
    opening: Ints
    received: Ints
    closing: Ints
    days: float

    def __len__(self) -> int:
        return len(self.sku)

    @property
    def sell_through(self) -> Floats:
        """Units sold of those that were on hand or came in; NaN where there were none. May exceed 1."""
        return ratio_of(self.units, self.opening + self.received)

    @property
    def days_of_supply(self) -> Floats:
        """For how many days the closing stock lasts at the pace of the period; NaN for what did not sell."""
        ratio = ratio_of(self.closing, self.units)
        ratio *= self.days
        return ratio

    @property
    def active_rate(self) -> float:
        """SKUs that sold, of those that sold or were on hand or came in; NaN without one."""
        there = (self.units > 0) | (self.opening + self.received > 0) | (self.closing > 0)
        return int((self.units > 0).sum()) / int(there.sum()) if there.any() else float("nan")

    def to_columns(self) -> dict[str, NDArray[np.number]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in COVER_TEXTS}

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the SKU by its name where there is one, None where there is no figure."""
        return plain_rows(self.to_columns(), self.names)


COVER_TEXTS: Mapping[str, Text] = {
    "sku": TEXTS["sku"],
    "units": TEXTS["units"],
    "opening": Text("opening stock", "期初库存"),
    "received": Text("received", "入库数量"),
    "closing": Text("closing stock", "期末库存"),
    "sell_through": Text("sell-through", "售罄率"),
    "days_of_supply": Text("days of supply", "可售天数"),
}
"""What people call the columns of `Cover`."""


def cover_of(
    facts: Facts,
    *,
    calendar: Calendar,
    period: Period,
    receiving: tuple[str, ...] = ("received",),
    definition: Definition = DEFAULT_DEFINITION,
) -> Cover:
    """Return how much of the stock of each SKU was sold in *period*, and how long the rest lasts.

    Args:
        facts: What happened, with counts of `Stock`, and with `StockMovements` where goods came in.
        calendar: What makes business days, for definitions that ask for them.
        period: What is looked at.
        receiving: The kinds of movements by which goods come in, by the names of `movement_kinds`.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        FamilyMissing: The facts hold no stock.
        CannotHoldSum: Figures of a SKU might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Currency
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> counted = dict.fromkeys(("location", "at", "worth"), np.zeros(2, dtype=np.int64))
        >>> counted |= {"sku": np.array([0, 1]), "on_hand": np.array([5, 0])}
        >>> facts = Facts.of(Currency.CNY, {Stock: counted})
        >>> found = cover_of(facts, calendar=Calendar(timezone="UTC"), period=june)
        >>> found.sku, found.closing, found.sell_through
        (array([0, 1]), array([5, 0]), array([ 0., nan]))
    """
    require_kinds(
        "cover",
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("period", period, Period),
        ("receiving", receiving, tuple),
        ("definition", definition, Definition),
    )
    stock = facts[Stock]
    nothing = Period(start=period.start, end=period.start)
    (sold, _), _ = sums_of(Selling.of(facts, definition, calendar), period, nothing)
    size = max(len(sold), *(int(each.max(initial=-1)) + 1 for each in _skus(facts)))
    units = np.zeros(size, dtype=np.int64)
    units[: len(sold)] = sold
    edges = microseconds(period.start), microseconds(period.end)
    opening, closing = (_on_hand(stock, size, edge) for edge in edges)
    received = _received(facts, size, edges, receiving)
    there = np.zeros(size, dtype=np.bool_)
    for codes in (stock.sku, np.flatnonzero(units), np.flatnonzero(received)):
        there[codes] = True
    return covered(
        there, units, opening=opening, received=received, closing=closing,
        period=period, definition=definition, names=facts.names.skus,
    )  # fmt: skip


def covered(
    there: NDArray[np.bool_],
    units: Ints,
    *,
    opening: Ints,
    received: Ints,
    closing: Ints,
    period: Period,
    definition: Definition,
    names: tuple[str, ...],
) -> Cover:
    """Return how long stock lasts, of the SKUs that are *there*: figures are known, with a place for every code."""
    sku = np.arange(len(there)) if there.all() else np.flatnonzero(there)
    if len(sku) < len(there):
        units, opening, received, closing = (each.take(sku) for each in (units, opening, received, closing))
    return Cover(
        period=period,
        definition=definition,
        names=names,
        sku=sku,
        units=units,
        opening=opening,
        received=received,
        closing=closing,
        days=period.elapsed / timedelta(days=1),
    )


def _skus(facts: Facts) -> list[Ints]:
    moved = [facts[StockMovements].sku] if StockMovements in facts else []
    return [facts[Stock].sku, *moved]


def _on_hand(stock: Stock, size: int, edge: int) -> Ints:
    """Return how many of each SKU there were at an instant: the last count of each location before it, added up."""
    rows = np.flatnonzero(stock.at < edge)
    rows = rows.take(np.lexsort((rows, stock.at.take(rows), stock.location.take(rows), stock.sku.take(rows))))
    sku, location = stock.sku.take(rows), stock.location.take(rows)
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = (sku[1:] != sku[:-1]) | (location[1:] != location[:-1])
    return grouped(stock.on_hand.take(rows.compress(last)), sku.compress(last), size=size, name="Stock.on_hand")


def _received(facts: Facts, size: int, edges: tuple[int, int], receiving: tuple[str, ...]) -> Ints:
    """Return how many of each SKU came in between two instants."""
    if StockMovements not in facts:
        return np.zeros(size, dtype=np.int64)
    moved, names = facts[StockMovements], facts.names.read("movement_kinds")
    kinds = [code for code, name in enumerate(names) if name in receiving]
    came = np.isin(moved.kind, kinds) & (moved.at >= edges[0]) & (moved.at < edges[1])
    return grouped(moved.quantity, np.where(came, moved.sku, -1), size=size, name="StockMovements.quantity")
