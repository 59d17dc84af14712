"""Lines and services as they can stand in an order: rungs of one currency that go down, counters that add up."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.kernel.money import MOST_MINOR
from ecomops.orders import Aftermath, Line, Rung, ServiceLine
from ecomops.orders.aftermath import ReturnWindow
from ecomops.orders.rungs import StepKind
from ecomops.terms import LineId, Price, Quantity, StockKey, TenderKind

Draw = Callable[[Any], SearchStrategy[Any]]
"""Draws values of an annotation."""


@st.composite
def _rungs(draw: DrawFn, values_of: Draw) -> tuple[Rung, ...]:
    """Draw the rungs of a line: gross, discounts, a tax now and then, tenders."""
    currency = draw(values_of(Currency))
    kinds = [
        StepKind.GROSS,
        *draw(st.lists(st.just(StepKind.DISCOUNT), max_size=2)),
        *draw(st.sampled_from([(), (), (StepKind.TAX,), (StepKind.NET, StepKind.TAX)])),
        *draw(st.lists(st.just(StepKind.TENDER), max_size=1)),
    ]
    drawn = [draw(values_of(Rung)) for _ in kinds]
    left = abs(drawn[0].left.minor)
    rungs: list[Rung] = []
    for kind, rung in zip(kinds, drawn, strict=True):
        taken = 0 if kind is StepKind.GROSS else rung.left.minor % (left + 1)
        left = min(left + taken, MOST_MINOR) if kind is StepKind.TAX else left - taken
        source = draw(st.sampled_from(TenderKind)).value if kind is StepKind.TENDER else rung.source
        rungs.append(Rung(kind=kind, source=source, funder=rung.funder, left=Money(left, currency)))
    return tuple(rungs)


@st.composite
def _cuts(draw: DrawFn, whole: int, parts: int) -> Sequence[int]:
    """Draw *parts* whole numbers that add up to *whole*."""
    cuts = [0, *sorted(draw(st.integers(0, whole)) for _ in range(parts - 1)), whole]
    return [after - before for before, after in pairwise(cuts)]


@st.composite
def sound_lines(draw: DrawFn, values_of: Draw) -> Line:
    """Draw a line whose counters add up."""
    rungs = draw(_rungs(values_of))
    quantity: Quantity = abs(draw(values_of(int))) or 1
    cancelled, _, way, lost, received = draw(_cuts(quantity, 5))
    asked, refunded, _ = draw(_cuts(lost + received, 3))
    returned = draw(st.integers(0, min(received, asked + refunded)))
    lost_claimed = draw(st.integers(0, min(lost, asked + refunded - returned)))
    open_units, _ = draw(_cuts(received, 2))
    windows = (ReturnWindow(units=open_units, until=draw(values_of(DateTime))),) if open_units else ()
    return Line(
        id=draw(values_of(LineId)),
        stock=draw(values_of(StockKey)),
        quantity=quantity,
        price=draw(values_of(Price)),
        rungs=rungs,
        shipped=way + lost + received,
        received=received,
        aftermath=Aftermath(
            cancelled=cancelled,
            lost=lost,
            lost_claimed=lost_claimed,
            return_requested=asked,
            returned=returned,
            refunded=refunded,
            windows=windows,
        ),
    )


@st.composite
def sound_services(draw: DrawFn, values_of: Draw) -> ServiceLine:
    """Draw a service: called off, asked back or refunded at most once."""
    cancelled, asked, refunded, _ = draw(_cuts(1, 4))
    return ServiceLine(
        id=draw(values_of(LineId)),
        name=draw(values_of(str)),
        rungs=draw(_rungs(values_of)),
        aftermath=Aftermath(cancelled=cancelled, return_requested=asked, refunded=refunded),
    )


SOUND: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {Line: sound_lines, ServiceLine: sound_services}
"""What is drawn whole, since its fields must fit each other."""
