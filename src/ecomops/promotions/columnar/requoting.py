"""One past basket as the quote takes it: how a basket without a form in columns is computed, and what tests compare."""

from functools import lru_cache
from typing import NamedTuple, cast

from pendulum import UTC, DateTime

from ecomops.columns import moment
from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.rules import FactValue
from ecomops.promotions.basket import Basket, LineTraits, Trait
from ecomops.promotions.columnar.baskets import GUEST, Baskets, Coded
from ecomops.promotions.columnar.stating import StatedDiscounts
from ecomops.promotions.coupons import Coupon, Status
from ecomops.terms import (
    BatchId,
    CouponId,
    CustomerId,
    Discount,
    LineId,
    LocationId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Sku,
    StockKey,
)  # fmt: skip

_HERE = LocationId("backtest")
_ALWAYS = Period(start=DateTime(1, 1, 2, tzinfo=UTC), end=DateTime(9999, 12, 30, tzinfo=UTC))


class Asked(NamedTuple):
    """What a quote is asked of one past basket: its arguments by their names."""

    basket: Basket
    at: DateTime
    customer: CustomerId | None
    facts: dict[str, FactValue]
    codes: tuple[str, ...]
    coupons: tuple[Coupon, ...]


def asked(baskets: Baskets, number: int) -> Asked:
    """Return what `quote` is asked of a basket; its lines and services are named by their places, in their order.

    Example:
        >>> import numpy as np
        >>> from ecomops.promotions.columnar import Catalogue
        >>> from ecomops.terms import Sku
        >>> goods = Catalogue(skus=(Sku("tea"),), prices=np.array([3000]))
        >>> one, lines = np.array([1]), np.array([0, 1])
        >>> past = Baskets(
        ...     currency=Currency.CNY,
        ...     catalogue=goods,
        ...     starts=lines,
        ...     items=one - 1,
        ...     quantities=one,
        ...     amounts=one * 3000,
        ...     at=one,
        ... )
        >>> str(asked(past, 0).basket.lines[0].gross)
        '30.00 CNY'
    """
    currency = baskets.currency
    first, last = int(baskets.starts[number]), int(baskets.starts[number + 1])
    lines: list[PricedLine] = []
    traits: list[LineTraits] = []
    for place, row in enumerate(range(first, last)):
        item, id = int(baskets.items[row]), LineId(f"l{place:07}")
        stock, price, known = _item(baskets, item)
        quantity, gross = int(baskets.quantities[row]), Money(int(baskets.amounts[row]), currency)
        off = _stated(baskets.stated, row, currency)
        lines.append(PricedLine(id=id, stock=stock, quantity=quantity, price=price, gross=gross, discounts=off))
        floor = None if baskets.floors is None else Money(int(baskets.floors[row]), currency)
        if known or floor is not None:
            traits.append(LineTraits(line=id, facts=known, floor=floor))
    customer = GUEST if baskets.customers is None else int(baskets.customers[number])
    return Asked(
        basket=Basket(
            currency=currency,
            lines=tuple(lines),
            services=_services(baskets, number),
            traits=tuple(traits),
        ),
        at=moment(int(baskets.at[number])),
        customer=None if customer == GUEST else CustomerId(f"c{customer}"),
        facts=_facts(baskets, number),
        codes=() if baskets.codes is None else _set(baskets.codes, number),
        coupons=() if baskets.coupons is None else tuple(map(_coupon, _set(baskets.coupons, number))),
    )


def _item(baskets: Baskets, item: int) -> tuple[StockKey, Price, tuple[Trait, ...]]:
    goods = baskets.catalogue
    stock, price = _priced(goods.skus[item], int(goods.prices[item]), baskets.currency)
    told = goods.told(item)
    known = tuple(Trait(name=name, value=told[name]) for name in goods.facts if name in told)  # type: ignore[arg-type] # never an instant
    return stock, price, known


@lru_cache(maxsize=4096)
def _priced(sku: Sku, minor: int, currency: Currency) -> tuple[StockKey, Price]:
    """Return how the quote names a SKU and its price: many baskets hold the same."""
    return StockKey.of(sku, _HERE), Price(amount=Money(minor, currency))


def _services(baskets: Baskets, number: int) -> tuple[PricedService, ...]:
    services = baskets.services
    if services is None:
        return ()
    first, last = int(services.starts[number]), int(services.starts[number + 1])
    return tuple(
        PricedService(
            id=LineId(f"s{place:07}"),
            name=services.known[int(services.names[row])],
            gross=Money(int(services.amounts[row]), baskets.currency),
            discounts=_stated(services.stated, row, baskets.currency),
        )
        for place, row in enumerate(range(first, last))
    )


def _stated(stated: StatedDiscounts | None, line: int, currency: Currency) -> tuple[Discount, ...]:
    if stated is None:
        return ()
    places = range(int(stated.starts[line]), int(stated.starts[line + 1]))
    return tuple(
        Discount(
            promotion=stated.known[int(stated.promotions[place])], amount=Money(int(stated.amounts[place]), currency)
        )
        for place in places
    )


def _facts(baskets: Baskets, number: int) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {}
    for name, column in baskets.facts.items():
        value = column.at(number) if isinstance(column, Coded) else column[number].item()
        if value is not None:
            found[name] = value  # type: ignore[assignment] # the quote checks its kind
    return found


def _set(sets: Coded, number: int) -> tuple[str, ...]:
    found = sets.at(number)
    return () if found is None else cast("tuple[str, ...]", found)


def _coupon(promotion: str) -> Coupon:
    return Coupon(
        id=CouponId(f"k-{promotion}"),
        batch=BatchId("backtest"),
        promotion=PromotionId(promotion),
        owner=None,
        status=Status.ISSUED,
        valid=_ALWAYS,
    )
