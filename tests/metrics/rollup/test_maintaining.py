"""The law of the rollup: at every moment every answer is that of a full recomputation from what was told."""

from datetime import time, timedelta
from typing import Any

import numpy as np
import pendulum
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ecomops.columns import microseconds, moment
from ecomops.kernel import Calendar, DomainError, Grain, Period
from ecomops.metrics.rollup import Rollup
from tests.metrics.rollup.naive import AMOUNTS, BACK, DIMENSIONS, SUMS, Naive, Row, by_figure, columns

HOUR, MINUTE = 3_600_000_000, 60_000_000
ORDER = ("id", "at", "customer", "valid", *DIMENSIONS, *AMOUNTS)
REFUND = ("id", "order", "at", *BACK)
SCOPES = (None, *DIMENSIONS)
SHOPS = [
    # a calendar, and the day around which its orders lie
    (Calendar(timezone="UTC"), pendulum.datetime(2026, 2, 28)),
    (Calendar(timezone="Asia/Kolkata", week_start=pendulum.SUNDAY), pendulum.datetime(2026, 6, 30)),
    (Calendar(timezone="Australia/Lord_Howe"), pendulum.datetime(2026, 4, 4, 12)),
    (Calendar(timezone="Australia/Lord_Howe"), pendulum.datetime(2026, 10, 3, 12)),
    (Calendar(timezone="America/New_York", day_start=time(4, 10)), pendulum.datetime(2026, 3, 8)),
    (Calendar(timezone="Europe/Berlin"), pendulum.datetime(2026, 10, 25)),
    (Calendar(timezone="Pacific/Apia"), pendulum.datetime(2011, 12, 30)),  # a date that its zone left out
]

steps = st.integers(-40, 40)
minutes = st.sampled_from([0, 0, 0, 1, 15, 30, 59])
flags = st.integers(0, 1)


def instants(base: int) -> st.SearchStrategy[int]:
    """Draw instants around *base*, many of them tied, some at the very end of an hour."""
    return st.tuples(steps, minutes, flags).map(lambda drawn: base + drawn[0] * HOUR + drawn[1] * MINUTE - drawn[2])


