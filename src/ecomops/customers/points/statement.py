"""Points in the journal: each event as an entry, so that what was ever earned is always somewhere."""

from typing import assert_never

from ecomops.customers.points.events import (
    Event,
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
)
from ecomops.kernel import Entry, Posting
from ecomops.kernel.lots import total
from ecomops.terms import Quantity


def postings(event: Event) -> tuple[Entry, ...]:
    """Return *event* as an entry of the journal of points, in plain counts; () when it moves nothing.

    The balances of all entries of an account are its sums: `awaiting`, `available`, `spent`, `expired`, `clawed_back`
    and `moved` as they are, `earned` and `debt` below zero.

    Example:
        >>> import pendulum
        >>> from ecomops.customers.points import adopt
        >>> from ecomops.kernel import Lot, balances
        >>> from ecomops.terms import CustomerId
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> lot = Lot(quantity=150, opened_at=day, expires_at=None)
        >>> (adopted,) = adopt(CustomerId("c-1"), lots=(lot,), at=day)
        >>> balances(postings(adopted))
        {('available', None): 150, ('earned', None): -150}
    """
    moves = {account: amount for account, amount in _moves(event).items() if amount}
    if not moves:
        return ()
    entry = Entry(
        postings=tuple(Posting(account=account, amount=moves[account]) for account in sorted(moves)),
        at=event.at,
        source=event.id,
    )
    return (entry,)


def _moves(event: Event) -> dict[str, int]:
    """Return what comes to each account by *event*."""
    match event:
        case PointsOpened():
            return {}
        case PointsAdopted(awaiting=awaiting, lots=lots, debt=debt):
            waits, came = sum(each.lot.quantity for each in awaiting), total(lots)
            paid = min(came, debt)
            return {"earned": -waits - came, "awaiting": waits, "clawed_back": debt, **_came(came, paid, debt)}
        case PointsEarned(quantity=quantity, bucket=bucket, repaid=repaid):
            moved = {"awaiting": quantity} if bucket.matures_at is not None else _came(quantity, repaid)
            return {"earned": -quantity, **moved}
        case PointsMatured(quantity=quantity, repaid=repaid):
            return {"awaiting": -quantity, **_came(quantity, repaid)}
        case PointsExpired(quantity=quantity):
            return {"available": -quantity, "expired": quantity}
        case PointsSpent(lots=lots):
            return {"available": -total(lots), "spent": total(lots)}
        case PointsReturned(lots=lots, expired=expired, repaid=repaid):
            return {"spent": -total(lots) - expired, "expired": expired, **_came(total(lots), repaid)}
        case PointsClawedBack(awaiting=awaiting, lots=lots, debt=debt):
            waits, taken = sum(each.lot.quantity for each in awaiting), total(lots)
            return {"awaiting": -waits, "available": -taken, "debt": -debt, "clawed_back": waits + taken + debt}
        case PointsMovedOut(awaiting=waits, available=left, debt=debt):
            return {"awaiting": -waits, "available": -left, "debt": debt, "moved": waits + left - debt}
        case PointsMovedIn(awaiting=awaiting, lots=lots, debt=debt, repaid=repaid):
            waits = sum(each.lot.quantity for each in awaiting)
            return {"moved": debt - waits - total(lots), "awaiting": waits, **_came(total(lots), repaid, debt)}
        case _:
            assert_never(event)


def _came(quantity: Quantity, repaid: Quantity, debt: Quantity = 0) -> dict[str, int]:
    """Return what points that came do: *repaid* of them (or of those that were there) pay what is owed."""
    return {"available": quantity - repaid, "debt": repaid - debt}
