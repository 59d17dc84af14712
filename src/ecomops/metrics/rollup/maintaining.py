"""The maintained store of facts: every answer equals, at every moment, a full recomputation from what was told."""

from collections.abc import Iterable, Mapping

import numpy as np

from ecomops.columns import Ints, column
from ecomops.kernel import Calendar, Currency, Grain, Period, later
from ecomops.kernel.checks import mapped, wrong_kind
from ecomops.metrics.assortment import DEFAULT_ABC, AbcPolicy, Assortment, By, Sold, ranked
from ecomops.metrics.formulas import Measure
from ecomops.metrics.rollup import batches, customers, sealing, tabling
from ecomops.metrics.rollup.asking import Questions
from ecomops.metrics.rollup.changing import Given, apply, checked_batch
from ecomops.metrics.rollup.errors import GoodsNotKept, UnknownOrder
from ecomops.metrics.rollup.figures import Figure
from ecomops.metrics.rollup.goods import Goods, Store, require_goods
from ecomops.metrics.rollup.lookup import NOWHERE
from ecomops.metrics.rollup.observing import Sight
from ecomops.metrics.rollup.spec import spec_of
from ecomops.metrics.rollup.state import State
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.tables import Table, Values

SEAL_AT = 2**16
LARGE = 16
"""A batch that brings so many times the points of a seal is sealed at once: the host would do so next."""


