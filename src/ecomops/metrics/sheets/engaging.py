"""Engagement (互动、参与度) and the way to a sale: who does what how often, and how many go on to each step."""

from attrs import evolve as changed
from attrs import field, frozen

from ecomops.kernel import Calendar, Currency, Language, Period, Text
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, whole
from ecomops.metrics.comparing import Funnel, funnel_of
from ecomops.metrics.dictionary.basic import BUYERS, IDENTIFIED_ORDERS
from ecomops.metrics.dictionary.making import distinct, rows, total
from ecomops.metrics.dictionary.traffic import PV, UV, VISITORS, VISITS
from ecomops.metrics.expressions import Where
from ecomops.metrics.families import Facts, Orders
from ecomops.metrics.families_care import Conversations, Ratings
from ecomops.metrics.families_traffic import Exposures, Views
from ecomops.metrics.formulas import Measure
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.sheets.listing import aligned, named
from ecomops.metrics.tabulating import tabulate
from ecomops.metrics.units import Unit


def _of_exposures(key: str, column: str) -> tuple[Measure, Measure]:
    """Return how often something was done with what was shown, and by how many visitors."""
    did: Where = Exposures[column] >= 1
    unit = Exposures[column].declared.unit or Unit.of(key)
    return (
        total(Exposures, f"{key}.events", unit, column),
        distinct(Exposures, f"{key}.users", "visitors", "visitor", where=did),
    )


_SEARCHED: Where = Exposures["keyword"] >= 0
_KINDS: dict[str, tuple[Text, Measure, Measure]] = {
    "visits": (Text("visits", "访问"), VISITS, VISITORS),
    "page_views": (Text("page views", "浏览"), PV, UV),
    "searches": (
        Text("searches", "搜索"),
        rows(Exposures, "searches.events", "searches", where=_SEARCHED),
        distinct(Exposures, "searches.users", "visitors", "visitor", where=_SEARCHED),
    ),
    "clicks": (Text("clicks", "点击"), *_of_exposures("clicks", "clicks")),
    "cart_adds": (Text("cart adds", "加购"), *_of_exposures("cart_adds", "cart_adds")),
    "favourites": (Text("favourites", "收藏"), *_of_exposures("favourites", "favourites")),
    "orders": (Text("orders", "下单支付"), IDENTIFIED_ORDERS, BUYERS),
    "conversations": (
        Text("conversations", "咨询"),
        rows(Conversations, "conversations.events", "conversations", where=Conversations["customer"] >= 0),
        distinct(Conversations, "conversations.users", "buyers", "customer"),
    ),
    "ratings": (
        Text("ratings", "评价"),
        rows(Ratings, "ratings.events", "ratings", where=Ratings["customer"] >= 0),
        distinct(Ratings, "ratings.users", "buyers", "customer"),
    ),
}


@frozen(kw_only=True)
class Kind:
    """What users did.

    Args:
        key: Its name.
        name: What people call it.
        events: How often it was done, by users who are known; None where it is not observed.
        users: How many did it, each once.
    """

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    events: int | None = field(validator=optional(whole(0, 2**62)))
    users: int | None = field(validator=optional(whole(0, 2**62)))

    @property
    def per_user(self) -> float | None:
        """How often on average, of those who did it at all."""
        return self.events / self.users if self.events is not None and self.users else None


@frozen(kw_only=True, repr=False)
class Engagement:
    """What users did in a period, by kind of event; users of two kinds are never added.

    Args:
        kinds: The kinds of events.
        observed: Of which period.
        definition: What counted as a sale.
        currency: The currency of the facts.
    """

    kinds: tuple[Kind, ...] = field(validator=tuple_of(Kind))
    observed: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each kind of event."""
        return [
            {"kind": each.key, "events": each.events, "users": each.users, "per_user": each.per_user}
            for each in self.kinds
        ]

    def words(self, language: Language = "en") -> str:
        """Return the list as text."""
        listed = [(each.name.read(language), (each.events, each.users, each.per_user)) for each in self.kinds]
        title = _TITLE.read(language)
        return aligned(title, _KIND.read(language), _HEADS, listed, currency=self.currency, language=language)

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_TITLE = Text("Engagement", "互动参与度")
_KIND = Text("kind of event", "行为")
_HEADS = (
    named("events", "events", "次数", Unit.of("events")),
    named("users", "active users", "活跃用户数", Unit.of("users")),
    named("per_user", "per user", "人均次数"),
)


def engagement(
    facts: Facts, *, calendar: Calendar, observed: Period, definition: Definition = DEFAULT_DEFINITION
) -> Engagement:
    """Return what users did in a period: each kind of event, how often, by how many, and how often each (互动、参与度).

    Users of traffic are visitors, as far as the device tells; of orders, conversations and ratings known customers.

    Args:
        facts: What happened; a kind whose family they do not hold is not observed.
        calendar: What cuts time into days.
        observed: The period.
        definition: What counts as a sale.

    Raises:
        DomainError: As `tabulate` refuses.
    """
    measures = [measure for _, *both in _KINDS.values() for measure in both]
    table = tabulate(facts, measures, calendar=calendar, observed=observed, by=(), definition=definition)
    found = {column.key: column.plain()[0] if len(table) else None for column in table.columns}
    return Engagement(
        kinds=tuple(
            Kind(key=key, name=name, events=_whole(found[events.key]), users=_whole(found[users.key]))
            for key, (name, events, users) in _KINDS.items()
        ),
        observed=observed,
        definition=definition,
        currency=facts.currency,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _named(measure: Measure, en: str, zh: str) -> Measure:
    return changed(measure, name=Text(en, zh))


STEPS = (
    _named(VISITORS, "visitors", "访客"),
    _named(
        distinct(Views, "product_visitors", "visitors", "visitor", where=Views["sku"] >= 0),
        "visitors of a product",
        "商品访客",
    ),
    _named(
        distinct(Exposures, "cart_visitors", "visitors", "visitor", where=Exposures["cart_adds"] >= 1),
        "visitors who filled a cart",
        "加购访客",
    ),
    _named(
        distinct(Orders, "ordering_customers", "visitors", "customer", at=Orders["placed_at"], valid=False),
        "customers who ordered",
        "下单买家",
    ),
    BUYERS,
)
"""The way to a sale, in persons: who came, looked at a product, put one into the cart, ordered, paid."""


def shop_funnel(
    facts: Facts, *, calendar: Calendar, observed: Period, definition: Definition = DEFAULT_DEFINITION
) -> Funnel:
    """Return the funnel of a period in persons: visit, product, cart, order, paid (转化漏斗).

    Visitors are told by devices, buyers by customers: where one customer has several devices, the upper steps are
    wider than the persons are many.

    Args:
        facts: What happened.
        calendar: What cuts time into days.
        observed: The period.
        definition: What counts as a sale.

    Raises:
        StepWidens: More reached a step than the one before: the steps do not tell of the same visitors.
        WrongKind: A family that a step reads is not observed.
        DomainError: As `tabulate` refuses.
    """
    table = tabulate(facts, STEPS, calendar=calendar, observed=observed, by=(), definition=definition)
    return funnel_of(table)
