"""Past baskets as columns: what a catalogue knows of its items, what stood on each line, what was known of each buyer.

Everything is checked at once and refused with the column and the row; a backtest checks nothing any more. An item is
a SKU at a price with its facts: a SKU that was sold at two prices is two items.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias, cast

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints, OutOfColumn, Segments, Uneven, WrongColumn, require_range, require_whole
from ecomops.columns.column import require_sum
from ecomops.kernel import Currency
from ecomops.kernel.checks import MOST_UNITS, is_a, optional, some_text, tuple_of
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import FactValue
from ecomops.promotions.columnar.errors import BadTold
from ecomops.promotions.columnar.stating import StatedDiscounts, require_stated
from ecomops.terms import Sku

GUEST = -1
"""The customer of a basket whose buyer is unknown."""

_OWN = frozenset(("sku", "price"))

_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The first and the last microsecond of the years 1 to 9999."""

UNTOLD = -1
"""The code of what is not known of a basket."""


@frozen(kw_only=True, eq=False)
class Coded:
    """A column of few different values: a code for each basket, and what each code stands for.

    Args:
        codes: The place of the value of each basket; -1 is unknown.
        values: The values.

    Raises:
        WrongColumn: The codes are no column of 64 bits.
        OutOfColumn: A code names no value.
    """

    codes: Ints
    values: tuple[Any, ...] = field(validator=tuple_of(object))

    def __attrs_post_init__(self) -> None:
        """Refuse codes of nothing."""
        require_whole(self.codes, name="Coded.codes")
        require_range(self.codes, name="Coded.codes", least=UNTOLD, most=len(self.values) - 1)

    def at(self, row: int) -> object:
        """Return the value of a basket; None when it is unknown."""
        code = int(self.codes[row])
        return None if code == UNTOLD else self.values[code]


Column: TypeAlias = Coded | Ints | NDArray[np.bool_]
"""A fact of all baskets: few values by code, a number each, or a flag each."""


def _amounts(values: Ints, *, name: str, least: int = 0, most: int = MOST_MINOR) -> None:
    require_whole(values, name=name)
    require_range(values, name=name, least=least, most=most)
    require_sum(values, name=name)


@frozen(kw_only=True, eq=False)
class Catalogue:
    """The items that baskets are made of.

    Args:
        skus: The SKU of each item; one that was sold at several prices, or with other facts, is several items.
        prices: The unit price of each, in minor units: the fact `price` of its lines.
        facts: What else scopes may ask of it, by name: a flag, number, text or tuple of texts each, None when unknown.
        costs: What a unit of each costs the shop, in minor units; None when nobody asks for a margin.

    Raises:
        WrongColumn: Prices or costs are no column of 64 bits.
        Uneven: A column is not as long as the SKUs.
        OutOfColumn: A price or a cost is negative.
        BadTold: A fact is none of the four kinds, or an item stands twice.
    """

    skus: tuple[Sku, ...] = field(validator=tuple_of(Sku, least=1))
    prices: Ints
    facts: Mapping[str, Sequence[FactValue | None]] = field(
        factory=dict[str, Sequence[FactValue | None]], validator=is_a(Mapping)
    )
    costs: Ints | None = None
    order: tuple[int, ...] = field(init=False, eq=False, repr=False)
    """The items in the order in which a basket has its lines: by SKU, price, facts."""

    def __attrs_post_init__(self) -> None:
        """Check all columns."""
        size = len(self.skus)
        _amounts(self.prices, name="Catalogue.prices")
        _require_even("Catalogue.prices", self.prices, size)
        if self.costs is not None:
            _amounts(self.costs, name="Catalogue.costs")
            _require_even("Catalogue.costs", self.costs, size)
        for name, values in self.facts.items():
            column = f"Catalogue.facts[{name}]"
            if name in _OWN:
                raise BadTold(column=column, place=0, expected="fact besides these")
            _require_even(column, values, size)
            for place, value in enumerate(values):
                if not (value is None or type(value) in {bool, int, str, tuple}):
                    raise BadTold(column=column, place=place, expected="flag, number, text or texts")
        keys = [self._key(item) for item in range(size)]
        order = sorted(range(size), key=keys.__getitem__)
        for item, after in pairwise(order):
            if keys[item] == keys[after]:
                raise BadTold(column="Catalogue.skus", place=after, expected="item of its own")
        object.__setattr__(self, "order", tuple(order))

    def _key(self, item: int) -> tuple[str, int, tuple[tuple[str, str, str], ...]]:
        """Return what an item is known by, and ordered by in a basket: SKU, price, facts."""
        facts = self.told(item)
        known = sorted((name, type(value).__name__, str(value)) for name, value in facts.items())
        return str(self.skus[item]), int(self.prices[item]), tuple(known)

    def told(self, item: int) -> dict[str, FactValue]:
        """Return what scopes may ask of an item."""
        found: dict[str, FactValue] = {"sku": str(self.skus[item]), "price": int(self.prices[item])}
        for name, values in self.facts.items():
            value = values[item]
            if value is not None:
                found[name] = value
        return found


