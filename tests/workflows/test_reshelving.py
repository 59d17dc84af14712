"""Goods that came back: taken, judged, and as far as fit for sale put back on the shelves."""

import pytest
from attrs import evolve

from ecomops.inventory import RETURNED_GOODS, Disposition, Finding, Miscounted, NotInRepair, ReturnExists, ReturnId
from ecomops.inventory.returns import Status
from ecomops.kernel import CommandId, Missing
from ecomops.memory import MemoryStore
from ecomops.terms import CaseId, StockKey, StockUnits
from ecomops.testing import NOON, TEA
from ecomops.workflows.reshelving import (
    GoodsJudged,
    GoodsTakenBack,
    JudgeGoods,
    MendGoods,
    TakeGoodsBack,
    judge_goods,
    mend_goods,
    take_goods_back,
)
from tests.workflows.shop import CUP, STAFF, Drive, a_shop, codes, do, dump, the_stock, units, value_of

ID = ReturnId("b-1")


def arrival(*came: StockUnits, id: str = "c-back", case: str = "b-1") -> TakeGoodsBack:
    """Return the command that takes goods back: three units of tea and a cup, when none are named."""
    return TakeGoodsBack(
        id=CommandId(id), by=STAFF, at=NOON, return_id=ID, case=CaseId(case), units=came or (units(3), units(1, CUP))
    )


def judged(*findings: tuple[int, Disposition, StockKey], id: str = "c-judge") -> JudgeGoods:
    """Return the command that judges them."""
    said = tuple(Finding(stock=key, quantity=n, disposition=what) for n, what, key in findings)
    return JudgeGoods(id=CommandId(id), by=STAFF, at=NOON, return_id=ID, findings=said)


VERDICT = ((2, Disposition.RESTOCK, TEA), (1, Disposition.SCRAP, TEA), (1, Disposition.RESTOCK, CUP))


def test_goods_come_back_and_go_on_the_shelves(drive: Drive) -> None:
    """What is on hand moves with the judgement alone, by what is fit for sale; a new stock is opened for it."""
    store = a_shop(on_hand=5)
    assert drive(take_goods_back, arrival(), store) == GoodsTakenBack(return_id=ID, units=(units(1, CUP), units(3)))
    assert (the_stock(store).on_hand, value_of(store, RETURNED_GOODS, ID).status) == (5, Status.ARRIVED)
    assert drive(judge_goods, judged(*VERDICT), store) == GoodsJudged(
        return_id=ID, restocked=(units(1, CUP), units(2))
    )  # fmt: skip
    assert (the_stock(store).on_hand, the_stock(store).restocked) == (7, 2)
    assert (the_stock(store, CUP).on_hand, the_stock(store, CUP).restocked) == (1, 1)
    assert value_of(store, RETURNED_GOODS, ID).status is Status.INSPECTED


def test_goods_that_are_not_fit_for_sale_move_no_stock(drive: Drive) -> None:
    """They are scrapped, repaired or sent on, and never on hand."""
    store = a_shop(on_hand=5)
    do(store, arrival(units(3)))
    verdicts = (Disposition.SCRAP, Disposition.REPAIR, Disposition.RETURN_TO_SUPPLIER)
    drive(judge_goods, judged(*((1, verdict, TEA) for verdict in verdicts)), store)
    assert (the_stock(store).on_hand, codes(store)[-1]) == (5, "returned_goods.inspected")


def test_the_same_again_is_nothing(drive: Drive) -> None:
    """An arrival and a judgement happen once, under whatever command."""
    store = a_shop()
    do(store, arrival(), judged(*VERDICT))
    before = len(codes(store))
    assert drive(take_goods_back, arrival(id="c-2"), store).units == (units(1, CUP), units(3))
    assert drive(judge_goods, judged(*VERDICT, id="c-3"), store) == GoodsJudged(return_id=ID, restocked=())
    assert len(codes(store)) == before


def test_an_arrival_under_a_taken_id_is_refused(drive: Drive) -> None:
    """Other units are another arrival."""
    store = a_shop()
    do(store, arrival())
    before = dump(store)
    with pytest.raises(ReturnExists):
        drive(take_goods_back, arrival(units(2), id="c-2"), store)
    assert dump(store) == before


def test_a_judgement_that_does_not_add_up_is_refused(drive: Drive) -> None:
    """Nothing is put back, and nothing is said of the goods."""
    store = a_shop()
    do(store, arrival())
    before = dump(store)
    with pytest.raises(Miscounted):
        drive(judge_goods, judged((4, Disposition.RESTOCK, TEA), (1, Disposition.SCRAP, CUP)), store)
    assert dump(store) == before


def test_only_goods_that_arrived_are_judged(drive: Drive) -> None:
    """Others are refused by their id."""
    with pytest.raises(Missing):
        drive(judge_goods, judged(*VERDICT), MemoryStore())


def test_mended_goods_go_on_the_shelves(drive: Drive) -> None:
    """By as much as was mended; the rest waits."""
    store = a_shop(on_hand=5)
    do(store, arrival(units(3)), judged((3, Disposition.REPAIR, TEA)))
    mending = MendGoods(id=CommandId("c-mend"), by=STAFF, at=NOON, return_id=ID, units=(units(2),))
    assert drive(mend_goods, mending, store) == GoodsJudged(return_id=ID, restocked=(units(2),))
    assert (the_stock(store).on_hand, the_stock(store).restocked) == (7, 2)
    assert sorted(each.quantity for each in value_of(store, RETURNED_GOODS, ID).findings) == [1, 2]
    before = dump(store)
    with pytest.raises(NotInRepair):
        drive(mend_goods, evolve(mending, id=CommandId("c-2")), store)
    assert dump(store) == before
