"""Goods that came back: what arrives, what an inspection may say, and what of it goes back on the shelves."""

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.inventory import RETURNED_GOODS, Disposition, Finding, Miscount, ReturnedGoods, ReturnId, returns
from ecomops.inventory.returns import GoodsAdopted, GoodsArrived, GoodsInspected, GoodsMended, Status
from ecomops.terms import CaseId, LocationId, Sku, StockKey, StockUnits, demand
from ecomops.testing import NOON, TEA, given

ID, CASE = ReturnId("b-1"), CaseId("r-1")
CUP = StockKey.of(Sku("cup"), LocationId("hangzhou"))
SOLD = StockKey.of(Sku("sold"), LocationId("hangzhou"))


def units(quantity: int, stock: StockKey = TEA) -> StockUnits:
    """Return so many units of *stock*."""
    return StockUnits(stock=stock, quantity=quantity)


def found(quantity: int, disposition: Disposition = Disposition.RESTOCK, stock: StockKey = TEA) -> Finding:
    """Return what was found of so many units."""
    return Finding(stock=stock, quantity=quantity, disposition=disposition)


ARRIVED = GoodsArrived(id=ID, case=CASE, units=(units(1, CUP), units(3)), at=NOON)
FINE, BROKEN, CUP_FINE = found(2), found(1, Disposition.SCRAP), found(1, stock=CUP)
INSPECTED = GoodsInspected(id=ID, findings=(CUP_FINE, FINE, BROKEN), at=NOON)


def test_what_arrives_is_added_up_and_lies_apart() -> None:
    """Equal keys are one, in their order; nothing is found yet."""
    arrived = returns.arrive(ID, case=CASE, units=[units(2), units(1, CUP), units(1)], at=NOON)
    assert arrived == (ARRIVED,)
    assert RETURNED_GOODS.replay(arrived) == ReturnedGoods(
        id=ID, case=CASE, status=Status.ARRIVED, units=(units(1, CUP), units(3)), findings=()
    )


def test_nothing_does_not_arrive() -> None:
    """An arrival without units is malformed."""
    given(RETURNED_GOODS, ARRIVED).when(
        lambda goods: returns.arrive(goods.id, case=CASE, units=(), at=NOON)
    ).then_refused("returned_goods.empty", id=ID)


def test_an_inspection_says_what_becomes_of_every_unit() -> None:
    """Equal findings are merged, in the order of stock and disposition."""
    given(RETURNED_GOODS, ARRIVED).when(returns.inspect, findings=[BROKEN, found(1), CUP_FINE, found(1)], at=NOON).then(
        INSPECTED
    )
    assert RETURNED_GOODS.replay((ARRIVED, INSPECTED)) == ReturnedGoods(
        id=ID, case=CASE, status=Status.INSPECTED, units=ARRIVED.units, findings=(CUP_FINE, FINE, BROKEN)
    )


def test_an_inspection_that_does_not_match_is_refused_whole() -> None:
    """Every stock of which more or less was found than arrived is listed, in the order of the keys."""
    given(RETURNED_GOODS, ARRIVED).when(
        returns.inspect, findings=[found(4), found(1, stock=SOLD)], at=NOON
    ).then_refused(
        "returned_goods.miscounted",
        id=ID,
        stock=(
            Miscount(stock=CUP, arrived=1, found=0),
            Miscount(stock=SOLD, arrived=0, found=1),
            Miscount(stock=TEA, arrived=3, found=4),
        ),
    )


def test_the_same_inspection_again_is_nothing_and_another_is_refused() -> None:
    """Goods are inspected once: what was restocked cannot be scrapped by a second look."""
    inspected = given(RETURNED_GOODS, ARRIVED, INSPECTED)
    inspected.when(returns.inspect, findings=[FINE, BROKEN, CUP_FINE], at=NOON.add(days=1)).then_nothing()
    inspected.when(returns.inspect, findings=[found(3), CUP_FINE], at=NOON).then_refused(
        "returned_goods.illegal_move", state="inspected", event="GoodsInspected"
    )


