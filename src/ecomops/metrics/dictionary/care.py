"""Service: ratings, replies, satisfaction, tickets, and what left in time."""

from ecomops.columns import NEVER
from ecomops.metrics.declaring import MICROSECONDS
from ecomops.metrics.dictionary.making import HOURS, HUNDRED, MINUTES, SECOND, distinct, entry, rows, total, trailing
from ecomops.metrics.expressions import ClockOf, Where
from ecomops.metrics.families_care import Conversations, Ratings, Tickets, Turns
from ecomops.metrics.families_goods import Shipments
from ecomops.metrics.formulas import Constant, Kpi, Measure, Trailing
from ecomops.metrics.units import Unit

_POINTS = Unit.of("points")
PROMOTER, DETRACTOR = 9, 6
"""From which answer on, of 0 to 10, somebody recommends, and up to which somebody does not."""
EASY, HARD = 5, 3
"""From which answer on, of 1 to 7, it was easy, and up to which it was hard."""


def _answers(key: str, kind: str, where: Where | None = None) -> Measure:
    counted = (Ratings["kind"] == kind) & (Ratings["accepted"] == 1)
    return rows(Ratings, key, "answers", where=counted if where is None else counted & where)


def _points(key: str, kind: str) -> Measure:
    return total(Ratings, key, _POINTS, "score", where=(Ratings["kind"] == kind) & (Ratings["accepted"] == 1))


def dsr_score(kind: str = "description", days: int = 180) -> Trailing:
    """Return the mean of the ratings of one kind of the last days; which of them count the host says by `accepted`."""
    return trailing("dsr_score", _points("dsr_points", kind) / _answers("dsr_ratings", kind), days)


POSITIVE_REVIEW_RATE = entry(
    "positive_review_rate",
    _answers("good_reviews", "credit", Ratings["score"] == 1) / _answers("reviews", "credit"),
)
"""Good ratings (+1) among good, neutral (0) and bad ones (-1)."""
SELLER_CREDIT_SCORE = entry("seller_credit_score", _points("seller_credit_score", "credit"))
"""The sum of +1, 0 and -1."""
AVERAGE_RATING = entry("average_rating", _points("product_points", "product") / _answers("product_ratings", "product"))
"""The mean of the accepted ratings of products; without one there is no figure."""

_ANSWERED = Conversations["replied_at"] < NEVER
FIRST_RESPONSE_TIME = entry(
    "first_response_time",
    total(
        Conversations,
        "first_waits",
        MICROSECONDS,
        Conversations["replied_at"] - Conversations["began"],
        where=_ANSWERED,
    )
    / rows(Conversations, "conversations_answered", "", where=_ANSWERED)
    / SECOND,
)
"""Mean seconds to the first reply, by the clock on the wall; conversations without a reply are no part of it."""
_REPLIED = Turns["replied_at"] < NEVER
AVG_RESPONSE_TIME = entry(
    "avg_response_time",
    total(Turns, "waits", MICROSECONDS, Turns["replied_at"] - Turns["asked_at"], where=_REPLIED)
    / rows(Turns, "turns_answered", "", where=_REPLIED)
    / SECOND,
)
"""Mean seconds to a reply over all turns."""
REPLY_RATE = entry(
    "reply_rate",
    distinct(Conversations, "customers_answered", "buyers", "customer", where=_ANSWERED)
    / distinct(Conversations, "customers_asking", "buyers", "customer"),
)
"""Customers who asked and were answered."""


def reply_rate_3min(minutes: int = 3, opens: int = 8, closes: int = 23) -> Kpi:
    """Return the share of customers served by a person, of whom none waited longer, while the desk is open.

    Args:
        minutes: How long.
        opens: The hour of the business day from which it counts.
        closes: The hour at which it ends.
    """
    clock = ClockOf(Conversations["began"])
    served = (Conversations["human"] == 1) & (clock >= opens * HOURS) & (clock < closes * HOURS)
    late = ~(Conversations["replied_at"] <= Conversations["began"] + minutes * MINUTES)
    unanswered = distinct(Conversations, "customers_waiting", "buyers", "customer", where=served & late)
    return entry(
        "reply_rate_3min",
        1 - unanswered / distinct(Conversations, "customers_served", "buyers", "customer", where=served),
    )


