"""How customers register and how points are earned, kept and taken back: the policies of the day, as values.

What a policy decides is written into events, so that another policy of tomorrow changes nothing of the past.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pendulum
from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.customers.customer import StepId
from ecomops.kernel import CurrencyMismatch, Money, OutOfRange, Rounding, divide, later
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR
from ecomops.terms import Quantity

LONGEST_WAIT = timedelta(days=36_500)
"""The longest time of a policy: a hundred years."""

MOST_RATE = 10**9
"""The most points of a rule: far above any, and rates times amounts stay exact."""


@frozen(kw_only=True)
class RegistrationPolicy:
    """What a registration takes.

    Args:
        steps: What is to be done before it is complete, in this order (nothing).

    Example:
        >>> RegistrationPolicy(steps=(StepId("phone_verified"), StepId("consent_given"))).steps[0]
        StepId('phone_verified')
    """

    steps: tuple[StepId, ...] = field(default=(), validator=tuple_of(StepId))


DEFAULT_REGISTRATION = RegistrationPolicy()
"""What holds when a host says nothing: a registration is complete at once."""


def _some_money(instance: object, attribute: "Attribute[Any]", value: Money) -> None:
    is_a(Money)(instance, attribute, value)
    if value.minor < 1:
        name = f"{type(instance).__name__}.{attribute.name}"
        raise OutOfRange(field=name, least="1", most=str(MOST_MINOR))


@frozen(kw_only=True)
class EarnRule:
    """So many points for so much money; what is left below a whole point is dropped.

    Args:
        points: The points.
        per: The money for which they are given.

    Example:
        >>> EarnRule(points=1, per=Money.parse("10.00", "CNY")).points_for(Money.parse("99.50", "CNY"))
        9
    """

    points: Quantity = field(validator=whole(1, MOST_RATE))
    per: Money = field(validator=_some_money)

    def points_for(self, amount: Money) -> Quantity:
        """Return the points for *amount*; none for none or less.

        Raises:
            CurrencyMismatch: The amount is in another currency.
        """
        if amount.currency is not self.per.currency:
            raise CurrencyMismatch(left=self.per.currency, right=amount.currency)
        return max(divide(self.points * amount.minor, self.per.minor, Rounding.DOWN), 0)


@frozen(kw_only=True)
class SpendRule:
    """What points are worth when they are spent, and how many an order takes.

    Args:
        points: So many points ...
        worth: ... are worth so much.
        least: The fewest points that may be spent at once (1).
        most_percent: The most of an order that points may pay, in percent of it (100).

    Example:
        >>> rule = SpendRule(points=100, worth=Money.parse("1.00", "CNY"), most_percent=50)
        >>> rule.spendable(Money.parse("100.00", "CNY"), wanted=10_000, available=10_000)
        5000
        >>> str(rule.worth_of(5000))
        '50.00 CNY'
    """

    points: Quantity = field(validator=whole(1, MOST_RATE))
    worth: Money = field(validator=_some_money)
    least: Quantity = field(default=1, validator=whole(1))
    most_percent: int = field(default=100, validator=whole(0, 100))

    def worth_of(self, points: Quantity) -> Money:
        """Return what *points* are worth, rounded down to the minor unit.

        Raises:
            WrongKind: The points are no int.
            OutOfRange: They are worth more than an amount can be.
        """
        return Money(divide(self.worth.minor * points, self.points, Rounding.DOWN), self.worth.currency)

    def spendable(self, order: Money, *, wanted: Quantity, available: Quantity) -> Quantity:
        """Return how many of the points *wanted* may be spent on an order: 0 when that is below the least.

        Raises:
            CurrencyMismatch: The order is in another currency.
        """
        if order.currency is not self.worth.currency:
            raise CurrencyMismatch(left=self.worth.currency, right=order.currency)
        room = divide(order.minor * self.most_percent * self.points, 100 * self.worth.minor, Rounding.DOWN)
        points = min(wanted, available, room)
        return points if points >= self.least else 0


class Shortfall(StrEnum):
    """What becomes of points that are taken back and are no longer there."""

    DEBT = "debt"
    """They are owed: the next points that come pay for them."""
    CLAMP = "clamp"
    """They are let go."""


def _a_wait(least: timedelta) -> Any:  # noqa: ANN401 - a check of attrs
    def check(instance: object, attribute: "Attribute[Any]", value: timedelta) -> None:
        is_a(timedelta)(instance, attribute, value)
        if not least <= value <= LONGEST_WAIT:
            name = f"{type(instance).__name__}.{attribute.name}"
            raise OutOfRange(field=name, least=str(least), most=str(LONGEST_WAIT))

    return check


@frozen(kw_only=True)
class Bucket:
    """The one lot into which points of an instant go, by the policy of that day.

    Args:
        opened_at: The start of the grain in which they were earned.
        matures_at: From when on they can be spent; None for at once.
        expires_at: From when on they are lost; None for never.
    """

    opened_at: DateTime = field(validator=an_instant)
    matures_at: DateTime | None = field(validator=optional(an_instant))
    expires_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True)
class PointsPolicy:
    """How points are earned, kept and taken back.

    Args:
        earn: What earns them; there is no default, for it names a currency.
        matures_after: They await this long before they can be spent (7 days, the return window).
        lifetime: They are lost this long after they can be spent (365 days); None for never.
        grain: Instants are rounded to steps of this length (1 day), to the buyer's favour where points are lost, so
            that an account holds no more lots than steps of a lifetime.
        anchor: An instant at which a step begins: midnight of the shop, so that points end at the end of its days.
        shortfall: What becomes of points that are taken back and are no longer there (debt).

    Example:
        >>> import pendulum
        >>> policy = PointsPolicy(earn=EarnRule(points=1, per=Money.parse("1.00", "CNY")))
        >>> bucket = policy.bucket(pendulum.datetime(2026, 6, 18, 12))
        >>> str(bucket.matures_at), str(bucket.expires_at)
        ('2026-06-26 00:00:00+00:00', '2027-06-26 00:00:00+00:00')
    """

    earn: EarnRule = field(validator=is_a(EarnRule))
    matures_after: timedelta = field(default=timedelta(days=7), validator=_a_wait(timedelta(0)))
    lifetime: timedelta | None = field(default=timedelta(days=365), validator=optional(_a_wait(timedelta(seconds=1))))
    grain: timedelta = field(default=timedelta(days=1), validator=_a_wait(timedelta(seconds=1)))
    anchor: DateTime = field(default=pendulum.datetime(2000, 1, 1), validator=an_instant)
    shortfall: Shortfall = field(default=Shortfall.DEBT, validator=is_a(Shortfall))

    def bucket(self, at: DateTime) -> Bucket:
        """Return the lot into which points earned at the instant *at* go.

        Raises:
            OutOfRange: It lies outside the years 1 to 9999.
        """
        since = datetime.__sub__(at, self.anchor)
        matures = -(-(since + self.matures_after) // self.grain) * self.grain if self.matures_after else None
        start = since if matures is None else matures
        expires = None if self.lifetime is None else -(-(start + self.lifetime) // self.grain) * self.grain
        return Bucket(
            opened_at=later(self.anchor, since // self.grain * self.grain),
            matures_at=None if matures is None else later(self.anchor, matures),
            expires_at=None if expires is None else later(self.anchor, expires),
        )
