"""The contract of a store: one script that a host engineer runs first, and that says which law a store breaks.

`check_store` needs no test framework, draws nothing and gives the same verdict every time. It saves small histories
of the library's own nouns, two units at once where that matters, and compares what it reads with what the events say.

A store is asked for no more than this. Each call of `unit` opens a transaction of its own, also while another one is
open in the same thread. It may lock as it likes: where the script opens two units at once, either may get `Conflict`
at any point (opening, reading, saving, ending), but a unit that has to wait must give up with `Conflict` after a
bounded time: set the lock timeout of the checked database low. A unit that is alone must succeed. A unit need not see
its own saves, nor what others commit after it began.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from types import TracebackType
from typing import Any, Generic, TypeVar

from attrs import evolve, frozen

from ecomops import inventory, orders, products
from ecomops.codec import NOUNS
from ecomops.inventory import RESERVATION, STOCK, Reservation, ReservationId, StockItem, reservations
from ecomops.kernel import (
    AsyncRepository,
    AsyncStore,
    AsyncUnit,
    Between,
    Command,
    CommandId,
    CommandReused,
    Commit,
    Conflict,
    Done,
    History,
    In,
    Key,
    Keys,
    Noun,
    Page,
    Query,
    Recorded,
    Store,
    Unit,
    Version,
    Versioned,
    Write,
    answer,
    later,
)
from ecomops.kernel.queries import MOST_ROWS, Term
from ecomops.orders import ORDER, PAYMENT, CancelReason, Operation, Outcome
from ecomops.orders.payments import PaymentStatus, open_payment, take
from ecomops.products import PRODUCT
from ecomops.terms import CustomerId, LocationId, OrderId, Price, Sku, StockKey, StockUnits
from ecomops.testing.builders import BUYER, NOON, TEA, a_checkout, a_delivery, a_notice, a_placement, a_taking, cny
from ecomops.workflows.placement import Placed
from ecomops.workflows.publication import Published, PublishProduct
from ecomops.workflows.settlement import NoticeTaken
from ecomops.workflows.stocking import StockTaken
from ecomops.workflows.timers import Elapsed, ReservationDue

N = TypeVar("N")
Events = tuple[Any, ...]
Step = Callable[[Any], Events]
Place = tuple[str, str]  # the kind and the id of a row
Plan = Callable[[Store], Commit]


class Law(StrEnum):
    """What a store promises; `StoreBroken` says the one that is broken."""

    EMPTY = "not empty: the script begins on a store without rows, commands and events"
    MISSING = "missing id: an id that names nothing is left out of what is read, and is no error"
    EQUAL = "unequal row: what was saved is read back equal"
    SAVED = "unsaid: `save` returns True when it has written"
    ALONE = "needless conflict: a unit that is alone and writes what it has just read can save"
    STALE_READ = "stale read: a fresh unit sees all that was committed before it was opened"
    DIRTY_READ = "dirty read: what a unit has saved is seen by no other before it ends"
    VERSION = "same version: every write, an addition too, gives its row a version that it never had"
    ROLLBACK = "kept rows: a unit that ends by an exception leaves nothing behind and lets the exception pass"
    ANSWER = "lost answer: the answer of a command that was carried out is on record, and equal"
    REPEAT = "repeat executed: a command is carried out once; for a repeat `save` writes nothing and returns False"
    REUSED = "reused id: the id of a command given again with another content is refused with `CommandReused`"
    TAKEN = "taken id: a new object whose id is taken is a `Conflict`"
    GONE = "row from nowhere: a change of an object that is not there is a `Conflict`"
    LOST_UPDATE = "lost update: a write whose expected version is not that of the row is a `Conflict`"
    HALF = "half a commit: a `Conflict` leaves nothing behind: no row, no event, no id of the command"
    ADDITION = "lost addition: counters hold the sum of all movements, beside what others have written meanwhile"
    BOUND = "broken bound: an addition that would break a bound of the row as it stands is a `Conflict`"
    SPARED = "bound too strict: a bound stops only writes that lower it and that it does not spare; None lifts it"
    QUERY_MISSES = "query misses rows: a query finds every row for which all its terms hold"
    QUERY_EXTRA = "query finds too much: a query finds no row for which a term does not hold, and each row once"
    ORDER = "wrong order: rows come by the sort key, then by id, text by code point, backwards when descending"
    PAGES = "wrong page: pages follow one another at the cursor without loss or repetition; the last has none"
    LOG_LOST = "lost event: every event of every commit stands in the log"
    LOG_DOUBLED = "event too many: an event stands in the log once, and only if its commit was saved"
    LOG_ORDER = "log out of order: events stand in the order of their commits, and of the writes in each"
    LOG_PAGES = "wrong page of the log: `after` gives at most `limit` events, rising after the position; `of` its own"
    LOG_ORIGIN = "wrong origin: an event is recorded with the command that caused it, and with who gave that"
    LOG_VERSION = "wrong version in the log: an event is recorded with the version of the row after its write"
    REPLAY = "replay differs: the events that the log holds of an object tell of the row as it stands"


class StoreBroken(AssertionError):
    """A store breaks a law of the contract.

    Attributes:
        law: Which one.
    """

    def __init__(self, law: Law, where: object) -> None:
        """Keep the law and what the script was looking at."""
        super().__init__(law, where)
        self.law = law

    def __str__(self) -> str:
        law, where = self.args
        return f"{law} ({where})"


def _require(holds: bool, law: Law, where: object) -> None:  # noqa: FBT001 - reads as `assert` does
    if not holds:
        raise StoreBroken(law, where)


# --- what the script saves ---------------------------------------------------------------------------------------

NAMES = (
    *("tea", "TEA", "Tea", "zebra", "Äpfel", "été", "e\u0301te\u0301", "茶", "\uff21", "\U0001f375"),
    *("10", "9", "-1", "1e3", "o'neil", 'a"b', "100%_", "back\\slash", "NULL"),
)
"""Ids at which stores stumble: case, accents, code points beyond 16 bits, numbers, quotes, wildcards."""


@frozen(kw_only=True)
class Counters:
    """How the counters of an additive noun are moved; a new row has room for ten units.

    Args:
        take: Takes so many units of the room.
        lose: Takes them although there is no room: it has happened already.
        shift: Moves so many of the units taken, and leaves the room as it is.
        endless: The beginning of a row whose room has no limit.
    """

    take: Callable[[Any, int], Events]
    lose: Callable[[Any, int], Events]
    shift: Callable[[Any, int], Events]
    endless: Callable[[str], Events]


@frozen(kw_only=True)
class Sample:
    """What the script does with one noun.

    Args:
        noun: The binding.
        command: A command of one of its use cases; the script gives it ids of its own.
        answer: An answer of that use case.
        opened: The beginning of a row, by a text for its id and a number that varies its keys.
        first: A change of a new row that must compare versions.
        second: Another one, of a new row, or of one after *first*.
        counters: How its counters move, when the noun is additive.
    """

    noun: Noun[Any, Any, Any]
    command: Any
    answer: object
    opened: Callable[[str, int], Events]
    first: Step
    second: Step
    counters: Counters | None = None


def _product(name: str, turn: int) -> Events:
    category = (None, "drinks", "Drinks", "茶")[turn % 4]
    return products.draft(Sku(name), category=category, list_price=Price(amount=cny("10.00")), at=NOON)


def _stock(name: str, turn: int, backorder_limit: int | None = 0) -> Events:
    key = StockKey.of(Sku(name), LocationId(("hangzhou", "Hall 2")[turn % 2]))
    opened = inventory.open_stock(key, backorder_limit=backorder_limit, at=NOON)
    return *opened, *inventory.receive(STOCK.replay(opened), quantity=10, at=NOON)


def _taken(item: StockItem, quantity: int) -> Events:
    return inventory.reserve(item, quantity=quantity, reservation=ReservationId("o-1"), at=NOON)


def _lost(item: StockItem, quantity: int) -> Events:
    return inventory.adjust(item, quantity=-quantity, reason="lost", at=NOON)


def _allocated(item: StockItem, quantity: int) -> Events:
    return inventory.allocate(item, quantity=quantity, reservation=ReservationId("o-1"), at=NOON)


def _reservation(name: str, turn: int) -> Events:
    keys = sorted((TEA, StockKey("TEA@Hall 2"), StockKey("茶@hangzhou"))[turn % 3 :])
    wanted = tuple(StockUnits(stock=key, quantity=2) for key in keys)
    expires_at = None if turn % 4 == 0 else later(NOON, timedelta(microseconds=turn % 4))
    return reservations.claim(ReservationId(name), wanted=wanted, items={}, expires_at=expires_at, at=NOON)


def _all_allocated(reservation: Reservation) -> Events:
    units = tuple(StockUnits(stock=hold.stock, quantity=hold.waiting) for hold in reservation.holds)
    return reservations.allocate(reservation, units=units, at=NOON)


def _order(name: str, turn: int) -> Events:
    customer = (None, CustomerId("c-1"), CustomerId("C-1"), CustomerId("客"))[turn % 4]
    at = later(NOON, timedelta(microseconds=turn % 5))
    return orders.place(evolve(a_checkout(order_id=name), customer=customer), policy=orders.DEFAULT_POLICY, at=at)


def _payment(name: str, turn: int) -> Events:
    notices = (a_notice(reference="r-0"),)[turn % 2 :]
    return open_payment(OrderId(name), currency=cny("0.00").currency, notices=notices, at=NOON)


def _noticed(reference: str) -> Step:
    return lambda payment: take(payment, notice=a_notice(reference=reference), at=NOON)


UNITS = (StockUnits(stock=TEA, quantity=2),)

SAMPLES: Mapping[str, Sample] = {
    sample.noun.kind: sample
    for sample in (
        Sample(
            noun=PRODUCT,
            command=PublishProduct(id=CommandId("contract"), by=BUYER, at=NOON, sku=Sku("tea"), category="drinks"),
            answer=Published(sku=Sku("tea"), new=True),
            opened=_product,
            first=lambda product: products.publish(product, at=NOON),
            second=lambda product: products.retire(product, at=NOON),
        ),
        Sample(
            noun=STOCK,
            command=a_delivery(),
            answer=StockTaken(units=UNITS),
            opened=_stock,
            first=lambda item: inventory.set_backorder_limit(item, limit=5, at=NOON),
            second=lambda item: inventory.set_backorder_limit(item, limit=7, at=NOON),
            counters=Counters(
                take=_taken, lose=_lost, shift=_allocated, endless=lambda name: _stock(name, 0, backorder_limit=None)
            ),
        ),
        Sample(
            noun=RESERVATION,
            command=ReservationDue(id=CommandId("contract"), by=BUYER, at=NOON, reservation_id=ReservationId("o-1")),
            answer=Elapsed(happened=("reservation.released",), refund_due=cny("0.01"), freed=UNITS),
            opened=_reservation,
            first=_all_allocated,
            second=lambda reservation: reservations.release(reservation, at=NOON),
        ),
        Sample(
            noun=ORDER,
            command=a_placement(),
            answer=Placed(
                order_id=OrderId("o-1"),
                due=cny("-0.01"),
                settled=True,
                pay_by=later(NOON, timedelta(microseconds=1)),
                promised=UNITS,
                payout=a_notice(operation=Operation.REFUND, outcome=Outcome.REQUESTED, amount="0.01"),
            ),
            opened=_order,
            first=lambda order: orders.settle(order, captured=order.due, at=NOON),
            second=lambda order: orders.cancel(order, reason=CancelReason.SHOP, at=NOON),
        ),
        Sample(
            noun=PAYMENT,
            command=a_taking(),
            answer=NoticeTaken(
                order_id=OrderId("o-1"),
                payment=PaymentStatus.CAPTURED,
                net=cny("10.00"),
                settled=True,
                refund_due=cny("0.00"),
                unallocated=(),
            ),
            opened=_payment,
            first=_noticed("r-1"),
            second=_noticed("r-2"),
        ),
    )
}
"""What the script does with each noun of the library, by kind."""


# --- the script ----------------------------------------------------------------------------------------------------


def check_store(
    unit: Unit,
    *,
    rival: Unit | None = None,
    history: History | None = None,
    nouns: Iterable[Noun[Any, Any, Any]] = NOUNS,
) -> None:
    """Run the script against an empty store; it returns when the store keeps every law.

    Args:
        unit: The host's transaction, as the drivers get it. Its lock timeout should be short here.
        rival: Opens the second of two units at once, for hosts with one connection a thread; *unit* does, left out.
        history: The log of the store, where the host reads it; without one no law of the log is checked.
        nouns: The nouns that the host has plugged in: all of the library, or only some.

    Raises:
        StoreBroken: With the first law that the store breaks.
        ValueError: The script knows nothing of a noun.

    Example:
        >>> from ecomops.memory import MemoryStore
        >>> store = MemoryStore()
        >>> check_store(store.unit, history=store)
    """
    script = Script(unit, rival or unit, tuple(map(_sample, nouns)))
    if history is not None:
        _lawful(Law.EMPTY, _log_is_empty, script, history)
    for sample in script.samples:
        _lawful(Law.EMPTY, _begins_empty, script, sample)
    for law, check in CHECKS:
        for sample in script.samples:
            _lawful(law, check, script, sample)
    for law, check_log in () if history is None else LOG_CHECKS:
        _lawful(law, check_log, script, history)


def _sample(noun: Noun[Any, Any, Any]) -> Sample:
    if noun.kind not in SAMPLES:
        raise ValueError(f"the contract knows nothing of {noun.kind}")
    return SAMPLES[noun.kind]


def _lawful(law: Law, check: Callable[["Script", Any], None], script: "Script", subject: Any) -> None:  # noqa: ANN401 - a sample or a log
    """Run one check; an exception that no law asks for breaks *law*."""
    try:
        check(script, subject)
    except StoreBroken:
        raise
    except Exception as error:
        raise StoreBroken(law, f"{type(error).__name__}: {error}") from error


class Script:
    """What has been saved so far, and what must be there because of it."""

    def __init__(self, unit: Unit, rival: Unit, samples: tuple[Sample, ...]) -> None:
        """Begin with nothing."""
        self.unit = unit
        self.rival = rival
        self.samples = samples
        self.values: dict[Place, Any] = {}
        self.seen: dict[Place, Versioned[Any]] = {}
        self.versions: dict[Place, list[Version]] = {}
        self.told: list[tuple[Place, Command, object]] = []
        self.version_after: dict[tuple[Place, CommandId], Version] = {}
        self._count = 0

    def name(self) -> str:
        """Return a text that has not been given before."""
        self._count += 1
        return f"row {self._count}"

    def commit(self, sample: Sample, *writes: Write[Any]) -> Commit:
        """Return a commit of *writes* under a new command."""
        command = evolve(sample.command, id=CommandId(f"contract {self.name()}"))
        return Commit(command=command, answer=sample.answer, writes=writes)

    def opening(self, sample: Sample) -> Commit:
        """Return a commit that makes one new row."""
        return self.commit(sample, *sample.noun.write(None, sample.opened(self.name(), 1)))

    def row(self, sample: Sample, events: Events | None = None) -> str:
        """Save one new row (of *events*) and return its id."""
        commit = self.commit(sample, *sample.noun.write(None, events or sample.opened(self.name(), 1)))
        self.save(commit)
        return commit.writes[0].id

    def found(self, sample: Sample, id: str) -> Versioned[Any]:
        """Return a row as it was last read."""
        return self.seen[sample.noun.kind, id]

    def change(self, sample: Sample, found: Versioned[Any], step: Step) -> Commit:
        """Return a commit that takes *step* from what was *found*."""
        return self.commit(sample, *sample.noun.write(found, step(found.value)))

    def save(self, commit: Commit, law: Law = Law.ALONE) -> None:
        """Save *commit* with no other unit open; a conflict breaks *law*."""
        try:
            with self.unit(1) as store:
                saved = store.save(commit)
        except Conflict as conflict:
            raise StoreBroken(law, f"{_where(commit)}: {conflict}") from conflict
        _require(saved is True, Law.SAVED, _where(commit))
        self.happened(commit)

    def take(self, sample: Sample, found: Versioned[Any], step: Step, law: Law) -> None:
        """Save *step* on what was *found* long ago or, after a conflict, on what is there: both are right."""
        commit = self.change(sample, found, step)
        try:
            with self.unit(0) as store:
                store.save(commit)
        except Conflict:
            fresh = self.found(sample, commit.writes[0].id)
            self.save(self.change(sample, fresh, step), law)
        else:
            self.happened(commit, law=Law.ADDITION)

    def refuse(self, commit: Commit, law: Law) -> None:
        """Check that *commit* is a conflict (or breaks *law*), and that nothing of it stays."""
        try:
            with self.unit(0) as store:
                store.save(commit)
        except Conflict:
            self.unwritten(commit, Law.HALF)
            self.undone(commit, Law.HALF)
        else:
            raise StoreBroken(law, _where(commit))

    def race(self, first: Plan, second: Plan, schedule: Sequence[int]) -> tuple[Commit, ...]:
        """Run two units at once, step by step as *schedule* says; return what was saved, in that order."""
        saved: list[Commit] = []
        sides = (_side(self.unit, first, saved), _side(self.rival, second, saved))
        for turn in schedule:
            next(sides[turn], None)
        return tuple(saved)

    def happened(self, *commits: Commit, law: Law = Law.EQUAL) -> None:
        """Take note that *commits* were saved, and look whether a fresh unit sees the sum of them (or breaks *law*)."""
        last: dict[Place, CommandId] = {}
        for commit in commits:
            for write in commit.writes:
                place = write.kind, write.id
                self.values[place] = self._after(write)
                self.told += ((place, commit.command, event) for event in write.events)
                last[place] = commit.command.id
        rows = self.read(last)
        for place, command in last.items():
            _require(rows.get(place) != self.seen.get(place), Law.STALE_READ, place)
            self._look(place, rows[place], law)
            self.version_after[place, command] = rows[place].version

    def _after(self, write: Write[Any]) -> object:
        noun, before = SAMPLES[write.kind].noun, self.values.get((write.kind, write.id))
        return noun.replay(write.events) if before is None else noun.fold(before, write.events)

    def _look(self, place: Place, found: Versioned[Any], law: Law) -> None:
        _require(found.value == self.values[place], law, place)
        _require(found.version not in self.versions.setdefault(place, []), Law.VERSION, place)
        self.versions[place].append(found.version)
        self.seen[place] = found

    def read(self, places: Iterable[Place]) -> dict[Place, Versioned[Any]]:
        """Return what a fresh unit finds at *places*."""
        wanted: dict[str, list[str]] = {}
        for kind, id in places:
            wanted.setdefault(kind, []).append(id)
        with self.unit(0) as store:
            rows = {kind: store.repository(SAMPLES[kind].noun).get_many(ids) for kind, ids in wanted.items()}
        return {(kind, id): row for kind in rows for id, row in rows[kind].items()}

    def unwritten(self, commit: Commit, law: Law) -> None:
        """Check that the rows of *commit* are as they were."""
        places = [(write.kind, write.id) for write in commit.writes]
        _require(self.read(places) == {place: self.seen[place] for place in places if place in self.seen}, law, places)

    def undone(self, commit: Commit, law: Law) -> None:
        """Check that the command of *commit* counts as new."""
        with self.unit(0) as store:
            _require(store.done(commit.command) is None, law, commit.command.id)


def _where(commit: Commit) -> str:
    return ", ".join(f"{write.kind} {write.id}" for write in commit.writes) or "a commit without writes"


def _side(unit: Unit, plan: Plan, saved: list[Commit]) -> Iterator[None]:
    """Carry out one of two units, pausing after its reads and after its save; a conflict anywhere loses."""
    try:
        with unit(0) as store:
            commit = plan(store)
            yield
            written = store.save(commit)
            yield
    except Conflict:
        return
    if written:
        saved.append(commit)


# --- the checks ----------------------------------------------------------------------------------------------------

SCHEDULES = ((0, 1, 0, 0, 1, 1), (0, 1, 0, 1, 0, 1))
"""Both units read, then one saves and ends before the other; or both save before one ends."""


def _begins_empty(script: Script, sample: Sample) -> None:
    """Look for any row of the noun, and for the first command of an earlier run; then carry that out."""
    with script.unit(0) as store:
        found = store.repository(sample.noun).find(Query(noun=sample.noun, limit=1))
        _require(not found.rows, Law.EMPTY, sample.noun.kind)
    first = script.commit(sample)
    script.undone(first, Law.EMPTY)
    script.save(first)


def _log_is_empty(_: Script, history: History) -> None:
    _require(not history.after(-1, 1), Law.EMPTY, "the log")


def _saves_many_rows(script: Script, sample: Sample) -> None:
    """Save rows with difficult ids, then bring two thirds of them on, and one third further."""
    noun = sample.noun
    new = [noun.write(None, sample.opened(name, turn))[0] for turn, name in enumerate(NAMES)]
    script.save(script.commit(sample, *new))
    for least, step in ((1, sample.first), (2, sample.second)):
        rows = [script.found(sample, write.id) for turn, write in enumerate(new) if turn % 3 >= least]
        writes = [write for row in rows for write in noun.write(row, step(row.value))]
        script.save(script.commit(sample, *writes))


def _leaves_missing_ids_out(script: Script, sample: Sample) -> None:
    """Ask for a row that is there among two that are not, and for none at all."""
    id = script.row(sample)
    with script.unit(0) as store:
        repository = store.repository(sample.noun)
        _require(set(repository.get_many(("nobody", id, "\U0001f375 nobody"))) == {id}, Law.MISSING, sample.noun.kind)
        _require(not repository.get_many(()), Law.MISSING, "asked for no id")


def _rolls_back(script: Script, sample: Sample) -> None:
    """End a unit that has saved by an exception."""
    commit = script.opening(sample)
    try:
        with script.unit(0) as store:
            store.save(commit)
            raise _Interrupted  # noqa: TRY301 - the unit must see it pass
    except _Interrupted:
        script.unwritten(commit, Law.ROLLBACK)
        script.undone(commit, Law.ROLLBACK)
    else:
        raise StoreBroken(Law.ROLLBACK, "the unit swallowed the exception")


class _Interrupted(Exception):
    """Ends a unit in the middle."""


def _records_answers(script: Script, sample: Sample) -> None:
    """Ask for the answers of a command that wrote and of one that had nothing to write."""
    for commit in (script.opening(sample), script.commit(sample)):
        script.undone(commit, Law.ANSWER)
        script.save(commit)
        with script.unit(0) as store:
            _require(store.done(commit.command) == Done(commit.answer), Law.ANSWER, commit.command.id)


def _saves_no_repeat(script: Script, sample: Sample) -> None:
    """Save under a command that was carried out: as a driver does that asked too early."""
    commit = script.opening(sample)
    script.save(commit)
    again = evolve(commit, writes=script.opening(sample).writes)
    with script.unit(0) as store:
        _require(store.save(again) is False, Law.REPEAT, commit.command.id)
    script.unwritten(again, Law.REPEAT)


def _saves_one_of_two_repeats(script: Script, sample: Sample) -> None:
    """Give one command in two units at once, which both take it for new."""
    for schedule in SCHEDULES:
        commit = script.opening(sample)
        again = evolve(commit, writes=script.opening(sample).writes)
        saved = script.race(_planned(commit), _planned(again), schedule)
        _require(saved[1:] == (), Law.REPEAT, f"two units at once, {commit.command.id}")
        script.happened(*saved)
        for each in (commit, again):
            if each not in saved:
                script.unwritten(each, Law.REPEAT)


def _planned(commit: Commit) -> Plan:
    """Return a plan that asks whether the command is new, as a driver does, and saves *commit*."""

    def plan(store: Store) -> Commit:
        store.done(commit.command)
        return commit

    return plan


def _refuses_reused_ids(script: Script, sample: Sample) -> None:
    """Give the id of a command again with another instant."""
    commit = script.opening(sample)
    script.save(commit)
    other: Command = evolve(sample.command, id=commit.command.id, at=later(NOON, timedelta(microseconds=1)))
    try:
        with script.unit(0) as store:
            store.done(other)
    except CommandReused:
        return
    raise StoreBroken(Law.REUSED, commit.command.id)


def _refuses_taken_ids(script: Script, sample: Sample) -> None:
    """Make one object twice, one after the other and in two units at once."""
    opening = script.opening(sample)
    script.save(opening)
    script.refuse(script.commit(sample, *opening.writes), Law.TAKEN)
    for schedule in SCHEDULES:
        one = script.opening(sample)
        saved = script.race(_planned(one), _planned(script.commit(sample, *one.writes)), schedule)
        _require(saved[1:] == (), Law.TAKEN, f"two units at once, {_where(one)}")
        script.happened(*saved)


def _refuses_changes_of_nothing(script: Script, sample: Sample) -> None:
    """Change an object that was never saved, and move its counters."""
    version = script.found(sample, script.row(sample)).version
    for step in (sample.first, *_movements(sample)):
        value = sample.noun.replay(sample.opened(script.name(), 1))
        script.refuse(script.change(sample, Versioned(value, version), step), Law.GONE)


def _movements(sample: Sample) -> tuple[Step, ...]:
    return () if sample.counters is None else (_taking(sample.counters, 1),)


def _compares_versions(script: Script, sample: Sample) -> None:
    """Write on what was read before another write, and in two units that have read the same."""
    id = script.row(sample)
    stale = script.found(sample, id)
    script.save(script.change(sample, stale, sample.first))
    script.refuse(script.change(sample, stale, sample.second), Law.LOST_UPDATE)
    for schedule in SCHEDULES:
        id = script.row(sample)
        first, second = (_changing(script, sample, id, step) for step in (sample.first, sample.second))
        saved = script.race(first, second, schedule)
        _require(saved[1:] == (), Law.LOST_UPDATE, f"two units at once, {sample.noun.kind} {id}")
        script.happened(*saved)


def _changing(script: Script, sample: Sample, id: str, step: Step) -> Plan:
    """Return a plan that reads the row *id* and takes *step*."""
    return lambda store: script.change(sample, store.repository(sample.noun).get_many((id,))[id], step)


def _saves_no_half(script: Script, sample: Sample) -> None:
    """Commit a good change and a new row of this noun with a write of the next one that is late, in both orders."""
    other = script.samples[(script.samples.index(sample) + 1) % len(script.samples)]
    late_id, good_id = script.row(other), script.row(sample)
    late, good = script.found(other, late_id), script.found(sample, good_id)
    script.save(script.change(other, late, other.first))
    writes = (
        *script.change(sample, good, sample.first).writes,
        *script.opening(sample).writes,
        *script.change(other, late, other.second).writes,
    )
    for each in (writes, writes[::-1]):
        script.refuse(script.commit(sample, *each), Law.LOST_UPDATE)


def _hides_open_units(script: Script, sample: Sample) -> None:
    """Read in one unit while another one that has saved is open; then let that one end."""
    commit = script.opening(sample)
    seen: list[object] = []

    def looks(store: Store) -> Commit:
        seen.extend(store.repository(sample.noun).get_many([write.id for write in commit.writes]))
        return script.commit(sample)

    saved = script.race(_planned(commit), looks, (0, 0, 1, 0, 1, 1))
    _require(not seen, Law.DIRTY_READ, _where(commit))
    script.happened(*saved)


def _adds(script: Script, sample: Sample) -> None:
    """Let two units take from one row at once; then a third alone."""
    counters = sample.counters
    if counters is None:
        return
    for schedule in SCHEDULES:
        id = script.row(sample)
        three, four = (_changing(script, sample, id, _taking(counters, units)) for units in (3, 4))
        saved = script.race(three, four, schedule)
        script.happened(*saved, law=Law.ADDITION)
        script.save(script.change(sample, script.found(sample, id), _taking(counters, 1)))


def _taking(counters: Counters, units: int) -> Step:
    return lambda row: counters.take(row, units)


def _mixes_additions_with_other_writes(script: Script, sample: Sample) -> None:
    """Add after another write, write after an addition, and write exactly after an addition."""
    if sample.counters is None:
        return
    take = _taking(sample.counters, 1)
    id = script.row(sample)
    before = script.found(sample, id)
    script.save(script.change(sample, before, sample.first))
    script.take(sample, before, take, Law.ALONE)
    before = script.found(sample, id)
    script.save(script.change(sample, before, take))
    script.refuse(script.change(sample, before, sample.second), Law.LOST_UPDATE)
    exact = sample.noun.write(before, take(before.value), exact=True)
    script.refuse(script.commit(sample, *exact), Law.LOST_UPDATE)


def _keeps_bounds(script: Script, sample: Sample) -> None:
    """Take more than there is left; then what a bound does not stop: losses, shifts, a room without limit."""
    counters = sample.counters
    if counters is None:
        return
    id = script.row(sample)
    before = script.found(sample, id)
    script.save(script.change(sample, before, _taking(counters, 8)))
    script.refuse(script.change(sample, before, _taking(counters, 5)), Law.BOUND)
    script.take(sample, before, lambda row: counters.lose(row, 5), Law.SPARED)
    for _ in range(2):
        script.save(script.change(sample, script.found(sample, id), lambda row: counters.shift(row, 2)), Law.SPARED)
    endless = script.row(sample, counters.endless(script.name()))
    for _ in range(2):
        script.save(script.change(sample, script.found(sample, endless), _taking(counters, 1000)), Law.SPARED)


def _answers_queries(script: Script, sample: Sample) -> None:
    """Compare every page of many queries with `kernel.answer` on the rows that are there."""
    rows = [script.seen[place] for place in script.seen if place[0] == sample.noun.kind]
    with script.unit(0) as store:
        for query in _queries(sample.noun, rows):
            for each, wanted in _pages(query, rows):
                _compare(each, store.repository(sample.noun).find(each), wanted)


CHECKS: tuple[tuple[Law, Callable[[Script, Sample], None]], ...] = (
    (Law.EQUAL, _saves_many_rows),
    (Law.MISSING, _leaves_missing_ids_out),
    (Law.ROLLBACK, _rolls_back),
    (Law.ANSWER, _records_answers),
    (Law.REPEAT, _saves_no_repeat),
    (Law.REPEAT, _saves_one_of_two_repeats),
    (Law.REUSED, _refuses_reused_ids),
    (Law.TAKEN, _refuses_taken_ids),
    (Law.GONE, _refuses_changes_of_nothing),
    (Law.LOST_UPDATE, _compares_versions),
    (Law.HALF, _saves_no_half),
    (Law.DIRTY_READ, _hides_open_units),
    (Law.ADDITION, _adds),
    (Law.ADDITION, _mixes_additions_with_other_writes),
    (Law.BOUND, _keeps_bounds),
    (Law.QUERY_MISSES, _answers_queries),
)
"""The checks in their order; each with the law that an unexpected exception breaks."""


# --- queries -------------------------------------------------------------------------------------------------------


def _queries(noun: Noun[Any, Any, Any], rows: Sequence[Versioned[Any]]) -> Iterator[Query[Any]]:
    """Yield queries by every key: terms alone and in pairs, then every order, whole and in pages."""
    keys = {name: _terms(name, _values(noun, name, rows)) for name in ("id", "due_at", *noun.keys)}
    for terms in keys.values():
        for term in terms:
            yield Query(noun=noun, terms=(term,), limit=MOST_ROWS)
    for (inside, *_), (_, one, some, *_) in pairwise(keys.values()):
        for other in (one, some):
            yield Query(noun=noun, terms=(inside, other), limit=MOST_ROWS)
    for name in keys:
        for descending in (False, True):
            yield from _orders(Query(noun=noun, sort=name, descending=descending, limit=MOST_ROWS), rows)


def _values(noun: Noun[Any, Any, Any], name: str, rows: Iterable[Versioned[Any]]) -> Sequence[Any]:
    """Return all values that *rows* have under a key, in order; an instant, when they have none."""
    found: set[Key] = set()
    for row in rows:
        found.update(_many(noun.key(name, row.value)))
    return sorted(found, key=_itself) or [NOON]


def _many(keys: Keys) -> tuple[Key, ...]:
    if keys is None:
        return ()
    return keys if isinstance(keys, tuple) else (keys,)


def _itself(key: Any) -> Any:  # noqa: ANN401 - keys of one name are of one kind
    return key


def _terms(name: str, values: Sequence[Any]) -> tuple[Term, ...]:
    low, middle, high = values[0], values[len(values) // 2], values[-1]
    return (
        Between(key=name, start=low, end=high),
        In(key=name, values=(middle,)),
        In(key=name, values=(low, high)),
        In(key=name, values=()),
        Between(key=name),
        Between(key=name, start=middle),
        Between(key=name, end=middle),
        Between(key=name, start=middle, end=high),
        Between(key=name, start=high, end=low),
    )


def _orders(query: Query[Any], rows: Sequence[Versioned[Any]]) -> Iterator[Query[Any]]:
    """Yield *query* whole, in pages of ten, and in one page that is just full; nothing, where it cannot be sorted."""
    if any(isinstance(query.noun.key(query.sort, row.value), tuple) for row in rows):
        return
    yield query
    yield evolve(query, limit=10)
    yield evolve(query, limit=len(answer(query, rows).rows) or 1)


def _pages(query: Query[Any], rows: Sequence[Versioned[Any]]) -> Iterator[tuple[Query[Any], Page[Any]]]:
    """Yield *query* with the page that it should give, and so on with the following ones."""
    page = answer(query, rows)
    yield query, page
    while page.next is not None:
        query = evolve(query, after=page.next)
        page = answer(query, rows)
        yield query, page


def _compare(query: Query[Any], found: Page[Any], wanted: Page[Any]) -> None:
    """Check that a page is the one that was *wanted*, naming what is wrong with it."""
    got, want = ([query.noun.id_of(row.value) for row in page.rows] for page in (found, wanted))
    if query.limit == MOST_ROWS:
        _require(set(want) <= set(got), Law.QUERY_MISSES, query)
        _require(len(want) == len(got), Law.QUERY_EXTRA, query)
        _require(want == got, Law.ORDER, query)
        _require(found.rows == wanted.rows, Law.EQUAL, query)
    _require(found == wanted, Law.PAGES, query)


# --- the log -------------------------------------------------------------------------------------------------------

LOG_PAGE = 7
"""How many events the script reads at once."""


def _tells_all(script: Script, history: History) -> None:
    """Compare the whole log with what was saved."""
    log = _whole(history)
    _compare_events(script, [((each.kind, each.id), each.event) for each in log])
    for each, (place, command, _) in zip(log, script.told, strict=True):
        _require((each.by, each.command_id) == (command.by, command.id), Law.LOG_ORIGIN, each)
        version = script.version_after.get((place, command.id), each.version)
        _require(each.version == version, Law.LOG_VERSION, each)


def _replays(script: Script, history: History) -> None:
    """Compare what the events of each object tell with its row."""
    for place, row in script.read(script.seen).items():
        value = SAMPLES[place[0]].noun.replay(each.event for each in history.of(*place))
        _require(value == row.value, Law.REPLAY, place)


def _tells_of_each(script: Script, history: History) -> None:
    """Compare the events of each object, and of none, with the whole log."""
    log = _whole(history)
    for kind, id in (*script.seen, (script.samples[0].noun.kind, "nobody")):
        own = [each for each in log if (each.kind, each.id) == (kind, id)]
        _require(list(history.of(kind, id)) == own, Law.LOG_PAGES, f"{kind} {id}")


LOG_CHECKS: tuple[tuple[Law, Callable[[Script, History], None]], ...] = (
    (Law.LOG_LOST, _tells_all),
    (Law.REPLAY, _replays),
    (Law.LOG_PAGES, _tells_of_each),
)


def _whole(history: History) -> list[Recorded]:
    log: list[Recorded] = []
    last = -1
    while page := history.after(last, LOG_PAGE):
        positions = [last, *(each.position for each in page)]
        rising = all(one < other for one, other in pairwise(positions))
        _require(rising and len(page) <= LOG_PAGE, Law.LOG_PAGES, f"after {last}: {positions[1:]}")
        log += page
        last = positions[-1]
    return log


def _compare_events(script: Script, got: list[tuple[Place, object]]) -> None:
    want = [(place, event) for place, _, event in script.told]
    if got == want:
        return
    lost = [each for each in want if each not in got]
    _require(not lost and len(got) >= len(want), Law.LOG_LOST, lost[:1])
    _require(len(got) == len(want), Law.LOG_DOUBLED, [each for each in got if got.count(each) > want.count(each)][:1])
    raise StoreBroken(Law.LOG_ORDER, next(each for each, right in zip(got, want, strict=True) if each != right))


# --- async hosts ---------------------------------------------------------------------------------------------------

Runner = Callable[[Coroutine[Any, Any, Any]], Any]


def blocking(unit: AsyncUnit, runner: Runner) -> Unit:
    """Return an async *unit* as a plain one, so that `check_store` can run it.

    Args:
        unit: The host's transaction, as the async driver gets it.
        runner: Waits for one coroutine, always on the same event loop, as the `run` of an `asyncio.Runner` does.

    Example:
        >>> import asyncio
        >>> from ecomops.memory import MemoryStore
        >>> store = MemoryStore()
        >>> with asyncio.Runner() as loop:
        ...     check_store(blocking(store.async_unit, loop.run), history=store)
    """
    return lambda attempt: _BlockingUnit(unit(attempt), runner)


@frozen
class _BlockingUnit(AbstractContextManager[Store]):
    inner: AbstractAsyncContextManager[AsyncStore]
    runner: Runner

    def __enter__(self) -> Store:
        return _BlockingStore(self.runner(self.inner.__aenter__()), self.runner)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        swallowed: bool | None = self.runner(self.inner.__aexit__(kind, error, trace))
        return swallowed


@frozen
class _BlockingStore:
    inner: AsyncStore
    runner: Runner

    def repository(self, noun: Noun[N, Any, Any]) -> "_BlockingRepository[N]":
        return _BlockingRepository(self.inner.repository(noun), self.runner)

    def done(self, command: Command) -> Done[Any] | None:
        found: Done[Any] | None = self.runner(self.inner.done(command))
        return found

    def save(self, commit: Commit) -> bool:
        saved: bool = self.runner(self.inner.save(commit))
        return saved


@frozen
class _BlockingRepository(Generic[N]):
    inner: AsyncRepository[N]
    runner: Runner

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        found: Mapping[str, Versioned[N]] = self.runner(self.inner.get_many(ids))
        return found

    def find(self, query: Query[N]) -> Page[N]:
        page: Page[N] = self.runner(self.inner.find(query))
        return page
