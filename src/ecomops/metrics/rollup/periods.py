"""Buyers, and buyers who are new to the shop, by day, week and month of each slice."""

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.kernel import Grain
from ecomops.metrics.rollup.days import GRAINS, Days, Periods, periods_of
from ecomops.metrics.rollup.linking import Relinked, Touched
from ecomops.metrics.rollup.sorting import runs_of
from ecomops.metrics.rollup.spec import BUYERS, DISTINCT, NEW_TO_SHOP
from ecomops.metrics.sales import Flags


class Buyers:
    """The distinct buyers of one scope by period.

    Args:
        values: How many slices it has.
    """

    __slots__ = ("_cells", "values")

    def __init__(self, values: int) -> None:
        """Begin without a period."""
        self.values = values
        self._cells: dict[tuple[str, Grain], Ints] = {
            (figure, grain): np.zeros((0, values), dtype=np.int64) for figure in DISTINCT for grain in GRAINS
        }

    @property
    def nbytes(self) -> int:
        """The bytes that its periods take."""
        return sum(cells.nbytes for cells in self._cells.values())

    def of(self, figure: str, grain: Grain) -> Ints:
        """Return a figure of each period (a row) and slice (a column)."""
        return self._cells[figure, grain]

    def fit(self, grain: Grain, *, front: int, size: int) -> None:
        """Make room for *size* periods, of which *front* are before the first one."""
        for figure in DISTINCT if size > len(self._cells[BUYERS, grain]) else ():
            cells = self._cells[figure, grain]
            grown = np.zeros((size, self.values), dtype=np.int64)
            grown[front : front + len(cells)] = cells
            self._cells[figure, grain] = grown

    def add(self, figure: str, grain: Grain, cells: Ints, *, was: Flags, became: Flags) -> None:
        """Count orders where they count now, and no more where they did.

        Args:
            figure: Which figure.
            grain: That of the periods.
            cells: The place of each order's period and slice among all of them.
            was: Whether it counted.
            became: Whether it counts.
        """
        worth: Ints = (became.view(np.int8) - was.view(np.int8)).astype(np.int64)
        np.add.at(self._cells[figure, grain].reshape(-1), cells, worth)


class Timeline:
    """The days of a rollup with their weeks and months.

    Attributes:
        days: The days.
        periods: The periods of each grain.
        began: For each day, the instant at which the first of its periods begins.
    """

    __slots__ = ("began", "days", "periods")

    def __init__(self, days: Days) -> None:
        """Cut *days* into periods."""
        self.days = days
        self.periods: dict[Grain, Periods] = {grain: periods_of(days, grain) for grain in GRAINS}
        self.began: Ints = np.minimum.reduce([each.began for each in self.periods.values()])


@frozen(eq=False)
class Fresh:
    """In which periods the touched customers are new to the shop.

    Args:
        day: The place of the day of each touched order.
        was: For each grain, whether the order's customer was new in its period before the change.
        became: The same after it.
    """

    day: Ints
    was: dict[Grain, Flags]
    became: dict[Grain, Flags]

    def take(self, places: Ints) -> "Fresh":
        """Return it for some of the orders."""
        was = {grain: flags.take(places) for grain, flags in self.was.items()}
        became = {grain: flags.take(places) for grain, flags in self.became.items()}
        return Fresh(day=self.day.take(places), was=was, became=became)


def fresh(timeline: Timeline, chains: Touched, day: Ints, *, was: Flags, became: Flags) -> Fresh:
    """Return in which periods customers are new.

    Args:
        timeline: The periods.
        chains: The touched orders.
        day: The place of the day of each.
        was: Which of them had no predecessor in the shop within the horizon.
        became: Which have none after the change.
    """
    before, after = dict[Grain, Flags](), dict[Grain, Flags]()
    for grain, periods in timeline.periods.items():
        run = runs_of(chains.owner, periods.of_day.take(day))
        before[grain], after[grain] = _any_of(was, run), _any_of(became, run)
    return Fresh(day=day, was=before, became=after)


def _any_of(flags: Flags, run: Ints) -> Flags:
    """Return for each row whether a row of its run is flagged."""
    hit = np.zeros(len(flags), dtype=np.bool_)
    flagged = run.compress(flags)
    if not len(flagged):
        return hit
    hit[flagged] = True
    return hit.take(run)


@frozen(eq=False)
class Moves:
    """Some touched orders in a scope.

    Args:
        places: Which.
        day: The place of the day of each.
        value: Its slice.
        was: The instant of its predecessor before the change.
        became: That after it.
    """

    places: Ints
    day: Ints
    value: Ints
    was: Ints
    became: Ints


def moves_of(found: Fresh, moved: Relinked, values: Ints, places: Ints) -> Moves:
    """Return what is known of some touched orders."""
    was, became = moved.was.take(places), moved.became.take(places)
    return Moves(places=places, day=found.day.take(places), value=values.take(places), was=was, became=became)


def repair(buyers: Buyers, timeline: Timeline, found: Fresh, change: tuple[Relinked, Moves], values: Ints) -> None:
    """Bring the buyers of a scope up to date: take off what orders were worth, and add what they are.

    Args:
        buyers: The figures.
        timeline: The periods.
        found: In which periods the customers are new to the shop.
        change: The predecessors of the touched orders in the scope, and those that have another one now.
        values: The slice of each touched order.
    """
    moved, moves = change
    still = np.ones(len(values), dtype=np.bool_)
    still[moves.places] = False
    for grain, periods in timeline.periods.items():
        others = np.flatnonzero((found.was[grain] != found.became[grain]) & still)
        some = moves_of(found, moved, values, np.concatenate([moves.places, others])) if len(others) else moves
        began = periods.began.take(some.day)
        cells = periods.of_day.take(some.day)
        cells *= buyers.values
        cells += some.value
        was, became = some.was < began, some.became < began
        buyers.add(BUYERS, grain, cells, was=was, became=became)
        was &= found.was[grain].take(some.places)
        became &= found.became[grain].take(some.places)
        buyers.add(NEW_TO_SHOP, grain, cells, was=was, became=became)
