"""Ready sheets (报表): the daily and the weekly sheet, members, sources, pages, cohorts, engagement, the funnel.

Each is a frozen value with rows, words in English and Chinese, and the definition that it was made with.
"""

from ecomops.metrics.sheets.cohorts import Stage, Stages, headline, stages
from ecomops.metrics.sheets.engaging import Engagement, Kind, engagement, shop_funnel
from ecomops.metrics.sheets.errors import NothingObserved, WeighsNothing
from ecomops.metrics.sheets.members import MEMBER_CONVERSION_RATE, NEW_MEMBERS, OLD_MEMBERS, member_repurchase_rate
from ecomops.metrics.sheets.pages import Page, PageQuality, page_quality
from ecomops.metrics.sheets.periodic import (
    daily_sheet,
    member_sheet,
    weekly_sheet,
)
from ecomops.metrics.sheets.sheet import Block, Line, Sheet
from ecomops.metrics.sheets.sources import Source, SourceQuality, TooFew, source_quality
from ecomops.metrics.sheets.terms import CohortCosts, PageTerms, SheetTerms, SourceTerms

__all__ = [
    "MEMBER_CONVERSION_RATE",
    "NEW_MEMBERS",
    "OLD_MEMBERS",
    "Block",
    "CohortCosts",
    "Engagement",
    "Kind",
    "Line",
    "NothingObserved",
    "Page",
    "PageQuality",
    "PageTerms",
    "Sheet",
    "SheetTerms",
    "Source",
    "SourceQuality",
    "SourceTerms",
    "Stage",
    "Stages",
    "TooFew",
    "WeighsNothing",
    "daily_sheet",
    "engagement",
    "headline",
    "member_repurchase_rate",
    "member_sheet",
    "page_quality",
    "shop_funnel",
    "source_quality",
    "stages",
    "weekly_sheet",
]
