"""The fold of points, and the binding: how the account stands after what happened."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any, assert_never

from ecomops.customers.points.account import Awaiting, PointsAccount
from ecomops.customers.points.events import (
    Event,
    Later,
    Opening,
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
from ecomops.customers.policy import Bucket
from ecomops.kernel import Lot, Noun
from ecomops.kernel.copies import changed
from ecomops.kernel.lots import Lots, added, burn, ended, merged, total, without
from ecomops.terms import Quantity


def begin(event: Opening) -> PointsAccount:
    """Return the account that *event* tells of."""
    match event:
        case PointsOpened(id=id):
            return PointsAccount(id=id)
        case PointsAdopted(id=id, awaiting=awaiting, lots=lots, debt=debt):
            waiting = _awaiting(awaiting)
            came = total(lots) + sum(each.lot.quantity for each in waiting)
            account = PointsAccount(id=id, awaiting=waiting, debt=debt, earned=came, clawed_back=debt)
            return _credited(account, lots)
        case _:
            assert_never(event)


def evolve(account: PointsAccount, event: Later) -> PointsAccount:
    """Return the account as it stands after *event*."""
    match event:
        case PointsEarned(quantity=quantity, bucket=bucket):
            return _earned(account, bucket, quantity)
        case PointsMatured(at=at):
            matured = (each.lot for each in account.awaiting if each.matures_at <= at)
            waiting = tuple(each for each in account.awaiting if each.matures_at > at)
            return _credited(account, matured, awaiting=waiting)
        case PointsExpired(at=at):
            place = ended(account.lots, at)
            lost = total(account.lots[:place])
            return changed(account, lots=account.lots[place:], expired=account.expired + lost)
        case PointsSpent(lots=lots):
            return changed(account, lots=without(account.lots, lots), spent=account.spent + total(lots))
        case PointsReturned(lots=lots, expired=expired):
            spent = account.spent - total(lots) - expired
            return _credited(account, lots, spent=spent, expired=account.expired + expired)
        case PointsClawedBack():
            return _clawed_back(account, event)
        case PointsMovedOut(awaiting=waits, available=available, debt=debt):
            moved = account.moved + waits + available - debt
            return changed(account, awaiting=(), lots=(), debt=0, moved=moved)
        case PointsMovedIn():
            return _moved_in(account, event)
        case _:
            assert_never(event)


def _earned(account: PointsAccount, bucket: Bucket, quantity: Quantity) -> PointsAccount:
    lot = Lot(quantity=quantity, opened_at=bucket.opened_at, expires_at=bucket.expires_at)
    earned = account.earned + quantity
    if bucket.matures_at is None:
        return _credited(account, (lot,), earned=earned)
    one = Awaiting(matures_at=bucket.matures_at, lot=lot)
    return changed(account, awaiting=_awaiting((*account.awaiting, one)), earned=earned)


_matures_at = attrgetter("matures_at")


def _awaiting(waiting: Iterable[Awaiting]) -> tuple[Awaiting, ...]:
    """Return what awaits by its instant, then in burning order, equal ones as one."""
    ordered = groupby(sorted(waiting, key=_matures_at), key=_matures_at)
    return tuple(Awaiting(matures_at=at, lot=lot) for at, some in ordered for lot in merged(each.lot for each in some))


def after_debt(lots: Iterable[Lot], debt: Quantity) -> Lots:
    """Return what is left of *lots* when they have paid *debt* as far as they go."""
    every = merged(lots)
    return burn(every, min(debt, total(every)))[1] if debt else every


def _credited(account: PointsAccount, lots: Iterable[Lot], **others: Any) -> PointsAccount:  # noqa: ANN401 - fields
    """Return the account with *lots* that came, and with *others* of its fields; what is owed is paid first."""
    came = merged(lots)
    debt = max(account.debt - total(came), 0)
    lots = account.lots
    for lot in after_debt(came, account.debt):
        lots = added(lots, lot)
    return changed(account, lots=lots, debt=debt, **others)


def _clawed_back(account: PointsAccount, event: PointsClawedBack) -> PointsAccount:
    awaiting = account.awaiting
    for each in event.awaiting:
        awaiting = _less(awaiting, each)
    quantity = sum(each.lot.quantity for each in event.awaiting) + total(event.lots) + event.debt
    return changed(
        account,
        awaiting=awaiting,
        lots=without(account.lots, event.lots),
        debt=account.debt + event.debt,
        clawed_back=account.clawed_back + quantity,
    )


def _less(awaiting: tuple[Awaiting, ...], taken: Awaiting) -> tuple[Awaiting, ...]:
    """Return what awaits without what was *taken* of it."""
    here = [each.lot for each in awaiting if each.matures_at == taken.matures_at]
    left = (Awaiting(matures_at=taken.matures_at, lot=lot) for lot in without(here, (taken.lot,)))
    return _awaiting((*(each for each in awaiting if each.matures_at != taken.matures_at), *left))


def _moved_in(account: PointsAccount, event: PointsMovedIn) -> PointsAccount:
    quantity = sum(each.lot.quantity for each in event.awaiting) + total(event.lots) - event.debt
    came = _credited(account, event.lots)
    left = after_debt(came.lots, event.debt)
    return changed(
        came,
        awaiting=_awaiting((*account.awaiting, *event.awaiting)),
        lots=left,
        debt=came.debt + event.debt - (total(came.lots) - total(left)),
        moved=account.moved - quantity,
    )


POINTS: Noun[PointsAccount, Opening, Later] = Noun(
    kind="points",
    model=PointsAccount,
    events=Event,
    opens=(PointsOpened, PointsAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda account: account.id,
    due_at=lambda account: account.due_at,
)
