"""What must hold when the last order is closed: each check says in a sentence what it found, or that it is not so."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from books import Books
from campaigns import Campaigns
from ecomops.inventory import RESERVATION, STOCK, reservations
from ecomops.kernel import CorruptHistory, Noun
from ecomops.metrics import GROSS, ORDERS, Table
from ecomops.orders import ORDER, PAYMENT, Line, Operation, Outcome, Payment, Status
from ecomops.orders.balance import owed
from ecomops.orders.order import LIFECYCLE
from ecomops.orders.rungs import worth_of
from growth import Sold
from shop import Shop
from totals import Totals
from trials import Trials

YEAR = 53
"""The weeks of which the totals are published."""
PUBLISHED = Totals(
    orders=155_528,
    goods_lines=1_460_438,
    service_lines=32,
    units=152_923_108,
    gross=5_392_232_87,
    loyalty=791_650_64,
    match=4_542_65,
    revenue=4_596_039_58,
    coupons=26_359_90,
    cash=4_569_679_68,
    paid_out=26_58,
)
"""What the year came to."""
COUNTS = frozenset({"orders", "goods_lines", "service_lines", "units"})
"""The totals that are no money."""
SAMPLE = 1_000
"""How many orders are replayed from their events."""
SEED = 20_170_101
"""What draws that sample, and the cuts of long lines: every run draws the same."""
EVERY_UNIT = 200
"""Lines of up to this many units are cut into single units, longer ones into runs."""
RUNS = 12
"""How many runs a longer line is cut into."""
TOLD = 4
"""How many findings a check tells."""


class Untrue(Exception):
    """A check does not hold."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the checks look into."""

    weeks: int
    books: Books
    totals: Mapping[str, Totals]
    """The totals by each of the codes that computed them, under a word for where from."""
    baskets: int
    """How many baskets the files hold."""
    points: int
    """How many points the files earn."""
    households: int
    """How many households the files hold."""
    found: Campaigns
    """The campaigns of the files."""
    shop: Shop
    """The shop, for what it counted itself."""
    table: Table
    """The weekly table."""
    sold: Sold | None
    """The valid lines, when both quarters of which the growth is explained lie in them."""
    trials: Trials
    """What was tried on the baskets before."""

    @property
    def refused(self) -> int:
        """How many baskets the shop refused as empty."""
        return self.shop.refused


Check = Callable[[Evidence], str]


def totals_agree(evidence: Evidence) -> str:
    """Check that all codes came to the same totals, field by field, to the cent."""
    refuse(_differences(evidence.totals))
    return f"{', '.join(evidence.totals)} agree on {len(fields(Totals))} figures, to the cent"


def baskets_became_orders(evidence: Evidence) -> str:
    """Check that each basket became an order or was refused as empty; extra ones were cancelled."""
    rows, refused = evidence.books.rows(ORDER).values(), evidence.refused
    orders = sum(1 for row in rows if row.value.status is not Status.CANCELLED)
    if evidence.baskets != orders + refused:
        raise Untrue(f"{evidence.baskets:,} baskets are not {orders:,} orders and {refused:,} refused as empty")
    return f"{evidence.baskets:,} baskets are {orders:,} orders and {refused:,} refused as empty"


def orders_replay(evidence: Evidence) -> str:
    """Check that a sample of orders, with what hangs on them, is what their events tell of."""
    ids = sorted(evidence.books.rows(ORDER))
    drawn = Random(SEED).sample(ids, min(SAMPLE, len(ids)))
    pairs = ((noun, id) for id in drawn for noun in (ORDER, RESERVATION, PAYMENT))
    refuse(
        f"{noun.kind} {id} is not what its events tell" for noun, id in pairs if not _replays(evidence.books, noun, id)
    )
    return f"{len(drawn):,} orders, with their payments and reservations, are what their events tell"


