"""Funnels (漏斗): how many reach each step, how many are lost at it, and where most is lost beside a benchmark."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from ecomops.kernel import Language, Text
from ecomops.kernel.checks import is_a, mapped, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.comparing.errors import StepWidens
from ecomops.metrics.errors import NotInTable, RowMissing
from ecomops.metrics.formulas import Formula
from ecomops.metrics.sales import Definition
from ecomops.metrics.tables import Table

LARGEST = 2**62


@frozen(kw_only=True)
class Step:
    """A step of a funnel.

    Args:
        key: Its name.
        name: What people call it.
        count: How many reached it.
        entered: How many reached the step before; of the first, as many as reached it.
    """

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    count: int = field(validator=whole(0, LARGEST))
    entered: int = field(validator=whole(0, LARGEST))

    @property
    def lost(self) -> int:
        """How many of those that reached the step before did not reach it."""
        return self.entered - self.count

    @property
    def rate(self) -> Fraction | None:
        """What share did; None where nobody came."""
        return Fraction(self.count, self.entered) if self.entered else None


@frozen(kw_only=True)
class Gap:
    """A step of a funnel beside a benchmark.

    Args:
        step: The step.
        benchmark: The share that reaches it there.
    """

    step: Step = field(validator=is_a(Step))
    benchmark: Fraction = field(validator=is_a(Fraction))

    @property
    def missing(self) -> Fraction:
        """How many more would have reached the step at the rate of the benchmark; negative when it is surpassed."""
        return self.step.entered * self.benchmark - self.step.count


@frozen(kw_only=True, repr=False)
class Funnel:
    """Steps of which each is reached by some of those that reached the one before.

    Args:
        steps: The steps, at least two.
        definition: What counted as a sale; None of plain counts.

    Raises:
        StepWidens: More come out of a step than went in.
    """

    steps: tuple[Step, ...] = field(validator=tuple_of(Step, least=2))
    definition: Definition | None = field(default=None, validator=optional(is_a(Definition)))

    def __attrs_post_init__(self) -> None:
        """Refuse steps that do not narrow."""
        require_once((step.key for step in self.steps), field="Funnel.steps")
        for before, step in pairwise(self.steps):
            if step.entered != before.count or step.count > before.count:
                raise StepWidens(step=step.key, found=step.count, entered=before.count)

    @property
    def through(self) -> Fraction | None:
        """What share of the first step reached the last."""
        first = self.steps[0].count
        return Fraction(self.steps[-1].count, first) if first else None

    @property
    def largest_loss(self) -> Step:
        """The step at which most were lost; of equal ones the first."""
        return max(self.steps[1:], key=lambda step: step.lost)

    def gaps(self, benchmark: Mapping[str, Fraction | tuple[int, int]]) -> tuple[Gap, ...]:
        """Return the steps that the benchmark knows, the one at which most are missing first.

        What is missing at a step is told of those that entered it: a bad step does not make the later ones worse.

        Args:
            benchmark: The share that reaches a step, as a ratio or as how many passed and how many came: of last month,
                of the best channel, of the trade.

        Raises:
            NotInTable: The funnel has no such step after the first.
            OutOfRange: A share is not from 0 to 1.
            WrongKind: It is no ratio: a float is not exact.
        """
        if not isinstance(benchmark, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Funnel.benchmark", "mapping", benchmark)
        later = {step.key: step for step in self.steps[1:]}
        for key in benchmark:
            if key not in later:
                raise NotInTable(kpi=str(key))
        found = [Gap(step=later[key], benchmark=_ratio(rate)) for key, rate in benchmark.items()]
        places = {step.key: place for place, step in enumerate(self.steps)}
        return tuple(sorted(found, key=lambda gap: (-gap.missing, places[gap.step.key])))

    def bottleneck(self, benchmark: Mapping[str, Fraction | tuple[int, int]]) -> Gap | None:
        """Return the step at which most are missing against a benchmark (增长瓶颈); None where none are.

        Raises:
            DomainError: As `gaps` refuses.

        Example:
            >>> steps = funnel({"visit": 10_000, "cart": 900, "order": 300, "paid": 240})
            >>> gap = steps.bottleneck({"cart": (8, 100), "order": (4, 10), "paid": (9, 10)})
            >>> gap.step.key, gap.missing
            ('order', Fraction(60, 1))
        """
        gaps = self.gaps(benchmark)
        return gaps[0] if gaps and gaps[0].missing > 0 else None

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each step."""
        return [
            {
                "step": step.key,
                "count": step.count,
                "lost": 0 if place == 0 else step.lost,
                "rate": None if place == 0 or step.rate is None else float(step.rate),
            }
            for place, step in enumerate(self.steps)
        ]

    def words(self, language: Language = "en") -> str:
        """Return the funnel in words: each step, what reached it, and what was lost at it."""
        first, *others = self.steps
        lines = [f"{first.name.read(language)} {first.count:,}"]
        lines += [
            _LINE.read(language).format(
                name=step.name.read(language),
                count=f"{step.count:,}",
                rate="-" if step.rate is None else f"{float(step.rate):.1%}",
                lost=f"{step.lost:,}",
            )
            for step in others
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_LINE = Text("  {name} {count} ({rate}, lost {lost})", "  {name} {count}（{rate}，流失 {lost}）")


def _ratio(value: object) -> Fraction:
    match value:
        case Fraction():
            share = value
        case (int(above), int(below)) if type(above) is int and type(below) is int:
            if below <= 0:
                raise OutOfRange(field="Funnel.benchmark", least="0", most="1")
            share = Fraction(above, below)
        case _:
            raise wrong_kind("Funnel.benchmark", "Fraction or pair of int", value)
    if not 0 <= share <= 1:
        raise OutOfRange(field="Funnel.benchmark", least="0", most="1")
    return share


def funnel(
    counts: Mapping[str, int], *, names: Mapping[str, Text] | None = None, definition: Definition | None = None
) -> Funnel:
    """Return the funnel of plain counts, from the first step to the last.

    Args:
        counts: How many reached each step.
        names: What people call the steps.
        definition: What counted as a sale.

    Raises:
        OutOfRange: There are fewer than two steps, or one has fewer than none.
        StepWidens: More come out of a step than went in.
        WrongKind: What is given is of another kind.

    Example:
        >>> funnel({"visit": 200, "cart": 50, "paid": 10})
        visit 200
          cart 50 (25.0%, lost 150)
          paid 10 (20.0%, lost 40)
    """
    if not isinstance(counts, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("funnel.counts", "mapping", counts)
    known = mapped("funnel.names", {} if names is None else names)
    entered = [*list(counts.values())[:1], *counts.values()]
    return Funnel(
        steps=tuple(
            Step(key=key, name=known.get(key, Text(key, key)), count=count, entered=came)
            for (key, count), came in zip(counts.items(), entered, strict=False)
        ),
        definition=definition,
    )


def funnel_of(table: Table, kpis: Iterable[Formula | str] | None = None, *, row: int = 0) -> Funnel:
    """Return the funnel of some columns of a row.

    Args:
        table: The figures.
        kpis: Its steps; None is all columns, in their order.
        row: Which row.

    Raises:
        NotInTable: The table has no such column.
        OutOfRange: There are fewer than two steps.
        RowMissing: It has no such row.
        StepWidens: More come out of a step than went in.
        WrongKind: A step is no whole number.
    """
    if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("funnel_of.table", "Table", table)
    columns = table.columns if kpis is None else tuple(table.column(kpi) for kpi in kpis)
    if type(row) is not int:
        raise wrong_kind("funnel_of.row", "int", row)
    if not 0 <= row < len(table):
        raise RowMissing(row=row, rows=len(table))
    counts = {column.key: column.plain()[row] for column in columns}
    for key, count in counts.items():
        if type(count) is not int:
            raise wrong_kind(f"funnel_of.{key}", "int", count)
    names = {column.key: column.name for column in columns if column.name is not None}
    whole_counts = {key: count for key, count in counts.items() if isinstance(count, int)}
    return funnel(whole_counts, names=names, definition=table.definition)
