"""The chain's coupons: shown with their basket, bound by its order, redeemed when it is paid, free when it is not."""

from datetime import date, timedelta

from campaigns import Campaigns, Coupon, Redemption
from completejourney import Basket
from ecomops.kernel import Period, instant, later
from ecomops.orders import ORDER
from ecomops.promotions import COUPON, COUPON_BATCH, CouponUnmatched
from ecomops.promotions.coupons import Status
from mischief import NO_MISCHIEF, Mischief
from shop import Shop
from tests.examples.conftest import Chain
from tests.examples.planted import NOON, SUNDAY, a_basket, a_line, empty, meeting, stocked
from till import end_of

AT = instant(NOON)
VALID = Period(start=AT, end=end_of(date(2017, 1, 31)))


def _redeemed(number: int, basket: int | None, *, upc: int = 55, household: int = 7) -> Redemption:
    """A redemption of the first day."""
    return Redemption(number, household, upc, 1, SUNDAY, basket, (1,) if basket else ())


def _shop(*redemptions: Redemption, mischief: Mischief = NO_MISCHIEF, valid: Period = VALID) -> Shop:
    """Return a shop that has product 5 on its shelves, and has given out a coupon on it for each redemption."""
    coupons = {upc: Coupon(upc, frozenset({5}), (1,)) for upc in (55, 66, 77)}
    found = Campaigns(campaigns={}, coupons=coupons, redemptions=redemptions, rows=3, duplicates=0)
    shop = stocked(Shop(found, mischief), p5=9, p6=9)
    shop.give_out(valid=valid, at=AT)
    return shop


def _with_coupon(basket: int = 31, *, product: int = 5) -> Basket:
    """Return a basket off whose only line a coupon was taken."""
    return a_basket(a_line(product=product, shelf=300, coupon=100), basket=basket)


def _stand(shop: Shop) -> dict[str, Status]:
    return {id: row.value.status for id, row in shop.store.rows(COUPON).items()}


def _codes(shop: Shop, coupon: str) -> list[str]:
    return [getattr(each.event, "code", "") for each in shop.store.of(COUPON.kind, coupon)]


def test_a_coupon_is_given_out_for_each_redemption() -> None:
    """A batch for each coupon that anybody redeems, as large as it has to be; each coupon is its household's."""
    shop = _shop(_redeemed(1, 31), _redeemed(2, 31), _redeemed(3, None, upc=66, household=8))
    owners = {id: row.value.owner for id, row in shop.store.rows(COUPON).items()}
    assert owners == {"55:1": "7", "55:2": "7", "66:3": "8"}
    batches = {id: (row.value.issued, row.value.most) for id, row in shop.store.rows(COUPON_BATCH).items()}
    assert batches == {"55": (2, 2), "66": (1, 1)}


def test_the_basket_that_it_belongs_to_redeems_it() -> None:
    """It is shown, bound by the order, and redeemed when that is paid; the batch counts it so."""
    shop = _shop(_redeemed(1, 31))
    shop.sell(_with_coupon())
    assert _codes(shop, "55:1") == ["coupon.issued", "coupon.presented", "coupon.reserved", "coupon.redeemed"]
    assert (shop.vouchers.shown, dict(shop.vouchers.refused)) == (1, {})
    batch = shop.store.rows(COUPON_BATCH)["55"].value
    assert (batch.issued, batch.reserved, batch.redeemed, batch.expired) == (1, 0, 1, 0)


def test_a_coupon_takes_nothing_off_by_itself() -> None:
    """The till has done so, as a tender: the order owes what the receipt says, with or without the coupon shown."""
    dues: list[int] = []
    for shop in (_shop(), _shop(_redeemed(1, 31))):
        shop.sell(_with_coupon())
        dues.append(shop.store.rows(ORDER)["31"].value.due.minor)
    assert dues == [200, 200]


