"""The money of a campaign: budgets that add up, what channels charge, what advertising and printed codes bring."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date

from ecomops.kernel import Currency, DomainError, Money, Period, Rounding
from ecomops.promotions import Application, CouponBatch
from ecomops.promotions.advertisements import AdvertisingDay, budget_pace, channel_figures
from ecomops.promotions.belonging import BatchUse, CampaignCost, PromotionCost, campaign_cost
from ecomops.promotions.budgets import BudgetPart, BudgetShare, by_channel, by_goal, divide_budget
from ecomops.promotions.charges import Charge, Delivered, Flat, PerClick, PerSale, PerThousand, cost
from ecomops.promotions.freight import PastBasket, Response, simulate_threshold
from ecomops.promotions.offline import CodeSale, OfflineCode, attribute_offline
from ecomops.promotions.plans import CampaignPlan, Goal
from ecomops.terms import BatchId, ChannelId, Funder, OrderId, PromotionId
from ecomops.testing import NOON, cny

SEARCH, LIVE = ChannelId("search"), ChannelId("live")
YEN = Money(1, Currency.JPY)


def refused(attempt: Callable[[], object], code: str) -> None:
    """Require that it is refused with that code."""
    with pytest.raises(DomainError) as refusal:
        attempt()
    assert refusal.value.code == code


def a_share(share: Fraction, channel: ChannelId = SEARCH, goal: str = "sales") -> BudgetShare:
    """Return a share of a budget."""
    return BudgetShare(channel=channel, goal=goal, share=share)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_the_parts_of_a_budget_add_up(total: int, weights: list[int]) -> None:
    """Whatever the shares; each part is within a minor unit of its exact share."""
    shares = [a_share(Fraction(each, sum(weights)), goal=f"g {n}") for n, each in enumerate(weights)]
    parts = divide_budget(Money(total, Currency.CNY), shares)
    assert sum(each.amount.minor for each in parts) == total
    assert all(abs(part.amount.minor - total * own.share) < 1 for part, own in zip(parts, shares, strict=True))


def test_a_budget_by_channel_and_by_goal() -> None:
    """Both sums are the budget."""
    thirds = [a_share(Fraction(1, 3)), a_share(Fraction(1, 3), LIVE), a_share(Fraction(1, 3), LIVE, "members")]
    parts = divide_budget(cny("100.00"), thirds)
    assert parts[0] == BudgetPart(channel=SEARCH, goal="sales", amount=cny("33.34"))
    assert by_channel(parts) == ((LIVE, cny("66.66")), (SEARCH, cny("33.34")))
    assert by_goal(parts) == (("members", cny("33.33")), ("sales", cny("66.67")))


def test_budgets_that_do_not_add_up() -> None:
    """Shares are there once, sum to one, and divide no debt."""
    half = a_share(Fraction(1, 2))
    refused(lambda: divide_budget(cny("1.00"), []), "figures.no_rows")
    refused(lambda: divide_budget(cny("1.00"), [half]), "budget.bad_shares")
    refused(lambda: divide_budget(cny("1.00"), [half, half]), "value.repeated")
    refused(lambda: divide_budget(cny("-1.00"), [a_share(Fraction(1))]), "money.negative")
    refused(lambda: a_share(Fraction(3, 2)), "value.out_of_range")


DELIVERED = Delivered(impressions=12_345, clicks=67, sales=cny("890.10"))


@pytest.mark.parametrize(
    ("charge", "owed"),
    [
        (PerSale(share=Fraction(5, 1000)), "4.45"),  # 4.4505
        (PerSale(share=Fraction(15, 1000)), "13.35"),  # 13.3515
        (PerThousand(price=cny("3.00")), "37.04"),  # 37.035, a tie that goes up
        (PerClick(price=cny("0.33")), "22.11"),
        (Flat(amount=cny("500.00")), "500.00"),
    ],
    ids=["a share of sales", "another share", "a thousand impressions", "a click", "an amount"],
)
def test_what_a_channel_charges(charge: Charge, owed: str) -> None:
    """By sales, impressions, clicks, or whatever was delivered; rounded half-up once."""
    assert cost(charge, DELIVERED) == cny(owed)


@pytest.mark.parametrize("charge", [PerThousand(price=YEN), PerClick(price=YEN), Flat(amount=YEN)], ids=repr)
def test_a_charge_in_another_currency(charge: Charge) -> None:
    """It is refused."""
    refused(lambda: cost(charge, DELIVERED), "money.currency_mismatch")


def test_a_charge_is_one_that_is_known() -> None:
    """And what was delivered is told as such."""
    odd: Any = 5
    refused(lambda: cost(odd, DELIVERED), "value.wrong_kind")
    refused(lambda: cost(Flat(amount=cny("1.00")), odd), "value.wrong_kind")


def a_row(channel: ChannelId = SEARCH, day: int = 1, **more: Any) -> AdvertisingDay:  # noqa: ANN401 - fields of it
    """Return a day of a channel."""
    usual: dict[str, Any] = {
        "spend": cny("30.00"),
        "impressions": 1000,
        "clicks": 40,
        "orders": 4,
        "sales": cny("90.00"),
    }
    return AdvertisingDay(channel=channel, day=Date(2026, 6, day), **(usual | more))


def test_ratios_of_channels() -> None:
    """They are ratios of sums, not means of days; nothing is divided by nothing."""
    busy = a_row(day=2, spend=cny("10.00"), impressions=3000, clicks=60, orders=1, sales=cny("10.00"))
    nothing = a_row(LIVE, spend=cny("0.00"), impressions=0, clicks=0, orders=0, sales=cny("0.00"))
    live, search = channel_figures([a_row(), nothing, busy])
    assert (search.click_rate, search.click_cost, search.order_rate) == (Fraction(1, 40), Fraction(40), Fraction(1, 20))
    assert (search.spend, search.return_on_spend) == (cny("40.00"), Fraction(5, 2))
    assert (live.click_rate, live.click_cost, live.order_rate, live.return_on_spend) == (None, None, None, None)


def pacing(rows: list[AdvertisingDay], today: int, **more: Any) -> Any:  # noqa: ANN401 - arguments of it
    """Compare *rows* with a budget of 300 yuan for the first ten days of June."""
    usual: dict[str, Any] = {
        "budgets": {SEARCH: cny("300.00"), LIVE: cny("10.00")},
        "first": Date(2026, 6, 1),
        "last": Date(2026, 6, 10),
        "today": Date(2026, 6, today),
    }
    return budget_pace(rows, **(usual | more))


def test_the_pace_of_spending() -> None:
    """Against an even spending of the days that are over; what is left is left for the others."""
    rows = [a_row(day=1), a_row(day=2, spend=cny("60.00")), a_row(day=3)]
    live, search = pacing(rows, today=3)
    assert (search.spent, search.due, search.pace) == (cny("90.00"), 6000, Fraction(3, 2))
    assert search.left_a_day == Fraction(21_000, 8)
    assert (live.spent, live.pace) == (cny("0.00"), 0)
    over = pacing([a_row(day=1, spend=cny("301.00"))], today=11)[1]
    assert (over.due, over.left_a_day) == (30_000, None)
    assert pacing([a_row(day=1, spend=cny("301.00"))], today=2)[1].left_a_day == 0
    before = pacing(rows, today=1)[1]
    assert (before.spent, before.due, before.pace) == (cny("0.00"), 0, None)


def test_advertising_that_cannot_be() -> None:
    """More clicks than impressions, a day twice, two currencies, what no budget covers."""
    refused(lambda: a_row(clicks=1001), "advertising.impossible_row")
    refused(lambda: a_row(orders=41), "advertising.impossible_row")
    refused(lambda: a_row(sales=YEN), "money.currency_mismatch")
    refused(lambda: channel_figures([]), "figures.no_rows")
    refused(lambda: channel_figures([a_row(), a_row()]), "value.repeated")
    refused(lambda: channel_figures([a_row(), a_row(day=2, spend=YEN, sales=YEN)]), "money.currency_mismatch")
    refused(lambda: pacing([a_row(day=11)], today=12), "advertising.outside_budget")
    refused(lambda: pacing([a_row(ChannelId("radio"))], today=2), "advertising.outside_budget")
    refused(lambda: pacing([a_row()], today=2, last=Date(2026, 5, 31)), "value.out_of_range")
    refused(lambda: pacing([a_row()], today=2, first="June"), "value.wrong_kind")


POSTER = OfflineCode(promo_code="METRO2", place="metro line 2", cost=cny("300.00"), printed=1000)
FLYER = OfflineCode(promo_code="FLYER", place="campus", cost=cny("0.00"), printed=0)


def a_sale(promo_code: str = "METRO2", order: str = "o-1", margin: Money | None = None) -> CodeSale:
    """Return an order of 450 yuan that was paid with a code."""
    return CodeSale(promo_code=promo_code, order=OrderId(order), sales=cny("450.00"), margin=margin or cny("180.00"))


def test_what_printed_codes_bring() -> None:
    """Each order counts for the code with which it was paid; one that nobody gave out is listed."""
    found = attribute_offline([POSTER, FLYER], [a_sale(), a_sale(order="o-2"), a_sale("metro2", "o-3")])
    poster, flyer = found.codes
    assert (poster.orders, poster.sales, poster.profit) == (2, cny("900.00"), cny("60.00"))
    whole = (Fraction(1, 500), Fraction(15_000), Fraction(3))
    assert (poster.redeemed, poster.order_cost, poster.return_on_cost) == whole
    assert (flyer.redeemed, flyer.order_cost, flyer.return_on_cost, flyer.profit) == (None, None, None, cny("0.00"))
    assert found.unknown == ("o-3",)


def test_printed_codes_that_cannot_be() -> None:
    """No code, a code or an order twice, two currencies."""
    refused(lambda: attribute_offline([], []), "figures.no_rows")
    refused(lambda: attribute_offline([POSTER, POSTER], []), "value.repeated")
    refused(lambda: attribute_offline([POSTER], [a_sale(), a_sale()]), "value.repeated")
    refused(lambda: attribute_offline([POSTER], [a_sale(margin=YEN)]), "money.currency_mismatch")


PAST = tuple(PastBasket(goods=cny(goods), freight=cny("6.00")) for goods in ("120", "99", "98.99", "79", "78.99", "5"))
HALF = Response(within=cny("20.00"), share=Fraction(1, 2), margin=Fraction(2, 5))


def simulated(baskets: Any = PAST, threshold: Any = None, fee: Any = None, response: Response = HALF) -> Any:  # noqa: ANN401 - arguments of it
    """Simulate free shipping from 99 yuan on."""
    return simulate_threshold(
        baskets, threshold=threshold or cny("99.00"), fee=fee or cny("8.00"), response=response
    )  # fmt: skip


def test_free_shipping_over_past_baskets() -> None:
    """The threshold itself is free, the edge of reach is near; half of the near add what they lack."""
    free = simulated()
    assert (free.above, free.share_above, free.near, free.gap) == (2, Fraction(1, 3), 2, cny("20.01"))
    assert (free.topped_up, free.added_sales, free.added_margin) == (1, cny("10.01"), cny("4.00"))  # 10.005, 4.002
    assert free.freight == cny("18.00")  # two above, and half of two near
    assert free.fees == cny("24.00")  # three others
    assert free.net == cny("4.00") + cny("24.00") - cny("36.00")
    assert free.mean_after - free.mean_before == Fraction(2001, 12)


def test_nobody_responds() -> None:
    """Then nothing is added, and all that lie below pay."""
    free = simulated(response=evolve(HALF, share=Fraction(0)))
    assert (free.added_sales, free.fees, free.mean_after) == (cny("0.00"), cny("32.00"), free.mean_before)


def test_free_shipping_that_cannot_be() -> None:
    """No basket, no threshold, a negative fee, two currencies, a share above one."""
    refused(lambda: simulated(()), "figures.no_rows")
    refused(lambda: simulated(threshold=cny("0.00")), "value.out_of_range")
    refused(lambda: simulated(fee=cny("-1.00")), "money.negative")
    refused(lambda: simulated(fee=YEN), "money.currency_mismatch")
    refused(lambda: simulated(fee=8), "value.wrong_kind")
    refused(lambda: evolve(HALF, share=Fraction(3, 2)), "value.out_of_range")


def test_the_rounding_is_half_up() -> None:
    """The bills above would differ by another rule."""
    assert DELIVERED.sales.times(Fraction(5, 1000), Rounding.UP) != cost(PerSale(share=Fraction(5, 1000)), DELIVERED)


# --- what belongs to it -------------------------------------------------------------------------------------------


def a_plan(**fields: Any) -> CampaignPlan:  # noqa: ANN401 - fields of a plan
    """Return a plan with two promotions and a batch of its own."""
    mine: dict[str, Any] = {"promotions": (TEN, FIVE), "batches": (JUNE,)}
    return CampaignPlan(
        theme="tea week",
        goal=Goal(kpi="orders", target=9),
        budget=(BudgetPart(channel=SEARCH, goal="sales", amount=cny("9.00")),),
        period=Period(start=NOON, end=NOON.add(days=7)),
        **{**mine, **fields},
    )


TEN, FIVE, JUNE = PromotionId("ten"), PromotionId("five"), BatchId("june")


def applied(promotion: str, amount: str, funder: Funder = Funder.SHOP) -> Application:
    """Return a promotion that applied to an order."""
    return Application(promotion=PromotionId(promotion), funder=funder, amount=cny(amount), shares=())


def test_the_cost_of_a_campaign_is_that_of_its_own_promotions() -> None:
    """By promotion and by who bears it; another promotion, or the batch of another campaign, counts nothing."""
    orders = [
        (applied("ten", "1.00"), applied("ten", "0.50", Funder.BRAND), applied("other", "7.00")),
        (applied("ten", "2.00"),),
        (),
    ]
    counters = [CouponBatch(id=JUNE, issued=5, redeemed=2), CouponBatch(id=BatchId("may"), issued=9)]
    cost = campaign_cost(a_plan(batches=(BatchId("untold"), JUNE)), orders, batches=counters)
    assert cost == CampaignCost(
        promotions=(
            PromotionCost(promotion=TEN, orders=2, amount=cny("3.50"), borne=cny("3.00")),
            PromotionCost(promotion=FIVE, orders=0, amount=cny("0.00"), borne=cny("0.00")),
        ),
        batches=(BatchUse(batch=JUNE, issued=5, redeemed=2),),
        amount=cny("3.50"),
        borne=cny("3.00"),
    )
    assert campaign_cost(a_plan(promotions=(), batches=()), orders).amount == cny("0.00")


def test_what_belongs_to_a_campaign_stands_there_once() -> None:
    """A promotion or a batch of the plan, and a counter; and all amounts are of the currency of its budget."""
    refused(lambda: a_plan(promotions=(TEN, TEN)), "value.repeated")
    refused(lambda: a_plan(batches=(JUNE, JUNE)), "value.repeated")
    refused(lambda: campaign_cost(a_plan(), [], batches=[CouponBatch(id=JUNE)] * 2), "value.repeated")
    in_yen = evolve(applied("ten", "1.00"), amount=YEN)
    refused(lambda: campaign_cost(a_plan(), [(in_yen,)]), "money.currency_mismatch")
    assert campaign_cost(a_plan(promotions=(FIVE,)), [(in_yen,)]).amount == cny("0.00")
