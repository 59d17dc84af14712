"""The timers of an order: their defaults, and what a host may set."""

from datetime import timedelta
from typing import Any

import pytest

from ecomops.kernel import OutOfRange, WrongKind
from ecomops.orders import DEFAULT_POLICY, OrderPolicy
from ecomops.orders.policy import LONGEST_WAIT

TIMERS = ("unpaid_after", "confirm_after", "return_window")


def test_the_defaults_are_half_an_hour_ten_days_and_seven_days() -> None:
    """To pay, until receipt is taken as confirmed, and until a received order closes."""
    assert OrderPolicy() == DEFAULT_POLICY
    assert (
        OrderPolicy(
            unpaid_after=timedelta(seconds=1800), confirm_after=timedelta(hours=240), return_window=timedelta(hours=168)
        )
        == DEFAULT_POLICY
    )


@pytest.mark.parametrize("timer", TIMERS)
@pytest.mark.parametrize("wait", [timedelta(0), timedelta(microseconds=1), timedelta(days=3650)])
def test_a_timer_runs_from_no_time_to_ten_years(timer: str, wait: timedelta) -> None:
    """Both bounds are inclusive; the other timers keep their defaults."""
    policy = OrderPolicy(**{timer: wait})
    assert getattr(policy, timer) == wait
    others = [each for each in TIMERS if each != timer]
    assert [getattr(policy, each) for each in others] == [getattr(DEFAULT_POLICY, each) for each in others]
    assert timedelta(days=3650) == LONGEST_WAIT


@pytest.mark.parametrize("timer", TIMERS)
@pytest.mark.parametrize(
    "wait", [timedelta(microseconds=-1), timedelta.min, timedelta(days=3650, microseconds=1), timedelta.max]
)
def test_a_timer_beyond_its_bounds_is_refused(timer: str, wait: timedelta) -> None:
    """Time does not run backwards, and nobody waits longer than ten years."""
    with pytest.raises(OutOfRange) as refusal:
        OrderPolicy(**{timer: wait})
    assert refusal.value.context == {"field": f"OrderPolicy.{timer}", "least": "0 days", "most": "3650 days"}


@pytest.mark.parametrize("timer", TIMERS)
@pytest.mark.parametrize("wait", [30, 1.5, None, "30 minutes", True])
def test_a_timer_is_a_timedelta(timer: str, wait: Any) -> None:  # noqa: ANN401 - the wrong kinds are the point
    """A bare number does not say of what."""
    with pytest.raises(WrongKind) as refusal:
        OrderPolicy(**{timer: wait})
    assert refusal.value.context["field"] == f"OrderPolicy.{timer}"
