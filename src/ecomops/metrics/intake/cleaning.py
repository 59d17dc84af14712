"""Rows are cleaned by steps that are values, and each says what it changed, left out, and how much money it moved.

Cleaning comes before facts are made: facts refuse what is wrong, they never mend it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol, runtime_checkable

from ecomops.columns import total
from ecomops.columns.column import Ints
from ecomops.kernel import Text
from ecomops.kernel.checks import listed, require_once, wrong_kind
from ecomops.metrics.intake.predicates import Sheet, column_of, require_even, sheet_of, size_of


class Outcome(NamedTuple):
    """What a step made of some rows.

    Attributes:
        columns: The rows afterwards.
        changed: How many of them it changed.
        notes: What else is to be known.
    """

    columns: Sheet
    changed: int = 0
    notes: tuple[Text, ...] = ()


@runtime_checkable
class Cleaning(Protocol):
    """A step of cleaning. A host's own is any value of this shape."""

    @property
    def name(self) -> Text:
        """What people call it."""
        ...

    def apply(self, columns: Sheet) -> Outcome:
        """Return what becomes of the rows; the given columns stay as they are."""
        ...


class Change(NamedTuple):
    """What one step did.

    Attributes:
        name: What the step is called.
        rows_before: How many rows there were.
        rows_after: How many are left.
        changed: How many of these it changed.
        before: The sum of each column of money.
        after: The same afterwards.
        notes: What else is to be known.
    """

    name: Text
    rows_before: int
    rows_after: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
    notes: tuple[Text, ...]

    @property
    def removed(self) -> int:
        """How many rows it left out."""
        return self.rows_before - self.rows_after

    @property
    def moved(self) -> dict[str, int]:
        """How much larger the sum of each column of money became; negative when it became smaller."""
        return {name: self.after[name] - before for name, before in self.before.items()}

    @property
    def text(self) -> Text:
        """The change as a sentence; money in minor units."""
        moved = [f"{name} {amount:+}" for name, amount in self.moved.items()]
        return Text(
            "; ".join(
                (f"{self.name.en}: {self.removed} rows left out, {self.changed} changed", *moved, *self._notes("en"))
            ),
            "；".join((f"{self.name.zh}：剔除 {self.removed} 行，修改 {self.changed} 行", *moved, *self._notes("zh"))),
        )

    def _notes(self, language: str) -> tuple[str, ...]:
        return tuple(note.en if language == "en" else note.zh for note in self.notes)

    def to_row(self) -> dict[str, object]:
        """Return the change as a plain row."""
        return {
            "step": self.name.en,
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "removed": self.removed,
            "changed": self.changed,
            **{f"{name}_before": amount for name, amount in self.before.items()},
            **{f"{name}_after": amount for name, amount in self.after.items()},
            **{f"{name}_moved": amount for name, amount in self.moved.items()},
            "notes": [note.en for note in self.notes],
        }


class Cleaned(NamedTuple):
    """Clean rows, and how they became so.

    Attributes:
        columns: The rows: read-only columns.
        changes: What each step did, in order.
    """

    columns: dict[str, Ints]
    changes: tuple[Change, ...]

    def to_rows(self) -> list[dict[str, object]]:
        """Return the changes as plain rows."""
        return [change.to_row() for change in self.changes]

    @property
    def text(self) -> Text:
        """All changes, a line each."""
        texts = [change.text for change in self.changes]
        return Text("\n".join(text.en for text in texts), "\n".join(text.zh for text in texts))


def clean(columns: Mapping[str, object], steps: Iterable[Cleaning], *, money: Iterable[str] = ()) -> Cleaned:
    """Clean some rows, step by step.

    Args:
        columns: Arrays of whole numbers by name, such as `columns_from_arrow` gives; they are copied.
        steps: What is done, in order.
        money: Which columns are money: their sums are told before and after each step.

    Raises:
        WrongColumn: A column is no array of whole numbers.
        Uneven: The columns have different lengths.
        NoSuchColumn: A step or *money* names a column that is not there.
        WrongKind: Something is no step.
        CannotHoldSum: A sum might be more than 64 bits hold.
        DomainError: What a step refuses.

    Example:
        >>> import numpy as np
        >>> from ecomops.metrics.intake import Deduplicated
        >>> rows = {"order": np.array([1, 1, 2]), "gross": np.array([500, 500, 700])}
        >>> cleaned = clean(rows, (Deduplicated(key=("order",)),), money=("gross",))
        >>> cleaned.columns["gross"], cleaned.text.en
        (array([500, 700]), 'duplicates: 1 rows left out, 0 changed; gross -500')
    """
    sheet = sheet_of(columns)
    wanted = listed("clean.money", money)
    require_once(wanted, field="clean.money")
    sums = _sums(sheet, wanted)
    changes: list[Change] = []
    for step in listed("clean.steps", steps):
        if not isinstance(step, Cleaning):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("clean.steps", "Cleaning", step)
        outcome = step.apply(sheet)
        before, sums = sums, _sums(outcome.columns, wanted)
        changes.append(
            Change(
                name=step.name,
                rows_before=size_of(sheet),
                rows_after=size_of(outcome.columns),
                changed=outcome.changed,
                before=before,
                after=sums,
                notes=outcome.notes,
            )
        )
        sheet = outcome.columns
        require_even(sheet)
    for values in sheet.values():
        values.flags.writeable = False
    return Cleaned(columns=dict(sheet), changes=tuple(changes))


def _sums(columns: Sheet, money: Iterable[str]) -> dict[str, int]:
    return {name: total(column_of(columns, name, step="clean.money"), name=name) for name in money}