_MESSAGES = Unit.of("messages")
QA_RATIO = entry(
    "qa_ratio",
    total(Conversations, "messages_of_staff", _MESSAGES, "answered")
    / total(Conversations, "messages_of_buyers", _MESSAGES, "asked"),
)
"""Messages of the staff over those of customers."""


def csat(satisfied: int = 4) -> Kpi:
    """Return the share of answers of at least so many points."""
    return entry(
        "csat", _answers("satisfied", "csat", Ratings["score"] >= satisfied) / _answers("csat_answers", "csat")
    )


NPS = entry(
    "nps",
    (
        _answers("promoters", "nps", Ratings["score"] >= PROMOTER)
        - _answers("detractors", "nps", Ratings["score"] <= DETRACTOR)
    )
    / _answers("nps_answers", "nps")
    * HUNDRED,
)
"""Promoters (9 and 10) less detractors (0 to 6) in per cent of all answers."""
CES = entry(
    "ces",
    (_answers("easy", "ces", Ratings["score"] >= EASY) - _answers("hard", "ces", Ratings["score"] <= HARD))
    / _answers("ces_answers", "ces")
    * HUNDRED,
)
"""Answers of 5 to 7 less those of 1 to 3 in per cent of all."""

SLA_ATTAINMENT = entry(
    "sla_attainment",
    rows(
        Tickets,
        "tickets_in_time",
        "tickets",
        where=(Tickets["targets"] >= 1) & (Tickets["targets_met"] >= Tickets["targets"]),
    )
    / rows(Tickets, "tickets_with_targets", "tickets", where=Tickets["targets"] >= 1),
)
"""Tickets that met every target that came due."""
_SOLVED = Tickets["closed_at"] < NEVER
FIRST_CONTACT_RESOLUTION = entry(
    "first_contact_resolution",
    rows(
        Tickets,
        "tickets_solved_at_once",
        "tickets",
        where=_SOLVED & (Tickets["reopened"] == 0) & (Tickets["transferred"] == 0),
        at=Tickets["closed_at"],
    )
    / rows(Tickets, "tickets_solved", "tickets", where=_SOLVED, at=Tickets["closed_at"]),
)
"""Tickets solved without being opened again or handed on."""
HOUR = Constant(3600, Unit.of("seconds") / Unit.of("hours"))
_SETTLED = (Tickets["kind"] == "complaint") & _SOLVED
COMPLAINT_RESOLUTION_HOURS = entry(
    "complaint_resolution_hours",
    total(
        Tickets,
        "complaint_time",
        MICROSECONDS,
        Tickets["closed_at"] - Tickets["opened_at"],
        where=_SETTLED,
        at=Tickets["closed_at"],
    )
    / rows(Tickets, "complaints_settled", "", where=_SETTLED, at=Tickets["closed_at"])
    / SECOND
    / HOUR,
)
"""Mean hours from a complaint to its settlement, by the clock on the wall."""
_DUE = Shipments["withdrawn"] == 0
ON_TIME_SHIP_RATE = entry(
    "on_time_ship_rate",
    rows(Shipments, "shipped_in_time", "orders", where=_DUE & (Shipments["shipped_at"] <= Shipments["due_at"]))
    / rows(Shipments, "orders_due", "orders", where=_DUE),
)
"""What left by its promise, by the scan of the carrier, of all that was due and not withdrawn by the buyer."""
LATE_SHIP_RATE = entry("late_ship_rate", 1 - ON_TIME_SHIP_RATE)
"""The others."""
