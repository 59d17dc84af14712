"""The summary: keyed states of the parts that it saw, which merge into those of the whole."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.kernel.checks import is_a, wrong_kind
from ecomops.metrics.formulas import Formula
from ecomops.metrics.summary import encoding, tabling
from ecomops.metrics.summary.contents import Contents
from ecomops.metrics.summary.errors import OtherPartitioning, OtherSpec, PartTwice
from ecomops.metrics.summary.gathering import gathered, sums, weighed
from ecomops.metrics.summary.partitioning import Parts, Rows
from ecomops.metrics.summary.periods import Periods
from ecomops.metrics.summary.reading import read
from ecomops.metrics.summary.shapes import shapes
from ecomops.metrics.summary.specs import SummarySpec, differing
from ecomops.metrics.summary.states import Block
from ecomops.metrics.tables import Table


@frozen(kw_only=True, eq=False)
class Summary:
    """What a table needs of the rows of some parts, and no row.

    Made by `of`, `empty`, `merge` and `from_bytes`; equal contents give equal bytes.

    Args:
        contents: The states, for those who write them in another form.

    Example:
        >>> import numpy as np
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Calendar, Currency, Period
        >>> from ecomops.metrics import BUYERS, MONEY
        >>> from ecomops.metrics.summary import Hashing, Kind, Partitioning, SummaryMeasure
        >>> monday = pendulum.datetime(2026, 6, 15)
        >>> spec = SummarySpec(
        ...     calendar=Calendar(timezone="UTC"),
        ...     observed=Period(start=monday, end=monday.add(weeks=1)),
        ...     currency=Currency.CNY,
        ...     measures=(
        ...         SummaryMeasure(key="gross_sales", unit=MONEY, kind=Kind.SUM, column="gross"),
        ...         SummaryMeasure(key="buyers", unit=BUYERS.unit, kind=Kind.DISTINCT, column="customer"),
        ...     ),
        ... )
        >>> by_customer = Partitioning(column="customer", parts=2, hashing=Hashing.MODULO)
        >>> at = np.full(2, microseconds(monday))
        >>> even, odd = (
        ...     Summary.of(
        ...         {"orders": {"at": at, "customer": np.array(who), "gross": np.array([500, 700])}},
        ...         spec,
        ...         by_customer.part(part),
        ...     )
        ...     for part, who in enumerate([[0, 0], [1, 3]])
        ... )
        >>> even.merge(odd).table()
              week  gross_sales  buyers
        2026-06-15        24.00       3
    """

    contents: Contents = field(validator=is_a(Contents))

    @property
    def spec(self) -> SummarySpec:
        """What it holds."""
        return self.contents.spec

    @property
    def parts(self) -> Parts:
        """The parts that it saw."""
        return self.contents.parts

    @classmethod
    def of(cls, rows: Rows, spec: SummarySpec, parts: Parts) -> "Summary":
        """Return the summary of all rows of some parts.

        Args:
            rows: Arrays of whole numbers by family and column. Every family of the specification has `at` (instants in
                microseconds, see `columns.microseconds`), the column of the partitioning, and each dimension; columns
                that no measure looks at are left alone. The order of rows does not matter.
            spec: What is kept.
            parts: Which parts these rows are: `partitioning.part(3)`, or `partitioning.whole`.

        Raises:
            WrongKind: What is given is of another kind.
            WrongColumn: A family or column is missing, a family is unknown, or a column is no array of whole numbers.
            OutOfColumn: A value that its column cannot hold: an id below -1, a flag that is neither 0 nor 1.
            Uneven: The columns of a family have different lengths.
            NotOfPart: A row belongs to another part.
            SumTooLarge: The amounts of a measure might not fit into 64 bits.
            OutOfRange: There are more than 100,000 periods, or one reaches beyond the years 1 to 9999.
        """
        _require("Summary.of", spec, parts)
        periods = Periods.of(spec.calendar, spec.observed, spec.by)
        blocks, weights = gathered(read(rows, spec, parts, periods), spec, parts.partitioning)
        return cls(contents=Contents(spec=spec, parts=parts, blocks=blocks, weights=weights))

    @classmethod
    def empty(cls, spec: SummarySpec, parts: Parts) -> "Summary":
        """Return the summary of some parts in which nothing happened; of no part, it changes nothing when merged.

        Raises:
            WrongKind: What is given is of another kind.
        """
        _require("Summary.empty", spec, parts)
        nothing = np.zeros(0, dtype=np.int64)
        forms = shapes(spec, parts.partitioning)
        blocks = tuple(Block((nothing,) * each.keys, (nothing,) * len(each.how)) for each in forms)
        return cls(contents=Contents(spec=spec, parts=parts, blocks=blocks, weights=(0,) * len(sums(spec))))

    def merge(self, *others: "Summary") -> "Summary":
        """Return what all of them saw together, whatever their order; many at once are faster than one by one.

        Raises:
            WrongKind: One of them is no summary.
            OtherSpec: They were made by different specifications.
            OtherPartitioning: Their parts are not of one partitioning.
            PartTwice: One part is in two of them.
            SumTooLarge: The amounts of a measure might not fit into 64 bits.
        """
        for other in others:
            if not isinstance(other, Summary):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
                raise wrong_kind("Summary.merge", "Summary", other)
        every = tuple(each.contents for each in (self, *others))
        parts = _together(every)
        weights = weighed(self.spec, map(sum, zip(*(each.weights for each in every), strict=True)))
        forms = shapes(self.spec, parts.partitioning)
        blocks = zip(*(each.blocks for each in every), strict=True)
        merged = tuple(shape.merged(same) for shape, same in zip(forms, blocks, strict=True))
        return Summary(contents=Contents(spec=self.spec, parts=parts, blocks=merged, weights=weights))

    def table(
        self,
        kpis: Iterable[Formula | str] | None = None,
        *,
        where: Mapping[str, int] | None = None,
        incomplete: bool = False,
    ) -> Table:
        """Return the figures by period.

        Args:
            kpis: The columns: formulas, whose measures the summary holds under the same keys, or keys of its own
                measures; None is all of its own measures.
            where: The code of each dimension of the specification: a table is of one slice.
            incomplete: Take it though parts are missing.

        Raises:
            WrongKind: What is given is of another kind.
            NotSummed: The summary does not hold a measure.
            WrongUnit: It holds it in another unit.
            NotOneSlice: A dimension has no code, or is unknown.
            PartsMissing: Not all parts were seen.
            CannotHoldSum: A formula adds or multiplies to more than 64 bits hold.
            Repeated: Two columns have one key.
        """
        return tabling.table(self.contents, kpis, where=where, incomplete=incomplete)

    def to_columns(self, *, incomplete: bool = False) -> dict[str, NDArray[Any]]:
        """Return one row for each slice in which anything happened: its first day, its codes, and every measure.

        Args:
            incomplete: Take it though parts are missing.

        Raises:
            PartsMissing: Not all parts were seen.
        """
        return tabling.columns(self.contents, incomplete=incomplete)

    def to_bytes(self) -> bytes:
        """Return it as bytes, equal ones for equal contents; see `docs/summary.md` for their form."""
        return encoding.encoded(self.contents)

    @classmethod
    def from_bytes(cls, data: bytes, spec: SummarySpec) -> "Summary":
        """Return the summary of which `to_bytes` made *data*.

        Args:
            data: The bytes.
            spec: The specification that it was made by, which whoever merges has: bytes bring no code and no rules.

        Raises:
            WrongKind: What is given is of another kind.
            Damaged: A byte is not the one that was written.
            UnknownVersion: They were written in a form that this version does not know.
            OtherSpec: They were made by another specification.
        """
        return cls(contents=encoding.decoded(data, spec))


def _require(name: str, spec: object, parts: object) -> None:
    if not isinstance(spec, SummarySpec):
        raise wrong_kind(f"{name}.spec", "SummarySpec", spec)
    if not isinstance(parts, Parts):
        raise wrong_kind(f"{name}.parts", "Parts", parts)


def _together(every: tuple[Contents, ...]) -> Parts:
    first = every[0]
    numbers: list[int] = []
    for each in every:
        if each.spec != first.spec:
            raise OtherSpec(differing=differing(each.spec.description, first.spec.description))
        if each.parts.partitioning != first.parts.partitioning:
            raise OtherPartitioning(left=str(first.parts.partitioning), right=str(each.parts.partitioning))
        numbers += each.parts.numbers
    numbers.sort()
    for number, after in pairwise(numbers):
        if number == after:
            raise PartTwice(part=number)
    return Parts(partitioning=first.parts.partitioning, numbers=tuple(numbers))