def _require_even(name: str, values: Any, size: int) -> None:  # noqa: ANN401 - anything with a length
    if len(values) != size:
        raise Uneven(column=name, found=len(values), expected=size)


def _names(instance: object, attribute: "Attribute[Any]", value: tuple[str, ...]) -> None:
    tuple_of(str)(instance, attribute, value)
    for each in value:
        some_text(instance, attribute, each)


@frozen(kw_only=True, eq=False)
class Services:
    """Money without goods, by basket: freight, fees.

    Args:
        starts: Where the services of each basket start, and at last where those of the last one end.
        names: The place of the name of each service in *known*.
        known: The names.
        amounts: What each costs, in minor units.
        stated: What the host states that is taken off each; None when nothing is.

    Raises:
        WrongColumn: One of them is no column of 64 bits.
        Uneven: Names and amounts, or the stated discounts, are not as many as the starts say.
        OutOfColumn: An amount is negative, a name unknown, or the starts fall.
        StatedBeyondRoom: Stated discounts exceed an amount.
    """

    starts: Ints
    names: Ints
    known: tuple[str, ...] = field(validator=_names)
    amounts: Ints
    stated: StatedDiscounts | None = field(default=None, validator=optional(is_a(StatedDiscounts)))

    def __attrs_post_init__(self) -> None:
        """Check all columns."""
        size = int(Segments(self.starts).starts[-1])
        require_whole(self.names, name="Services.names")
        _amounts(self.amounts, name="Services.amounts")
        _require_even("Services.names", self.names, size)
        _require_even("Services.amounts", self.amounts, size)
        require_range(self.names, name="Services.names", least=0, most=len(self.known) - 1)
        if self.stated is not None:
            require_stated(self.stated, self.amounts, None, name="Services.stated")


def _none_twice(instance: object, attribute: "Attribute[Any]", value: Coded | None) -> None:
    """Check that the values are sets of texts."""
    if value is None:
        return
    for place, each in enumerate(value.values):
        texts = cast("tuple[object, ...]", each) if type(each) is tuple else (None,)
        if not all(isinstance(text, str) for text in texts) or len(set(texts)) < len(texts):
            name = f"{type(instance).__name__}.{attribute.name}"
            raise BadTold(column=name, place=place, expected="tuple of different texts")


