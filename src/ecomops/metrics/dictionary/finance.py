"""Money: margins, advertising, and what was planned."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.dictionary.basic import NET
from ecomops.metrics.dictionary.making import entry, total
from ecomops.metrics.expressions import among
from ecomops.metrics.families_care import Costs, Targets
from ecomops.metrics.families_goods import LineWorth
from ecomops.metrics.families_traffic import Adverts
from ecomops.metrics.formulas import Kpi, Measure
from ecomops.metrics.units import MONEY, NUMBER, Unit

COST_OF_GOODS = total(LineWorth, "cost_of_goods", MONEY, "cost")
"""What the goods that were sold had cost."""
GROSS_PROFIT = entry("gross_profit", NET - COST_OF_GOODS)
"""Net sales less the cost of goods; freight and packaging are no part of it unless the host's costs hold them."""
GROSS_MARGIN = entry("gross_margin", GROSS_PROFIT / NET)
"""Gross profit over net sales."""


def _spent(key: str, *kinds: str) -> Measure:
    return total(Costs, key, MONEY, "amount", where=among(Costs["kind"], *kinds))


def operating_margin(kinds: Sequence[str] = ("marketing", "fulfilment", "platform")) -> Kpi:
    """Return what is left of gross profit after costs of such kinds, over net sales."""
    return entry("operating_margin", (GROSS_PROFIT - _spent("operating_costs", *kinds)) / NET)


SPEND = total(Adverts, "ad_spend", MONEY, "spend")
"""What advertising cost."""
AD_REVENUE = total(Adverts, "ad_revenue", MONEY, "revenue")
"""What was sold through it."""
ROI = entry("roi", (AD_REVENUE - SPEND) / SPEND)
"""What is left of the revenue after the spend, over the spend."""


def full_path_roi(kinds: Sequence[str] = ("acquisition", "retention")) -> Kpi:
    """Return gross profit over all that was spent to win and keep the customers; of the facts of a cohort."""
    return entry("full_path_roi", GROSS_PROFIT / _spent("path_costs", *kinds))


ROAS = entry("roas", AD_REVENUE / SPEND)
"""Revenue over spend."""
ACOS = entry("acos", SPEND / AD_REVENUE)
"""Spend over revenue."""
CPC = entry("cpc", SPEND / total(Adverts, "ad_clicks", Unit.of("clicks"), "clicks"))
"""Spend per click."""
CPM = entry("cpm", SPEND * 1000 / total(Adverts, "ad_impressions", Unit.of("impressions"), "shown"))
"""Spend per thousand impressions."""
LOGISTICS_COST_RATIO = entry("logistics_cost_ratio", _spent("logistics_costs", "logistics") / NET)
"""What logistics cost over net sales."""
TARGET_ATTAINMENT = entry(
    "target_attainment",
    total(Targets, "actual", NUMBER, "actual") / total(Targets, "planned", NUMBER, "planned"),
)
"""What came of a plan; where lower is better, plan over actual: `TARGET_ATTAINMENT_LOWER`."""
TARGET_ATTAINMENT_LOWER = total(Targets, "planned", NUMBER, "planned") / total(Targets, "actual", NUMBER, "actual")
"""The plan over what came of it, for goals of which less is better."""


def campaign_lift(test: NDArray[Any], control: NDArray[Any]) -> NDArray[Any]:
    """Return how much more a figure is with a campaign than without: test less control, never before and after.

    Args:
        test: The figure of those who were reached, shape (n,).
        control: That of those who were not.

    Example:
        >>> campaign_lift(np.array([0.12]), np.array([0.1])).round(2).tolist()
        [0.02]
    """
    lift: NDArray[Any] = np.asarray(test) - np.asarray(control)
    return lift


def dsr_vs_industry(score: float, *, mean: float, lowest: float, highest: float) -> float:
    """Return how far a score lies above, or below, the mean of its industry, as a share of how far it could.

    Args:
        score: The score of the shop.
        mean: The mean of the industry.
        lowest: Its lowest score.
        highest: Its highest score.

    Returns:
        From -1 to 1; NaN where the industry knows no score on that side of its mean.

    Example:
        >>> [dsr_vs_industry(score, mean=4.0, lowest=3.0, highest=5.0) for score in (4.5, 3.5)]
        [0.5, -0.5]
    """
    room = highest - mean if score >= mean else mean - lowest
    return (score - mean) / room if room else float("nan")


def kpi_weighted_score(scores: Sequence[float], weights: Sequence[float], *, most: float = 100.0) -> float:
    """Return the weighted sum of scores, each capped; the weights are shares of a whole.

    Args:
        scores: Each from a band table.
        weights: Of each; together 1.
        most: What a score counts at most.

    Raises:
        OutOfRange: There are not as many weights, or they are no shares of a whole.

    Example:
        >>> kpi_weighted_score((120, 80), (0.5, 0.5))
        90.0
    """
    if len(scores) != len(weights) or not np.isclose(sum(weights), 1):
        raise OutOfRange(field="kpi_weighted_score.weights", least="0", most="1")
    return float(sum(weight * min(score, most) for score, weight in zip(scores, weights, strict=True)))
