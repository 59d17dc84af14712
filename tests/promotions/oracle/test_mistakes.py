"""Mistakes that are planted in the arithmetic: the oracle tells each wrong engine from the right one."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from ecomops.kernel import divide, split
from ecomops.kernel.rules import AtLeastFact
from ecomops.promotions import (
    Lane,
    LanePick,
    Lines,
    Percent,
    QuotePolicy,
    Reading,
    Rulebook,
    arithmetic,
    canonical,
    desk,
    offering,
    sets,
    turns,
)
from ecomops.promotions.arithmetic import PERCENT, Choice, Effect, Rounded, Rows, State, Want
from ecomops.promotions.compiling import MeasurePlan
from ecomops.promotions.sets import Bundle, PartPlan
from ecomops.testing import NOON
from tests.promotions.kit import a_basket, a_priced_line, a_promotion
from tests.promotions.oracle.drawing import Drawing
from tests.promotions.oracle.test_oracle import both
from tests.promotions.oracle.turns import Asked

MOST = 300
"""After how many programmes a mistake counts as not seen."""

WANTED: Callable[..., int] = arithmetic.wanted
SHARE: Callable[..., Effect] = arithmetic.share
OFF_LINES: Callable[..., Effect] = arithmetic.off_lines
TAKE_SETS: Callable[..., None] = sets.take_sets
DEALT: Callable[..., list[int]] = vars(canonical)["_dealt"]
IN_ORDER: Callable[..., list[int]] = vars(sets)["_in_order"]
PICKED: type[Any] = vars(sets)["_Picked"]
MEASURE: Callable[..., int] = vars(desk.Desk)["_measure"]


def by_unit(state: State, rows: Rows, want: Want, rounded: Rounded, *, each: bool) -> Effect:
    """Round a percentage once a unit, not once a line."""
    if want.kind != PERCENT:
        return OFF_LINES(state, rows, want, rounded, each=each)
    offs = [rounded(state.left[row] * want.number, want.under * state.units[row]) * state.units[row] for row in rows]
    return [min(off, state.room(row)) for off, row in zip(offs, rows, strict=True)]


def of_the_list(state: State, rows: Rows, want: Want, rounded: Rounded, *, each: bool) -> Effect:
    """Take every percentage of the price before all discounts: they add up instead of compounding."""
    if want.kind != PERCENT:
        return OFF_LINES(state, rows, want, rounded, each=each)
    return [min(rounded(state.listed[row] * want.number, want.under), state.room(row)) for row in rows]


def dearest_rewards(part: PartPlan, number: int) -> Any:  # noqa: ANN401 - a class of its own
    """Give the value to the units from the other end."""
    return PICKED(part._replace(from_dearest=not part.from_dearest), number)


def running(at: desk.Desk, plan: MeasurePlan) -> int:
    """Read every threshold at the turn of the promotion."""
    return MEASURE(at, plan._replace(read=Reading.RUNNING))


def mean_worth(state: State, rows: Rows, choice: Choice) -> list[tuple[int, int]]:
    """Say that every unit is worth the mean, without its odd cent."""
    runs: dict[int, tuple[int, int]] = dict.fromkeys(rows, (choice.skip, choice.many))
    if choice.joint:
        runs = vars(arithmetic)["_joint_runs"](state, rows, choice)
    found: list[tuple[int, int]] = []
    for row in rows:
        skip, many = runs[row]
        units = state.units[row]
        count = min(max(skip + many, 0), units) - min(max(skip, 0), units)
        found.append((state.left[row] // units * count, count))
    return found


def last_of_equals(values: dict[int, int], *, dearest: bool) -> list[int]:
    """Take the last of rows that cost the same first."""
    return IN_ORDER(dict(reversed(values.items())), dearest=dearest)


def never_consumed(state: State, bundle: Bundle, effect: Effect, *, consuming: bool) -> None:
    """Leave the units of a set to other sets."""
    TAKE_SETS(state, bundle, effect, consuming=consuming and False)


def without_floors(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> Effect:
    """Share without looking at floors: what exceeds the room of a row is lost."""
    parts = split(min(amount, sum(weights)), weights) if any(weights) else [0] * len(weights)
    return [min(part, room) for part, room in zip(parts, rooms, strict=True)]


def evenly(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> Effect:
    """Share without looking at what the lines cost."""
    return SHARE(amount, [1] * len(weights), rooms)


def last_first(amount: int, weights: Sequence[int]) -> list[int]:
    """Give odd cents to the last of equal remainders."""
    return list(reversed(split(amount, tuple(reversed(weights)))))


def last_units_first(parts: Sequence[tuple[int, int]], units: int, before: int, after: int) -> list[int]:
    """Give the odd cents to the last units."""
    return DEALT(parts[::-1], units, before, after)[::-1]


def truncated(want: Want, amount: int, times: int, rounded: Rounded) -> int:  # noqa: ARG001 - the same arguments
    """Cut fractions of a cent off."""
    return WANTED(want, amount, times, int.__floordiv__)


def rounded_price(want: Want, amount: int, times: int, rounded: Rounded) -> int:
    """Round the price that is left instead of the discount."""
    if want.kind == PERCENT:
        return amount - divide(amount * (want.under - want.number), want.under)
    return WANTED(want, amount, times, rounded)


def once(want: Want, amount: int, times: int, rounded: Rounded) -> int:  # noqa: ARG001 - the same arguments
    """Take an amount off each line once, not off each unit."""
    return WANTED(want, amount, 1, rounded)


def never_entered(state: State) -> None:
    """Read a threshold as the basket stood at first."""


def entered_only(at: desk.Desk) -> None:
    """Keep what was measured when the lane before began."""
    at.goods.state.enter()


MISTAKES: dict[str, tuple[Any, str, Any]] = {
    "percentages rounded by unit": (offering, "off_lines", by_unit),
    "percentages added": (offering, "off_lines", of_the_list),
    "the dearest are rewards": (sets, "_Picked", dearest_rewards),
    "all thresholds running": (desk.Desk, "_measure", running),
    "wrong worth of units": (arithmetic, "chosen", mean_worth),
    "odd cents to the last units": (canonical, "_dealt", last_units_first),
    "ties of remainders to the last": (arithmetic, "shared", last_first),
    "ties of units to the last": (sets, "_in_order", last_of_equals),
    "no consumption": (turns, "take_sets", never_consumed),
    "floors lost in sharing": (arithmetic, "share", without_floors),
    "shares evenly": (arithmetic, "share", evenly),
    "fractions cut off": (arithmetic, "wanted", truncated),
    "the price rounded": (arithmetic, "wanted", rounded_price),
    "an amount once a line": (arithmetic, "wanted", once),
    "thresholds of the first lane": (State, "enter", never_entered),
    "measures never read again": (desk.Desk, "enter", entered_only),
}


def in_two_lanes() -> tuple[Rulebook, Asked]:
    """Return a basket that reaches a threshold in the first lane only: what is drawn nearly never asks so twice."""
    lanes = (Lane(name="first", pick=LanePick.STACK), Lane(name="second", pick=LanePick.STACK))
    bound = AtLeastFact(fact="amount", bound=100)
    promotions = [a_promotion(f"p-{lane.name}", conditions=bound, lane=lane.name) for lane in lanes]
    book = Rulebook.of(promotions, policy=QuotePolicy(lanes=lanes))
    basket = a_basket(a_priced_line(quantity=1, gross=100))
    return book, Asked(promotions=book.promotions, policy=book.policy, basket=basket, at=NOON)


def two_percentages() -> tuple[Rulebook, Asked]:
    """Return a basket of two lines off which two percentages are taken, one after the other."""
    fifth = Percent(share=Fraction(1, 5))
    promotions = [a_promotion(id, fifth, target=Lines()) for id in ("p-0", "p-1")]
    book = Rulebook.of(promotions)
    basket = a_basket(a_priced_line(gross=100), a_priced_line("l-2", gross=200, sku="cup"))
    return book, Asked(promotions=book.promotions, policy=book.policy, basket=basket, at=NOON)


def drawn(seed: int) -> tuple[Rulebook, Asked]:
    """Return a programme of the oracle and a basket."""
    drawing = Drawing(Random(seed))
    book = drawing.book()
    return book, drawing.asked(book)


def differs(book: Rulebook, asked: Asked) -> bool:
    """Tell whether the library and the oracle differ on a basket."""
    try:
        told, expected = both(book, asked)
    except Exception:  # noqa: BLE001 - a mistake may also lead to an impossible amount
        return True
    return told != expected


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a basket made by hand, or within the first programmes of the oracle."""
    where, what, wrong = MISTAKES[name]
    monkeypatch.setattr(where, what, wrong)
    by_hand = differs(*in_two_lanes()) or differs(*two_percentages())
    assert by_hand or any(differs(*drawn(seed)) for seed in range(MOST)), name


def test_no_mistake_is_seen_where_none_is() -> None:
    """On the same baskets."""
    assert not differs(*in_two_lanes())
    assert not differs(*two_percentages())
    assert not any(differs(*drawn(seed)) for seed in range(50))