@drawn(
    arrived=st.dictionaries(st.sampled_from([TEA, CUP, SOLD]), st.integers(1, 5), min_size=1),
    data=st.data(),
)
def test_only_what_is_fit_for_sale_goes_back_on_the_shelves(arrived: dict[StockKey, int], data: st.DataObject) -> None:
    """However the units are judged, each exactly once: those to be restocked are counted, and no others."""
    dispositions = st.sampled_from(list(Disposition))
    judged = [(key, data.draw(dispositions)) for key, quantity in arrived.items() for _ in range(quantity)]
    order = data.draw(st.permutations(judged))
    goods = RETURNED_GOODS.replay(
        returns.arrive(ID, case=CASE, units=[units(quantity, key) for key, quantity in arrived.items()], at=NOON)
    )
    (inspected,) = returns.inspect(goods, findings=[found(1, verdict, key) for key, verdict in order], at=NOON)
    assert returns.fit_for_sale(inspected.findings) == demand(
        (key, 1) for key, verdict in judged if verdict is Disposition.RESTOCK
    )
    assert demand((each.stock, each.quantity) for each in inspected.findings) == goods.units


@pytest.mark.parametrize(("status", "findings"), [(Status.ARRIVED, ()), (Status.INSPECTED, INSPECTED.findings)])
def test_adopted_goods_enter_as_they_stand(status: Status, findings: tuple[Finding, ...]) -> None:
    """A shop that starts in the middle brings goods that wait for inspection, and those that were inspected."""
    adopted = GoodsAdopted(id=ID, case=CASE, status=status, units=ARRIVED.units, findings=findings, at=NOON)
    told = (ARRIVED,) if status is Status.ARRIVED else (ARRIVED, INSPECTED)
    assert RETURNED_GOODS.replay((adopted,)) == RETURNED_GOODS.replay(told)


def test_returned_goods_are_found_by_status_case_and_stock() -> None:
    """What waits for inspection is a query; nothing about them is asked by time."""
    goods = RETURNED_GOODS.replay((ARRIVED,))
    assert {name: key(goods) for name, key in RETURNED_GOODS.keys.items()} == {
        "status": "arrived",
        "case": "r-1",
        "stock": (CUP, TEA),
    }
    assert RETURNED_GOODS.id_of(goods) == "b-1"
    assert RETURNED_GOODS.due_at is None


TO_MEND = (found(3, Disposition.REPAIR), found(1, Disposition.REPAIR, CUP))
IN_REPAIR = (ARRIVED, GoodsInspected(id=ID, findings=TO_MEND, at=NOON))


def test_goods_that_were_mended_are_fit_for_sale() -> None:
    """Part of them or all: what is left stays in repair."""
    mended = GoodsMended(id=ID, units=(units(1, CUP), units(2)), at=NOON)
    given(RETURNED_GOODS, *IN_REPAIR).when(returns.mend, units=[units(1), units(1, CUP), units(1)], at=NOON).then(
        mended
    )
    goods = RETURNED_GOODS.replay((*IN_REPAIR, mended))
    assert goods.findings == (
        found(1, stock=CUP),
        found(1, Disposition.REPAIR),
        found(2),
    )
    rest = GoodsMended(id=ID, units=(units(1),), at=NOON)
    assert RETURNED_GOODS.fold(goods, (rest,)).findings == (found(1, stock=CUP), found(3))


def test_no_more_is_mended_than_is_in_repair() -> None:
    """Every excess is listed; goods that nobody has judged are in no repair; nothing mended is nothing."""
    goods = given(RETURNED_GOODS, *IN_REPAIR)
    goods.when(returns.mend, units=[units(4), units(1, CUP), units(1, SOLD)], at=NOON).then_refused(
        "returned_goods.not_in_repair", id=ID, units=(units(1, SOLD), units(4))
    )
    goods.when(returns.mend, units=[], at=NOON).then_nothing()
    given(RETURNED_GOODS, ARRIVED, INSPECTED).when(returns.mend, units=[units(1)], at=NOON).then_refused(
        "returned_goods.not_in_repair", units=(units(1),)
    )
    given(RETURNED_GOODS, ARRIVED).when(returns.mend, units=[units(1)], at=NOON).then_refused(
        "returned_goods.illegal_move", state="arrived"
    )
