"""The maintained store of facts: every answer equals, at every moment, a full recomputation from what was told."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import numpy as np

from ecomops.columns import Ints, column, microseconds
from ecomops.kernel import Calendar, Grain, Period
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.rollup import batches, reading, sealing
from ecomops.metrics.rollup.answers import Answer
from ecomops.metrics.rollup.changing import Given, apply, checked_batch
from ecomops.metrics.rollup.errors import UnknownOrder
from ecomops.metrics.rollup.lookup import NOWHERE
from ecomops.metrics.rollup.spec import spec_of
from ecomops.metrics.rollup.state import State
from ecomops.metrics.sales import DEFAULT_DEFINITION

SEAL_AT = 2**16
LARGE = 16
"""A batch that brings so many times the points of a seal is sealed at once: the host would do so next."""


class Rollup:
    """Orders and refunds as they become known, with sums, distinct buyers and new buyers always up to date.

    Orders come in any order, weeks late as well; their validity is amended after the day was closed; refunds are rows
    of their own. Orders of one instant follow each other by their ids, so the order of arrival changes no answer.

    Args:
        calendar: What cuts time into days, weeks and months.
        dimensions: The columns by which figures are cut, each with the number of its codes: 0 to below that.
        windows: The dimensions for which distinct buyers of any window are kept (about 16 bytes a valid order each).
        amounts: The columns of orders that are added up over valid orders: whole numbers of any sign.
        refund_amounts: The columns of refunds that are added up, while their order is valid.
        new_after: A buyer is new when the valid order before lies further back than this elapsed time.
        seal_at: From how many points on the rollup is `due`.

    Raises:
        WrongKind: A value of another kind.
        OutOfRange: Too many dimensions or codes, no positive horizon, or nothing to seal.
        Repeated: Two columns or figures have one name.
        NoSuchDimension: A window is no dimension.

    Example:
        >>> import pendulum
        >>> rollup = Rollup(Calendar(timezone="UTC"), dimensions={"channel": 2}, windows=["channel"], amounts=["net"])
        >>> days = [microseconds(pendulum.datetime(2026, 6, day)) for day in (1, 2, 2)]
        >>> rollup.append({
        ...     "id": np.array([71, 72, 73]), "at": np.array(days), "customer": np.array([0, 1, 0]),
        ...     "valid": np.array([1, 1, 1]), "channel": np.array([0, 1, 1]), "net": np.array([500, 700, 900]),
        ... })
        >>> rollup.amend({"id": np.array([72]), "valid": np.array([0])})
        >>> two_days = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 3))
        >>> answer = rollup.window(two_days, by="channel", figures=["orders", "net", "buyers"])
        >>> answer.to_rows()[1]
        {'from': '2026-06-01T00:00:00.000000', 'channel': 1, 'orders': 2, 'net': 900, 'buyers': 1}
    """

    __slots__ = ("_state",)

    def __init__(
        self,
        calendar: Calendar,
        *,
        dimensions: Mapping[str, int] | None = None,
        windows: Iterable[str] = (),
        amounts: Iterable[str] = (),
        refund_amounts: Iterable[str] = (),
        new_after: timedelta = DEFAULT_DEFINITION.new_after,
        seal_at: int = SEAL_AT,
    ) -> None:
        """Begin without a row."""
        self._state = State(
            spec_of(
                calendar,
                dimensions=dimensions or {},
                windows=windows,
                amounts=amounts,
                refund_amounts=refund_amounts,
                new_after=new_after,
                seal_at=seal_at,
            )
        )

    def __len__(self) -> int:
        return len(self._state.told.orders)

    @property
    def figures(self) -> tuple[str, ...]:
        """All figures that it keeps."""
        return self._state.spec.of_table(None)

    @property
    def due(self) -> bool:
        """Whether so much has changed since the last seal that another one pays."""
        state = self._state
        return max(state.points, len(self) - state.customers.sealed) >= state.spec.seal_at

    @property
    def nbytes(self) -> dict[str, int]:
        """The bytes that rows, sums, indexes and windows take."""
        return self._state.nbytes

    # --- changes -----------------------------------------------------------------------------------------------------

    def change(self, *, append: Given = None, amend: Given = None, refund: Given = None) -> None:
        """Take over orders, amendments and refunds at once: all of them, or none when one is refused.

        Args:
            append: New orders: `id` (the host's, whole numbers), `at` (microseconds since 1970 in UTC), `customer` (a
                dense code, -1 for unknown), `valid` (0 or 1), and each dimension and amount.
            amend: The `id` and what is `valid` of orders that are held or appended; it is said last.
            refund: New refunds: `id` (their own), `order` (the id of the order), `at`, and each refund amount.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            Uneven: Columns of one table have different lengths.
            OutOfColumn: A value that its column cannot hold; the first such row is named.
            DuplicateId: An id stands twice, or is held already.
            UnknownOrder: An amendment or a refund of no order.
            CannotHoldSum: A sum might be more than 64 bits hold.
            TooLong: The orders would lie more than 36,600 days apart.
            TooLarge: A dimension would need more than 2^28 cells.
        """
        state = self._state
        batch, days = checked_batch(state, append=append, amend=amend, refund=refund)
        apply(state, batch, days)
        if state.points >= LARGE * state.spec.seal_at:
            self.seal()

    def append(self, orders: Mapping[str, object]) -> None:
        """Take over new orders, in any order and however late: `change(append=orders)`."""
        self.change(append=orders)

    def amend(self, orders: Mapping[str, object]) -> None:
        """Take over what is valid now: `change(amend=orders)`."""
        self.change(amend=orders)

    def refund(self, refunds: Mapping[str, object]) -> None:
        """Take over new refunds: `change(refund=refunds)`."""
        self.change(refund=refunds)

    def seal(self) -> None:
        """Put everything in order, so that windows cost as little as they can; no answer changes."""
        sealing.seal(self._state)

    # --- answers -----------------------------------------------------------------------------------------------------

    def table(self, grain: Grain, *, by: str | None = None, figures: Iterable[str] | None = None) -> Answer:
        """Return the figures of every day, week or month from the first to the last one with a row.

        Args:
            grain: How long the periods are.
            by: The dimension that cuts them; None for the whole shop.
            figures: Which figures; None for all.

        Raises:
            NoSuchDimension: There is no such dimension.
            NoSuchFigure: There is no such figure.
            Repeated: A figure is named twice.
            WrongKind: That is no grain.
        """
        if not isinstance(grain, Grain):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.grain", "Grain", grain)
        return reading.of_periods(self._state, grain, by=by, figures=figures)

    def window(self, period: Period, *, by: str | None = None, figures: Iterable[str] | None = None) -> Answer:
        """Return the figures of any period, as an answer of one row.

        Args:
            period: From which instant up to, and not with, which other.
            by: As in `windows`.
            figures: As there.

        Raises:
            WrongKind: That is no period.
            NoSuchDimension, NoSuchFigure, NotOnWindow, WindowsNotKept, Repeated: As `Rollup.windows` refuses.
        """
        if not isinstance(period, Period):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.window", "Period", period)
        bounds = np.array([microseconds(period.start), microseconds(period.end)])
        return reading.of_windows(self._state, bounds[:1], bounds[1:], by=by, figures=figures)

    def windows(
        self, starts: Ints, ends: Ints, *, by: str | None = None, figures: Iterable[str] | None = None
    ) -> Answer:
        """Return the figures of many windows at once.

        Args:
            starts: Where each begins, in microseconds since 1970 in UTC.
            ends: Up to, and not with, which instant it goes.
            by: The dimension that cuts them; None for the whole shop.
            figures: Which figures; None for all that are legal there: distinct buyers by a dimension only when it was
                named under `windows`, and buyers of the slice who are new to the shop never.

        Raises:
            WrongColumn: The bounds are no arrays of whole numbers.
            Uneven: There are not as many ends as starts.
            OutOfColumn: A window runs backwards.
            NoSuchDimension: There is no such dimension.
            NoSuchFigure: There is no such figure.
            NotOnWindow: A figure means something for days, weeks and months only.
            WindowsNotKept: Distinct buyers by a dimension that was not named under `windows`.
            Repeated: A figure is named twice.
        """
        first, last = column(starts, name="from"), column(ends, name="until")
        batches.require_periods(first, last)
        return reading.of_windows(self._state, first, last, by=by, figures=figures)

    # --- what was told -----------------------------------------------------------------------------------------------

    def orders(self, ids: Ints | None = None) -> dict[str, Ints]:
        """Return orders as they stand, as columns that can be appended to another rollup.

        Args:
            ids: Which, by the host's ids; None for all, as they came.

        Raises:
            WrongColumn: The ids are no array of whole numbers.
            UnknownOrder: One is that of no order.
        """
        told = self._state.told
        rows = np.arange(len(told.orders)) if ids is None else self._rows(column(ids, name="id"))
        return {name: told.orders.ints(name, rows) for name in batches.order_ranges(self._state.spec)}

    def _rows(self, ids: Ints) -> Ints:
        rows = self._state.told.order_ids.find(ids)
        if (missing := np.flatnonzero(rows == NOWHERE)).size:
            row = int(missing[0])
            raise UnknownOrder(column="id", row=row, id=int(ids[row]))
        return rows

    def refunds(self) -> dict[str, Ints]:
        """Return all refunds as they were told, as columns that can be appended to another rollup."""
        told, spec = self._state.told, self._state.spec
        rows = np.arange(len(told.refunds))
        columns = {name: told.refunds.ints(name, rows) for name in batches.refund_ranges(spec)}
        order = told.orders.ints("id", columns["order"])
        return {**columns, "order": order, "at": told.refunds.ints("told_at", rows)}

    def snapshot(self) -> dict[str, Ints]:
        """Return what was told as plain arrays: the columns of `orders` and `refunds`, with their names before a dot.

        What follows from it is not in a snapshot, so that none can contradict itself.
        """
        return {
            **{f"orders.{name}": values for name, values in self.orders().items()},
            **{f"refunds.{name}": values for name, values in self.refunds().items()},
        }

    def restore(self, snapshot: Mapping[str, object]) -> None:
        """Take over a snapshot of a rollup made for the same columns, and seal.

        Raises:
            WrongColumn: A column is missing or unknown.
            Uneven, OutOfColumn, DuplicateId, UnknownOrder: As `Rollup.change` refuses.
            CannotHoldSum, TooLong, TooLarge: As it does.
        """
        parts: dict[str, dict[str, object]] = {"orders": {}, "refunds": {}}
        for key, values in snapshot.items():
            table, _, name = str(key).partition(".")
            if table in parts:
                parts[table][name] = values
            else:
                parts["orders"][str(key)] = values  # refused as an unknown column
        self.change(append=parts["orders"], refund=parts["refunds"])
        self.seal()
