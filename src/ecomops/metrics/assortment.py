"""The assortment in numbers: which goods bring the most (ABC), which sell best and worst, how long their stock lasts.

Lines of valid orders are added up for each SKU in two periods: the one that is looked at, and the one before it. What
was taken back is not taken off: it has rows and instants of its own, and `tabulate` has measures for it.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from ecomops.columns import CannotHoldSum, Ints, microseconds, together
from ecomops.columns.column import require_sum, require_whole
from ecomops.kernel import Calendar, OutOfRange, Period, Text, later
from ecomops.kernel.checks import is_a, tuple_of, wrong_kind
from ecomops.metrics.families import Facts, Lines
from ecomops.metrics.pairs import Pairs
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import BLOCK, MOST_WORTH, Selling

MOST_SKUS = 10_000_000
"""How many codes SKUs may have."""
_NARROW = 2**32 - 1
_BITS = 63
"""What one number may hold without a sign."""
HALVED = 1 << 21
"""From so many rows on two threads take a half each."""
SORTED = 1 << 11
"""Up to so many values are sorted; more are cut in halves first, of which most need no order."""
Floats: TypeAlias = NDArray[np.float64]


class By(StrEnum):
    """What goods are ranked by: money (gross less discounts), or units."""

    NET = "net"
    UNITS = "units"

    @property
    def text(self) -> Text:
        """What people call it."""
        return TEXTS[self.value]


def _rising_shares(_: object, __: "Attribute[tuple[Fraction, ...]]", value: tuple[Fraction, ...]) -> None:
    tuple_of(Fraction)(None, __, value)
    if not value or list(value) != sorted(set(value)) or not 0 < value[0] <= value[-1] < 1:
        raise OutOfRange(field="AbcPolicy.shares", least="0", most="1")


@frozen(kw_only=True)
class AbcPolicy:
    """Where the classes of goods end.

    Args:
        shares: The share of the whole that the classes above a class, together with it, reach: rising, between 0 and
            1; the last class has the rest.

    Raises:
        OutOfRange: There is no share, they do not rise, or one is not between 0 and 1.
    """

    shares: tuple[Fraction, ...] = field(default=(Fraction(80, 100), Fraction(95, 100)), validator=_rising_shares)


DEFAULT_ABC = AbcPolicy()
"""A brings 80 % of the whole, A and B together 95 %."""


@frozen(kw_only=True, eq=False)
class Assortment:
    """What each SKU came to in a period, the best first.

    Every SKU has a row that sold in the period, or in the one before it; ties stand in the order of their codes.

    Args:
        period: What is looked at.
        before: What it is compared with: as long, and just before it.
        by: What goods are ranked by.
        policy: Where classes end.
        definition: What counted as a sale.
        names: The names of SKUs, where the facts have any.
        sku: The code of each.
        units: Units sold, in the unit of the SKU.
        net: Gross less discounts, in minor units.
        units_before: Units sold in the period before.
        net_before: Gross less discounts of the period before.
        rank: 1 for the best; equal figures have equal ranks, and the next one stands behind all of them; 0 for what
            did not sell in the period.
        rank_before: The rank in the period before; 0 for what did not sell in it.
        abc: The class, from 0 (A): see `abc_of`.
    """

    period: Period = field(validator=is_a(Period))
    before: Period = field(validator=is_a(Period))
    by: By = field(validator=is_a(By))
    policy: AbcPolicy = field(validator=is_a(AbcPolicy))
    definition: Definition = field(validator=is_a(Definition))
    names: tuple[str, ...] = field(validator=tuple_of(str))
    sku: Ints
    units: Ints
    net: Ints
    units_before: Ints
    net_before: Ints
    rank: Ints
    rank_before: Ints
    abc: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.sku)

    @property
    def growth(self) -> Floats:
        """By how much the figure that ranks grew, as a share of that before; NaN where that is not above zero."""
        now, then = (self.net, self.net_before) if self.by is By.NET else (self.units, self.units_before)
        return ratio_of(now - then, then)

    @property
    def climbed(self) -> Floats:
        """How many ranks each gained (lost, when negative); NaN for what did not sell in both periods."""
        return np.where((self.rank > 0) & (self.rank_before > 0), self.rank_before - self.rank, np.nan)

    def best(self, number: int) -> list[dict[str, object]]:
        """Return the rows of so many best sellers, the best first."""
        return self.to_rows()[:number]

    def worst(self, number: int) -> list[dict[str, object]]:
        """Return the rows of so many worst sellers, the worst first; what did not sell at all comes before others."""
        return self.to_rows()[::-1][:number]

    def to_columns(self) -> dict[str, NDArray[np.number]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in TEXTS}

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the SKU by its name where there is one, the class as a letter, None without a figure."""
        rows = plain_rows(self.to_columns(), self.names)
        return [{**row, "abc": chr(ord("A") + place)} for row, place in zip(rows, self.abc.tolist(), strict=True)]


