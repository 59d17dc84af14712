"""How good the sources of traffic are (流量来源分析): conversion, pages, time and depth, ranked by their mean rank."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Calendar, Currency, Language, Period, Text
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, whole, wrong_kind
from ecomops.metrics.dictionary.traffic import (
    AVG_STAY_PER_VISIT,
    AVG_VISIT_DEPTH,
    SOURCE_CONVERSION_RATE,
    VISITORS,
    VISITS,
    visit_depth_ratio,
)
from ecomops.metrics.families import Facts
from ecomops.metrics.families_traffic import Visits
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.sheets.fields import Figure, a_figure
from ecomops.metrics.sheets.listing import aligned, named
from ecomops.metrics.sheets.terms import SourceTerms
from ecomops.metrics.tables import Table
from ecomops.metrics.tabulating import tabulate
from ecomops.metrics.units import Unit

_MOST = 2**62


@frozen(kw_only=True)
class Source:
    """A source of traffic.

    Args:
        name: What it is called; its code where the host keeps the names.
        visits: How many visits came from it.
        visitors: How many visitors.
        conversion: Buyers over visitors.
        pages: Pages per visit.
        seconds: Seconds per visit.
        depth: The share of deep visits.
        ranks: Its ranks in the four criteria, 1 for the best; equal ones share the mean of their places.
        mean_rank: Their weighted mean.
        place: Its place by that; equal ones share the better place.
    """

    name: str = field(validator=some_text)
    visits: int = field(validator=whole(0, _MOST))
    visitors: int = field(validator=whole(0, _MOST))
    conversion: Figure = field(validator=a_figure)
    pages: Figure = field(validator=a_figure)
    seconds: Figure = field(validator=a_figure)
    depth: Figure = field(validator=a_figure)
    ranks: tuple[Fraction, ...] = field(validator=tuple_of(Fraction, least=4))
    mean_rank: Fraction = field(validator=is_a(Fraction))
    place: int = field(validator=whole(1, _MOST))


@frozen(kw_only=True)
class TooFew:
    """What was left out of a list.

    Args:
        name: What it is called; None is unknown.
        count: How many visits or visitors it had.
    """

    name: str | None = field(validator=optional(is_a(str)))
    count: int = field(validator=whole(0, _MOST))


@frozen(kw_only=True, repr=False)
class SourceQuality:
    """The sources of traffic, the best one first.

    Args:
        sources: The sources.
        left_out: Those with too few visits, and the unknown one, the largest first.
        terms: How they were ranked.
        observed: Of which period.
        definition: What counted as a sale.
        currency: The currency of the facts.
    """

    sources: tuple[Source, ...] = field(validator=tuple_of(Source))
    left_out: tuple[TooFew, ...] = field(validator=tuple_of(TooFew))
    terms: SourceTerms = field(validator=is_a(SourceTerms))
    observed: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each source that was ranked."""
        return [
            {
                "place": each.place,
                "source": each.name,
                "visits": each.visits,
                "visitors": each.visitors,
                "conversion": each.conversion,
                "pages": each.pages,
                "seconds": each.seconds,
                "depth": each.depth,
                "mean_rank": float(each.mean_rank),
            }
            for each in self.sources
        ]

    def words(self, language: Language = "en") -> str:
        """Return the list as text."""
        rows = [
            (
                each.name,
                (each.visits, each.conversion, each.pages, each.seconds, each.depth, float(each.mean_rank)),
            )
            for each in self.sources
        ]
        title = _TITLE.read(language).format(least=self.terms.least_visits, left=len(self.left_out))
        return aligned(title, _SOURCE.read(language), _HEADS, rows, currency=self.currency, language=language)

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_TITLE = Text(
    "Sources of traffic by their mean rank; {left} unknown or with fewer than {least} visits",
    "流量来源（按平均名次）；未知或访问少于 {least} 次的 {left} 个未列入",
)
_SOURCE = Text("source", "来源")
_HEADS = (
    named("visits", "visits", "访问次数", Unit.of("visits")),
    named("conversion", "conversion", "转化率"),
    named("pages", "pages", "平均浏览页数"),
    named("seconds", "seconds", "停留秒数"),
    named("depth", "deep", "访问深度比率"),
    named("mean_rank", "mean rank", "平均名次"),
)


