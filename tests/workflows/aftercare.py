"""Parcels, returns and sales at a counter in the cases that every use case is put through, and what they refuse."""

from collections.abc import Mapping

from attrs import evolve

from ecomops.inventory import Disposition
from ecomops.kernel import Command, CommandId
from ecomops.orders import Checkout
from ecomops.orders.aftersales import Kind
from ecomops.terms import CaseId
from ecomops.testing import NOON, a_checkout, a_line, a_notice, a_placement
from ecomops.workflows.counter import SellAtCounter
from tests.workflows.goods_back import (
    S2,
    a_case_due,
    a_delivery_of,
    a_loss_of,
    a_number_of,
    a_paid_basket,
    a_parcel,
    a_partial_cancellation,
    a_refund,
    a_rejection,
    a_request,
    a_withdrawal,
    an_approval,
    an_arrival,
)
from tests.workflows.shop import STAFF, a_cancellation, a_receipt, a_shipment


def a_sale(checkout: Checkout | None = None, *, paid: str = "10.00", id: str = "c-sale") -> SellAtCounter:
    """Return the command that sells a tea at the counter."""
    sold = checkout or a_checkout(a_line())
    return SellAtCounter(id=CommandId(id), by=STAFF, at=NOON, checkout=sold, notices=(a_notice(amount=paid),))


PAID = a_paid_basket()
UNDER_WAY = (*PAID, a_parcel(("l-1", 2)))
RECEIVED = (*PAID, a_shipment(), a_receipt())
ASKED = (*RECEIVED, a_request(("l-1", 2), ("s-1", 1)))
AGREED = (*ASKED, an_approval())
ARRIVAL = an_arrival(("l-1", 1, Disposition.RESTOCK), ("l-1", 1, Disposition.SCRAP))
CAME = (*AGREED, ARRIVAL)
MONEY_ONLY = evolve(a_request(("l-1", 1)), kind=Kind.REFUND)
REFUND_AGREED = (*RECEIVED, MONEY_ONLY, an_approval())

AFTERCARE_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "sell at the counter": (a_sale(), ()),
    "call units off unpaid": (a_partial_cancellation(("l-1", 1)), PAID[:1]),
    "call units off paid": (a_partial_cancellation(("l-1", 1)), PAID),
    "call all units off": (a_partial_cancellation(("l-1", 3), ("s-1", 1)), PAID),
    "ship a parcel": (a_parcel(("l-1", 2)), PAID),
    "say who carries": (a_number_of(), UNDER_WAY),
    "a parcel arrives": (a_delivery_of(), UNDER_WAY),
    "a parcel is lost": (a_loss_of(), UNDER_WAY),
    "ask for a return": (ASKED[-1], RECEIVED),
    "agree to a return": (an_approval(), ASKED),
    "say no to a return": (a_rejection(), ASKED),
    "let a return go": (a_withdrawal(), AGREED),
    "time lets a return go": (a_case_due(at=NOON.add(days=30)), AGREED),
    "time asks nothing of a return": (a_case_due(), AGREED),
    "goods come back": (ARRIVAL, AGREED),
    "goods come back short": (an_arrival(("l-1", 1, Disposition.RESTOCK)), AGREED),
    "give money back": (a_refund(), CAME),
    "give money back for nothing": (a_refund(), REFUND_AGREED),
}
"""A command of every use case after a sale, and what came before it."""

AFTERCARE_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "sell too much": ("stock.short", (), a_sale(a_checkout(a_line(quantity=11)))),
    "sell for too little": ("order.not_paid", (), a_sale(paid="9.99")),
    "sell twice": ("order.exists", (a_sale(),), a_sale(id="c-2")),
    "call off too many units": ("order.over_cancelled", PAID, a_partial_cancellation(("l-1", 4))),
    "call units of nothing off": ("noun.not_found", (), a_partial_cancellation(("l-1", 1))),
    "ship a parcel twice": ("shipment.exists", UNDER_WAY, a_parcel(("l-1", 1), id="c-2")),
    "say who carries nothing": ("noun.not_found", UNDER_WAY, a_number_of(S2)),
    "an unknown parcel arrives": ("noun.not_found", UNDER_WAY, a_delivery_of(S2)),
    "a parcel is lost after it arrived": ("shipment.illegal_move", (*UNDER_WAY, a_delivery_of()), a_loss_of()),
    "ask back what never came": ("order.not_shipped", PAID, a_request(("l-1", 1))),
    "ask back too much": ("order.not_returnable", RECEIVED, a_request(("l-1", 4))),
    "ask too late": ("order.return_too_late", RECEIVED, a_request(("l-1", 1), at=NOON.add(days=8))),
    "agree to nothing": ("noun.not_found", RECEIVED, an_approval()),
    "say no too late": ("aftersale.restocked", CAME, a_rejection()),
    "let go what has come": ("aftersale.illegal_move", CAME, a_withdrawal()),
    "time for an unknown case": ("noun.not_found", RECEIVED, a_case_due()),
    "goods come that nobody agreed to": ("aftersale.illegal_move", ASKED, ARRIVAL),
    "goods come for money": ("aftersale.no_goods_asked", REFUND_AGREED, an_arrival(("l-1", 1, Disposition.SCRAP))),
    "give money back too early": ("aftersale.goods_not_come", AGREED, a_refund()),
    "give money back of nothing": ("noun.not_found", RECEIVED, a_refund(case=CaseId("k-9"))),
    "call off what came back": ("order.already_shipped", CAME, a_cancellation()),
    "place what was sold": ("order.exists", (a_sale(),), a_placement()),
}
"""A refusal of every use case after a sale: its code, what came before, the command."""
