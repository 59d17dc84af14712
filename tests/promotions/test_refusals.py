"""Refusals: noted as they are found, told when somebody looks."""

from ecomops.promotions import NotApplied, Reason
from ecomops.promotions.refusals import NOTHING_REFUSED, Refusal, Refusals
from ecomops.terms import PromotionId

P = PromotionId("p")


def test_refusals_are_equal_when_they_tell_the_same() -> None:
    """However they were noted; they hash and read as what they tell."""
    one = Refusals([Refusal(P, None, Reason.ENDED)])
    other = Refusals((Refusal(P, None, Reason.ENDED),))
    assert (one, hash(one), repr(one)) == (other, hash(other), repr(other))
    assert one.read() is one.read()
    assert one.read() == (NotApplied(promotion=P, reason=Reason.ENDED),)
    assert one != NOTHING_REFUSED
    assert one != one.read()
