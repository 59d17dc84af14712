"""The backtest: promotions over past baskets in columns, equal to the quote of each basket in every minor unit."""

from ecomops.promotions.columnar.baskets import GUEST, UNTOLD, Baskets, Catalogue, Coded, Services
from ecomops.promotions.columnar.comparing import Expected, Overlap, Programme, Response, compare
from ecomops.promotions.columnar.errors import BadTold, BadUse, NotColumnar, OtherBaskets, StatedBeyondRoom
from ecomops.promotions.columnar.requoting import Asked, asked
from ecomops.promotions.columnar.results import Backtest, LineDiscounts, PromotionResult
from ecomops.promotions.columnar.running import backtest
from ecomops.promotions.columnar.stating import StatedDiscounts

__all__ = [
    "GUEST",
    "UNTOLD",
    "Asked",
    "Backtest",
    "BadTold",
    "BadUse",
    "Baskets",
    "Catalogue",
    "Coded",
    "Expected",
    "LineDiscounts",
    "NotColumnar",
    "OtherBaskets",
    "Overlap",
    "Programme",
    "PromotionResult",
    "Response",
    "Services",
    "StatedBeyondRoom",
    "StatedDiscounts",
    "asked",
    "backtest",
    "compare",
]
