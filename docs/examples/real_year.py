"""The main job: a real grocery chain's weeks, basket by basket, through the public workflows of ecomops.

``WEEKS`` says how many weeks (53, the year, by default), ``BREAK`` plants a fault that the checks must find.
The run ends with 0 if every check holds, with 1 if one does not, with 2 if it cannot start.
"""

import gc
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from time import perf_counter

from rich.console import Console
from rich.progress import Progress

import campaigns
import completejourney
import from_columns
import from_files
import from_log
import from_nouns
import growth
import mischief
import trials
from campaigns import Campaigns
from checks import Evidence, Untrue, shown
from completejourney import EPOCH, YEAR, Delivery, Product, Tape
from ecomops.kernel import Period, instant
from faults import PLANTED, Fault, in_the_books, on_the_way
from promises import checks
from shop import Shop
from till import end_of
from traps import traps
from trials import Trials

USUAL = "53"
"""The weeks of a run that asks for no number."""
LAST_DAY = date(2017, 12, 31)
"""The last day on which a coupon may be used."""
FORGOTTEN = date(2018, 1, 31)
"""The day on which one household is erased, when the last order is closed."""
YOUNG = 500_000
"""How many new objects wait for a collection, more than a day makes: a shop keeps them, so looking finds nothing."""
WEEKLY = "weekly table"
"""The phase that makes it: the first call on facts that nothing has read before, with its comparisons."""
GUARD = 0.5
"""The seconds that the weekly table of the year should take at most: told, and never a check."""
HELD, BROKEN, REFUSED = 0, 1, 2
"""How a run ends."""
TAKEN_OFF = frozenset({"loyalty", "match"})
"""The totals that are shown as negative."""


class Stopwatch:
    """How long each phase took.

    Attributes:
        took: Seconds by phase, in their order.
    """

    def __init__(self) -> None:
        """Start with no phase."""
        self.took: dict[str, float] = {}

    @contextmanager
    def __call__(self, phase: str) -> Generator[None]:
        """Time one *phase*."""
        start = perf_counter()
        yield
        self.took[phase] = perf_counter() - start


def main(environ: Mapping[str, str]) -> int:
    """Carry out what *environ* asks for; return how it ended."""
    gc.set_threshold(YOUNG)
    watch = Stopwatch()
    try:
        weeks, fault = _weeks(environ.get("WEEKS", USUAL)), _fault(environ.get("BREAK", ""))
        with watch("reading"):
            tape = completejourney.read(weeks)
            found = campaigns.read(tape)
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    with watch("products and deliveries"):
        products, deliveries = completejourney.products(tape), completejourney.deliveries(tape)
    departments, held = growth.departments(products), holds(tape, _tried(tape, found, products, fault, watch))
    shop = _shop(Shop(found, mischief.drawn(tape, found)), products, deliveries, watch)
    _trade(shop, tape, fault, watch)
    del tape, products, deliveries  # a year of them takes room that the checks need
    _tell("What happened beside the till (money in cents)", {word: f"{n:,}" for word, n in shop.happened().items()})
    evidence = _evidence(shop, held, found, fault, watch)
    _tell("Totals", {name: _signed(name, figure) for name, figure in asdict(evidence.totals["files"]).items()})
    with watch("checks"):
        broken = _check(evidence)
    print(f"\nWeeks\n{evidence.table!r}")
    if evidence.sold and not growth.explain(evidence.sold, departments):
        broken.append("growth")
    _tell("Time", _timing(watch, orders=evidence.baskets - evidence.refused, lines=held.lines))
    if fault:
        print(f"\nPlanted ({fault}): {PLANTED[fault]}.")
    if broken:
        print(f"Broken: {', '.join(broken)}.", file=sys.stderr)
    return BROKEN if broken else HELD


def _weeks(asked: str) -> int:
    numbers = {str(number): number for number in range(1, YEAR + 1)}
    if asked not in numbers:
        raise ValueError(f"WEEKS is a number from 1 to {YEAR}, not {asked!r}")
    return numbers[asked]


def _fault(asked: str) -> Fault | None:
    if asked and asked not in set(Fault):
        raise ValueError(f"BREAK is one of {', '.join(Fault)}, or empty, not {asked!r}")
    return Fault(asked) if asked else None


def _tried(tape: Tape, found: Campaigns, products: Sequence[Product], fault: Fault | None, watch: Stopwatch) -> Trials:
    """Tell what the readings met; return what was tried on the baskets before anything is sold."""
    met = traps(tape, products) | campaigns.met(found)
    _tell("What the readings met (money in cents)", {label: f"{number:,}" for label, number in met.items()})
    with watch("promotions on past baskets"):
        tried = trials.held(tape, found, products, fault)
    trials.show(tried)
    return tried


