"""The law of the rollup: at every moment every answer is that of a full recomputation from what was told."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import TypeAlias

import numpy as np
import pendulum
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ecomops.columns import Ints, microseconds, moment
from ecomops.kernel import Calendar, Currency, DomainError, Grain, Period, RetailCalendar
from ecomops.metrics import Definition
from ecomops.metrics.rollup import Rollup
from ecomops.metrics.tables import Values
from tests.metrics.rollup.naive import AMOUNTS, BACK, DIMENSIONS, SKUS, SUMS, Naive, Row, by_figure, columns

HOUR, MINUTE = 3_600_000_000, 60_000_000
ORDER = ("id", "at", "customer", "valid", *DIMENSIONS, *AMOUNTS)
REFUND = ("id", "order", "at", *BACK)
SCOPES = (None, *DIMENSIONS)
MINUTES = (0, 0, 0, 1, 15, 30, 59)
SHOPS = [
    # a calendar, and the day around which its orders lie
    (Calendar(timezone="UTC"), pendulum.datetime(2026, 2, 28)),
    (
        RetailCalendar(timezone="Asia/Kolkata", week_start=pendulum.SUNDAY, weeks=(4, 5, 4)),
        pendulum.datetime(2024, 2, 3),
    ),
    (Calendar(timezone="Australia/Lord_Howe"), pendulum.datetime(2026, 4, 4, 12)),
    (Calendar(timezone="Australia/Lord_Howe"), pendulum.datetime(2026, 10, 3, 12)),
    (Calendar(timezone="America/New_York", day_start=time(4, 10)), pendulum.datetime(2026, 3, 8)),
    (Calendar(timezone="Europe/Berlin"), pendulum.datetime(2026, 10, 25)),
    (Calendar(timezone="Pacific/Apia"), pendulum.datetime(2011, 12, 30)),  # a date that its zone left out
]

Pick: TypeAlias = Callable[[int, int], int]
"""Chooses a whole number between two, both included."""


def seeded(seed: int) -> Pick:
    """Return what chooses evenly."""
    draw = np.random.default_rng(seed)
    return lambda least, most: int(draw.integers(least, most + 1))


class Twins:
    """A rollup beside the naive one."""

    def __init__(self, shop: tuple[Calendar, pendulum.DateTime], hours: int, spread: int = 1) -> None:
        """Make both for one calendar and horizon; orders lie up to forty times *spread* hours from the day."""
        self.spread = spread
        calendar, day = shop
        self.base = microseconds(day)
        self.skus_by = Grain.DAY if hours % 2 else Grain.WEEK
        self.naive = Naive(calendar, timedelta(hours=hours))
        self.ours = self.empty()
        self.ids = 0

    def empty(self) -> Rollup:
        """Return a rollup without an order."""
        return Rollup(
            self.naive.calendar,
            currency=Currency.CNY,
            definition=Definition(new_after=timedelta(microseconds=self.naive.horizon)),
            dimensions=DIMENSIONS,
            windows=["channel"],
            amounts=AMOUNTS,
            refund_amounts=BACK,
            skus=SKUS,
            skus_by=self.skus_by,
            seal_at=40,
        )

    def at(self, pick: Pick) -> int:
        """Choose an instant: many are tied, some are the last of an hour."""
        return self.base + pick(-40, 40) * self.spread * HOUR + MINUTES[pick(0, 6)] * MINUTE - pick(0, 1)

    def orders(self, pick: Pick) -> list[Row]:
        """Choose new orders; their ids neither rise nor fall with arrival."""
        drawn: list[Row] = []
        for _ in range(pick(1, 6)):
            self.ids += 1
            drawn.append(
                {
                    "id": self.ids * 31 % 1009,
                    "at": self.at(pick),
                    "customer": pick(-1, 2),
                    "valid": int(pick(0, 3) > 0),
                    **{name: pick(0, size - 1) for name, size in DIMENSIONS.items()},
                    **{name: pick(-5, 90) for name in AMOUNTS},
                }
            )
        return drawn

    def amended(self, pick: Pick, orders: list[Row]) -> list[Row]:
        """Choose what is valid now, of the orders of a batch too."""
        ids = sorted([*self.naive.orders, *(row["id"] for row in orders)])
        chosen = dict.fromkeys(ids[pick(0, len(ids) - 1)] for _ in range(pick(1, 4)))
        return [{"id": each, "valid": pick(0, 1)} for each in chosen]

    def refunds(self, pick: Pick, orders: list[Row]) -> list[Row]:
        """Choose refunds, also of orders of the batch."""
        ids = sorted([*self.naive.orders, *(row["id"] for row in orders)])
        drawn: list[Row] = []
        for _ in range(pick(1, 3)):
            self.ids += 1
            order = ids[pick(0, len(ids) - 1)]
            drawn.append({"id": -self.ids, "order": order, "at": self.at(pick), "returned": pick(0, 9)})
        return drawn

    def lines(self, pick: Pick, owners: list[Row]) -> list[Row]:
        """Choose lines of orders or refunds, in any order; some have no goods, some owners no line."""
        return [
            {
                "owner": owners[pick(0, len(owners) - 1)]["id"],
                "sku": pick(-1, SKUS - 1),
                "quantity": n,
                "net": 7 * n - 9,
            }
            for n in [pick(0, 4) for _ in range(pick(0, 4) if owners else 0)]
        ]

    def tell(self, orders: list[Row], amended: list[Row], refunds: list[Row], goods: tuple[list[Row], ...]) -> None:
        """Tell both."""
        lines, returned = goods
        self.ours.change(
            append=columns(orders, ORDER) if orders else None,
            amend=columns(amended, ("id", "valid")) if amended else None,
            refund=columns(refunds, REFUND) if refunds else None,
            lines=of_owners(lines, "order") if lines else None,
            returned=of_owners(returned, "refund") if returned else None,
        )
        self.naive.lines += lines
        self.naive.returned += returned
        self.naive.orders.update({row["id"]: dict(row) for row in orders})
        self.naive.refunds.update({row["id"]: dict(row) for row in refunds})
        for row in amended:
            self.naive.orders[row["id"]]["valid"] = row["valid"]

    def change(self, pick: Pick) -> None:
        """Append, amend, refund, or all of it in one batch."""
        kind = pick(0, 4) if self.naive.orders else 0
        orders = self.orders(pick) if kind in {0, 1, 4} else []
        amended = self.amended(pick, orders) if kind in {2, 4} else []
        refunds = self.refunds(pick, orders) if kind in {3, 4} else []
        self.tell(orders, amended, refunds, (self.lines(pick, orders), self.lines(pick, refunds)))

    def refuse(self, pick: Pick) -> None:
        """Tell of a batch with one wrong value among right ones."""
        orders = self.orders(pick)
        broken = ("valid", "channel", "customer", "at", "id")[pick(0, 4)]
        orders.append({**orders[-1], "id": -3, broken: orders[0]["id"] if broken == "id" else 2**40 - 2**62})
        amended = self.amended(pick, orders[:1])
        with pytest.raises(DomainError):
            self.ours.change(append=columns(orders, ORDER), amend=columns(amended, ("id", "valid")))
        alone = {"owner": 10**6, "sku": 0, "quantity": 1, "net": 1}
        with pytest.raises(DomainError):
            self.ours.append(columns(orders[:-1], ORDER), of_owners([alone], "order"))

    def move(self) -> None:
        """Go on with what a snapshot brings back."""
        snapshot = self.ours.snapshot()
        self.ours = self.empty()
        self.ours.restore(snapshot)

    def compare_windows(self, pick: Pick) -> None:
        """Compare windows of any bounds, together and each alone, by the shop and by what is kept."""
        bounds = [(min(pair), max(pair)) for pair in [(self.at(pick), self.at(pick)) for _ in range(pick(2, 6))]]
        starts, ends = (np.array(each) for each in zip(*bounds, strict=True))
        for by in SCOPES:
            names = SUMS if by == "region" else (*SUMS, "buyers")
            expected = by_figure([self.naive.sliced(*each, by) for each in bounds], names, by=by)
            assert told(self.ours.windows(starts, ends, by=by)) == expected
            first = Period(start=moment(bounds[0][0]), end=moment(bounds[0][1]))
            alone = self.ours.window(first, by=by)
            rows = [self.naive.sliced(*bounds[0], by)] if first.start < first.end else []
            flat = {name: [each[name] for row in rows for each in row] for name in names}
            assert {column.key: column.plain() for column in alone.columns} == flat

    def compare_tables(self) -> None:
        """Compare every figure of every period and slice, and of every SKU."""
        for grain in Grain:
            bounds = self.naive.bounds(grain)
            observed = Period(start=bounds[0].start, end=bounds[-1].end)
            for by in SCOPES:
                table = self.ours.table(grain, observed=observed, by=by)
                slots = 1 if by is None else DIMENSIONS[by]
                assert list(table.labels[::slots]) == self.naive.periods(grain)
                assert not any(table.partial)
                expected = by_figure(self.naive.table(grain, by), self.ours.figures, by=by)
                shape = (len(bounds),) if by is None else (len(bounds), slots)
                assert {name: table[name].reshape(shape).tolist() for name in table.keys} == expected
        self.compare_goods()

    def compare_observed(self, pick: Pick) -> None:
        """Compare a table of which the first and the last period were observed in part."""
        first, last = sorted((self.at(pick), self.at(pick)))
        observed = Period(start=moment(first), end=moment(last + 1))
        calendar, names = self.naive.calendar, (*SUMS, "buyers")
        for grain in Grain:
            table = self.ours.table(grain, observed=observed, by="channel", figures=names)
            cut = [calendar.bounds(day, grain) for day in table.labels[:: DIMENSIONS["channel"]]]
            spans = [(max(microseconds(each.start), first), min(microseconds(each.end), last + 1)) for each in cut]
            expected = by_figure([self.naive.sliced(*each, "channel") for each in spans], names, by="channel")
            assert {name: table[name].reshape(len(cut), -1).tolist() for name in names} == expected

    def compare_goods(self) -> None:
        """Compare what each SKU came to, in the last period, in those before it, and in all of them."""
        bounds = self.naive.bounds(self.skus_by)
        first, last = bounds[0].start, bounds[-1]
        for period in (last, Period(start=first, end=last.start), Period(start=first, end=last.end)):
            ours = self.ours.goods(period)
            found = zip(ours.units, ours.net, ours.returned_units, ours.returned_net, strict=True)
            assert list(found) == self.naive.goods(microseconds(period.start), microseconds(period.end))


def of_owners(lines: list[Row], key: str) -> dict[str, Ints]:
    """Return lines as columns, the id of their owner under its own name."""
    found = columns(lines, ("owner", "sku", "quantity", "net"))
    return {key: found.pop("owner"), **found}


def told(figures: Mapping[str, Values]) -> dict[str, list[object]]:
    """Return figures as lists."""
    return {name: values.tolist() for name, values in figures.items()}


class Shops(RuleBasedStateMachine):
    """Any history: hypothesis finds short ones that fail."""

    def pick(self, data: st.DataObject) -> Pick:
        """Return what lets hypothesis choose."""
        return lambda least, most: data.draw(st.integers(least, most))

    @initialize(shop=st.sampled_from(SHOPS), hours=st.sampled_from([1, 7, 24, 200]), data=st.data())
    def open(self, shop: tuple[Calendar, pendulum.DateTime], hours: int, data: st.DataObject) -> None:
        """Begin."""
        self.twins = Twins(shop, hours)
        self.twins.change(self.pick(data))

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Change both."""
        self.twins.change(self.pick(data))

    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        """Refuse a batch."""
        self.twins.refuse(self.pick(data))

    @rule()
    def seal(self) -> None:
        """Seal, also twice."""
        self.twins.ours.seal()

    @rule()
    def move(self) -> None:
        """Restore a snapshot."""
        self.twins.move()

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Ask for windows, and for tables of what was observed in part."""
        self.twins.compare_windows(self.pick(data))
        self.twins.compare_observed(self.pick(data))

    @invariant()
    def tables_are_those_of_all_rows(self) -> None:
        """Compare all tables after every step."""
        self.twins.compare_tables()


Shops.TestCase.settings = settings(stateful_step_count=8)
TestShops = Shops.TestCase


LIMITS = {
    "linking.DEEP": 1, "changing.MOST_PAIRS": 1, "changing.MOST_FLAGS": 1, "cubes.AT_ONCE": 3, "cubes.CELLS": 1,
    "sealed.FEW": 1, "sealed.LONG": 1, "spans.FEW": 0,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(14))
def test_long_histories_are_those_of_all_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories of dozens of orders, drawn evenly, with seals and refusals among the changes.

    Half of them take the ways of batches and customers that are large.
    """
    for limit, most in LIMITS.items() if seed % 2 else ():
        monkeypatch.setattr(f"ecomops.metrics.rollup.{limit}", most)
    pick = seeded(seed)
    twins = Twins(SHOPS[seed % len(SHOPS)], hours=(1, 7, 24, 200)[pick(0, 3)])
    for _ in range(12):
        twins.change(pick)
        if not pick(0, 4):
            twins.ours.seal()
        if not pick(0, 5):
            twins.refuse(pick)
        twins.compare_windows(pick)
        twins.compare_tables()
        twins.compare_observed(pick)


