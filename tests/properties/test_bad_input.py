"""Bad input: whatever is handed to a constructor or the codec is a legal value or `Invalid`; never another exception."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.codec import CODEC, Malformed
from ecomops.inventory import STOCK, ReservationId
from ecomops.kernel import (
    ActorId,
    AtLeast,
    Calendar,
    Command,
    CommandId,
    Commit,
    Currency,
    CurrencyMismatch,
    DomainError,
    Id,
    Invalid,
    Money,
    Noun,
    Recorded,
    Versioned,
    Write,
    instant,
)
from ecomops.memory import AsyncMemoryUnit, MemoryStore
from ecomops.orders import ORDER, PaymentId, Reference
from ecomops.products import PRODUCT, draft
from ecomops.terms import (
    CustomerId,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PromotionId,
    Sku,
    StockKey,
)
from ecomops.testing import BUYER, NOON, TEA, a_delivery, cny
from tests.properties.values import attrs_classes, made_of

# --- what nobody should hand in -----------------------------------------------------------------------------------

SHANGHAI = pendulum.datetime(2026, 6, 18, 12, tz="Asia/Shanghai")
EIGHT_EAST = timezone(timedelta(hours=8), "UTC")  # it says UTC, and is not

HOSTILE: dict[str, Any] = {
    "None": None,
    "a bool": True,
    "a float": 1.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a fraction": Fraction(1, 2),
    "bytes": b"tea",
    "an object": object(),
    "a class": object,
    "a function": lambda *_: None,
    "a huge number": 10**30,
    "a huge negative number": -(10**30),
    "a number": -1,
    "zero": 0,
    "a naive datetime": datetime(2026, 6, 18),  # noqa: DTZ001 - that is the point
    "a plain datetime": datetime(2026, 6, 18, tzinfo=timezone.utc),  # noqa: UP017 - the class, not pendulum's
    "a naive instant": NOON.naive(),
    "an instant elsewhere": SHANGHAI,
    "a date": date(2026, 6, 18),
    "a negative time": timedelta(days=-1),
    "no text": "",
    "a space": " ",
    "a text with spaces": " tea ",
    "a line break": "tea\n",
    "a zero byte": "te\x00a",
    "a lone surrogate": "te\ud800a",
    "an invisible mark": "te\u202ea",
    "a long text": "a" * 10_001,
    "a text": "tea",
    "an empty list": [],
    "an empty tuple": (),
    "an empty mapping": {},
    "a tuple of nothing": (None,),
    "a tuple of objects": (object(),),
    "a tuple of texts": ("tea",),
    "negative money": cny("-0.01"),
    "other money": Money(1, Currency.JPY),
    "a member of another enumeration": Currency.CNY,
    "an id of another kind": PromotionId("p"),
}


def fits(value: object, kind: Any) -> bool:  # noqa: ANN401, C901 - one arm for each form of annotation
    """Tell whether *value* is of the annotated *kind*, by the words of the annotation alone."""
    origin, members = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar) or kind in {Any, object}:
        return True
    if origin in {Union, UnionType}:
        return any(fits(value, member) for member in members)
    if origin is tuple:
        return type(value) is tuple and all(fits(each, members[0]) for each in value)  # pyright: ignore[reportUnknownVariableType]
    if origin is not None:
        return isinstance(value, origin)
    if kind is Command:
        return all(hasattr(value, name) for name in ("id", "by", "at"))
    if kind is NoneType:
        return value is None
    if kind is int:
        return type(value) is int and abs(value) < 2**63
    if kind is DateTime:
        return type(value) is DateTime and value.utcoffset() == timedelta(0) and value.timezone_name == "UTC"
    if issubclass(kind, (Id, Enum)):
        return isinstance(value, kind)
    return isinstance(value, kind)


# --- constructors -------------------------------------------------------------------------------------------------

MADE_BY_HAND: dict[type[Any], Callable[[], Any]] = {
    AtLeast: lambda: AtLeast(weights={"on_hand": 1}),
    AsyncMemoryUnit: lambda: AsyncMemoryUnit(MemoryStore().unit()),
    Calendar: lambda: Calendar(timezone="Asia/Shanghai"),
    Commit: lambda: Commit(command=a_delivery(), answer=None, writes=()),
    Money: lambda: cny("1.00"),
    Noun: lambda: ORDER,
    Recorded: lambda: Recorded(position=0, kind="k", id="i", version=1, by=BUYER, command_id=CommandId("c"), event=0),
}

EXAMPLES: dict[Any, Any] = {
    bool: True,
    int: 1,
    str: "id",
    NoneType: None,
    object: None,
    DateTime: NOON,
    datetime: NOON,
    timedelta: timedelta(0),
    Currency: Currency.CNY,
    Money: cny("1.00"),
    StockKey: TEA,
    type: int,
}


def example(kind: Any) -> Any:  # noqa: ANN401 - of the annotated kind
    """Return a value of the annotated *kind*, always the same."""
    origin, members = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar) or kind is Any:
        return None
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    if origin in {Union, UnionType}:
        return example(members[0])
    if origin is tuple:
        return (example(members[0]),)
    if origin is Mapping:
        return {}
    if origin is Noun or kind is Noun:
        return ORDER
    if origin is Versioned:
        return Versioned(example(members[0]), 1)
    if origin is Write:
        return PRODUCT.write(None, draft(Sku("tea"), category=None, list_price=None, at=NOON))[0]
    if origin is not None:
        return made(origin)
    if issubclass(kind, Enum):
        return next(iter(kind))
    return kind("id") if issubclass(kind, Id) else made(kind)


def made(cls: type[Any]) -> Any:  # noqa: ANN401 - an instance of it
    """Return an instance of *cls*."""
    if cls in MADE_BY_HAND:
        return MADE_BY_HAND[cls]()
    return cls(**{field.alias: sample(cls, field) for field in made_of(cls)})


def sample(cls: type[Any], field: "attrs.Attribute[Any]") -> Any:  # noqa: ANN401 - of the field's kind
    """Return a value for one field."""
    return "id" if (cls.__name__, field.name) == ("Query", "sort") else example(field.type)


PUBLIC = [
    cls
    for cls in attrs_classes()
    if not issubclass(cls, DomainError)  # made where the rule is known, of values that were checked
    and not cls.__name__.startswith("_")
    and not cls.__module__.startswith("ecomops.testing")
]

UNCHECKED = {
    # what a programmer writes down once
    *(("Noun", field.name) for field in made_of(Noun) if field.name != "events"),
    ("AtLeast", "weights"),
    ("Text", "en"),
    ("Text", "zh"),
    # what the library hands to stores
    ("AsyncMemoryUnit", "inner"),
    ("Commit", "command"),
    ("GetMany", "ids"),
    ("Recorded", "command_id"),
    # the members of what is folded at every step: the events that bring them have checked them
    ("Order", "lines"),
    ("Order", "services"),
    ("Order", "tenders"),
}
"""Fields that take more than they declare, and why."""

OPAQUE = {("Recorded", "version"), ("Between", "start"), ("Between", "end"), ("Cursor", "value")}
"""Fields whose numbers are only compared, and may be of any size."""


def handed_in(cls: type[Any], name: str) -> dict[str, str]:
    """Hand every hostile value to one field; return what came of each that was not refused as `Invalid`."""
    good = made(cls)
    came: dict[str, str] = {}
    for words, value in HOSTILE.items():
        try:
            attrs.evolve(good, **{name: value})
        except Invalid as refusal:
            assert refusal.code  # noqa: PT017 - every refusal, not one
            assert refusal.message("en")  # noqa: PT017
            assert refusal.message("zh")  # noqa: PT017
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            came[words] = type(error).__name__
        else:
            came[words] = "accepted"
    return came


FIELDS = [(cls, field) for cls in PUBLIC for field in made_of(cls)]


@pytest.mark.parametrize(("cls", "field"), FIELDS, ids=[f"{cls.__name__}.{field.name}" for cls, field in FIELDS])
def test_a_field_takes_its_kind_and_nothing_else(cls: type[Any], field: "attrs.Attribute[Any]") -> None:
    """Every field of every class refuses each hostile value as `Invalid`, unless it is of the kind that is declared."""
    name = (cls.__name__, field.name)
    came = handed_in(cls, field.alias or field.name)
    wrong = {words: what for words, what in came.items() if not fits(HOSTILE[words], field.type)}
    if name in OPAQUE:
        wrong = {words: what for words, what in wrong.items() if "huge" not in words}
    assert bool(wrong) == (name in UNCHECKED), wrong
    assert cls is Noun or set(came.values()) <= {"accepted"}
