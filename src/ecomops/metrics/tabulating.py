"""Tables by period and dimension: facts are cut by a calendar and by codes, and measures are taken in each cell.

Only what the host declares as observed counts. Orders before that are known as history, so that an old buyer is none of
the new ones; a period of which a part was not observed is flagged. Totals are counted anew of the facts, never added.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, product
from typing import TypeAlias

import numpy as np
from attrs import evolve as changed
from attrs import field, frozen
from pendulum import Date, DateTime

from ecomops.columns import microseconds
from ecomops.kernel import Calendar, Grain, Period, later
from ecomops.kernel.checks import is_a, is_plain, listed, require_kind, require_once, whole, wrong_kind
from ecomops.kernel.errors import BadText, OutOfRange, Repeated
from ecomops.metrics.cells import Axis, Grid, refines
from ecomops.metrics.dictionary import WEEKLY
from ecomops.metrics.errors import NotInTable
from ecomops.metrics.evaluating import Figures, Leaf, column_of, evaluate, leaves_of, without_figure
from ecomops.metrics.expressions import ColumnOf, Predicate, Where
from ecomops.metrics.families import Facts
from ecomops.metrics.formulas import FORMULAS, Formula, MeanOfDays, Measure, Trailing, measures_of
from ecomops.metrics.measuring import measured, occurring, prepare
from ecomops.metrics.reading import Dimension, Reader, require_families
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.tables import REST, Cells, Column, Flag, Keys, Reason, Table, no_reasons
from ecomops.metrics.windows import Windows, windows_of

MOST_PERIODS = 100_000
"""How many periods a table may have: more than the days of two and a half centuries."""
MOST_CELLS = 20_000_000
"""How many cells a column may have."""
MOST_SHARED = 200_000
"""How many cells tables may share: those of a thousand days and two hundred values."""
USUAL = {Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7), Grain.MONTH: timedelta(days=28)}
"""How long a period lasts, about: an age that is too long is told before it is cut."""

By: TypeAlias = Grain | Dimension
Definitions: TypeAlias = Definition | Mapping[str, Definition]


@frozen(kw_only=True)
class Top:
    """Which values of a dimension are shown: the largest by a figure of all that was observed; the rest is one row.

    Args:
        number: How many.
        by: By which figure; values without one come last, equal ones in the order of their codes.
        of: Of which dimension of the table.
    """

    number: int = field(validator=whole(1, 1_000_000))
    by: Formula = field(validator=is_a(*FORMULAS))
    of: Dimension = field(validator=is_a(str, ColumnOf))


def tabulate(
    facts: Facts,
    kpis: Iterable[Formula] = WEEKLY,
    *,
    calendar: Calendar,
    observed: Period,
    by: By | tuple[By, ...] = Grain.WEEK,
    where: Where | None = None,
    definition: Definitions = DEFAULT_DEFINITION,
    top: Top | None = None,
    totals: bool = False,
) -> Table:
    """Return the figures of *facts* by period and dimension.

    Args:
        facts: What happened.
        kpis: The columns, in their order.
        calendar: What cuts time into periods.
        observed: The period that the facts cover, as the host knows it: never guessed from the first and last row. What
            lies outside of it is counted in no row.
        by: How long the periods are, and by what else the figures are cut: a column of codes, or the names that a
            column of every family points at (`"channels"`). Without a length there is one period, the whole.
        where: Which rows count, of every family: each must lead to the columns that are compared.
        definition: What counts as a sale, and when; several by name give the columns of each, one after the other.
        top: Which values of a dimension are shown.
        totals: Whether `Table.totals` holds the figures of fewer dimensions, too.

    Raises:
        CannotHoldSum: A sum might be more than 64 bits hold.
        FamilyMissing: The condition looks at a family that the facts do not hold.
        LeadsNowhere: A row is to be summed by a column of a family in which nothing belongs to it.
        NoWay: The rows of a measure do not lead to a dimension or a condition.
        NotInTable: The table is not cut by the dimension of which the largest are to be shown.
        Repeated: Two columns, or two dimensions, have one key.
        WrongKind: What is given is of another kind.
        OutOfRange: There are more than 100,000 periods or 20,000,000 cells, or one reaches beyond the years 1 to 9999.

    Example:
        >>> import numpy as np
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics import NET, ORDERS
        >>> days = [pendulum.datetime(2026, 6, day) for day in (15, 23, 28)]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {
        ...         "paid_at": np.array([microseconds(day) for day in days]),
        ...         "customer": np.array([0, 1, 0]),
        ...         "gross": np.array([1000, 1500, 1000]),
        ...     },
        ... )
        >>> fortnight = Period(start=pendulum.datetime(2026, 6, 15), end=pendulum.datetime(2026, 6, 29))
        >>> utc = Calendar(timezone="UTC")
        >>> tabulate(facts, (ORDERS, NET, NET / ORDERS), calendar=utc, observed=fortnight)
              week  orders_valid  net_sales  net_sales / orders_valid
        2026-06-15             1      10.00                     10.00
        2026-06-22             2      25.00                     12.50
        >>> tabulate(facts, (ORDERS,), calendar=utc, observed=fortnight, by=(Grain.WEEK, "customers"))
              week  customers  orders_valid
        2026-06-15          0             1
        2026-06-15          1             0
        2026-06-22          0             1
        2026-06-22          1             1
    """
    return report(
        facts,
        kpis,
        cuts=(by,),
        calendar=calendar,
        observed=observed,
        where=where,
        definition=definition,
        top=top,
        totals=totals,
    )[0]


def report(
    facts: Facts,
    kpis: Iterable[Formula] = WEEKLY,
    *,
    cuts: Iterable[By | tuple[By, ...]],
    calendar: Calendar,
    observed: Period,
    where: Where | None = None,
    definition: Definitions = DEFAULT_DEFINITION,
    top: Top | None = None,
    totals: bool = False,
) -> tuple[Table, ...]:
    """Return several tables of the same figures, as `tabulate` makes each: what they share is read once.

    Args:
        facts: As of `tabulate`, as what follows.
        kpis: The columns.
        cuts: The `by` of each table.
        calendar: What cuts time.
        observed: What the facts cover.
        where: Which rows count.
        definition: What counts as a sale.
        top: Which values of a dimension are shown.
        totals: Whether there are totals.

    Raises:
        DomainError: As `tabulate` refuses.
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("observed", observed, Period),
        ("totals", totals, bool),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"tabulate.{name}", kind.__name__, value)
    if top is not None:
        require_kind("tabulate.top", Top, top)
    if where is not None and not isinstance(where, Predicate):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("tabulate.where", "comparisons of columns", where)
    require_families(facts, where)
    wanted = _checked(kpis)
    named = _definitions(definition)
    readers = {name: Reader(facts, each, calendar, where=where) for name, each in named.items()}
    maker = _Maker(facts=facts, kpis=wanted, calendar=calendar, observed=observed, readers=readers, top=top)
    wanted_cuts = tuple(_cut(by) for by in listed("tabulate.cuts", cuts))
    if top is not None and not any(_is_same(each, top.of) for cut in wanted_cuts for each in cut):
        raise NotInTable(kpi=str(top.of))
    if len(wanted_cuts) > 1:
        maker = changed(maker, finer=maker.shared(wanted_cuts))
    cells = [[maker.cells(each) for each in (cut, *_fewer(cut, totals=totals))] for cut in wanted_cuts]
    maker.prepare(chain.from_iterable(cells))
    return tuple(maker.table(own, totals=tuple(map(maker.table, fewer))) for own, *fewer in cells)