def source_quality(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    terms: SourceTerms | None = None,
    definition: Definition = DEFAULT_DEFINITION,
) -> SourceQuality:
    """Return the sources of traffic of a period, ranked by the weighted mean of their ranks.

    A source is judged by what its visits do, not by how many there are. An order is credited to the source of its
    terms (`OrderTerms.source`); what has no figure in a criterion comes last in it.

    Args:
        facts: What happened, with visits and the terms of orders.
        calendar: What cuts time into days.
        observed: The period.
        terms: The weights, and from how many visits on a source is judged.
        definition: What counts as a sale.

    Raises:
        FamilyMissing: The facts hold no visits.
        NoWay: Orders do not lead to sources: their terms are missing.
        WrongKind: What is given is of another kind.
        DomainError: As `tabulate` refuses.
    """
    by = SourceTerms() if terms is None else terms
    if not isinstance(by, SourceTerms):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("source_quality.terms", "SourceTerms", terms)
    if not isinstance(facts, Facts):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("source_quality.facts", "Facts", facts)
    _ = facts[Visits]
    deep = visit_depth_ratio(by.deep_pages)
    criteria = (SOURCE_CONVERSION_RATE, AVG_VISIT_DEPTH, AVG_STAY_PER_VISIT, deep)
    table = tabulate(
        facts,
        (VISITS, VISITORS, *criteria),
        calendar=calendar,
        observed=observed,
        by="visit_sources",
        definition=definition,
    )
    kept, left = _kept(table, by.least_visits)
    figures = [[table.column(kpi).plain()[row] for row in kept] for kpi in criteria]
    return SourceQuality(
        sources=_ranked(table, kept, figures, by),
        left_out=left,
        terms=by,
        observed=observed,
        definition=definition,
        currency=facts.currency,
    )


def _kept(table: Table, least: int) -> tuple[list[int], tuple[TooFew, ...]]:
    """Return the rows that are judged, and what is left out."""
    if not len(table):
        return [], ()
    names, visits = table.keys_of_rows[0].plain(), table[VISITS].tolist()
    kept = [row for row, name in enumerate(names) if name is not None and visits[row] >= least]
    others = [row for row in range(len(table)) if row not in set(kept)]
    others.sort(key=lambda row: (-visits[row], row))
    left = (TooFew(name=None if names[row] is None else str(names[row]), count=int(visits[row])) for row in others)
    return kept, tuple(left)


def _ranked(
    table: Table, kept: Sequence[int], figures: Sequence[Sequence[float | None]], terms: SourceTerms
) -> tuple[Source, ...]:
    ranks = list(zip(*(mean_ranks(each) for each in figures), strict=True))
    weights, whole_weight = terms.weights, sum(terms.weights)
    means = [
        sum((rank * weight for rank, weight in zip(own, weights, strict=True)), Fraction()) / whole_weight
        for own in ranks
    ]
    names, visits, visitors = table.keys_of_rows[0].plain() if kept else [], table[VISITS], table[VISITORS]
    order = sorted(range(len(kept)), key=lambda at: (means[at], -int(visits[kept[at]]), kept[at]))
    return tuple(
        Source(
            name=str(names[kept[at]]),
            visits=int(visits[kept[at]]),
            visitors=int(visitors[kept[at]]),
            conversion=figures[0][at],
            pages=figures[1][at],
            seconds=figures[2][at],
            depth=figures[3][at],
            ranks=ranks[at],
            mean_rank=means[at],
            place=1 + sum(mean < means[at] for mean in means),
        )
        for at in order
    )


def mean_ranks(values: Sequence[float | None]) -> list[Fraction]:
    """Return the rank of each value, 1 for the largest; equal ones share the mean of their places, None comes last.

    Example:
        >>> [str(rank) for rank in mean_ranks([0.5, None, 0.9, 0.5])]
        ['5/2', '4', '1', '5/2']
    """
    keys = [(value is None, -(value or 0)) for value in values]
    return [Fraction(2 * sum(other < key for other in keys) + keys.count(key) + 1, 2) for key in keys]
