"""How promotions meet: the defaults, and what a policy takes."""

from typing import Any

import pytest

from ecomops.kernel import Invalid, OutOfRange, Repeated, Rounding, WrongKind
from ecomops.promotions import DEFAULT_COUPON_POLICY, DEFAULT_POLICY, CouponPolicy, Lane, LanePick, QuotePolicy


def test_the_defaults_are_these() -> None:
    """One lane in which all stack, half up; a cancelled order gives everything back."""
    assert QuotePolicy(lanes=(Lane(name="main", pick=LanePick.STACK),), rounding=Rounding.HALF_UP) == DEFAULT_POLICY
    assert CouponPolicy(back_when_paid=True) == DEFAULT_COUPON_POLICY


BAD: list[tuple[Any, type[Invalid]]] = [
    ((), OutOfRange),
    ((Lane(name="a"), Lane(name="a")), Repeated),
    (("main",), WrongKind),
    ([Lane(name="a")], WrongKind),
]


@pytest.mark.parametrize(("lanes", "kind"), BAD)
def test_lanes_have_names_of_their_own(lanes: Any, kind: type[Invalid]) -> None:  # noqa: ANN401 - anything
    """At least one, each once."""
    with pytest.raises(kind):
        QuotePolicy(lanes=lanes)
