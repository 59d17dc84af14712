"""Goods by SKU and week: what is looked through and what is put into running sums are one."""

import numpy as np
import pendulum
import pytest

from ecomops.columns import Ints
from ecomops.kernel import Period
from ecomops.metrics.rollup import Rollup
from ecomops.metrics.rollup.shelves import Shelf
from tests.metrics.rollup.shop import HOUR, MONDAY, a_rollup, ints, some_lines, some_orders, some_refunds

WEEK = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 8))


@pytest.mark.parametrize("most", [1, 7, 2**18])
def test_periods_may_come_in_any_order(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later ones, earlier ones and such in between, folded at once, now and then, or never."""
    monkeypatch.setattr("ecomops.metrics.rollup.shelves.MOST_POINTS", most)
    draw, shelf = np.random.default_rng(3), Shelf(4)
    told = list[tuple[Ints, ...]]()
    for low in (50, 52, 47, 90, 60, 12):
        rows = tuple(draw.integers(*bounds, 5) for bounds in ((low, low + 3), (-1, 4), (0, 9), (-90, 90)))
        shelf.add(*rows)
        told.append(rows)
        number, sku, quantity, net = map(np.concatenate, zip(*told, strict=True))
        for first, last in ((0, 99), (48, 61), (50, 50), (53, 91), (-5, 12), (91, 200)):
            inside = (number >= first) & (number < last)
            expected = [
                [int(values[inside & (sku == code)].sum()) for code in range(4)] for values in (quantity, net)
            ]  # fmt: skip
            assert [each.tolist() for each in shelf.between(first, last)] == expected
    assert (shelf.points < max(most, 1) + 5, shelf.nbytes > 0) == (True, True)


def goods_of(rollup: Rollup) -> list[list[int]]:
    """Return what each SKU came to in the first week."""
    found = rollup.goods(WEEK)
    return [each.tolist() for each in (found.units, found.net, found.returned_units, found.returned_net)]


def test_goods_follow_the_validity_of_their_order() -> None:
    """Lines and refunded lines count while the order is valid, before and after a seal, and in what is restored."""
    rollup, other = a_rollup(skus=3, seal_at=4), a_rollup(skus=3)
    rollup.append(some_orders(), some_lines(12, 10, 11, 12, sku=ints(0, 1, -1, 2)))
    assert rollup.due  # four orders and lines; those without goods are none
    rollup.refund(some_refunds(), {"refund": ints(1), "sku": ints(1), "quantity": ints(1), "net": ints(80)})
    before = goods_of(rollup)
    assert before == [[1, 1, 1], [90, 90, 90], [0, 1, 0], [0, 80, 0]]
    rollup.seal()
    assert (goods_of(rollup), rollup.due) == (before, False)
    rollup.amend({"id": ints(10, 12), "valid": ints(0, 1)})
    assert goods_of(rollup) == [[1, 0, 1], [90, 0, 90], [0, 0, 0], [0, 0, 0]]
    other.restore(rollup.snapshot())
    assert goods_of(other) == goods_of(rollup)
    for each in (rollup, other):
        each.amend({"id": ints(10), "valid": ints(1)})
    assert goods_of(other) == goods_of(rollup) == before
    assert rollup.nbytes["goods"] > 0


def test_a_refund_before_its_sale_brings_goods_back_with_it() -> None:
    """As its money does: what was called off before it was sold was sold first."""
    rollup = a_rollup(skus=2)
    rollup.append(some_orders(), some_lines(10))
    back = {"refund": ints(1), "sku": ints(1), "quantity": ints(1), "net": ints(9)}
    rollup.refund(some_refunds(at=ints(MONDAY - 200 * HOUR)), back)
    assert goods_of(rollup) == [[0, 1], [0, 90], [0, 1], [0, 9]]
