"""Fact families: what happened, as frozen tables of columns with declared meaning.

Instants are microseconds since 1970 in UTC (`columns.NEVER` is after all of them), money is minor units of one
currency, entities are dense codes with their names beside them, and an unknown customer is -1: never a buyer. A refund
is a row with an instant of its own, not a change of the sale; the status of an order decides about its validity only.
What period was observed is no fact: the host declares it where a table is made.
"""

from collections.abc import Callable, Mapping
from typing import Self, TypeVar, cast

import numpy as np
from attrs import Attribute, field, fields, frozen

from ecomops.columns import (
    NEVER,
    UNKNOWN,
    Ints,
    Segments,
    Uneven,
    WrongColumn,
    column,
    require_range,
    require_whole,
)
from ecomops.kernel import Currency
from ecomops.kernel.checks import MOST_UNITS, is_a, tuple_of
from ecomops.kernel.money import MOST_MINOR

Check = Callable[[object, "Attribute[Ints]", Ints], None]


def _name(instance: object, attribute: "Attribute[Ints]") -> str:
    return f"{type(instance).__name__}.{attribute.name}"


def _from(least: int, most: int) -> Check:
    def check(instance: object, attribute: "Attribute[Ints]", value: Ints) -> None:
        require_whole(value, name=_name(instance, attribute))
        require_range(value, name=_name(instance, attribute), least=least, most=most)

    return check


AN_INSTANT = _from(-(2**62), NEVER)
MONEY = _from(-MOST_MINOR, MOST_MINOR)
WORTH = _from(0, MOST_MINOR)
MOST_CODES = 2**31 - 1
"""The largest code: a customer and an order stand together in 64 bits when they are sorted."""
A_CODE = _from(UNKNOWN, MOST_CODES)
A_ROW = _from(0, MOST_CODES)
A_QUANTITY = _from(0, MOST_UNITS)


