"""Exact explanations: why a figure changed, in parts that add up to the change to the last minor unit.

Products and quotients by the Shapley value (`decompose`), rates by mix and rate over nested slices (`mix_and_rate`),
sales by price, volume, mix, new and lost products (`price_volume_mix`), a funnel against a benchmark (`funnel_gap`).
Whole numbers in, exact ratios inside: floats are refused. Swapping the sides swaps every sign.
"""

from ecomops.metrics.explaining.bottlenecks import funnel_gap
from ecomops.metrics.explaining.chains import Undefined
from ecomops.metrics.explaining.decomposing import Decomposition, Part, decompose
from ecomops.metrics.explaining.errors import (
    FigureMissing,
    NegativeWeight,
    NotAChain,
    NothingToCompare,
    NoValue,
    PartialRow,
    Side,
    StepGrows,
    UnevenPaths,
    ZeroDenominator,
)
from ecomops.metrics.explaining.figures import Scale
from ecomops.metrics.explaining.mixing import MixAndRate, Slice, mix_and_rate
from ecomops.metrics.explaining.rows import decompose_rows, figures_of
from ecomops.metrics.explaining.selling import Kind, PriceVolumeMix, Seller, price_volume_mix
from ecomops.metrics.explaining.shapley import shapley
from ecomops.metrics.explaining.slices import by_slice

__all__ = [
    "Decomposition",
    "FigureMissing",
    "Kind",
    "MixAndRate",
    "NegativeWeight",
    "NoValue",
    "NotAChain",
    "NothingToCompare",
    "Part",
    "PartialRow",
    "PriceVolumeMix",
    "Scale",
    "Seller",
    "Side",
    "Slice",
    "StepGrows",
    "Undefined",
    "UnevenPaths",
    "ZeroDenominator",
    "by_slice",
    "decompose",
    "decompose_rows",
    "figures_of",
    "funnel_gap",
    "mix_and_rate",
    "price_volume_mix",
    "shapley",
]
