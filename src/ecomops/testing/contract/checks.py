"""The checks of every noun in their order: reading, commands, versions, units at once, additions, queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from attrs import evolve

from ecomops.kernel import Command, CommandReused, Commit, Done, Query, Store, Versioned, later
from ecomops.testing.builders import NOON
from ecomops.testing.contract.laws import Law, StoreBroken, require
from ecomops.testing.contract.queries import compare, pages, queries
from ecomops.testing.contract.sample import Counters, Sample, Step
from ecomops.testing.contract.samples import NAMES
from ecomops.testing.contract.script import Plan, Script, where

SCHEDULES = ((0, 1, 0, 0, 1, 1), (0, 1, 0, 1, 0, 1))
"""Both units read, then one saves and ends before the other; or both save before one ends."""


def begins_empty(script: Script, sample: Sample) -> None:
    """Look for any row of the noun, and for the first command of an earlier run; then carry that out."""
    with script.unit(0) as store:
        found = store.repository(sample.noun).find(Query(noun=sample.noun, limit=1))
        require(not found.rows, Law.EMPTY, sample.noun.kind)
    first = script.commit(sample)
    script.undone(first, Law.EMPTY)
    script.save(first)


def _saves_many_rows(script: Script, sample: Sample) -> None:
    """Save rows with difficult ids, then bring two thirds of them on, and one third further."""
    new = [sample.written(None, sample.opened(name, turn))[0] for turn, name in enumerate(NAMES)]
    script.save(script.commit(sample, *new))
    for least, step in ((1, sample.first), (2, sample.second)):
        rows = [script.found(sample, write.id) for turn, write in enumerate(new) if turn % 3 >= least]
        writes = [write for row in rows for write in sample.written(row, step(row.value))]
        script.save(script.commit(sample, *writes))


def _leaves_missing_ids_out(script: Script, sample: Sample) -> None:
    """Ask for a row that is there among two that are not, and for none at all."""
    id = script.row(sample)
    with script.unit(0) as store:
        repository = store.repository(sample.noun)
        require(set(repository.get_many(("nobody", id, "\U0001f375 nobody"))) == {id}, Law.MISSING, sample.noun.kind)
        require(not repository.get_many(()), Law.MISSING, "asked for no id")


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
            require(store.done(commit.command) == Done(commit.answer), Law.ANSWER, commit.command.id)


def _saves_no_repeat(script: Script, sample: Sample) -> None:
    """Save under a command that was carried out: as a driver does that asked too early."""
    commit = script.opening(sample)
    script.save(commit)
    again = evolve(commit, writes=script.opening(sample).writes)
    with script.unit(0) as store:
        require(store.save(again) is False, Law.REPEAT, commit.command.id)
    script.unwritten(again, Law.REPEAT)


def _saves_one_of_two_repeats(script: Script, sample: Sample) -> None:
    """Give one command in two units at once, which both take it for new."""
    for schedule in SCHEDULES:
        commit = script.opening(sample)
        again = evolve(commit, writes=script.opening(sample).writes)
        saved = script.race(_planned(commit), _planned(again), schedule)
        require(saved[1:] == (), Law.REPEAT, f"two units at once, {commit.command.id}")
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
        require(saved[1:] == (), Law.TAKEN, f"two units at once, {where(one)}")
        script.happened(*saved)


def _refuses_changes_of_nothing(script: Script, sample: Sample) -> None:
    """Change an object that was never saved, move its counters, and check it."""
    version = script.found(sample, script.row(sample)).version
    for step in (sample.first, *_movements(sample)):
        (opening,) = sample.written(None, sample.opened(script.name(), 1))
        script.refuse(script.change(sample, Versioned(opening.after, version), step), Law.GONE)
    (opening,) = sample.written(None, sample.opened(script.name(), 1))
    script.refuse(_check(script, sample, Versioned(opening.after, version)), Law.GONE)


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
        require(saved[1:] == (), Law.LOST_UPDATE, f"two units at once, {sample.noun.kind} {id}")
        script.happened(*saved)


def _changing(script: Script, sample: Sample, id: str, step: Step) -> Plan:
    """Return a plan that reads the row *id* and takes *step*."""
    return lambda store: script.change(sample, store.repository(sample.noun).get_many((id,))[id], step)


def _check(script: Script, sample: Sample, found: Versioned[Any]) -> Commit:
    """Return a commit that changes nothing: the row must be the one that was *found*."""
    return script.commit(sample, *sample.noun.check(found))


def _checks_rows(script: Script, sample: Sample) -> None:
    """Check a changed row beside a new one, and once more; then check and change it by what was read before."""
    id = script.row(sample)
    script.save(script.change(sample, script.found(sample, id), sample.first))
    before = script.found(sample, id)
    script.save(script.commit(sample, *script.opening(sample).writes, *sample.noun.check(before)))
    between = script.found(sample, id)
    script.save(_check(script, sample, between))
    for stale in (before, between):
        script.refuse(_check(script, sample, stale), Law.CHECK)
        script.refuse(script.change(sample, stale, sample.second), Law.LOST_UPDATE)
    script.save(script.change(sample, script.found(sample, id), sample.second))


def _compares_versions_of_checks(script: Script, sample: Sample) -> None:
    """Check what was written, or added to, since it was read: after that, beside a good write, in two units at once."""
    for step in (sample.first, *_movements(sample)):
        id = script.row(sample)
        stale = script.found(sample, id)
        script.save(script.change(sample, stale, step))
        for good in ((), script.opening(sample).writes):
            script.refuse(script.commit(sample, *good, *sample.noun.check(stale)), Law.CHECK)
        for schedule in SCHEDULES:
            id = script.row(sample)
            change, check = _changing(script, sample, id, step), _checking(script, sample, id)
            _held(script, script.race(change, check, schedule), id)
            id = script.row(sample)
            change, check = _changing(script, sample, id, step), _checking(script, sample, id)
            _held(script, script.race(check, change, schedule), id)


def _checking(script: Script, sample: Sample, id: str) -> Plan:
    """Return a plan that reads the row *id* and checks it."""
    return lambda store: _check(script, sample, store.repository(sample.noun).get_many((id,))[id])


def _held(script: Script, saved: tuple[Commit, ...], id: str) -> None:
    """See that of a check and a change one was saved; or both, when the change came second and was an addition."""
    second = [write for commit in saved[1:] for write in commit.writes]
    require(all(write.additive for write in second), Law.CHECK, f"two units at once, {id}")
    script.happened(*saved)


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
    require(not seen, Law.DIRTY_READ, where(commit))
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
    exact = sample.written(before, take(before.value), exact=True)
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
    lose = counters.lose
    if lose is not None:
        script.take(sample, before, lambda row: lose(row, 5), Law.SPARED)
    for _ in range(2):
        script.save(script.change(sample, script.found(sample, id), lambda row: counters.shift(row, 2)), Law.SPARED)
    endless = script.row(sample, counters.endless(script.name()))
    for _ in range(2):
        script.save(script.change(sample, script.found(sample, endless), _taking(counters, 1000)), Law.SPARED)


def _answers_queries(script: Script, sample: Sample) -> None:
    """Compare every page of many queries with `kernel.answer` on the rows that are there."""
    rows = [script.seen[place] for place in script.seen if place[0] == sample.noun.kind]
    with script.unit(0) as store:
        for query in queries(sample.noun, rows):
            for each, wanted in pages(query, rows):
                compare(each, store.repository(sample.noun).find(each), wanted)


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
    (Law.CHECKED, _checks_rows),
    (Law.CHECK, _compares_versions_of_checks),
    (Law.QUERY_MISSES, _answers_queries),
)
"""The checks in their order; each with the law that an unexpected exception breaks."""
