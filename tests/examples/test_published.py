"""Published numbers of two data packages, reproduced by the facts and tables of this library."""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from attrs import field, frozen
from pendulum import UTC, DateTime

import real_year
from completejourney import Ints, Tape, batches_of
from ecomops.columns import grouped
from ecomops.kernel import Calendar, Currency, Period
from ecomops.metrics import (
    BUYERS,
    DISCOUNTS,
    GROSS,
    MONEY,
    ORDERS,
    UNITS,
    Columns,
    Facts,
    Formula,
    Lines,
    Measure,
    Orders,
    Steps,
    Unit,
    tabulate,
)
from ecomops.metrics.counting import Counted
from ecomops.metrics.declaring import code, row
from ecomops.metrics.declaring import instant as an_instant
from ecomops.metrics.dictionary.making import rows, total
from ecomops.metrics.expressions import DayOf, among
from ecomops.metrics.intake import Deduplicated
from tests.conformance.published import Number, published
from till import DAYS

DAY = 86_400_000_000


def figures(
    facts: Facts, formulas: Mapping[str, Formula], *, calendar: Calendar, observed: Period
) -> dict[str, object]:
    """Return the figures of all that was observed."""
    table = tabulate(facts, tuple(formulas.values()), calendar=calendar, observed=observed, by=())
    return dict(zip(formulas, (column.plain()[0] for column in table.columns), strict=True))


# --- The Complete Journey ---------------------------------------------------------------------------------------------

COUNTED = {
    "promotions": "week",
    "products": "product_id",
    "coupons": "campaign_id",
    "coupon_redemptions": "campaign_id",
    "campaigns": "campaign_id",
    "campaign_descriptions": "campaign_id",
    "demographics": "household_id",
}
"""Files that are no sales: a column of each that is quickly read."""
TRANSACTIONS = rows(Lines, "transactions", "lines")
SALES: Formula = GROSS - DISCOUNTS
LOYALTY = total(Steps, "loyalty", MONEY, "amount", where=Steps["source"] == "loyalty")
MATCH = total(Steps, "match", MONEY, "amount", where=Steps["source"] == "match")
COUPON = total(Orders, "coupon", MONEY, "tendered")


