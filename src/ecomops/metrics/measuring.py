"""Measures over the cells of a table: a cell is a period and one value of each dimension.

Sums are exact, and refused when 64 bits might not hold them; distinct things are counted by sorting packed numbers,
never added; whatever has no row to be read off has no figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np

from ecomops.columns import UNKNOWN, Ints, grouped, microseconds
from ecomops.columns.column import require_sum
from ecomops.columns.extents import extent_of
from ecomops.metrics.adding import Flags, added, distinct, new_in, packed, there_of
from ecomops.metrics.buying import buyers, by_repeats, look_back
from ecomops.metrics.cells import Grid, cells_of, coarser
from ecomops.metrics.counting import Before, Counted
from ecomops.metrics.declaring import declared
from ecomops.metrics.errors import NoSuchColumn
from ecomops.metrics.expressions import (
    ColumnOf,
    Than,
    looks_at_edges,
)
from ecomops.metrics.formulas import AllOf, Compare, Having, Measure
from ecomops.metrics.reading import Dimension, Reader, missing_for
from ecomops.metrics.sales import NO_EARLIER, day_numbers
from ecomops.metrics.tables import Cells, Reason, no_reasons
from ecomops.metrics.together import BRINGING, is_plain, take_together, taken
from ecomops.metrics.units import Additivity
from ecomops.metrics.windows import Chosen, Same, Windows, in_windows

DAY = 86_400_000_000
"""The microseconds of a day of 24 hours."""


def measured(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    """Return the figures of a measure in all cells, with the reasons where there are none."""
    if _missing(reader, measure) or not grid.size:
        return np.zeros(grid.size, dtype=np.int64), np.full(grid.size, Reason.NOT_OBSERVED, dtype=np.int8)
    if grid.finer is not None and _adds_up(reader, measure):
        return _rolled_up(reader, grid, grid.finer, measure), no_reasons(grid.size)
    values, reasons = _KINDS[measure.counted](reader, grid, measure)
    ahead = _ahead(grid, measure)
    return values, np.where(np.repeat(ahead, grid.slots), np.int8(Reason.NOT_OBSERVED), reasons)


def prepare(reader: Reader, grids: Sequence[Grid], measures: Iterable[Measure]) -> None:
    """Take at once what `measured` will be asked for in each of *grids*, as far as one pass over the rows tells it."""
    there = [each for each in measures if not _missing(reader, each)]
    look_back(reader, grids, there)
    wanted: dict[Grid, dict[Measure, None]] = {}
    for grid in grids:
        own = [each for each in there if grid.size and (_adds_up(reader, each) or by_repeats(reader, grid, each))]
        wanted.setdefault(grid if grid.finer is None else grid.finer, {}).update(dict.fromkeys(own))
    for shared, together in wanted.items():
        take_together(reader, shared, together)


def _adds_up(reader: Reader, measure: Measure) -> bool:
    """Tell whether a measure adds up over periods and dimensions, and looks at none of their edges."""
    looked_at = (measure.expression, measure.where, reader.where)
    return measure.additivity is Additivity.SUM and not any(looks_at_edges(each) for each in looked_at)


def _rolled_up(reader: Reader, grid: Grid, finer: Grid, measure: Measure) -> Ints:
    key = ("finer", measure, finer)
    found = reader.once(key, lambda: _KINDS[measure.counted](reader, finer, measure)[0])
    sums = np.zeros(grid.size, dtype=np.int64)
    np.add.at(sums, coarser(reader, finer, grid), found)
    return sums


def _missing(reader: Reader, measure: Measure) -> bool:
    """Tell whether the facts do not hold a family that a measure looks at."""
    return reader.once(("missing", measure), lambda: _looks_at_missing(reader, measure))


def _looks_at_missing(reader: Reader, measure: Measure) -> bool:
    parts = (measure.expression, measure.where, measure.at, measure.entity)
    inner = [] if measure.of is None else [measure.of]
    inner += [each.measure for each in parts_of(measure.having)]
    if measure.family not in reader.facts or any(missing_for(reader.facts, each) for each in parts):
        return True
    return any(_missing(reader, each) for each in inner)


def parts_of(having: Having | None) -> tuple[Compare, ...]:
    """Return the conditions on an entity."""
    return () if having is None else having.parts if isinstance(having, AllOf) else (having,)


def _ahead(grid: Grid, measure: Measure) -> Flags:
    """Return which periods ask for what comes after the end of what was observed."""
    if measure.counted not in {Counted.HAVING, Counted.RETAINED} or not measure.number:
        return np.zeros(len(grid.windows), dtype=np.bool_)
    return grid.windows.ends + measure.number * DAY > microseconds(grid.observed.end)


def _chosen(reader: Reader, grid: Grid, measure: Measure) -> Chosen:
    return _chosen_in(reader, grid.windows, measure)


def _chosen_in(reader: Reader, windows: Windows, measure: Measure) -> Chosen:
    return reader.chosen(measure.family, windows, at=measure.at, valid=measure.valid, where=measure.where)


def _cells(reader: Reader, grid: Grid, measure: Measure) -> tuple[Chosen, Ints]:
    chosen = _chosen(reader, grid, measure)
    key = ("cells", chosen, grid)
    return chosen, reader.once(key, lambda: cells_of(reader, grid, measure.family, chosen))


# --- sums ------------------------------------------------------------------------------------------------------------


def _sum(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    if is_plain(reader, grid, measure):
        return taken(reader, grid, measure), no_reasons(grid.size)
    chosen, cells = _cells(reader, grid, measure)
    if measure.expression is None:
        return _counts(cells, grid.size), no_reasons(grid.size)
    if not isinstance(measure.expression, ColumnOf) or measure.expression.family is not measure.family:
        chosen, cells = _within(chosen, cells)  # a row outside may lead nowhere, or be too large
    values = reader.values(measure.expression, measure.family, chosen, grid.windows)
    require_sum(values, name=measure.key)
    return added(values.__getitem__, cells, size=grid.size), no_reasons(grid.size)


def _within(chosen: Chosen, cells: Ints) -> tuple[Chosen, Ints]:
    inside = cells >= 0
    return chosen.narrowed(inside), cells[inside]


def _counts(cells: Ints, size: int) -> Ints:
    """Return how many rows each cell has."""
    return np.bincount(cells + 1, minlength=size + 1)[1 : size + 1].astype(np.int64)


def _brings(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    """Count the orders that bring a new, or a first-time, buyer."""
    if is_plain(reader, grid, measure):
        return taken(reader, grid, measure), no_reasons(grid.size)
    chosen, found = _cells(reader, grid, measure)
    return added(None, found, size=grid.size, counts=_brought(reader, measure, chosen)), no_reasons(grid.size)


def _brought(reader: Reader, measure: Measure, chosen: Chosen) -> Flags:
    """Return which orders bring a buyer who is new, or was never there."""
    brings = reader.marks.of(measure.counted)
    return brings[:] if chosen.rows is None else brings.take(chosen.rows)


def _extreme(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    least = measure.counted is Counted.LEAST
    chosen, cells = _within(*_cells(reader, grid, measure))
    values = reader.values(_expression(measure), measure.family, chosen, grid.windows)
    limit = np.iinfo(np.int64).max if least else np.iinfo(np.int64).min
    found = np.full(grid.size, limit, dtype=np.int64)
    (np.minimum if least else np.maximum).at(found, cells, values)
    empty = _counts(cells, grid.size) == 0
    found[empty] = 0
    return found, np.where(empty, np.int8(Reason.NO_ROWS), no_reasons(grid.size))


def _expression(measure: Measure) -> ColumnOf:
    return measure.expression  # type: ignore[return-value] # a measure of such a kind has one


# --- distinct --------------------------------------------------------------------------------------------------------


def _distinct_in(cells: Ints, codes: Ints, size: int) -> Ints:
    return distinct(cells, codes, size=size, runs=[slice(0, len(cells))])


def _distinct(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    chosen, cells = _cells(reader, grid, measure)
    codes = reader.values(_expression(measure), measure.family, chosen, grid.windows)
    if measure.seen is not None:
        cells = np.where(_seen(reader, grid, measure, chosen, codes), cells, -1)
    return _distinct_in(cells, codes, grid.size), no_reasons(grid.size)


def _buyers(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    if is_plain(reader, grid, measure):
        return buyers(reader, grid, measure), no_reasons(grid.size)
    chosen, cells = _cells(reader, grid, measure)
    return _distinct_in(cells, chosen.of(reader.facts.orders.customer), grid.size), no_reasons(grid.size)


def _seen(reader: Reader, grid: Grid, measure: Measure, chosen: Chosen, codes: Ints) -> Flags:
    """Return of which rows the entity did before their period what is asked."""
    windows, seen = grid.windows, measure.seen
    every = _all_time(reader, measure, of_table=False)
    every_codes = reader.values(_expression(measure), measure.family, every, windows)
    at = every.of(reader.instants(measure.family, measure.at))
    order = np.lexsort((at, every_codes))
    every_codes, at = every_codes[order], at[order]
    before = _last_before(every_codes, at, codes, windows.starts.take(np.maximum(chosen.periods, 0)))
    first = NO_EARLIER + 1
    if seen is None or seen.before in {Before.EVER, Before.NEVER}:
        there = before >= first
        return ~there if seen is not None and seen.before is Before.NEVER else there
    since = _days_before(reader, windows, seen.days).take(np.maximum(chosen.periods, 0))
    return before >= since if seen.before is Before.WITHIN else (first <= before) & (before < since)


def _all_time(reader: Reader, measure: Measure, *, of_table: bool = True) -> Chosen:
    """Return all rows of a measure, whenever they were, and whether the table looks at them or not."""
    at = reader.instants(measure.family, measure.at)
    always = Windows(
        starts=np.array([-(2**62)]), ends=np.array([2**62]), first_days=np.zeros(1, int), last_days=np.zeros(1, int)
    )
    counted = reader.valid(measure.family) if measure.valid and reader.owner(measure.family) else None
    found = in_windows(at, always, counted).inside()
    for where in (measure.where, reader.where if of_table else None):
        if where is not None:
            found = found.narrowed(reader.holds(where, measure.family, found, always))
    return found


def _last_before(codes: Ints, at: Ints, wanted: Ints, start: Ints) -> Ints:
    """Return the last instant of each *wanted* code before *start*; codes and instants are sorted by both."""
    ranks, places = np.unique(at, return_inverse=True, return_counts=True)[:2]
    width = len(ranks) + 1
    both = codes * width + places
    needles = wanted * width + np.searchsorted(ranks, start)
    place = np.searchsorted(both, needles) - 1
    found = np.full(len(wanted), NO_EARLIER, dtype=np.int64)
    there = place >= 0
    there[there] = codes[place[there]] == wanted[there]
    found[there] = at[place[there]]
    return found


def _days_before(reader: Reader, windows: Windows, days: int) -> Ints:
    """Return the instant so many business days before the first day of each period."""
    return reader.once(
        ("days before", windows, days),
        lambda: np.array([reader.begin_of(int(day) - days) for day in windows.first_days], dtype=np.int64),
    )


# --- levels ----------------------------------------------------------------------------------------------------------


def _level(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    """Return what holds at the beginning, or the end, of each period: each row does from its instant to the next."""
    edges = grid.windows.starts if measure.counted is Counted.OPENING else grid.windows.ends
    chosen = _all_time(reader, measure)
    since, until, side = _holding(reader, measure, chosen)
    first, after = np.searchsorted(edges, since, side=side), np.searchsorted(edges, until, side=side)
    slots = cells_of(
        reader, grid, measure.family, Chosen(rows=chosen.rows, periods=np.zeros(len(first), dtype=np.int64))
    )
    rows = (first < after) & (slots >= 0)
    chosen, first, after, slots = chosen.narrowed(rows), first[rows], after[rows], slots[rows]
    ones = np.ones(len(first), dtype=np.int64)
    counts = _held(first, after, slots, ones, grid)
    expression = measure.expression
    values = counts if expression is None else reader.values(expression, measure.family, chosen, grid.windows)
    if expression is not None:
        require_sum(values, name=measure.key)
        values = _held(first, after, slots, values, grid)
    unknown = (counts == 0) & (side == "left")
    return values, np.where(unknown, np.int8(Reason.NO_ROWS), no_reasons(grid.size))


def _held(first: Ints, after: Ints, slots: Ints, values: Ints, grid: Grid) -> Ints:
    """Return the sum of what holds at each edge, for each slot."""
    change = np.zeros((len(grid.windows) + 1) * grid.slots, dtype=np.int64)
    np.add.at(change, first * grid.slots + slots, values)
    np.subtract.at(change, after * grid.slots + slots, values)
    held: Ints = np.cumsum(change.reshape(-1, grid.slots), axis=0)[:-1].ravel()
    return held


def _holding(reader: Reader, measure: Measure, chosen: Chosen) -> tuple[Ints, Ints, Literal["left", "right"]]:
    """Return from when to when rows hold, and on which side of an edge an instant at it lies.

    A count at the very edge is the level there; who joins at the end of a period was not there before it.
    """
    family, at = reader.facts[measure.family], chosen.of(reader.instants(measure.family, measure.at))
    if measure.counted is Counted.LAPSED:
        codes = _entities(reader, measure, measure, chosen)
        after = _next_of([codes], at)
        return np.minimum(at + measure.number * DAY, after), np.where(codes < 0, at, after), "right"
    until = next((name for name, told in declared(measure.family).items() if told.until), None)
    if until is not None:
        return at, chosen.of(getattr(family, until)), "right"
    keys = [chosen.of(getattr(family, name)) for name, told in declared(measure.family).items() if told.entity]
    if not keys:
        raise NoSuchColumn(measure=measure.key, family=measure.family.__name__, column="until")
    return at, _next_of(keys, at), "left"


def _next_of(keys: Sequence[Ints], at: Ints) -> Ints:
    """Return the instant of the next row of the same keys; what lies after every instant where there is none."""
    order = np.lexsort((at, *keys))
    same = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    following = np.full(len(at), 2**62, dtype=np.int64)
    following[order[:-1][same]] = at[order[1:][same]]
    return following


# --- entities --------------------------------------------------------------------------------------------------------


def _entities(reader: Reader, measure: Measure, of: Measure, chosen: Chosen) -> Ints:
    """Return the entity of each row of another measure: the codes of the same names, or the column itself."""
    entity = measure.entity
    if entity is None:  # pragma: no cover - a measure of such a kind has one
        raise NoSuchColumn(measure=measure.key, family=measure.family.__name__, column="entity")
    dimension: Dimension = entity if of.family is measure.family else entity.declared.names or entity
    return chosen.of(reader.codes(of.family, dimension))


def _packed(cells: Ints, codes: Ints) -> tuple[Ints, int]:
    both, bits = packed(cells, codes)
    return both.astype(np.int64), bits


def by_entity(reader: Reader, grid: Grid, measure: Measure, of: Measure) -> tuple[Ints, Ints, int]:
    """Return each cell and entity as one number, in order, the figure of *of* beside it, and the bits of the entity.

    Raises:
        NoSuchColumn: The measure is no sum and no number of rows.
    """
    bringing = of.counted in BRINGING
    if of.counted not in {Counted.SUM, Counted.ROWS} and not bringing:
        raise NoSuchColumn(measure=of.key, family=of.family.__name__, column=of.counted.value)
    chosen, cells = _cells(reader, grid, of)
    if bringing:
        cells = np.where(_brought(reader, of, chosen), cells, -1)
    chosen, cells = _within(chosen, cells)
    codes = _entities(reader, measure, of, chosen)
    keys, bits = _packed(cells, codes)
    there = codes >= 0
    places = np.searchsorted(keys, (cells[there] << bits) | codes[there])
    if of.expression is None:
        return keys, _counts(places, len(keys)), bits
    values = reader.values(of.expression, of.family, chosen, grid.windows)[there]
    return keys, grouped(values, places, size=len(keys), name=of.key), bits


def _top(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    of = measure.of
    if of is None:  # pragma: no cover - a measure of such a kind has one
        raise NoSuchColumn(measure=measure.key, family=measure.family.__name__, column="of")
    keys, sums, bits = by_entity(reader, grid, measure, of)
    cells = keys >> bits
    order = np.lexsort((keys, -sums, cells))
    cells, sums = cells[order], sums[order]
    begins = np.searchsorted(cells, np.arange(grid.size))
    rank = np.arange(len(cells)) - begins.take(cells) if len(cells) else cells
    kept = rank < measure.number
    return grouped(sums[kept], cells[kept], size=grid.size, name=measure.key), no_reasons(grid.size)


def _having(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    chosen, cells = _cells(reader, grid, measure)
    keys, bits = _packed(cells, _entities(reader, measure, measure, chosen))
    codes = keys & ((1 << bits) - 1)
    holds = np.ones(len(keys), dtype=np.bool_)
    wider = grid if not measure.number else _extended(reader, grid, measure.number)
    for condition in parts_of(measure.having):
        theirs, figures, their_bits = by_entity(reader, wider, measure, condition.measure)
        wanted = ((keys >> bits) << their_bits) | codes
        there = codes < (1 << their_bits)
        holds &= _compared(condition, _at(theirs, figures, wanted, there))
    return _counts((keys >> bits)[holds], grid.size), no_reasons(grid.size)


def _at(keys: Ints, figures: Ints, wanted: Ints, there: Flags) -> Ints:
    """Return the figures of the *wanted* keys, 0 for those that are not *there*."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(there & (keys[places] == wanted), figures[places], 0)


