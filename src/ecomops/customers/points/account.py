"""The nouns of points: an account, its lots, and what awaits."""

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Lot
from ecomops.kernel.checks import an_instant, is_a, tuple_of, whole
from ecomops.kernel.lots import total
from ecomops.terms import CustomerId, Quantity


@frozen(kw_only=True)
class Awaiting:
    """A lot that cannot be spent yet.

    Args:
        matures_at: From when on it can.
        lot: The points.
    """

    matures_at: DateTime = field(validator=an_instant)
    lot: Lot = field(validator=is_a(Lot))


@frozen(kw_only=True)
class PointsAccount:
    """The points of one customer.

    Args:
        id: Whose they are.
        awaiting: What cannot be spent yet, by the instant at which it can.
        lots: What can be spent, in burning order.
        debt: What is owed: points taken back that were no longer there. While anything is owed, no lot is live.
        earned: All that came.
        spent: All that was spent and did not come back.
        expired: All that was lost to time.
        clawed_back: All that was taken back.
        moved: All that went to the account of another customer, less what came from one.
    """

    id: CustomerId = field(validator=is_a(CustomerId))
    awaiting: tuple[Awaiting, ...] = field(default=(), validator=tuple_of(Awaiting))
    lots: tuple[Lot, ...] = field(default=(), validator=tuple_of(Lot))
    debt: Quantity = field(default=0, validator=whole(0))
    earned: Quantity = field(default=0, validator=whole(0))
    spent: Quantity = field(default=0, validator=whole())
    expired: Quantity = field(default=0, validator=whole(0))
    clawed_back: Quantity = field(default=0, validator=whole(0))
    moved: Quantity = field(default=0, validator=whole())

    @property
    def pending(self) -> Quantity:
        """Points that cannot be spent yet."""
        return sum(each.lot.quantity for each in self.awaiting)

    @property
    def available(self) -> Quantity:
        """Points that can be spent, as far as time was told; ask `as_of` the instant first."""
        return total(self.lots)

    @property
    def due_at(self) -> DateTime | None:
        """When time next asks something of the account: points mature, or expire."""
        ends = [lot.expires_at for lot in self.lots[:1] if lot.expires_at is not None]
        return min([each.matures_at for each in self.awaiting[:1]] + ends, default=None)
