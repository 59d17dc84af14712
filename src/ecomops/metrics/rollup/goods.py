"""The goods of a rollup: lines of orders and of refunds as they were told, and what each SKU came to by day or week.

Lines come with their order, refunded lines with their refund, and count while the order is valid.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen
from pendulum import DateTime

from ecomops.columns import Ints, Uneven, column
from ecomops.kernel import Calendar, Grain, Period
from ecomops.kernel.checks import is_a
from ecomops.metrics.covering import Cover, covered
from ecomops.metrics.rollup.batches import ANY, Batch, Bounds, Ranges, Table, checked
from ecomops.metrics.rollup.buffers import Buffers
from ecomops.metrics.rollup.cubes import MOST_CELLS
from ecomops.metrics.rollup.days import Days, week_of
from ecomops.metrics.rollup.errors import GoodsNotKept, LineAlone, NotWholePeriods, TooLarge
from ecomops.metrics.rollup.lookup import NOWHERE, Lookup
from ecomops.metrics.rollup.shelves import PLANES, Shelf
from ecomops.metrics.rollup.sorting import ragged
from ecomops.metrics.rollup.spec import Spec
from ecomops.metrics.rollup.state import State
from ecomops.metrics.sales import Definition

Given = Mapping[str, object] | None


@frozen(kw_only=True, eq=False)
class Goods:
    """What each SKU came to in a period: a place for every code.

    Args:
        period: Which.
        units: Units sold in valid orders.
        net: What they were sold for.
        returned_units: Units of valid orders that came back.
        returned_net: What they had been sold for.
        definition: What the host counts as a sale.
    """

    period: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    units: Ints
    net: Ints
    returned_units: Ints
    returned_net: Ints

    def cover(self, *, opening: Ints, received: Ints, closing: Ints, names: tuple[str, ...] = ()) -> Cover:
        """Return how much of the stock of each SKU was sold, and how long the rest lasts.

        Args:
            opening: Units on hand when the period began, with a place for every code.
            received: Units that came in during it.
            closing: Units on hand when it ended.
            names: The names of SKUs; () when the host keeps them.

        Returns:
            A row for each SKU that sold, came in, or was on hand.

        Raises:
            WrongColumn: Stock is no array of whole numbers.
            Uneven: Stock has not a place for every code.

        Example:
            >>> import pendulum
            >>> from ecomops.metrics import DEFAULT_DEFINITION
            >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
            >>> some, none = np.array([4, 0, 0]), np.zeros(3, dtype=np.int64)
            >>> sums = {"units": some, "net": some, "returned_units": none, "returned_net": none}
            >>> goods = Goods(period=june, definition=DEFAULT_DEFINITION, **sums)
            >>> found = goods.cover(opening=np.array([8, 0, 0]), received=none, closing=np.array([4, 2, 0]))
            >>> found.sku, found.sell_through, found.days_of_supply
            (array([0, 1]), array([0.5, nan]), array([30., nan]))
        """
        stock = {"opening": opening, "received": received, "closing": closing}
        columns = {name: column(values, name=name) for name, values in stock.items()}
        there = self.units != 0
        for name, values in columns.items():
            if len(values) != len(there):
                raise Uneven(column=name, found=len(values), expected=len(there))
            there |= values != 0
        return covered(there, self.units, **columns, period=self.period, definition=self.definition, names=names)


class _Lines:
    """The lines of owners (orders or refunds), which are numbered as they come."""

    __slots__ = ("_lines", "_owners", "bounds", "shelf")

    def __init__(self, skus: int) -> None:
        long: np.dtype[Any] = np.dtype(np.int64)
        self._lines = Buffers({"sku": np.dtype(np.int32), **dict.fromkeys(PLANES, long)})
        self._owners = Buffers({"end": np.dtype(np.int32)})
        self.bounds = Bounds()
        self.shelf = Shelf(skus)

    @property
    def nbytes(self) -> int:
        return self._lines.nbytes + self._owners.nbytes

    def extend(self, rows: Table, *, owners: int, bounds: Bounds) -> None:
        """Take over the lines of the next *owners*, in the order of those."""
        ends = np.cumsum(np.bincount(rows["owner"], minlength=owners)) + len(self._lines)
        self._owners.extend({"end": ends}, rows=owners)
        self._lines.extend({name: rows[name] for name in self._lines}, rows=len(rows["owner"]))
        self.bounds = bounds

    def of(self, owners: Ints) -> tuple[Ints, Ints]:
        """Return the rows of the lines of some owners, and the place of the owner of each."""
        ends = self._owners.ints("end", owners)
        starts = np.where(owners > 0, self._owners.ints("end", np.maximum(owners - 1, 0)), 0)
        return ragged(starts, ends - starts)

    def count(self, owners: Ints, number: Ints, sign: Ints) -> None:
        """Add the lines of some owners, each in the period of that number and with that sign."""
        counted = np.flatnonzero(sign)
        owners, number, sign = (each.take(counted) for each in (owners, number, sign))
        rows, place = self.of(owners)
        quantity, net = (self._lines.ints(name, rows) * sign.take(place) for name in PLANES)
        self.shelf.add(number.take(place), self._lines.ints("sku", rows), quantity, net)

    def told(self, owner_ids: Ints) -> tuple[Ints, dict[str, Ints]]:
        """Return the id of the owner of each line, and the lines as they were told."""
        rows, place = self.of(np.arange(len(owner_ids)))
        return owner_ids.take(place), {name: self._lines.ints(name, rows) for name in self._lines}


@frozen(eq=False)
class Baskets:
    """Checked lines of a batch, by the order (or refund) of that batch which they belong to.

    Args:
        sold: The lines of its orders.
        returned: The lines of its refunds.
        sold_bounds: How far the sums of lines may have come with them.
        returned_bounds: How far those of refunded lines may have come.
        flipped: The rows of earlier orders whose validity changes.
        sign: 1 for those that become valid, -1 for the others.
    """

    sold: Table
    returned: Table
    sold_bounds: Bounds
    returned_bounds: Bounds
    flipped: Ints
    sign: Ints


class Store:
    """The goods of one rollup.

    Args:
        spec: What the rollup is made for.
    """

    __slots__ = ("_returned", "_skus", "_sold", "_spec")

    def __init__(self, spec: Spec) -> None:
        """Begin without a line."""
        self._spec = spec
        self._skus = spec.skus
        self._sold, self._returned = _Lines(spec.skus), _Lines(spec.skus)

    @property
    def nbytes(self) -> int:
        """The bytes that lines and sums take."""
        return sum(each.nbytes + each.shelf.nbytes for each in (self._sold, self._returned))

    @property
    def points(self) -> int:
        """How many lines came since the running sums were made."""
        return max(self._sold.shelf.points, self._returned.shelf.points)

    def checked(self, state: State, batch: Batch, days: Days, *, lines: Given, returned: Given) -> Baskets:
        """Return the lines of a batch that is not carried out yet.

        Args:
            state: What the rollup holds.
            batch: The batch.
            days: The days that the rollup reaches with it.
            lines: The lines of its orders.
            returned: The lines of its refunds.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            Uneven: Columns of one table have different lengths.
            OutOfColumn: A value that its column cannot hold.
            LineAlone: A line belongs to no order, or no refund, of the batch.
            CannotHoldSum: A sum might be more than 64 bits hold.
            TooLarge: Days or weeks by SKUs would be more than 2^28 cells.
        """
        numbers = days.numbers(self._spec.skus_by)
        cells = len(PLANES) * (int(numbers[-1] - numbers[0]) + 1 if len(numbers) else 0) * self._skus
        if cells > MOST_CELLS:
            raise TooLarge(dimension="skus", cells=cells, most=MOST_CELLS)
        sold = _by_owner(lines, batch.orders["id"], "order", skus=self._skus, name="lines")
        back = _by_owner(returned, batch.refunds["id"], "refund", skus=self._skus, name="returned")
        was = state.told.orders.ints("valid", batch.amended)
        changed = np.flatnonzero(was != batch.valid)
        return Baskets(
            sold=sold,
            returned=back,
            sold_bounds=self._sold.bounds.with_rows(sold, PLANES),
            returned_bounds=self._returned.bounds.with_rows(back, PLANES),
            flipped=batch.amended.take(changed),
            sign=1 - 2 * was.take(changed),
        )

    def take(self, state: State, baskets: Baskets, *, first: int, first_refund: int) -> None:
        """Carry out checked lines, after the batch itself was carried out.

        Args:
            state: What the rollup holds.
            baskets: The lines.
            first: The row of the first order of the batch.
            first_refund: The row of its first refund.
        """
        told = state.told
        orders, refunds = np.arange(first, len(told.orders)), np.arange(first_refund, len(told.refunds))
        self._sold.extend(baskets.sold, owners=len(orders), bounds=baskets.sold_bounds)
        self._returned.extend(baskets.returned, owners=len(refunds), bounds=baskets.returned_bounds)
        valid = told.orders.ints("valid", orders)
        rows = np.concatenate([orders, baskets.flipped])
        sign = np.concatenate([valid, baskets.sign])
        self._sold.count(rows, self._numbers(state, told.orders.ints("day", rows)), sign)
        late = [told.refunds_of(baskets.flipped.compress(baskets.sign == each)) for each in (1, -1)]
        rows = np.concatenate([refunds, *late])
        sign = np.concatenate(
            [
                told.orders.ints("valid", told.refunds.ints("order", refunds)),
                *(np.where(each < first_refund, way, 0) for each, way in zip(late, (1, -1), strict=True)),
            ]
        )
        self._returned.count(rows, self._numbers(state, told.refunds.ints("day", rows)), sign)

    def _numbers(self, state: State, ordinals: Ints) -> Ints:
        """Return the number of the day or week of some days."""
        periods = state.timeline.periods[self._spec.skus_by]
        return periods.of_day.take(ordinals - state.timeline.days.first) + periods.number

    def seal(self) -> None:
        """Put everything into the running sums."""
        self._sold.shelf.fold()
        self._returned.shelf.fold()

    def told(self, state: State) -> tuple[dict[str, Ints], dict[str, Ints]]:
        """Return the lines of orders, and those of refunds, as they were told."""
        order, sold = self._sold.told(state.told.orders["id"])
        refund, back = self._returned.told(state.told.refunds["id"])
        return {"order": order, **sold}, {"refund": refund, **back}

    def between(self, period: Period) -> Goods:
        """Return what each SKU came to in whole days or weeks.

        Raises:
            NotWholePeriods: They are not whole.
        """
        calendar, grain = self._spec.calendar, self._spec.skus_by
        low, high = _edge(calendar, grain, period.start), _edge(calendar, grain, period.end)
        units, net = self._sold.shelf.between(low, high)
        returned_units, returned_net = self._returned.shelf.between(low, high)
        return Goods(
            period=period,
            definition=self._spec.definition,
            units=units,
            net=net,
            returned_units=returned_units,
            returned_net=returned_net,
        )


@lru_cache(maxsize=1024)  # the same period is asked for all day
def _edge(calendar: Calendar, grain: Grain, at: DateTime) -> int:
    """Return the number of the day or week that begins at an instant, as `Days.numbers` counts them."""
    day = calendar.first_day(calendar.day(at), grain)
    if calendar.bounds(day, grain).start != at:
        raise NotWholePeriods(grain=grain.value)
    return day.toordinal() if grain is Grain.DAY else week_of(calendar, day.toordinal())


def _by_owner(given: Given, owners: Ints, key: str, *, skus: int, name: str) -> Table:
    """Return checked lines in the order of their owners, each with the place of its owner."""
    ranges: Ranges = {key: ANY, "sku": (-1, skus - 1), "quantity": (0, ANY[1]), "net": ANY}
    columns = checked(given, ranges, name=name)
    places = Lookup.of(owners).find(columns[key])
    alone = np.flatnonzero(places == NOWHERE)
    if len(alone):
        row = int(alone[0])
        raise LineAlone(column=f"{name}.{key}", row=row, id=int(columns[key][row]))
    order = np.argsort(places, kind="stable")
    return {"owner": places.take(order), **{each: columns[each].take(order) for each in ("sku", *PLANES)}}


def require_goods(store: Store | None) -> Store:
    """Refuse what is asked of goods that are not kept.

    Raises:
        GoodsNotKept: They are not.
    """
    if store is None:
        raise GoodsNotKept(asked="goods")
    return store
