"""Why sales changed, product by product: price, volume, mix, and what is new or lost.

A product on sale on both sides changed by price (at its mean quantity) and by quantity (at its mean price); of the
latter, volume is what as many pieces of the mean product would have brought, and mix is the rest: that dearer or
cheaper products than the mean were bought. Every product adds up to its own change, to the minor unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from heapq import nsmallest
from itertools import repeat
from typing import NamedTuple, TypeAlias

from attrs import field, frozen

from ecomops.kernel import Currency, Language, Text
from ecomops.kernel.checks import is_a, optional, whole
from ecomops.metrics.explaining.decomposing import LARGEST
from ecomops.metrics.explaining.exact import NOTHING, Pair, added, apportion
from ecomops.metrics.explaining.figures import Scale, percent
from ecomops.metrics.explaining.sharing import steps_of
from ecomops.metrics.explaining.slices import Held, Name, Pairs, Path, a_path, held, paired, told
from ecomops.metrics.units import MONEY


class Kind(StrEnum):
    """What a part of the change of sales comes from."""

    PRICE = "price"
    VOLUME = "volume"
    MIX = "mix"
    NEW = "new"
    LOST = "lost"

    def words(self, language: Language) -> str:
        """Return the kind in *language*."""
        return _KINDS[self].read(language)


_KINDS = {
    Kind.PRICE: Text("price", "价格"),
    Kind.VOLUME: Text("volume", "销量"),
    Kind.MIX: Text("mix", "结构"),
    Kind.NEW: Text("new products", "新品"),
    Kind.LOST: Text("lost products", "停售品"),
}
_NAMES = tuple(kind.value for kind in Kind)
_OF_QUANTITY = (Kind.PRICE, Kind.VOLUME, Kind.MIX)


@frozen(kw_only=True)
class Seller:
    """One product with its part in the change of sales; money in minor units.

    Args:
        path: Which one it is.
        before: Sales and pieces before; no pieces where it was not on sale.
        after: Sales and pieces after.
        price: What its price did.
        volume: What as many more pieces of the mean product would have brought.
        mix: That it is dearer or cheaper than the mean.
        new: Its sales, when it was not sold before.
        lost: Its sales before, as negative, when it is sold no more.
    """

    path: Path = field(validator=a_path)
    before: Held = field(validator=held)
    after: Held = field(validator=held)
    price: int = field(default=0, validator=whole(-LARGEST, LARGEST))
    volume: int = field(default=0, validator=whole(-LARGEST, LARGEST))
    mix: int = field(default=0, validator=whole(-LARGEST, LARGEST))
    new: int = field(default=0, validator=whole(-LARGEST, LARGEST))
    lost: int = field(default=0, validator=whole(-LARGEST, LARGEST))

    @property
    def change(self) -> int:
        """The change of its sales."""
        return self.after[0] - self.before[0]

    def part(self, kind: Kind) -> int:
        """Return what one *kind* did."""
        return int(getattr(self, kind.value))


Parts: TypeAlias = tuple[int, int, int, int, int]
"""What price, volume, mix, being new and being lost did: in the order of `Kind`."""


@frozen(kw_only=True, repr=False)
class PriceVolumeMix:
    """The change of sales by product and by kind; money in minor units.

    Args:
        pairs: Sales and pieces of each product before and after, in the order of their names.
        steps: What each kind did, for each product.
        currency: The currency; None shows minor units.
        name: What people call the sales.
    """

    pairs: Pairs = field(validator=is_a(dict))
    steps: tuple[Parts, ...] = field(validator=is_a(tuple))
    currency: Currency | None = field(default=None, validator=optional(is_a(Currency)))
    name: Text = field(default=Text("sales", "销售额"), validator=is_a(Text))

    @cached_property
    def sellers(self) -> tuple[Seller, ...]:
        """All products of both sides, in the order of their names; made when they are first asked for."""
        return tuple(
            _seller(path, both, parts) for (path, both), parts in zip(self.pairs.items(), self.steps, strict=True)
        )

    @property
    def before(self) -> int:
        """All sales before."""
        return sum([was[0] for was, _ in self.pairs.values()])

    @property
    def after(self) -> int:
        """All sales after."""
        return sum([now[0] for _, now in self.pairs.values()])

    @property
    def change(self) -> int:
        """The change, which is what all parts add up to."""
        return self.after - self.before

    @property
    def parts(self) -> dict[Kind, int]:
        """What each kind did in all: the sum over the products."""
        return {kind: sum([parts[place] for parts in self.steps]) for place, kind in enumerate(Kind)}

    @property
    def exact(self) -> dict[Kind, Fraction]:
        """What each kind did in all, without any rounding: slow when there are very many different quantities."""
        found = _Whole.of([both for both in self.pairs.values() if both[0][1] and both[1][1]])
        prices = Fraction(*found.prices)
        volume = Fraction(*found.volume)
        return {
            Kind.PRICE: prices,
            Kind.VOLUME: volume,
            Kind.MIX: found.change - prices - volume,
            Kind.NEW: Fraction(self.parts[Kind.NEW]),
            Kind.LOST: Fraction(self.parts[Kind.LOST]),
        }

    def best(self, number: int = 10) -> tuple[Seller, ...]:
        """Return the products whose sales rose, the largest rise first, ties by name."""
        return self._ranked(1, number)

    def worst(self, number: int = 10) -> tuple[Seller, ...]:
        """Return the products whose sales fell, the largest fall first, ties by name."""
        return self._ranked(-1, number)

    def _ranked(self, sign: int, number: int) -> tuple[Seller, ...]:
        rises = (sign * (now[0] - was[0]) for was, now in self.pairs.values())
        moved = [
            (-rise, path, parts) for rise, path, parts in zip(rises, self.pairs, self.steps, strict=True) if rise > 0
        ]
        return tuple(_seller(path, self.pairs[path], parts) for _, path, parts in nsmallest(number, moved))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each product: pieces and sales on both sides, and each kind in minor units."""
        return [
            {
                "path": list(path),
                "units_before": was[1],
                "units_after": now[1],
                "before": was[0],
                "after": now[0],
                **dict(zip(_NAMES, parts, strict=True)),
            }
            for (path, (was, now)), parts in zip(self.pairs.items(), self.steps, strict=True)
        ]

    def words(self, language: Language = "en", *, number: int = 3) -> str:
        """Return the change in words: each kind, then the best and the worst products."""
        scale = Scale(unit=MONEY, currency=self.currency)
        head = _HEAD.read(language).format(
            name=self.name.read(language),
            before=scale.figure(Fraction(self.before)),
            after=scale.figure(Fraction(self.after)),
            change=scale.change(self.change),
            growth=percent(Fraction(self.change), Fraction(self.before)),
        )
        kinds = [f"  {scale.change(steps)}  {kind.words(language)}" for kind, steps in self.parts.items() if steps]
        sellers = [_told(each, scale, language) for each in (*self.best(number), *reversed(self.worst(number)))]
        return "\n".join([head, *kinds, *sellers])

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_HEAD = Text("{name}: {before} -> {after}, {change} ({growth})", "{name}：{before} → {after}，{change}（{growth}）")
_LINE = Text("    {change}  {name} ({parts})", "    {change}  {name}（{parts}）")
_BETWEEN = Text(", ", "，")


