"""The after-sale case: a buyer asks for a return or a refund, until it is refunded, rejected or withdrawn.

The case says what was decided; the counters of the order keep anything from being asked for twice, and a use case moves
both (`ecomops.workflows.returns`). Goods that come back are counted here and judged in `inventory.returns`.
"""

from ecomops.orders.aftersales.decisions import approve, arrive, elapse, receive, refund, reject, request, withdraw
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
from ecomops.orders.aftersales.fold import AFTERSALE, begin, evolve
from ecomops.orders.aftersales.nouns import (
    DEFAULT_POLICY,
    AfterSale,
    AfterSalePolicy,
    Kind,
    Reason,
    Rejection,
    Status,
    Withdrawal,
)

__all__ = [
    "AFTERSALE",
    "DEFAULT_POLICY",
    "LIFECYCLE",
    "AfterSale",
    "AfterSalePolicy",
    "CaseAdopted",
    "CaseApproved",
    "CaseArrived",
    "CaseReceived",
    "CaseRefunded",
    "CaseRejected",
    "CaseRequested",
    "CaseWithdrawn",
    "Event",
    "Kind",
    "Later",
    "Opening",
    "Reason",
    "Rejection",
    "Status",
    "Withdrawal",
    "approve",
    "arrive",
    "begin",
    "elapse",
    "evolve",
    "receive",
    "refund",
    "reject",
    "request",
    "withdraw",
]