TEXTS: Mapping[str, Text] = {
    "sku": Text("SKU", "SKU"),
    "rank": Text("rank", "排名"),
    "abc": Text("class", "ABC 分类"),
    "net": Text("net sales", "销售额"),
    "units": Text("units", "销量"),
    "net_before": Text("net sales before", "上期销售额"),
    "units_before": Text("units before", "上期销量"),
    "rank_before": Text("rank before", "上期排名"),
    "growth": Text("growth", "增长率"),
    "climbed": Text("ranks gained", "排名变化"),
}
"""What people call the columns of `Assortment`."""


def assortment_of(
    facts: Facts,
    *,
    calendar: Calendar,
    period: Period,
    by: By = By.NET,
    policy: AbcPolicy = DEFAULT_ABC,
    definition: Definition = DEFAULT_DEFINITION,
) -> Assortment:
    """Return how each SKU sold in *period*, and in the period of the same length just before it.

    Args:
        facts: What happened; lines without a SKU, and of orders that are not valid, do not count.
        calendar: What makes business days, for definitions that ask for them.
        period: What is looked at: a trailing year, as a rule.
        by: What goods are ranked by.
        policy: Where classes end.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: The period before begins before the year 1.
        CannotHoldSum: Figures of a SKU might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics import Lines
        >>> at = np.array([microseconds(pendulum.datetime(2026, month, 5)) for month in (5, 6, 6)])
        >>> orders = Facts.of_orders(Currency.CNY, {"paid_at": at, "gross": np.array([900, 500, 700])}).orders
        >>> lines = {name: np.zeros(3, dtype=np.int64) for name in ("location", "unit", "discount", "tax", "tendered")}
        >>> lines |= {"order": np.arange(3), "line": np.arange(3), "sku": np.array([0, 0, 1])}
        >>> lines |= {"quantity": np.array([3, 1, 2]), "gross": np.array([900, 500, 700])}
        >>> facts = Facts.of(Currency.CNY, {type(orders): orders.to_columns(), Lines: lines}, {"skus": ("tea", "cup")})
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> found = assortment_of(facts, calendar=Calendar(timezone="UTC"), period=june)
        >>> [(row["sku"], row["rank"], row["rank_before"], row["growth"]) for row in found.to_rows()]
        [('cup', 1, 0, None), ('tea', 2, 1, -0.4444444444444444)]
    """
    require_kinds(
        "assortment",
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("period", period, Period),
        ("by", by, By),
        ("policy", policy, AbcPolicy),
        ("definition", definition, Definition),
    )
    before = Period(start=later(period.start, -period.elapsed), end=period.start)
    now, then = sums_of(Selling.of(facts, definition, calendar), period, before)
    return ranked(
        Sold(period, *now),
        Sold(before, *then),
        by=by,
        policy=policy,
        definition=definition,
        names=facts.names.skus,
    )


@frozen(eq=False)
class Sold:
    """What each SKU came to in a period, with a place for every code.

    Args:
        period: Which.
        units: Units sold.
        net: Gross less discounts.
    """

    period: Period = field(validator=is_a(Period))
    units: Ints
    net: Ints


