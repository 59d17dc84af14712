"""Points in few words: instants as days, lots as triples, a policy of whole days."""

from datetime import timedelta

from pendulum import DateTime

from ecomops.customers import POINTS, Awaiting, Bucket, EarnRule, PointsAccount, PointsPolicy, points
from ecomops.kernel import Lot, later
from ecomops.terms import CustomerId, OrderId
from ecomops.testing import NOON, cny

ONE, OTHER = CustomerId("c-1"), CustomerId("c-2")
ORDER_ID = OrderId("o-1")
RULE = EarnRule(points=1, per=cny("1.00"))
POLICY = PointsPolicy(earn=RULE, matures_after=timedelta(days=7), lifetime=timedelta(days=30), anchor=NOON)


def day(number: int) -> DateTime:
    """Return noon of the day *number* days on."""
    return later(NOON, timedelta(days=number))


def lot(quantity: int, opened: int = 0, expires: int | None = None) -> Lot:
    """Return a lot, its instants as numbers of days."""
    return Lot(quantity=quantity, opened_at=day(opened), expires_at=None if expires is None else day(expires))


def bucket(opened: int = 0, *, matures: int | None = None, expires: int | None = None) -> Bucket:
    """Return a bucket, its instants as numbers of days."""
    return Bucket(
        opened_at=day(opened),
        matures_at=None if matures is None else day(matures),
        expires_at=None if expires is None else day(expires),
    )


def waiting(matures: int, one: Lot) -> Awaiting:
    """Return a lot that matures on a day."""
    return Awaiting(matures_at=day(matures), lot=one)


def an_account(*lots: Lot, awaiting: tuple[Awaiting, ...] = (), debt: int = 0, id: CustomerId = ONE) -> PointsAccount:
    """Return the account with *lots*, what awaits and what is owed."""
    return POINTS.replay(points.adopt(id, lots=lots, awaiting=awaiting, debt=debt, at=NOON))
