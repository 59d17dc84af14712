"""Fact families: what happened, as frozen tables of columns with declared meaning.

Instants are microseconds since 1970 in UTC (`columns.NEVER` is after all of them), money is minor units of one
currency, entities are dense codes with their names beside them, and an unknown customer is -1: never a buyer. A refund
is a row with an instant of its own, not a change of the sale; the status of an order decides about its validity only.
What period was observed is no fact: the host declares it where a table is made.
"""

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

import numpy as np
from attrs import Attribute, field, fields_dict, frozen
from attrs import evolve as changed

from ecomops.columns import NEVER, UNKNOWN, Ints, OutOfColumn, Segments, Uneven, WrongColumn, column
from ecomops.kernel import Currency, DomainError
from ecomops.kernel.checks import is_a, mapped, require_once, tuple_of, wrong_kind
from ecomops.metrics.declaring import (
    MOST_CODES,
    MOST_TOLD,
    Columns,
    Declared,
    FamilyType,
    Is,
    code,
    copied,
    count,
    declared,
    extent,
    flag,
    instant,
    looked_at,
    money,
    outside,
    refuse,
    row,
    rows_told,
)
from ecomops.metrics.errors import FamilyMissing

__all__ = [
    "FIRST",
    "KEYS",
    "MOST_CODES",
    "Columns",
    "Facts",
    "Lines",
    "Names",
    "Orders",
    "Payments",
    "RefundedLines",
    "Refunds",
    "Steps",
    "empty",
]


@frozen(kw_only=True, eq=False, repr=False)
class Orders(Columns):
    """Orders, one a row, in the order in which the log tells of them.

    What was called off before the order was paid was never sold: the amounts are those of what stayed.
    """

    placed_at: Ints = field(metadata=instant("When it was placed."))
    paid_at: Ints = field(metadata=instant("When what was due was covered; `NEVER` before."))
    cancelled_at: Ints = field(metadata=instant("When it was cancelled; `NEVER` else."))
    closed_at: Ints = field(metadata=instant("When it was closed; `NEVER` before."))
    customer: Ints = field(metadata=code("customers", "Who bought; -1 for an unknown buyer."))
    location: Ints = field(metadata=code("locations", "Where all its goods come from; -1 for several places or none."))
    gross: Ints = field(metadata=money("What goods and services cost before discounts."))
    discount: Ints = field(metadata=money("What was taken off."))
    tax: Ints = field(metadata=money("Tax on top of that.", negative=True))
    tendered: Ints = field(
        metadata=money("What was paid at placement other than by a gateway, what exceeds the lines included.")
    )
    due: Ints = field(metadata=money("What the gateway was to bring; negative when tenders exceed.", negative=True))


@frozen(kw_only=True, eq=False, repr=False)
class Lines(Columns):
    """Lines of goods and services, in the order of their orders."""

    order: Ints = field(metadata=row(Orders, "The row of its order, never falling.", rising=True))
    line: Ints = field(metadata=code("lines", "The code of its id.", unknown=False))
    sku: Ints = field(metadata=code("skus", "What was bought; -1 for a service."))
    location: Ints = field(metadata=code("locations", "Where it comes from; -1 for a service."))
    unit: Ints = field(metadata=code("units", "In what its quantity is measured."))
    quantity: Ints = field(metadata=count("How many; 0 for a service.", unit=None))
    gross: Ints = field(metadata=money("What it costs before discounts."))
    discount: Ints = field(metadata=money("What was taken off."))
    tax: Ints = field(metadata=money("Tax on top of that.", negative=True))
    tendered: Ints = field(metadata=money("What tenders paid of it."))


