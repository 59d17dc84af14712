"""What one order binds of promotions: once reserved, once redeemed, once given back."""

import pytest

from ecomops.kernel import Repeated
from ecomops.promotions import NO_CLAIMS, PROMOTION_CLAIM, Claim, ClaimId, Claims, UseClaim, UseId, claims
from ecomops.promotions.claims import (
    LIFECYCLE,
    ClaimAdopted,
    ClaimOpened,
    ClaimRedeemed,
    ClaimReleased,
    Status,
    UseHold,
)
from ecomops.terms import CouponId
from ecomops.testing import NOON, given
from tests.promotions.kit import fen

ID, K = ClaimId("o-1"), CouponId("k-1")
USE = UseClaim(use=UseId("p"), money=fen(5), most_uses=3, most_money=fen(100))
HOLD = UseHold(use=UseId("p"), money=fen(5))
OPENED = ClaimOpened(claim=ID, uses=(HOLD,), coupons=(K,), at=NOON)
REDEEMED, RELEASED = ClaimRedeemed(claim=ID, at=NOON), ClaimReleased(claim=ID, at=NOON)


def test_the_table_ends_released() -> None:
    """A claim is redeemed and given back, each once; what was redeemed may come back."""
    adopted = {(None, ClaimAdopted, status) for status in Status}
    assert set(LIFECYCLE.edges()) == adopted | {
        (None, ClaimOpened, Status.RESERVED),
        (Status.RESERVED, ClaimRedeemed, Status.REDEEMED),
        (Status.RESERVED, ClaimReleased, Status.RELEASED),
        (Status.REDEEMED, ClaimReleased, Status.RELEASED),
    }


def test_a_claim_keeps_what_it_binds() -> None:
    """The money of each use and the coupons; the limits are the counters' own."""
    assert claims.open_claim(ID, claims=Claims(uses=(USE,), coupons=(K,)), at=NOON) == (OPENED,)
    claim = PROMOTION_CLAIM.replay((OPENED,))
    assert claim == Claim(id=ID, status=Status.RESERVED, uses=(HOLD,), coupons=(K,))
    assert PROMOTION_CLAIM.key("status", claim) == "reserved"


def test_an_order_that_claims_nothing_has_no_claim() -> None:
    """So that an order without limits and coupons costs nothing more."""
    assert claims.open_claim(ID, claims=NO_CLAIMS, at=NOON) == ()
    assert [each.any for each in (NO_CLAIMS, Claims(uses=(USE,)), Claims(coupons=(K,)))] == [False, True, True]


def test_a_claim_is_taken_over_as_it_stands() -> None:
    """In any status."""
    for status in Status:
        adopted = ClaimAdopted(claim=ID, status=status, uses=(HOLD,), coupons=(), at=NOON)
        assert PROMOTION_CLAIM.replay((adopted,)) == Claim(id=ID, status=status, uses=(HOLD,), coupons=())


def test_each_step_is_taken_once() -> None:
    """A repeat changes nothing; what was given back is not redeemed."""
    given(PROMOTION_CLAIM, OPENED).when(claims.redeem, at=NOON).then(REDEEMED)
    given(PROMOTION_CLAIM, OPENED, REDEEMED).when(claims.redeem, at=NOON).then()
    given(PROMOTION_CLAIM, OPENED, RELEASED).when(claims.redeem, at=NOON).then_refused("promotion_claim.illegal_move")
    given(PROMOTION_CLAIM, OPENED).when(claims.release, at=NOON).then(RELEASED)
    given(PROMOTION_CLAIM, OPENED, REDEEMED).when(claims.release, at=NOON).then(RELEASED)
    given(PROMOTION_CLAIM, OPENED, RELEASED).when(claims.release, at=NOON).then()


def test_a_claim_names_each_use_and_coupon_once() -> None:
    """Twice would count twice."""
    with pytest.raises(Repeated):
        Claims(uses=(USE, USE))
    with pytest.raises(Repeated):
        Claims(coupons=(K, K))
