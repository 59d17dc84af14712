"""The binding of a noun, and the write that comes of it: the one place that tells the world about an object.

A `Noun` says how an object begins and evolves, its id, when time next asks something of it, by which keys it can be
found and which counters move by addition. `Noun.replay` is the one fold of the library.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_args

from attrs import Attribute, Factory, field, fields_dict, frozen, has
from pendulum import DateTime

from ecomops.kernel.additive import Additive
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, wrong_kind
from ecomops.kernel.errors import CorruptHistory, StaleVersion

N = TypeVar("N")
O = TypeVar("O")  # noqa: E741 - opening events
L = TypeVar("L")

Version = int | str
"""What a store calls a state of a row: opaque, only compared for equality."""

Key = str | int | datetime
"""A value by which objects can be found and sorted."""

Keys = Key | tuple[Key, ...] | None
"""The key values of one object under one name: one, several (any of them matches), or none."""


class Versioned(NamedTuple, Generic[N]):
    """A noun as a store holds it: its value, and the version to compare when it is saved."""

    value: N
    version: Version


class Write(NamedTuple, Generic[N]):
    """One changed object of a commit; made by `Noun.write`, read by stores (a tuple: one is made at every step).

    Attributes:
        kind: The kind of the noun (`order`).
        id: Its id.
        before: The value that was read, None for a new one. It shares every untouched part with *after*.
        after: The value to store.
        expected: The version that was read, None for "must be new".
        events: What happened, in order; () when the row is only checked (`Noun.check`): it stays, its version moves.
        hint: Which counters may be added to the row instead of comparing versions; None when they must be compared.
    """

    kind: str
    id: str
    before: N | None
    after: N
    expected: Version | None
    events: tuple[object, ...]
    hint: Additive | None = None

    @property
    def additive(self) -> Mapping[str, int] | None:
        """By how much each counter moved, when the store may add instead of comparing versions; else None."""
        return None if self.hint is None else self.hint.deltas(self.before, self.after)

    def onto(self, row: N) -> N:
        """Return *row* (as the store finds it now) with this write added to it.

        Raises:
            StaleVersion: The write must see the row that was read.
            BoundBroken: A bound would be broken: the driver looks again.
        """
        moved = self.additive
        if self.hint is None or moved is None:
            raise StaleVersion(kind=self.kind, id=self.id)
        return self.hint.add(row, moved, self.events, kind=self.kind, id=self.id)


def _union(noun: "Noun[Any, Any, Any]") -> tuple[type, ...]:
    return get_args(noun.events) or (cast("type", noun.events),)


def _counted(additive: Additive) -> set[str]:
    """Return the fields that an addition moves or looks at."""
    return {*additive.fields, *(name for bound in additive.keep for name in bound.weights)}


def _fields(model: type) -> Iterable[str]:
    return fields_dict(model) if has(model) else ()


class BadNoun(TypeError):
    """A binding whose parts do not fit: a mistake of the programmer, raised while the module is imported."""


def _function(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        raise wrong_kind(f"Noun.{attribute.name}", "function", value)


def _union_of_classes(_: object, __: object, value: object) -> None:
    if not all(isinstance(event, type) for event in get_args(value) or (value,)):
        raise wrong_kind("Noun.events", "union of classes", value)


def _keys(_: object, __: object, value: Mapping[str, object]) -> None:
    if not isinstance(value, Mapping) or not all(type(name) is str and callable(of) for name, of in value.items()):  # pyright: ignore[reportUnnecessaryIsInstance] - for callers without types
        raise wrong_kind("Noun.keys", "functions by name", value)


@frozen(kw_only=True, eq=False)
class Noun(Generic[N, O, L]):
    """What the world is told about one kind of object.

    Args:
        kind: Its name in stores and logs (`order`).
        model: Its class.
        events: The union of all its event classes.
        opens: The event classes with which a history may begin.
        begin: The first state of an opening event.
        evolve: The state after a later event.
        evolve_all: The state after several later events at once, the same as after one by one: for a noun of which each
            step copies all that it holds. None takes them one by one.
        id_of: The id of a value.
        due_at: The earliest instant at which time asks something of a value; None when the noun has no timer.
        keys: By which further keys values can be found; `id` and `due_at` are always there.
        additive: Which counters move by addition.
        replayable: Whether the events carry the values (False only for personal data: its events name fields, and
            its rows are handed to `write` whole).

    Raises:
        Invalid: A part is of another kind.
        BadNoun: It opens with a foreign event, names a key that every noun has, or counts what is no field.
    """

    kind: str = field(validator=some_text)
    model: type[N] = field(validator=is_a(type))
    events: object = field(validator=_union_of_classes)
    opens: tuple[type[O], ...] = field(validator=tuple_of(type, least=1))
    begin: Callable[[O], N] = field(validator=_function)
    evolve: Callable[[N, L], N] = field(validator=_function)
    evolve_all: Callable[[N, tuple[L, ...]], N] | None = field(default=None, validator=optional(_function))
    id_of: Callable[[N], str] = field(validator=_function)
    due_at: Callable[[N], DateTime | None] | None = field(default=None, validator=optional(_function))
    keys: Mapping[str, Callable[[N], Keys]] = field(factory=dict[str, Any], validator=_keys)
    additive: Additive | None = field(default=None, validator=optional(is_a(Additive)))
    replayable: bool = field(default=True, validator=is_a(bool))
    all_events: tuple[type, ...] = field(init=False, default=Factory(_union, takes_self=True))
    later: frozenset[type] = field(init=False, default=frozenset[type]())

    def __attrs_post_init__(self) -> None:
        """Refuse parts that do not fit together; then tell the later events apart."""
        foreign = sorted(event.__name__ for event in self.opens if event not in self.all_events)
        if foreign:
            raise BadNoun(f"{self.kind}: opens with what is none of its events: {foreign}")
        taken = sorted({"id", "due_at"} & set(self.keys))
        if taken:
            raise BadNoun(f"{self.kind}: every noun has these keys anyway: {taken}")
        unknown = sorted(_counted(self.additive) - set(_fields(self.model))) if self.additive else []
        if unknown:
            raise BadNoun(f"{self.kind}: no field of {self.model.__name__}: {unknown}")
        object.__setattr__(self, "later", frozenset(self.all_events) - frozenset(self.opens))

    def __repr__(self) -> str:
        return f"Noun({self.kind!r})"

    def replay(self, events: Iterable[O | L]) -> N:
        """Return the object that *events* tell of: the one fold.

        Raises:
            CorruptHistory: They do not begin with an opening event, or a later one is none of this noun.
        """
        rest = iter(events)
        first = next(rest, None)
        if not isinstance(first, self.opens):
            raise CorruptHistory(f"a history of {self.kind} cannot begin with {type(first).__name__}")
        return self.fold(self.begin(first), cast("Iterable[L]", rest))

    def fold(self, value: N, events: Iterable[L]) -> N:
        """Return *value* as it stands after *events*.

        Raises:
            CorruptHistory: An event cannot follow an opening one of this noun.
        """
        later, evolve = self.later, self.evolve
        if self.evolve_all is not None:
            return self._fold_at_once(value, tuple(events), self.evolve_all)
        for event in events:
            if type(event) not in later:
                raise self._foreign(event)
            value = evolve(value, event)
        return value

    def _fold_at_once(self, value: N, events: tuple[L, ...], evolve_all: Callable[[N, tuple[L, ...]], N]) -> N:
        for event in events:
            if type(event) not in self.later:
                raise self._foreign(event)
        if len(events) > 1:
            return evolve_all(value, events)
        return self.evolve(value, events[0]) if events else value

    def _foreign(self, event: object) -> CorruptHistory:
        return CorruptHistory(f"{type(event).__name__} cannot follow in a history of {self.kind}")

    def key(self, name: str, value: N) -> Keys:
        """Return the key values of *value* under *name* (`id`, `due_at` or a declared key)."""
        if name == "id":
            return self.id_of(value)
        if name == "due_at":
            return self.due_at(value) if self.due_at else None
        return self.keys[name](value)

    def draft(self, found: Versioned[N] | None) -> "Draft[N, O, L]":
        """Return a builder that chains decisions on one object and folds each event once."""
        return Draft(self, found)

    def write(
        self, found: Versioned[N] | None, events: Sequence[O | L], *, exact: bool = False, after: N | None = None
    ) -> tuple[Write[N], ...]:
        """Return the write that records *events* on what was *found*; () when nothing happened.

        Args:
            found: What was read, None for a new object.
            events: What a decision returned.
            exact: The write must see the exact row, even where its counters could be added.
            after: The new row of a noun that is not replayable, and of no other: its events do not tell it.

        Raises:
            CorruptHistory: The events cannot follow on what was found; or *after* is missing, not wanted, or another
                object than the events tell of.
        """
        draft = self.draft(found)
        draft.add(events)
        return draft.writes(exact=exact, after=after)

    def check(self, found: Versioned[N]) -> tuple[Write[N]]:
        """Return the write that changes nothing: the row must be the one that was *found*, and its version moves.

        So a plan that leans on an object it does not change, and one that changes it, never both hold.
        """
        return (Write(self.kind, self.id_of(found.value), found.value, found.value, found.version, ()),)


class Draft(Generic[N, O, L]):
    """One object while a plan decides: takes events, shows the value after them, gives the write.

    Example:
        See `ecomops.workflows.shipping`, where stock is allocated and shipped in one plan.
    """

    __slots__ = ("_events", "_found", "_noun", "_value")

    def __init__(self, noun: Noun[N, O, L], found: Versioned[N] | None) -> None:
        """Start from what was *found*."""
        self._noun = noun
        self._found = found
        self._value: N | None = None if found is None else found.value
        self._events: tuple[O | L, ...] = ()

    @property
    def value(self) -> N:
        """The object as it stands now.

        Raises:
            CorruptHistory: Nothing was found and no opening event has been added yet.
        """
        if self._value is None:
            raise CorruptHistory(f"no {self._noun.kind} yet")
        return self._value

    def add(self, events: Sequence[O | L]) -> "Draft[N, O, L]":
        """Let *events* happen; returns the draft."""
        events = tuple(events)
        if events:
            value: Any = self._value
            rest: Any = events
            self._value = self._noun.replay(rest) if value is None else self._noun.fold(value, rest)
            self._events = self._events + events if self._events else events
        return self

    def writes(self, *, exact: bool = False, after: N | None = None) -> tuple[Write[N], ...]:
        """Return the one write of all that was added; () when nothing was. *after* is as in `Noun.write`.

        Raises:
            CorruptHistory: *after* is missing, not wanted, or another object than the events tell of.
        """
        value = self._value
        if not self._events or value is None:
            return ()
        noun, found = self._noun, self._found
        if after is not None or not noun.replayable:
            value = self._row(value, after)
        id = noun.id_of(value)
        if found is None:
            return (Write(noun.kind, id, None, value, None, self._events),)
        hint = None if exact else noun.additive
        return (Write(noun.kind, id, found.value, value, found.version, self._events, hint),)

    def _row(self, told: N, after: N | None) -> N:
        """Return the row that was handed in beside events which tell of *told*."""
        noun = self._noun
        if noun.replayable:
            raise CorruptHistory(f"{noun.kind} is told by its events: it takes no row")
        if after is None:
            raise CorruptHistory(f"{noun.kind} is not told by its events: its row is missing")
        if noun.id_of(after) != noun.id_of(told):
            raise CorruptHistory(f"the row of {noun.kind} is of another object than its events")
        return after
