"""Between a source and the facts: rows are cleaned, dated, converted and reconciled, each in a step that tells of it.

Nothing is mended silently: every step says how many rows it changed or left out, and how much money it moved.
"""

from ecomops.metrics.intake.cleaning import Change, Cleaned, Cleaning, Outcome, clean
from ecomops.metrics.intake.clocks import Disputed, Localised, localised
from ecomops.metrics.intake.currencies import Conversion, convert, require_currency
from ecomops.metrics.intake.errors import (
    ArrivedBefore,
    Contradicting,
    DisputedTime,
    MixedCurrencies,
    NoSuchColumn,
    NotExact,
    RateMissing,
    RepeatedKey,
    UnknownFeed,
)
from ecomops.metrics.intake.freshness import Feed, Freshness, Lateness, Standing, freshness, late_rows
from ecomops.metrics.intake.predicates import Among, Every, Other, Rows, Within
from ecomops.metrics.intake.reconciling import Ledger, Reconciliation, Tally, added, reconcile
from ecomops.metrics.intake.steps import (
    Attached,
    Conflict,
    Deduplicated,
    Recoded,
    Rescaled,
    Without,
    Zoned,
    without_service_lines,
    without_test_orders,
)

__all__ = [
    "Among",
    "ArrivedBefore",
    "Attached",
    "Change",
    "Cleaned",
    "Cleaning",
    "Conflict",
    "Contradicting",
    "Conversion",
    "Deduplicated",
    "Disputed",
    "DisputedTime",
    "Every",
    "Feed",
    "Freshness",
    "Lateness",
    "Ledger",
    "Localised",
    "MixedCurrencies",
    "NoSuchColumn",
    "NotExact",
    "Other",
    "Outcome",
    "RateMissing",
    "Recoded",
    "Reconciliation",
    "RepeatedKey",
    "Rescaled",
    "Rows",
    "Standing",
    "Tally",
    "UnknownFeed",
    "Within",
    "Without",
    "Zoned",
    "added",
    "clean",
    "convert",
    "freshness",
    "late_rows",
    "localised",
    "reconcile",
    "require_currency",
    "without_service_lines",
    "without_test_orders",
]