def _told(each: Seller, scale: Scale, language: Language) -> str:
    parts = [f"{kind.words(language)} {scale.change(each.part(kind))}" for kind in Kind if each.part(kind)]
    return _LINE.read(language).format(
        change=scale.change(each.change), name=told(each.path), parts=_BETWEEN.read(language).join(parts)
    )


def price_volume_mix(
    before: Mapping[Name, Held],
    after: Mapping[Name, Held],
    *,
    currency: Currency | None = None,
    name: Text | None = None,
) -> PriceVolumeMix:
    """Return why sales changed: by price, volume and mix of what was sold on both sides, by what is new or lost.

    Every product adds up to its own change, and all products to that of the whole, to the minor unit. Swapping the
    sides swaps every sign, and makes new what was lost.

    Args:
        before: For each product its sales in minor units and its pieces; one that is left out was not sold. Taken net
            of returns, a product may come to no pieces, but not to fewer: give returns apart then.
        after: The products after.
        currency: The currency; None shows minor units.
        name: What people call the sales.

    Raises:
        WrongKind: What is given is of another kind.
        BadText: A product has no plain name.
        UnevenPaths: Products are named by different numbers of dimensions.
        NegativeWeight: Fewer than no pieces were sold.
        ZeroDenominator: No pieces brought money.
        OutOfRange: There is no product.

    Example:
        >>> price_volume_mix(
        ...     {"tea": (1000, 10), "cup": (2000, 4)}, {"tea": (1800, 15), "pot": (900, 1)}, currency=Currency.CNY
        ... )
        sales: 30.00 -> 27.00, -3.00 (-10.0 %)
          +2.50  price
          +5.50  volume
          +9.00  new products
          -20.00  lost products
            +9.00  pot (new products +9.00)
            +8.00  tea (price +2.50, volume +5.50)
            -20.00  cup (lost products -20.00)
    """
    pairs = paired(before, after, field="price_volume_mix")
    steps = _steps(pairs, _Whole.of([both for both in pairs.values() if both[0][1] and both[1][1]]))
    if name is None:
        return PriceVolumeMix(pairs=pairs, steps=steps, currency=currency)
    return PriceVolumeMix(pairs=pairs, steps=steps, currency=currency, name=name)


