"""Traffic by pandas: groups over narrow columns whose values are looked up; it packs day and source itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pandas as pd

from benchmarks.traffic import IDLE, Prepared, Told

if TYPE_CHECKING:
    from pandas.core.groupby import DataFrameGroupBy


def by_session(views: Prepared) -> Callable[[], Told]:
    """Group views by their session, then sessions by day and source; views stand in the order of time."""
    frame = pd.DataFrame(views)
    return lambda: _told(_visits(frame.groupby("session", sort=False)))


def by_pause(views: Prepared) -> Callable[[], Told]:
    """Cut the views of each visitor where a pause is too long."""
    frame = pd.DataFrame(views).drop(columns="session")

    def cut() -> Told:
        ordered = frame.sort_values("visitor", kind="stable")
        visitor, at = ordered["visitor"], ordered["at"]
        other = (visitor != visitor.shift()) | (at - at.shift(fill_value=0) > IDLE)
        return _told(_visits(ordered.groupby(other.cumsum().to_numpy(), sort=False)))

    return cut


def by_visit(visits: Prepared) -> Callable[[], Told]:
    """Group visits by day and source."""
    frame = pd.DataFrame(visits)
    return lambda: _told(frame)


def _visits(sessions: "DataFrameGroupBy") -> pd.DataFrame:
    day, source, at = sessions["day"].first(), sessions["source"].first(), sessions["at"]
    return pd.DataFrame({"day": day, "source": source, "pages": sessions.size(), "stayed": at.max() - at.min()})


def _told(visits: pd.DataFrame) -> Told:
    groups = visits.assign(bounced=visits["pages"] == 1, pages=visits["pages"].astype("int64")).groupby(
        ["day", "source"]
    )
    found = groups.agg(
        visits=("pages", "size"), views=("pages", "sum"), bounces=("bounced", "sum"), stayed=("stayed", "sum")
    )
    return cast("Told", list(found.reset_index().astype("int64").itertuples(index=False, name=None)))
