"""Page views made into visits, and what visits of each source came to: pages, bounces, time, orders.

A visit is a run of views of one visitor without a longer pause, or what the host says is one. An order belongs to the
latest visit of its customer that had begun when it was placed, unless that was left too long before.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import UNKNOWN, Ints, Uneven, require_range, require_whole
from ecomops.kernel import Calendar, Grain, OutOfRange, Period, Text
from ecomops.kernel.checks import is_a, tuple_of, wrong_kind
from ecomops.metrics.cutting import MOST_INSTANT, by_pause, by_session, in_turn
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Facts
from ecomops.metrics.families_traffic import Views, Visits
from ecomops.metrics.periods import Periods, periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition, is_sorted, valid_orders
from ecomops.metrics.tallying import Cells, Stays, Sums

LONGEST_IDLE = timedelta(days=1)
"""The longest pause within a visit."""


def _a_pause(instance: object, attribute: "Attribute[timedelta]", value: timedelta) -> None:
    name = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind(name, "timedelta", value)
    if not timedelta(0) < value <= LONGEST_IDLE:
        raise OutOfRange(field=name, least="0:00:00.000001", most=str(LONGEST_IDLE))


@frozen(kw_only=True)
class VisitPolicy:
    """Where visits are cut, and how long one is remembered.

    Args:
        idle: A pause longer than this begins another visit.
        remembered: An order that is placed later than this after the last view belongs to no visit.

    Raises:
        OutOfRange: One is not positive, or longer than a day.
    """

    idle: timedelta = field(default=timedelta(minutes=30), validator=_a_pause)
    remembered: timedelta = field(default=timedelta(minutes=30), validator=_a_pause)


DEFAULT_VISITS = VisitPolicy()
"""Thirty idle minutes, as most tools have it."""


def visits_of(
    views: Views, *, sources: Ints | None = None, sessions: Ints | None = None, policy: VisitPolicy = DEFAULT_VISITS
) -> Visits:
    """Return the visits that page views make, in the order of their first views.

    A visit has the source and the page of its first view, and the last customer that signed in; it was left when its
    last page was opened, since leaving is not seen. Views of unknown visitors make no visit, unless sessions are given.

    Args:
        views: Page views, in any order; those of one instant follow each other by row.
        sources: The source of each view, as a code; None when nobody knows.
        sessions: The session of each view, from 0, as the host knows it; -1 for none. None cuts by pauses.
        policy: The longest pause.

    Raises:
        WrongKind: What is given is of another kind.
        WrongColumn: Sources or sessions are no column.
        Uneven: They are not as many as the views.
        OutOfColumn: They are below -1, sessions are not below the number of views, or a view has no instant.

    Example:
        >>> minutes = np.array([0, 5, 10, 45]) * 60_000_000
        >>> columns = {"visitor": np.array([0, 1, 0, 0]), "at": minutes, "page": np.array([3, 0, 1, 3])}
        >>> nothing = dict.fromkeys(("visit", "customer", "sku"), np.full(4, -1))
        >>> visits = visits_of(Views.of(columns | nothing), sources=np.array([2, 0, 1, 0]))
        >>> visits.visitor, visits.pages, visits.source
        (array([0, 1, 0]), array([2, 1, 1]), array([2, 0, 0]))
    """
    for name, value, kind in (("views", views, Views), ("policy", policy, VisitPolicy)):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"visits_of.{name}", kind.__name__, value)
    if is_column(sessions, len(views)) and (sources is None or is_column(sources, len(views))):
        found = in_turn(views, sources, cast("Ints", sessions))
        if found is not None:
            return found
    for name, values in (("sources", sources), ("sessions", sessions)):
        if values is not None:
            require_whole(values, name=name)
            if len(values) != len(views):
                raise Uneven(column=name, found=len(values), expected=len(views))
            most = len(views) - 1 if name == "sessions" else 2**31 - 1
            require_range(values, name=name, least=UNKNOWN, most=most)
    require_range(views.at, name="Views.at", least=-MOST_INSTANT, most=MOST_INSTANT)
    by_time = None if extent(views, "at").rises else np.argsort(views.at, kind="stable")
    owner, at, customer = (
        each if by_time is None else each.take(by_time)
        for each in (views.visitor if sessions is None else sessions, views.at, views.customer)
    )
    pause = policy.idle // timedelta(microseconds=1)
    cut = by_pause(owner, at, customer, pause) if sessions is None else by_session(owner, at, customer)
    first = cut.first if by_time is None else by_time.take(cut.first)
    nothing = np.full(len(first), UNKNOWN)
    return Visits(
        visitor=views.visitor.take(first),
        customer=nothing if cut.customer is None else cut.customer,
        source=nothing if sources is None else sources.take(first),
        entrance=views.page.take(first),
        address=nothing,
        began=views.at.take(first),
        left=cut.left,
        pages=cut.pages,
        clicks=np.zeros(len(first), dtype=np.int64),
    )


def is_column(values: object, size: int) -> bool:
    """Tell whether that is a column of this length."""
    if not isinstance(values, np.ndarray):
        return False
    given = cast("NDArray[Any]", values)
    if hasattr(given, "mask"):
        return False
    return given.dtype == np.int64 and given.shape == (size,)


@frozen(kw_only=True, eq=False)
class Traffic:
    """What visits came to, by period and source; each figure is an array of one row a period, one column a source.

    A visit belongs to the period and the source in which it began, with all of its pages, its time and its orders.

    Args:
        labels: The first day of each period.
        sources: The code of each source that occurs, rising; unknown, -1, stands last.
        names: Their names, where the facts have any.
        visits: Visits.
        views: Their page views.
        bounces: Visits of one page.
        stayed: Microseconds from the first page of a visit to its last one, added up.
        orders: Valid orders that belong to visits.
        converted: Visits to which an order belongs.
        partial: Which periods were observed in part.
        grain: How long the periods are.
        calendar: What cut them.
        policy: Which orders belong to visits.
        definition: What counted as a sale.
    """

    labels: tuple[Date, ...] = field(validator=tuple_of(Date))
    sources: Ints
    names: tuple[str, ...] = field(validator=tuple_of(str))
    visits: Cells
    views: Cells
    bounces: Cells
    stayed: Cells
    orders: Cells
    converted: Cells
    partial: tuple[bool, ...] = field(validator=tuple_of(bool))
    grain: Grain = field(validator=is_a(Grain))
    calendar: Calendar = field(validator=is_a(Calendar))
    policy: VisitPolicy = field(validator=is_a(VisitPolicy))
    definition: Definition = field(validator=is_a(Definition))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def bounce_rate(self) -> NDArray[np.float64]:
        """Visits of one page, of all visits; NaN without a visit."""
        return _ratio(self.bounces, self.visits)

    @property
    def depth(self) -> NDArray[np.float64]:
        """Pages a visit; NaN without a visit."""
        return _ratio(self.views, self.visits)

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Seconds a visit, in which those of one page count with none; NaN without a visit."""
        return _ratio(self.stayed, self.visits * 1_000_000)

    @property
    def conversion(self) -> NDArray[np.float64]:
        """Visits with an order, of all visits; NaN without a visit."""
        return _ratio(self.converted, self.visits)

    def to_columns(self) -> dict[str, NDArray[np.generic]]:
        """Return columns of one row for each period and source: the first day, the source, and all figures."""
        cells = {name: getattr(self, name).ravel() for name in TEXTS if name not in {"source", "partial"}}
        return {
            self.grain.value: np.repeat(np.array([label.isoformat() for label in self.labels]), len(self.sources)),
            "source": np.tile(self.sources, len(self)),
            "partial": np.repeat(np.array(self.partial, dtype=np.bool_), len(self.sources)),
            **cells,
        }

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows of what `to_columns` holds: sources by name where there is one, None where no figure is."""
        columns = {name: values.tolist() for name, values in self.to_columns().items()}
        columns["source"] = [self._named(code) for code in columns["source"]]
        return [
            {name: None if value != value else value for name, value in zip(columns, row, strict=True)}  # noqa: PLR0124 - NaN alone is not itself
            for row in zip(*columns.values(), strict=True)
        ]

    def _named(self, code: int) -> str | int:
        return self.names[code] if 0 <= code < len(self.names) else code


TEXTS: Mapping[str, Text] = {
    "source": Text("source", "来源"),
    "partial": Text("observed in part", "未完整观测"),
    "visits": Text("visits", "访问次数"),
    "views": Text("page views", "浏览量"),
    "bounces": Text("visits of one page", "跳失访问数"),
    "stayed": Text("time on site, microseconds", "停留时长（微秒）"),
    "orders": Text("orders", "订单数"),
    "converted": Text("visits with an order", "成交访问数"),
    "bounce_rate": Text("bounce rate", "跳失率"),
    "depth": Text("pages a visit", "平均访问深度"),
    "seconds": Text("seconds a visit", "平均停留时长（秒）"),
    "conversion": Text("conversion", "转化率"),
}
"""What people call the columns of `Traffic`."""


def traffic_of(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    by: Grain = Grain.DAY,
    policy: VisitPolicy = DEFAULT_VISITS,
    definition: Definition = DEFAULT_DEFINITION,
) -> Traffic:
    """Return what visits came to, by period and source.

    Args:
        facts: What happened, with `Visits`: the host's own, or those that `visits_of` made.
        calendar: What cuts time into periods.
        observed: The period that the facts cover, as the host knows it.
        by: How long the periods are.
        policy: How long a visit is remembered.
        definition: Which orders count.

    Raises:
        WrongKind: What is given is of another kind.
        FamilyMissing: The facts hold no visits.
        OutOfRange: There are more periods than a table may have, or more than 20,000,000 cells.
        OutOfColumn: A visit has no beginning, or no end, or was left before it began.
        CannotHoldSum: Pages or times might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> noon = microseconds(pendulum.datetime(2026, 6, 1, 12))
        >>> codes = {"visitor": np.array([0, 1]), "customer": np.array([7, -1]), "source": np.array([0, 0])}
        >>> counts = {"pages": np.array([3, 1]), "clicks": np.array([0, 0])}
        >>> nothing = dict.fromkeys(("entrance", "address"), np.full(2, -1))
        >>> instants = {"began": np.array([noon, noon]), "left": np.array([noon + 60_000_000, noon])}
        >>> order = {"paid_at": np.array([noon + 30]), "customer": np.array([7]), "gross": np.array([500])}
        >>> facts = Facts.of_orders(Currency.CNY, order).joined(Visits.of(codes | counts | nothing | instants))
        >>> day = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 2))
        >>> found = traffic_of(facts, calendar=Calendar(timezone="UTC"), observed=day)
        >>> found.visits.tolist(), found.bounce_rate.tolist(), found.depth.tolist(), found.conversion.tolist()
        ([[2]], [[0.5]], [[2.0]], [[0.5]])
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("observed", observed, Period),
        ("by", by, Grain),
        ("policy", policy, VisitPolicy),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"traffic.{name}", kind.__name__, value)
    visits, periods = facts[Visits], periods_of(calendar, observed, by)
    sold = sold_to(facts, definition, calendar)
    orders = orders_of((visits.customer, visits.began, visits.left), *sold, policy)
    sources, sums = _summed(visits, orders, periods)
    return Traffic(
        labels=periods.days,
        sources=sources,
        names=facts.names.read("visit_sources"),
        partial=periods.partial,
        grain=by,
        calendar=calendar,
        policy=policy,
        definition=definition,
        **sums,
    )


