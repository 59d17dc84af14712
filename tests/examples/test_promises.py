"""The checks on coupons, points, refunds and members: each is refused when what it looks into is changed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from attrs import evolve

import promises
from books import Books
from checks import Evidence, Untrue, as_money
from ecomops.customers import PERSONAL, POINTS, POINTS_AWARD, PersonalValue, PointsAccount, PointsAward
from ecomops.customers.personal import FieldName
from ecomops.kernel import Noun, Recorded, Versioned
from ecomops.orders import AFTERSALE
from ecomops.orders.aftersales import CaseRefunded
from ecomops.promotions import COUPON, COUPON_BATCH
from ecomops.promotions.coupons import Status
from faults import ChangedRow
from members import ADDRESS, EMAIL, NAME, PHONE, SECRETS
from tests.examples.conftest import Chain
from tests.examples.planted import altered, usd

LONG = promises.ALL_SEARCHED + 1
"""The weeks of a run of which not everything is searched."""


@pytest.fixture
def year_of_six(chain: Chain) -> Evidence:
    """A year of six households: with coupons, returns, late payers and points that end."""
    return chain.evidence


@dataclass(frozen=True)
class Retold:
    """Books of which each event of one kind of object is retold."""

    books: Books
    kind: str
    retell: Callable[[Any], Any]

    def rows(self, noun: Noun[Any, Any, Any]) -> Mapping[str, Versioned[Any]]:
        """Return the rows as they are."""
        return self.books.rows(noun)

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return what happened to one object, as it is retold."""
        events = self.books.of(kind, id)
        return [each._replace(event=self.retell(each.event)) for each in events] if kind == self.kind else events

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return the events as they are."""
        return self.books.after(position, limit)


def _pretending(evidence: Evidence, **parts: object) -> Evidence:
    shop = copy(evidence.shop)
    for name, part in parts.items():
        setattr(shop, name, part)
    return replace(evidence, shop=shop)


def _counting(thing: Any, **counters: Counter[str]) -> Any:  # noqa: ANN401 - a part of the shop
    """Return *thing* with other counters."""
    other = copy(thing)
    for name, counter in counters.items():
        setattr(other, name, counter)
    return other


# --- coupons -------------------------------------------------------------------------------------------------------


def test_a_redemption_that_was_not_redeemed_is_found(year_of_six: Evidence) -> None:
    """There are as many redeemed coupons as redemptions that have a basket."""
    rows = dict(year_of_six.books.rows(COUPON))
    id, row = next((id, row) for id, row in rows.items() if row.value.status is Status.REDEEMED)
    rows[id] = Versioned(evolve(row.value, status=Status.RESERVED), row.version)
    with pytest.raises(Untrue, match="34 redemptions have a basket, 33 coupons are redeemed"):
        promises.coupons_are_counted(replace(year_of_six, books=ChangedRow(year_of_six.books, COUPON.kind, rows)))


def test_a_redemption_that_finds_a_basket_after_all_is_found(year_of_six: Evidence) -> None:
    """The files tell how many belong to a basket: one more is missed among the coupons."""
    found = year_of_six.found
    first = next(each for each in found.redemptions if each.basket_id is None)
    others = tuple(replace(each, basket_id=1) if each is first else each for each in found.redemptions)
    with pytest.raises(Untrue, match="35 redemptions have a basket, 34 coupons are redeemed"):
        promises.coupons_are_counted(replace(year_of_six, found=replace(found, redemptions=others)))


@pytest.mark.parametrize(
    ("refused", "told"),
    [({"coupon.unmatched": 27}, 27), ({"coupon.unmatched": 25, "coupon.not_valid": 1}, 25), ({}, 0)],
)
def test_refusals_of_another_number_or_reason_are_found(
    refused: dict[str, int], told: int, year_of_six: Evidence
) -> None:  # fmt: skip
    """Each redemption without a basket is refused by its code, and no other code makes up for it."""
    vouchers = _counting(year_of_six.shop.vouchers, refused=Counter(refused))
    with pytest.raises(Untrue, match=f"26 redemptions have no basket, {told} coupons were refused as unmatched"):
        promises.coupons_are_counted(_pretending(year_of_six, vouchers=vouchers))


@pytest.mark.parametrize("field", ["issued", "reserved", "redeemed", "expired"])
def test_a_batch_that_counts_otherwise_is_found(field: str, year_of_six: Evidence) -> None:
    """Each counter of a batch is the number of its coupons that stand so."""
    changed = altered(year_of_six, COUPON_BATCH, lambda row: evolve(row, **{field: getattr(row, field) + 1}))
    with pytest.raises(Untrue, match=r"batch \d+ counts .* issued, reserved, redeemed and expired; its coupons are"):
        promises.coupons_are_counted(changed)


def test_released_coupons_are_counted(year_of_six: Evidence, chain: Chain) -> None:
    """Those of the extra baskets were free again; the check says how many."""
    extra = [each for each in year_of_six.found.redemptions if each.basket_id in chain.mischief.extra]
    told = promises.coupons_are_counted(year_of_six)
    assert f"{len(extra)} released as their orders were cancelled" in told
    assert told.startswith("34 redeemed, 26 refused as coupon.unmatched, ")


# --- points --------------------------------------------------------------------------------------------------------


def _award_of_one_more(row: PointsAward) -> PointsAward:
    return evolve(row, earned=row.earned + 1)


def _award_less_one(row: PointsAward) -> PointsAward:
    return evolve(row, clawed_back=row.clawed_back + 1)


def _one_more_expired(row: PointsAccount) -> PointsAccount:
    return evolve(row, expired=row.expired + 1)


def _one_more_spent(row: PointsAccount) -> PointsAccount:
    return evolve(row, earned=row.earned + 1, spent=row.spent + 1)


def _spent_for_expired(row: PointsAccount) -> PointsAccount:
    return evolve(row, spent=1, expired=row.expired - 1)


def test_points_that_the_files_do_not_earn_are_found(year_of_six: Evidence) -> None:
    """The awards are those of the files' baskets, to the point."""
    with pytest.raises(Untrue, match="the files earn 21,299 points, the awards 21,298"):
        promises.points_add_up(replace(year_of_six, points=year_of_six.points + 1))


