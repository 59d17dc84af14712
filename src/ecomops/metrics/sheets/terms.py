"""What a shop decides about its sheets: thresholds, weights and minimums, as frozen values with documented defaults."""

from attrs import field, frozen

from ecomops.kernel.checks import tuple_of, whole
from ecomops.metrics.sheets.errors import WeighsNothing


@frozen(kw_only=True)
class SheetTerms:
    """The parameters of daily and weekly sheets.

    Args:
        deep_pages: From how many pages on a visit is deep (访问深度比率).
        long_seconds: From how many seconds on it is long (访问时间比率).
        repurchase_days: Within how many days a member buys again.
    """

    deep_pages: int = field(default=3, validator=whole(1, 10_000))
    long_seconds: int = field(default=60, validator=whole(1, 86_400))
    repurchase_days: int = field(default=30, validator=whole(1, 3_650))


DEFAULT_TERMS = SheetTerms()
"""Three pages, a minute, thirty days."""


@frozen(kw_only=True)
class SourceTerms:
    """How sources of traffic are ranked: by the weighted mean of their ranks in four criteria.

    Args:
        conversion: The weight of the rank by conversion.
        pages: That by pages per visit.
        seconds: That by time per visit.
        depth: That by the share of deep visits.
        least_visits: Sources with fewer visits are left out.
        deep_pages: From how many pages on a visit is deep.

    Raises:
        WeighsNothing: All weights are 0.
    """

    conversion: int = field(default=1, validator=whole(0, 1_000))
    pages: int = field(default=1, validator=whole(0, 1_000))
    seconds: int = field(default=1, validator=whole(0, 1_000))
    depth: int = field(default=1, validator=whole(0, 1_000))
    least_visits: int = field(default=100, validator=whole(1, 10**9))
    deep_pages: int = field(default=3, validator=whole(1, 10_000))

    def __attrs_post_init__(self) -> None:
        """Refuse to rank by nothing."""
        if not sum(self.weights):
            raise WeighsNothing(field="SourceTerms")

    @property
    def weights(self) -> tuple[int, int, int, int]:
        """The weights of conversion, pages, time and depth."""
        return self.conversion, self.pages, self.seconds, self.depth


@frozen(kw_only=True)
class PageTerms:
    """Which pages are told of.

    Args:
        homes: The pages of which it is told which share of their visitors bought: the home page, landing pages.
        number: How many of the best and of the worst product pages are told.
        least_visitors: Product pages with fewer visitors are left out.
    """

    homes: tuple[str, ...] = field(default=("home",), validator=tuple_of(str))
    number: int = field(default=5, validator=whole(1, 10_000))
    least_visitors: int = field(default=30, validator=whole(1, 10**9))


@frozen(kw_only=True)
class CohortCosts:
    """What was spent to win and keep a cohort, in minor units.

    Args:
        acquisition: To win it.
        retention: To keep it.
    """

    acquisition: int = field(validator=whole(0, 2**52))
    retention: int = field(default=0, validator=whole(0, 2**52))
