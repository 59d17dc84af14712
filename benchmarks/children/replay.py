"""Replay some weeks of the demo and print what that took, as one JSON object. Runs with docs/examples on its path.

Seconds are processor time, so that what others run counts less.
"""

import gc
import json
import resource
import sys
from time import process_time

import completejourney
from ecomops.kernel import instant
from shop import Shop


def main(weeks: int) -> None:
    """Open the shop as the demo does, then time the orders alone: placed, paid, shipped, received and closed."""
    tape = completejourney.read(weeks)
    deliveries = completejourney.deliveries(tape)
    shop, opening = Shop(), instant(deliveries[0].before)
    shop.publish(completejourney.products(tape), at=opening)
    shop.take_in(deliveries, at=opening)
    gc.freeze()
    before, start = _peak(), process_time()
    baskets = sum(shop.trade(completejourney.baskets(tape)))
    shop.close()
    seconds = process_time() - start
    told = {"orders": baskets - shop.refused, "lines": len(tape.day), "seconds": seconds, "grown": _peak() - before}
    print(json.dumps(told))


def _peak() -> int:
    """Return the most bytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