def _compared(condition: Compare, figures: Ints) -> Flags:
    return _HOLDS[condition.than](figures, condition.number)


_HOLDS: Mapping[Than, Callable[[Ints, int], Flags]] = {
    Than.IS: lambda figures, number: figures == number,
    Than.ABOVE: lambda figures, number: figures > number,
    Than.BELOW: lambda figures, number: figures < number,
    Than.AT_LEAST: lambda figures, number: figures >= number,
    Than.AT_MOST: lambda figures, number: figures <= number,
}


def _extended(reader: Reader, grid: Grid, days: int) -> Grid:
    """Return the grid of the same periods, each so many days longer."""
    windows = grid.windows

    def longer() -> Grid:
        ends = [reader.begin_of(int(day) + days + 1) for day in windows.last_days]
        longer = Windows(
            starts=windows.starts,
            ends=np.array(ends, dtype=np.int64),
            first_days=windows.first_days,
            last_days=windows.last_days + days,
        )
        return Grid(windows=longer, axes=grid.axes, observed=grid.observed)

    return reader.once(("extended", grid, days), longer)


def _retained(reader: Reader, grid: Grid, measure: Measure) -> Cells:
    """Count those who were there for the first time in a period and came back so many days later."""
    chosen = _all_time(reader, measure)
    codes = _entities(reader, measure, measure, chosen)
    chosen, codes = chosen.narrowed(codes >= 0), codes[codes >= 0]
    at = chosen.of(reader.instants(measure.family, measure.at))
    order = np.lexsort((at, codes))
    codes, at = codes[order], at[order]
    begins = np.flatnonzero(np.diff(codes, prepend=UNKNOWN - 1) != 0)
    owner = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(codes)))
    days = day_numbers(reader.calendar, at)
    back = days - days[begins].take(owner) == measure.number if len(begins) else days == 0
    again = np.zeros(len(begins), dtype=np.bool_)
    again[owner[back]] = True
    firsts = (np.arange(len(at)) if chosen.rows is None else chosen.rows[order])[begins[again]]
    periods = in_windows(at[begins[again]], grid.windows, None)
    cells = cells_of(reader, grid, measure.family, Chosen(rows=firsts, periods=periods.periods))
    return _counts(cells, grid.size), no_reasons(grid.size)