def _shop(shop: Shop, products: Sequence[Product], deliveries: Sequence[Delivery], watch: Stopwatch) -> Shop:
    """Return *shop* with all products on sale, all shelves full, all coupons given out."""
    opening = instant(deliveries[0].before)
    with watch("publishing"):
        shop.publish(products, at=opening)
    with watch("stock-in"):
        shop.take_in(deliveries, at=opening)
        shop.give_out(valid=Period(start=opening, end=end_of(LAST_DAY)), at=opening)
    gc.freeze()  # what is there now stays: no collection needs to look at it again
    return shop


def _trade(shop: Shop, tape: Tape, fault: Fault | None, watch: Stopwatch) -> None:
    """Sell every basket, day by day, and let time pass until nothing is open."""
    with watch("orders"), progress(len(tape.starts)) as advance:
        for sold in shop.trade(on_the_way(completejourney.baskets(tape), fault)):
            advance(sold)
            gc.freeze()  # nor at what a day leaves behind
        shop.close()
        shop.members.erase_first(at=end_of(FORGOTTEN))


@contextmanager
def progress(baskets: int) -> Generator[Callable[[int], None]]:
    """Show a bar on a terminal, and nothing elsewhere; give what moves it by some baskets."""
    with Progress(console=Console(), transient=True, disable=not sys.stdout.isatty()) as bar:
        yield partial(bar.advance, bar.add_task("baskets", total=baskets))


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the checks need to know of a tape when it is gone."""

    weeks: int
    lines: int
    households: int
    fuel: frozenset[str]
    observed: Period
    trials: Trials


def holds(tape: Tape, tried: Trials) -> Held:
    """Return what the checks need to know of *tape*."""
    return Held(
        weeks=int(tape.week[-1]),
        lines=len(tape.day),
        households=len(set(tape.household.tolist())),
        fuel=fuel(tape),
        observed=observed(tape),
        trials=tried,
    )


def _evidence(shop: Shop, held: Held, found: Campaigns, fault: Fault | None, watch: Stopwatch) -> Evidence:
    """Return what the checks look into, the totals by four codes that share nothing."""
    books = in_the_books(shop.store, fault)
    with watch("facts"):
        facts = from_columns.facts(books, held.fuel)
    with watch(WEEKLY):
        table = from_columns.weekly(facts, held.observed)
    with watch("totals"):
        of_columns = from_columns.totals(facts)
        sold = growth.of_facts(facts) if held.weeks >= growth.WEEKS else None
        del facts
        totals = {
            "files": from_files.totals(held.weeks),
            "nouns": from_nouns.totals(books),
            "log": from_log.totals(books),
            "columns": of_columns,
        }
    return Evidence(
        weeks=held.weeks,
        books=books,
        totals=totals,
        baskets=from_files.baskets(held.weeks),
        points=from_files.points(held.weeks),
        households=held.households,
        found=found,
        shop=shop,
        table=table,
        sold=sold,
        trials=held.trials,
    )


def fuel(tape: Tape) -> frozenset[str]:
    """Return the SKUs that are fuel."""
    return frozenset(map(str, tape.product[tape.fuel].tolist()))


def observed(tape: Tape) -> Period:
    """Return the days of which *tape* tells."""
    days = [date.fromordinal(int(day) + EPOCH) for day in (tape.day.min(), tape.day.max())]
    return Period(start=end_of(days[0] - timedelta(days=1)), end=end_of(days[1]))


def _check(evidence: Evidence) -> list[str]:
    """Carry out all checks, telling what each finds; return those that do not hold."""
    print("\nChecks")
    broken: list[str] = []
    for name, check in checks(evidence.weeks).items():
        try:
            print(f"  \N{CHECK MARK} {name}: {check(evidence)}")
        except Untrue as finding:
            print(f"  \N{BALLOT X} {name}: {finding}")
            broken.append(name)
    return broken


def _signed(name: str, figure: int) -> str:
    """Return one of the totals as it is read, discounts as negative."""
    return shown(name, -figure if name in TAKEN_OFF else figure)


def _timing(watch: Stopwatch, *, orders: int, lines: int) -> dict[str, str]:
    """Return how long all took, and what that is for an order and a line."""
    selling = watch.took["orders"]
    altogether = sum(watch.took.values())
    parts = {phase: f"{seconds:.1f} s, {seconds / altogether:4.0%}" for phase, seconds in watch.took.items()}
    return parts | {
        "altogether": f"{altogether:.1f} s, {1:4.0%}",
        f"weekly table with comparisons, first call (guard {GUARD} s)": f"{watch.took[WEEKLY]:.2f} s",
        "orders a second": f"{orders / selling:,.0f}",
        "lines a second": f"{lines / selling:,.0f}",
        "microseconds a line": f"{selling / lines * 1e6:,.0f}",
    }


def _tell(title: str, figures: Mapping[str, str]) -> None:
    """Print a table of two columns."""
    widest = max(map(len, figures.values()))
    print(f"\n{title}")
    for label, figure in figures.items():
        print(f"  {figure:>{widest}}  {label.replace('_', ' ')}")


if __name__ == "__main__":
    sys.exit(main(os.environ))
