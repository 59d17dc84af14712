"""The next morning: goods come back in part and are paid for as they were bought; money that is late goes back."""

from collections import Counter
from datetime import timedelta

import pytest

from aftercare import KEPT_WHOLE, MORNING
from completejourney import Basket
from ecomops.customers import POINTS_AWARD
from ecomops.inventory import STOCK
from ecomops.kernel import instant, later
from ecomops.orders import AFTERSALE, ORDER, PAYMENT, Operation, Order, Payment, Status
from ecomops.orders.aftersales import CaseRefunded
from ecomops.orders.aftersales import Status as CaseStatus
from ecomops.orders.payments import net, total
from ecomops.orders.policy import DEFAULT_POLICY
from shop import Shop
from tests.examples.conftest import Chain
from tests.examples.planted import NOON, SUNDAY, a_basket, a_line, empty, meeting, stocked, usd
from till import end_of
from vouchers import EXTRA


def _returned(basket: Basket) -> Shop:
    """Return a shop that sold *basket*, of which some came back the next morning."""
    shop = stocked(Shop(mischief=meeting(returned=[basket.basket_id])), p5=9, p6=9)
    list(shop.trade([basket]))
    return shop


def _order(shop: Shop, id: str = "31") -> Order:
    return shop.store.rows(ORDER)[id].value


def _payment(shop: Shop, id: str = "31") -> Payment:
    return shop.store.rows(PAYMENT)[id].value


def _refund(shop: Shop, case: str = "return:31") -> CaseRefunded:
    (event,) = (each.event for each in shop.store.of(AFTERSALE.kind, case) if isinstance(each.event, CaseRefunded))
    return event


PAIR = a_basket(a_line(quantity=2, shelf=301, loyalty=50))
"""Two units for 2.51: the first cost 1.26, the second 1.25."""


def test_one_of_two_comes_back_for_what_it_cost() -> None:
    """The case is refunded from the order's frozen rungs, over the till that took the money, and the order says so."""
    shop = _returned(PAIR)
    case = shop.store.rows(AFTERSALE)["return:31"].value
    assert (case.status, case.amount) == (CaseStatus.REFUNDED, usd(1_26))
    assert [(each.line, each.quantity) for each in case.units] == [("1", 1)]
    assert net(_payment(shop)) == usd(1_25)
    assert total(_payment(shop), Operation.REFUND) == usd(1_26)
    assert (_order(shop).status, _order(shop).lines[0].aftermath.returned) == (Status.PAID, 1)


def test_it_happens_inside_the_return_window() -> None:
    """On the morning after the day, before the order closes."""
    shop = _returned(PAIR)
    morning = later(end_of(SUNDAY), MORNING)
    assert {getattr(each.event, "at", None) for each in shop.store.of(AFTERSALE.kind, "return:31")} == {morning}
    assert morning < later(instant(NOON), DEFAULT_POLICY.return_window)


@pytest.mark.parametrize(("basket", "restocked"), [(31, 1), (35, 0)])
def test_goods_are_judged_when_they_come(basket: int, restocked: int) -> None:
    """What can be sold again is on the shelf again; of one case in five nothing can."""
    assert (basket % KEPT_WHOLE == 0) is (restocked == 0)
    shop = _returned(a_basket(a_line(quantity=2, shelf=300), basket=basket))
    stock = shop.store.rows(STOCK)["5@330"].value
    assert (stock.on_hand, stock.shipped, stock.restocked) == (7 + restocked, 2, restocked)
    assert shop.aftercare.counted["units restocked"] == restocked


def test_what_a_coupon_paid_for_goes_back_to_the_brand() -> None:
    """The buyer gets what the buyer paid; the coupon's share of the unit is the brand's."""
    shop = _returned(a_basket(a_line(quantity=2, shelf=400, coupon=100)))
    back = _refund(shop)
    assert (back.amount, [(each.kind, each.amount) for each in back.tenders]) == (
        usd(1_50),
        [("manufacturer_coupon", usd(50))],
    )
    assert shop.aftercare.counted["back to brands"] == 50


def test_goods_that_cost_the_buyer_nothing_bring_nothing_back() -> None:
    """A unit that a coupon paid for comes back without a payment out."""
    line = a_line(quantity=2, shelf=200, coupon=200)
    shop = _returned(a_basket(line, a_line(product=6, quantity=0, shelf=100)))
    assert _refund(shop).amount == usd(0)
    assert total(_payment(shop), Operation.REFUND) == usd(0)
    assert shop.aftercare.counted["cases"] == 1


