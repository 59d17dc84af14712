"""Goods come back: each step of a case moves the case, the order, the shelves and the money together."""

from datetime import timedelta
from functools import partial

import pytest
from attrs import evolve

from ecomops.inventory import RETURNED_GOODS, STOCK, Disposition, Finding, NotAwaited, NotOfCase, ReturnId
from ecomops.kernel import Command, CommandId, Commit, IllegalMove, Missing, Refused, StaleVersion, ask, run
from ecomops.orders import (
    AFTERSALE,
    ORDER,
    CaseExists,
    GoodsNotCome,
    NotReturnable,
    Operation,
    Outcome,
    ReferenceUsed,
    Restocked,
    ReturnTooLate,
    Status,
    aftersales,
)
from ecomops.orders.aftersales import AfterSalePolicy, Kind
from ecomops.orders.balance import refund_due
from ecomops.orders.payments import Reference
from ecomops.terms import CaseId, LocationId, OrderId, StockKey, StockUnits
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_notice, a_placement, a_taking, cny
from ecomops.workflows.deadlines import order_due
from ecomops.workflows.reshelving import JudgeGoods, MendGoods, TakeGoodsBack, judge_goods, mend_goods, take_goods_back
from ecomops.workflows.returns import (
    CaseMoved,
    CaseNeeds,
    CaseSettled,
    RefundReturnNeeds,
    RejectReturn,
    ReturnTaken,
    TakeReturnNeeds,
    WithdrawReturn,
    case_due,
    move_case,
    plan_move_case,
    plan_refund_return,
    plan_take_return,
    refund_return,
    request_return,
    take_return,
)
from tests.workflows.goods_back import (
    K1,
    LATER,
    S1,
    S2,
    a_case_due,
    a_delivery_of,
    a_loss_of,
    a_paid_basket,
    a_parcel,
    a_received_shop,
    a_refund,
    a_rejection,
    a_request,
    a_withdrawal,
    an_approval,
    an_arrival,
    lines,
    the_case,
)
from tests.workflows.shop import (
    CUP,
    STAFF,
    Drive,
    a_coupon,
    a_receipt,
    a_shipment,
    a_shop_with,
    codes,
    do,
    dump,
    found,
    the_order,
    the_payment,
    the_stock,
    units,
    value_of,
)

FIT, BROKEN = Disposition.RESTOCK, Disposition.SCRAP
O1 = OrderId("o-1")
K2, K3 = CaseId("k-2"), CaseId("k-3")
TWO_TEAS = a_request(("l-1", 2), ("s-1", 1))
AGREED = (TWO_TEAS, an_approval())
CAME = (*AGREED, an_arrival(("l-1", 1, FIT), ("l-1", 1, BROKEN)))


def test_a_buyer_asks(drive: Drive) -> None:
    """The case is opened, and the order waits for it."""
    store = a_received_shop()
    answer = drive(request_return, TWO_TEAS, store)
    assert answer == CaseMoved(case_id=K1, order_id=O1, status=aftersales.Status.REQUESTED, due_at=None)
    assert codes(store)[-2:] == ["order.return_requested", "aftersale.requested"]
    assert the_order(store).due_at is None
    assert the_case(store).units == lines(("l-1", 2), ("s-1", 1))


def test_the_window_is_the_one_that_was_stored(drive: Drive) -> None:
    """Its last instant counts; after it nothing is written."""
    week = NOON.add(days=7)
    store = a_received_shop()
    before = dump(store)
    with pytest.raises(ReturnTooLate):
        drive(request_return, a_request(("l-1", 1), at=week + timedelta(microseconds=1)), store)
    assert dump(store) == before
    assert drive(request_return, a_request(("l-1", 1), at=week), store).status is aftersales.Status.REQUESTED


def test_the_order_is_open_at_the_last_instant_of_its_window(drive: Drive) -> None:
    """Time closes it the instant after: who asks at the last one is in time, whether the host's job came by or not."""
    week = NOON.add(days=7)
    store = a_received_shop()
    assert order_due(the_order(store), at=week) is None
    close = order_due(the_order(store), at=week + timedelta(microseconds=1))
    assert close is not None
    assert drive(request_return, a_request(("l-1", 1), at=week), store).status is aftersales.Status.REQUESTED
    do(untouched := a_received_shop(), close)
    assert the_order(untouched).status is Status.CLOSED


