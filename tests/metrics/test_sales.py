"""What counts as a sale is a value, and each valid order knows the one before it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import OutOfRange, WrongKind
from ecomops.metrics import DEFAULT_DEFINITION, Definition, SaleInstant
from ecomops.metrics.sales import BLOCK, LONGEST, NO_EARLIER, sales
from tests.kernel.hostile import others
from tests.metrics.shops import BEGINNINGS, SHOPS, Bought, facts_of, some_orders


@given(SHOPS, st.sampled_from(SaleInstant))
def test_predecessor_is_the_latest_valid_order_before(bought: list[Bought], sold: SaleInstant) -> None:
    """Of the same known customer, earlier, or at the same instant and higher in the log; found by looking at all."""
    facts = facts_of(bought, BEGINNINGS[0])
    found = sales(facts, Definition(sold=sold))
    rows = list(zip(found.at.tolist(), range(len(bought)), facts.orders.customer.tolist(), strict=True))
    known = [each for each in rows if found.valid[each[1]] and each[2] >= 0]
    assert found.known.tolist() == [each in known for each in rows]
    for at, row, customer in known:
        earlier = [(then, other) for then, other, who in known if who == customer and (then, other) < (at, row)]
        assert found.before[row] == (max(earlier)[0] if earlier else NO_EARLIER)


def test_order_of_a_large_shop_is_found_in_one_number() -> None:
    """The largest code of a customer and the row of an order stand beside each other."""
    facts = some_orders([3, 1, 2], [2**31 - 1, 2**31 - 1, 0])
    assert (sales(facts, DEFAULT_DEFINITION).before == NO_EARLIER).tolist() == [False, True, True]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), max_size=40), st.sampled_from([3, BLOCK]))
def test_predecessors_are_found_whatever_codes_customers_have(drawn: list[tuple[int, int]], rows: int) -> None:
    """Codes in turn and codes of another system tell the same, within a block of rows and from one to the next."""
    days, codes = [day for day, _ in drawn], [code for _, code in drawn]
    sparse = [code if code < 0 else code + 2**31 - 5 for code in codes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecomops.metrics.sales.BLOCK", rows)
        for some in (days, sorted(days)):
            dense, wide = (sales(some_orders(some, each), DEFAULT_DEFINITION) for each in (codes, sparse))
            assert dense.before.tolist() == wide.before.tolist()


def test_definition_is_by_payment_and_a_year_unless_told() -> None:
    """The default is the platforms' meaning of a new buyer."""
    assert Definition(sold=SaleInstant.PAID, new_after=dt.timedelta(days=365)) == DEFAULT_DEFINITION


@pytest.mark.parametrize("horizon", [dt.timedelta(0), dt.timedelta(days=-1), LONGEST + dt.timedelta(microseconds=1)])
def test_horizon_is_longer_than_nothing_and_no_longer_than_a_century(horizon: dt.timedelta) -> None:
    """What is no horizon is refused."""
    with pytest.raises(OutOfRange, match=r"Definition\.new_after"):
        Definition(new_after=horizon)
    assert Definition(new_after=LONGEST).new_after == LONGEST


def test_horizon_is_a_duration() -> None:
    """A number of days, a text and nothing are none."""
    for value in others(dt.timedelta):
        with pytest.raises(WrongKind):
            Definition(new_after=value)
    for value in others(SaleInstant):
        with pytest.raises(WrongKind):
            Definition(sold=value)