def stock_balances(evidence: Evidence) -> str:
    """Check that all that came in is on hand or left, for each stock, and that what left are the orders' goods."""
    items = [row.value for row in evidence.books.rows(STOCK).values()]
    orders = [row.value for row in evidence.books.rows(ORDER).values()]
    refuse(
        f"stock {item.id}: received {item.received:,}, adjusted {item.adjusted:,} and restocked {item.restocked:,}"
        f" are not on hand {item.on_hand:,} and shipped {item.shipped:,}"
        for item in items
        if item.received + item.adjusted + item.restocked != item.on_hand + item.shipped
    )
    came, left = sum(item.received + item.adjusted for item in items), sum(item.shipped for item in items)
    again = sum(item.restocked for item in items)
    shipped = sum(line.shipped for order in orders for line in order.lines)
    if left != shipped:
        raise Untrue(f"{left:,} units left the stocks, but {shipped:,} left with orders")
    return (
        f"{came:,} units came into {len(items):,} stocks, {left:,} left with orders,"
        f" {again:,} came back to be sold again, {came + again - left:,} lie there"
    )


def payments_cover_what_is_due(evidence: Evidence) -> str:
    """Check that the payment of each order brought, in cash, exactly what is due, and that there are no others.

    A cancelled order owes nothing; what is due of another one is less what cases gave back.
    """
    due = Counter({id: owed(row.value).minor for id, row in evidence.books.rows(ORDER).items()})
    paid = Counter({id: _brought(row.value) for id, row in evidence.books.rows(PAYMENT).items()})
    refuse(
        f"order {id}: {as_money(due[id])} was due, {as_money(paid[id])} was paid"
        for id in {**due, **paid}
        if due[id] != paid[id]
    )
    return f"{as_money(sum(paid.values()))} was due and paid, in {len(paid):,} payments of {len(due):,} orders"


def units_add_up(evidence: Evidence) -> str:
    """Check for each line that its units add up to each of its rungs, none negative; equal lines are cut once."""
    draw = Random(SEED)
    lines = [(id, line) for id, row in evidence.books.rows(ORDER).items() for line in row.value.lines]
    different = {(line.quantity, *_left(line)): (id, line) for id, line in reversed(lines)}
    refuse(
        f"line {line.id} of order {id}: its units do not add up to its rungs, or one is negative"
        for id, line in different.values()
        if not _adds_up(line, _cuts(line.quantity, draw))
    )
    return f"the units of {len(lines):,} lines ({len(different):,} different ones) add up to each rung, none negative"


def nothing_is_open(evidence: Evidence) -> str:
    """Check that no order is open, and that nothing is reserved or set aside any more."""
    books = evidence.books
    orders = {id: row.value.status for id, row in books.rows(ORDER).items()}
    claims = {id: row.value.status for id, row in books.rows(RESERVATION).items()}
    bound = {id: row.value.reserved + row.value.allocated for id, row in books.rows(STOCK).items()}
    refuse(f"order {id} is {status}" for id, status in orders.items() if not LIFECYCLE.is_final(status))
    refuse(f"reservation {id} is {status}" for id, status in claims.items() if status is not reservations.Status.ENDED)
    refuse(f"stock {id} has {units:,} units bound" for id, units in bound.items() if units)
    cancelled = sum(1 for status in orders.values() if status is Status.CANCELLED)
    return f"every order is closed ({cancelled} were cancelled unpaid), and nothing is reserved"


def weeks_add_up(evidence: Evidence) -> str:
    """Check that the weeks of the table add up to the totals of the files."""
    total, table = evidence.totals["files"], evidence.table
    sums = [sum(row for row in table[kpi].tolist()) for kpi in (ORDERS, GROSS)]
    if sums != [total.orders, total.gross]:
        raise Untrue(f"the weeks have {sums[0]:,} orders and {as_money(sums[1])} gross, the files {total.orders:,}"
                     f" and {as_money(total.gross)}")  # fmt: skip
    partial = sum(table.partial)
    return f"{len(table.labels)} weeks, {partial} of them partial, add up to {total.orders:,} orders"