def test_nothing_is_asked_back_twice(drive: Drive) -> None:
    """By another case, nor under the id of this one."""
    store = a_received_shop(TWO_TEAS)
    with pytest.raises(NotReturnable):
        drive(request_return, a_request(("l-1", 2), id="c-2", case=CaseId("k-2")), store)
    with pytest.raises(CaseExists):
        drive(request_return, a_request(("l-1", 1), id="c-3"), store)


def test_a_return_to_its_end(drive: Drive) -> None:
    """Two teas and the wrapping come back: one tea is on the shelves again, and the gateway is asked for 11.67."""
    store = a_received_shop(TWO_TEAS)
    approved = drive(move_case, an_approval(), store)
    assert (approved.status, approved.due_at) == (aftersales.Status.APPROVED, LATER.add(days=15))
    taken = drive(take_return, CAME[-1], store)
    assert taken == ReturnTaken(case_id=K1, order_id=O1, restocked=(units(1),), missing=())
    assert (the_stock(store).on_hand, the_stock(store).restocked) == (8, 1)
    goods = value_of(store, RETURNED_GOODS, ReturnId(K1))
    assert {(each.disposition, each.quantity) for each in goods.findings} == {(FIT, 1), (BROKEN, 1)}
    answer = drive(refund_return, a_refund(), store)
    payout = a_notice(
        operation=Operation.REFUND, outcome=Outcome.REQUESTED, amount="11.67", reference="k-1", at=LATER
    )  # fmt: skip
    assert answer == CaseSettled(
        case_id=K1, order_id=O1, amount=cny("11.67"), fee=cny("0"), tenders=(), payout=payout
    )  # fmt: skip
    order = the_order(store)
    assert (order.due, order.due_at, order.status) == (cny("3.33"), NOON.add(days=7), Status.PAID)
    assert refund_due(order, the_payment(store)) == cny("0")
    done = evolve(payout, outcome=Outcome.SUCCEEDED, at=LATER.add(days=1))
    (told,) = do(store, a_taking(done, id="c-told"))
    assert (told.net, told.refund_due) == (cny("3.33"), cny("0"))


def test_what_did_not_come_stays_with_the_buyer(drive: Drive) -> None:
    """It can be asked back again, and only what came is refunded."""
    store = a_received_shop(*AGREED)
    taken = drive(take_return, an_arrival(("l-1", 1, FIT)), store)
    assert taken.missing == lines(("l-1", 1))
    assert codes(store)[-6:] == [
        "order.returned",
        "order.return_dropped",
        "aftersale.received",
        "returned_goods.arrived",
        "returned_goods.inspected",
        "stock.restocked",
    ]
    assert drive(refund_return, a_refund(), store).amount == cny("8.34")
    again = a_request(("l-1", 2), id="c-2", case=CaseId("k-2"))
    assert drive(request_return, again, store).status is aftersales.Status.REQUESTED


def test_goods_go_on_the_shelves_where_they_came(drive: Drive) -> None:
    """Another location takes them in; one that kept none of them opens its stock."""
    store = a_received_shop(*AGREED)
    elsewhere = evolve(an_arrival(("l-1", 2, FIT)), location=LocationId("suzhou"))
    key = StockKey("tea@suzhou")
    assert drive(take_return, elsewhere, store).restocked == (units(2, key),)
    assert (the_stock(store, key).on_hand, the_stock(store, key).restocked) == (2, 2)
    kept = a_received_shop(a_delivery(id="c-suzhou", stock=key, quantity=1), *AGREED)
    drive(take_return, elsewhere, kept)
    assert (the_stock(kept, key).on_hand, the_stock(kept, key).restocked) == (3, 2)


def test_goods_that_the_stock_room_has_judged_are_not_shelved_twice() -> None:
    """The same findings were written before: the order counts them, the stock stays."""
    store = a_received_shop(*CAME)
    goods = store.rows(RETURNED_GOODS)[K1]
    case, order = found(evolve(the_case(a_received_shop(*AGREED)))), found(the_order(a_received_shop(*AGREED)))
    needs = TakeReturnNeeds(case=case, order=order, goods=goods, stock=dict(store.rows(STOCK)))
    plan = plan_take_return(an_arrival(("l-1", 1, FIT), ("l-1", 1, BROKEN)), needs)
    assert plan.answer.restocked == ()
    assert {write.kind for write in plan.writes} == {"order", "aftersale"}