def test_the_points_of_what_came_back_are_taken_back() -> None:
    """An award is reduced to what the rest of the order earns."""
    shop = _returned(a_basket(a_line(quantity=2, shelf=20_00)))
    award = shop.store.rows(POINTS_AWARD)["31"].value
    assert (award.earned, award.clawed_back, award.refunded) == (20, 10, usd(10_00))


def test_what_came_back_does_so_once() -> None:
    """Another morning brings nothing more."""
    shop = _returned(PAIR)
    list(shop.trade([empty(SUNDAY + timedelta(days=1))]))
    assert shop.aftercare.counted["cases"] == 1
    assert len(shop.store.rows(AFTERSALE)) == 1


def _once_more(basket: Basket = PAIR) -> Shop:
    """Return a shop to which *basket* came once more, and was paid too late."""
    shop = stocked(Shop(mischief=meeting(extra=[basket.basket_id])), p5=2)
    list(shop.trade([basket]))
    return shop


EXTRA_ID = f"31{EXTRA}"


def test_an_extra_basket_is_cancelled_by_time() -> None:
    """Its order waits for half an hour and is called off when the day ends; the other one of the basket is paid."""
    shop = _once_more()
    assert (_order(shop).status, _order(shop, EXTRA_ID).status) == (Status.PAID, Status.CANCELLED)
    events = shop.store.of(ORDER.kind, EXTRA_ID)
    assert [getattr(each.event, "code", "") for each in events][:2] == ["order.placed", "order.cancelled"]
    by = events[1].by
    assert by.kind == "system"


def test_its_money_comes_the_next_day_and_goes_back_in_full() -> None:
    """All that was captured is refunded, after the order was called off; it is counted apart."""
    shop = _once_more()
    payment = _payment(shop, EXTRA_ID)
    assert total(payment, Operation.CAPTURE) == total(payment, Operation.REFUND) == usd(2_51)
    captured = next(each.at for each in payment.notices if each.operation is Operation.CAPTURE)
    assert captured > end_of(SUNDAY)
    assert {key: shop.aftercare.counted[key] for key in ("paid too late", "came too late", "given back")} == {
        "paid too late": 1,
        "came too late": 251,
        "given back": 251,
    }


def test_its_goods_are_on_the_shelf_again_and_it_earns_nothing() -> None:
    """They were brought for it, set aside, and are free; no point, no sale, no other payment."""
    shop = _once_more()
    stock = shop.store.rows(STOCK)["5@330"].value
    assert (stock.received, stock.on_hand, stock.shipped, stock.reserved) == (4, 2, 2, 0)
    assert set(shop.store.rows(POINTS_AWARD)) == {"31"}
    assert set(shop.store.rows(PAYMENT)) == {"31", EXTRA_ID}


def test_a_year_of_returns_never_gives_more_than_was_paid(chain: Chain) -> None:
    """Of 25 orders some came back, never all; each tender and the buyer get at most what they gave."""
    store = chain.evidence.shop.store
    cases = store.rows(AFTERSALE)
    assert len(cases) == len(chain.mischief.returned) == 25
    for id, row in cases.items():
        order, event = store.rows(ORDER)[row.value.order].value, _refund(chain.evidence.shop, id)
        assert usd(0) <= event.amount <= total(store.rows(PAYMENT)[order.id].value, Operation.CAPTURE)
        came = sum(each.quantity for each in row.value.received)
        assert 0 < came < sum(line.quantity for line in order.lines)
        given = Counter[str]()
        for tender in order.tenders:
            given[tender.kind] += tender.amount.minor
        assert all(0 <= back.amount.minor <= given[back.kind] for back in event.tenders)


def test_a_year_of_late_payers_gets_everything_back(chain: Chain) -> None:
    """Twenty orders were called off; what came for them went back to the cent, and their payments hold nothing."""
    shop = chain.evidence.shop
    late = [order for id, order in _orders(shop).items() if id.endswith(EXTRA)]
    assert len(late) == len(chain.mischief.extra) == shop.aftercare.counted["paid too late"] == 20
    assert all(order.status is Status.CANCELLED and net(_payment(shop, order.id)) == usd(0) for order in late)
    assert shop.aftercare.counted["came too late"] == sum(order.due.minor for order in late)
    assert shop.aftercare.counted["given back"] == shop.aftercare.counted["came too late"]


def _orders(shop: Shop) -> dict[str, Order]:
    return {id: row.value for id, row in shop.store.rows(ORDER).items()}
