"""Bargains (砍价): a price that helpers cut down to a floor, reached exactly by the last of them."""

from ecomops.promotions.bargains.bargain import BARGAIN, Bargain, BargainId, Cut
from ecomops.promotions.bargains.cutting import (
    DEFAULT_BARGAIN_POLICY,
    BargainPolicy,
    BargainTerms,
    Draw,
    cut_bounds,
    draw_cut,
    terms_of,
)
from ecomops.promotions.bargains.errors import (
    BadBargainCuts,
    BadBargainDraw,
    BadBargainTerms,
    BargainCutOutside,
    BargainEnded,
    BargainExists,
    BargainHelpedAlready,
    BargainNotPriced,
    BargainNotReached,
    BargainNotYours,
    BargainOwnHelp,
    BargainTaken,
    BargainTooOften,
)

__all__ = [
    "BARGAIN",
    "DEFAULT_BARGAIN_POLICY",
    "BadBargainCuts",
    "BadBargainDraw",
    "BadBargainTerms",
    "Bargain",
    "BargainCutOutside",
    "BargainEnded",
    "BargainExists",
    "BargainHelpedAlready",
    "BargainId",
    "BargainNotPriced",
    "BargainNotReached",
    "BargainNotYours",
    "BargainOwnHelp",
    "BargainPolicy",
    "BargainTaken",
    "BargainTerms",
    "BargainTooOften",
    "Cut",
    "Draw",
    "cut_bounds",
    "draw_cut",
    "terms_of",
]