def test_a_second_arrival_of_the_same_changes_nothing(drive: Drive) -> None:
    """Another one is refused: a case has one."""
    store = a_received_shop(*CAME)
    log = codes(store)
    again = drive(take_return, an_arrival(("l-1", 1, FIT), ("l-1", 1, BROKEN), id="c-2"), store)
    assert (again.restocked, codes(store)) == ((), log)
    with pytest.raises(IllegalMove):
        drive(take_return, an_arrival(("l-1", 1, FIT), id="c-3"), store)


def test_a_refund_is_paid_once(drive: Drive) -> None:
    """Another command is answered from what is there."""
    store = a_received_shop(*CAME, a_refund(fee=cny("1.00")))
    log = codes(store)
    again = drive(refund_return, a_refund(id="c-2"), store)
    assert (again.amount, again.fee, again.payout) == (cny("10.67"), cny("1.00"), None)
    assert codes(store) == log


def test_a_return_of_services_alone_waits_for_no_goods(drive: Drive) -> None:
    """There is nothing of it that could come: once the shop agrees, its money goes back."""
    store = a_received_shop(a_request(("s-1", 1)), an_approval())
    assert drive(refund_return, a_refund(), store).amount == cny("5.00")
    assert the_case(store).status is aftersales.Status.REFUNDED


def test_no_money_before_the_goods(drive: Drive) -> None:
    """Authorised or not, nothing is written."""
    store = a_received_shop(*AGREED)
    before = dump(store)
    with pytest.raises(GoodsNotCome):
        drive(refund_return, a_refund(), store)
    assert dump(store) == before


def test_the_fee_is_clipped_to_the_refund_of_its_case(drive: Drive) -> None:
    """Nothing goes back, and nothing is asked of the gateway; the balance stays even."""
    store = a_received_shop(*CAME)
    answer = drive(refund_return, a_refund(fee=cny("99.00")), store)
    assert (answer.amount, answer.fee, answer.payout) == (cny("0"), cny("11.67"), None)
    assert refund_due(the_order(store), the_payment(store)) == cny("0")


def test_tenders_get_their_part_back(drive: Drive) -> None:
    """Of the coupon on three teas two thirds; of the money the rest."""
    basket = a_placement(a_checkout(a_line(quantity=3, gross="9.00"), tenders=(a_coupon("3.00", "l-1"),)))
    store = a_shop_with(*a_paid_basket(basket, amount="6.00"), a_shipment(), a_receipt())
    do(store, a_request(("l-1", 2)), an_approval(), an_arrival(("l-1", 2, BROKEN)))
    answer = drive(refund_return, a_refund(), store)
    assert (answer.amount, [each.amount for each in answer.tenders]) == (cny("4.00"), [cny("2.00")])


def test_an_order_that_a_coupon_paid_pays_nothing_out(drive: Drive) -> None:
    """There is no payment, and none is opened."""
    basket = a_placement(a_checkout(a_line(gross="5.00"), tenders=(a_coupon("5.00"),)))
    store = a_shop_with(basket, a_shipment(), a_receipt(), a_request(("l-1", 1)), an_approval())
    do(store, an_arrival(("l-1", 1, FIT)))
    answer = drive(refund_return, a_refund(), store)
    assert (answer.amount, answer.payout, answer.tenders[0].amount) == (cny("0"), None, cny("5.00"))


def test_an_adopted_order_without_a_payment_is_not_paid_out(drive: Drive) -> None:
    """The one balance says that the gateway has nothing of it."""
    store = a_received_shop(*CAME)
    case, order = store.rows(AFTERSALE)[K1], store.rows(ORDER)["o-1"]
    plan = plan_refund_return(a_refund(), RefundReturnNeeds(case=case, order=order, payment=None))
    assert (plan.answer.amount, plan.answer.payout) == (cny("11.67"), None)
    assert drive(refund_return, a_refund(), store).payout is not None


