"""What the script has saved so far, what must be there because of it, and how two units run at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve

from ecomops.kernel import Command, CommandId, Commit, Conflict, Store, Unit, Version, Versioned, Write
from ecomops.testing.contract.laws import Law, StoreBroken, require
from ecomops.testing.contract.sample import Events, Sample, Step
from ecomops.testing.contract.samples import SAMPLES

Place = tuple[str, str]  # the kind and the id of a row
Plan = Callable[[Store], Commit]


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
        return self.commit(sample, *sample.written(None, sample.opened(self.name(), 1)))

    def row(self, sample: Sample, events: Events | None = None) -> str:
        """Save one new row (of *events*) and return its id."""
        commit = self.commit(sample, *sample.written(None, events or sample.opened(self.name(), 1)))
        self.save(commit)
        return commit.writes[0].id

    def found(self, sample: Sample, id: str) -> Versioned[Any]:
        """Return a row as it was last read."""
        return self.seen[sample.noun.kind, id]

    def change(self, sample: Sample, found: Versioned[Any], step: Step) -> Commit:
        """Return a commit that takes *step* from what was *found*."""
        return self.commit(sample, *sample.written(found, step(found.value)))

    def save(self, commit: Commit, law: Law = Law.ALONE) -> None:
        """Save *commit* with no other unit open; a conflict breaks *law*."""
        try:
            with self.unit(1) as store:
                saved = store.save(commit)
        except Conflict as conflict:
            raise StoreBroken(law, f"{where(commit)}: {conflict}") from conflict
        require(saved is True, Law.SAVED, where(commit))
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
            raise StoreBroken(law, where(commit))

    def race(self, first: Plan, second: Plan, schedule: Sequence[int]) -> tuple[Commit, ...]:
        """Run two units at once, step by step as *schedule* says; return what was saved, in that order."""
        saved: list[Commit] = []
        sides = (_side(self.unit, first, saved), _side(self.rival, second, saved))
        for turn in schedule:
            next(sides[turn], None)
        return tuple(saved)

    def happened(self, *commits: Commit, law: Law = Law.EQUAL) -> None:
        """Take note that *commits* were saved, and look whether a fresh unit sees the sum of them (or breaks *law*)."""
        last: dict[Place, tuple[CommandId, Write[Any]]] = {}
        for commit in commits:
            for write in commit.writes:
                place = write.kind, write.id
                self.values[place] = self._after(write)
                self.told += ((place, commit.command, event) for event in write.events)
                last[place] = commit.command.id, write
        rows = self.read(last)
        for place, (command, write) in last.items():
            require(rows.get(place) != self.seen.get(place), Law.STALE_READ if write.events else Law.CHECKED, place)
            self._look(place, rows[place], law if write.events else Law.CHECKED)
            self.version_after[place, command] = rows[place].version

    def _after(self, write: Write[Any]) -> object:
        noun, before = SAMPLES[write.kind].noun, self.values.get((write.kind, write.id))
        if not noun.replayable:
            return write.after
        return noun.replay(write.events) if before is None else noun.fold(before, write.events)

    def _look(self, place: Place, found: Versioned[Any], law: Law) -> None:
        require(found.value == self.values[place], law, place)
        require(found.version not in self.versions.setdefault(place, []), Law.VERSION, place)
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
        require(self.read(places) == {place: self.seen[place] for place in places if place in self.seen}, law, places)

    def undone(self, commit: Commit, law: Law) -> None:
        """Check that the command of *commit* counts as new."""
        with self.unit(0) as store:
            require(store.done(commit.command) is None, law, commit.command.id)


def where(commit: Commit) -> str:
    """Return the rows of *commit*, for a message."""
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