@frozen(kw_only=True, eq=False, repr=False)
class Steps(Columns):
    """What led from the gross amount of a line to what was left of it: discounts, tax, tenders."""

    line: Ints = field(metadata=row(Lines, "The row of its line, never falling.", rising=True))
    kind: Ints = field(metadata=code("kinds", "What it was: see `Names.kinds`.", unknown=False))
    source: Ints = field(metadata=code("sources", "Which promotion or kind of tender.", unknown=False))
    funder: Ints = field(metadata=code("funders", "Who bears it.", unknown=False))
    amount: Ints = field(metadata=money("How much less was left after it (more, when negative).", negative=True))


@frozen(kw_only=True, eq=False, repr=False)
class Payments(Columns):
    """What gateways did, each operation once, by its latest result."""

    order: Ints = field(metadata=row(Orders, "The row of its order; -1 when there is none.", unknown=True))
    operation: Ints = field(metadata=code("operations", "What was done: see `Names.operations`.", unknown=False))
    outcome: Ints = field(metadata=code("outcomes", "What came of it: see `Names.outcomes`.", unknown=False))
    amount: Ints = field(metadata=money("How much."))
    at: Ints = field(metadata=instant("The gateway's instant.", main=True))


@frozen(kw_only=True, eq=False, repr=False)
class Refunds(Columns):
    """What was taken back out of paid orders: returned after it arrived, or called off before it left.

    Each is a row of its own, and the order stays as it was paid: gross less discount plus tax of what was taken back
    is what went back to the buyer, to tenders, and into the fee.
    """

    order: Ints = field(metadata=row(Orders, "The row of the order."))
    at: Ints = field(metadata=instant("When.", main=True))
    called_off: Ints = field(metadata=flag("1 when it was called off before it left; 0 when it came back."))
    gross: Ints = field(metadata=money("What it had cost before discounts."))
    discount: Ints = field(metadata=money("What had been taken off."))
    tax: Ints = field(metadata=money("Tax on top of that.", negative=True))
    amount: Ints = field(metadata=money("What went back to the buyer and to tenders."))
    fee: Ints = field(metadata=money("What was kept of it as a fee."))


@frozen(kw_only=True, eq=False, repr=False)
class RefundedLines(Columns):
    """Lines of refunds."""

    refund: Ints = field(metadata=row(Refunds, "The row of the refund, never falling.", rising=True))
    line: Ints = field(metadata=row(Lines, "The row of the line that was taken back."))
    quantity: Ints = field(metadata=count("How many units were; 0 for a service.", unit=None))
    gross: Ints = field(metadata=money("What they had cost before discounts."))
    discount: Ints = field(metadata=money("What had been taken off."))
    tax: Ints = field(metadata=money("Tax on top of that.", negative=True))


def _named(instance: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
    tuple_of(tuple)(instance, attribute, value)
    for each in value:
        match each:
            case (str(), tuple()):
                tuple_of(str)(instance, attribute, cast("tuple[object, ...]", each)[1])
            case _:
                raise wrong_kind("Names.others", "tuple of (str, tuple of str)", each)
    require_once((str(each[0]) for each in cast("tuple[tuple[str, object], ...]", value)), field="Names.others")


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
    others: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), validator=_named)

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]]) -> Self:
        """Return the names of a mapping: those of other families, and of a host's own, stand beside the first ones.

        Example:
            >>> Names.of({"skus": ("tea",), "pages": ("home", "tea")}).read("pages")
            ('home', 'tea')
        """
        names = mapped("Names", names)
        first = fields_dict(cls)
        others = tuple(sorted((name, texts) for name, texts in names.items() if name not in first))
        return cls(**{name: texts for name, texts in names.items() if name in first}, others=others)

    def read(self, names: str) -> tuple[str, ...]:
        """Return the names called so; () when the host keeps them."""
        if names != "others" and names in fields_dict(type(self)):
            return cast("tuple[str, ...]", getattr(self, names))
        return dict(self.others).get(names, ())


FIRST: Mapping[str, type[Columns]] = {
    "orders": Orders,
    "lines": Lines,
    "steps": Steps,
    "payments": Payments,
    "refunds": Refunds,
    "refunded_lines": RefundedLines,
}
"""The families of orders, which all facts hold, by the names of their fields."""

