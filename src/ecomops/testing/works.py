"""Every use case of the library by its command: what a test, or a host's queue of commands, hands to the drivers."""

from collections.abc import Callable, Mapping
from typing import Any

from ecomops.kernel import Work
from ecomops.workflows.cancellation import CancelOrder, cancel_order
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.publication import PublishProduct, publish_product
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.settlement import TakeNotice, take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import AdjustStock, ReceiveStock, adjust_stock, receive_stock
from ecomops.workflows.timers import OrderDue, ReservationDue, pass_time

WORKS: Mapping[type, Callable[[Any], Work[Any]]] = {
    PublishProduct: publish_product,
    ReceiveStock: receive_stock,
    AdjustStock: adjust_stock,
    PlaceOrder: place_order,
    TakeNotice: take_notice,
    CancelOrder: cancel_order,
    ShipOrder: ship_order,
    ConfirmReceipt: confirm_receipt,
    OrderDue: pass_time,
    ReservationDue: pass_time,
}
"""Every use case, by its command."""