def test_what_was_charged_back_is_not_paid_out_again(drive: Drive) -> None:
    """The bank gave it back before the shop could."""
    back = a_notice(operation=Operation.CHARGEBACK, amount="15.00", reference="r-back")
    store = a_received_shop(*CAME, a_taking(back, id="c-back"))
    assert drive(refund_return, a_refund(), store).payout is None


def test_a_reference_names_one_refund(drive: Drive) -> None:
    """Another one under it would be taken for the first."""
    told = a_notice(operation=Operation.REFUND, amount="0.50", reference="r-9")
    store = a_received_shop(*CAME, a_taking(told, id="c-told"))
    with pytest.raises(ReferenceUsed) as refusal:
        drive(refund_return, evolve(a_refund(), reference=Reference("r-9")), store)
    assert refusal.value.context == {"payment": "o-1", "reference": "r-9"}
    payout = drive(refund_return, evolve(a_refund(id="c-2"), reference=Reference("r-10")), store).payout
    assert payout is not None
    assert payout.reference == "r-10"


@pytest.mark.parametrize("history", [(TWO_TEAS,), AGREED])
def test_the_shop_says_no_or_the_buyer_lets_go(history: tuple[Command, ...], drive: Drive) -> None:
    """The units can be asked back again, and the order closes in time."""
    for command in (a_rejection(), a_withdrawal()):
        store = a_received_shop(*history)
        answer = drive(move_case, command, store)
        assert answer.due_at is None
        assert (the_order(store).due_at, the_order(store).lines[0].aftermath.claimed) == (NOON.add(days=7), 0)
        log = codes(store)
        assert drive(move_case, evolve(command, id=an_approval(id="c-2").id), store).status is answer.status
        assert codes(store) == log


def test_goods_that_were_judged_and_not_shelved_go_to_the_buyer_again(drive: Drive) -> None:
    """They are with him as if he had never sent them; what is on the shelves again stays there."""
    store = a_received_shop(*AGREED, an_arrival(("l-1", 2, BROKEN)))
    assert drive(move_case, a_rejection(), store).status is aftersales.Status.REJECTED
    assert the_order(store).lines[0].aftermath.returned == 0
    shelved = a_received_shop(*CAME)
    with pytest.raises(Restocked):
        drive(move_case, a_rejection(), shelved)


@pytest.mark.parametrize("end", [a_rejection(), a_withdrawal()], ids=["rejected", "withdrawn"])
def test_goods_that_the_stock_room_has_shelved_stay_there(drive: Drive, end: RejectReturn | WithdrawReturn) -> None:
    """They came before the case was told of them: the buyer does not lose both the goods and the money."""
    arrived = TakeGoodsBack(
        id=CommandId("c-back"), by=STAFF, at=LATER, return_id=ReturnId(K1), case=K1, units=(units(2),)
    )
    fit = Finding(stock=TEA, quantity=2, disposition=Disposition.RESTOCK)
    judged = JudgeGoods(id=CommandId("c-judge"), by=STAFF, at=LATER, return_id=ReturnId(K1), findings=(fit,))
    store = a_received_shop(*AGREED, arrived, judged)
    before = dump(store)
    with pytest.raises(Restocked):
        drive(move_case, end, store)
    assert dump(store) == before


def came_back(*came: StockUnits, id: str = K1) -> TakeGoodsBack:
    """Return the command with which the stock room takes goods of the case in."""
    return TakeGoodsBack(id=CommandId("c-back"), by=STAFF, at=LATER, return_id=ReturnId(id), case=K1, units=came)


def all_found(what: Disposition, quantity: int = 2) -> JudgeGoods:
    """Return the command with which the stock room judges them."""
    found = Finding(stock=TEA, quantity=quantity, disposition=what)
    return JudgeGoods(id=CommandId("c-judge"), by=STAFF, at=LATER, return_id=ReturnId(K1), findings=(found,))


MENDED = MendGoods(id=CommandId("c-mend"), by=STAFF, at=LATER, return_id=ReturnId(K1), units=(units(2),))
IN_REPAIR = an_arrival(("l-1", 2, Disposition.REPAIR))


