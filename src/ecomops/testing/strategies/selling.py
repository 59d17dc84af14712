"""How orders, payments, parcels and cases of after-sales live."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Currency
from ecomops.orders import (
    AFTERSALE,
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    SHIPMENT,
    LineUnits,
    Order,
    OrderPolicy,
    aftersales,
    shipments,
)
from ecomops.orders.order import OrderShipped
from ecomops.orders.payments import open_payment, take
from ecomops.orders.refunds import Refund
from ecomops.terms import LineId, ShipmentId
from ecomops.testing.builders import cny
from ecomops.testing.strategies.buying import checkouts, notices
from ecomops.testing.strategies.life import Life, always, drawn, first_and_then, some_units
from ecomops.testing.strategies.values import money

NOWHERE = ShipmentId("s-9")
LINES = (
    LineUnits(line=LineId("l-1"), quantity=2),
    LineUnits(line=LineId("l-2"), quantity=1),
    LineUnits(line=LineId("s-1"), quantity=1),
)


def send_parcel(
    order: Order, *, units: tuple[LineUnits, ...] | None, policy: OrderPolicy, at: DateTime
) -> tuple[OrderShipped]:
    """Let units of *order* leave in a parcel of its own."""
    parcel = ShipmentId(f"s-{sum(line.shipped for line in order.lines)}")
    return orders.ship(order, units=units, shipment=parcel, policy=policy, at=at)


def _captured(order: Order) -> SearchStrategy[Any]:
    """Draw what a gateway brought: all that is due, mostly."""
    return st.just(order.due) | st.just(order.due) | money(order.currency)


def _wholes(order: Order) -> tuple[object, ...]:
    """Return None for all that is to go, what is on its way, and what cases ask for."""
    way = tuple(LineUnits(line=line.id, quantity=line.on_the_way) for line in order.lines if line.on_the_way)
    asked = ((row.id, row.aftermath.return_requested) for row in order.rows)
    return None, way, tuple(LineUnits(line=line, quantity=quantity) for line, quantity in asked if quantity)


def _some(line: LineId, quantity: int) -> LineUnits:
    return LineUnits(line=line, quantity=quantity)


ORDERED = some_units(lambda order: [row.id for row in order.rows], _some, _wholes)
ASKED = some_units(lambda case: [each.line for each in case.units], _some, lambda case: (case.units,))


def _refund() -> SearchStrategy[Refund]:
    """Draw what goes back: its lines are told by the order, which a case does not hold."""
    cents = st.integers(0, 999).map(lambda n: cny("0.01") * n)
    return st.builds(
        Refund,
        lines=st.just(()),
        services=st.just(()),
        amount=cents,
        fee=cents,
        tenders=st.just(()),
        due=cents,
        excess=cents,
    )


SELLING: tuple[Life, ...] = (
    Life(
        noun=ORDER,
        begins=(orders.place,),
        follows=(
            *(orders.cancel, orders.reduce),
            *(orders.lose, send_parcel, orders.ship, orders.settle),
            *(orders.refund, orders.ask_back, orders.receive, orders.ship, orders.settle),
            *(orders.take_back, orders.ask_back, orders.deliver, send_parcel, orders.settle),
            *(orders.drop_return, orders.ask_back, orders.receive, orders.settle, orders.elapse, orders.ship),
        ),
        arguments={
            "checkout": drawn(checkouts()),
            "policy": always(DEFAULT_POLICY),
            "captured": _captured,
            "units": ORDERED,
            "shipment": lambda order: st.sampled_from(order.parcels or (NOWHERE,)),
            "goods": drawn(st.booleans()),
        },
    ),
    Life(
        noun=PAYMENT,
        begins=(open_payment,),
        follows=(take,),
        arguments={
            "currency": always(Currency.CNY),
            "notice": drawn(notices()),
            "notices": drawn(st.lists(notices(), max_size=2).map(tuple)),
        },
    ),
    Life(
        noun=SHIPMENT,
        begins=(shipments.send,),
        follows=(shipments.track, shipments.track, shipments.deliver, shipments.lose),
    ),
    Life(
        noun=AFTERSALE,
        begins=(aftersales.request,),
        follows=(
            *((aftersales.refund, aftersales.receive, aftersales.approve, aftersales.arrive) * 2),
            *(aftersales.elapse, aftersales.withdraw, aftersales.reject),
        ),
        arguments={"units": first_and_then(st.just(LINES), ASKED), "refund": drawn(_refund())},
    ),
)
"""How the objects of orders live."""
