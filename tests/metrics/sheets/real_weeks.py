"""Four real weeks of a hundred households; their traffic, members, service and costs are drawn, always the same.

Orders and lines are those of the till lines of the data package, by its own reading rules. What tills do not tell is
made of a hash of the row, so that no generator of random numbers can change it.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np

from ecomops.columns import NEVER, Ints
from ecomops.kernel import Calendar, Currency, Period, instant, later
from ecomops.metrics import (
    Conversations,
    Exposures,
    Facts,
    Lines,
    LineWorth,
    Members,
    Orders,
    OrderTerms,
    Ratings,
    Refunds,
    RefundTerms,
    Shipments,
    Views,
    Visits,
)

sys.path.insert(0, str(Path(__file__).parents[3] / "docs" / "examples"))

import datetime as dt

from completejourney import read

SHOP = Calendar(timezone="America/New_York")
FIRST = instant(dt.datetime(2017, 1, 2, 5, tzinfo=dt.UTC))
OBSERVED = Period(start=FIRST, end=later(FIRST, dt.timedelta(days=28)))
START = 1_483_333_200_000_000
"""Midnight of Monday, 2 January 2017, in New York, in microseconds."""
DAY = 86_400_000_000
MINUTE = 60_000_000
SOURCES = ("search", "adverts", "friends", "newsletter", "portal")
PAGES = ("home", "campaign", "list", "product")
ANONYMOUS = 400


def draw(size: int, salt: int, below: int) -> Ints:
    """Return so many numbers from 0 to below: splitmix64 of the row and the salt."""
    state = np.arange(1, size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt * 7_919 + 1)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return (state % np.uint64(below)).astype(np.int64)


def sums(values: Ints, groups: Ints, size: int) -> Ints:
    """Return the sum of each group."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, groups, values)
    return found


@cache
def facts() -> Facts:
    """Return the facts of five weeks, of which the last four are observed."""
    tape = read(5)
    kept = tape.household % 25 == 0
    basket, order = np.unique(tape.basket[kept], return_inverse=True)
    rows = np.argsort(order, kind="stable")
    order, columns = (
        order[rows].astype(np.int64),
        {
            name: getattr(tape, name)[kept][rows]
            for name in ("household", "product", "quantity", "shelf", "loyalty", "match", "coupon", "instant", "fuel")
        },
    )
    size, firsts = len(basket), np.unique(order, return_index=True)[1]
    sold_at = columns["instant"][firsts] * 1_000_000
    customer = np.unique(columns["household"][firsts], return_inverse=True)[1].astype(np.int64)
    customer = np.where(draw(size, 1, 100) < 6, -1, customer)
    people = int(customer.max()) + 1
    sku = np.unique(columns["product"], return_inverse=True)[1].astype(np.int64)
    discount = columns["loyalty"] + columns["match"]
    fate = draw(size, 2, 100)
    paid_at = np.where(fate < 4, NEVER, sold_at + draw(size, 3, 240) * MINUTE)
    cancelled = (fate >= 4) & (fate < 8)
    orders = {
        "placed_at": sold_at,
        "paid_at": paid_at,
        "cancelled_at": np.where(cancelled, sold_at + DAY, NEVER),
        "closed_at": np.full(size, NEVER),
        "customer": customer,
        "location": np.full(size, -1),
        "gross": sums(columns["shelf"], order, size),
        "discount": sums(discount, order, size),
        "tax": np.zeros(size, dtype=np.int64),
        "tendered": sums(columns["coupon"], order, size),
        "due": sums(columns["shelf"] - discount - columns["coupon"], order, size),
    }
    number = np.arange(len(order)) - firsts[order]
    lines = {
        "order": order,
        "line": number,
        "sku": sku,
        "location": np.full(len(order), -1),
        "unit": columns["fuel"].astype(np.int64),
        "quantity": columns["quantity"],
        "gross": columns["shelf"],
        "discount": discount,
        "tax": np.zeros(len(order), dtype=np.int64),
        "tendered": columns["coupon"],
    }
    back = np.flatnonzero((fate >= 8) & (fate < 18))
    first_line = firsts[back]
    refunds = {
        "order": back,
        "at": paid_at[back] + draw(len(back), 4, 7 * 24 * 60) * MINUTE,
        "called_off": np.zeros(len(back), dtype=np.int64),
        "gross": columns["shelf"][first_line],
        "discount": discount[first_line],
        "tax": np.zeros(len(back), dtype=np.int64),
        "amount": columns["shelf"][first_line] - discount[first_line],
        "fee": np.zeros(len(back), dtype=np.int64),
    }
    unpaid_or_off = fate < 8
    shipped = np.flatnonzero(~unpaid_or_off)
    source = draw(size, 5, len(SOURCES))
    visits, views, exposures = traffic(sold_at, customer, source, sku[firsts], people=people)
    member = np.flatnonzero(draw(people, 6, 100) < 70)
    joined = np.where(draw(len(member), 7, 100) < 60, -100 * DAY, draw(len(member), 8, 28 * 24) * 3_600_000_000)
    asked = draw(90, 9, 28 * 24 * 60) * MINUTE
    rated = draw(70, 10, 28 * 24 * 60) * MINUTE
    return Facts.of(
        Currency.USD,
        {
            Orders: orders,
            Lines: lines,
            Refunds: refunds,
            OrderTerms: {
                "order": np.arange(size),
                "channel": draw(size, 11, 2),
                "source": source,
                "staff": np.full(size, -1),
                "on_delivery": np.zeros(size, dtype=np.int64),
                "freight": np.zeros(size, dtype=np.int64),
            },
            LineWorth: {
                "line": np.arange(len(order)),
                "cost": columns["shelf"] * (55 + draw(len(order), 12, 30)) // 100,
                "tag_price": columns["shelf"],
            },
            RefundTerms: {
                "refund": np.arange(len(back)),
                "applied_at": refunds["at"] - 60 * MINUTE,
                "fault": np.full(len(back), -1),
                "goods_back": (draw(len(back), 13, 10) < 8).astype(np.int64),
            },
            Shipments: {
                "order": shipped,
                "location": np.zeros(len(shipped), dtype=np.int64),
                "due_at": paid_at[shipped] + 2 * DAY,
                "shipped_at": np.where(
                    draw(len(shipped), 14, 20) == 0, NEVER, paid_at[shipped] + draw(len(shipped), 15, 2_000) * MINUTE
                ),
                "given_up": np.zeros(len(shipped), dtype=np.int64),
                "withdrawn": np.zeros(len(shipped), dtype=np.int64),
            },
            Visits: visits,
            Views: views,
            Exposures: exposures,
            Members: {
                "customer": member,
                "tier": np.zeros(len(member), dtype=np.int64),
                "joined_at": START + joined,
                "left_at": np.where(draw(len(member), 16, 20) == 0, START + 20 * DAY, NEVER),
            },
            Conversations: {
                "customer": draw(90, 17, people + 1) - 1,
                "staff": np.zeros(90, dtype=np.int64),
                "began": START + asked,
                "replied_at": START + asked + MINUTE,
                "presale": draw(90, 18, 2),
                "human": draw(90, 19, 2),
                "asked": 1 + draw(90, 20, 5),
                "answered": draw(90, 21, 6),
            },
            Ratings: {
                "customer": draw(70, 22, people),
                "sku": draw(70, 23, int(sku.max()) + 1),
                "kind": np.zeros(70, dtype=np.int64),
                "at": START + rated,
                "score": 1 + draw(70, 24, 5),
                "accepted": np.ones(70, dtype=np.int64),
            },
        },
        {
            "units": ("piece", "gallon_thousandth"),
            "visit_sources": SOURCES,
            "pages": PAGES,
            "skus": tuple(f"p{each}" for each in np.unique(columns["product"]).tolist()),
            "channels": ("shop", "app"),
            "tiers": ("plain",),
            "rating_kinds": ("product",),
            "staff": ("desk",),
            "locations": ("house",),
        },
    )


