"""What goes wrong is drawn the same in each run, so often as it should, and never more than a shop can bear."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import completejourney
import mischief
from campaigns import NO_CAMPAIGNS, Campaigns
from completejourney import Basket, Tape
from ecomops.kernel import instant, later
from ecomops.orders import ORDER, PAYMENT, Notice, Operation, Order, Outcome, Reference, Status
from ecomops.orders.payments import PaymentStatus, contradictions, status
from ecomops.orders.policy import DEFAULT_POLICY
from mischief import BEFORE_NIGHT, BETWEEN, EXTRA, MOST_TIMES, Mischief, drawn, shuffled, some_units
from shop import Shop
from tests.examples.conftest import Chain
from tests.examples.planted import NOON, a_basket, a_line, meeting, stocked, usd
from till import end_of

BASKETS = range(31, 131)
CAPTURE = Notice(
    operation=Operation.CAPTURE,
    reference=Reference("31"),
    outcome=Outcome.SUCCEEDED,
    amount=usd(5_00),
    at=instant(NOON),
)


@pytest.fixture(scope="module")
def of_the_year(year: Tape, campaigns_of_the_year: Campaigns) -> Mischief:
    """What the baskets of the year meet."""
    return drawn(year, campaigns_of_the_year)


@pytest.fixture(scope="module")
def unlucky(year: Tape, of_the_year: Mischief) -> dict[int, Basket]:
    """The extra baskets of the year, and some that come back."""
    wanted = of_the_year.extra | frozenset(sorted(of_the_year.returned)[:200])
    chosen = [basket in wanted for basket in year.basket.tolist()]
    tape = Tape(**{name: getattr(year, name)[chosen] for name in Tape.__dataclass_fields__})
    return {each.basket_id: each for each in completejourney.baskets(tape)}


def test_so_many_of_the_year_meet_something(of_the_year: Mischief) -> None:
    """A hundredth of the payments, a fiftieth of the orders that can come back in part, and twenty baskets."""
    assert (len(of_the_year.shuffled), len(of_the_year.returned), len(of_the_year.extra)) == (1_553, 2_775, 20)
    assert (mischief.SHUFFLED, mischief.RETURNED, EXTRA) == (100, 50, 20)


def test_every_run_draws_the_same(month: Tape) -> None:
    """Two draws are equal, and another seed draws something else."""
    assert drawn(month, NO_CAMPAIGNS) == drawn(month, NO_CAMPAIGNS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mischief, "SEED", 1)
        other = drawn(month, NO_CAMPAIGNS)
    assert other != drawn(month, NO_CAMPAIGNS)


def test_one_extra_basket_has_a_coupon_if_any_has(of_the_year: Mischief, campaigns_of_the_year: Campaigns) -> None:
    """Exactly one of the twenty, so that a coupon is freed with its order; without coupons it is none."""
    belong = {each.basket_id for each in campaigns_of_the_year.redemptions}
    assert len(of_the_year.extra & belong) == 1


def test_extra_baskets_can_be_called_off_and_paid(unlucky: dict[int, Basket], of_the_year: Mischief) -> None:
    """Each has goods and costs money, and comes so early that it waits for its money before the day ends."""
    for each in (unlucky[basket] for basket in of_the_year.extra):
        assert each.goods
        assert each.due > 0
        assert later(instant(each.at), timedelta(seconds=BEFORE_NIGHT)) < end_of(each.day)
    assert timedelta(seconds=BEFORE_NIGHT) > DEFAULT_POLICY.unpaid_after


def test_what_comes_back_has_several_units_and_cost_money(
    unlucky: dict[int, Basket], of_the_year: Mischief
) -> None:  # fmt: skip
    """Of one unit nothing could come back in part."""
    back = [each for id, each in unlucky.items() if id in of_the_year.returned]
    assert len(back) >= 200
    assert all(sum(line.quantity for line in each.lines) > 1 and each.due > 0 for each in back)


def test_each_notice_comes_up_to_three_times() -> None:
    """An authorisation and a capture, one to three times each, equal to one another."""
    times = Counter[tuple[int, int]]()
    for basket in BASKETS:
        counted = Counter(shuffled(CAPTURE, basket=basket))
        assert len(counted) == 2
        assert counted[CAPTURE] in range(1, MOST_TIMES + 1)
        (hold,) = (each for each in counted if each != CAPTURE)
        assert (hold.operation, hold.amount, hold.at) == (Operation.AUTHORISE, CAPTURE.amount, CAPTURE.at)
        assert counted[hold] in range(1, MOST_TIMES + 1)
        times[counted[CAPTURE], counted[hold]] += 1
    assert len(times) == MOST_TIMES**2


def test_captures_come_before_authorisations_too() -> None:
    """In no order: some begin with what should come last; one basket always gets the same."""
    first = [shuffled(CAPTURE, basket=basket)[0].operation for basket in BASKETS]
    assert set(first) == {Operation.CAPTURE, Operation.AUTHORISE}
    assert shuffled(CAPTURE, basket=31) == shuffled(CAPTURE, basket=31)


def test_all_notices_come_before_an_unpaid_order_is_cancelled() -> None:
    """Even the last of six comes within the wait for the money."""
    assert DEFAULT_POLICY.unpaid_after > (2 * MOST_TIMES - 1) * BETWEEN


@pytest.fixture(scope="module")
def told() -> Shop:
    """A shop in which a hundred orders were told of their money in no order."""
    shop = stocked(Shop(mischief=meeting(shuffled=BASKETS)), p5=len(BASKETS))
    for basket in BASKETS:
        shop.sell(a_basket(a_line(shelf=500), basket=basket))
    return shop


def test_shuffled_notices_settle_an_order_once(told: Shop) -> None:
    """Each order is paid by one event, its payment captured once and nothing odd about it."""
    for basket in map(str, BASKETS):
        codes = [getattr(each.event, "code", "") for each in told.store.of(ORDER.kind, basket)]
        assert codes.count("order.paid") == 1
        payment = told.store.rows(PAYMENT)[basket].value
        captured = [each for each in payment.notices if each.operation is Operation.CAPTURE]
        assert [each.amount for each in captured] == [usd(5_00)]
        assert status(payment) is PaymentStatus.CAPTURED
        assert contradictions(payment) == ()


def test_shuffled_notices_all_come_in_time(told: Shop) -> None:
    """The last command that tells of money is given before the order would have been called off."""
    deadline = later(instant(NOON), DEFAULT_POLICY.unpaid_after)
    given_at = [command.at for command, _ in told.store.carried_out() if command.id.startswith("pay:")]
    assert len(given_at) > 2 * len(BASKETS)
    assert max(given_at) < deadline


def test_at_midnight_too() -> None:
    """The notices of baskets of the last minute come when their day is over, and settle them all the same."""
    late = datetime(2017, 1, 2, 4, 59, 59, tzinfo=UTC)
    baskets = range(41, 51)
    shop = stocked(Shop(mischief=meeting(shuffled=baskets)), p5=len(baskets))
    list(shop.trade([a_basket(a_line(shelf=500), basket=basket, at=late) for basket in baskets]))
    assert {row.value.status for row in shop.store.rows(ORDER).values()} == {Status.PAID}


def _order(*units: int) -> Order:
    """Return an order of lines of so many units."""
    shop = stocked(Shop(), p5=sum(units))
    shop.sell(a_basket(*(a_line(quantity=quantity, shelf=100 * quantity) for quantity in units)))
    return shop.store.rows(ORDER)["31"].value


ORDERS = tuple(_order(*units) for units in ((2,), (1, 1), (1, 2), (3, 1, 1), (1, 1, 1, 1), (5_000, 1), (40,)))


@given(st.sampled_from(ORDERS), st.integers(0, 2**40))
def test_some_units_are_never_all_and_never_none(order: Order, basket: int) -> None:
    """Some lines, each once, some units of each and no more than it has; something stays, something comes."""
    bought = {line.id: line.quantity for line in order.lines}
    units = some_units(order, basket=basket)
    assert 0 < sum(each.quantity for each in units) < sum(bought.values())
    assert len({each.line for each in units}) == len(units)
    assert all(1 <= each.quantity <= bought[each.line] for each in units)
    assert units == some_units(order, basket=basket)


def test_a_year_of_mischief_leaves_each_order_settled_once(chain: Chain) -> None:
    """Of the six households a tenth is told of in no order: each is paid once."""
    store = chain.evidence.shop.store
    assert len(chain.mischief.shuffled) == 25
    for basket in chain.mischief.shuffled:
        codes = [getattr(each.event, "code", "") for each in store.of(ORDER.kind, str(basket))]
        assert codes.count("order.paid") == 1