def _is_same(one: By, other: By) -> bool:
    """Tell whether two are one dimension: a column beside a text would make a condition."""
    return type(one) is type(other) and bool(one == other)


def _fewer(cut: tuple[By, ...], *, totals: bool) -> tuple[tuple[By, ...], ...]:
    """Return what the totals of a table are cut by."""
    return tuple(cut[:size] for size in range(len(cut) - 1, -1, -1)) if totals else ()


def _definitions(definition: Definitions) -> Mapping[str, Definition]:
    if isinstance(definition, Definition):
        return {"": definition}
    if not isinstance(definition, Mapping) or not definition:  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("tabulate.definition", "Definition", definition)
    for name, each in definition.items():
        if not isinstance(each, Definition):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise wrong_kind("tabulate.definition", "Definition", each)
        if not is_plain(name, longest=40):
            raise BadText(field="tabulate.definition", longest=40)
    return definition


def _checked(kpis: Iterable[Formula]) -> tuple[Formula, ...]:
    wanted = listed("tabulate.kpis", kpis)
    for kpi in wanted:
        if not isinstance(kpi, FORMULAS):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("tabulate.kpis", "Measure or Kpi", kpi)
    require_once((kpi.key for kpi in wanted), field="tabulate.kpis")
    return wanted


def _cut(by: By | tuple[By, ...]) -> tuple[By, ...]:
    cut = by if isinstance(by, tuple) else (by,)
    for each in cut:
        if not isinstance(each, (Grain, str, ColumnOf)):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise wrong_kind("tabulate.by", "Grain, names or column", each)
    if sum(isinstance(each, Grain) for each in cut) > 1:
        raise Repeated(field="tabulate.by", key="Grain")
    return (*(each for each in cut if isinstance(each, Grain)), *(each for each in cut if not isinstance(each, Grain)))