def _ratio(above: Cells, below: Cells) -> NDArray[np.float64]:
    ratio: NDArray[np.float64] = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return ratio


def sold_to(facts: Facts, definition: Definition, calendar: Calendar) -> tuple[Ints, Ints]:
    """Return the customer of each valid order that has one, and when it was placed."""
    valid, _ = valid_orders(facts, definition, calendar)
    known = valid & (facts.orders.customer >= 0)
    return facts.orders.customer.compress(known), facts.orders.placed_at.compress(known)


def orders_of(visits: tuple[Ints, Ints, Ints], customer: Ints, placed_at: Ints, policy: VisitPolicy) -> Ints | None:
    """Return how many orders belong to each visit, told by its customer, beginning and end; None where none can."""
    visitor, begins, left = visits
    if not len(customer) or int(visitor.max(initial=UNKNOWN)) < 0:
        return None
    rows = np.flatnonzero(visitor >= 0)
    if not is_sorted(begins.take(rows)):
        rows = rows.take(np.argsort(begins.take(rows), kind="stable"))
    began = begins.take(rows)
    bits = len(rows).bit_length()
    keys = (visitor.take(rows) << np.int64(bits)) | np.arange(len(rows))
    keys.sort()
    begun = np.searchsorted(began, placed_at, side="right")
    place = np.searchsorted(keys, (customer << np.int64(bits)) | begun) - 1  # the last of the customer that had begun
    key = keys.take(place, mode="clip")
    mine = (place >= 0) & (key >> bits == customer)
    visit = rows.take(key & ((1 << bits) - 1), mode="clip")
    kept = left.take(visit) >= placed_at - policy.remembered // timedelta(microseconds=1)
    return np.bincount(visit.compress(mine & kept), minlength=len(visitor))


def _summed(visits: Visits, orders: Ints | None, periods: Periods) -> tuple[Ints, dict[str, Cells]]:
    """Return the sources that occur, and the figures by period and source."""
    sums = Sums(periods)
    sums.add(Stays(visits.began, visits.left, visits.pages, visits.source))
    if orders is not None:
        bought = np.flatnonzero(orders)
        sums.add_orders(visits.began.take(bought), visits.source.take(bought), orders.take(bought))
    return sums.of_sources()
