"""An order life of four commands, through workflow, versions and event log, against the package eventsourcing.

Both sides start from the same plain rows, build their own input of them, check the same rules and leave the same
orders, stock and events behind; that is asserted before anything is timed. At least 1.5 times, aim 3.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from benchmarks.ours import Ours, bare_lives
from benchmarks.peers import eventsourcing_shop as peer
from benchmarks.report import Line, line, paired
from benchmarks.script import OrderRow, Side, live, order_rows, tried

ORDERS = 200
ROUNDS = 15
UNITS = 10
"""On each shelf before the order comes."""


def check() -> str:
    """Assert that both sides give the same answers, refuse alike and record the same events; return how many."""
    ours, theirs = Ours(), peer.Peer()
    rows = order_rows(3)
    assert _told(ours, rows) == _told(theirs, rows), "the two sides differ"
    assert _refusals(Ours()) == _refusals(peer.Peer()), "the two sides refuse differently"
    told, alone = sum(theirs.events().values()), len(ours.everything())
    return f"{told} events of orders and stock on both sides, and {alone - told} of payments and reservations here"


def _told(side: Side, rows: tuple[OrderRow, ...]) -> list[object]:
    """Return all that *side* says of *rows* after each step of their lives."""
    told: list[object] = []
    for row in rows:
        side.stock_in(row, UNITS)
        for step in (side.place, side.pay, side.pay, side.ship, side.receive, side.receive):
            step(row)
            told += [side.order(row), side.stock(row)]
    return [*told, side.events()]


def _refusals(side: Side) -> list[object]:
    """Return the codes with which *side* refuses what must be refused, and what stands after each."""
    row, scarce, other = order_rows(3)
    none = replace(other, lines=())
    dear = replace(other, lines=(replace(other.lines[0], discount=other.lines[0].gross + 1),))
    bad = replace(other, lines=(replace(other.lines[0], quantity=0),))
    twice = replace(other, lines=(other.lines[0], replace(other.lines[1], line=other.lines[0].line)))
    side.stock_in(row, UNITS)
    side.stock_in(scarce, 1)
    side.stock_in(other, UNITS)
    told: list[object] = []
    for acts in (
        (partial(side.place, scarce), partial(side.place, none), partial(side.place, dear)),
        (partial(side.place, bad), partial(side.place, twice), partial(side.pay, row), partial(side.ship, row)),
        (partial(side.place, row),),
        (partial(side.place, row), partial(side.ship, row), partial(side.receive, row)),
        (partial(side.pay, row),),
        (partial(side.receive, row),),
        (partial(side.ship, row),),
        (partial(side.ship, row),),
    ):
        told += [tried(act) for act in acts] + [side.events(), side.stock(row), side.stock(scarce)]
    return told


def lines() -> Iterator[Line]:
    """Yield the whole life, then its decisions and folds alone."""
    same = check()
    rows = order_rows(ORDERS)
    ours, theirs = paired(lambda: _lives(Ours(), rows), lambda: _lives(peer.Peer(), rows), rounds=ROUNDS)
    note = f"seconds for n orders of 4 commands and 3 lines; of 3 orders: {same}; at least 1.5, aim 3"
    yield line("order_life", n=ORDERS, ours_s=ours, peer="eventsourcing", peer_s=theirs, note=note)
    ours, theirs = paired(lambda: bare_lives(rows, UNITS), lambda: peer.bare_lives(rows, UNITS), rounds=ROUNDS)
    note = "decisions and folds of orders and stock, no store; against aggregates and their events alone; no goal"
    yield line("order_life_bare", n=ORDERS, ours_s=ours, peer="eventsourcing", peer_s=theirs, note=note)


def _lives(side: Side, rows: tuple[OrderRow, ...]) -> Callable[[], None]:
    for row in rows:
        side.stock_in(row, UNITS)

    def work() -> None:
        for row in rows:
            live(side, row)

    return work
