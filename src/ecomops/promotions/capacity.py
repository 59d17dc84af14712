"""Capacity before a mega sale: orders an hour against what each station can do, with the bottleneck named.

A station does so much an hour (picks, parcels, conversations), and an order asks for so much of it. What an hour cannot
do waits for the next. Stations are looked at one by one: what waits at one still arrives at the others.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import Attribute, field, frozen

from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.promotions.campaign_errors import NothingToAnswer
from ecomops.promotions.exact import an_exact
from ecomops.promotions.findings import Finding, Remark, count, share


def _above_none(instance: object, attribute: "Attribute[Fraction]", value: Fraction) -> None:
    an_exact(instance, attribute, value)
    if value <= 0:
        raise OutOfRange(field=f"{type(instance).__name__}.{attribute.name}", least="above 0", most="∞")


@frozen(kw_only=True)
class Station:
    """A place that every order passes.

    Args:
        name: What people call it: `picking`, `packing`, `service`.
        an_hour: What it can do in an hour, in its own unit: units picked, parcels, conversations.
        an_order: How much of that an order asks for, on average: 2.4 units, 1 parcel, 0.2 conversations.
    """

    name: str = field(validator=some_text)
    an_hour: int = field(validator=whole(1))
    an_order: Fraction = field(validator=_above_none)

    @property
    def orders_an_hour(self) -> Fraction:
        """How many orders it can do in an hour, exact."""
        return self.an_hour / self.an_order


@frozen(kw_only=True)
class StationLoad:
    """How a station would stand.

    Args:
        station: The station.
        peak: What the busiest hour asks of it, by what it can do in an hour.
        backlog: Orders that wait at the end of each hour, exact.
        hours_to_clear: Hours after the last one until nothing waits.
    """

    station: Station = field(validator=is_a(Station))
    peak: Fraction = field(validator=an_exact)
    backlog: tuple[Fraction, ...] = field(validator=tuple_of(Fraction))
    hours_to_clear: int = field(validator=whole(0))

    @property
    def worst(self) -> Fraction:
        """The most orders that wait."""
        return max(self.backlog, default=Fraction(0))


@frozen(kw_only=True)
class CapacityCheck:
    """What the stations can do.

    Args:
        loads: Each station, in the order given.
        bottleneck: The name of the one with the highest peak; the earlier of equals.
        orders_an_hour: What all of them can do in an hour: that of the bottleneck, exact.
        finding: Whether it suffices, and what to do.
    """

    loads: tuple[StationLoad, ...] = field(validator=tuple_of(StationLoad))
    bottleneck: str = field(validator=some_text)
    orders_an_hour: Fraction = field(validator=an_exact)
    finding: Finding = field(validator=is_a(Finding))


def check_capacity(orders: Sequence[int], stations: Sequence[Station]) -> CapacityCheck:
    """Compare the orders that are expected with what each station can do (大促产能检查).

    Args:
        orders: The orders of each hour, one after the other; none negative.
        stations: The stations that every order passes; each name once.

    Raises:
        NothingToAnswer: There is no hour or no station.
        Repeated: A station stands twice.
        WrongKind: Orders of an hour are no int.
        OutOfRange: Orders of an hour are negative.

    Example:
        >>> picking = Station(name="picking", an_hour=600, an_order=Fraction(12, 5))
        >>> service = Station(name="service", an_hour=90, an_order=Fraction(1, 5))
        >>> check = check_capacity([200, 300, 100], [picking, service])
        >>> check.bottleneck, check.orders_an_hour, [int(each) for each in check.loads[0].backlog]
        ('picking', Fraction(250, 1), [0, 50, 0])
    """
    if not orders or not stations:
        raise NothingToAnswer(field="check_capacity.stations" if orders else "check_capacity.orders")
    require_once((each.name for each in stations), field="check_capacity.stations")
    for each in orders:
        if type(each) is not int:
            raise wrong_kind("check_capacity.orders", "int", each)
        if each < 0:
            raise OutOfRange(field="check_capacity.orders", least="0", most="∞")
    loads = tuple(_load(station, orders) for station in stations)
    tightest = max(loads, key=lambda each: each.peak)
    return CapacityCheck(
        loads=loads,
        bottleneck=tightest.station.name,
        orders_an_hour=tightest.station.orders_an_hour,
        finding=_finding(tightest, max(orders)),
    )


def _load(station: Station, orders: Sequence[int]) -> StationLoad:
    able, waiting, backlog = station.orders_an_hour, Fraction(0), list[Fraction]()
    for arriving in orders:
        waiting = max(waiting + arriving - able, Fraction(0))
        backlog.append(waiting)
    return StationLoad(
        station=station, peak=max(orders) / able, backlog=tuple(backlog), hours_to_clear=-(-waiting // able)
    )  # fmt: skip


def _finding(load: StationLoad, busiest: int) -> Finding:
    figures = (share("load", load.peak), count("backlog", load.worst))
    if load.peak <= 1:
        return Finding(remark=Remark.ROOM, subject=load.station.name, figures=figures)
    missing = -(-busiest * load.station.an_order // 1) - load.station.an_hour
    return Finding(remark=Remark.BOTTLENECK, subject=load.station.name, figures=(*figures, count("missing", missing)))
