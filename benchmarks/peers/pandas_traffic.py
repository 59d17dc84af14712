"""Traffic by pandas: groups over categorical codes, which nobody looks up."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from benchmarks.traffic import IDLE, SOURCES, Prepared, Told

if TYPE_CHECKING:
    from pandas.core.groupby import DataFrameGroupBy


def by_session(views: Prepared) -> Callable[[], Told]:
    """Group views by their session, then sessions by day and source; views stand in the order of time."""
    frame = pd.DataFrame(views)
    frame["session"] = _codes(views["session"], int(views["session"].max()) + 1)
    return lambda: _told(_visits(frame.groupby("session", observed=False)))


def by_pause(views: Prepared) -> Callable[[], Told]:
    """Cut the views of each visitor where a pause is too long."""
    frame = pd.DataFrame(views).drop(columns="session")

    def cut() -> Told:
        ordered = frame.sort_values("visitor", kind="stable")
        visitor, at = ordered["visitor"], ordered["at"]
        other = (visitor != visitor.shift()) | (at - at.shift(fill_value=0) > IDLE)
        session = other.cumsum().to_numpy() - 1
        return _told(_visits(ordered.groupby(_codes(session, int(session[-1]) + 1), observed=False)))

    return cut


def by_visit(visits: Prepared) -> Callable[[], Told]:
    """Group visits by day and source."""
    frame = pd.DataFrame(visits)
    return lambda: _told(frame)


def _codes(values: np.ndarray, size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(values, categories=range(size), validate=False)  # type: ignore[call-overload]


def _visits(sessions: "DataFrameGroupBy") -> pd.DataFrame:
    day, source, at = sessions["day"].first(), sessions["source"].first(), sessions["at"]
    return pd.DataFrame({"day": day, "source": source, "pages": sessions.size(), "stayed": at.max() - at.min()})


def _told(visits: pd.DataFrame) -> Told:
    cell = visits["day"].to_numpy().astype("int32") * SOURCES + visits["source"].to_numpy()
    size = (int(visits["day"].max()) + 1) * SOURCES
    groups = visits.assign(bounced=visits["pages"] == 1, pages=visits["pages"].astype("int64")).groupby(
        _codes(cell, size), observed=False
    )
    found = groups.agg(
        visits=("pages", "size"), views=("pages", "sum"), bounces=("bounced", "sum"), stayed=("stayed", "sum")
    ).to_numpy()
    [there] = np.nonzero(found[:, 0])
    columns = [there // SOURCES, there % SOURCES, *found[there].T]
    return cast("Told", list(zip(*(each.tolist() for each in columns), strict=True)))
