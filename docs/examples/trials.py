"""What is tried on the year's baskets before the shop opens: its own discounts as promotions, and three programmes.

Run alone, with a number of weeks, it tries without selling anything: it ends with 1 if a line or a quote is odd.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import campaigns
import completejourney
import programmes
import reproduced
from campaigns import Campaigns
from completejourney import YEAR, Product, Tape
from deduced import Foretold, foretold
from faults import Fault
from programmes import Tried
from reproduced import Reproduced


@dataclass(frozen=True, kw_only=True)
class Trials:
    """What came of it."""

    discounts: Mapping[str, Reproduced]
    """The tills' discounts as promotions, by kind."""
    halves: tuple[Foretold, Foretold]
    """How well the card prices of half of the baskets say what the other half was charged."""
    tried: Tried
    """The programmes."""


def held(tape: Tape, found: Campaigns, products: Sequence[Product], fault: Fault | None = None) -> Trials:
    """Return what comes of all of it on *tape*."""
    return Trials(
        discounts=reproduced.reproduce(tape, found, fault),
        halves=foretold(tape),
        tried=programmes.tried(tape, products),
    )


def show(trials: Trials) -> None:
    """Print what came of it."""
    reproduced.show(trials.discounts)
    reproduced.tell(*trials.halves)
    programmes.show(trials.tried)


def main(weeks: int) -> int:
    """Try everything on some weeks, and print what came of it; return whether anything is odd."""
    tape = completejourney.read(weeks)
    trials = held(tape, campaigns.read(tape), completejourney.products(tape))
    show(trials)
    odd = sum(each.odd + each.unequal for each in trials.discounts.values())
    return int(bool(odd + trials.tried.unequal))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else YEAR))
