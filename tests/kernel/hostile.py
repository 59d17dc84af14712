"""Values that no field should take: other kinds, naive and local times, texts that do not print, and huge ones."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pendulum

from ecomops.kernel import Currency, Id, Money

TEXTS: dict[str, str] = {
    "empty": "",
    "space": " ",
    "space before": " a",
    "space after": "a ",
    "newline": "a\n",
    "NUL": "a\0b",
    "escape": "\x1b[31m",
    "surrogate": "\ud800",
    "right to left override": "a\u202eb",
    "zero width space": "\u200b",
    "byte order mark": "\ufeffa",
    "ideographic space": "a\u3000b",
    "no-break space": "a\u00a0b",
    "unassigned": "\U000e0fff",
    "10 MB": "x" * 10_000_000,
}
"""Texts that are no id and no name."""

KINDS: dict[str, object] = {
    "None": None,
    "bool": True,
    "int": 1,
    "negative int": -1,
    "huge int": 10**5000,
    "huge negative int": -(10**5000),
    "whole float": 1.0,
    "nan": float("nan"),
    "infinity": float("inf"),
    "decimal": Decimal("1.5"),
    "fraction": Fraction(1, 3),
    "complex": 1j,
    "text": "text",
    "number as text": "1",
    "bytes": b"1",
    "bytearray": bytearray(b"1"),
    "list": ["a"],
    "tuple": ("a",),
    "empty tuple": (),
    "mixed tuple": (1, None, "a"),
    "dict": {"a": 1},
    "frozenset": frozenset({1}),
    "class": int,
    "object": object(),
    "date": dt.date(2026, 6, 18),
    "naive datetime": dt.datetime(2026, 6, 18, 12),  # noqa: DTZ001 - naive on purpose
    "datetime in UTC": dt.datetime(2026, 6, 18, 12, tzinfo=dt.UTC),
    "datetime of another zone": dt.datetime(2026, 6, 18, 12, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    "naive instant": pendulum.naive(2026, 6, 18, 12),
    "local instant": pendulum.datetime(2026, 6, 18, 12, tz="America/New_York"),
    "instant": pendulum.datetime(2026, 6, 18, 12),
    "duration": dt.timedelta(days=1),
    "day": pendulum.Date(2026, 6, 18),
    "money": Money(1, Currency.CNY),
    "currency": Currency.CNY,
    "id": Id("x"),
}
"""Values of every other kind."""

VALUES: dict[str, object] = {**KINDS, **{f"text: {name}": text for name, text in TEXTS.items()}}
"""All of them, by the name under which a test reports them."""


def untyped(*values: object) -> list[Any]:
    """Return *values* as the type checkers cannot see them: a caller without types."""
    return list(values)


def others(*kinds: type) -> list[Any]:
    """Return the values of all kinds but exactly these, to be given where they do not belong."""
    return [value for value in KINDS.values() if type(value) not in kinds]
