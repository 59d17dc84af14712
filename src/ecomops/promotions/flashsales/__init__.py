"""Flash sales (秒杀): sessions of a day, the units that they count, and what orders hold of them."""

from ecomops.promotions.flashsales.errors import (
    BadFlashCounters,
    FlashSaleBuyerUnknown,
    FlashSaleEnded,
    FlashSaleExists,
    FlashSaleNotOffered,
    FlashSaleNotOpen,
    FlashSaleOverLimit,
    FlashSaleOverUse,
    FlashSaleSoldOut,
    FlashSaleTooShort,
)
from ecomops.promotions.flashsales.holds import FLASH_HOLD, FlashHold, HeldUnits
from ecomops.promotions.flashsales.quotas import FLASH_QUOTA, FlashQuota, FlashQuotaId, FlashSessionId
from ecomops.promotions.flashsales.sessions import (
    FLASH_SESSION,
    FlashOffer,
    FlashSession,
    Standing,
    day_periods,
    standing,
)

__all__ = [
    "FLASH_HOLD",
    "FLASH_QUOTA",
    "FLASH_SESSION",
    "BadFlashCounters",
    "FlashHold",
    "FlashOffer",
    "FlashQuota",
    "FlashQuotaId",
    "FlashSaleBuyerUnknown",
    "FlashSaleEnded",
    "FlashSaleExists",
    "FlashSaleNotOffered",
    "FlashSaleNotOpen",
    "FlashSaleOverLimit",
    "FlashSaleOverUse",
    "FlashSaleSoldOut",
    "FlashSaleTooShort",
    "FlashSession",
    "FlashSessionId",
    "HeldUnits",
    "Standing",
    "day_periods",
    "standing",
]
