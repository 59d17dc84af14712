"""What goes wrong in the demo beside the till: seeded, so that every run meets the same.

A hundredth of the payments sends its notices shuffled and repeated, a fiftieth of the orders comes back in part the
next morning, and some baskets come once more and are paid on the day after, when time has cancelled them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from campaigns import Campaigns
from completejourney import EPOCH, Ints, Tape
from ecomops.orders import LineUnits, Notice, Operation, Order, Outcome, Reference
from till import end_of

SEED = 20_171_231
"""What draws everything: every run draws the same."""
SHUFFLED, RETURNED, EXTRA = 100, 50, 20
"""One payment of so many, one order of so many, and so many baskets."""
MOST_TIMES = 3
"""How often a notice comes at most."""
BETWEEN = timedelta(seconds=20)
"""How long it takes from one notice to the next: all of them come before an unpaid order is cancelled."""
BEFORE_NIGHT = 3600
"""How many seconds before its day ends an extra basket comes at the latest: time must have cancelled it by then."""


@dataclass(frozen=True)
class Mischief:
    """Which baskets meet what, by their ids."""

    shuffled: frozenset[int]
    returned: frozenset[int]
    extra: frozenset[int]


NO_MISCHIEF = Mischief(shuffled=frozenset(), returned=frozenset(), extra=frozenset())
"""A run in which nothing goes wrong."""


def drawn(tape: Tape, found: Campaigns) -> Mischief:
    """Draw the baskets of *tape* that meet something; the first extra one has a coupon, if any has."""
    draw = Random(SEED)
    starts = tape.starts
    cash = np.add.reduceat(tape.net - tape.coupon, starts)
    units = np.add.reduceat(tape.quantity, starts)
    baskets = tape.basket[starts]
    paid, several = baskets[cash > 0].tolist(), baskets[(cash > 0) & (units > 1)].tolist()
    early = (_day_ends(tape)[starts] - tape.instant[starts] > BEFORE_NIGHT) & (cash > 0) & (units > 0)
    coupons = {each.basket_id for each in found.redemptions if each.basket_id is not None}
    able = baskets[early].tolist()
    with_coupon = [basket for basket in able if basket in coupons][:1]
    without = [basket for basket in able if basket not in coupons]
    extra = [*with_coupon, *draw.sample(without, EXTRA - len(with_coupon))]
    return Mischief(
        shuffled=frozenset(draw.sample(paid, len(paid) // SHUFFLED)),
        returned=frozenset(draw.sample(several, len(several) // RETURNED)),
        extra=frozenset(extra),
    )


def _day_ends(tape: Tape) -> Ints:
    """Return for each line the second since 1970 at which the shops' day ends."""
    days, which = np.unique(tape.day, return_inverse=True)
    ends = [int(end_of(date.fromordinal(day + EPOCH)).timestamp()) for day in days.tolist()]
    return np.array(ends, dtype=np.int64)[which]


def shuffled(capture: Notice, *, basket: int) -> list[Notice]:
    """Return an authorisation and a capture, each up to three times, in no order; the gateway's instants stay."""
    draw = Random(SEED + basket)
    authorise = Notice(
        operation=Operation.AUTHORISE,
        reference=Reference(f"hold:{capture.reference}"),
        outcome=Outcome.SUCCEEDED,
        amount=capture.amount,
        at=capture.at,
    )
    notices = [capture] * draw.randint(1, MOST_TIMES) + [authorise] * draw.randint(1, MOST_TIMES)
    draw.shuffle(notices)
    return notices


def some_units(order: Order, *, basket: int) -> tuple[LineUnits, ...]:
    """Return some units of *order*: of some lines, some of each, and never all of them."""
    draw = Random(SEED + basket)
    lines = draw.sample(order.lines, draw.randint(1, len(order.lines)))
    units = [LineUnits(line=line.id, quantity=draw.randint(1, line.quantity)) for line in lines]
    everything = sum(line.quantity for line in order.lines)
    if sum(each.quantity for each in units) < everything:
        return tuple(units)
    first = units[0]
    fewer = [LineUnits(line=first.line, quantity=first.quantity - 1)] if first.quantity > 1 else []
    return (*fewer, *units[1:])
