"""What the readings of ``completejourney.py`` meet on the way, counted in the data at hand.

Each function counts one reading's traps from the columns; ``traps`` gives them all, one label each. All
figures are whole numbers; money is in cents, shares are per mille, rounded.
"""

from collections.abc import Sequence

import numpy as np

from completejourney import OTHER_UNIT, Flags, Ints, Product, Tape


def traps(tape: Tape, products: Sequence[Product]) -> dict[str, int]:
    """Return how often each trap stands on *tape*, in the order in which one tells of them.

    Args:
        tape: The till lines of some weeks.
        products: Every product on the tape.
    """
    columns = (_days, _no_goods, _baskets, _fuel, _amounts)
    counted = {label: number for count in columns for label, number in count(tape).items()}
    return counted | _unknown(tape, products)


def _days(tape: Tape) -> dict[str, int]:
    """Count what a naive reading of timestamps and weeks would get wrong."""
    wrong = tape.instant // 86_400 != tape.day
    monday = (tape.day + 3) // 7
    return {
        "lines": len(tape.day),
        "lines on another day if their timestamps were local": _count(wrong),
        "per mille of the lines on another day": _per_mille(_count(wrong), len(wrong)),
        "lines whose week is not Monday to Sunday of the local day": _count(
            monday - monday[0] + tape.week[0] != tape.week
        ),
        "days with trade in the first week": _days_of(tape, int(tape.week[0])),
        "days with trade in the last week": _days_of(tape, int(tape.week[-1])),
    }


def _no_goods(tape: Tape) -> dict[str, int]:
    """Count the lines of quantity 0, their money and their coupons."""
    none = tape.quantity == 0
    cost, cut, left, coupon = (none * money for money in (tape.shelf, tape.loyalty, tape.net, tape.coupon))
    return {
        "lines of quantity 0, no goods": _count(none),
        "of these, lines with money: service lines": _count(cost > 0),
        "their shelf amount": int(cost.sum()),
        "service lines with a loyalty discount": _count(cut > 0),
        "their loyalty discount": int(cut.sum()),
        "service lines with a net amount": _count(left > 0),
        "their net amount": int(left.sum()),
        "lines of quantity 0 with a coupon: tenders of the order": _count(coupon > 0),
        "their coupons": int(coupon.sum()),
    }


def _baskets(tape: Tape) -> dict[str, int]:
    """Count the baskets that lack goods, or owe nothing, or less than nothing."""
    units, cost, coupon = (_by_basket(tape, of) for of in (tape.quantity, tape.shelf, tape.coupon))
    due = _by_basket(tape, tape.net) - coupon
    no_goods = units == 0
    nothing = no_goods & (cost == 0) & (coupon == 0)
    return {
        "baskets": len(due),
        "baskets without goods": _count(no_goods),
        "of these, with tenders only": _count(no_goods & (cost == 0) & (coupon > 0)),
        "of these, with money": _count(no_goods & (cost > 0)),
        "of these, with nothing, refused as empty": _count(nothing),
        "baskets that hold something: orders": _count(~nothing),
        "baskets that owe exactly nothing": _count(due == 0),
        "of these, placed, and settled at once": _count((due == 0) & ~nothing),
        "baskets whose tenders exceed what is due": _count(due < 0),
        "paid out on these": -int(due[due < 0].sum()),
    }


def _fuel(tape: Tape) -> dict[str, int]:
    """Count the fuel, which is most of the units and priced in fractions of a cent."""
    units = int(tape.quantity[tape.fuel].sum())
    usual = tape.fuel & (tape.quantity > OTHER_UNIT)
    return {
        "fuel lines": _count(tape.fuel),
        "fuel lines, per mille of all lines": _per_mille(_count(tape.fuel), len(tape.fuel)),
        "fuel's units, per mille of all units": _per_mille(units, int(tape.quantity.sum())),
        "fuel lines in another unit, priced per unit": _count(tape.fuel & ~usual),
        "median net amount of a thousandth of a gallon, in thousandths of a cent": _median(tape, usual),
    }


def _amounts(tape: Tape) -> dict[str, int]:
    """Count the lines whose amount is not a price times a quantity, or less than their coupon."""
    goods = tape.quantity > 0
    rest = tape.shelf[goods] % tape.quantity[goods]
    return {
        "lines whose shelf amount does not divide by their quantity": _count(rest > 0),
        "lines of goods that cost nothing on the shelf": _count(goods & (tape.shelf == 0)),
        "lines of goods whose coupon exceeds their net amount": _count(goods & (tape.coupon > tape.net)),
    }


def _unknown(tape: Tape, products: Sequence[Product]) -> dict[str, int]:
    """Count the products that the product table lacks, and their lines."""
    unknown = [product.product_id for product in products if product.department is None]
    return {
        "products missing from the product table": len(unknown),
        "lines without a department": _count(np.isin(tape.product, unknown)),
    }


def _days_of(tape: Tape, week: int) -> int:
    """Return on how many local days *week* has trade."""
    return len(np.unique(tape.day[tape.week == week]))


def _by_basket(tape: Tape, values: Ints) -> Ints:
    """Return the sum of *values* in each basket."""
    return np.add.reduceat(values, tape.starts)


def _count(flags: Flags) -> int:
    """Return how many *flags* are set."""
    return int(np.count_nonzero(flags))


def _per_mille(part: int, whole: int) -> int:
    """Return *part* in thousandths of *whole*, rounded half up; 0 of nothing."""
    return (2_000 * part + whole) // (2 * whole) if whole else 0


def _median(tape: Tape, lines: Flags) -> int:
    """Return the median net amount of a unit in thousandths of a cent, rounded; 0 without lines."""
    each = tape.net[lines] * 1_000 / tape.quantity[lines]
    return round(float(np.median(each))) if len(each) else 0