def sold(tape: Tape) -> Facts:
    """Return the facts of a tape: a basket is an order, its discounts are steps, its coupons tenders."""
    starts, size = tape.starts, len(tape.starts)
    order = np.repeat(np.arange(size), np.diff(starts, append=len(tape.basket)))
    lines = {"gross": tape.shelf, "discount": tape.loyalty + tape.match, "tendered": tape.coupon}
    sums = {name: grouped(values, order, size=size, name=name) for name, values in lines.items()}
    nothing, paid_at = np.zeros(len(order), dtype=np.int64), tape.instant[starts] * 1_000_000
    steps = np.stack((tape.loyalty, tape.match), axis=1).ravel()
    taken = np.flatnonzero(steps)
    orders = Facts.of_orders(Currency.USD, sums | {"paid_at": paid_at, "customer": tape.household[starts]}).orders
    columns_of_lines = {"order": order, "line": np.arange(len(order)), "sku": tape.product, "unit": tape.fuel + 0}
    columns_of_steps = {"line": taken // 2, "source": taken % 2, "kind": taken * 0, "funder": taken * 0}
    return Facts.of(
        Currency.USD,
        {
            Orders: orders.to_columns(),
            Lines: columns_of_lines | lines | {"location": nothing - 1, "quantity": tape.quantity, "tax": nothing},
            Steps: columns_of_steps | {"amount": steps[taken]},
        },
        {"units": ("piece", "gallon_thousandth"), "sources": ("loyalty", "match")},
    )


@pytest.fixture(scope="module")
def facts(year: Tape) -> Facts:
    """The facts of the whole year."""
    return sold(year)


@pytest.fixture(scope="module")
def told(year: Tape, facts: Facts) -> dict[str, object]:
    """The figures of the whole year."""
    formulas: dict[str, Formula] = {
        "transactions": TRANSACTIONS,
        "households": BUYERS,
        "baskets": ORDERS,
        "sales_cents": SALES,
    }
    of_steps: dict[str, Formula] = {
        "retail_disc_cents": LOYALTY,
        "coupon_match_cents": MATCH,
        "coupon_disc_cents": COUPON,
    }
    return figures(facts, formulas | of_steps, calendar=DAYS, observed=real_year.observed(year))


@published("cj.rows")
def test_rows(number: Number, told: dict[str, object]) -> None:
    """Lines and households are those of a table; of the other files only the rows are counted."""
    others = {
        name: sum(len(batch[column]) for batch in batches_of(name, (column,))) for name, column in COUNTED.items()
    }
    assert others | {name: told[name] for name in ("transactions", "households")} == number["expected"]


@published("cj.totals")
def test_totals(number: Number, told: dict[str, object]) -> None:
    """What the retailer got, each discount, the coupons and the baskets, to the cent."""
    assert {name: told[name] for name in number["expected"]} == number["expected"]


PRODUCT = 819_063
BASKETS = (35_730_137_393, 31_672_240_446, 36_027_750_817)
"""What the vignette prices, and in which baskets."""
QUANTITY = total(Lines, "quantity", Unit.of("units"), "quantity")
SHELF = total(Lines, "shelf", MONEY, "gross")
NET = total(Lines, "net", MONEY, Lines["gross"] - Lines["discount"])
PAID = total(Lines, "paid", MONEY, Lines["gross"] - Lines["discount"] - Lines["tendered"])


@published("cj.shelf_price")
def test_shelf_price(number: Number, year: Tape, facts: Facts) -> None:
    """The price of a unit on the shelf, what the customer paid, and the price with the card."""
    lines = [int(np.flatnonzero((year.basket == basket) & (year.product == PRODUCT))[0]) for basket in BASKETS]
    kpis, chosen = (SHELF / QUANTITY, PAID, NET / QUANTITY), among(Lines["line"], *lines)
    table = tabulate(facts, kpis, calendar=DAYS, observed=real_year.observed(year), by=Lines["line"], where=chosen)
    at = [table.keys_of_rows[0].codes.tolist().index(line) for line in lines]
    shelf, paid, with_card = (table[kpi][at] / 100 for kpi in kpis)
    found = {"shelf": shelf.tolist(), "customer_paid": paid.tolist(), "loyalty_line2": float(with_card[1])}
    assert found == {name: pytest.approx(value, abs=number["tolerance"]) for name, value in number["expected"].items()}


@frozen(kw_only=True, eq=False)
class Campaigns(Columns):
    """Campaigns of coupons."""

    first: Ints = field(metadata=an_instant("When it began.", main=True))
    end: Ints = field(metadata=an_instant("When it was over.", until=True))


@frozen(kw_only=True, eq=False)
class Told(Columns):
    """Households that were told of a campaign."""

    household: Ints = field(metadata=code("customers", "Who.", unknown=False))
    campaign: Ints = field(metadata=row(Campaigns, "Of what."))
    at: Ints = field(metadata=an_instant("When.", main=True))


@frozen(kw_only=True, eq=False)
class Redeemed(Columns):
    """Coupons that were handed in."""

    campaign: Ints = field(metadata=row(Campaigns, "Of which campaign."))
    told: Ints = field(metadata=row(Told, "By whom who was told of it; -1 by another one.", unknown=True))
    at: Ints = field(metadata=an_instant("On which day.", main=True))


OUTSIDE = rows(
    Redeemed,
    "outside_window",
    "coupons",
    where=(Redeemed["at"] < Campaigns["first"]) | (Redeemed["at"] >= Campaigns["end"]),
)
NOT_TARGETED = rows(Redeemed, "not_targeted", "coupons", where=Redeemed["told"] < 0)
REDEEMED = rows(Redeemed, "redeemed", "coupons")


def read(table: str, *names: str) -> list[Ints]:
    """Return some columns of a file; days are their first instants in UTC."""
    batches = [tuple(each[name] for name in names) for each in batches_of(table, names)]
    columns = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return [
        column.astype(np.int64) if column.dtype.kind == "i" else column.astype("datetime64[us]").astype(np.int64)
        for column in columns
    ]


def given_out(*, days: int = 0) -> Facts:
    """Return the facts of campaigns and coupons; every campaign ends so many *days* earlier than it did."""
    ids, first, last = read("campaign_descriptions", "campaign_id", "start_date", "end_date")
    campaign_of = {id: place for place, id in enumerate(ids.tolist())}
    told_of = list(zip(*(column.tolist() for column in read("campaigns", "campaign_id", "household_id")), strict=True))
    place_of = {pair: place for place, pair in enumerate(told_of)}
    campaign, household, at = read("coupon_redemptions", "campaign_id", "household_id", "redemption_date")
    by_whom = zip(campaign.tolist(), household.tolist(), strict=True)
    told_campaign = np.array([campaign_of[id] for id, _ in told_of])
    return Facts.of(
        Currency.USD,
        {
            Campaigns: {"first": first, "end": last + (1 - days) * DAY},
            Told: {
                "household": np.array([household for _, household in told_of]),
                "campaign": told_campaign,
                "at": first[told_campaign],
            },
            Redeemed: {
                "campaign": np.array([campaign_of[id] for id in campaign.tolist()]),
                "told": np.array([place_of.get(pair, -1) for pair in by_whom]),
                "at": at,
            },
        },
    )


YEARS = Period(start=DateTime(2016, 1, 1, tzinfo=UTC), end=DateTime(2019, 1, 1, tzinfo=UTC))


@published("cj.integrity")
def test_redemptions_keep_to_their_campaigns(number: Number) -> None:
    """All lie within the days of their campaign, by a household that was told; one month less, and many do not."""
    wanted: dict[str, Formula] = {"outside_window": OUTSIDE, "not_targeted": NOT_TARGETED}
    utc = Calendar(timezone="UTC")
    assert figures(given_out(), wanted, calendar=utc, observed=YEARS) == number["expected"]
    shorter = figures(given_out(days=30), wanted | {"redeemed": REDEEMED}, calendar=utc, observed=YEARS)
    assert shorter["redeemed"] == 2_102
    assert 0 < int(str(shorter["outside_window"])) < 2_102


# --- CDNOW ------------------------------------------------------------------------------------------------------------

CENTS_PLACES = 2
FIRST_DAY, LAST_DAY = (
    Measure(
        key=counted.value,
        name=ORDERS.name,
        unit=Unit.of("days"),
        counted=counted,
        column=DayOf(Orders["paid_at"]),
    )
    for counted in (Counted.LEAST, Counted.MOST)
)
FREE = rows(Orders, "free", "orders", where=Orders["gross"] == 0)


def cdnow() -> dict[str, Ints]:
    """Return the rows of the file as whole numbers, each at noon of its day; its package is not imported."""
    file = Path(str(distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")))
    cells = np.array(file.read_text(encoding="utf-8").split()[4:], dtype=np.str_).reshape(-1, 4)
    dollars = np.char.partition(cells[:, 3], ".")
    assert set(np.char.str_len(dollars[:, 2]).tolist()) == {CENTS_PLACES}
    days = np.array([f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in cells[:, 1].tolist()], dtype="datetime64[us]")
    return {
        "customer": cells[:, 0].astype(np.int64),
        "paid_at": days.astype(np.int64) + DAY // 2,
        "cds": cells[:, 2].astype(np.int64),
        "gross": dollars[:, 0].astype(np.int64) * 100 + dollars[:, 2].astype(np.int64),
    }


@published("cdnow.totals")
def test_cdnow(number: Number) -> None:
    """Purchases, customers, compact discs, dollars and days of the shop that much of the literature is about."""
    bought = cdnow()
    size = len(bought["cds"])
    orders = Facts.of_orders(Currency.USD, {name: bought[name] for name in ("customer", "paid_at", "gross")}).orders
    nothing = np.zeros(size, dtype=np.int64)
    lines = dict.fromkeys(("sku", "location", "unit", "discount", "tax", "tendered"), nothing)
    numbered = {"order": np.arange(size), "line": nothing, "quantity": bought["cds"], "gross": bought["gross"]}
    facts = Facts.of(Currency.USD, {Orders: orders.to_columns(), Lines: lines | numbered}, {"units": ("piece",)})
    wanted: dict[str, Formula] = {
        "transactions": ORDERS,
        "customers": BUYERS,
        "cds": UNITS,
        "first": FIRST_DAY,
        "last": LAST_DAY,
        "dollars": GROSS,
        "zero_amount_rows": FREE,
    }
    span = Period(start=DateTime(1996, 12, 1, tzinfo=UTC), end=DateTime(1998, 8, 1, tzinfo=UTC))
    found = figures(facts, wanted, calendar=Calendar(timezone="UTC"), observed=span)
    days = {name: date.fromordinal(int(str(found[name]))).isoformat() for name in ("first", "last")}
    assert {name: (found | days)[name] for name in number["expected"]} == number["expected"]
    again = size - len(Deduplicated(key=("customer", "paid_at", "cds", "gross")).apply(bought).columns["cds"])
    rest = {"dollars": int(str(found["dollars"])) / 100, "zero_amount_rows": found["zero_amount_rows"]}
    assert rest | {"exact_duplicate_rows": again} == number["got_here"]