@pytest.mark.parametrize("seed", range(8))
def test_histories_of_months_are_those_of_all_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes after many sealed orders: of those before the periods that change the last one of each slice counts."""
    if seed % 2:
        monkeypatch.setattr("ecomops.metrics.rollup.changing.MOST_PAIRS", 1)
    pick = seeded(seed)
    twins = Twins(SHOPS[seed % len(SHOPS)], hours=(24, 200, 900)[pick(0, 2)], spread=37)
    for step in range(18):
        twins.change(pick)
        if step % 6 == 5:
            twins.compare_windows(pick)
            twins.compare_tables()
        if step % 3 == 2:
            twins.ours.seal()


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("by", SCOPES)
def test_many_windows_are_those_of_all_rows(by: str | None, *, sealed: bool) -> None:
    """Windows that are asked for together are answered as each alone, refunds and open hours too."""
    draw = np.random.default_rng(11)
    calendar = Calendar(timezone="Asia/Kolkata")
    naive = Naive(calendar, timedelta(hours=9))
    ours = Rollup(
        calendar,
        dimensions=DIMENSIONS,
        windows=["channel"],
        amounts=AMOUNTS,
        refund_amounts=BACK,
        currency=Currency.INR,
        definition=Definition(new_after=timedelta(hours=9)),
    )
    base = microseconds(pendulum.datetime(2026, 6, 30))

    def some(most: int, size: int) -> list[int]:
        return list(map(int, draw.integers(0, most, size)))

    for first in (0, 40, 80):
        cells = zip(some(50 * 60, 40), some(6, 40), some(3, 40), some(3, 40), some(2, 40), some(99, 40), strict=True)
        orders: list[Row] = [
            dict(zip(ORDER, (first + n, base + at * MINUTE, who - 1, int(good > 0), *rest, net, 1), strict=True))
            for n, (at, who, good, *rest, net) in enumerate(cells)
        ]
        refunds: list[Row] = [
            dict(zip(REFUND, (first + n, first + n, base + at * MINUTE, 5), strict=True))
            for n, at in enumerate(some(50 * 60, 20))
        ]
        ours.change(append=columns(orders, ORDER), refund=columns(refunds, REFUND))
        naive.orders.update({row["id"]: row for row in orders})
        naive.refunds.update({row["id"]: row for row in refunds})
        if sealed and first:
            ours.seal()
    drawn = [sorted(pair) for pair in zip(some(50 * 60, 12), some(50 * 60, 12), strict=True)]
    bounds = [(base + start * MINUTE, base + end * MINUTE) for start, end in drawn]
    starts, ends = (np.array(each) for each in zip(*bounds, strict=True))
    names = SUMS if by == "region" else (*SUMS, "buyers")
    expected = by_figure([naive.sliced(*each, by) for each in bounds], names, by=by)
    together = ours.windows(starts, ends, by=by)
    assert told(together) == expected
    for place, (start, end) in enumerate(bounds):
        alone = ours.windows(starts[place : place + 1], ends[place : place + 1], by=by)
        assert told(alone) == {name: values[place : place + 1].tolist() for name, values in together.items()}
        window = ours.window(Period(start=moment(start), end=moment(end)), by=by)
        assert {name: window[name].tolist() for name in window.keys} == {
            name: values.reshape(-1).tolist() for name, values in alone.items()
        }
