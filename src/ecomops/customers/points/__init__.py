"""The points of a customer: what awaits, what can be spent, what was spent, lost, taken back, and what is owed.

Points stand in lots that burn by earliest expiry. They are bounded: the policy rounds their instants, and lots of equal
instants are one. Time moves them (awaiting ones mature, old ones expire), so every decision takes the account as of its
instant first, and its events name what time did, and when. Points that come pay what is owed first.

What was ever earned is always somewhere: earned = awaiting + available + spent + expired + clawed back + moved - debt.
"""

from ecomops.customers.points.account import Awaiting, PointsAccount
from ecomops.customers.points.decisions import (
    adopt,
    as_of,
    claw_back,
    earn,
    elapse,
    give_back,
    move,
    open_points,
    spend,
)
from ecomops.customers.points.events import (
    Event,
    Later,
    Opening,
    PointsAdopted,
    PointsClawedBack,
    PointsEarned,
    PointsExpired,
    PointsMatured,
    PointsMovedIn,
    PointsMovedOut,
    PointsOpened,
    PointsReturned,
    PointsSpent,
    Timed,
)
from ecomops.customers.points.fold import POINTS
from ecomops.customers.points.statement import postings

__all__ = [
    "POINTS",
    "Awaiting",
    "Event",
    "Later",
    "Opening",
    "PointsAccount",
    "PointsAdopted",
    "PointsClawedBack",
    "PointsEarned",
    "PointsExpired",
    "PointsMatured",
    "PointsMovedIn",
    "PointsMovedOut",
    "PointsOpened",
    "PointsReturned",
    "PointsSpent",
    "Timed",
    "adopt",
    "as_of",
    "claw_back",
    "earn",
    "elapse",
    "give_back",
    "move",
    "open_points",
    "postings",
    "spend",
]
