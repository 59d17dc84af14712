"""What happens to points."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers.points.account import Awaiting
from ecomops.customers.policy import Bucket
from ecomops.kernel import Lot
from ecomops.kernel.checks import an_instant, is_a, tuple_of, whole
from ecomops.terms import CustomerId, OrderId, Quantity


@frozen(kw_only=True)
class PointsOpened:
    """A customer began to collect points."""

    code: ClassVar[str] = "points.opened"

    id: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsAdopted:
    """A balance was taken over from another system: its lots, what awaits, and what is owed."""

    code: ClassVar[str] = "points.adopted"

    id: CustomerId = field(validator=is_a(CustomerId))
    awaiting: tuple[Awaiting, ...] = field(validator=tuple_of(Awaiting))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    debt: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsEarned:
    """An order earned points: they await, or can be spent at once; *repaid* of them paid what was owed."""

    code: ClassVar[str] = "points.earned"

    id: CustomerId = field(validator=is_a(CustomerId))
    order_id: OrderId = field(validator=is_a(OrderId))
    quantity: Quantity = field(validator=whole(1))
    bucket: Bucket = field(validator=is_a(Bucket))
    repaid: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsMatured:
    """Time made points available: all that awaited the instant *at*; *repaid* of them paid what was owed."""

    code: ClassVar[str] = "points.matured"

    id: CustomerId = field(validator=is_a(CustomerId))
    quantity: Quantity = field(validator=whole(1))
    repaid: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsExpired:
    """Time took points: all lots that ended at the instant *at*, or before."""

    code: ClassVar[str] = "points.expired"

    id: CustomerId = field(validator=is_a(CustomerId))
    quantity: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsSpent:
    """Points were spent on an order, out of these lots."""

    code: ClassVar[str] = "points.spent"

    id: CustomerId = field(validator=is_a(CustomerId))
    order_id: OrderId = field(validator=is_a(OrderId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsReturned:
    """Points that were spent came back with their old expiry; *expired* of them had none left."""

    code: ClassVar[str] = "points.returned"

    id: CustomerId = field(validator=is_a(CustomerId))
    order_id: OrderId = field(validator=is_a(OrderId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    expired: Quantity = field(validator=whole(0))
    repaid: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsClawedBack:
    """Points of a refunded order were taken back.

    Args:
        id: Whose.
        order_id: The order.
        awaiting: What of it still awaited.
        lots: What was taken from what could be spent.
        debt: What was no longer there, and is owed.
        waived: What was no longer there, and is let go.
        at: When.
    """

    code: ClassVar[str] = "points.clawed_back"

    id: CustomerId = field(validator=is_a(CustomerId))
    order_id: OrderId = field(validator=is_a(OrderId))
    awaiting: tuple[Awaiting, ...] = field(validator=tuple_of(Awaiting))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    debt: Quantity = field(validator=whole(0))
    waived: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsMovedOut:
    """The customer was merged into another: all points and debts went there."""

    code: ClassVar[str] = "points.moved_out"

    id: CustomerId = field(validator=is_a(CustomerId))
    into: CustomerId = field(validator=is_a(CustomerId))
    awaiting: Quantity = field(validator=whole(0))
    available: Quantity = field(validator=whole(0))
    debt: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsMovedIn:
    """Another customer was merged into this one: its points and debts came here; *repaid* paid what was owed."""

    code: ClassVar[str] = "points.moved_in"

    id: CustomerId = field(validator=is_a(CustomerId))
    source: CustomerId = field(validator=is_a(CustomerId))
    awaiting: tuple[Awaiting, ...] = field(validator=tuple_of(Awaiting))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    debt: Quantity = field(validator=whole(0))
    repaid: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


Opening = PointsOpened | PointsAdopted
Timed = PointsMatured | PointsExpired
Later = Timed | PointsEarned | PointsSpent | PointsReturned | PointsClawedBack | PointsMovedOut | PointsMovedIn
Event = Opening | Later
