"""The figures that four independent codes must agree on to the cent.

Only the shape lives here: whoever computes the figures shares nothing else with the others.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a run of orders came to; money in cents, discounts and tenders counted as positive.

    Note:
        Two equations hold: ``gross - loyalty - match == revenue`` and ``revenue == cash + coupons``.
    """

    orders: int
    """Baskets that hold something: goods, money or a tender."""
    goods_lines: int
    """Lines that hand something over."""
    service_lines: int
    """Lines of quantity 0 that cost something."""
    units: int
    """The sum of the quantities as sold; a unit of fuel is a thousandth of a gallon."""
    gross: int
    """Shelf amounts of goods and services, before every discount."""
    loyalty: int
    """Discounts of the loyalty card."""
    match: int
    """Discounts by which the shop matches manufacturers' coupons."""
    revenue: int
    """What the retailer receives from customers and brands."""
    coupons: int
    """Manufacturer coupons, the tenders that brands fund."""
    cash: int
    """What the customers paid, net of what was paid out to them."""
    paid_out: int
    """What was paid out where tenders exceed what is due."""