_FIELD_OF: Mapping[type[Columns], str] = {family: name for name, family in FIRST.items()}

KEYS = tuple(
    (name, key, told.names or _FIELD_OF[cast("type[Columns]", told.rows)], told.least)
    for name, family in FIRST.items()
    for key, told in declared(family).items()
    if told.kind in {Is.CODE, Is.ROW}
)
"""Which column of these points at which rows or names, and the least that it may hold."""

F = TypeVar("F", bound=Columns)


def _families(instance: object, attribute: "Attribute[tuple[Columns, ...]]", value: tuple[Columns, ...]) -> None:
    tuple_of(Columns)(instance, attribute, value)
    require_once((type(each).__name__ for each in value), field="Facts.more")
    if any(type(each) in _FIELD_OF for each in value):
        raise wrong_kind("Facts.more", "other families than those of orders", value)


@frozen(kw_only=True, eq=False)
class Facts:
    """All families of one shop, in one currency.

    `facts[Visits]` is the family of visits, or a host's own.

    Args:
        currency: The currency of all money.
        names: The names of all codes.
        orders: Orders.
        lines: Their lines.
        steps: What led from gross to what was left of each line.
        payments: What gateways did.
        refunds: What was taken back out of orders.
        refunded_lines: Which lines of them.
        more: Other families, each once.

    Raises:
        OutOfColumn: A code has no name, or a row points at one that is not there, or stands before its turn, or twice.
        Uneven: There are other names of orders than orders.
        FamilyMissing: A family points at rows of one that the facts do not hold.
        BadFacts: There is more than one such problem; all are listed.
    """

    currency: Currency = field(validator=is_a(Currency))
    names: Names = field(validator=is_a(Names))
    orders: Orders = field(validator=is_a(Orders))
    lines: Lines = field(validator=is_a(Lines))
    steps: Steps = field(validator=is_a(Steps))
    payments: Payments = field(validator=is_a(Payments))
    refunds: Refunds = field(validator=is_a(Refunds))
    refunded_lines: RefundedLines = field(validator=is_a(RefundedLines))
    more: tuple[Columns, ...] = field(default=(), validator=_families)

    def __attrs_post_init__(self) -> None:
        """Refuse keys that lead nowhere, all at once."""
        problems: list[DomainError] = []
        if len(self.names.orders) not in {0, len(self.orders)}:
            problems.append(Uneven(column="Names.orders", found=len(self.names.orders), expected=len(self.orders)))
        for family in self.families:
            problems += self._problems_of(family)
        refuse(problems)

    def _problems_of(self, family: Columns) -> list[DomainError]:
        problems: list[DomainError] = []
        for key, told in declared(type(family)).items():
            if told.kind not in {Is.CODE, Is.ROW}:
                continue
            place = f"{_FIELD_OF.get(type(family), type(family).__name__)}.{key}"
            values = cast("Ints", getattr(family, key))
            try:
                most = self._most_of(told)
            except FamilyMissing as missing:
                nobody = told.least < 0 and bool((values == UNKNOWN).all())
                problems += [] if nobody else [missing]
                continue
            found = extent(family, key)
            wrong = outside(values, found, name=place, least=told.least, most=most)
            problems += wrong or (_turns(values, name=place, most=most) if told.rising and not found.rises else [])
            problems += [] if wrong or found.climbs or not told.unique else _twice(values, name=place, most=most)
        return problems

    def _most_of(self, told: Declared) -> int:
        """Return the largest key; bare codes of a host that keeps the names may be any."""
        if told.rows is not None:
            return len(self[told.rows]) - 1
        return len(self.names.read(str(told.names))) - 1 if self.names.read(str(told.names)) else MOST_CODES

    @property
    def families(self) -> tuple[Columns, ...]:
        """All families, those of orders first."""
        return (*(cast("Columns", getattr(self, name)) for name in FIRST), *self.more)

    def __contains__(self, family: type[Columns]) -> bool:
        return any(type(each) is family for each in self.families)

    def __getitem__(self, family: type[F]) -> F:
        for each in self.families:
            if type(each) is family:
                return each
        raise FamilyMissing(family=getattr(family, "__name__", str(type(family).__name__)))

    @classmethod
    def of(
        cls,
        currency: Currency,
        families: Mapping[type[Columns], Mapping[str, object]],
        names: Mapping[str, tuple[str, ...]] | Names | None = None,
    ) -> Self:
        """Make facts of mappings of arrays, by their families; those of orders that are missing have no row.

        Args:
            currency: The currency of all money.
            families: Arrays by family and column.
            names: The names of the codes; None when the host keeps them.

        Raises:
            BadFacts: There are several problems, in whatever families; all are listed.
            DomainError: There is one: see `Columns.of` and `Facts`.

        Example:
            >>> import numpy as np
            >>> from ecomops.metrics import Costs
            >>> facts = Facts.of(
            ...     Currency.CNY,
            ...     {Costs: {"at": np.array([0]), "kind": np.array([0]), "channel": np.array([0]),
            ...              "amount": np.array([5])}},
            ...     {"cost_kinds": ("advertising",)},
            ... )
            >>> facts[Costs].amount, len(facts.orders)
            (array([5]), 0)
        """
        taken: dict[type[Columns], dict[str, Ints]] = {}
        problems: list[DomainError] = []
        for family, columns in mapped("Facts.families", families).items():
            if not isinstance(family, FamilyType):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
                raise wrong_kind("Facts.families", "family of facts", family)
            taken[family], wrong = copied(family, columns)
            problems += wrong or looked_at(family, taken[family])[0]
        refuse(problems)
        made = {family: family(**columns) for family, columns in taken.items()}
        return cls(
            currency=currency,
            names=names if isinstance(names, Names) else Names.of({} if names is None else names),
            **{name: made.get(family) or empty(family) for name, family in FIRST.items()},  # type: ignore[arg-type] # by their names
            more=tuple(each for family, each in made.items() if family not in _FIELD_OF),
        )

    def joined(self, *more: Columns) -> Self:
        """Return the facts with *more* families, in place of those of the same kinds."""
        kept = tuple(each for each in self.more if type(each) not in {type(new) for new in more})
        return changed(self, more=(*kept, *more))

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
        given = {name: column(values, name=f"Orders.{name}") for name, values in mapped("Orders", columns).items()}
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
            names=Names() if names is None else names,
            orders=Orders.of(filled),
            lines=empty(Lines),
            steps=empty(Steps),
            payments=empty(Payments),
            refunds=empty(Refunds),
            refunded_lines=empty(RefundedLines),
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


def empty(family: type[F]) -> F:
    """Return a family without a row.

    Example:
        >>> len(empty(Orders))
        0
    """
    return family.of({name: np.zeros(0, dtype=np.int64) for name in declared(family)})


def _turns(values: Ints, *, name: str, most: int) -> list[DomainError]:
    """Return the rows that stand before their turn."""
    falls = np.flatnonzero(np.diff(values) < 0)[:MOST_TOLD].tolist()
    return [OutOfColumn(column=name, row=row + 1, least=int(values[row]), most=most) for row in falls]


def _twice(values: Ints, *, name: str, most: int) -> list[DomainError]:
    """Return the rows whose key stands above them already."""
    known = np.flatnonzero(values >= 0)
    order = known[np.argsort(values[known], kind="stable")]
    again = order[1:][np.diff(values[order]) == 0]
    wrong = np.zeros(len(values), dtype=np.bool_)
    wrong[again] = True
    return rows_told(wrong, name=f"{name} (once)", least=0, most=most) if len(again) else []
