"""Cohorts and scores of customers by pandas: narrow columns, customers as categories.

Cohorts are made in two ways: of keys of whole numbers, and as most people write it, by groups of categories.
"""

from collections.abc import Callable
from typing import cast

import numpy as np
import pandas as pd

from benchmarks.customers import BINS, MONTHS, Cohorts, Prepared, Scored

KEY = 32
"""A power of two: more than there are months."""
NAMES = ("last", "frequency", "monetary")


def _loaded(orders: Prepared) -> pd.DataFrame:
    frame = pd.DataFrame(orders)
    customers = range(int(frame["customer"].max()) + 1)
    return frame.assign(customer=pd.Categorical.from_codes(frame["customer"].to_numpy(), categories=customers))


def _valid(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the valid orders: all, where nothing says which ones are."""
    return frame.loc[frame["valid"]] if "valid" in frame else frame


def retention(orders: Prepared) -> Callable[[], Cohorts]:
    """Return what makes the cohorts: the keys of customer and month, each once, the first month of each customer."""
    frame = _loaded(orders)
    return lambda: _cohorts(frame)


def _cohorts(frame: pd.DataFrame) -> Cohorts:
    valid = _valid(frame)
    keys = pd.unique(valid["customer"].cat.codes.to_numpy() * np.int32(KEY) + valid["month"].to_numpy())
    keys.sort()
    month = keys & (KEY - 1)
    first = pd.Series(month).groupby(keys // KEY, sort=False).transform("first").to_numpy()
    cohorts = [[0] * (MONTHS - each) for each in range(MONTHS)]
    for cell, buyers in pd.Series(first * KEY + month).value_counts().items():
        at, later = divmod(cast("int", cell), KEY)
        cohorts[at][later - at] = int(buyers)
    return cohorts


def unstacked(orders: Prepared) -> Callable[[], Cohorts]:
    """Return what makes the cohorts: the first month of each customer, customers by first month and age, unstacked."""
    frame = _loaded(orders)
    return lambda: _unstacked(frame)


def _unstacked(frame: pd.DataFrame) -> Cohorts:
    valid = _valid(frame)
    first = valid.groupby("customer", observed=True, sort=False)["month"].transform("min")
    counted = valid.assign(first=first, age=valid["month"] - first).groupby(["first", "age"])["customer"].nunique()
    every = range(MONTHS)
    cells = counted.unstack(fill_value=0).reindex(index=every, columns=every, fill_value=0)  # noqa: PD010 - that is the form
    return [row[: MONTHS - cohort] for cohort, row in enumerate(cells.to_numpy().tolist())]


def rfm(orders: Prepared) -> Callable[[], Scored]:
    """Return what scores the customers: their sums, cuts by nearest rank, a search among them."""
    frame = _loaded(orders)
    return lambda: _scored(frame)


def _scored(frame: pd.DataFrame) -> Scored:
    grouped = _valid(frame).groupby("customer", observed=True, sort=False)
    summed = grouped.agg(last=("day", "max"), frequency=("day", "size"), monetary=("paid", "sum"))
    size = len(summed)
    at = [-(-part * size // BINS) - 1 for part in range(1, BINS)]
    segment = np.zeros(size, dtype=np.int64)
    for name, weight in (("monetary", 4), ("last", 2), ("frequency", 1)):
        values = summed[name].to_numpy()
        scores = np.searchsorted(np.sort(values)[at], values) + 1
        segment += weight * (scores * size <= scores.sum())
    last, frequency, monetary = (int(summed[name].sum()) for name in NAMES)
    sizes = {number: count for number, count in enumerate(np.bincount(segment).tolist()) if count}
    return last, frequency, monetary, sizes
