"""The spending: which points one order used, and which of them came back.

It makes spending happen once for an order, and gives points back with the expiry that they had.
"""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers.errors import OverReturned
from ecomops.kernel import Lot, Noun, OutOfRange
from ecomops.kernel.checks import an_instant, is_a, tuple_of
from ecomops.kernel.copies import changed
from ecomops.kernel.lots import Lots, burn, merged, total, without
from ecomops.terms import CustomerId, OrderId, Quantity


@frozen(kw_only=True)
class PointsSpending:
    """What points one order used.

    Args:
        id: The order.
        customer: Whose points.
        lots: The points that were used and have not come back, as lots with their expiry.
    """

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))


@frozen(kw_only=True)
class PointsUsed:
    """An order was paid with points."""

    code: ClassVar[str] = "points_spending.used"

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsSpendingAdopted:
    """The used points of an order were taken over from another system."""

    code: ClassVar[str] = "points_spending.adopted"

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsGivenBack:
    """Used points went back to their account."""

    code: ClassVar[str] = "points_spending.given_back"

    id: OrderId = field(validator=is_a(OrderId))
    lots: tuple[Lot, ...] = field(validator=tuple_of(Lot))
    at: DateTime = field(validator=an_instant)


Opening = PointsUsed | PointsSpendingAdopted
Later = PointsGivenBack
Event = Opening | Later


def use(order: OrderId, *, customer: CustomerId, lots: tuple[Lot, ...], at: DateTime) -> tuple[PointsUsed]:
    """Note the *lots* that an order used: those of the event `PointsSpent`."""
    return (PointsUsed(id=order, customer=customer, lots=lots, at=at),)


def return_points(
    spending: PointsSpending, *, quantity: Quantity | None = None, at: DateTime
) -> tuple[PointsGivenBack, ...]:
    """Give used points back: what burnt last comes back first, so that a part of them lasts as long as it can.

    Args:
        spending: The used points.
        quantity: How many; None for all that are left.
        at: When.

    Returns:
        () for none.

    Raises:
        OverReturned: More than were used and not given back.
        OutOfRange: The quantity is negative.
    """
    used = total(spending.lots)
    wanted = used if quantity is None else quantity
    if wanted > used:
        raise OverReturned(id=spending.id, wanted=wanted, left=used)
    if wanted < 0:
        raise OutOfRange(field="return_points.quantity", least="0", most=str(used))
    lots = _last(spending.lots, wanted)
    return (PointsGivenBack(id=spending.id, lots=lots, at=at),) if lots else ()


def _last(lots: tuple[Lot, ...], quantity: Quantity) -> Lots:
    """Return the *quantity* that burnt last."""
    return burn(lots, total(lots) - quantity)[1]


def begin(event: Opening) -> PointsSpending:
    """Return the spending that *event* tells of."""
    return PointsSpending(id=event.id, customer=event.customer, lots=merged(event.lots))


def evolve(spending: PointsSpending, event: Later) -> PointsSpending:
    """Return the spending as it stands after *event*."""
    match event:
        case PointsGivenBack(lots=lots):
            return changed(spending, lots=without(spending.lots, lots))
        case _:
            assert_never(event)


POINTS_SPENDING: Noun[PointsSpending, Opening, Later] = Noun(
    kind="points_spending",
    model=PointsSpending,
    events=Event,
    opens=(PointsUsed, PointsSpendingAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda spending: spending.id,
    keys={"customer": lambda spending: spending.customer},
)
