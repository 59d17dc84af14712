"""A store on plain dicts, as a newcomer writes one: it compares versions and ignores the additive hint."""
# ruff: noqa: D102 - the methods are those of `kernel.Store`, `kernel.Repository` and `kernel.History`

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ecomops.kernel import Command, CommandReused, Commit, Done, Noun, Page, Query, Recorded, StaleVersion, Versioned
from ecomops.kernel import answer as answer_query


class DictRepository(dict[str, Versioned[Any]]):
    """The rows of one noun by id."""

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[Any]]:
        return {id: self[id] for id in ids if id in self}

    def find(self, query: Query[Any]) -> Page[Any]:
        return answer_query(query, self.values())


class DictStore:
    """Rows by kind, commits by command, and the log of events; a unit writes its commits when it ends."""

    def __init__(self) -> None:
        self.rows, self.commits = dict[str, DictRepository](), dict[str, Commit]()
        self.log: list[Recorded] = []

    @contextmanager
    def unit(self, attempt: int = 0) -> Generator["DictUnit"]:  # noqa: ARG002 - there is nothing to lock
        unit = DictUnit(self)
        yield unit  # an exception leaves from here, and nothing below happens
        for commit in unit.saved:
            unit.check(commit)
            self.write(commit, version=len(self.commits))

    def write(self, commit: Commit, version: int) -> None:
        command = self.commits.setdefault(commit.command.id, commit).command
        for write in commit.writes:
            self.rows.setdefault(write.kind, DictRepository())[write.id] = Versioned(write.after, version)
            origin: dict[str, Any] = {"kind": write.kind, "id": write.id, "by": command.by, "command_id": command.id}
            for event in write.events:
                self.log.append(Recorded(position=len(self.log), version=version, event=event, **origin))

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        return [each for each in self.log if (each.kind, each.id) == (kind, id)]

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        return self.log[position + 1 : position + 1 + limit]


class DictUnit:
    """One transaction on a `DictStore`."""

    def __init__(self, store: DictStore) -> None:
        self.store, self.saved = store, list[Commit]()

    def repository(self, noun: Noun[Any, Any, Any]) -> DictRepository:
        return self.store.rows.setdefault(noun.kind, DictRepository())

    def done(self, command: Command) -> Done[Any] | None:
        commit = self.store.commits.get(command.id)
        if commit is not None and commit.command != command:
            raise CommandReused(id=command.id)
        return None if commit is None else Done(commit.answer)

    def save(self, commit: Commit) -> bool:
        new = self.done(commit.command) is None
        if new:
            self.check(commit)
            self.saved.append(commit)
        return new

    def check(self, commit: Commit) -> None:
        if commit.command.id in self.store.commits:
            raise StaleVersion(kind="command", id=commit.command.id)
        for write in commit.writes:
            row = self.store.rows.get(write.kind, DictRepository()).get(write.id)
            if write.expected != (None if row is None else row.version):
                raise StaleVersion(kind=write.kind, id=write.id)