@pytest.mark.parametrize(
    ("noun", "change", "finding"),
    [
        (
            POINTS_AWARD,
            _award_of_one_more,
            "the files earn 21,298 points, the awards 21,299",
        ),
        (
            POINTS_AWARD,
            _award_less_one,
            r"the awards gave .* the accounts say",
        ),
        (POINTS, _one_more_expired, r"account \d+ has [\d,]+ points of"),
        (POINTS, _one_more_spent, r"the awards gave 21,298 points"),
        (POINTS, _spent_for_expired, r"account \d+ is not what its events tell"),
    ],
)
def test_points_that_nobody_earned_are_found(
    noun: Noun[Any, Any, Any], change: Callable[[Any], Any], finding: str, year_of_six: Evidence
) -> None:
    """A point more or less in an award or an account is found, and so is one that moved within it."""
    with pytest.raises(Untrue, match=finding):
        promises.points_add_up(altered(year_of_six, noun, change))


# --- refunds -------------------------------------------------------------------------------------------------------


def _more(event: Any) -> Any:  # noqa: ANN401 - any event
    return evolve(event, amount=event.amount + usd(1)) if isinstance(event, CaseRefunded) else event


def _tenders_gain(event: Any) -> Any:  # noqa: ANN401 - any event
    if not isinstance(event, CaseRefunded):
        return event
    return evolve(event, tenders=tuple(evolve(each, amount=usd(10_000_00)) for each in event.tenders))


@pytest.mark.parametrize("cents", [1, -1])
def test_a_refund_that_is_not_what_the_units_cost_is_found(cents: int, year_of_six: Evidence) -> None:
    """A cent more or less than the units cost by their rungs."""
    changed = altered(
        year_of_six, AFTERSALE, lambda row: evolve(row, amount=row.amount + usd(cents)) if row.amount else row
    )  # fmt: skip
    with pytest.raises(Untrue, match=r"case return:\d+ gave .* back for units that cost"):
        promises.refunds_are_fair(changed)


def test_an_event_that_tells_another_refund_is_found(year_of_six: Evidence) -> None:
    """The case's row and its event say the same."""
    with pytest.raises(Untrue, match=r"case return:\d+ gave .* back for units that cost"):
        promises.refunds_are_fair(replace(year_of_six, books=Retold(year_of_six.books, AFTERSALE.kind, _more)))


def test_a_case_that_gave_nothing_back_is_found(year_of_six: Evidence) -> None:
    """Units that cost something are paid for."""
    changed = altered(year_of_six, AFTERSALE, lambda row: evolve(row, amount=None))
    with pytest.raises(Untrue, match=r"case return:\d+ gave 0\.00 back for units that cost"):
        promises.refunds_are_fair(changed)