class Columns:
    """What every family shares: columns of one length. Not for hosts to build on."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        """Refuse columns of different lengths."""
        for each in fields(type(self)):  # type: ignore[arg-type] # every family is an attrs class
            found = len(getattr(self, each.name))
            if found != len(self):
                raise Uneven(column=f"{type(self).__name__}.{each.name}", found=found, expected=len(self))

    @classmethod
    def of(cls, columns: Mapping[str, object]) -> Self:
        """Make the family of a mapping of arrays, which are copied.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            OutOfColumn: A value that the column cannot hold; the first such row is named.
            Uneven: The columns have different lengths.
        """
        wanted = [each.name for each in fields(cls)]  # type: ignore[arg-type] # as above
        for name in (*wanted, *columns):
            if name not in columns or name not in wanted:
                raise WrongColumn(column=f"{cls.__name__}.{name}", found="nothing" if name in wanted else "unknown")
        return cls(**{name: column(columns[name], name=f"{cls.__name__}.{name}") for name in wanted})

    def to_columns(self) -> dict[str, Ints]:
        """Return the columns by name, for any engine that takes numpy arrays; they are read-only."""
        return {each.name: cast("Ints", getattr(self, each.name)) for each in fields(type(self))}  # type: ignore[arg-type] # as above

    def __len__(self) -> int:
        first = fields(type(self))[0].name  # type: ignore[arg-type] # as above
        return len(cast("Ints", getattr(self, first)))


@frozen(kw_only=True, eq=False)
class Orders(Columns):
    """Orders, one a row, in the order in which the log tells of them.

    What was called off before the order was paid was never sold: the amounts are those of what stayed.

    Args:
        placed_at: When it was placed.
        paid_at: When what was due was covered; `NEVER` before.
        cancelled_at: When it was cancelled; `NEVER` else.
        closed_at: When it was closed; `NEVER` before.
        customer: Who bought; -1 for an unknown buyer.
        location: Where all its goods come from; -1 for several places or none.
        gross: What goods and services cost before discounts.
        discount: What was taken off.
        tax: Tax on top of that.
        tendered: What was paid at placement other than by a gateway, what exceeds the lines included.
        due: What the gateway was to bring; negative when tenders exceed.
    """

    placed_at: Ints = field(validator=AN_INSTANT)
    paid_at: Ints = field(validator=AN_INSTANT)
    cancelled_at: Ints = field(validator=AN_INSTANT)
    closed_at: Ints = field(validator=AN_INSTANT)
    customer: Ints = field(validator=A_CODE)
    location: Ints = field(validator=A_CODE)
    gross: Ints = field(validator=WORTH)
    discount: Ints = field(validator=WORTH)
    tax: Ints = field(validator=MONEY)
    tendered: Ints = field(validator=WORTH)
    due: Ints = field(validator=MONEY)


@frozen(kw_only=True, eq=False)
class Lines(Columns):
    """Lines of goods and services, in the order of their orders.

    Args:
        order: The row of its order, never falling.
        line: The code of its id.
        sku: What was bought; -1 for a service.
        location: Where it comes from; -1 for a service.
        unit: In what its quantity is measured.
        quantity: How many; 0 for a service.
        gross: What it costs before discounts.
        discount: What was taken off.
        tax: Tax on top of that.
        tendered: What tenders paid of it.
    """

    order: Ints = field(validator=A_ROW)
    line: Ints = field(validator=A_CODE)
    sku: Ints = field(validator=A_CODE)
    location: Ints = field(validator=A_CODE)
    unit: Ints = field(validator=A_CODE)
    quantity: Ints = field(validator=A_QUANTITY)
    gross: Ints = field(validator=WORTH)
    discount: Ints = field(validator=WORTH)
    tax: Ints = field(validator=MONEY)
    tendered: Ints = field(validator=WORTH)


@frozen(kw_only=True, eq=False)
class Steps(Columns):
    """What led from the gross amount of a line to what was left of it: discounts, tax, tenders.

    Args:
        line: The row of its line, never falling.
        kind: What it was: see `Names.kinds`.
        source: Which promotion or kind of tender.
        funder: Who bears it.
        amount: How much less was left after it (more, when negative).
    """

    line: Ints = field(validator=A_ROW)
    kind: Ints = field(validator=A_CODE)
    source: Ints = field(validator=A_CODE)
    funder: Ints = field(validator=A_CODE)
    amount: Ints = field(validator=MONEY)


@frozen(kw_only=True, eq=False)
class Payments(Columns):
    """What gateways did, each operation once, by its latest result.

    Args:
        order: The row of its order; -1 when there is none.
        operation: What was done: see `Names.operations`.
        outcome: What came of it: see `Names.outcomes`.
        amount: How much.
        at: The gateway's instant.
    """

    order: Ints = field(validator=A_CODE)
    operation: Ints = field(validator=A_CODE)
    outcome: Ints = field(validator=A_CODE)
    amount: Ints = field(validator=WORTH)
    at: Ints = field(validator=AN_INSTANT)


@frozen(kw_only=True, eq=False)
class Refunds(Columns):
    """What was taken back out of paid orders: returned after it arrived, or called off before it left.

    Each is a row of its own, and the order stays as it was paid: gross less discount plus tax of what was taken back
    is what went back to the buyer, to tenders, and into the fee.

    Args:
        order: The row of the order.
        at: When.
        called_off: 1 when it was called off before it left; 0 when it came back.
        gross: What it had cost before discounts.
        discount: What had been taken off.
        tax: Tax on top of that.
        amount: What went back to the buyer and to tenders.
        fee: What was kept of it as a fee.
    """

    order: Ints = field(validator=A_ROW)
    at: Ints = field(validator=AN_INSTANT)
    called_off: Ints = field(validator=_from(0, 1))
    gross: Ints = field(validator=WORTH)
    discount: Ints = field(validator=WORTH)
    tax: Ints = field(validator=MONEY)
    amount: Ints = field(validator=WORTH)
    fee: Ints = field(validator=WORTH)


@frozen(kw_only=True, eq=False)
class RefundedLines(Columns):
    """Lines of refunds.

    Args:
        refund: The row of the refund, never falling.
        line: The row of the line that was taken back.
        quantity: How many units were; 0 for a service.
        gross: What they had cost before discounts.
        discount: What had been taken off.
        tax: Tax on top of that.
    """

    refund: Ints = field(validator=A_ROW)
    line: Ints = field(validator=A_ROW)
    quantity: Ints = field(validator=A_QUANTITY)
    gross: Ints = field(validator=WORTH)
    discount: Ints = field(validator=WORTH)
    tax: Ints = field(validator=MONEY)


@frozen(kw_only=True)
class Names:
    """The names of the dense codes: each stands at the place of its code."""

    orders: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    customers: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    locations: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    lines: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    skus: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    units: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    kinds: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    sources: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    funders: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    operations: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    outcomes: tuple[str, ...] = field(default=(), validator=tuple_of(str))


KEYS = (
    # family, column, what it points at, the least that it may hold
    ("orders", "customer", "customers", UNKNOWN),
    ("orders", "location", "locations", UNKNOWN),
    ("lines", "order", "orders", 0),
    ("lines", "line", "lines", 0),
    ("lines", "sku", "skus", UNKNOWN),
    ("lines", "location", "locations", UNKNOWN),
    ("lines", "unit", "units", UNKNOWN),
    ("steps", "line", "lines", 0),
    ("steps", "kind", "kinds", 0),
    ("steps", "source", "sources", 0),
    ("steps", "funder", "funders", 0),
    ("payments", "order", "orders", UNKNOWN),
    ("payments", "operation", "operations", 0),
    ("payments", "outcome", "outcomes", 0),
    ("refunds", "order", "orders", 0),
    ("refunded_lines", "refund", "refunds", 0),
    ("refunded_lines", "line", "lines", 0),
)
"""Which column points at which rows or names."""

ROWS_OF = {"order": "orders", "refund": "refunds", "line": "lines"}
"""The columns that point at rows of a family (but for `lines.line`, which is the code of an id)."""


@frozen(kw_only=True, eq=False)
class Facts:
    """All families of one shop, in one currency.

    Args:
        currency: The currency of all money.
        names: The names of all codes.
        orders: Orders.
        lines: Their lines.
        steps: What led from gross to what was left of each line.
        payments: What gateways did.
        refunds: What was taken back out of orders.
        refunded_lines: Which lines of them.

    Raises:
        OutOfColumn: A code has no name, or a row points at one that is not there, or stands before its turn.
    """

    currency: Currency = field(validator=is_a(Currency))
    names: Names = field(validator=is_a(Names))
    orders: Orders = field(validator=is_a(Orders))
    lines: Lines = field(validator=is_a(Lines))
    steps: Steps = field(validator=is_a(Steps))
    payments: Payments = field(validator=is_a(Payments))
    refunds: Refunds = field(validator=is_a(Refunds))
    refunded_lines: RefundedLines = field(validator=is_a(RefundedLines))

    def __attrs_post_init__(self) -> None:
        """Refuse keys that lead nowhere."""
        if len(self.names.orders) not in {0, len(self.orders)}:
            raise Uneven(column="Names.orders", found=len(self.names.orders), expected=len(self.orders))
        for family, name, target, least in KEYS:
            values = cast("Ints", getattr(getattr(self, family), name))
            by_row = ROWS_OF.get(name) == target and (family, name) != ("lines", "line")
            size = len(getattr(self if by_row else self.names, target))
            nameless = not by_row and not size  # bare codes of a host that keeps the names
            require_range(values, name=f"{family}.{name}", least=least, most=MOST_CODES if nameless else size - 1)
        _ = self.lines_of_orders, self.steps_of_lines, self.lines_of_refunds

    @classmethod
    def of_orders(cls, currency: Currency, columns: Mapping[str, object], names: Names | None = None) -> Self:
        """Make facts of a host's own columns of orders, without lines and events.

        Args:
            currency: The currency of all money.
            columns: Arrays by the names of the columns of `Orders`. `paid_at` and `gross` are needed; an order was
                placed when it was paid, was never cancelled, has no known customer, and nothing was taken off, unless
                a column says otherwise.
            names: The names of the codes; None when the host keeps them.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            OutOfColumn: A value that the column cannot hold.
            Uneven: The columns have different lengths.

        Example:
            >>> import numpy as np
            >>> facts = Facts.of_orders(Currency.CNY, {"paid_at": np.array([0]), "gross": np.array([500])})
            >>> facts.orders.due, facts.orders.customer
            (array([500]), array([-1]))
        """
        given = {name: column(values, name=f"Orders.{name}") for name, values in columns.items()}
        for name in ("paid_at", "gross"):
            if name not in given:
                raise WrongColumn(column=f"Orders.{name}", found="nothing")
        size = len(given["paid_at"])
        usual = {name: np.full(size, value) for name, value in _USUAL.items()}
        filled = {"placed_at": given["paid_at"], **usual, **given}
        if "due" not in given and len({len(values) for values in filled.values()}) == 1:
            filled["due"] = filled["gross"] - filled["discount"] + filled["tax"] - filled["tendered"]
        return cls(
            currency=currency,
            names=names or Names(),
            orders=Orders.of(filled),
            lines=_empty(Lines),
            steps=_empty(Steps),
            payments=_empty(Payments),
            refunds=_empty(Refunds),
            refunded_lines=_empty(RefundedLines),
        )

    @property
    def lines_of_orders(self) -> Segments:
        """Which lines belong to which order."""
        return Segments.of(self.lines.order, size=len(self.orders), name="lines.order")

    @property
    def steps_of_lines(self) -> Segments:
        """Which steps belong to which line."""
        return Segments.of(self.steps.line, size=len(self.lines), name="steps.line")

    @property
    def lines_of_refunds(self) -> Segments:
        """Which refunded lines belong to which refund."""
        return Segments.of(self.refunded_lines.refund, size=len(self.refunds), name="refunded_lines.refund")


_USUAL = {
    "cancelled_at": NEVER,
    "closed_at": NEVER,
    "customer": UNKNOWN,
    "location": UNKNOWN,
    "discount": 0,
    "tax": 0,
    "tendered": 0,
    "due": 0,
}

F = TypeVar("F", bound=Columns)


def _empty(family: type[F]) -> F:
    return family.of({each.name: np.zeros(0, dtype=np.int64) for each in fields(family)})  # type: ignore[arg-type] # as above