# --- days ------------------------------------------------------------------------------------------------------------


def _days(_: Reader, grid: Grid, measure: Measure) -> Cells:
    windows = grid.windows
    days = windows.last_days - windows.first_days + 1 if measure.counted is Counted.DAYS else windows.last_days
    return np.repeat(days, grid.slots), no_reasons(grid.size)


_KINDS: Mapping[Counted, Callable[[Reader, Grid, Measure], Cells]] = {
    Counted.SUM: _sum,
    Counted.ROWS: _sum,
    Counted.DISTINCT: _distinct,
    Counted.LEAST: _extreme,
    Counted.MOST: _extreme,
    Counted.OPENING: _level,
    Counted.CLOSING: _level,
    Counted.TOP: _top,
    Counted.HAVING: _having,
    Counted.RETAINED: _retained,
    Counted.LAPSED: _level,
    Counted.BUYERS: _buyers,
    Counted.NEW_BUYERS: _brings,
    Counted.FIRST_TIME_BUYERS: _brings,
    Counted.DAYS: _days,
    Counted.LAST_DAY: _days,
}


def occurring(reader: Reader, windows: Windows, measure: Measure, dimension: Dimension, there: Flags) -> Flags:
    """Return which codes, plus 1, have rows of a measure in one of the periods, beside those *there* already."""
    if _missing(reader, measure) or measure.counted in {Counted.DAYS, Counted.LAST_DAY}:
        return there
    if not new_in(reader.possible(measure.family, dimension), there):
        return there
    found = _found_in(reader, windows, measure, dimension)
    both = np.zeros(max(len(found), len(there)), dtype=np.bool_)
    both[: len(found)] = found
    both[: len(there)] |= there
    return both


def _found_in(reader: Reader, windows: Windows, measure: Measure, dimension: Dimension) -> Flags:
    family = measure.family
    whenever = measure.counted in {Counted.OPENING, Counted.CLOSING, Counted.RETAINED, Counted.LAPSED}
    if not whenever and windows.apart and measure.where is None and reader.where is None:
        instants, counted = reader.instants(family, measure.at), reader.counting(family, valid=measure.valid)
        key = ("occurring", windows, Same(instants), counted is None, family, dimension)
        counting = partial(_inside, instants, windows, counted)
        return reader.once(key, lambda: there_of(*reader.codes_within(family, dimension), counting))
    chosen = _all_time(reader, measure) if whenever else _chosen_in(reader, windows, measure)
    codes = chosen.of(reader.codes(family, dimension))

    def inside(block: slice) -> Flags:
        return chosen.periods[block] >= 0

    return reader.once(("occurring", chosen, dimension), lambda: there_of(codes, extent_of(codes), inside))


def _inside(instants: Ints, windows: Windows, counted: Callable[[slice], Flags] | None, block: slice) -> Flags:
    """Return which of some rows count and lie in a period."""
    counts = None if counted is None else counted(block)
    return in_windows(instants[block], windows, counts).periods >= 0
