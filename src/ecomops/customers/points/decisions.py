"""The decisions on points: each takes the account as of its instant first, and tells what time did and when."""

from collections.abc import Iterable

from pendulum import DateTime

from ecomops.customers.errors import PointsShort
from ecomops.customers.points.account import Awaiting, PointsAccount
from ecomops.customers.points.events import (
    PointsAdopted,
    PointsClawedBack,
    PointsEarned,
    PointsExpired,
    PointsMatured,
    PointsMovedIn,
    PointsMovedOut,
    PointsOpened,
    PointsReturned,
    PointsSpent,
    Timed,
)
from ecomops.customers.points.fold import after_debt, evolve
from ecomops.customers.policy import Bucket, Shortfall
from ecomops.kernel import Lot
from ecomops.kernel.lots import Lots, burn, ended, merged, total, without
from ecomops.kernel.lots import as_of as lots_as_of
from ecomops.terms import CustomerId, OrderId, Quantity


def open_points(id: CustomerId, *, at: DateTime) -> tuple[PointsOpened]:
    """Begin the account of a customer."""
    return (PointsOpened(id=id, at=at),)


def adopt(
    id: CustomerId, *, lots: tuple[Lot, ...], awaiting: tuple[Awaiting, ...] = (), debt: Quantity = 0, at: DateTime
) -> tuple[PointsAdopted]:
    """Take a balance over from another system; what is owed is paid from its lots as far as they go."""
    return (PointsAdopted(id=id, awaiting=awaiting, lots=lots, debt=debt, at=at),)


def elapse(account: PointsAccount, *, at: DateTime) -> tuple[Timed, ...]:
    """Return what time did to *account* up to the instant *at*, each event at its own instant; () for nothing."""
    return _elapsed(account, at)[0]


def _elapsed(account: PointsAccount, at: DateTime) -> tuple[tuple[Timed, ...], PointsAccount]:
    """Return what time did up to the instant *at*, and the account as it stands then."""
    happened: list[Timed] = []
    for moment in _moments(account, at):
        for event in _timed(account, moment):
            happened.append(event)
            account = evolve(account, event)
    return tuple(happened), account


def _moments(account: PointsAccount, at: DateTime) -> list[DateTime]:
    """Return the instants up to *at* at which points mature or expire, in order."""
    if account.due_at is None or account.due_at > at:
        return []
    lots = (*account.lots[: ended(account.lots, at)], *(each.lot for each in account.awaiting))
    ends = {lot.expires_at for lot in lots if lot.expires_at is not None and lot.expires_at <= at}
    return sorted(ends | {each.matures_at for each in account.awaiting if each.matures_at <= at})


def _timed(account: PointsAccount, at: DateTime) -> Iterable[Timed]:
    matured = merged(each.lot for each in account.awaiting if each.matures_at <= at)
    if matured:
        repaid = min(account.debt, total(matured))
        yield PointsMatured(id=account.id, quantity=total(matured), repaid=repaid, at=at)
    came = after_debt(matured, account.debt)
    lost = total(account.lots[: ended(account.lots, at)]) + total(came[: ended(came, at)])
    if lost:
        yield PointsExpired(id=account.id, quantity=lost, at=at)


def as_of(account: PointsAccount, *, at: DateTime) -> PointsAccount:
    """Return *account* as of the instant *at*: a later one is a forecast. Doing so in steps is the same.

    Example:
        >>> import pendulum
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> lot = Lot(quantity=150, opened_at=day, expires_at=day.add(days=365))
        >>> from ecomops.customers.points import POINTS
        >>> account = POINTS.replay(adopt(CustomerId("c-1"), lots=(lot,), at=day))
        >>> [as_of(account, at=day.add(days=n)).available for n in (364, 365)]
        [150, 0]
    """
    return _elapsed(account, at)[1]


def earn(
    account: PointsAccount, *, order_id: OrderId, quantity: Quantity, bucket: Bucket, at: DateTime
) -> tuple[Timed | PointsEarned, ...]:
    """Credit *quantity* points for an order; nothing but what time did for none.

    Args:
        account: Whose.
        order_id: What earned them.
        quantity: How many.
        bucket: The lot that they go to: `PointsPolicy.bucket`.
        at: When.
    """
    elapsed, now = _elapsed(account, at)
    if not quantity:
        return elapsed
    repaid = min(now.debt, quantity) if bucket.matures_at is None else 0
    return *elapsed, PointsEarned(
        id=account.id, order_id=order_id, quantity=quantity, bucket=bucket, repaid=repaid, at=at
    )


