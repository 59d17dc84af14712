"""Traffic: who came, what was shown and clicked, and what advertising cost."""

from attrs import field, frozen

from ecomops.columns import Ints
from ecomops.metrics.declaring import Columns, code, count, instant, money, row
from ecomops.metrics.units import Unit

_CLICKS, _VIEWS = Unit.of("clicks"), Unit.of("impressions")


@frozen(kw_only=True, eq=False)
class Visits(Columns):
    """Visits (sessions), one a row; where a visit is cut is the host's rule, 30 idle minutes as a rule."""

    visitor: Ints = field(metadata=code("visitors", "Who came, as far as the device tells."))
    customer: Ints = field(metadata=code("customers", "The customer, where the visitor signed in."))
    source: Ints = field(metadata=code("visit_sources", "Where the visit came from."))
    entrance: Ints = field(metadata=code("pages", "The first page."))
    address: Ints = field(metadata=code("addresses", "The network address, as a code."))
    began: Ints = field(metadata=instant("When it began.", main=True))
    left: Ints = field(metadata=instant("When the last page was left, or opened where leaving is not seen."))
    pages: Ints = field(metadata=count("How many pages were opened.", unit=Unit.of("pages")))
    clicks: Ints = field(metadata=count("How often something was clicked.", unit=_CLICKS))


@frozen(kw_only=True, eq=False)
class Views(Columns):
    """Page views, one a row; a refresh is another one."""

    visit: Ints = field(metadata=row(Visits, "The row of its visit; -1 where visits are not kept.", unknown=True))
    visitor: Ints = field(metadata=code("visitors", "Who looked."))
    customer: Ints = field(metadata=code("customers", "The customer, where the visitor signed in."))
    page: Ints = field(metadata=code("pages", "Which page."))
    sku: Ints = field(metadata=code("skus", "The goods that the page shows; -1 for none."))
    at: Ints = field(metadata=instant("When it was opened.", main=True))


@frozen(kw_only=True, eq=False)
class Exposures(Columns):
    """What was shown to a visitor in a list, a search or a recommendation, and what came of it."""

    visitor: Ints = field(metadata=code("visitors", "To whom."))
    sku: Ints = field(metadata=code("skus", "What was shown."))
    keyword: Ints = field(metadata=code("keywords", "What was searched for; -1 for nothing."))
    at: Ints = field(metadata=instant("When.", main=True))
    shown: Ints = field(metadata=count("How often it was shown.", unit=_VIEWS))
    clicks: Ints = field(metadata=count("How often it was clicked.", unit=_CLICKS))
    cart_adds: Ints = field(metadata=count("How often it was put into the cart.", unit=Unit.of("cart_adds")))
    favourites: Ints = field(metadata=count("How often it was made a favourite.", unit=Unit.of("favourites")))
    payments: Ints = field(metadata=count("How often it was paid.", unit=Unit.of("payments")))
    refunds: Ints = field(metadata=count("How often it was refunded.", unit=Unit.of("payments")))


@frozen(kw_only=True, eq=False)
class Adverts(Columns):
    """What advertising did, as its platform tells: a row for a campaign, keyword and day or hour."""

    campaign: Ints = field(metadata=code("campaigns", "Which campaign."))
    keyword: Ints = field(metadata=code("keywords", "Which keyword; -1 for none."))
    channel: Ints = field(metadata=code("channels", "For which sales channel."))
    at: Ints = field(metadata=instant("When.", main=True))
    shown: Ints = field(metadata=count("How often it was shown.", unit=_VIEWS))
    clicks: Ints = field(metadata=count("How often it was clicked.", unit=_CLICKS))
    spend: Ints = field(metadata=money("What it cost."))
    revenue: Ints = field(metadata=money("What was sold through it, by the attribution of the platform."))
