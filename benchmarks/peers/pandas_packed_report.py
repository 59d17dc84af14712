"""The daily report by pandas with all keys packed: sums once by day and channel, distinct packed numbers.

Nobody writes it so who has not measured: it is what pandas can do, beside what its users do (`pandas_report`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.report_cold import CHANNELS, DAYS, HORIZON, PIECE, Prepared, Row

MONEY = ["gross", "discount", "tax"]
CUTS = (["day"], ["week"], ["week", "channel"])
CELLS = DAYS * CHANNELS


def prepared(given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
    """Hold narrow columns; an unknown customer is -1, so that the column stays a whole number."""
    customer = given["orders"]["customer"].fill_null(-1).to_numpy()
    orders = pd.DataFrame(given["orders"] | {"customer": customer})
    lines, refunds = pd.DataFrame(given["lines"]), pd.DataFrame(given["refunds"])
    return lambda: _tables(orders, lines, refunds)


def _cell(frame: pd.DataFrame) -> Any:  # noqa: ANN401 - pandas tells no types here
    return frame["day"].astype("int32") * CHANNELS + frame["channel"]


def _by(codes: Any, size: int) -> pd.Categorical:  # noqa: ANN401 - as above
    """Return codes as what is grouped without looking for the different ones."""
    return pd.Categorical.from_codes(codes.to_numpy(), categories=range(size), validate=False)  # type: ignore[call-overload]


def _tables(orders: pd.DataFrame, lines: pd.DataFrame, refunds: pd.DataFrame) -> list[list[Row]]:
    halves = orders.groupby(_by(_cell(orders) * 2 + orders["valid"], 2 * CELLS), observed=False)
    sums = halves[MONEY].sum().assign(orders=halves.size()).to_numpy().reshape(CELLS, 2, 4)
    sold = lines[lines["valid"]]
    sold = sold.assign(units=(sold["quantity"] * (sold["unit"] == PIECE)).astype("int64"))
    back = refunds[refunds["valid"]]
    known = orders[orders["valid"] & (orders["customer"] >= 0)]
    by_customer = known[["day", "channel", "customer", "placed"]].sort_values("customer", kind="stable")
    again = (by_customer["customer"] == by_customer["customer"].shift()) & (by_customer["placed"].diff() <= HORIZON)
    new = by_customer[~again]
    day = pd.RangeIndex(CELLS) // CHANNELS
    cells = pd.DataFrame(
        {
            "day": day,
            "week": day // 7,
            "channel": pd.RangeIndex(CELLS) % CHANNELS,
            **{f"all_{name}": sums[:, :, at].sum(axis=1) for at, name in enumerate([*MONEY, "orders"])},
            **{name: sums[:, 1, at] for at, name in enumerate([*MONEY, "valid"])},
            **sold.groupby(_by(_cell(sold), CELLS), observed=False)[["units", "cost"]].sum(),
            **back.groupby(_by(_cell(back), CELLS), observed=False)[["back_gross", "back_discount", "back"]].sum(),
            "new": new.groupby(_by(_cell(new), CELLS), observed=False).size(),
        }
    )
    return [told(cells.groupby(cut).sum().assign(buyers=_buyers(known, cut)).fillna({"buyers": 0})) for cut in CUTS]


def _buyers(known: pd.DataFrame, cut: list[str]) -> Any:  # noqa: ANN401 - as above
    """Return the different customers of each cell, told by one packed number."""
    cell = known[cut[0]].to_numpy(np.int64)
    if len(cut) > 1:
        cell = cell * CHANNELS + known["channel"].to_numpy()
    different = pd.Series(pd.unique((cell << 32) | known["customer"].to_numpy()) >> 32)
    counts = different.value_counts(sort=False).sort_index()
    if len(cut) > 1:
        counts.index = pd.MultiIndex.from_arrays([counts.index // CHANNELS, counts.index % CHANNELS], names=cut)
    return counts


def told(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table whose columns are sums."""
    paid = table["gross"] - table["discount"] + table["tax"]
    net = table["gross"] - table["discount"] - table["back_gross"] + table["back_discount"]
    columns = (
        table["all_orders"],
        table["valid"],
        table["valid"] / table["all_orders"],
        table["all_gross"] - table["all_discount"] + table["all_tax"],
        paid,
        net,
        table["discount"],
        table["cost"],
        net - table["cost"],
        (net - table["cost"]) / net,
        paid / table["valid"],
        table["units"],
        table["buyers"],
        table["new"],
        table["buyers"] - table["new"],
        table["back"] / paid,
    )
    return list(zip(*(each.tolist() for each in columns), strict=True))