def ranked(
    now: Sold, before: Sold, *, by: By, policy: AbcPolicy, definition: Definition, names: tuple[str, ...]
) -> Assortment:
    """Return how each SKU sold, of sums that are known: wherever they come from, ranks and classes are the same."""
    sku = np.flatnonzero((now.units > 0) | (before.units > 0))
    units, net, units_before, net_before = (
        each.take(sku) for each in (now.units, now.net, before.units, before.net)
    )  # fmt: skip
    figures, figures_before = (net, net_before) if by is By.NET else (units, units_before)
    order, rank = _ranked(figures, units > 0)
    _, rank_before = _ranked(figures_before, units_before > 0)
    columns = {
        "sku": sku, "units": units, "net": net, "units_before": units_before, "net_before": net_before,
        "rank": rank, "rank_before": rank_before,
    }  # fmt: skip
    return Assortment(
        period=now.period,
        before=before.period,
        by=by,
        policy=policy,
        definition=definition,
        names=names,
        abc=abc_of(figures, policy).take(order),
        **{name: values.take(order) for name, values in columns.items()},
    )


def abc_of(values: Ints, policy: AbcPolicy = DEFAULT_ABC) -> NDArray[np.int8]:
    """Return the class of each of *values*, from 0 (A): by the share that those above it come to.

    The largest first, a value is in the first class whose share those before it have not reached: the one that crosses
    80 % is still in A. Equal values have equal classes: that of the first of them. What is not above zero is in the
    last class.

    Args:
        values: Figures of any order.
        policy: Where classes end.

    Raises:
        WrongKind: The policy is none.
        WrongColumn: The values are no array of 64-bit whole numbers.
        CannotHoldSum: The sum might be more than 64 bits hold.

    Example:
        >>> abc_of(np.array([5, 80, 0, 10, 5]))
        array([1, 0, 2, 1, 1], dtype=int8)
    """
    if not isinstance(policy, AbcPolicy):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("abc_of.policy", "AbcPolicy", policy)
    require_whole(values, name="values")
    require_sum(values, name="values")
    found = np.zeros(len(values), dtype=np.int8)
    for least in _least_of_classes(values, policy.shares):
        found += values < least  # its equals have its class: those before the first of them have not got there
    return found


