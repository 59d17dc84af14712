"""How much a helper cuts: terms that can be met exactly, bounds of the next cut, and a draw within them.

The law: with terms that hold (`helpers * least <= way <= helpers * most`) every cut within its bounds leaves terms that
hold, so that the last helper cuts exactly what remains, whatever was drawn before; the price is never below the floor.
"""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from attrs import Attribute, field, frozen

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, whole
from ecomops.kernel.instants import Calendar
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.bargains.errors import BadBargainDraw, BadBargainTerms
from ecomops.terms import not_negative

Draw = Callable[[int], int]
"""Draws a whole number from 0 up to, and not with, the one that it is given: `secrets.randbelow`."""

MOST_HELPERS = 200
LONGEST = timedelta(days=365)


def _a_share(least: Fraction, most: Fraction) -> Callable[[object, "Attribute[Any]", Fraction], None]:
    def check(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
        is_a(Fraction)(instance, attribute, value)
        if not least <= value <= most:
            raise OutOfRange(field=f"{type(instance).__name__}.{attribute.name}", least=str(least), most=str(most))

    return check


def _a_wait(instance: object, attribute: "Attribute[Any]", value: timedelta) -> None:
    is_a(timedelta)(instance, attribute, value)
    if not timedelta(0) < value <= LONGEST:
        name = f"{type(instance).__name__}.{attribute.name}"
        raise OutOfRange(field=name, least="0 days", most=f"{LONGEST.days} days")


@frozen(kw_only=True)
class BargainPolicy:
    """How bargains go.

    Args:
        helpers: How many helpers it takes to reach the floor (10).
        least: What each of them cuts at least, as a share of the mean cut (a fifth).
        most: What each of them cuts at most, as a share of the mean cut (three times).
        lasts: How long a bargain runs (24 hours).
        helps_per_day: In how many bargains of a day one person may help (3).
        calendar: Whose days these are (of UTC).

    Example:
        >>> BargainPolicy(helpers=5).helps_per_day
        3
    """

    helpers: int = field(default=10, validator=whole(1, MOST_HELPERS))
    least: Fraction = field(default=Fraction(1, 5), validator=_a_share(Fraction(0), Fraction(1)))
    most: Fraction = field(default=Fraction(3), validator=_a_share(Fraction(1), Fraction(MOST_HELPERS)))
    lasts: timedelta = field(default=timedelta(hours=24), validator=_a_wait)
    helps_per_day: int = field(default=3, validator=whole(0))
    calendar: Calendar = field(default=Calendar(timezone="UTC"), validator=is_a(Calendar))


DEFAULT_BARGAIN_POLICY = BargainPolicy()
"""What holds when a host says nothing: 10 helpers, a fifth to three times the mean, 24 hours, 3 helps a day."""


@frozen(kw_only=True)
class BargainTerms:
    """From which price to which one, by how many cuts of which size.

    Args:
        list_price: What one unit costs without help.
        floor: What it costs when all have helped.
        helpers: How many cuts it takes.
        least: The least cut, in minor units.
        most: The largest cut.

    Raises:
        CurrencyMismatch: The prices are in different currencies.
        BadBargainTerms: So many cuts of that size cannot lead from the one price to the other.
    """

    list_price: Money = field(validator=not_negative)
    floor: Money = field(validator=not_negative)
    helpers: int = field(validator=whole(1, MOST_HELPERS))
    least: int = field(validator=whole(1, MOST_MINOR))
    most: int = field(validator=whole(1, MOST_MINOR))

    def __attrs_post_init__(self) -> None:
        """Refuse terms that cannot be met exactly."""
        total = self.total.minor
        if not self.helpers * self.least <= total <= self.helpers * self.most:
            raise BadBargainTerms(helpers=self.helpers, least=self.least, most=self.most, total=total)

    @property
    def total(self) -> Money:
        """What all helpers cut together."""
        return self.list_price - self.floor


def terms_of(policy: BargainPolicy, *, list_price: Money, floor: Money) -> BargainTerms:
    """Return the terms of a bargain that starts now.

    Args:
        policy: How bargains go.
        list_price: What one unit costs without help.
        floor: What it costs when all have helped.

    Raises:
        CurrencyMismatch: The prices are in different currencies.
        BadBargainTerms: There is less to cut than one minor unit for each helper.

    Example:
        >>> from ecomops.testing import cny
        >>> terms = terms_of(BargainPolicy(helpers=4), list_price=cny("100.00"), floor=cny("30.00"))
        >>> terms.least, terms.most
        (350, 5250)
    """
    mean = Fraction((list_price - floor).minor, policy.helpers)
    least = max(int(mean * policy.least), 1)
    return BargainTerms(
        list_price=list_price,
        floor=floor,
        helpers=policy.helpers,
        least=least,
        most=max(-int(-mean * policy.most // 1), least),
    )


def cut_bounds(terms: BargainTerms, *, remaining: int, helpers_left: int) -> tuple[int, int]:
    """Return the smallest and the largest next cut, in minor units.

    Both leave what the helpers after it can cut exactly, and the largest is at most twice the mean of what remains: it
    shrinks as the floor comes near. The last helper has no choice.

    Args:
        terms: The terms.
        remaining: How far the price is from the floor.
        helpers_left: How many cuts are left, this one included.

    Example:
        >>> from ecomops.testing import cny
        >>> terms = terms_of(BargainPolicy(helpers=4), list_price=cny("100.00"), floor=cny("30.00"))
        >>> cut_bounds(terms, remaining=7000, helpers_left=4), cut_bounds(terms, remaining=900, helpers_left=2)
        ((350, 3500), (350, 550))
        >>> cut_bounds(terms, remaining=550, helpers_left=1)
        (550, 550)
    """
    others = helpers_left - 1
    least = max(terms.least, remaining - others * terms.most)
    most = min(terms.most, remaining - others * terms.least, 2 * remaining // helpers_left)
    return least, max(most, least)


def draw_cut(terms: BargainTerms, *, remaining: int, helpers_left: int, draw: Draw) -> Money:
    """Return the next cut: drawn evenly within its bounds.

    Args:
        terms: The terms.
        remaining: How far the price is from the floor, in minor units.
        helpers_left: How many cuts are left, this one included.
        draw: The source of randomness: `secrets.randbelow`.

    Raises:
        BadBargainDraw: It drew outside the numbers that it was asked for.

    Example:
        >>> from ecomops.testing import cny
        >>> terms = terms_of(BargainPolicy(helpers=4), list_price=cny("100.00"), floor=cny("30.00"))
        >>> str(draw_cut(terms, remaining=7000, helpers_left=4, draw=lambda below: below - 1))
        '35.00 CNY'
    """
    least, most = cut_bounds(terms, remaining=remaining, helpers_left=helpers_left)
    below = most - least + 1
    drawn = draw(below)
    if type(drawn) is not int or not 0 <= drawn < below:
        raise BadBargainDraw(drawn=drawn, below=below)
    return Money(least + drawn, terms.list_price.currency)
