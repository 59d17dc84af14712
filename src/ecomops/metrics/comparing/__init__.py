"""Figures beside others: a baseline and what changed, shares and contributions, ranks and classes, funnels.

Every comparison says why it has none, tells good news from bad, and never sets a part of a period against a whole one
unless it is asked to.
"""

from ecomops.metrics.comparing.attaining import attain
from ecomops.metrics.comparing.baselines import Against, Partial
from ecomops.metrics.comparing.changing import Show, Verdict, change_of, compare, growth_of
from ecomops.metrics.comparing.errors import NotAligned, NotOfOneKind, StepWidens
from ecomops.metrics.comparing.funnels import Funnel, Gap, Step, funnel, funnel_of
from ecomops.metrics.comparing.ranking import abc_classes, rank
from ecomops.metrics.comparing.sharing import contribute, share

__all__ = [
    "Against",
    "Funnel",
    "Gap",
    "NotAligned",
    "NotOfOneKind",
    "Partial",
    "Show",
    "Step",
    "StepWidens",
    "Verdict",
    "abc_classes",
    "attain",
    "change_of",
    "compare",
    "contribute",
    "funnel",
    "funnel_of",
    "growth_of",
    "rank",
    "share",
]