def test_goods_that_went_to_the_buyer_again_are_not_mended(drive: Drive) -> None:
    """The shop said no: nothing of them comes on the shelves; of a case that stands it does."""
    store = a_received_shop(*AGREED, IN_REPAIR, a_rejection())
    before = dump(store)
    with pytest.raises(NotAwaited) as refusal:
        drive(mend_goods, MENDED, store)
    assert refusal.value.context == {"case": K1, "goods": ("2 x tea",)}
    assert dump(store) == before
    kept = a_received_shop(*AGREED, IN_REPAIR, a_refund())
    assert drive(mend_goods, MENDED, kept).restocked == (units(2),)


def test_the_goods_of_a_case_have_one_id(drive: Drive) -> None:
    """Under another one they could be shelved a second time."""
    store = a_received_shop(*AGREED)
    with pytest.raises(NotOfCase) as refusal:
        drive(take_goods_back, came_back(units(2), id="box-1"), store)
    assert refusal.value.context == {"id": "box-1", "case": K1}


@pytest.mark.parametrize(
    ("history", "came", "over"),
    [
        (AGREED, (units(3),), ("1 x tea",)),
        (AGREED, (units(2), units(1, CUP)), ("1 x cup",)),
        (AGREED, (units(2), units(1, StockKey("tea@suzhou"))), ("1 x tea",)),
        ((*AGREED, a_withdrawal()), (units(2),), ("2 x tea",)),
        ((a_request(("l-1", 2), kind=Kind.REFUND), an_approval()), (units(2),), ("2 x tea",)),
    ],
)
def test_no_more_goods_come_than_a_case_asks_for(
    drive: Drive, history: tuple[Command, ...], came: tuple[StockUnits, ...], over: tuple[str, ...]
) -> None:
    """Of a case that is over, or that asks for money alone, none; each excess is listed."""
    store = a_received_shop(*history)
    before = dump(store)
    with pytest.raises(NotAwaited) as refusal:
        drive(take_goods_back, came_back(*came), store)
    assert (refusal.value.context["goods"], dump(store)) == (over, before)


def test_goods_that_came_before_their_case_are_bounded_by_it(drive: Drive) -> None:
    """Nobody knew the case when they came; nothing more is shelved than it asks for."""
    store = a_received_shop(came_back(units(4)), *AGREED)
    with pytest.raises(NotAwaited):
        drive(judge_goods, all_found(FIT, 4), store)


def test_goods_that_are_there_are_not_withdrawn(drive: Drive) -> None:
    """Neither by time, which asks nothing more, nor by the buyer; the shop may still say no."""
    store = a_received_shop(*AGREED)
    due = case_due(the_case(store), at=LATER.add(days=15))
    assert due is not None
    do(store, came_back(units(2)))
    assert the_case(store).due_at is None
    do(store, all_found(BROKEN))
    assert drive(move_case, due, store).status is aftersales.Status.APPROVED
    with pytest.raises(IllegalMove):
        drive(move_case, a_withdrawal(), store)
    early = a_received_shop(TWO_TEAS, came_back(units(2)))
    assert drive(move_case, an_approval(), early).due_at is None
    assert drive(move_case, a_rejection(), early).status is aftersales.Status.REJECTED


def test_goods_of_an_adopted_case_end_its_wait() -> None:
    """They were taken over with it: time finds them there."""
    waiting = the_case(a_received_shop(*AGREED))
    store = a_received_shop(*AGREED, came_back(units(2)))
    due = case_due(waiting, at=LATER.add(days=15))
    assert due is not None
    needs = CaseNeeds(case=found(waiting), order=found(the_order(store)), goods=store.rows(RETURNED_GOODS)[K1])
    plan = plan_move_case(due, needs)
    assert (plan.answer.status, plan.answer.due_at) == (aftersales.Status.APPROVED, None)


@pytest.mark.parametrize("history", [AGREED, (TWO_TEAS,)])
def test_goods_that_come_while_their_case_ends_make_it_look_again(history: tuple[Command, ...]) -> None:
    """Both read the case: one of them is saved, whoever was first."""
    store = a_received_shop(*history)
    end = a_withdrawal()
    plan = ask(lambda: move_case(end), store.unit)
    do(store, came_back(units(2)))
    with pytest.raises(StaleVersion), store.unit() as unit:
        unit.save(Commit(command=end, answer=plan.answer, writes=plan.writes))


