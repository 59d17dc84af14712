"""Why the chain grew from one quarter to the next, in parts that add up to the cent.

Three questions, each asked of whole columns: was it more buyers, more orders a buyer or more in the basket; was it
prices, volume, mix, new or lost products; and did the mean price of a piece move because prices did, or because other
departments and products were bought. Fuel is measured in another unit than pieces and never added to them, and a line
of quantity 0 is a service: both stand apart.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

import completejourney
from completejourney import Flags, Ints, Product, Tape
from ecomops.columns import NEVER, grouped, microseconds
from ecomops.kernel import Currency, Text
from ecomops.metrics import (
    AOV,
    BUYERS,
    MONEY,
    ORDERS,
    PAID,
    PIECES,
    Decomposition,
    Facts,
    MixAndRate,
    PriceVolumeMix,
    Unit,
    by_slice,
    decompose,
    mix_and_rate,
    price_volume_mix,
)
from till import end_of

BEFORE = (date(2017, 1, 2), date(2017, 4, 3))
AFTER = (date(2017, 4, 3), date(2017, 7, 3))
"""Two quarters of thirteen whole weeks, so that none has more Sundays; each from its first day to before its last."""
WEEKS = 27
"""So many weeks of the year hold both quarters."""
ELSEWHERE = "unknown"
"""The department of a product of which the product table says nothing."""
PIECE_PRICE = Text("mean price of a piece", "件单价")
FREQUENCY = (ORDERS / BUYERS).named("orders_per_buyer", Text("orders per buyer", "人均订单数"))
CHAIN = (BUYERS * FREQUENCY * AOV).named("paid_by_factors", Text("paid amount", "支付金额"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Sold:
    """Valid lines as columns of equal length; money in cents."""

    at: Ints
    """Microseconds since 1970."""
    order: Ints
    customer: Ints
    """Negative where nobody is known."""
    sku: Ints
    """The place of its name in `names`."""
    quantity: Ints
    paid: Ints
    fuel: Flags
    names: Sequence[str]

    def within(self, days: tuple[date, date]) -> "Sold":
        """Return the lines from the first of the *days* until before the last."""
        start, end = (microseconds(end_of(day - timedelta(days=1))) for day in days)
        return self.where((start <= self.at) & (self.at < end))

    def where(self, rows: Flags) -> "Sold":
        """Return some of the lines."""
        return Sold(
            at=self.at[rows],
            order=self.order[rows],
            customer=self.customer[rows],
            sku=self.sku[rows],
            quantity=self.quantity[rows],
            paid=self.paid[rows],
            fuel=self.fuel[rows],
            names=self.names,
        )


def of_facts(facts: Facts) -> Sold:
    """Return the lines of all valid orders of some facts."""
    orders, lines = facts.orders, facts.lines
    valid = (orders.paid_at != NEVER) & (orders.cancelled_at == NEVER)
    units = facts.names.units
    sold = Sold(
        at=orders.paid_at[lines.order],
        order=lines.order,
        customer=orders.customer[lines.order],
        sku=lines.sku,
        quantity=lines.quantity,
        paid=lines.gross - lines.discount,
        fuel=lines.unit != (units.index(PIECES) if PIECES in units else NEVER),
        names=[str(name) for name in facts.names.skus],
    )
    return sold.where(valid[lines.order])


def of_tape(tape: Tape) -> Sold:
    """Return the lines of the files themselves, without those of baskets that hold nothing."""
    skus, codes = np.unique(tape.product, return_inverse=True)
    sold = Sold(
        at=tape.instant * 1_000_000,
        order=tape.basket,
        customer=tape.household,
        sku=codes,
        quantity=tape.quantity,
        paid=tape.net,
        fuel=tape.fuel,
        names=[str(sku) for sku in skus.tolist()],
    )
    return sold.where((tape.quantity > 0) | (tape.shelf > 0) | (tape.coupon > 0))


def departments(found: Iterable[Product]) -> dict[str, str]:
    """Return the department of each product."""
    return {str(each.product_id): each.department or ELSEWHERE for each in found}


def drivers(before: Sold, after: Sold) -> Decomposition:
    """Return whether it was buyers, their orders or their baskets."""
    return decompose(_figures(before), _figures(after), of=CHAIN, currency=Currency.USD)


def _figures(sold: Sold) -> dict[str, int]:
    buyers, orders = len(_different(sold.customer[sold.customer >= 0])), len(_different(sold.order))
    return {BUYERS.key: buyers, ORDERS.key: orders, PAID.key: int(sold.paid.sum())}


def products(before: Sold, after: Sold) -> PriceVolumeMix:
    """Return what prices, volume, mix, new and lost products did to the sales of goods by the piece."""
    return price_volume_mix(*map(_by_sku, (before, after)), currency=Currency.USD, name=Text("goods", "商品销售额"))


def fuel(before: Sold, after: Sold) -> PriceVolumeMix:
    """Return the same of fuel, which has a price for a thousandth of a gallon."""
    sides = [side.where(side.fuel & (side.quantity > 0)) for side in (before, after)]
    held = [{"fuel": (int(side.paid.sum()), int(side.quantity.sum()))} for side in sides]
    return price_volume_mix(*held, currency=Currency.USD, name=Text("fuel", "燃油"))


def services(before: Sold, after: Sold) -> int:
    """Return the change of what lines without goods cost."""
    was, now = (int(side.paid[side.quantity == 0].sum()) for side in (before, after))
    return now - was


def piece_price(before: Sold, after: Sold, department_of: Mapping[str, str]) -> MixAndRate:
    """Return why the mean price of a piece moved: departments, products in them, or prices."""
    sides = [
        {(department_of.get(sku, ELSEWHERE), sku): held for sku, held in _by_sku(side).items()}
        for side in (before, after)
    ]
    return mix_and_rate(
        *sides,
        dimensions=("department", "product"),
        unit=MONEY / Unit.of("units"),
        currency=Currency.USD,
        name=PIECE_PRICE,
    )


def _by_sku(sold: Sold) -> dict[str, tuple[int, int]]:
    """Return paid amount and pieces of each product that was sold by the piece."""
    goods = sold.where(~sold.fuel & (sold.quantity > 0))
    size = len(sold.names)
    paid = grouped(goods.paid, goods.sku, size=size, name="paid")
    pieces = grouped(goods.quantity, goods.sku, size=size, name="quantity")
    there = np.flatnonzero(pieces)
    return by_slice([sold.names[at] for at in there.tolist()], paid[there], pieces[there])


def _different(values: Ints) -> Ints:
    """Return each value once."""
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]


def explain(sold: Sold, department_of: Mapping[str, str]) -> bool:
    """Print why the second quarter differs from the first; return whether all parts add up to the cent."""
    before, after = sold.within(BEFORE), sold.within(AFTER)
    whole, goods, gallons = drivers(before, after), products(before, after), fuel(before, after)
    apart = services(before, after)
    print("\nGrowth, from the first to the second thirteen weeks of the year")
    for each in (whole, goods, gallons, piece_price(before, after, department_of)):
        print(each)
    adds_up = goods.change + gallons.change + apart == whole.change == sum(part.steps for part in whole.parts)
    print(f"goods {goods.change:+,} and fuel {gallons.change:+,} and services {apart:+,} cents: {whole.steps:+,}")
    return bool(adds_up)


if __name__ == "__main__":
    year = completejourney.read(WEEKS)
    sys.exit(not explain(of_tape(year), departments(completejourney.products(year))))