def test_a_tender_that_gains_is_found(year_of_six: Evidence) -> None:
    """No brand gets more back than its coupons brought."""
    with pytest.raises(Untrue, match=r"case return:\d+ gives manufacturer_coupon 10000\.00 USD, more than it gave"):
        promises.refunds_are_fair(replace(year_of_six, books=Retold(year_of_six.books, AFTERSALE.kind, _tenders_gain)))


def test_late_money_that_did_not_go_back_is_found(year_of_six: Evidence) -> None:
    """All that came for orders that time had called off went back."""
    care = year_of_six.shop.aftercare
    short = _counting(care, counted=care.counted - Counter({"given back": 1}))
    came = care.counted["came too late"]
    with pytest.raises(Untrue, match=f"{as_money(came)} came too late, {as_money(came - 1)} went back"):
        promises.refunds_are_fair(_pretending(year_of_six, aftercare=short))


# --- members -------------------------------------------------------------------------------------------------------


def test_a_household_too_many_is_found(year_of_six: Evidence) -> None:
    """Each household is one customer."""
    with pytest.raises(Untrue, match="7 households are 6 customers"):
        promises.members_are_known(replace(year_of_six, households=7))


@pytest.mark.parametrize("secret", SECRETS)
def test_a_value_that_came_back_is_found(secret: str, year_of_six: Evidence) -> None:
    """Each of name, phone, e-mail and address is found in the row where it stands, though no repr shows it."""
    value = PersonalValue(name=FieldName("x"), value=f"<{secret}>")
    changed = altered(year_of_six, PERSONAL, lambda row: evolve(row, values=(value,), erased=False))
    assert secret not in repr(changed.books.rows(PERSONAL))
    with pytest.raises(Untrue, match=r"1 personal values of the erased household stand in personal profile:\d+"):
        promises.members_are_known(replace(changed, weeks=LONG))


@pytest.mark.parametrize("kind", ["order", "points", "personal", "customer"])
def test_a_value_in_the_log_is_found(kind: str, year_of_six: Evidence) -> None:
    """However many events were looked at before, and whatever their place in memory was."""
    own, retold = str(year_of_six.shop.members.first), list[object]()

    def retell(event: Any) -> Any:  # noqa: ANN401 - any event
        told = (getattr(event, "customer", None), getattr(event, "id", None), getattr(event, "customer_id", None))
        if own not in map(str, told):
            return event
        retold.append(event)
        return (event, PersonalValue(name=FieldName("email"), value=EMAIL))

    with pytest.raises(Untrue, match=f"1 personal values of the erased household stand in the log of {kind}"):
        promises.members_are_known(replace(year_of_six, weeks=LONG, books=Retold(year_of_six.books, kind, retell)))
    assert retold


def test_a_value_in_a_command_is_found(year_of_six: Evidence) -> None:
    """What is kept of the household's commands and answers is searched too."""
    store: Any = copy(year_of_six.shop.store)
    kept = list(year_of_six.shop.store.carried_out())
    own = next(
        command for command, _ in kept if getattr(command, "customer_id", None) == year_of_six.shop.members.first
    )
    vars(store)["carried_out"] = lambda: iter([*kept, (own, (PHONE, ADDRESS, NAME))])
    with pytest.raises(Untrue, match=f"3 personal values of the erased household stand in .* command {own.id}"):
        promises.members_are_known(replace(_pretending(year_of_six, store=store), weeks=LONG))


def test_only_a_short_run_is_searched_whole(year_of_six: Evidence) -> None:
    """Of a long one the nouns that are few, and what hangs on the household; not the orders of others."""
    own = year_of_six.shop.members.first

    def retell(event: Any) -> Any:  # noqa: ANN401 - any event
        other = getattr(event, "customer", own) != own
        return (event, PersonalValue(name=FieldName("email"), value=EMAIL)) if other else event

    books = Retold(year_of_six.books, "order", retell)
    with pytest.raises(Untrue, match="1 personal values of the erased household stand in the log of order"):
        promises.members_are_known(replace(year_of_six, weeks=promises.ALL_SEARCHED, books=books))
    assert promises.members_are_known(replace(year_of_six, weeks=promises.ALL_SEARCHED + 1, books=books))
