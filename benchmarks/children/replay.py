"""Replay some weeks of the demo and print what that took, as one JSON object. Runs with docs/examples on its path.

Seconds are processor time, so that what others run counts less; those of each kind of command are told apart.
"""

import gc
import json
import resource
import sys
from collections.abc import Generator
from contextlib import contextmanager
from time import process_time
from typing import Any

import aftercare
import campaigns
import completejourney
import members
import mischief
import shop as shops
import vouchers
from ecomops.kernel import Period, instant, run
from real_year import LAST_DAY, YOUNG
from till import end_of

USERS = (aftercare, members, shops, vouchers)
"""Who gives commands."""


class Clock:
    """Carries commands out, and tells how many there were of each kind and how long they took.

    Attributes:
        parts: Number and seconds by the code of the command; ``host`` is the time between the commands.
    """

    def __init__(self) -> None:
        """Begin with no command."""
        self.parts: dict[str, list[float]] = {}

    def run(self, work: Any, command: Any, unit: Any) -> Any:  # noqa: ANN401 - whatever `run` takes and returns
        """Carry out *command*, as `ecomops.kernel.run` does."""
        start = process_time()
        try:
            return run(work, command, unit)
        finally:
            part = self.parts.setdefault(command.code, [0, 0.0])
            part[0] += 1
            part[1] += process_time() - start

    @contextmanager
    def measured(self) -> Generator[None]:
        """Let the examples carry out their commands here, from now on until the end."""
        for user in USERS:
            vars(user)["carry_out"] = self.run
        start = process_time()
        yield
        spent = sum(seconds for _, seconds in self.parts.values())
        self.parts["host"] = [1, process_time() - start - spent]
        for user in USERS:
            vars(user)["carry_out"] = run


def main(weeks: int) -> None:
    """Open the shop as the demo does, then time the trade alone, until nothing is open."""
    tape = completejourney.read(weeks)
    found = campaigns.read(tape)
    deliveries = completejourney.deliveries(tape)
    shop, opening = shops.Shop(found, mischief.drawn(tape, found)), instant(deliveries[0].before)
    shop.publish(completejourney.products(tape), at=opening)
    shop.take_in(deliveries, at=opening)
    shop.give_out(valid=Period(start=opening, end=end_of(LAST_DAY)), at=opening)
    gc.freeze()
    gc.set_threshold(YOUNG)
    clock, before, baskets = Clock(), _peak(), 0
    with clock.measured():
        for sold in shop.trade(completejourney.baskets(tape)):
            baskets += sold
            gc.freeze()
        shop.close()
    told = {
        "orders": baskets - shop.refused,
        "lines": len(tape.day),
        "seconds": sum(seconds for _, seconds in clock.parts.values()),
        "grown": _peak() - before,
        "peak": _peak(),
        "parts": clock.parts,
    }
    print(json.dumps(told))


def _peak() -> int:
    """Return the most bytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
