"""How well pages sell (内容分析): the home page and landing pages, and the best and the worst product pages."""

from attrs import field, frozen

from ecomops.kernel import Calendar, Currency, Language, Period, Text
from ecomops.kernel.checks import is_a, some_text, tuple_of, whole, wrong_kind
from ecomops.metrics.dictionary.making import distinct
from ecomops.metrics.dictionary.traffic import DETAIL_PAGE_PURCHASE_RATE, ITEM_BUYERS, home_page_purchase_rate
from ecomops.metrics.families import Facts, Lines
from ecomops.metrics.families_traffic import Views
from ecomops.metrics.formulas import measures_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.sheets.fields import Figure, a_figure
from ecomops.metrics.sheets.listing import aligned, named
from ecomops.metrics.sheets.terms import PageTerms
from ecomops.metrics.tabulating import tabulate
from ecomops.metrics.units import Unit

_MOST = 2**62

_PAGE_VISITORS = distinct(Views, "item_page_visitors", "visitors", "visitor", where=Views["sku"] >= 0)


@frozen(kw_only=True)
class Page:
    """A page and what came of it.

    Args:
        name: The page, or the product that it shows.
        visitors: How many looked at it: of the home page known customers, of a product page all visitors.
        buyers: How many of the former bought anything, or how many bought the product.
        rate: Buyers over visitors; None where nobody looked.
    """

    name: str = field(validator=some_text)
    visitors: int = field(validator=whole(0, _MOST))
    buyers: int = field(validator=whole(0, _MOST))
    rate: Figure = field(validator=a_figure)


@frozen(kw_only=True, repr=False)
class PageQuality:
    """The home pages, and the best and the worst product pages.

    Args:
        homes: The home page and landing pages, as the terms name them.
        best: The product pages with the highest purchase rate, the best first.
        worst: Those with the lowest, the worst first; none stands in both lists.
        judged: How many product pages had enough visitors.
        left_out: How many had not.
        terms: Which pages are told.
        observed: Of which period.
        definition: What counted as a sale.
        currency: The currency of the facts.
    """

    homes: tuple[Page, ...] = field(validator=tuple_of(Page))
    best: tuple[Page, ...] = field(validator=tuple_of(Page))
    worst: tuple[Page, ...] = field(validator=tuple_of(Page))
    judged: int = field(validator=whole(0, _MOST))
    left_out: int = field(validator=whole(0, _MOST))
    terms: PageTerms = field(validator=is_a(PageTerms))
    observed: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the list in which a page stands, its name, visitors, buyers and rate."""
        lists = {"home": self.homes, "best": self.best, "worst": self.worst}
        return [
            {"list": key, "page": page.name, "visitors": page.visitors, "buyers": page.buyers, "rate": page.rate}
            for key, pages in lists.items()
            for page in pages
        ]

    def words(self, language: Language = "en") -> str:
        """Return the three lists as text."""
        title = _TITLE.read(language).format(judged=self.judged, left=self.left_out, least=self.terms.least_visitors)
        lists = zip(_LISTS, (self.homes, self.best, self.worst), strict=True)
        return "\n".join(
            [
                title,
                *(
                    aligned(
                        head.read(language),
                        _PAGE.read(language),
                        _HEADS,
                        [(page.name, (page.visitors, page.buyers, page.rate)) for page in pages],
                        currency=self.currency,
                        language=language,
                    )
                    for head, pages in lists
                ),
            ]
        )

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_TITLE = Text(
    "Purchase rates of pages; {judged} product pages, {left} with fewer than {least} visitors left out",
    "页面购买率；{judged} 个详情页，访客少于 {least} 的 {left} 个未列入",
)
_LISTS = (Text("Home and landing pages", "首页与落地页"), Text("Best", "最好"), Text("Worst", "最差"))
_PAGE = Text("page", "页面")
_HEADS = (
    named("visitors", "visitors", "访客数", Unit.of("visitors")),
    named("buyers", "buyers", "买家数", Unit.of("visitors")),
    named("rate", "purchase rate", "购买率"),
)


def page_quality(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    terms: PageTerms | None = None,
    definition: Definition = DEFAULT_DEFINITION,
) -> PageQuality:
    """Return how well the pages of a period sold: the home pages, and the best and worst product pages with numbers.

    Buyers of a product are its known buyers, whatever they looked at: the rate of a product may pass 1.

    Args:
        facts: What happened, with page views.
        calendar: What cuts time into days.
        observed: The period.
        terms: Which pages are told.
        definition: What counts as a sale.

    Raises:
        FamilyMissing: The facts hold no page views.
        WrongKind: What is given is of another kind.
        DomainError: As `tabulate` refuses.
    """
    by = PageTerms() if terms is None else terms
    if not isinstance(by, PageTerms):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("page_quality.terms", "PageTerms", terms)
    if not isinstance(facts, Facts):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("page_quality.facts", "Facts", facts)
    _ = facts[Views]
    homes = tuple(_home(facts, page, calendar, observed, definition) for page in by.homes)
    products = _products(facts, calendar, observed, definition)
    judged = sorted(
        (page for page in products if page.visitors >= by.least_visitors),
        key=lambda page: (-(page.rate or 0), -page.visitors, page.name),
    )
    return PageQuality(
        homes=homes,
        best=tuple(judged[: by.number]),
        worst=tuple(reversed(judged[max(by.number, len(judged) - by.number) :])),
        judged=len(judged),
        left_out=len(products) - len(judged),
        terms=by,
        observed=observed,
        definition=definition,
        currency=facts.currency,
    )


def _home(facts: Facts, page: str, calendar: Calendar, observed: Period, definition: Definition) -> Page:
    rate = home_page_purchase_rate(page)
    bought, came = measures_of(rate)
    table = tabulate(facts, (bought, came, rate), calendar=calendar, observed=observed, by=(), definition=definition)
    figures = {column.key: column.plain()[0] for column in table.columns if len(table)}
    share = figures.get(rate.key)
    return Page(
        name=page, visitors=int(figures.get(came.key) or 0), buyers=int(figures.get(bought.key) or 0), rate=share
    )


def _products(facts: Facts, calendar: Calendar, observed: Period, definition: Definition) -> list[Page]:
    """Return the page of each product that anybody looked at."""
    table = tabulate(
        facts,
        (_PAGE_VISITORS, ITEM_BUYERS, DETAIL_PAGE_PURCHASE_RATE),
        calendar=calendar,
        observed=observed,
        by=Lines["sku"].declared.names or "skus",
        definition=definition,
    )
    if not len(table):
        return []
    keys = table.keys_of_rows[0]
    rows = zip(keys.codes.tolist(), keys.plain(), *(column.plain() for column in table.columns), strict=True)
    return [
        Page(name=str(name), visitors=int(visitors or 0), buyers=int(buyers or 0), rate=rate)
        for code, name, visitors, buyers, rate in rows
        if code >= 0 and visitors
    ]
