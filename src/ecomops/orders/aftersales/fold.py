"""The after-sale case as its events tell it."""

from typing import assert_never

from ecomops.kernel import Noun
from ecomops.kernel.copies import changed
from ecomops.orders.aftersales.events import (
    LIFECYCLE,
    CaseAdopted,
    CaseApproved,
    CaseArrived,
    CaseReceived,
    CaseRefunded,
    CaseRejected,
    CaseRequested,
    CaseWithdrawn,
    Event,
    Later,
    Opening,
)
from ecomops.orders.aftersales.nouns import AfterSale, Status, units_of


def begin(event: Opening) -> AfterSale:
    """Return the case that *event* tells of."""
    match event:
        case CaseRequested():
            return AfterSale(
                id=event.case_id,
                order=event.order_id,
                kind=event.kind,
                status=LIFECYCLE.opened(event),
                reason=event.reason,
                units=event.units,
                lost=event.lost,
            )
        case CaseAdopted():
            return AfterSale(
                id=event.case_id,
                order=event.order_id,
                kind=event.kind,
                status=LIFECYCLE.opened(event),
                reason=event.reason,
                units=event.units,
                lost=event.lost,
                received=event.received,
                amount=event.amount,
                fee=event.fee,
                due_at=event.send_by if event.status is Status.APPROVED else None,
            )
        case _:
            assert_never(event)


def evolve(case: AfterSale, event: Later) -> AfterSale:
    """Return the case as it stands after *event*."""
    status = LIFECYCLE.after(case.status, type(event))
    match event:
        case CaseApproved(send_by=send_by):
            return changed(case, status=status, due_at=send_by)
        case CaseReceived(units=units, missing=missing):
            gone = {each.line: each.quantity for each in missing}
            kept = units_of({each.line: each.quantity - gone.get(each.line, 0) for each in case.units})
            return changed(case, status=status, units=kept, received=units, due_at=None)
        case CaseRefunded(amount=amount, fee=fee):
            return changed(case, status=status, amount=amount, fee=fee, due_at=None)
        case CaseArrived() | CaseRejected() | CaseWithdrawn():
            return changed(case, status=status, due_at=None)
        case _:
            assert_never(event)


AFTERSALE: Noun[AfterSale, Opening, Later] = Noun(
    kind="aftersale",
    model=AfterSale,
    events=Event,
    opens=(CaseRequested, CaseAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda case: case.id,
    due_at=lambda case: case.due_at,
    keys={"status": lambda case: case.status, "order": lambda case: case.order},
)
