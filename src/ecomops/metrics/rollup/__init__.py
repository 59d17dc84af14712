"""The maintained rollup: orders, amendments and refunds in any order, and every figure always up to date.

Every figure is a sum over orders of what each is worth, and that depends only on the orders of the same customer. So a
late order is mended by looking at its customer's orders again, and at no others; and figures of which this is not true
(stock levels, distinct SKUs, the best ten) are none of a rollup's.
"""

from ecomops.metrics.rollup.errors import (
    DuplicateId,
    GoodsNotKept,
    LineAlone,
    NoSuchDimension,
    NoSuchFigure,
    NotOnWindow,
    NotWholePeriods,
    TooLarge,
    TooLong,
    UnknownOrder,
    WindowsNotKept,
)
from ecomops.metrics.rollup.figures import RETURNS, TOLD
from ecomops.metrics.rollup.goods import Goods
from ecomops.metrics.rollup.maintaining import Rollup

__all__ = [
    "RETURNS",
    "TOLD",
    "DuplicateId",
    "Goods",
    "GoodsNotKept",
    "LineAlone",
    "NoSuchDimension",
    "NoSuchFigure",
    "NotOnWindow",
    "NotWholePeriods",
    "Rollup",
    "TooLarge",
    "TooLong",
    "UnknownOrder",
    "WindowsNotKept",
]
