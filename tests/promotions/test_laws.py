"""The laws of every quote, over programmes of every kind: sums, floors, orders, splits, what is left out, the index."""

from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.codec import CODEC
from ecomops.kernel import Money
from ecomops.promotions import Basket, Promotion, Quote, Rulebook, quote, sentence, trace, why
from ecomops.promotions.basket import Entry  # noqa: TC001 - kept real, as everywhere
from ecomops.promotions.scoping import Index
from ecomops.terms import LineId
from ecomops.testing import NOON
from tests.promotions.kit import TAGGED, a_basket, a_priced_line, baskets, fen, programmes


def remake(book: Rulebook, promotions: list[Promotion]) -> Rulebook:
    """Return a rulebook like *book* of other promotions."""
    return Rulebook.of(promotions, policy=book.policy, line_facts=TAGGED)


def told(quoted: Quote) -> Any:  # noqa: ANN401 - something to compare
    """Return what a quote says, without the order of its lines."""
    lines = sorted(quoted.lines, key=lambda line: line.id)
    services = sorted(quoted.services, key=lambda service: service.id)
    return lines, services, quoted.not_applied, quoted.applied, quoted.payable


@given(programmes(), baskets())
def test_every_sum_is_exact_and_nothing_falls_below_its_floor(book: Rulebook, basket: Basket) -> None:
    """Lines, services, applications and the steps of the trace say the same; stated discounts are carried."""
    quoted = quote(book, basket, at=NOON)
    floors = {each.line: each.floor.minor for each in basket.traits if each.floor is not None}
    left = 0
    after_it: tuple[Entry, ...] = (*quoted.lines, *quoted.services)
    before_it: tuple[Entry, ...] = (*basket.lines, *basket.services)
    for entry, before in zip(after_it, before_it, strict=True):
        assert entry.discounts[: len(before.discounts)] == before.discounts
        assert all(discount.amount.minor > 0 for discount in entry.discounts)
        net = entry.gross.minor - sum(discount.amount.minor for discount in entry.discounts)
        assert net >= floors.get(entry.id, 0)
        left += net
    assert quoted.payable == fen(left)
    assert quoted.shipping.minor <= sum(service.gross.minor for service in basket.services)
    assert quoted.discount == Money.total((each.amount for each in quoted.applications), quoted.currency)
    followed = trace(book, basket, at=NOON)
    assert followed.quote == quoted
    assert [step.promotion for step in followed.steps] == list(quoted.applied)
    after = [followed.start, *(step.payable for step in followed.steps)]
    assert after[-1] == quoted.payable
    for step, (start, end) in zip(followed.steps, pairwise(after), strict=True):
        taken = sum(row.before.minor - row.after.minor for row in step.rows)
        own = sum(each.amount.minor for each in quoted.applications if each.promotion == step.promotion)
        assert taken == start.minor - end.minor == own


@given(programmes(), baskets(), st.randoms(use_true_random=False))
def test_no_order_changes_the_quote(book: Rulebook, basket: Basket, draw: Any) -> None:  # noqa: ANN401 - a random
    """Neither that of the lines, nor of the services, nor of the promotions."""
    mixed = {name: list(getattr(basket, name)) for name in ("lines", "services", "traits")}
    promotions = list(book.promotions)
    for each in (*mixed.values(), promotions):
        draw.shuffle(each)
    shuffled: dict[str, Any] = {name: tuple(each) for name, each in mixed.items()}
    again = quote(remake(book, promotions), evolve(basket, **shuffled), at=NOON)
    assert told(again) == told(quote(book, basket, at=NOON))


@given(programmes(), st.data())
def test_a_line_that_is_split_costs_the_same(book: Rulebook, data: st.DataObject) -> None:
    """Equal whole units are quoted together, however they are spread over lines."""
    unit, many = data.draw(st.sampled_from([1, 2, 33, 100])), data.draw(st.integers(2, 6))
    part = data.draw(st.integers(1, many - 1))
    other = a_priced_line("z", sku="b", quantity=2, gross=66)
    whole = a_priced_line("l-1", sku="a", quantity=many, gross=many * unit)
    whole = evolve(whole, price=evolve(whole.price, amount=fen(unit), per=1))
    first = evolve(whole, quantity=part, gross=fen(part * unit))
    second = evolve(whole, id=LineId("l-2"), quantity=many - part, gross=fen((many - part) * unit))
    one = quote(book, a_basket(whole, other), at=NOON)
    two = quote(book, a_basket(second, other, first), at=NOON)
    assert (one.payable, one.not_applied, one.applied) == (two.payable, two.not_applied, two.applied)
    assert [(each.promotion, each.funder, each.amount) for each in one.applications] == [
        (each.promotion, each.funder, each.amount) for each in two.applications
    ]


@given(programmes(), baskets())
def test_what_did_not_apply_can_be_left_out(book: Rulebook, basket: Basket) -> None:
    """Without the promotions that did not apply every line is what it was."""
    quoted = quote(book, basket, at=NOON)
    kept = [each for each in book.promotions if each.id in quoted.applied or each.stated]
    again = quote(remake(book, kept), basket, at=NOON)
    assert (again.lines, again.services, again.applied) == (quoted.lines, quoted.services, quoted.applied)


@given(programmes(), baskets())
def test_the_index_leaves_nothing_out(book: Rulebook, basket: Basket) -> None:
    """A rulebook that is asked whole says the same."""
    quoted = quote(book, basket, at=NOON)
    plain = remake(book, list(book.promotions))
    everything = Index(())
    everything._unkeyed.extend(each.place for each in plain.compiled if not each.stated)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - no promotion is filed
    object.__setattr__(plain, "index", everything)
    assert quote(plain, basket, at=NOON) == quoted


@given(programmes(), baskets())
def test_every_promotion_is_told_or_explained(book: Rulebook, basket: Basket) -> None:
    """It applied, or there is a reason; each reads as a sentence and travels as JSON."""
    quoted = quote(book, basket, at=NOON)
    refused = {each.promotion: each for each in quoted.not_applied}
    for promotion in book.promotions:
        reason = why(book, basket, promotion.id, at=NOON)
        if promotion.id in quoted.applied:
            assert reason is None
            assert promotion.id not in refused
        elif promotion.id in refused:
            assert reason == refused[promotion.id]
        assert CODEC.load(CODEC.dump(promotion), Promotion) == promotion
        assert sentence(promotion) != sentence(promotion, "zh")
    for language in ("en", "zh"):
        assert trace(book, basket, at=NOON).text(book, language)
