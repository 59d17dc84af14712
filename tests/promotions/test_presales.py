"""Pre-sales with a deposit: what was agreed, each step in its window, and what becomes of the deposit."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import DomainError, IllegalMove, Money, Period
from ecomops.promotions import (
    PRESALE,
    BadPresale,
    Presale,
    PresaleClosed,
    PresaleId,
    PresaleOrderedAlready,
    PresalePolicy,
    PresalePrice,
    PresaleTerms,
    presales,
)
from ecomops.promotions.deposits import Fate
from ecomops.promotions.presales import Cause, PresaleAdopted, Status
from ecomops.terms import LineId, OrderId, PromotionId
from ecomops.testing import NOON, a_discount, a_line, cny
from tests.promotions.kit import fen

FIRST = Period(start=NOON, end=NOON.add(days=1))
SECOND = Period(start=NOON.add(days=2), end=NOON.add(days=3))
LATE = SECOND.end
TERMS = PresaleTerms(price=cny("300.00"), deposit=cny("100.00"), worth=cny("150.00"), first=FIRST, second=SECOND)
FIFTY = cny("50.00")
O1, O2 = OrderId("o-1"), OrderId("o-2")


def reserved(terms: PresaleTerms = TERMS) -> Presale:
    """Return a pre-sale of which the deposit is due."""
    events = presales.reserve(
        PresaleId("q"), promotion=PromotionId("eleven"), customer=None, terms=terms, at=terms.first.start
    )
    return PRESALE.replay(events)


def paid(terms: PresaleTerms = TERMS) -> Presale:
    """Return one of which the deposit is paid."""
    presale = reserved(terms)
    return PRESALE.fold(presale, presales.pay_deposit(presale, captured=terms.deposit, at=terms.first.start))


def ordered(terms: PresaleTerms = TERMS) -> Presale:
    """Return one of which the order is placed."""
    presale = paid(terms)
    events = presales.order(presale, order=O1, balance=cny("150.00"), at=terms.second.start)
    return PRESALE.fold(presale, events)


def settled(terms: PresaleTerms = TERMS) -> Presale:
    """Return one of which the balance is paid."""
    presale = ordered(terms)
    return PRESALE.fold(presale, presales.settle(presale, order=O1, at=terms.second.start))


def told(events: tuple[Any, ...]) -> list[str]:
    """Return what happened."""
    return [event.code.removeprefix("presale.") for event in events]


@pytest.mark.parametrize(
    "wrong",
    [
        {"deposit": cny("0.00")},
        {"deposit": cny("160.00")},
        {"worth": cny("300.01")},
        {"second": Period(start=NOON, end=LATE)},
    ],
    ids=["nothing", "shrinks", "beyond the price", "windows"],
)
def test_terms_that_do_not_fit(wrong: dict[str, Any]) -> None:
    """They are refused when they are made."""
    with pytest.raises(BadPresale):
        evolve(TERMS, **wrong)


@pytest.mark.parametrize(
    "wrong", [{"lapsed": Fate.DOUBLED}, {"withdrawn_after": Fate.DOUBLED}, {"undelivered": Fate.KEPT}], ids=str
)
def test_policies_against_the_law(wrong: dict[str, Any]) -> None:
    """A buyer gets no more than the deposit, a shop that cannot deliver keeps none."""
    with pytest.raises(BadPresale):
        PresalePolicy(**wrong)


def test_what_is_a_deposit_in_law() -> None:
    """A fifth of the price at most: the rest is returned in any case, and never doubled."""
    assert (TERMS.expansion, TERMS.legal) == (FIFTY, cny("60.00"))
    assert TERMS.keeps(Fate.DOUBLED) == cny("-60.00")
    small = evolve(TERMS, deposit=cny("30.00"))
    assert (small.legal, small.keeps(Fate.KEPT)) == (cny("30.00"), cny("30.00"))
    odd = evolve(TERMS, price=fen(30_004), policy=PresalePolicy(legal_percent=33))
    assert odd.legal == fen(9_901)


def test_the_way_of_a_pre_sale() -> None:
    """Each step once; time opens the second window, or the order does when it is first."""
    presale = reserved()
    assert (presale.status, presale.keeps, PRESALE.key("due_at", presale)) == (
        Status.RESERVED,
        cny("100.00"),
        FIRST.end,
    )
    assert presales.pay_deposit(presale, captured=cny("99.99"), at=NOON) == ()
    assert presales.pay_deposit(presale, captured=cny("100.00"), at=FIRST.end) == ()
    presale = paid()
    assert presales.pay_deposit(presale, captured=cny("100.00"), at=NOON) == ()
    assert (PRESALE.key("due_at", presale), presales.elapse(presale, at=FIRST.end)) == (SECOND.start, ())
    assert told(presales.elapse(presale, at=SECOND.start)) == ["balance_opened"]
    assert told(presales.order(presale, order=O1, balance=FIFTY, at=SECOND.start)) == ["balance_opened", "ordered"]
    presale = ordered()
    assert (presale.order, presale.balance, PRESALE.key("due_at", presale)) == (O1, cny("150.00"), SECOND.end)
    assert presales.order(presale, order=O1, balance=FIFTY, at=SECOND.start) == ()
    with pytest.raises(PresaleOrderedAlready):
        presales.order(presale, order=O2, balance=FIFTY, at=SECOND.start)
    assert told(presales.order(presale, order=O2, balance=FIFTY, instead=True, at=SECOND.start)) == ["ordered"]
    assert presales.settle(presale, order=O2, at=SECOND.start) == ()
    presale = settled()
    assert (presale.status, PRESALE.key("due_at", presale)) == (Status.BALANCE_PAID, None)
    assert (presales.settle(presale, order=O1, at=LATE), presales.elapse(presale, at=LATE)) == ((), ())


@pytest.mark.parametrize(
    ("presale", "at", "refusal"),
    [
        (reserved(), SECOND.start, IllegalMove),
        (paid(), FIRST.end, IllegalMove),
        (paid(), LATE, PresaleClosed),
        (settled(), SECOND.start, IllegalMove),
    ],
    ids=["unpaid", "early", "late", "again"],
)
def test_no_order_out_of_turn(presale: Presale, at: DateTime, refusal: type[DomainError]) -> None:
    """After the deposit, in the second window, once."""
    with pytest.raises(refusal):
        presales.order(presale, order=O2, balance=FIFTY, at=at)
    with pytest.raises(PresaleClosed):
        presales.reserve(PresaleId("q"), promotion=PromotionId("p"), customer=None, terms=TERMS, at=FIRST.end)


POLICY = PresalePolicy(withdrawn_before=Fate.RETURNED, withdrawn_after=Fate.KEPT, lapsed=Fate.RETURNED)


@pytest.mark.parametrize(
    ("presale", "cause", "at", "keeps"),
    [
        (reserved(), Cause.BUYER, NOON, "0.00"),
        (reserved(), Cause.SHOP, NOON, "0.00"),
        (paid(), Cause.BUYER, NOON, "60.00"),
        (paid(evolve(TERMS, policy=POLICY)), Cause.BUYER, NOON, "0.00"),
        (paid(evolve(TERMS, policy=POLICY)), Cause.BUYER, SECOND.start, "60.00"),
        (ordered(), Cause.BUYER, SECOND.start, "60.00"),
        (settled(), Cause.BUYER, LATE, "0.00"),
        (paid(), Cause.SHOP, NOON, "-60.00"),
        (settled(), Cause.SHOP, LATE, "-60.00"),
        (settled(evolve(TERMS, policy=PresalePolicy(undelivered=Fate.RETURNED))), Cause.SHOP, LATE, "0.00"),
    ],
    ids=str,
)
def test_what_becomes_of_the_deposit(presale: Presale, cause: Cause, at: DateTime, keeps: str) -> None:
    """By whose it is, when, and what was agreed; once."""
    over = PRESALE.fold(presale, presales.cancel(presale, cause=cause, at=at))
    assert (over.status, over.keeps) == (Status.CANCELLED, cny(keeps))
    assert presales.cancel(over, cause=Cause.SHOP, at=at) == ()


def test_what_lapses() -> None:
    """The unpaid deposit costs nothing, the unpaid balance what was agreed; who withdraws later has lapsed."""
    nothing = PRESALE.fold(reserved(), presales.elapse(reserved(), at=FIRST.end))
    assert (nothing.status, nothing.keeps) == (Status.LAPSED, cny("0.00"))
    assert told(presales.elapse(paid(), at=LATE)) == ["balance_opened", "lapsed"]
    assert presales.elapse(ordered(), at=LATE.subtract(microseconds=1)) == ()
    for terms, keeps in ((TERMS, "60.00"), (evolve(TERMS, policy=POLICY), "0.00")):
        late = PRESALE.fold(ordered(terms), presales.cancel(ordered(terms), cause=Cause.BUYER, at=LATE))
        assert (late.status, late.keeps) == (Status.LAPSED, cny(keeps))
        with pytest.raises(IllegalMove):
            presales.cancel(late, cause=Cause.BUYER, at=LATE)


def test_a_pre_sale_that_is_taken_over() -> None:
    """It stands as it is told."""
    adopted = PresaleAdopted(
        presale=PresaleId("q"),
        promotion=PromotionId("eleven"),
        customer=None,
        terms=TERMS,
        status=Status.BALANCE_OPEN,
        keeps=cny("60.00"),
        order=O1,
        balance=FIFTY,
        at=NOON,
    )
    presale = PRESALE.replay((adopted,))
    assert (presale.status, presale.keeps, presale.order, presale.balance) == (
        Status.BALANCE_OPEN,
        cny("60.00"),
        O1,
        FIFTY,
    )


def test_the_expansion_is_a_discount_of_the_shop() -> None:
    """Shared by what is left of each line; lines that cost less than the deposit is worth are refused."""
    lines = (a_line(gross="100.00", discounts=(a_discount("50.00"),)), a_line(id="l-2", gross="200.00"))
    one, two = presales.expanded(reserved(), lines)
    assert [each.discounts[-1].amount for each in (one, two)] == [cny("10.00"), cny("40.00")]
    presales.require_price(reserved(), (one, two))
    with pytest.raises(PresalePrice):
        presales.require_price(reserved(), lines)
    with pytest.raises(PresalePrice):
        presales.require_price(reserved(), (two,))
    with pytest.raises(PresalePrice):
        presales.expanded(reserved(), (a_line(gross="149.99"),))


AMOUNTS = st.integers(1, 99_999)


@given(AMOUNTS, st.integers(0, 9_999), st.lists(st.tuples(AMOUNTS, st.integers(0, 99)), min_size=1, max_size=4))
def test_deposit_and_balance_are_what_the_buyer_pays(
    deposit: int, more: int, lines: list[tuple[int, int]]
) -> None:  # fmt: skip
    """For any numbers: price less discounts less worth is the balance, no line falls below zero, no cent is lost."""
    priced = tuple(
        evolve(
            a_line(id=f"l-{n}"),
            id=LineId(f"l-{n}"),
            gross=fen(gross),
            discounts=(evolve(a_discount("0.00"), amount=fen(gross * percent // 100)),),
        )
        for n, (gross, percent) in enumerate(lines)
    )
    net = sum(line.gross.minor - line.discounts[0].amount.minor for line in priced)
    deposit = min(deposit, net)
    price, worth = sum(line.gross.minor for line in priced), min(deposit + more, net)
    if not deposit:
        return
    terms = evolve(TERMS, price=fen(price), deposit=fen(deposit), worth=fen(worth))
    given_more = presales.expanded(reserved(terms), priced)
    presales.require_price(reserved(terms), given_more)
    left = [line.gross.minor - sum(each.amount.minor for each in line.discounts) for line in given_more]
    assert min(left) >= 0
    assert sum(left) - deposit == net - worth >= 0
    assert terms.keeps(Fate.KEPT) + terms.keeps(Fate.DOUBLED) == Money.zero(terms.price.currency)