class Shops(RuleBasedStateMachine):
    """A rollup beside the naive one."""

    @initialize(shop=st.sampled_from(SHOPS), hours=st.sampled_from([1, 7, 24, 200]))
    def open(self, shop: tuple[Calendar, pendulum.DateTime], hours: int) -> None:
        """Make both for one calendar and horizon."""
        calendar, day = shop
        self.base = microseconds(day)
        self.naive = Naive(calendar, timedelta(hours=hours))
        self.ours = self._empty()
        self.ids = 0

    def _empty(self) -> Rollup:
        return Rollup(
            self.naive.calendar,
            dimensions=DIMENSIONS,
            windows=["channel"],
            amounts=AMOUNTS,
            refund_amounts=BACK,
            new_after=timedelta(microseconds=self.naive.horizon),
            seal_at=5,
        )

    def _orders(self, data: st.DataObject) -> list[Row]:
        drawn: list[Row] = []
        for _ in range(data.draw(st.integers(1, 4))):
            self.ids += 7
            drawn.append(
                {
                    # neither rising nor falling with arrival
                    "id": self.ids * 31 % 1009,
                    "at": data.draw(instants(self.base)),
                    "customer": data.draw(st.integers(-1, 2)),
                    "valid": data.draw(flags),
                    **{name: data.draw(st.integers(0, size - 1)) for name, size in DIMENSIONS.items()},
                    **{name: data.draw(st.integers(-5, 90)) for name in AMOUNTS},
                }
            )
        return drawn

    def _amended(self, data: st.DataObject, ids: list[int]) -> list[Row]:
        chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
        return [{"id": each, "valid": data.draw(flags)} for each in chosen]

    def _refunds(self, data: st.DataObject, ids: list[int]) -> list[Row]:
        drawn: list[Row] = []
        for _ in range(data.draw(st.integers(1, 3))):
            self.ids += 1
            at = data.draw(instants(self.base))
            drawn.append({"id": -self.ids, "order": data.draw(st.sampled_from(ids)), "at": at, "returned": 3})
        return drawn

    def _tell(self, orders: list[Row], amended: list[Row], refunds: list[Row]) -> None:
        self.ours.change(
            append=columns(orders, ORDER) if orders else None,
            amend=columns(amended, ("id", "valid")) if amended else None,
            refund=columns(refunds, REFUND) if refunds else None,
        )
        self.naive.orders.update({row["id"]: dict(row) for row in orders})
        self.naive.refunds.update({row["id"]: dict(row) for row in refunds})
        for row in amended:
            self.naive.orders[row["id"]]["valid"] = row["valid"]

    @rule(data=st.data())
    def append(self, data: st.DataObject) -> None:
        """Tell of orders."""
        self._tell(self._orders(data), [], [])

    @precondition(lambda self: self.naive.orders)
    @rule(data=st.data())
    def amend(self, data: st.DataObject) -> None:
        """Tell what is valid now."""
        self._tell([], self._amended(data, sorted(self.naive.orders)), [])

    @precondition(lambda self: self.naive.orders)
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        """Tell of refunds."""
        self._tell([], [], self._refunds(data, sorted(self.naive.orders)))

    @rule(data=st.data())
    def all_at_once(self, data: st.DataObject) -> None:
        """Append, amend and refund in one batch, those of the batch too."""
        orders = self._orders(data)
        ids = sorted([*self.naive.orders, *(row["id"] for row in orders)])
        self._tell(orders, self._amended(data, ids), self._refunds(data, ids))

    @rule()
    def seal(self) -> None:
        """Seal, also twice."""
        self.ours.seal()

    @rule(data=st.data(), broken=st.sampled_from(["valid", "channel", "customer", "at", "id"]))
    def refused(self, data: st.DataObject, broken: str) -> None:
        """Refuse a batch of which one value is wrong."""
        orders, kept = self._orders(data), self.ids
        orders.append({**orders[-1], "id": -3, broken: {"id": orders[0]["id"]}.get(broken, 2**40 - 2**62)})
        ids = [row["id"] for row in orders]
        with pytest.raises(DomainError):
            self.ours.change(
                append=columns(orders, ORDER), amend=columns([{"id": ids[0], "valid": 0}], ("id", "valid"))
            )
        self.ids = kept

    @rule()
    def moved(self) -> None:
        """Go on with what a snapshot brings back."""
        snapshot = self.ours.snapshot()
        self.ours = self._empty()
        self.ours.restore(snapshot)

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Ask for windows of any bounds, by the shop and by what is kept."""
        drawn = data.draw(st.lists(st.tuples(instants(self.base), instants(self.base)), min_size=1, max_size=3))
        bounds = [(min(pair), max(pair)) for pair in drawn]
        starts, ends = (np.array(each) for each in zip(*bounds, strict=True))
        for by in SCOPES:
            names = (*SUMS, "buyers") if by != "region" else SUMS
            answer = self.ours.windows(starts, ends, by=by)
            expected = [self.naive.sliced(start, end, by) for start, end in bounds]
            assert told(answer.figures) == by_figure(expected, names, by=by)
            for row, (start, end) in enumerate(bounds):
                one = self.ours.window(Period(start=moment(start), end=moment(end)), by=by)
                assert told(one.figures) == by_figure(expected[row : row + 1], names, by=by)

    @invariant()
    def tables_are_those_of_all_rows(self) -> None:
        """Compare every figure of every period and slice."""
        for grain in Grain:
            for by in SCOPES:
                answer = self.ours.table(grain, by=by)
                assert answer.labels.astype(str).tolist() == [day.isoformat() for day in self.naive.periods(grain)]
                expected = by_figure(self.naive.table(grain, by), self.ours.figures, by=by)
                assert told(answer.figures) == expected


def told(figures: Any) -> dict[str, list[object]]:  # noqa: ANN401 - a mapping of arrays
    """Return the figures of an answer as lists."""
    return {name: values.tolist() for name, values in figures.items()}


Shops.TestCase.settings = settings(stateful_step_count=12)
TestShops = Shops.TestCase


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
        new_after=timedelta(hours=9),
    )
    base = microseconds(pendulum.datetime(2026, 6, 30))

    def some(most: int, size: int) -> list[int]:
        return list(map(int, draw.integers(0, most, size)))

    for first in (0, 40, 80):
        cells = zip(some(50 * 60, 40), some(6, 40), some(3, 40), some(3, 40), some(2, 40), some(99, 40), strict=True)
        orders = [
            dict(zip(ORDER, (first + n, base + at * MINUTE, who - 1, int(good > 0), *rest, net, 1), strict=True))
            for n, (at, who, good, *rest, net) in enumerate(cells)
        ]
        refunds = [
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
    assert told(ours.windows(starts, ends, by=by).figures) == expected
