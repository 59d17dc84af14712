"""Promotions: rules as data, the quote of a basket, single coupons and their batches, uses with limits.

`quote` is here, with the values of which promotions are made; coupons are in `ecomops.promotions.coupons`, their
batches in `ecomops.promotions.batches`, counted uses in `ecomops.promotions.usage`, what one order binds of them in
`ecomops.promotions.claims`, campaigns in `ecomops.promotions.campaigns`.
"""

from ecomops.promotions.basket import Basket, LineTraits, Trait
from ecomops.promotions.batches import COUPON_BATCH, CouponBatch
from ecomops.promotions.campaign_errors import CampaignExists
from ecomops.promotions.campaigns import CAMPAIGN, Campaign, CampaignId
from ecomops.promotions.claims import NO_CLAIMS, PROMOTION_CLAIM, Claim, ClaimId, Claims, UseClaim
from ecomops.promotions.coupons import COUPON, Coupon
from ecomops.promotions.errors import (
    BadBatchCounters,
    BadCouponOrder,
    BatchExists,
    ClaimExists,
    ClaimNotYours,
    CouponBound,
    CouponExists,
    CouponNotValid,
    CouponNotYours,
    CouponUnmatched,
    LineExcess,
    NoPromotion,
    OverUse,
    StatedTooLarge,
    UnknownLane,
    UnknownStated,
    UnknownTraits,
)
from ecomops.promotions.policy import (
    DEFAULT_COUPON_POLICY,
    DEFAULT_POLICY,
    CouponPolicy,
    Lane,
    Pick,
    QuotePolicy,
)
from ecomops.promotions.promotion import (
    AmountOff,
    FixedPrice,
    Limits,
    Measure,
    MeasureKind,
    Over,
    Percent,
    Promotion,
    Reading,
    Stated,
    spend,
)
from ecomops.promotions.quotes import Application, NotApplied, Quote, Reason, Share, explain
from ecomops.promotions.quoting import matching, quote
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PROMOTION_USE, PromotionUse, UseId

__all__ = [
    "CAMPAIGN",
    "COUPON",
    "COUPON_BATCH",
    "DEFAULT_COUPON_POLICY",
    "DEFAULT_POLICY",
    "NO_CLAIMS",
    "PROMOTION_CLAIM",
    "PROMOTION_USE",
    "AmountOff",
    "Application",
    "BadBatchCounters",
    "BadCouponOrder",
    "Basket",
    "BatchExists",
    "Campaign",
    "CampaignExists",
    "CampaignId",
    "Claim",
    "ClaimExists",
    "ClaimId",
    "ClaimNotYours",
    "Claims",
    "Coupon",
    "CouponBatch",
    "CouponBound",
    "CouponExists",
    "CouponNotValid",
    "CouponNotYours",
    "CouponPolicy",
    "CouponUnmatched",
    "FixedPrice",
    "Lane",
    "Limits",
    "LineExcess",
    "LineTraits",
    "Measure",
    "MeasureKind",
    "NoPromotion",
    "NotApplied",
    "Over",
    "OverUse",
    "Percent",
    "Pick",
    "Promotion",
    "PromotionUse",
    "Quote",
    "QuotePolicy",
    "Reading",
    "Reason",
    "Rulebook",
    "Share",
    "Stated",
    "StatedTooLarge",
    "Trait",
    "UnknownLane",
    "UnknownStated",
    "UnknownTraits",
    "UseClaim",
    "UseId",
    "explain",
    "matching",
    "quote",
    "spend",
]