class Rollup:
    """Orders and refunds as they become known, with sums, distinct buyers and new buyers always up to date.

    Orders come in any order, weeks late as well; their validity is amended after the day was closed; refunds are rows
    of their own. Orders of one instant follow each other by their ids, so the order of arrival changes no answer.

    Args:
        calendar: What cuts time into days, weeks and months; months are those of a `RetailCalendar` when it is one.
        currency: The currency of all money.
        definition: What the host counts as a sale, which tables say; a buyer is new when the valid order before lies
            further back than its `new_after`.
        dimensions: The columns by which figures are cut, each with the number of its codes: 0 to below that.
        windows: The dimensions for which distinct buyers of any window are kept (about 16 bytes a valid order each).
        amounts: The columns of orders that are added up over valid orders: whole numbers of any sign. A measure is a
            column of its key, and KPIs that are made of it can be asked for; a name is a plain number.
        refund_amounts: The columns of refunds that are added up, while their order is valid; as above.
        skus: How many codes SKUs have: lines are taken over then, and units and money kept by SKU.
        skus_by: Whether by day or by week.
        seal_at: From how many points on the rollup is `due`.

    Raises:
        WrongKind: A value of another kind.
        OutOfRange: Too many dimensions or codes, or nothing to seal.
        Repeated: Two columns or figures have one name.
        NoSuchDimension: A window is no dimension.
        NotAdditive: An amount is a measure that does not add up.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.metrics import GROSS, ORDERS
        >>> rollup = Rollup(
        ...     Calendar(timezone="UTC"),
        ...     currency=Currency.CNY,
        ...     dimensions={"channel": 2},
        ...     windows=["channel"],
        ...     amounts=[GROSS],
        ... )
        >>> days = [microseconds(pendulum.datetime(2026, 6, day)) for day in (1, 2, 2)]
        >>> rollup.append({
        ...     "id": np.array([71, 72, 73]), "at": np.array(days), "customer": np.array([0, 1, 0]),
        ...     "valid": np.array([1, 1, 1]), "channel": np.array([0, 1, 1]), "gross_sales": np.array([500, 700, 900]),
        ... })
        >>> rollup.amend({"id": np.array([72]), "valid": np.array([0])})
        >>> two_days = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 3))
        >>> rollup.window(two_days, by="channel", figures=["orders", GROSS / ORDERS, "buyers"])
            period  channel  orders  gross_sales / orders_valid  buyers
        2026-06-01        0       1                        5.00       1
        2026-06-01        1       2                        9.00       1
    """

    __slots__ = ("_asked", "_goods", "_sight", "_state")

    def __init__(
        self,
        calendar: Calendar,
        *,
        currency: Currency,
        definition: Definition = DEFAULT_DEFINITION,
        dimensions: Mapping[str, int] | None = None,
        windows: Iterable[str] = (),
        amounts: Iterable[Measure | str] = (),
        refund_amounts: Iterable[Measure | str] = (),
        skus: int = 0,
        skus_by: Grain = Grain.WEEK,
        seal_at: int = SEAL_AT,
    ) -> None:
        """Begin without a row."""
        spec = spec_of(
            calendar,
            currency=currency,
            definition=definition,
            dimensions={} if dimensions is None else dimensions,
            windows=windows,
            amounts=amounts,
            refund_amounts=refund_amounts,
            skus=skus,
            skus_by=skus_by,
            seal_at=seal_at,
        )
        self._state = State(spec)
        self._goods = Store(spec) if skus else None
        self._sight, self._asked = Sight(spec.horizon), Questions(spec)

    def __len__(self) -> int:
        return len(self._state.told.orders)

    @property
    def figures(self) -> tuple[str, ...]:
        """All figures that it keeps."""
        return self._state.spec.figures

    @property
    def due(self) -> bool:
        """Whether so much has changed since the last seal that another one pays."""
        state = self._state
        lines = 0 if self._goods is None else self._goods.points
        return max(state.points, lines, len(self) - state.customers.sealed) >= state.spec.seal_at

    @property
    def nbytes(self) -> dict[str, int]:
        """The bytes that rows, sums, indexes and windows take."""
        return {**self._state.nbytes, "goods": 0 if self._goods is None else self._goods.nbytes}

    # --- changes -----------------------------------------------------------------------------------------------------

    def change(
        self,
        *,
        append: Given = None,
        amend: Given = None,
        refund: Given = None,
        lines: Given = None,
        returned: Given = None,
    ) -> None:
        """Take over orders, amendments and refunds at once: all of them, or none when one is refused.

        Args:
            append: New orders: `id` (the host's, whole numbers), `at` (microseconds since 1970 in UTC), `customer` (a
                dense code, -1 for unknown), `valid` (0 or 1), and each dimension and amount.
            amend: The `id` and what is `valid` of orders that are held or appended; it is said last.
            refund: New refunds: `id` (their own), `order` (the id of the order), `at`, and each refund amount.
            lines: What the appended orders were made of, where goods are kept: `order` (its id), `sku` (a code, -1 for
                what is no goods), `quantity`, and `net` (what they were sold for).
            returned: What the new refunds brought back: `refund` (its id), `sku`, `quantity` and `net` likewise.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            Uneven: Columns of one table have different lengths.
            OutOfColumn: A value that its column cannot hold; the first such row is named.
            DuplicateId: An id stands twice, or is held already.
            UnknownOrder: An amendment or a refund of no order.
            LineAlone: A line of no order, or no refund, of the same batch.
            GoodsNotKept: There are lines, and the rollup was made without `skus`.
            CannotHoldSum: A sum might be more than 64 bits hold.
            TooLong: The orders would lie more than 36,600 days apart.
            TooLarge: A dimension, or the SKUs, would need more than 2^28 cells.
        """
        state, goods = self._state, self._goods
        if goods is None and (lines is not None or returned is not None):
            raise GoodsNotKept(asked="lines")
        batch, days = checked_batch(state, append=append, amend=amend, refund=refund)
        if goods is None:
            apply(state, batch, days)
        else:
            first = len(state.told.orders), len(state.told.refunds)
            baskets = goods.checked(state, batch, days, lines=lines, returned=returned)
            apply(state, batch, days)
            goods.take(state, baskets, first=first[0], first_refund=first[1])
        if state.points >= LARGE * state.spec.seal_at:
            self.seal()

    def append(self, orders: Mapping[str, object], lines: Given = None) -> None:
        """Take over new orders, in any order and however late: `change(append=orders, lines=lines)`."""
        self.change(append=orders, lines=lines)

    def amend(self, orders: Mapping[str, object]) -> None:
        """Take over what is valid now: `change(amend=orders)`."""
        self.change(amend=orders)

    def refund(self, refunds: Mapping[str, object], returned: Given = None) -> None:
        """Take over new refunds: `change(refund=refunds, returned=returned)`."""
        self.change(refund=refunds, returned=returned)

    def seal(self) -> None:
        """Put everything in order, so that windows cost as little as they can; no answer changes."""
        sealing.seal(self._state)
        if self._goods is not None:
            self._goods.seal()

    # --- answers -----------------------------------------------------------------------------------------------------

    def table(
        self,
        grain: Grain,
        *,
        observed: Period,
        by: str | None = None,
        figures: Iterable[Figure] | None = None,
    ) -> Table:
        """Return the figures of every day, week or month, as `tabulate` makes them of facts.

        Args:
            grain: How long the periods are.
            observed: The period that was observed, as the host knows it: never guessed from the first and last row.
                What lies outside of it is counted in no row; orders before it are known as history.
            by: The dimension that cuts them; None for the whole shop. Every code has its row in every period.
            figures: The columns, by keys or as formulas (`AOV`); None for all that is kept.

        Raises:
            NoSuchDimension: There is no such dimension.
            NoSuchFigure: There is no such figure, or no such measure of a formula.
            Repeated: A figure is named twice.
            WrongKind: That is no grain, no period, or no figure.
            NotOnWindow, WindowsNotKept: A period was observed in part, known customers bought beside that part, and
                the figure is not kept of any window.
            TooLong: The days that are held and those that were observed are more than 36,600.
            CannotHoldSum: A figure of a formula might be more than 64 bits hold.
        """
        if not isinstance(grain, Grain):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.grain", "Grain", grain)
        _require_period("observed", observed)
        return tabling.table(self._state, self._sight, grain, self._asked.of_periods(figures, by), observed=observed)

    def window(
        self,
        period: Period,
        *,
        observed: Period | None = None,
        by: str | None = None,
        figures: Iterable[Figure] | None = None,
    ) -> Table:
        """Return the figures of any period, as a table of one period (or none, when it has no length).

        Args:
            period: From which instant up to, and not with, which other.
            observed: What was observed, as in `table`; None is the period itself, without history.
            by: As in `windows`.
            figures: As there.

        Raises:
            WrongKind: That is no period, or no figure.
            NoSuchDimension, NoSuchFigure, NotOnWindow, WindowsNotKept, Repeated: As `Rollup.windows` refuses.
            CannotHoldSum: As it refuses.
        """
        _require_period("window", period)
        if observed is not None:
            _require_period("observed", observed)
        question = self._asked.of_windows(figures, by)
        return tabling.window(self._state, question, period, observed=period if observed is None else observed)

    def windows(
        self, starts: Ints, ends: Ints, *, by: str | None = None, figures: Iterable[Figure] | None = None
    ) -> dict[str, Values]:
        """Return the figures of many windows at once: arrays by their keys, a row a window and a column a slice.

        Windows may overlap and begin inside of days, so that they are no periods of a `Table`. Where a formula has no
        figure, a denominator is zero, and the array holds NaN.

        Args:
            starts: Where each begins, in microseconds since 1970 in UTC.
            ends: Up to, and not with, which instant it goes.
            by: The dimension that cuts them; None for the whole shop: then arrays have one dimension.
            figures: Which figures, by keys or as formulas; None for all that are legal there: distinct buyers by a
                dimension only when it was named under `windows`, and buyers of the slice who are new to the shop never.

        Raises:
            WrongColumn: The bounds are no arrays of whole numbers.
            Uneven: There are not as many ends as starts.
            OutOfColumn: A window runs backwards.
            NoSuchDimension: There is no such dimension.
            NoSuchFigure: There is no such figure, or no such measure of a formula.
            NotOnWindow: A figure means something for days, weeks and months only.
            WindowsNotKept: Distinct buyers by a dimension that was not named under `windows`.
            Repeated: A figure is named twice.
            WrongKind: A figure is neither a key nor a formula of measures.
            CannotHoldSum: A figure of a formula might be more than 64 bits hold.
        """
        first, last = column(starts, name="from"), column(ends, name="until")
        batches.require_periods(first, last)
        return tabling.windows(self._state, self._asked.of_windows(figures, by), first, last)

    def customers(self, period: Period, *, figures: Iterable[Figure] | None = None) -> dict[str, Values]:
        """Return what is known of each customer with a valid order in a period: what scores of RFM are made of.

        It looks at all orders, once; the columns are those that the facts of the same orders give.

        Args:
            period: Which orders count.
            figures: `orders_valid` and amounts of orders, by keys or as formulas (`PAID`); None for all of them.

        Returns:
            `customer` by rising code, `last_at` (the instant of the last valid order in the period), and each figure.

        Raises:
            WrongKind: That is no period, or no figure.
            NoSuchFigure: There is no such figure of a customer.
            Repeated: A figure is named twice.
            CannotHoldSum: A figure of a formula might be more than 64 bits hold.
        """
        _require_period("customers", period)
        return customers.of_customers(self._state, period, figures)

    # --- goods -------------------------------------------------------------------------------------------------------

    def goods(self, period: Period) -> Goods:
        """Return what each SKU came to in whole days or weeks: `abc_of` classes it, `Goods.cover` sets stock beside it.

        Raises:
            WrongKind: That is no period.
            GoodsNotKept: The rollup was made without `skus`.
            NotWholePeriods: The period begins or ends inside of a day or week.
        """
        _require_period("goods", period)
        return require_goods(self._goods).between(period)

    def assortment(
        self,
        period: Period,
        *,
        before: Period | None = None,
        by: By = By.NET,
        policy: AbcPolicy = DEFAULT_ABC,
        names: tuple[str, ...] = (),
    ) -> Assortment:
        """Return how each SKU sold in a period and in the one before it, as `assortment_of` makes it of facts.

        Args:
            period: Whole days or weeks.
            before: What it is compared with; None is as long, and ends where the period begins.
            by: What goods are ranked by.
            policy: Where classes end.
            names: The names of SKUs; () when the host keeps them.

        Raises:
            WrongKind: What is given is of another kind.
            OutOfRange: The period before begins before the year 1.
            GoodsNotKept, NotWholePeriods: As `Rollup.goods` refuses, of both periods.
            CannotHoldSum: Figures of all SKUs might be more than 64 bits hold.
        """
        now = self.goods(period)
        earlier = Period(start=later(period.start, -period.elapsed), end=period.start) if before is None else before
        then = self.goods(earlier)
        if not isinstance(by, By):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.by", "By", by)
        return ranked(
            Sold(now.period, now.units, now.net),
            Sold(then.period, then.units, then.net),
            by=by,
            policy=policy,
            definition=self._state.spec.definition,
            names=names,
        )

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

    def lines(self) -> tuple[dict[str, Ints], dict[str, Ints]]:
        """Return all lines of orders, and all of refunds, as they were told but by order and refund.

        Raises:
            GoodsNotKept: The rollup was made without `skus`.
        """
        return require_goods(self._goods).told(self._state)

    def snapshot(self) -> dict[str, Ints]:
        """Return what was told as plain arrays: the columns of `orders` and `refunds`, with their names before a dot.

        Where goods are kept, the columns of `lines` and `returned` are there, too. What follows from it is not in a
        snapshot, so that none can contradict itself.
        """
        parts = {"orders": self.orders(), "refunds": self.refunds()}
        if self._goods is not None:
            parts["lines"], parts["returned"] = self.lines()
        return {f"{part}.{name}": values for part, columns in parts.items() for name, values in columns.items()}

    def restore(self, snapshot: Mapping[str, object]) -> None:
        """Take over a snapshot of a rollup made for the same columns, and seal.

        Raises:
            WrongColumn: A column is missing or unknown.
            Uneven, OutOfColumn, DuplicateId, UnknownOrder, LineAlone: As `Rollup.change` refuses.
            GoodsNotKept, CannotHoldSum, TooLong, TooLarge: As it does.
        """
        parts: dict[str, dict[str, object]] = {"orders": {}, "refunds": {}, "lines": {}, "returned": {}}
        for key, values in mapped("Rollup.snapshot", snapshot).items():
            table, _, name = str(key).partition(".")
            if name and table in parts:
                parts[table][name] = values
            else:
                parts["orders"][str(key)] = values  # refused as an unknown column
        self.change(
            append=parts["orders"],
            refund=parts["refunds"],
            lines=parts["lines"] or None,
            returned=parts["returned"] or None,
        )
        self.seal()


def _require_period(name: str, value: object) -> None:
    if not isinstance(value, Period):
        raise wrong_kind(f"Rollup.{name}", "Period", value)
