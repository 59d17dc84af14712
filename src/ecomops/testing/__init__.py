"""For tests of hosts and of the library: builders, given/when/then, and the contract of a store.

Imports with the four runtime packages; nothing here needs a test framework.
"""

from ecomops.testing.builders import (
    BUYER,
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_product,
    a_received_order,
    a_service,
    a_shipped_order,
    a_taking,
    an_order,
    cny,
    some_stock,
)
from ecomops.testing.contract import Law, StoreBroken, blocking, check_store
from ecomops.testing.scenario import Given, Outcome, given

__all__ = [
    "BUYER",
    "NOON",
    "TEA",
    "Given",
    "Law",
    "Outcome",
    "StoreBroken",
    "a_checkout",
    "a_delivery",
    "a_discount",
    "a_line",
    "a_notice",
    "a_paid_order",
    "a_payment",
    "a_placement",
    "a_product",
    "a_received_order",
    "a_service",
    "a_shipped_order",
    "a_taking",
    "an_order",
    "blocking",
    "check_store",
    "cny",
    "given",
    "some_stock",
]