def spend(
    account: PointsAccount, *, order_id: OrderId, quantity: Quantity, at: DateTime
) -> tuple[Timed | PointsSpent, ...]:
    """Spend *quantity* points on an order: earliest expiry first, no expiry last, then earliest opening.

    Raises:
        PointsShort: Fewer are available at that instant.
        OutOfRange: The quantity is negative.
    """
    elapsed, now = _elapsed(account, at)
    if quantity > now.available:
        raise PointsShort(id=account.id, wanted=quantity, available=now.available)
    taken, _ = burn(now.lots, quantity)
    return (*elapsed, PointsSpent(id=account.id, order_id=order_id, lots=taken, at=at)) if taken else elapsed


def give_back(
    account: PointsAccount, *, order_id: OrderId, lots: tuple[Lot, ...], at: DateTime
) -> tuple[Timed | PointsReturned, ...]:
    """Give points that were spent back with their old expiry; those that have expired since are lost."""
    elapsed, now = _elapsed(account, at)
    if not lots:
        return elapsed
    live, ended = lots_as_of(lots, at)
    repaid = min(now.debt, total(live))
    returned = PointsReturned(
        id=account.id, order_id=order_id, lots=live, expired=total(ended), repaid=repaid, at=at
    )  # fmt: skip
    return *elapsed, returned


def claw_back(
    account: PointsAccount, *, order_id: OrderId, quantity: Quantity, bucket: Bucket, shortfall: Shortfall, at: DateTime
) -> tuple[Timed | PointsClawedBack, ...]:
    """Take *quantity* points of a refunded order back: what awaits, its own lot, burning order, and then debt.

    Args:
        account: Whose.
        order_id: The order that is refunded.
        quantity: How many.
        bucket: The lot to which the points of the order went.
        shortfall: What becomes of what is no longer there.
        at: When.

    Raises:
        OutOfRange: The quantity is negative.
    """
    elapsed, now = _elapsed(account, at)
    if not quantity:
        return elapsed
    awaiting = _own_awaiting(now, bucket, quantity)
    left = quantity - sum(each.lot.quantity for each in awaiting)
    lots = _own_first(now.lots, bucket, left)
    short = left - total(lots)
    owed = shortfall is Shortfall.DEBT
    return *elapsed, PointsClawedBack(
        id=account.id,
        order_id=order_id,
        awaiting=awaiting,
        lots=lots,
        debt=short if owed else 0,
        waived=0 if owed else short,
        at=at,
    )


def _own_awaiting(account: PointsAccount, bucket: Bucket, quantity: Quantity) -> tuple[Awaiting, ...]:
    """Return up to *quantity* points of what awaits in the lot of the order itself."""
    held = [each.lot for each in account.awaiting if each.matures_at == bucket.matures_at and _is_in(each.lot, bucket)]
    taken, _ = burn(held, min(quantity, total(held)))
    return tuple(Awaiting(matures_at=bucket.matures_at, lot=lot) for lot in taken if bucket.matures_at is not None)


def _own_first(lots: tuple[Lot, ...], bucket: Bucket, quantity: Quantity) -> Lots:
    """Return up to *quantity* points of *lots*: those of the order's own lot first, then in burning order."""
    mine = tuple(lot for lot in lots if _is_in(lot, bucket))
    own, _ = burn(mine, min(quantity, total(mine)))
    rest = without(lots, own)
    other, _ = burn(rest, min(quantity - total(own), total(rest)))
    return merged((*own, *other))


def _is_in(lot: Lot, bucket: Bucket) -> bool:
    return (lot.opened_at, lot.expires_at) == (bucket.opened_at, bucket.expires_at)


def move(
    account: PointsAccount, *, into: PointsAccount, at: DateTime
) -> tuple[tuple[Timed | PointsMovedOut, ...], tuple[Timed | PointsMovedIn, ...]]:
    """Move all points and debts of *account* to the account *into*; the events of each of them, () and () for nothing.

    Example:
        See `ecomops.workflows.registration`, where one customer is merged into another.
    """
    left, giver = _elapsed(account, at)
    stays, taker = _elapsed(into, at)
    if not (giver.awaiting or giver.lots or giver.debt):
        return left, stays
    moved_out = PointsMovedOut(
        id=giver.id,
        into=into.id,
        awaiting=giver.pending,
        available=giver.available,
        debt=giver.debt,
        at=at,
    )
    moved_in = PointsMovedIn(
        id=taker.id,
        source=giver.id,
        awaiting=giver.awaiting,
        lots=giver.lots,
        debt=giver.debt,
        repaid=min(taker.debt + giver.debt, taker.available + giver.available),
        at=at,
    )
    return (*left, moved_out), (*stays, moved_in)
