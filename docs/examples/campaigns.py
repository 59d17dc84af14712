"""The chain's coupon campaigns, read from the same package as its tills, and to which basket a redemption belongs.

A row of the coupon table is (coupon, product, campaign); 4,872 stand twice. A redemption names a household, a coupon,
a campaign and a local day, and no basket: it belongs to the earliest basket of that household and day that has a line
of one of the coupon's products, in whatever campaign, on which a coupon was taken off. Others belong to no basket.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from completejourney import EPOCH, Ints, Tape, batches_of


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign that was sent to some households."""

    campaign_id: int
    kind: str
    """`Type A`, `Type B` or `Type C`: what was sent, and to whom."""
    first: date
    """Its first local day."""
    last: date
    """Its last local day, inclusive."""
    households: int
    """How many were told of it."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon: the products that it is for, and the campaigns that carry it."""

    upc: int
    products: frozenset[int]
    campaigns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a household handed in on a day."""

    number: int
    """Its row in the file, from 1."""
    household_id: int
    upc: int
    campaign_id: int
    day: date
    """The local day."""
    basket_id: int | None
    """The basket that it belongs to; None when none qualifies."""
    lines: tuple[int, ...]
    """The lines of that basket, from 1, on which it may have been taken off."""


@dataclass(frozen=True, kw_only=True)
class Campaigns:
    """All campaigns, coupons and redemptions, by their ids or in the order of the files."""

    campaigns: Mapping[int, Campaign]
    coupons: Mapping[int, Coupon]
    redemptions: tuple[Redemption, ...]
    rows: int
    """Rows of the coupon table."""
    duplicates: int
    """Rows of it that stand there before."""


NO_CAMPAIGNS = Campaigns(campaigns={}, coupons={}, redemptions=(), rows=0, duplicates=0)
"""A chain without coupons."""


def read(tape: Tape) -> Campaigns:
    """Return the campaigns of the year, with the redemptions up to the last day of *tape*."""
    table = list(_rows("coupons", "coupon_upc", "product_id", "campaign_id"))
    coupons = _coupons(table)
    return Campaigns(
        campaigns=_campaigns(),
        coupons=coupons,
        redemptions=tuple(_redemptions(tape, coupons)),
        rows=len(table),
        duplicates=len(table) - len(set(table)),
    )


def met(found: Campaigns) -> dict[str, int]:
    """Return what the reading met, in the order in which one tells of it."""
    belong = [each for each in found.redemptions if each.basket_id is not None]
    return {
        "campaigns": len(found.campaigns),
        "coupons": len(found.coupons),
        "rows of coupon, product and campaign": found.rows,
        "of these, duplicates": found.duplicates,
        "redemptions": len(found.redemptions),
        "of these, with a basket that qualifies": len(belong),
        "of these, without one": len(found.redemptions) - len(belong),
        "of the former, in a basket that another came with before": len(belong)
        - len({each.basket_id for each in belong}),
    }


def _rows(table: str, *names: str) -> Iterator[tuple[int, ...]]:
    """Yield the rows of a file of whole numbers."""
    for batch in batches_of(table, names):
        yield from zip(*(batch[name].tolist() for name in names), strict=True)


def _days(table: str, *names: str) -> tuple[list[date], ...]:
    """Return columns of local days."""
    found: tuple[list[date], ...] = tuple([] for _ in names)
    for batch in batches_of(table, names):
        for name, days in zip(names, found, strict=True):
            days.extend(batch[name].astype("datetime64[D]").tolist())
    return found


def _campaigns() -> dict[int, Campaign]:
    told: defaultdict[int, int] = defaultdict(int)
    for campaign, _ in _rows("campaigns", "campaign_id", "household_id"):
        told[campaign] += 1
    kinds = (
        pair
        for batch in batches_of("campaign_descriptions", ("campaign_id", "campaign_type"))
        for pair in zip(batch["campaign_id"].tolist(), batch["campaign_type"].tolist(), strict=True)
    )
    days = zip(*_days("campaign_descriptions", "start_date", "end_date"), strict=True)
    return {
        id: Campaign(campaign_id=id, kind=kind, first=first, last=last, households=told[id])
        for (id, kind), (first, last) in zip(kinds, days, strict=True)
    }


def _coupons(table: list[tuple[int, ...]]) -> dict[int, Coupon]:
    products: defaultdict[int, set[int]] = defaultdict(set)
    campaigns: defaultdict[int, set[int]] = defaultdict(set)
    for upc, product, campaign in table:
        products[upc].add(product)
        campaigns[upc].add(campaign)
    return {
        upc: Coupon(upc=upc, products=frozenset(products[upc]), campaigns=tuple(sorted(campaigns[upc])))
        for upc in sorted(products)
    }


def _redemptions(tape: Tape, coupons: Mapping[int, Coupon]) -> Iterator[Redemption]:
    """Yield the redemptions up to the last day of *tape*, each with its basket."""
    taken = _taken_off(tape)
    last = date.fromordinal(int(tape.day.max()) + EPOCH)
    (days,) = _days("coupon_redemptions", "redemption_date")
    heads = _rows("coupon_redemptions", "household_id", "coupon_upc", "campaign_id")
    for number, ((household, upc, campaign), day) in enumerate(zip(heads, days, strict=True), start=1):
        if day <= last:
            own = [
                (basket, line)
                for basket, line, product in taken.get((household, day.toordinal() - EPOCH), ())
                if product in coupons[upc].products
            ]
            first = own[0][0] if own else None
            lines = tuple(line for basket, line in own if basket == first)
            yield Redemption(number, household, upc, campaign, day, first, lines)


def _taken_off(tape: Tape) -> Mapping[tuple[int, int], list[tuple[int, int, int]]]:
    """Return by household and day the (basket, line, product) of each line with a coupon, in order of time."""
    rows: Ints = np.flatnonzero(tape.coupon)
    place = rows - np.repeat(tape.starts, np.diff(tape.starts, append=len(tape.basket)))[rows] + 1
    heads = (tape.household[rows], tape.day[rows], tape.basket[rows], place, tape.product[rows])
    found: defaultdict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for household, day, basket, line, product in zip(*(column.tolist() for column in heads), strict=True):
        found[household, day].append((basket, line, product))
    return found