def traffic(
    sold_at: Ints, customer: Ints, source: Ints, first_skus: Ints, *, people: int
) -> tuple[dict[str, Ints], dict[str, Ints], dict[str, Ints]]:
    """Return visits before each order and many more without one, their page views, and what was shown."""
    orders, idle = len(sold_at), 1_500
    buying = np.where(customer < 0, people + draw(orders, 30, ANONYMOUS), customer)
    visitor = np.concatenate([buying, draw(idle, 45, people + ANONYMOUS)])
    known = np.concatenate([customer, np.where(draw(idle, 31, 10) < 5, -1, visitor[orders:])])
    known = np.where(known >= people, -1, known)
    began = np.concatenate([sold_at - 40 * MINUTE, START + draw(idle, 32, 28 * 24 * 60) * MINUTE])
    count = orders + idle
    pages = 1 + draw(count, 33, 6) + np.where(np.arange(count) < orders, 2, 0)
    lasted = draw(count, 34, 300) * 1_000_000 * np.minimum(pages, 4)
    visits = {
        "visitor": visitor,
        "customer": known,
        "source": np.concatenate([source, draw(idle, 35, len(SOURCES) + 1) - 1]),
        "entrance": draw(count, 36, 3),
        "address": (visitor * 7 + draw(count, 37, 3)) % 700,
        "began": began,
        "left": began + lasted,
        "pages": pages,
        "clicks": draw(count, 38, 4),
    }
    visit = np.repeat(np.arange(count), pages)
    place = np.arange(len(visit)) - np.repeat(np.cumsum(pages) - pages, pages)
    bought = np.concatenate([first_skus, draw(idle, 39, 60)])
    shows = (place >= 2) | ((visit < orders) & (place == 1))
    shown = np.where(shows & (place % 2 == 1), bought[visit], np.where(shows, draw(len(visit), 40, 60), -1))
    views = {
        "visit": visit,
        "visitor": visitor[visit],
        "customer": known[visit],
        "page": np.where(shown >= 0, 3, np.where(place == 0, visits["entrance"][visit], 2)),
        "sku": shown,
        "at": began[visit] + place * 20_000_000,
    }
    rows = np.flatnonzero(shown >= 0)
    adds = ((visit[rows] < orders) & (place[rows] == 1)) | (draw(len(rows), 41, 12) == 0)
    exposures = {
        "visitor": views["visitor"][rows],
        "sku": shown[rows],
        "keyword": draw(len(rows), 42, 8) - 4,
        "at": views["at"][rows],
        "shown": 1 + draw(len(rows), 43, 3),
        "clicks": np.ones(len(rows), dtype=np.int64),
        "cart_adds": adds.astype(np.int64),
        "favourites": (draw(len(rows), 44, 15) == 0).astype(np.int64),
        "payments": (visit[rows] < orders).astype(np.int64),
        "refunds": np.zeros(len(rows), dtype=np.int64),
    }
    exposures["keyword"] = np.maximum(exposures["keyword"], -1)
    return visits, views, exposures