def the_year_is_the_published_one(evidence: Evidence) -> str:
    """Check that the totals are the published ones of the year."""
    refuse(_differences({"published": PUBLISHED, **evidence.totals}))
    return "the totals are the published ones of the year"


CHECKS: dict[str, Check] = {
    "totals": totals_agree,
    "baskets": baskets_became_orders,
    "replay": orders_replay,
    "stock": stock_balances,
    "cash": payments_cover_what_is_due,
    "shares": units_add_up,
    "open": nothing_is_open,
    "weeks": weeks_add_up,
}
"""The checks of every run, by a word for each."""


def as_money(cents: int) -> str:
    """Return an amount as a person reads it."""
    return f"{Decimal(cents).scaleb(-2):,.2f}"


def shown(field: str, figure: int) -> str:
    """Return one of the totals as a person reads it."""
    return f"{figure:,}" if field in COUNTS else as_money(figure)


def refuse(findings: Iterable[str]) -> None:
    """Refuse if there are *findings*, telling the first of them."""
    found = list(findings)
    if found:
        more = f"; and {len(found) - TOLD:,} more" if len(found) > TOLD else ""
        raise Untrue("; ".join(found[:TOLD]) + more)


def _differences(totals: Mapping[str, Totals]) -> list[str]:
    """Return a sentence for each figure on which *totals* differ."""
    found: list[str] = []
    for each in fields(Totals):
        figures = {source: getattr(figures, each.name) for source, figures in totals.items()}
        if len(set(figures.values())) > 1:
            told = ", ".join(f"{shown(each.name, figure)} by {source}" for source, figure in figures.items())
            found.append(f"{each.name} is {told}")
    return found


def _replays(books: Books, noun: Noun[Any, Any, Any], id: str) -> bool:
    """Tell whether the row is what its events tell of; no row is what no events tell of."""
    row = books.rows(noun).get(id)
    events = [recorded.event for recorded in books.of(noun.kind, id)]
    if row is None or not events:
        return row is None and not events
    try:
        return bool(noun.replay(events) == row.value)
    except CorruptHistory:
        return False


def _brought(payment: Payment) -> int:
    """Return what came in less what went out, in cents."""
    sums: Counter[Operation] = Counter()
    for notice in payment.notices:
        if notice.outcome is Outcome.SUCCEEDED:
            sums[notice.operation] += notice.amount.minor
    return sums[Operation.CAPTURE] - sums[Operation.REFUND]


def _cuts(quantity: int, draw: Random) -> list[int]:
    """Return where a line of *quantity* units is cut: at each unit, or into some runs."""
    if quantity <= EVERY_UNIT:
        return list(range(quantity + 1))
    return [0, *sorted(draw.sample(range(1, quantity), RUNS - 1)), quantity]


def _adds_up(line: Line, cuts: list[int]) -> bool:
    """Tell whether the runs of units between *cuts* add up to each step of *line*, as the unit law says."""
    left = _left(line)
    ends = list(pairwise(cuts))
    wanted = [_steps([run_of(amount, line.quantity, start, end) for amount in left]) for start, end in ends]
    if min(map(min, wanted)) < 0:
        return False
    runs = [[part.amount.minor for part in worth_of(line, start=start, end=end)] for start, end in ends]
    return runs == wanted and list(map(sum, zip(*runs, strict=True))) == _steps(left)


def _left(line: Line) -> list[int]:
    """Return the running amounts of *line*, in cents."""
    return [rung.left.minor for rung in line.rungs]


def _steps(left: list[int]) -> list[int]:
    """Return the gross amount, and what each later step took off."""
    return [left[0], *(above - below for above, below in pairwise(left))]


def run_of(amount: int, units: int, start: int, end: int) -> int:
    """Return what a run of *units* is worth of *amount*: whole cents for each, the odd ones for the first."""
    each, odd = divmod(amount, units)
    return each * (end - start) + len(range(start, min(end, odd)))
