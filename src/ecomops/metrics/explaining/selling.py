"""Why sales changed, product by product: price, volume, mix, and what is new or lost.

A product on sale on both sides changed by price (at its mean quantity) and by quantity (at its mean price); of the
latter, volume is what as many pieces of the mean product would have brought, and mix is the rest: that dearer or
cheaper products than the mean were bought. Every product adds up to its own change, to the minor unit.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from attrs import field, frozen

from ecomops.kernel import Currency, Language, Text
from ecomops.kernel.checks import is_a, optional, tuple_of, whole
from ecomops.metrics.explaining.decomposing import LARGEST
from ecomops.metrics.explaining.exact import NOTHING, Pair, added, apportion
from ecomops.metrics.explaining.figures import Scale, percent
from ecomops.metrics.explaining.slices import Held, Name, Path, a_path, held, paired, told
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


@frozen(kw_only=True, repr=False)
class PriceVolumeMix:
    """The change of sales by product and by kind; money in minor units.

    Args:
        sellers: All products of both sides, in the order of their names.
        currency: The currency; None shows minor units.
        name: What people call the sales.
    """

    sellers: tuple[Seller, ...] = field(validator=tuple_of(Seller))
    currency: Currency | None = field(default=None, validator=optional(is_a(Currency)))
    name: Text = field(default=Text("sales", "销售额"), validator=is_a(Text))

    @property
    def before(self) -> int:
        """All sales before."""
        return sum(each.before[0] for each in self.sellers)

    @property
    def after(self) -> int:
        """All sales after."""
        return sum(each.after[0] for each in self.sellers)

    @property
    def change(self) -> int:
        """The change, which is what all parts add up to."""
        return self.after - self.before

    @property
    def parts(self) -> dict[Kind, int]:
        """What each kind did in all: the sum over the products."""
        return {kind: sum(each.part(kind) for each in self.sellers) for kind in Kind}

    @property
    def exact(self) -> dict[Kind, Fraction]:
        """What each kind did in all, without any rounding: slow when there are very many different quantities."""
        found = _Whole.of([(each.before, each.after) for each in self.sellers if each.before[1] and each.after[1]])
        prices = Fraction(*found.prices)
        volume = Fraction(*found.volume)
        return {
            Kind.PRICE: prices,
            Kind.VOLUME: volume,
            Kind.MIX: found.change - prices - volume,
            Kind.NEW: Fraction(sum(each.new for each in self.sellers)),
            Kind.LOST: Fraction(sum(each.lost for each in self.sellers)),
        }

    def best(self, number: int = 10) -> tuple[Seller, ...]:
        """Return the products whose sales rose, the largest rise first, ties by name."""
        return self._ranked(1)[: max(number, 0)]

    def worst(self, number: int = 10) -> tuple[Seller, ...]:
        """Return the products whose sales fell, the largest fall first, ties by name."""
        return self._ranked(-1)[: max(number, 0)]

    def _ranked(self, sign: int) -> tuple[Seller, ...]:
        moved = [each for each in self.sellers if sign * each.change > 0]
        return tuple(sorted(moved, key=lambda each: (-sign * each.change, each.path)))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each product: pieces and sales on both sides, and each kind in minor units."""
        return [
            {
                "path": list(each.path),
                "units_before": each.before[1],
                "units_after": each.after[1],
                "before": each.before[0],
                "after": each.after[0],
                **{kind.value: each.part(kind) for kind in Kind},
            }
            for each in self.sellers
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
    found = _Whole.of([both for both in pairs.values() if both[0][1] and both[1][1]])
    sellers = tuple(_seller(path, was, now, found) for path, (was, now) in pairs.items())
    if name is None:
        return PriceVolumeMix(sellers=sellers, currency=currency)
    return PriceVolumeMix(sellers=sellers, currency=currency, name=name)


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
        amount, pieces, amount_now, now = (
            sum(each[side][at] for each in both) for side, at in ((0, 0), (0, 1), (1, 0), (1, 1))
        )
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


def _seller(path: Path, was: Held, now: Held, found: _Whole) -> Seller:
    if not was[1]:
        return Seller(path=path, before=was, after=now, new=now[0])
    if not now[1]:
        return Seller(path=path, before=was, after=now, lost=-was[0])
    (amount, pieces), (amount_now, pieces_now), (above, below) = was, now, found.mean
    more, both = pieces_now - pieces, 2 * pieces * pieces_now
    dearer = (amount * pieces_now + amount_now * pieces) * below - above * both
    parts = _price(was, now), (more * above, below), (more * dearer, both * below)
    price, volume, mix = apportion(parts, _OF_QUANTITY, amount_now - amount)
    return Seller(path=path, before=was, after=now, price=price, volume=volume, mix=mix)