def test_time_withdraws_what_never_came(drive: Drive) -> None:
    """At the deadline of the case, whenever it is run; before, and when it came, nothing happens."""
    store = a_received_shop(*AGREED)
    deadline = LATER.add(days=15)
    case = the_case(store)
    assert case_due(case, at=deadline - timedelta(microseconds=1)) is None
    command = case_due(case, at=deadline.add(days=3))
    assert command is not None
    assert (command.at, command.id) == (deadline, "due:aftersale:k-1:2026-07-03T13:00:00+00:00")
    assert drive(move_case, a_case_due(), store).status is aftersales.Status.APPROVED
    assert drive(move_case, command, store).status is aftersales.Status.WITHDRAWN
    assert case_due(the_case(store), at=deadline) is None
    assert the_order(store).status is Status.CLOSED


def test_the_policy_says_how_long_the_goods_may_take() -> None:
    """Fifteen days are a default."""
    store = a_received_shop(TWO_TEAS)
    quick = partial(move_case, policy=AfterSalePolicy(send_within=timedelta(days=2)))
    assert run(quick, an_approval(), store.unit).due_at == LATER.add(days=2)


def test_lost_goods_are_refunded_without_coming_back(drive: Drive) -> None:
    """A case for money alone, once the shop agrees."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 3)), a_loss_of())
    ask_for = a_request(("l-1", 3), kind=Kind.REFUND, at=NOON.add(years=1))
    do(store, ask_for)
    with pytest.raises(Refused):
        drive(refund_return, a_refund(at=NOON.add(years=1)), store)
    do(store, an_approval(at=NOON.add(years=1)))
    answer = drive(refund_return, a_refund(id="c-2", at=NOON.add(years=1)), store)
    assert (answer.amount, the_order(store).status) == (cny("10.00"), Status.CLOSED)


ONE_LOST = (
    *a_paid_basket(),
    a_parcel(("l-1", 2)),
    a_parcel(("l-1", 1), id="c-s-2", shipment=S2),
    a_delivery_of(S1),
    a_loss_of(S2),
)


def test_money_for_broken_goods_does_not_pay_for_lost_ones(drive: Drive) -> None:
    """The order stays open until each of the three is paid for, and a case that is let go frees what it asked for."""
    store = a_shop_with(*ONE_LOST)
    broken = a_request(("l-1", 2), kind=Kind.REFUND)
    lost = evolve(a_request(("l-1", 1), kind=Kind.REFUND, id="c-lost", case=K2), reason=aftersales.Reason.LOST)
    do(store, lost)
    assert (the_order(store).lines[0].lost_unclaimed, store.rows(AFTERSALE)[K2].value.lost) == (0, lines(("l-1", 1)))
    do(store, broken, an_approval(), evolve(a_withdrawal(), case_id=K2))
    drive(refund_return, a_refund(), store)
    assert (the_order(store).status, the_order(store).due_at) == (Status.PAID, None)
    do(store, evolve(lost, id=CommandId("c-again"), case_id=K3), an_approval(id="c-a-2", case=K3, at=NOON.add(years=1)))
    drive(refund_return, a_refund(id="c-r-2", case=K3, at=NOON.add(years=1)), store)
    assert the_order(store).status is Status.CLOSED


def test_each_parcel_has_its_own_window(drive: Drive) -> None:
    """The second came a week later: only its tea can still go back."""
    week = NOON.add(days=7)
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 2)), a_parcel(("l-1", 1), id="c-s-2", shipment=S2))
    do(store, a_delivery_of(S1, at=NOON), a_delivery_of(S2, id="c-d-2", at=week))
    late = week.add(days=1)
    with pytest.raises(ReturnTooLate):
        drive(request_return, a_request(("l-1", 2), at=late), store)
    assert drive(request_return, a_request(("l-1", 1), at=late, id="c-2"), store).order_id == O1


def test_a_case_or_an_order_that_nobody_knows(drive: Drive) -> None:
    """Is refused by its id."""
    store = a_shop_with()
    with pytest.raises(Missing):
        drive(request_return, TWO_TEAS, store)
    with pytest.raises(Missing):
        drive(move_case, an_approval(), store)
    with pytest.raises(Missing):
        drive(take_return, an_arrival(("l-1", 1, FIT)), store)
    with pytest.raises(Missing):
        drive(refund_return, a_refund(), store)