@frozen(kw_only=True, eq=False, repr=False)
class _Shown:
    """The values of a dimension that are shown, in their order, and the names of the codes."""

    axis: Axis
    codes: tuple[int, ...]
    names: tuple[str, ...]


@frozen(kw_only=True, eq=False, repr=False)
class _Periods:
    """The periods of one length: their first days, themselves, and as far as they were observed."""

    days: tuple[Date, ...]
    bounds: tuple[Period, ...]
    windows: Windows


@frozen(kw_only=True, eq=False, repr=False)
class _Cut:
    """The periods of a table, the values of its dimensions, and the cells that both make."""

    grain: Grain | None
    periods: _Periods
    shown: Sequence[_Shown]
    grid: Grid


@lru_cache(maxsize=8)  # two years of days take as long to cut as a million lines to read; the same ones are asked again
def _cut_by(calendar: Calendar, observed: Period, grain: Grain | None) -> _Periods:
    days = days_of(calendar, observed, grain)
    bounds = tuple(observed if grain is None else calendar.bounds(day, grain) for day in days)
    return _Periods(days=tuple(days), bounds=bounds, windows=windows_of(bounds, observed, calendar))


@frozen(kw_only=True, eq=False, repr=False)
class _Maker:
    """What all tables of one call share."""

    facts: Facts
    kpis: tuple[Formula, ...]
    calendar: Calendar
    observed: Period
    readers: Mapping[str, Reader]
    top: Top | None
    kept: dict[Dimension, _Shown] = field(factory=dict[Dimension, "_Shown"])
    finer: Grid | None = None

    def shared(self, cuts: Sequence[tuple[By, ...]]) -> Grid | None:
        """Return the cells of which those of all tables are made; None when there would be too many."""
        grains = {each for cut in cuts for each in cut if isinstance(each, Grain)}
        if not grains or datetime.__sub__(self.observed.end, self.observed.start) > MOST_PERIODS * USUAL[Grain.DAY]:
            return None
        windows = self._periods(grains.pop() if len(grains) == 1 else Grain.DAY).windows
        dimensions = dict.fromkeys(each for cut in cuts for each in cut if not isinstance(each, Grain))
        axes = tuple(self._once_shown(each, windows).axis for each in dimensions)
        grid = Grid(windows=windows, axes=axes, observed=self.observed)
        return grid if grid.size <= MOST_SHARED else None

    def cells(self, cut: tuple[By, ...]) -> _Cut:
        """Return the periods, the values and the cells of a table."""
        grain = next((each for each in cut if isinstance(each, Grain)), None)
        periods = self._periods(grain)
        shown = [self._once_shown(each, periods.windows) for each in cut if not isinstance(each, Grain)]
        return _Cut(grain=grain, periods=periods, shown=shown, grid=self._grid(periods.windows, shown))

    def prepare(self, cuts: Iterable[_Cut]) -> None:
        """Take at once what all tables will ask for."""
        grids = [cut.grid for cut in cuts if cut.grid.size <= MOST_CELLS]
        for reader in self.readers.values():
            prepare(reader, grids, _measures_in(*self.kpis))

    def _periods(self, grain: Grain | None) -> _Periods:
        """Return the periods of a length."""
        return _cut_by(self.calendar, self.observed, grain)

    def _grid(self, windows: Windows, shown: Sequence[_Shown]) -> Grid:
        grid = Grid(windows=windows, axes=tuple(each.axis for each in shown), observed=self.observed)
        finer = self.finer
        if finer is None or not refines(finer, grid):
            return grid
        return changed(grid, finer=finer)

    def table(self, cut: _Cut, *, totals: tuple[Table, ...] = ()) -> Table:
        """Return one table."""
        days, bounds, grid = cut.periods.days, cut.periods.bounds, cut.grid
        if grid.size > MOST_CELLS:
            raise OutOfRange(field="tabulate.by", least="0", most=str(MOST_CELLS))
        first = next(iter(self.readers.values())).definition
        known = later(self.observed.start, first.new_after)
        return Table(
            labels=tuple(day for day in days for _ in range(grid.slots)),
            columns=tuple(column for name in self.readers for column in self._columns(name, grid)),
            flags=tuple(
                flags
                for period in bounds
                for flags in [_flags(period, self.observed, known)]
                for _ in range(grid.slots)
            ),
            grain=cut.grain,
            calendar=self.calendar,
            observed=self.observed,
            definition=first,
            currency=self.facts.currency,
            keys_of_rows=_keys(cut.shown, len(days)),
            totals=totals,
            definitions=tuple((name, each.definition) for name, each in self.readers.items() if name),
        )

    def _once_shown(self, dimension: Dimension, windows: Windows) -> _Shown:
        """Return the values of a dimension, looked for once: the periods of every table are all that was observed."""
        if dimension not in self.kept:
            self.kept[dimension] = self._shown(dimension, windows)
        return self.kept[dimension]

    def _shown(self, dimension: Dimension, windows: Windows) -> _Shown:
        """Return the values of a dimension that occur in any figure, or the largest of them and the rest."""
        measures = dict.fromkeys(measure for kpi in self.kpis for measure in measures_of(kpi))
        there = np.zeros(1, dtype=np.bool_)
        for reader in self.readers.values():
            for measure in measures:
                there = occurring(reader, windows, measure, dimension, there)
        size = len(there)
        codes = [int(code) - 1 for code in np.flatnonzero(there)]
        codes = [*(code for code in codes if code >= 0), *(code for code in codes if code < 0)]
        rest: list[int] = []
        if self.top is not None and _is_same(self.top.of, dimension):
            codes, rest = self._largest(codes)
        slots = np.full(size, -1, dtype=np.int64)
        for place, code in enumerate(codes):
            slots[code + 1] = place
        slots[np.array(rest, dtype=np.int64) + 1] = len(codes)
        shown = (*codes, REST) if rest else tuple(codes)
        return _Shown(axis=Axis(by=dimension, slots=slots, size=len(shown)), codes=shown, names=self._names(dimension))

    def _largest(self, codes: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the codes of the largest values, and the others."""
        top = self.top
        if top is None or len(codes) <= top.number:
            return list(codes), []
        whole = _Maker(
            facts=self.facts,
            kpis=(top.by,),
            calendar=self.calendar,
            observed=self.observed,
            readers=dict([next(iter(self.readers.items()))]),
            top=None,
        )
        cells = whole.cells((top.of,))
        whole.prepare((cells,))
        whole_table = whole.table(cells)
        figures = dict(zip(whole_table.keys_of_rows[0].codes.tolist(), whole_table.columns[0].plain(), strict=True))
        ranked = sorted(codes, key=lambda code: _rank(figures.get(code), code))
        return ranked[: top.number], ranked[top.number :]

    def _names(self, dimension: Dimension) -> tuple[str, ...]:
        names = dimension if isinstance(dimension, str) else dimension.declared.names
        return () if names is None else self.facts.names.read(names)

    def _columns(self, name: str, grid: Grid) -> Iterable[Column]:
        """Return the columns of one definition."""
        reader = self.readers[name]
        figures = self._figures(reader, grid, self.kpis)
        for kpi in self.kpis:
            column = column_of(kpi, figures, size=grid.size)
            yield changed(column, key=f"{name}.{column.key}") if name else column

    def _figures(self, reader: Reader, grid: Grid, kpis: Iterable[Formula]) -> Figures:
        leaves = dict.fromkeys(leaf for kpi in kpis for leaf in leaves_of(kpi))
        return {leaf: self._figure(reader, grid, leaf) for leaf in leaves}

    def _figure(self, reader: Reader, grid: Grid, leaf: Leaf) -> Cells:
        if isinstance(leaf, Measure):
            return measured(reader, grid, leaf)
        return self._mean(reader, grid, leaf) if isinstance(leaf, MeanOfDays) else self._trailing(reader, grid, leaf)

    def _evaluated(self, reader: Reader, grid: Grid, formula: Formula) -> Cells:
        prepare(reader, (grid,), _measures_in(formula))
        return without_figure(*evaluate(formula, self._figures(reader, grid, (formula,)), size=grid.size))

    def _trailing(self, reader: Reader, grid: Grid, leaf: Trailing) -> Cells:
        """Return the figure of the last days of each period; of days that were not observed there is none."""
        windows = grid.windows
        starts = [reader.begin_of(int(day) - leaf.days + 1) for day in windows.last_days]
        longer = Windows(
            starts=np.array(starts, dtype=np.int64),
            ends=windows.ends,
            first_days=windows.last_days - (leaf.days - 1),
            last_days=windows.last_days,
        )
        wider = Grid(windows=longer, axes=grid.axes, observed=grid.observed)
        values, reasons = self._evaluated(reader, wider, leaf.inner)
        unseen = np.repeat(longer.starts < microseconds(grid.observed.start), grid.slots)
        return without_figure(values, np.where(unseen, np.int8(Reason.NOT_OBSERVED), reasons))

    def _mean(self, reader: Reader, grid: Grid, leaf: MeanOfDays) -> Cells:
        """Return the mean of the figure by day; where no day has one, the reason of the first."""
        windows = self._periods(Grain.DAY).windows
        by_day = Grid(windows=windows, axes=grid.axes, observed=grid.observed)
        values, reasons = self._evaluated(reader, by_day, leaf.inner)
        periods = np.searchsorted(grid.windows.starts, windows.starts, side="right") - 1
        cells = (periods[:, None] * grid.slots + np.arange(grid.slots)).ravel()
        there = reasons == Reason.NONE
        sums, counts = np.zeros(grid.size), np.zeros(grid.size, dtype=np.int64)
        np.add.at(sums, cells[there], values[there].astype(np.float64))
        np.add.at(counts, cells[there], 1)
        first = no_reasons(grid.size)
        first[cells[::-1]] = reasons[::-1]
        found = np.where(counts > 0, np.int8(Reason.NONE), first)
        return np.divide(sums, counts, out=np.full(grid.size, np.nan), where=counts > 0), found


def _measures_in(*kpis: Formula) -> list[Measure]:
    """Return the measures that formulas name themselves, each once."""
    return list(dict.fromkeys(leaf for kpi in kpis for leaf in leaves_of(kpi) if isinstance(leaf, Measure)))


def _rank(figure: float | None, code: int) -> tuple[bool, float, bool, int]:
    return figure is None, -(figure or 0), code < 0, code


def _keys(shown: Sequence[_Shown], periods: int) -> tuple[Keys, ...]:
    """Return the value of each row in each dimension: every combination of values, in every period."""
    rows = list(product(*(each.codes for each in shown)))
    return tuple(
        Keys(
            key=each.axis.by if isinstance(each.axis.by, str) else each.axis.by.name,
            codes=np.tile(np.array([row[place] for row in rows], dtype=np.int64), periods),
            names=each.names,
        )
        for place, each in enumerate(shown)
    )


def days_of(calendar: Calendar, observed: Period, by: Grain | None) -> list[Date]:
    """Return the first days of all periods of which a part was observed.

    Raises:
        OutOfRange: There are more than 100,000 periods.
    """
    days: list[Date] = []
    if observed.start == observed.end:
        return days
    if by is None:
        return [calendar.day(observed.start)]
    if datetime.__sub__(observed.end, observed.start) > MOST_PERIODS * USUAL[by]:
        raise OutOfRange(field="tabulate.observed", least="0", most=str(MOST_PERIODS))
    day = calendar.first_day(calendar.day(observed.start), by)
    while calendar.bounds(day, by).start < observed.end:
        days.append(day)
        day = calendar.next_first_day(day, by)
    return days


def _flags(period: Period, observed: Period, known: DateTime) -> tuple[Flag, ...]:
    """Return what is to be known of a period; buyers are told apart by a whole horizon from the instant *known* on."""
    partial = period.start < observed.start or observed.end < period.end
    short = period.start < known
    return ((Flag.PARTIAL,) if partial else ()) + ((Flag.SHORT_HISTORY,) if short else ())