def _least_of_classes(values: Ints, shares: tuple[Fraction, ...]) -> list[int]:
    """Return the value with which the largest ones reach each share of all above zero; 1 when there is none."""
    largest = int(values.max(initial=0))
    if largest <= 0:
        return [1] * len(shares)
    kept = values.clip(0) if values.min() < 0 else values
    kept = kept.astype(np.uint32 if largest <= _NARROW else np.int64)  # a copy; narrow ones are put in order sooner
    whole = int(kept.sum(dtype=np.int64))
    limits = [-(-share.numerator * whole // share.denominator) for share in shares]  # whole numbers reach it from there
    return _reaching(kept, limits)


def _reaching(values: NDArray[np.int64 | np.uint32], limits: list[int]) -> list[int]:
    """Return the value with which the largest ones come to each of some limits: rising, above zero, at most the whole.

    Args:
        values: None is below zero; they are put in another order.
        limits: What they come to.
    """
    if not limits:
        return []
    if len(values) <= SORTED:
        falling = np.sort(values)[::-1]
        places = np.cumsum(falling, dtype=np.int64).searchsorted(limits)
        return [int(each) for each in falling.take(places)]
    half = len(values) // 2
    values.partition(half)
    rest, upper = values[:half], values[half:]
    worth = int(upper.sum(dtype=np.int64))
    above, below = [each for each in limits if each <= worth], [each - worth for each in limits if each > worth]
    return _reaching(upper, above) + _reaching(rest, below)


def sums_of(selling: Selling, period: Period, before: Period) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Return the units and the money of each SKU in two periods, of which the second ends where the first begins."""
    lines, period_of = selling.facts.lines, _period_of_orders(selling, period, before)
    slots = int(lines.sku.max(initial=-1)) + 2  # the first one is that of no SKU
    if slots > MOST_SKUS:
        raise OutOfRange(field="Lines.sku", least="-1", most=str(MOST_SKUS - 2))
    parts = together([partial(_added, lines, period_of, slots, rows) for rows in _halves(len(lines))])
    if len(parts) > 1 and not parts[0].join(parts[1]):
        parts = [_added(lines, period_of, slots, range(0, len(lines), BLOCK))]  # refuses it
    units, net = (each.reshape(3, slots)[1:, 1:] for each in parts[0].sums())
    return (units[1], net[1]), (units[0], net[0])


def _halves(size: int) -> list[range]:
    """Return where the blocks of some rows begin: of many rows, those of each half."""
    starts = range(0, size, BLOCK)
    half = len(starts) // 2
    return [starts] if size < HALVED else [starts[:half], starts[half:]]


def _added(lines: Lines, period_of: NDArray[np.int8], slots: int, starts: range) -> Pairs:
    """Return the units and the money of each SKU in each period, in the blocks of lines that begin there."""
    pairs = Pairs(3 * slots, upper="Lines.quantity", lower="Lines.gross")
    for start in starts:
        rows = slice(start, start + BLOCK)
        place = period_of.take(lines.order[rows])
        if not place.any():
            continue
        gross, discount, quantity = lines.gross[rows], lines.discount[rows], lines.quantity[rows]
        cell = lines.sku[rows] + 1
        cell += np.multiply(place, slots, dtype=np.int64)
        most = int(gross.max()) + int(discount.max())
        if most > MOST_WORTH:
            raise CannotHoldSum(column="Lines.gross", rows=1, largest=most)
        pairs.add(cell, quantity, gross - discount, most=(int(quantity.max()), most))
    return pairs


def _period_of_orders(selling: Selling, period: Period, before: Period) -> NDArray[np.int8]:
    """Return 2 for each valid order in *period*, 1 in the one *before*, 0 for others."""
    found = np.empty(len(selling.facts.orders), dtype=np.int8)
    edges = tuple(microseconds(each) for each in (before.start, period.start, period.end))
    together([partial(_mark, selling, edges, found, starts) for starts in _halves(len(found))])
    return found


def _mark(selling: Selling, edges: tuple[int, ...], found: NDArray[np.int8], starts: range) -> None:
    """Write the period of each order of some blocks."""
    for start in starts:
        rows = slice(start, min(start + BLOCK, len(found)))
        valid, at = selling.valid(rows)
        place = (at >= edges[0]).view(np.int8) + (at >= edges[1]).view(np.int8)
        place *= at < edges[2]
        np.multiply(place, valid, out=found[rows])


def _ranked(values: Ints, sold: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the places of all values, the largest of those that were sold first and what was not sold at last.

    And the rank of each among those that were sold, 1 for the largest; 0 for what was not.
    """
    places = np.flatnonzero(sold)
    places = places.take(_places_falling(values.take(places)))
    falling = values.take(places)
    first = np.arange(1, len(places) + 1)
    first[1:][falling[1:] == falling[:-1]] = 1  # an equal value before it has its rank
    ranks = np.zeros(len(values), dtype=np.int64)
    ranks[places] = np.maximum.accumulate(first)
    return np.concatenate([places, np.flatnonzero(~sold)]), ranks


def _places_falling(values: Ints) -> Ints:
    """Return the places of values, the largest first, equal ones as they stand.

    Each stands beside its place in one number that is sorted, where 64 bits hold both.
    """
    bits = max(len(values) - 1, 1).bit_length()
    largest = int(values.max(initial=0))
    if (largest - int(values.min(initial=0))).bit_length() + bits > _BITS:
        return np.argsort(-values, kind="stable")
    packed = largest - values
    packed <<= bits
    packed |= np.arange(len(values))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def ratio_of(above: Ints, below: Ints) -> Floats:
    """Return quotients; NaN where nothing is below."""
    ratio = below.astype(np.float64)  # numpy divides floats four times as fast as whole numbers
    np.copyto(ratio, np.nan, where=below <= 0)
    return np.divide(above, ratio, out=ratio)


def require_kinds(name: str, *given: tuple[str, object, type]) -> None:
    """Refuse what is of another kind."""
    for part, value, kind in given:
        if not isinstance(value, kind):
            raise wrong_kind(f"{name}.{part}", kind.__name__, value)


def plain_rows(columns: Mapping[str, NDArray[np.number]], names: tuple[str, ...]) -> list[dict[str, object]]:
    """Return plain rows: the SKU by its name where there is one, None where there is no figure."""
    plain: dict[str, list[object]] = {name: values.tolist() for name, values in columns.items()}
    plain["sku"] = [names[code] if code < len(names) else code for code in columns["sku"].tolist()]
    return [
        {name: None if value != value else value for name, value in zip(plain, row, strict=True)}  # noqa: PLR0124 - NaN alone is not itself
        for row in zip(*plain.values(), strict=True)
    ]
