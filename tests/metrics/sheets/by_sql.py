"""The sheets of four real weeks in SQL, written from their definitions and from nothing of the library but the facts.

`python -m tests.metrics.sheets.by_sql` writes `golden.json` anew.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from ecomops.columns import NEVER
from ecomops.metrics import (
    Conversations,
    Exposures,
    Facts,
    LineWorth,
    Members,
    OrderTerms,
    Ratings,
    RefundTerms,
    Shipments,
    Views,
    Visits,
)
from tests.metrics.sheets.real_weeks import DAY, START, facts

GOLDEN = Path(__file__).with_name("golden.json")
WEEKS = {f"2017-01-{2 + 7 * week:02}": week for week in range(4)}
DAYS = {f"2017-01-{2 + day:02}": day for day in (0, 2, 9, 12, 19, 20, 27)}
AGAIN = 14
"""Within how many days members buy again."""

TRAFFIC = {
    "ip_count": "SELECT COUNT(DISTINCT address) FROM visits WHERE began >= {a} AND began < {b} AND address >= 0",
    "page_views_pv": "SELECT COUNT(*) FROM views WHERE at >= {a} AND at < {b}",
    "avg_stay_seconds_per_visitor": (
        "SELECT CAST(SUM(departed - began) AS DOUBLE) / COUNT(DISTINCT visitor) / 1000000.0"
        " FROM visits WHERE began >= {a} AND began < {b}"
    ),
    "new_user_share": (
        "SELECT CAST(COUNT(DISTINCT CASE WHEN first_at >= {a} THEN w.visitor END) AS DOUBLE)"
        " / COUNT(DISTINCT w.visitor)"
        " FROM views w JOIN (SELECT visitor, MIN(at) AS first_at FROM views GROUP BY visitor) f"
        " ON w.visitor = f.visitor WHERE w.at >= {a} AND w.at < {b}"
    ),
}
UV = "SELECT COUNT(DISTINCT visitor) FROM views WHERE at >= {a} AND at < {b} AND visitor >= 0"
BUYERS = "SELECT COUNT(DISTINCT customer) FROM valid WHERE paid_at >= {a} AND paid_at < {b} AND customer >= 0"
PLACED = "SELECT COUNT(*) FROM orders WHERE placed_at >= {a} AND placed_at < {b}"
FIRSTS = "SELECT customer, MIN(paid_at) AS first_at FROM valid WHERE customer >= 0 GROUP BY customer"
SALES = "SELECT SUM(gross - discount) FROM valid WHERE paid_at >= {a} AND paid_at < {b}"
BACK = (
    "SELECT SUM(r.gross - r.discount) FROM refunds r JOIN valid v ON r.of_order = v.row"
    " WHERE (CASE WHEN r.at > v.paid_at THEN r.at ELSE v.paid_at END) >= {a}"
    " AND (CASE WHEN r.at > v.paid_at THEN r.at ELSE v.paid_at END) < {b}"
)
COST = (
    "SELECT SUM(c.cost) FROM worth c JOIN lines l ON c.of_line = l.row JOIN valid v ON l.of_order = v.row"
    " WHERE v.paid_at >= {a} AND v.paid_at < {b}"
)


@cache
def context(given: Facts) -> Any:  # noqa: ANN401 - polars does not tell of what its context is
    """Return the tables: families under plain names, each with the number of its row."""
    families = {
        "orders": given.orders,
        "lines": given.lines,
        "refunds": given.refunds,
        "terms": given[OrderTerms],
        "worth": given[LineWorth],
        "judged": given[RefundTerms],
        "shipments": given[Shipments],
        "visits": given[Visits],
        "views": given[Views],
        "exposures": given[Exposures],
        "members": given[Members],
        "conversations": given[Conversations],
        "ratings": given[Ratings],
    }
    plain = {"order": "of_order", "line": "of_line", "left": "departed", "refund": "of_refund"}
    frames = {
        name: pl.DataFrame(dict(family.to_columns())).rename(plain, strict=False).with_row_index("row")
        for name, family in families.items()
    }
    frames = {name: frame.cast({"row": pl.Int64}) for name, frame in frames.items()}
    tables: Any = pl.SQLContext(frames=frames, eager=True)
    valid = tables.execute(f"SELECT * FROM orders WHERE paid_at < {NEVER} AND cancelled_at = {NEVER}")  # noqa: S608 - our own words
    tables.register("valid", valid)
    tables.register("firsts", tables.execute(FIRSTS))
    return tables


def one(sql: str, **values: int) -> Any:  # noqa: ANN401 - a figure
    """Return the only cell of an answer."""
    return context(facts()).execute(sql.format(**values)).item()


def rows(sql: str, **values: int) -> list[dict[str, Any]]:
    """Return the rows of an answer."""
    found: list[dict[str, Any]] = context(facts()).execute(sql.format(**values)).to_dicts()
    return found


def over(above: float | None, below: float) -> float | None:
    """Return a ratio, None over nothing."""
    return (above or 0) / below if below else None


def figures(a: int, b: int) -> dict[str, Any]:
    """Return all figures of daily and weekly sheets of a period but those of members."""
    found = {key: one(sql, a=a, b=b) for key, sql in TRAFFIC.items()}
    found["old_user_share"] = 1 - found["new_user_share"]
    uv, buyers, placed = (one(sql, a=a, b=b) for sql in (UV, BUYERS, PLACED))
    sales, back, cost = (one(sql, a=a, b=b) or 0 for sql in (SALES, BACK, COST))
    net = sales - back
    found["orders_total"] = placed
    found["orders_valid"] = one("SELECT COUNT(*) FROM valid WHERE paid_at >= {a} AND paid_at < {b}", a=a, b=b)
    good = one("SELECT COUNT(*) FROM valid WHERE placed_at >= {a} AND placed_at < {b}", a=a, b=b)
    found["order_valid_rate"] = over(good, placed)
    found["paid_amount"] = sales
    found["avg_order_value_per_buyer"] = over(sales, buyers)
    found["gross_profit"] = net - cost
    found["gross_margin"] = over(net - cost, net)
    ordered = one(
        "SELECT COUNT(DISTINCT customer) FROM orders WHERE placed_at >= {a} AND placed_at < {b} AND customer >= 0",
        a=a,
        b=b,
    )
    found["order_conversion_rate"] = over(ordered, uv)
    found["payment_conversion_rate"] = over(buyers, uv)
    paid = one(
        "SELECT COUNT(*) FROM orders WHERE placed_at >= {a} AND placed_at < {b} AND paid_at < {never}",
        a=a,
        b=b,
        never=NEVER,
    )
    found["order_pay_rate"] = over(paid, placed)
    found["pv_per_visitor"] = over(found["page_views_pv"], uv)
    for key, condition in (("visit_depth_ratio", "pages >= 3"), ("visit_time_ratio", "departed - began >= 60000000")):
        sql = "SELECT COUNT(*) FROM visits WHERE began >= {a} AND began < {b}"
        found[key] = over(one(f"{sql} AND {condition}", a=a, b=b), one(sql, a=a, b=b))
    sent_back = one(
        "SELECT COUNT(DISTINCT r.of_order) FROM refunds r JOIN judged j ON j.of_refund = r.row JOIN valid v"
        " ON r.of_order = v.row WHERE j.goods_back = 1 AND r.at >= {a} AND r.at < {b}",
        a=a,
        b=b,
    )
    shipped = one(
        "SELECT COUNT(DISTINCT of_order) FROM shipments WHERE due_at >= {a} AND due_at < {b} AND shipped_at < {never}",
        a=a,
        b=b,
        never=NEVER,
    )
    found["return_rate"] = over(sent_back, shipped)
    return found


def members(a: int, b: int) -> dict[str, Any]:
    """Return the figures of members in a period."""
    groups = {
        "member_purchase_ratio": "m.joined_at < {b} AND m.left_at >= {b}",
        "member_purchase_ratio.new": "m.joined_at >= {a} AND m.joined_at < {b}",
        "member_purchase_ratio.old": "m.joined_at < {a} AND m.left_at >= {a}",
    }
    found: dict[str, Any] = {}
    for key, condition in groups.items():
        there = one(f"SELECT COUNT(*) FROM members m WHERE {condition}", a=a, b=b)  # noqa: S608 - our own words
        bought = one(
            "SELECT COUNT(DISTINCT m.customer) FROM members m JOIN valid v ON m.customer = v.customer"  # noqa: S608 - as above
            f" WHERE {condition} AND v.paid_at >= {{a}} AND v.paid_at < {{b}}",
            a=a,
            b=b,
        )
        found[key] = over(bought, there)
    found["members_total"] = one("SELECT COUNT(*) FROM members WHERE joined_at < {b} AND left_at >= {b}", b=b)
    found["member_repurchase_rate"] = None
    if b - AGAIN * DAY >= START:
        again = rows(
            "SELECT v.customer, COUNT(*) AS orders FROM valid v JOIN members m ON m.customer = v.customer"
            " WHERE v.paid_at >= {a} AND v.paid_at < {b} GROUP BY v.customer",
            a=b - AGAIN * DAY,
            b=b,
        )
        found["member_repurchase_rate"] = over(sum(each["orders"] >= 2 for each in again), len(again))
    bought = one(
        "SELECT COUNT(DISTINCT v.customer) FROM valid v JOIN members m ON m.customer = v.customer"
        " WHERE v.paid_at >= {a} AND v.paid_at < {b}",
        a=a,
        b=b,
    )
    came = one(
        "SELECT COUNT(DISTINCT s.customer) FROM visits s JOIN members m ON m.customer = s.customer"
        " WHERE s.began >= {a} AND s.began < {b}",
        a=a,
        b=b,
    )
    found["member_conversion_rate"] = over(bought, came)
    return found


def sources(a: int, b: int, least: int) -> list[dict[str, Any]]:
    """Return the sources of traffic with enough visits, with their mean rank, the best first."""
    names = dict(enumerate(facts().names.read("visit_sources")))
    traffic = rows(
        "SELECT source, COUNT(*) AS visits, COUNT(DISTINCT visitor) AS visitors, SUM(pages) AS pages,"
        " SUM(departed - began) AS stay, SUM(CASE WHEN pages >= 3 THEN 1 ELSE 0 END) AS deep FROM visits"
        " WHERE began >= {a} AND began < {b} AND source >= 0 GROUP BY source HAVING COUNT(*) >= {least}",
        a=a,
        b=b,
        least=least,
    )
    buyers = rows(
        "SELECT t.source, COUNT(DISTINCT v.customer) AS buyers FROM valid v JOIN terms t ON t.of_order = v.row"
        " WHERE v.paid_at >= {a} AND v.paid_at < {b} AND v.customer >= 0 GROUP BY t.source",
        a=a,
        b=b,
    )
    by_source = {each["source"]: each["buyers"] for each in buyers}
    found = [
        {
            "source": names[each["source"]],
            "visits": each["visits"],
            "visitors": each["visitors"],
            "conversion": by_source.get(each["source"], 0) / each["visitors"],
            "pages": each["pages"] / each["visits"],
            "seconds": each["stay"] / each["visits"] / 1_000_000,
            "depth": each["deep"] / each["visits"],
        }
        for each in traffic
    ]
    frame = pl.DataFrame(found).with_columns(
        sum(pl.col(key).rank("average", descending=True) for key in ("conversion", "pages", "seconds", "depth"))
        .truediv(4)  # type: ignore[union-attr]
        .alias("mean_rank")
    )
    frame = frame.with_columns(place=pl.col("mean_rank").rank("min").cast(pl.Int64))
    return frame.sort("mean_rank", "visits", descending=[False, True]).to_dicts()


def product_pages(a: int, b: int) -> list[dict[str, Any]]:
    """Return visitors, buyers and rate of each product page."""
    names = facts().names.read("skus")
    found = rows(
        "SELECT w.sku, w.visitors, COALESCE(s.buyers, 0) AS buyers FROM"
        " (SELECT sku, COUNT(DISTINCT visitor) AS visitors FROM views WHERE at >= {a} AND at < {b} AND sku >= 0"
        " GROUP BY sku) w LEFT JOIN (SELECT l.sku, COUNT(DISTINCT v.customer) AS buyers FROM lines l"
        " JOIN valid v ON l.of_order = v.row WHERE v.paid_at >= {a} AND v.paid_at < {b} AND v.customer >= 0"
        " GROUP BY l.sku) s ON w.sku = s.sku",
        a=a,
        b=b,
    )
    return [
        {
            "page": names[each["sku"]],
            "visitors": each["visitors"],
            "buyers": each["buyers"],
            "rate": each["buyers"] / each["visitors"],
        }
        for each in found
    ]


def pages(a: int, b: int, *, number: int, least: int) -> list[dict[str, Any]]:
    """Return the home page, and the best and worst product pages."""
    came = one(
        "SELECT COUNT(DISTINCT customer) FROM views WHERE page = 0 AND at >= {a} AND at < {b} AND customer >= 0",
        a=a,
        b=b,
    )
    bought = one(
        "SELECT COUNT(DISTINCT w.customer) FROM views w JOIN valid v ON w.customer = v.customer"
        " WHERE w.page = 0 AND w.customer >= 0 AND w.at >= {a} AND w.at < {b} AND v.paid_at >= {a} AND v.paid_at < {b}",
        a=a,
        b=b,
    )
    home = {"list": "home", "page": "home", "visitors": came, "buyers": bought, "rate": over(bought, came)}
    judged = [each for each in product_pages(a, b) if each["visitors"] >= least]
    judged.sort(key=lambda each: (-each["rate"], -each["visitors"], each["page"]))
    best = [{"list": "best", **each} for each in judged[:number]]
    worst = [{"list": "worst", **each} for each in judged[::-1][:number]]
    return [home, *best, *worst]


def cohort(a: int, b: int, days: int) -> list[dict[str, Any]]:
    """Return the customers who bought first in a period, with their orders in so many days after that."""
    return rows(
        "SELECT f.customer, COUNT(*) AS orders FROM firsts f JOIN valid v ON v.customer = f.customer"
        " WHERE f.first_at >= {a} AND f.first_at < {b} AND v.paid_at < f.first_at + {most} GROUP BY f.customer",
        a=a,
        b=b,
        most=days * DAY,
    )


def headline(a: int, b: int, *, days: int, loyal: int, won: int, kept: int) -> dict[str, Any]:
    """Return the five headline figures of a cohort."""
    people = cohort(a, b, days)
    bounds = {"a": a, "b": b, "most": days * DAY}
    sold = one(
        "SELECT SUM(v.gross - v.discount) FROM firsts f JOIN valid v ON v.customer = f.customer"
        " WHERE f.first_at >= {a} AND f.first_at < {b} AND v.paid_at < f.first_at + {most}",
        **bounds,
    )
    back = one(
        "SELECT SUM(r.gross - r.discount) FROM refunds r JOIN valid v ON r.of_order = v.row"
        " JOIN firsts f ON v.customer = f.customer"
        " WHERE f.first_at >= {a} AND f.first_at < {b} AND v.paid_at < f.first_at + {most}",
        **bounds,
    )
    cost = one(
        "SELECT SUM(c.cost) FROM worth c JOIN lines l ON c.of_line = l.row JOIN valid v ON l.of_order = v.row"
        " JOIN firsts f ON v.customer = f.customer"
        " WHERE f.first_at >= {a} AND f.first_at < {b} AND v.paid_at < f.first_at + {most}",
        **bounds,
    )
    return {
        "customer_acquisition_cost": won / len(people),
        "full_path_roi": (sold - back - cost) / (won + kept),
        "payment_conversion_rate": one(BUYERS, a=a, b=b) / one(UV, a=a, b=b),
        "repurchase_rate_new_customers": sum(each["orders"] >= 2 for each in people) / len(people),
        "loyalty_rate": sum(each["orders"] >= loyal for each in people) / len(people),
    }


def stages(days: int) -> list[dict[str, Any]]:
    """Return acquire, convert, retain of each week."""
    found: list[dict[str, Any]] = []
    for label, week in WEEKS.items():
        a, b = START + 7 * week * DAY, START + 7 * (week + 1) * DAY
        came = one(
            "SELECT COUNT(*) FROM (SELECT visitor, MIN(began) AS first_at FROM visits GROUP BY visitor) f"
            " WHERE first_at >= {a} AND first_at < {b}",
            a=a,
            b=b,
        )
        people = cohort(a, b, days)
        known = b + days * DAY <= START + 28 * DAY
        again = sum(each["orders"] >= 2 for each in people) if known else None
        found.append({"week": label, "acquired": came, "converted": len(people), "retained": again})
    return found


KINDS = {
    "visits": "SELECT COUNT(*) AS e, COUNT(DISTINCT visitor) AS u FROM visits WHERE began >= {a} AND began < {b}",
    "page_views": "SELECT COUNT(*) AS e, COUNT(DISTINCT visitor) AS u FROM views WHERE at >= {a} AND at < {b}",
    "searches": (
        "SELECT COUNT(*) AS e, COUNT(DISTINCT visitor) AS u FROM exposures"
        " WHERE at >= {a} AND at < {b} AND keyword >= 0"
    ),
    **{
        kind: (
            f"SELECT SUM({kind}) AS e, COUNT(DISTINCT visitor) AS u FROM exposures"  # noqa: S608 - our own words
            f" WHERE at >= {{a}} AND at < {{b}} AND {kind} >= 1"
        )
        for kind in ("clicks", "cart_adds", "favourites")
    },
    "orders": (
        "SELECT COUNT(*) AS e, COUNT(DISTINCT customer) AS u FROM valid"
        " WHERE paid_at >= {a} AND paid_at < {b} AND customer >= 0"
    ),
    "conversations": (
        "SELECT COUNT(*) AS e, COUNT(DISTINCT customer) AS u FROM conversations"
        " WHERE began >= {a} AND began < {b} AND customer >= 0"
    ),
    "ratings": (
        "SELECT COUNT(*) AS e, COUNT(DISTINCT customer) AS u FROM ratings"
        " WHERE at >= {a} AND at < {b} AND customer >= 0"
    ),
}
BENCHMARK = {"product_visitors": (8, 10), "cart_visitors": (2, 3), "ordering_customers": (3, 4), "buyers": (9, 10)}
"""What share reaches each step elsewhere."""
SELLERS = (
    "SELECT l.sku, SUM(CASE WHEN v.paid_at >= {b} THEN l.quantity ELSE 0 END) AS units,"
    " SUM(CASE WHEN v.paid_at >= {b} THEN l.gross - l.discount ELSE 0 END) AS net,"
    " SUM(CASE WHEN v.paid_at < {b} THEN l.quantity ELSE 0 END) AS units_before,"
    " SUM(CASE WHEN v.paid_at < {b} THEN l.gross - l.discount ELSE 0 END) AS net_before"
    " FROM lines l JOIN valid v ON l.of_order = v.row"
    " WHERE v.paid_at >= {a} AND v.paid_at < {c} AND l.sku >= 0 GROUP BY l.sku"
)
STEPS = {
    "visitors_of_visits": "SELECT COUNT(DISTINCT visitor) FROM visits WHERE began >= {a} AND began < {b}",
    "product_visitors": "SELECT COUNT(DISTINCT visitor) FROM views WHERE at >= {a} AND at < {b} AND sku >= 0",
    "cart_visitors": "SELECT COUNT(DISTINCT visitor) FROM exposures WHERE at >= {a} AND at < {b} AND cart_adds >= 1",
    "ordering_customers": (
        "SELECT COUNT(DISTINCT customer) FROM orders WHERE placed_at >= {a} AND placed_at < {b} AND customer >= 0"
    ),
    "buyers": BUYERS,
}


def sellers(a: int, b: int, c: int, *, number: int) -> dict[str, Any]:
    """Return the best and the worst sellers of a fortnight beside the one before, and the size of each class."""
    frame = pl.DataFrame(rows(SELLERS, a=a, b=b, c=c)).filter((pl.col("units") > 0) | (pl.col("units_before") > 0))
    for figure, units, rank in (("net", "units", "rank"), ("net_before", "units_before", "rank_before")):
        ranked = pl.when(pl.col(units) > 0).then(pl.col(figure)).rank("min", descending=True)
        frame = frame.with_columns(ranked.fill_null(0).cast(pl.Int64).alias(rank))
    frame = frame.sort(pl.col("rank") == 0, "rank", "sku")
    whole, reached, classes = int(frame["net"].sum()), 0, list[str]()
    by_net: dict[int, str] = {}
    for net in sorted(frame["net"].to_list(), reverse=True):
        by_net.setdefault(net, "A" if 100 * reached < 80 * whole else "B" if 100 * reached < 95 * whole else "C")
        reached += net
    classes = [by_net[net] for net in frame["net"].to_list()]
    names = facts().names.read("skus")
    told: list[dict[str, Any]] = frame.to_dicts()
    listed: list[dict[str, Any]] = [
        {**row, "sku": names[row["sku"]], "abc": abc} for row, abc in zip(told, classes, strict=True)
    ]
    return {
        "best": listed[:number],
        "worst": listed[::-1][:number],
        "classes": {each: classes.count(each) for each in "ABC"},
    }


def bottleneck(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the step at which most are missing beside the benchmark, and how many."""
    entered = dict(zip(list(counts)[1:], counts.values(), strict=False))
    missing = {key: entered[key] * Fraction(*share) - counts[key] for key, share in BENCHMARK.items()}
    step = max(missing, key=lambda key: missing[key])
    return {"step": step, "missing": str(missing[step])}


def answers() -> Mapping[str, Any]:
    """Return all that the sheets are held against."""
    a, b = START, START + 28 * DAY
    funnel = {key: one(sql, a=a, b=b) for key, sql in STEPS.items()}
    return {
        "weekly": {
            label: figures(START + 7 * week * DAY, START + 7 * (week + 1) * DAY)
            | members(START + 7 * week * DAY, START + 7 * (week + 1) * DAY)
            for label, week in WEEKS.items()
        },
        "daily": {label: figures(START + day * DAY, START + (day + 1) * DAY) for label, day in DAYS.items()},
        "sources": sources(a, b, 330),
        "pages": pages(a, b, number=6, least=15),
        "headline": headline(a, START + 14 * DAY, days=14, loyal=3, won=100_000, kept=20_000),
        "stages": stages(10),
        "engagement": {kind: rows(sql, a=a, b=b)[0] for kind, sql in KINDS.items()},
        "funnel": funnel,
        "bottleneck": bottleneck(funnel),
        "sellers": sellers(a, START + 14 * DAY, b, number=5),
    }


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(answers(), indent=1, ensure_ascii=False) + "\n")
