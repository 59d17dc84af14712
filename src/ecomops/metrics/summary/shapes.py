"""Which states the summaries of a specification hold, and how those of two parts are combined.

A count of distinct codes is closed when the partitioning is by them: all rows of a code lie in one part, so counts add.
Else it is open, and the codes travel.
"""

from collections.abc import Sequence
from datetime import timedelta

from attrs import frozen

from ecomops.columns import microseconds
from ecomops.metrics.summary.chains import Chain, joined
from ecomops.metrics.summary.merging import in_pieces
from ecomops.metrics.summary.partitioning import Partitioning
from ecomops.metrics.summary.specs import OF_ENTITIES, Kind, SummaryMeasure, SummarySpec
from ecomops.metrics.summary.states import Block, Combine, combined, end_to_end

COMBINES = {Kind.MIN: Combine.MIN, Kind.MAX: Combine.MAX, Kind.FLAGS: Combine.OR}
"""How figures of a slice are combined that are not added."""


@frozen(kw_only=True)
class Shape:
    """The form of one block.

    Args:
        measures: The keys of the measures in it.
        keys: How many columns its keys have.
        how: How each column of its values is combined.
        chain: When it holds runs: when two of them meet.
    """

    measures: tuple[str, ...]
    keys: int
    how: tuple[Combine, ...]
    chain: Chain | None = None

    def merged(self, blocks: Sequence[Block]) -> Block:
        """Return the states of several parts as one."""
        return in_pieces(blocks, self._merged)

    def _merged(self, blocks: Sequence[Block]) -> Block:
        keys = end_to_end([block.keys for block in blocks])
        values = end_to_end([block.values for block in blocks])
        if self.chain is not None:
            return joined(keys, values[0], self.chain)
        return combined(keys, values, self.how)


def is_open(measure: SummaryMeasure, partitioning: Partitioning) -> bool:
    """Tell whether the codes of a measure travel."""
    return measure.kind in OF_ENTITIES and measure.column != partitioning.column


def chain_of(measure: SummaryMeasure, spec: SummarySpec) -> Chain:
    """Return when two rows lie in one run."""
    horizon = spec.definition.new_after // timedelta(microseconds=1) if measure.kind is Kind.NEW else None
    return Chain(horizon=horizon, observed=microseconds(spec.observed.start), day=spec.observed.start.toordinal())


def shapes(spec: SummarySpec, partitioning: Partitioning) -> tuple[Shape, ...]:
    """Return the form of every block: first the one with all figures of a slice, then one for each measure beside."""
    slices = 1 + len(spec.dimensions)
    beside = [each for each in spec.measures if each.kind is Kind.QUANTILE or is_open(each, partitioning)]
    figures = [each for each in spec.measures if each not in beside]
    first = Shape(
        measures=tuple(each.key for each in figures),
        keys=slices,
        how=tuple(COMBINES.get(each.kind, Combine.ADD) for each in figures),
    )
    return (first, *(_beside(each, spec, slices) for each in beside))


def _beside(measure: SummaryMeasure, spec: SummarySpec, slices: int) -> Shape:
    names = (measure.key,)
    if measure.kind is Kind.DISTINCT:
        return Shape(measures=names, keys=slices + 1, how=())
    if measure.kind is Kind.QUANTILE:
        return Shape(measures=names, keys=slices + 1, how=(Combine.ADD,))
    return Shape(measures=names, keys=slices + 2, how=(Combine.MAX,), chain=chain_of(measure, spec))
