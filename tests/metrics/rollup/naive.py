"""The rollup once more, as sets: no index, no sum that is kept, every answer from all rows anew."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeAlias

import numpy as np
from pendulum import Date

from ecomops.columns import Ints, microseconds, moment
from ecomops.kernel import Calendar, Grain, Period

Row: TypeAlias = dict[str, int]
Figures: TypeAlias = dict[str, int]

DIMENSIONS = {"channel": 3, "region": 2}
AMOUNTS = ("net", "units")
BACK = ("returned",)
SKUS = 3
SUMS = (
    "orders",
    "orders_valid",
    "orders_identified",
    *AMOUNTS,
    "refunds",
    *BACK,
    "new_buyers",
    "slice_new_buyers",
)


def columns(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Ints]:
    """Return rows as columns."""
    listed = list(rows)
    return {name: np.array([row[name] for row in listed], dtype=np.int64) for name in names}


class Naive:
    """Orders and refunds by id."""

    def __init__(self, calendar: Calendar, new_after: timedelta) -> None:
        """Begin without a row."""
        self.calendar = calendar
        self.horizon = new_after // timedelta(microseconds=1)
        self.orders: dict[int, Row] = {}
        self.refunds: dict[int, Row] = {}
        self.lines: list[Row] = []
        self.returned: list[Row] = []

    def earlier(self, order: Row, by: str | None) -> list[int]:
        """Return the instants of the customer's valid orders before this one, in the shop or in its slice."""
        return [
            each["at"]
            for each in self.orders.values()
            if each["valid"]
            and each["customer"] == order["customer"]
            and (each["at"], each["id"]) < (order["at"], order["id"])
            and (by is None or each[by] == order[by])
        ]

    def is_new(self, order: Row, by: str | None) -> bool:
        """Tell whether no order within the horizon came before a valid order of a known customer."""
        return bool(order["valid"] and order["customer"] >= 0) and all(
            at < order["at"] - self.horizon for at in self.earlier(order, by)
        )

    def figures(self, start: int, end: int, *, by: str | None = None, value: int = 0) -> Figures:
        """Return all figures from *start* up to *end*, of one slice."""

        def counts(at: int, order: Row) -> bool:
            return start <= at < end and (by is None or order[by] == value)

        told = [order for order in self.orders.values() if counts(order["at"], order)]
        valid = [order for order in told if order["valid"]]
        back = [
            refund
            for refund in self.refunds.values()
            if (order := self.orders[refund["order"]])["valid"] and counts(max(refund["at"], order["at"]), order)
        ]
        buyers = {order["customer"] for order in valid} - {-1}
        fresh = {
            order["customer"]
            for order in self.orders.values()
            if start <= order["at"] < end and self.is_new(order, None)
        }
        return {
            "orders": len(told),
            "orders_valid": len(valid),
            "orders_identified": sum(order["customer"] >= 0 for order in valid),
            **{name: sum(order[name] for order in valid) for name in AMOUNTS},
            "refunds": len(back),
            **{name: sum(refund[name] for refund in back) for name in BACK},
            "new_buyers": sum(self.is_new(order, None) for order in told),
            "slice_new_buyers": sum(self.is_new(order, by) for order in told),
            "buyers": len(buyers),
            "new_to_shop_buyers": len(buyers & fresh),
        }

    def goods(self, start: int, end: int) -> list[tuple[int, int, int, int]]:
        """Return the units and the money of each SKU from *start* up to *end*, sold and returned."""

        def sums(rows: list[Row], instants: dict[int, int], sku: int) -> tuple[int, int]:
            counted = [row for row in rows if row["sku"] == sku and start <= instants.get(row["owner"], end) < end]
            return sum(row["quantity"] for row in counted), sum(row["net"] for row in counted)

        sold = {key: order["at"] for key, order in self.orders.items() if order["valid"]}
        back = {
            key: max(each["at"], sold[each["order"]]) for key, each in self.refunds.items() if each["order"] in sold
        }
        return [(*sums(self.lines, sold, sku), *sums(self.returned, back, sku)) for sku in range(SKUS)]

    def sliced(self, start: int, end: int, by: str | None) -> list[Figures]:
        """Return the figures of each slice."""
        return [self.figures(start, end, by=by, value=value) for value in range(1 if by is None else DIMENSIONS[by])]

    def periods(self, grain: Grain) -> list[Date]:
        """Return the first day of each period, from that of the first row to that of the last."""
        at = [order["at"] for order in self.orders.values()]
        at += [max(each["at"], self.orders[each["order"]]["at"]) for each in self.refunds.values()]
        if not at:
            return []
        day = self.calendar.first_day(self.calendar.day(moment(min(at))), grain)
        last = self.calendar.first_day(self.calendar.day(moment(max(at))), grain)
        days = [day]
        while days[-1] < last:
            days.append(self.calendar.next_first_day(days[-1], grain))
        return days

    def bounds(self, grain: Grain) -> list[Period]:
        """Return the same periods, from instant to instant."""
        return [self.calendar.bounds(day, grain) for day in self.periods(grain)]

    def table(self, grain: Grain, by: str | None) -> list[list[Figures]]:
        """Return the figures of each period and slice."""
        bounds = self.bounds(grain)
        return [self.sliced(microseconds(each.start), microseconds(each.end), by) for each in bounds]


def by_figure(rows: list[list[Figures]], names: Iterable[str], *, by: str | None) -> dict[str, list[object]]:
    """Return naive rows as lists by figure."""
    pick: Callable[[list[Figures], str], object] = (
        (lambda slices, name: slices[0][name]) if by is None else (lambda slices, name: [each[name] for each in slices])
    )
    return {name: [pick(slices, name) for slices in rows] for name in names}