_Told: TypeAlias = tuple[int, int, int, bool]
"""Price, volume and mix of a product, and whether they are told."""


class _Whole(NamedTuple):
    """All products that were sold on both sides together.

    Attributes:
        both: Sales and pieces of each, before and after.
        change: The change of their sales.
        more: The change of their pieces.
        mean: The mean of their mean prices.
    """

    both: Sequence[tuple[Held, Held]]
    change: int
    more: int
    mean: Pair

    @classmethod
    def of(cls, both: Sequence[tuple[Held, Held]]) -> "_Whole":
        """Return the sums over *both*."""
        amount, pieces, amount_now, now = map(sum, _columns(both))
        mean = (amount * now + amount_now * pieces, 2 * pieces * now) if both else NOTHING
        return cls(both, amount_now - amount, now - pieces, mean)

    @property
    def volume(self) -> Pair:
        """What as many more pieces of the mean product would have brought."""
        return self.more * self.mean[0], self.mean[1]

    @property
    def prices(self) -> Pair:
        """What all prices did."""
        return added(_price(was, now) for was, now in self.both)


def _price(was: Held, now: Held) -> Pair:
    (amount, pieces), (amount_now, pieces_now) = was, now
    return (pieces + pieces_now) * (amount_now * pieces - amount * pieces_now), 2 * pieces * pieces_now


def _columns(both: Sequence[tuple[Held, Held]]) -> tuple[Sequence[int], ...]:
    """Return sales and pieces before, then after."""
    return tuple([each[side][at] for each in both] for side, at in ((0, 0), (0, 1), (1, 0), (1, 1)))


def _steps(pairs: Pairs, found: _Whole) -> tuple[Parts, ...]:
    """Return what each kind did: of products sold on both sides column by column, as far as columns tell."""
    steps = steps_of(_columns(found.both), found.mean) if found.both else None
    if steps is None:
        told: Iterator[_Told] = repeat((0, 0, 0, False))
    else:
        told = zip(*(column.tolist() for column in steps), strict=True)
    return tuple([_parts(was, now, found, told) for was, now in pairs.values()])


def _parts(was: Held, now: Held, found: _Whole, told: Iterator[_Told]) -> Parts:
    if not was[1]:
        return 0, 0, 0, now[0], 0
    if not now[1]:
        return 0, 0, 0, 0, -was[0]
    price, volume, mix, sure = next(told)
    return (price, volume, mix, 0, 0) if sure else _exactly(was, now, found)


def _seller(path: Path, both: tuple[Held, Held], parts: Parts) -> Seller:
    price, volume, mix, new, lost = parts
    return Seller(path=path, before=both[0], after=both[1], price=price, volume=volume, mix=mix, new=new, lost=lost)


def _exactly(was: Held, now: Held, found: _Whole) -> Parts:
    (amount, pieces), (amount_now, pieces_now), (above, below) = was, now, found.mean
    more, both = pieces_now - pieces, 2 * pieces * pieces_now
    dearer = (amount * pieces_now + amount_now * pieces) * below - above * both
    parts = _price(was, now), (more * above, below), (more * dearer, both * below)
    price, volume, mix = apportion(parts, _OF_QUANTITY, amount_now - amount)
    return price, volume, mix, 0, 0