def test_one_that_no_basket_qualifies_for_is_refused_and_counted() -> None:
    """Shown with the first basket of its household and day, it is refused as unmatched, once, and stays free."""
    shop = _shop(_redeemed(1, None))
    shop.sell(a_basket(a_line(shelf=300)))
    shop.sell(a_basket(a_line(shelf=300), basket=32))
    assert CouponUnmatched.code == "coupon.unmatched"
    assert dict(shop.vouchers.refused) == {"coupon.unmatched": 1}
    assert (shop.vouchers.shown, _stand(shop)) == (0, {"55:1": Status.ISSUED})
    assert len(shop.store.rows(ORDER)) == 2


def test_a_coupon_on_another_product_does_not_match() -> None:
    """That a coupon was taken off another product's line makes no line of its own."""
    shop = _shop(_redeemed(1, 31))
    shop.sell(_with_coupon(product=6))
    assert dict(shop.vouchers.refused) == {"coupon.unmatched": 1}


def test_others_do_not_show_it() -> None:
    """Neither another basket of the household nor another household brings it."""
    shop = _shop(_redeemed(1, 31), _redeemed(2, None, household=8))
    shop.sell(_with_coupon(32))
    assert (shop.vouchers.shown, shop.vouchers.refused.total()) == (0, 0)


def test_several_come_with_one_basket() -> None:
    """Two of one coupon and one of another are all redeemed by the order that they come with."""
    shop = _shop(_redeemed(1, 31), _redeemed(2, 31), _redeemed(3, 31, upc=66))
    shop.sell(_with_coupon())
    assert set(_stand(shop).values()) == {Status.REDEEMED}


def test_other_refusals_have_their_own_code() -> None:
    """One that is no longer valid is not counted as unmatched."""
    shop = _shop(_redeemed(1, 31), valid=Period(start=AT, end=later(AT, timedelta(seconds=1))))
    tomorrow = later(AT, timedelta(days=1))
    assert shop.vouchers.show(_with_coupon(), at=tomorrow) == ()
    assert dict(shop.vouchers.refused) == {"coupon.not_valid": 1}


def test_it_is_free_again_when_its_order_is_cancelled() -> None:
    """A basket that comes once more brings a coupon of its own, which time frees with the order that nobody pays."""
    shop = _shop(_redeemed(1, 31), mischief=meeting(extra=[31]))
    batch = shop.store.rows(COUPON_BATCH)["55"].value
    assert (batch.issued, batch.most) == (2, 2)
    shop.sell(_with_coupon())
    assert _stand(shop) == {"55:1": Status.REDEEMED, "55:1extra": Status.RESERVED}
    list(shop.trade([empty(SUNDAY)]))
    assert _codes(shop, "55:1extra")[-2:] == ["coupon.reserved", "coupon.released"]
    assert _stand(shop) == {"55:1": Status.REDEEMED, "55:1extra": Status.ISSUED}
    batch = shop.store.rows(COUPON_BATCH)["55"].value
    assert (batch.reserved, batch.redeemed) == (0, 1)


def test_coupons_end_when_their_campaign_does() -> None:
    """What nobody used expires by the command of time; what was used does not."""
    shop = _shop(_redeemed(1, 31), _redeemed(2, 99))
    shop.sell(_with_coupon())
    shop.let_pass(VALID.end)
    assert _stand(shop) == {"55:1": Status.REDEEMED, "55:2": Status.EXPIRED}


def test_in_a_year_all_are_counted(chain: Chain) -> None:
    """Of the six households 34 redemptions are redeemed, 26 refused by their code, and the extra baskets' are freed."""
    shop, found = chain.evidence.shop, chain.evidence.found
    belong = [each for each in found.redemptions if each.basket_id is not None]
    assert (len(belong), len(found.redemptions)) == (34, 60)
    assert dict(shop.vouchers.refused) == {"coupon.unmatched": 26}
    extra = [each for each in belong if each.basket_id in chain.mischief.extra]
    assert extra
    assert shop.vouchers.shown == len(belong) + len(extra)
    released = [id for id in _stand(shop) if "coupon.released" in _codes(shop, id)]
    assert released == [f"{each.upc}:{each.number}extra" for each in extra]
