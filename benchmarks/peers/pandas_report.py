"""The daily report by pandas as its users write it: each cut grouped by categories, with sums and `nunique`."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from benchmarks.peers.pandas_packed_report import CUTS, MONEY, told
from benchmarks.report_cold import CHANNELS, DAYS, HORIZON, PIECE, Prepared, Row

SIZES = {"day": DAYS, "week": -(-DAYS // 7), "channel": CHANNELS}


def prepared(given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
    """Hold narrow columns, and days, weeks and channels as categories; an unknown customer is missing."""
    frames = [_categorical(pd.DataFrame(given[name])) for name in ("lines", "refunds")]
    customer = given["orders"]["customer"].fill_null(-1).to_numpy()
    orders = _categorical(pd.DataFrame(given["orders"] | {"customer": customer}))
    return lambda: _tables(orders, *frames)


def _categorical(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        **{name: pd.Categorical.from_codes(frame[name].to_numpy(), range(size)) for name, size in SIZES.items()}  # type: ignore[call-overload]
    )


def _tables(orders: pd.DataFrame, lines: pd.DataFrame, refunds: pd.DataFrame) -> list[list[Row]]:
    valid, sold, back = orders[orders["valid"]], lines[lines["valid"]], refunds[refunds["valid"]]
    sold = sold.assign(units=(sold["quantity"] * (sold["unit"] == PIECE)).astype("int64"))
    known = valid[valid["customer"] >= 0]
    since = known["placed"] - known.groupby("customer")["placed"].shift()
    new = known[~(since <= HORIZON)]
    return [told(_table(cut, orders, valid, sold, back, known, new)) for cut in CUTS]


def _table(cut: list[str], *sources: pd.DataFrame) -> pd.DataFrame:
    orders, valid, sold, back, known, new = (each.groupby(cut, observed=False) for each in sources)
    every, own = _sums(orders, MONEY), _sums(valid, MONEY)
    return pd.concat(
        [
            every.add_prefix("all_").assign(all_orders=orders.size()),
            own.assign(valid=valid.size()),
            _sums(sold, ["units", "cost"]),
            _sums(back, ["back_gross", "back_discount", "back"]),
            known["customer"].nunique().rename("buyers"),
            new.size().rename("new"),
        ],
        axis=1,
    )


def _sums(groups: Any, columns: list[str]) -> pd.DataFrame:  # noqa: ANN401 - pandas tells no types here
    """Return sums, which pandas takes in 64 bits."""
    found: pd.DataFrame = groups[columns].sum()
    return found
