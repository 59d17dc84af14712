"""Which step of a funnel costs most against a benchmark (增长瓶颈): what is missing at the end, step by step.

The benchmark is a rate for each step. What came in is the same on both sides, so that a step answers for its own rate
only, and all steps together for exactly what is missing.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import cast

from ecomops.kernel import Currency, Text
from ecomops.kernel.checks import mapped, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.explaining.chains import Chain, Figures, checked_figures
from ecomops.metrics.explaining.decomposing import Decomposition, decompose
from ecomops.metrics.explaining.errors import FigureMissing, Side, StepGrows
from ecomops.metrics.units import MONEY, NUMBER

WORTH = "worth"
"""The key of what one at the end is worth."""
_WORTH = Text("worth", "单位价值")
_AT_THE_END = Text("{step} against the benchmark", "{step}与基准相比")


def funnel_gap(
    funnel: Mapping[str, int],
    benchmark: Figures,
    *,
    worth: int | None = None,
    currency: Currency | None = None,
    names: Mapping[str, Text] | None = None,
) -> Decomposition:
    """Return what each step of a funnel costs at its end, against a benchmark; its `bottleneck` costs most.

    A step without anything that came in has no rate: it takes that of the benchmark, and costs nothing.

    Args:
        funnel: How many reached each step, from the first to the last: visits, products seen, carts, orders, paid.
        benchmark: The rate of each step but the first, as a pair of how many passed and how many came: of last month,
            of the best channel, of the trade.
        worth: What one at the end is worth in minor units; the gap is then told in money.
        currency: The currency of *worth*; None shows minor units.
        names: What people call the steps.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: The funnel has fewer than two steps, or more than 63, or its first is empty below zero.
        StepGrows: More come out of a step than went in.
        FigureMissing: The benchmark has no rate of a step, or of one that the funnel does not have.
        NoValue: Nothing came in, and the benchmark has no rate either.

    Example:
        >>> gap = funnel_gap(
        ...     {"visit": 10000, "cart": 900, "order": 300, "paid": 240},
        ...     {"cart": (8, 100), "order": (4, 10), "paid": (9, 10)},
        ... )
        >>> gap.bottleneck.key, gap.bottleneck.steps
        ('order', -48111111)
        >>> gap
        paid against the benchmark: 288 -> 240, -48 (-16.7 %)
          -48.111111  order: 0.4000 -> 0.3333 (100.2 % of the change)
          +31.222222  cart: 0.0800 -> 0.0900 (-65.0 % of the change)
          -31.111111  paid: 0.9000 -> 0.8000 (64.8 % of the change)
    """
    steps = _steps(funnel)
    checked_figures("funnel_gap.benchmark", benchmark)
    for step in benchmark:
        if step not in steps[1:]:
            raise FigureMissing(side=Side.AFTER, key=step)
    expected: Chain = {steps[0]: funnel[steps[0]]}
    reached: Chain = dict(expected)
    for before, step in pairwise(steps):
        if step not in benchmark:
            raise FigureMissing(side=Side.BEFORE, key=step)
        expected[step], reached[step] = benchmark[step], (funnel[step], funnel[before])
    if worth is not None:
        expected[WORTH] = reached[WORTH] = worth
    known = {WORTH: _WORTH, **({} if names is None else mapped("funnel_gap.names", names))}
    last = known.get(steps[-1], Text(steps[-1], steps[-1]))
    return decompose(
        expected,
        reached,
        unit=NUMBER if worth is None else MONEY,
        currency=currency,
        name=Text(_AT_THE_END.en.format(step=last.en), _AT_THE_END.zh.format(step=last.zh)),
        names=known,
    )


def _steps(funnel: object) -> list[str]:
    checked_figures("funnel_gap.funnel", funnel)
    given = cast("Mapping[str, object]", funnel)
    counts = [value for value in given.values() if type(value) is int]
    if len(counts) < len(given):
        raise wrong_kind("funnel_gap.funnel", "mapping of int", next(v for v in given.values() if type(v) is not int))
    if len(counts) < 2 or counts[0] < 0:  # noqa: PLR2004 - a rate needs two
        raise OutOfRange(field="funnel_gap.funnel", least="2", most="63")
    steps = list(given)
    for step, entered, found in zip(steps[1:], counts, counts[1:], strict=False):
        if not 0 <= found <= entered:
            raise StepGrows(step=step, found=found, entered=entered)
    return steps
