"""From the rows of a part to its states."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ecomops.columns import Ints
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.metrics.summary.chains import runs, started
from ecomops.metrics.summary.errors import SumTooLarge
from ecomops.metrics.summary.partitioning import Partitioning
from ecomops.metrics.summary.reading import Flags, Given
from ecomops.metrics.summary.shapes import COMBINES, Shape, chain_of, shapes
from ecomops.metrics.summary.specs import LINKED, Kind, SummaryMeasure, SummarySpec
from ecomops.metrics.summary.states import NEUTRAL, Block, Combine, Keys, combined, distinct

Families = Mapping[str, Given]


def gathered(
    families: Families, spec: SummarySpec, partitioning: Partitioning
) -> tuple[tuple[Block, ...], tuple[int, ...]]:
    """Return the blocks of a part, and the weight of each of its sums.

    Raises:
        SumTooLarge: The amounts of a measure might not fit into 64 bits.
    """
    weights = weighed(spec, (_weight(families[each.family], each) for each in sums(spec)))
    first, *beside = shapes(spec, partitioning)
    others = (_beside(families, spec.measure(shape.measures[0]), spec) for shape in beside)
    return (_figures(families, spec, first), *others), weights


def sums(spec: SummarySpec) -> tuple[SummaryMeasure, ...]:
    """Return the measures that sum a column."""
    return tuple(each for each in spec.measures if each.kind is Kind.SUM)


def weighed(spec: SummarySpec, weights: Iterable[int]) -> tuple[int, ...]:
    """Return the weights of the sums: what their amounts come to without their signs.

    Raises:
        SumTooLarge: One is more than a sum may hold. A weight adds up over parts, so that the same rows are refused
            however they were divided.
    """
    found = tuple(weights)
    for measure, weight in zip(sums(spec), found, strict=True):
        if weight > MOST_OF_A_SUM:
            raise SumTooLarge(measure=measure.key, total=weight, most=MOST_OF_A_SUM)
    return found


def _weight(given: Given, measure: SummaryMeasure) -> int:
    values = np.abs(_values(given, measure)[_chosen(given, measure)])
    high, low = values >> 31, values & (2**31 - 1)  # neither half's sum can wrap round
    return (int(high.sum()) << 31) + int(low.sum())


def _chosen(given: Given, measure: SummaryMeasure) -> Flags:
    counted = given.counted(measure)
    return given.inside if counted is None else given.inside & counted


def _values(given: Given, measure: SummaryMeasure) -> Ints:
    return given.columns[measure.column] if measure.column is not None else np.ones(len(given.at), dtype=np.int64)


def _picked(columns: Iterable[Ints], chosen: Flags) -> Keys:
    return tuple(each[chosen] for each in columns)


# --- the block of all figures of a slice -----------------------------------------------------------------------------


def _figures(families: Families, spec: SummarySpec, shape: Shape) -> Block:
    """Return the figures by slice: what one sort of each family gives, and what needs one of its own."""
    plain = {key: spec.measure(key) for key in shape.measures if spec.measure(key).kind not in _ALONE}
    blocks = [_of_family(given, family, plain, shape) for family, given in families.items()]
    blocks += [
        _alone(_ALONE[each.kind](families[each.family], each, spec), each.key, shape)
        for each in map(spec.measure, shape.measures)
        if each.kind in _ALONE
    ]
    return shape.merged(blocks)


def _of_family(given: Given, family: str, plain: Mapping[str, SummaryMeasure], shape: Shape) -> Block:
    keys = _picked(given.slices, given.inside)
    own = {key: measure for key, measure in plain.items() if measure.family == family}
    values = tuple(_contributions(given, measure) for measure in own.values())
    how = tuple(COMBINES.get(measure.kind, Combine.ADD) for measure in own.values())
    block = combined(keys, values, how)
    return _widened(block.keys, dict(zip(own, block.values, strict=True)), shape)


def _contributions(given: Given, measure: SummaryMeasure) -> Ints:
    values = _values(given, measure)
    counted = given.counted(measure)
    if counted is not None:
        values = np.where(counted, values, NEUTRAL[COMBINES.get(measure.kind, Combine.ADD)])
    return values[given.inside]


def _alone(keys: Keys, key: str, shape: Shape) -> Block:
    """Return the count of the rows of *keys* by slice."""
    block = combined(keys, (np.ones(len(keys[0]), dtype=np.int64),), (Combine.ADD,))
    return _widened(block.keys, {key: block.values[0]}, shape)


def _widened(keys: Keys, values: Mapping[str, Ints], shape: Shape) -> Block:
    """Return a block with all values of the shape, neutral where there are none yet."""
    size = len(keys[0])
    wide = (
        values[key] if key in values else np.full(size, NEUTRAL[how], dtype=np.int64)
        for key, how in zip(shape.measures, shape.how, strict=True)
    )
    return Block(keys, tuple(wide))


# --- blocks of one measure -------------------------------------------------------------------------------------------


def _beside(families: Families, measure: SummaryMeasure, spec: SummarySpec) -> Block:
    given = families[measure.family]
    if measure.kind is Kind.DISTINCT:
        return Block(_codes(given, measure), ())
    if measure.kind in LINKED:
        return _runs(given, measure, spec)
    chosen = _chosen(given, measure)
    keys = _picked((*given.slices, _values(given, measure)), chosen)
    return combined(keys, (np.ones(len(keys[0]), dtype=np.int64),), (Combine.ADD,))


def _codes(given: Given, measure: SummaryMeasure) -> Keys:
    """Return the slices and the known codes in them, each once."""
    codes = _values(given, measure)
    return distinct(_picked((*given.slices, codes), _chosen(given, measure) & (codes >= 0)))


def _runs(given: Given, measure: SummaryMeasure, spec: SummarySpec) -> Block:
    codes = _values(given, measure)
    counted = given.counted(measure)
    known = codes >= 0 if counted is None else (codes >= 0) & counted
    codes, at, *slices = _picked((codes, given.at, *given.slices), known)
    return runs(codes, at, tuple(slices), chain_of(measure, spec))


def _distinct_slices(given: Given, measure: SummaryMeasure, _: SummarySpec) -> Keys:
    return _codes(given, measure)[:-1]


def _new_slices(given: Given, measure: SummaryMeasure, spec: SummarySpec) -> Keys:
    return started(_runs(given, measure, spec), chain_of(measure, spec))


_ALONE: dict[Kind, Callable[[Given, SummaryMeasure, SummarySpec], Keys]] = {
    Kind.DISTINCT: _distinct_slices,
    Kind.NEW: _new_slices,
    Kind.FIRST: _new_slices,
}
"""Figures of closed parts that are counts of slices, found by a sort of their own."""