@frozen(kw_only=True, eq=False)
class Baskets:
    """Past baskets: their lines end to end, and what was known when they were bought.

    Args:
        currency: The one currency of all amounts.
        catalogue: The items.
        starts: Where the lines of each basket start, and at last where those of the last one end.
        items: The place in the catalogue of what each line sells.
        quantities: Units of each line, at least 1.
        amounts: What each line costs before discounts, in minor units: the truth of the line.
        floors: The lowest amount that each line may reach; None is 0 for all.
        at: When each basket was bought, in microseconds since 1970 (`columns.microseconds`), in the years 1 to 9999.
        customers: A code for each buyer, -1 for a guest; None when all are guests.
        facts: What was known of each basket, by the names that rulebooks declare.
        services: Freight and the like; None when there was none.
        codes: The set of codes that each buyer entered, as a tuple of texts; None when nobody did.
        coupons: The set of promotions for which each buyer showed a coupon, likewise.
        stated: What the host states that is taken off each line; None when nothing is.

    Raises:
        WrongColumn: A column is not of 64 bits.
        Uneven: A column is not as long as the others.
        OutOfColumn: An item is unknown, a quantity below 1, an amount negative, or the starts fall.
        CannotHoldSum: A sum of the amounts might exceed 64 bits.
        BadTold: A set of codes names one twice.
        StatedBeyondRoom: Stated discounts exceed the room of a line.

    Example:
        >>> import numpy as np
        >>> from ecomops.terms import Sku
        >>> goods = Catalogue(skus=(Sku("tea"), Sku("cup")), prices=np.array([3000, 2000]))
        >>> past = Baskets(
        ...     currency=Currency.CNY,
        ...     catalogue=goods,
        ...     starts=np.array([0, 2, 3]),
        ...     items=np.array([0, 1, 1]),
        ...     quantities=np.array([1, 2, 1]),
        ...     amounts=np.array([3000, 4000, 2000]),
        ...     at=np.array([0, 0]),
        ... )
        >>> len(past)
        2
    """

    currency: Currency = field(validator=is_a(Currency))
    catalogue: Catalogue = field(validator=is_a(Catalogue))
    starts: Ints
    items: Ints
    quantities: Ints
    amounts: Ints
    floors: Ints | None = None
    at: Ints
    customers: Ints | None = None
    facts: Mapping[str, Column] = field(factory=dict[str, Column], validator=is_a(Mapping))
    services: Services | None = field(default=None, validator=optional(is_a(Services)))
    codes: Coded | None = field(default=None, validator=[optional(is_a(Coded)), _none_twice])
    coupons: Coded | None = field(default=None, validator=[optional(is_a(Coded)), _none_twice])
    stated: StatedDiscounts | None = field(default=None, validator=optional(is_a(StatedDiscounts)))

    def __attrs_post_init__(self) -> None:
        """Check all columns."""
        lines, size = int(Segments(self.starts).starts[-1]), len(self.starts) - 1
        require_whole(self.items, name="Baskets.items")
        require_range(self.items, name="Baskets.items", least=0, most=len(self.catalogue.skus) - 1)
        _amounts(self.quantities, name="Baskets.quantities", least=1, most=MOST_UNITS)
        _amounts(self.amounts, name="Baskets.amounts")
        of_lines = {"items": self.items, "quantities": self.quantities, "amounts": self.amounts}
        if self.floors is not None:
            _amounts(self.floors, name="Baskets.floors")
            of_lines["floors"] = self.floors
        for name, column in of_lines.items():
            _require_even(f"Baskets.{name}", column, lines)
        if self.stated is not None:
            require_stated(self.stated, self.amounts, self.floors, name="Baskets.stated")
        require_whole(self.at, name="Baskets.at")
        _require_even("Baskets.at", self.at, size)
        require_range(self.at, name="Baskets.at", least=_FIRST, most=_LAST)
        if self.customers is not None:
            require_whole(self.customers, name="Baskets.customers")
            _require_even("Baskets.customers", self.customers, size)
            require_range(self.customers, name="Baskets.customers", least=GUEST, most=MOST_UNITS)
        for name, told in self.facts.items():
            _require_fact(f"Baskets.facts[{name}]", told, size)
        if self.services is not None:
            _require_even("Services.starts", self.services.starts[1:], size)
        for name, sets in (("codes", self.codes), ("coupons", self.coupons)):
            if sets is not None:
                _require_even(f"Baskets.{name}", sets.codes, size)

    def __len__(self) -> int:
        return len(self.starts) - 1


def _require_fact(name: str, column: Column, size: int) -> None:
    if isinstance(column, Coded):
        _require_even(name, column.codes, size)
        return
    dtype = str(getattr(column, "dtype", None))
    if not isinstance(column, np.ndarray) or column.ndim != 1 or dtype not in {"bool", "int64"}:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise WrongColumn(column=name, found=str(getattr(column, "dtype", type(column).__name__)))
    _require_even(name, column, size)
    if column.dtype == np.int64:
        beyond = (column < -MOST_MINOR) | (column > MOST_MINOR)
        if beyond.any():
            raise OutOfColumn(column=name, row=int(beyond.argmax()), least=-MOST_MINOR, most=MOST_MINOR)
