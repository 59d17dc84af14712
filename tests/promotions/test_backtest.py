"""A backtest equals the quotes of its baskets in every minor unit, count and reason."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomops.columns import CannotHoldSum, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import Currency, WrongKind
from ecomops.kernel.counters import Excess
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import AtLeastFact, UndeclaredFact
from ecomops.promotions import (
    AmountOff,
    Chosen,
    Every,
    FixedPrice,
    Gift,
    GiftChoice,
    Lane,
    LanePick,
    Limits,
    Lines,
    Measure,
    MeasureKind,
    Part,
    Per,
    Percent,
    Promotion,
    PromotionUse,
    QuotePolicy,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    UseId,
    Whole,
    spend,
)
from ecomops.promotions.columnar import (
    Backtest,
    BadTold,
    Baskets,
    Catalogue,
    Coded,
    LineDiscounts,
    NotColumnar,
    OtherBaskets,
    Response,
    Services,
    backtest,
    compare,
)
from ecomops.terms import PromotionId, Sku
from tests.promotions.kit import a_promotion, fen, giving, off, sku, stated
from tests.promotions.pasts import (
    FACTS,
    LINE_FACTS,
    FewRows,
    HalfOfTheFirst,
    OneByOne,
    a_catalogue,
    a_programme,
    and_stated,
    some_baskets,
    some_used,
    with_hosts,
    with_stated,
)

ONE = np.array([1])


def off_of(found: LineDiscounts | None, book: Rulebook) -> Counter[tuple[int, str]]:
    """Return (line, promotion) -> what it loses."""
    assert found is not None
    taken: Counter[tuple[int, str]] = Counter()
    for line in range(len(found.starts) - 1):
        for at in range(int(found.starts[line]), int(found.starts[line + 1])):
            taken[line, str(book.promotions[int(found.promotions[at])].id)] += int(found.amounts[at])
    return taken


def assert_equal(
    book: Rulebook, baskets: Baskets, found: Backtest, used: Mapping[UseId, PromotionUse] | None = None
) -> None:
    """Compare with one quote a basket."""
    told = OneByOne(book, baskets, used)
    assert off_of(found.lines, book) == told.off
    assert off_of(found.services, book) == told.off_services
    assert {str(each.promotion): each.uses for each in found.promotions if each.uses} == told.uses
    assert {str(each.promotion): each.gifts for each in found.promotions if each.gifts} == told.gifts
    refused = {
        (str(each.promotion), str(why)): times for each in found.promotions for why, times in each.refused.items()
    }
    known = {str(each.id) for each in book.promotions}
    assert refused == {key: times for key, times in told.refused.items() if key[0] in known}
    assert found.unknown_codes == sum(times for (id, _), times in told.refused.items() if id not in known)
    assert found.discount == sum(told.off.values()) + sum(told.off_services.values()) == int(found.discounts.sum())
    assert found.margin == told.margin


def numbers_of(found: Backtest) -> tuple[object, ...]:
    """Return all that can be compared of an answer."""
    columns: list[object] = [found.discounts.tolist()]
    for each in (found.lines, found.services):
        if each is not None:
            columns += [each.starts.tolist(), each.promotions.tolist(), each.amounts.tolist()]
    return found.promotions, found.margin, found.unknown_codes, columns


def a_past(*baskets: Sequence[tuple[int, int, int]], **changed: Any) -> Baskets:  # noqa: ANN401 - columns
    """Return baskets of lines (item, quantity, amount) over five items of 10.00."""
    lines = np.array([line for basket in baskets for line in basket], dtype=np.int64).reshape(-1, 3)
    goods = Catalogue(
        skus=tuple(Sku(name) for name in ("tea", "cup", "pot", "jar", "box")),
        prices=np.full(5, 1000),
        costs=np.full(5, 400),
    )
    fields: dict[str, Any] = {
        "currency": Currency.CNY,
        "catalogue": goods,
        "starts": np.cumsum([0, *map(len, baskets)]),
        "items": lines[:, 0].copy(),
        "quantities": lines[:, 1].copy(),
        "amounts": lines[:, 2].copy(),
        "at": np.zeros(len(baskets), dtype=np.int64),
    }
    return Baskets(**(fields | changed))


# --- equal to the quotes


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_it_equals_the_quotes(seed: int, limits: bool) -> None:  # noqa: FBT001 - a case
    """Each field of each value class varies, prices tie, lines are split, and limits run out in the order of time.

    Some counters have counted before; some discounts are stated, also for a promotion that does not always hold.
    """
    draw = Random(seed)
    baskets = some_baskets(draw, 70, floors=seed % 2 == 0, sorted_at=seed % 3 == 0)
    book = a_programme(draw, draw.choice((3, 6, 12)), limits=limits)
    used = some_used(draw, book) if limits and seed % 4 else None
    if seed % 3:
        bound = seed % 6 == 1
        book = and_stated(draw, book, bound=bound)
        baskets = with_stated(draw, baskets, ("till", "loyalty", "rare")[: 2 + bound])
    if seed % 6 == 4:
        book = with_hosts(draw, book)
    found = backtest(book, baskets, used=used, lines=True, block=23)
    assert_equal(book, baskets, found, used)
    assert numbers_of(found) == numbers_of(backtest(book, baskets, used=used, lines=True))


def test_most_baskets_are_computed_in_columns() -> None:
    """Without that the comparison above would compare quotes with quotes."""
    shares: list[Fraction] = []
    for seed in range(12):
        draw = Random(seed)
        baskets = with_stated(draw, some_baskets(draw, 70, floors=seed % 2 == 0), ("loyalty", "till"))
        book = and_stated(draw, a_programme(draw, draw.choice((3, 6, 12))), bound=False)
        shares.append(backtest(book, baskets).requoted_share)
    assert sum(share == 0 for share in shares) >= 8


def test_the_order_of_baskets_and_lines_changes_nothing() -> None:
    """What is limited goes by the instants alone; a line is what it is wherever it stands."""
    draw = Random(3)
    baskets = some_baskets(draw, 40, at=np.arange(40) * 3_600_000_000)
    book = a_programme(draw, 8, limits=True)
    order = np.array(draw.sample(range(40), 40))
    lines = np.array([line for at in order for line in reversed(range(*baskets.starts[at : at + 2].tolist()))])
    assert baskets.floors is not None
    assert baskets.services is not None
    served = np.array([row for at in order for row in range(*baskets.services.starts[at : at + 2].tolist())])
    mixed = evolve(
        baskets,
        starts=np.cumsum([0, *np.diff(baskets.starts)[order]]),
        items=baskets.items[lines],
        quantities=baskets.quantities[lines],
        amounts=baskets.amounts[lines],
        floors=baskets.floors[lines],
        at=baskets.at[order],
        customers=None if baskets.customers is None else baskets.customers[order],
        facts={name: _reordered(column, order) for name, column in baskets.facts.items()},
        services=evolve(
            baskets.services,
            starts=np.cumsum([0, *np.diff(baskets.services.starts)[order]]),
            names=baskets.services.names[served],
            amounts=baskets.services.amounts[served],
        ),
        codes=_reordered(baskets.codes, order),
        coupons=_reordered(baskets.coupons, order),
    )
    found, told = backtest(book, baskets), backtest(book, mixed)
    assert told.promotions == found.promotions
    assert told.discounts.tolist() == found.discounts[order].tolist()


def _reordered(column: Any, order: Any) -> Any:  # noqa: ANN401 - a column
    if isinstance(column, Coded):
        return evolve(column, codes=column.codes[order])
    return column[order]


def test_no_basket_is_no_trouble() -> None:
    """Neither are baskets without lines, nor rulebooks without promotions."""
    book = Rulebook.of([a_promotion(limits=Limits(uses=1)), a_promotion("s", target=Shipping())])
    nothing = backtest(book, a_past(), lines=True)
    assert (nothing.baskets, nothing.discount, nothing.payable) == (0, 0, 0)
    assert nothing.requoted_share == Fraction(0)
    assert backtest(book, a_past((), ()), lines=True).discount == 0
    assert backtest(Rulebook.of(), a_past([(0, 1, 1000)])).payable == 1000


def test_a_budget_cut_to_what_is_left_is_shared_by_goods_and_services() -> None:
    """The largest remainder over both, as a quote does it."""
    both = giving(
        "p",
        Reduction(value=AmountOff(amount=fen(700)), target=Whole()),
        Reduction(value=AmountOff(amount=fen(500)), target=Shipping()),
        limits=_clamped(1000),
    )
    services = Services(starts=np.array([0, 1]), names=ONE - 1, known=("freight",), amounts=ONE * 800)
    goods_only = giving("q", Reduction(value=AmountOff(amount=fen(700)), target=Whole()), limits=_clamped(501))
    freight_only = giving("r", Reduction(value=AmountOff(amount=fen(500)), target=Shipping()), limits=_clamped(7))
    for promotion in (both, goods_only, freight_only):
        book = Rulebook.of([promotion])
        past = a_past([(0, 1, 1000), (1, 1, 333)], services=services)
        assert_equal(book, past, backtest(book, past, lines=True))


def _clamped(minor: int) -> Limits:
    return Limits(money=fen(minor), excess=Excess.CLAMP)


def test_a_clamp_where_one_of_two_reductions_takes_nothing() -> None:
    """A basket without services has no rows there to cut."""
    both = giving(
        "p",
        Reduction(value=AmountOff(amount=fen(700)), target=Whole()),
        Reduction(value=AmountOff(amount=fen(500)), target=Shipping()),
        limits=_clamped(900),
    )
    services = Services(starts=np.array([0, 0, 0, 1]), names=ONE - 1, known=("freight",), amounts=ONE * 800)
    book = Rulebook.of([both])
    past = a_past([(0, 1, 1000)], [(0, 2, 1000)], [(1, 1, 50)], services=services)
    assert_equal(book, past, backtest(book, past, lines=True))


@pytest.mark.parametrize(
    "reduction",
    [
        Reduction(value=AmountOff(amount=fen(2**62)), target=Lines()),
        Reduction(value=FixedPrice(price=fen(2**62)), target=Lines()),
        Reduction(value=Every(by="quantity", step=1, amount=fen(2**62)), target=Lines()),
        Reduction(value=Percent(share=Fraction(10**11, 10**12)), target=Whole()),
        Reduction(value=Percent(share=Fraction(1, 2)), target=Lines(chosen=Chosen(count=10**12, skip=10**12))),
        Reduction(value=Percent(share=Fraction(1, 2)), target=Sets(parts=(Part(quantity=10**12),))),
    ],
)
def test_the_largest_numbers_do_not_wrap(reduction: Reduction) -> None:
    """What exceeds any basket is cut before it is multiplied."""
    book = Rulebook.of([giving("p", reduction), giving("q", off(AmountOff(amount=fen(1))))])
    past = a_past([(0, 3, 3001), (1, 1, 2**29 - 9000)], [(2, 2, 7)])
    found = backtest(book, past, lines=True)
    assert found.requoted == 0
    assert_equal(book, past, found)


def test_each_line_may_have_a_value_by_its_own_units() -> None:
    """Those of a scope of its own count alone; a row that reaches nothing keeps its price."""
    own = Measure(fact="units", of=MeasureKind.LINE_QUANTITY, over=sku("tea", "cup"))
    each = Reduction(value=Every(by="units", step=2, amount=fen(30)), target=Lines())
    pair = Reduction(value=Percent(share=Fraction(1, 2)), target=Sets(parts=(Part(quantity=9),)))
    book = Rulebook.of([giving("p", each, measures=(own,)), giving("q", pair)])
    past = a_past([(0, 3, 3001), (1, 1, 500), (2, 4, 4000)], [(2, 8, 70)], [(0, 2, 7)])
    assert_equal(book, past, backtest(book, past, lines=True, block=2))


def test_a_set_costs_its_price_as_often_as_it_costs_more() -> None:
    """Units of several lines, dear and cheap: the leading sets that are dearer than the price are formed."""
    priced = Sets(parts=(Part(scope=sku("tea", "cup"), quantity=2),), per=Per.SET)
    book = Rulebook.of([giving("p", Reduction(value=FixedPrice(price=fen(1000)), target=priced))])
    past = a_past([(0, 5, 3000), (1, 4, 800)], [(0, 1, 600), (1, 1, 400)], [(0, 4, 2003)], [(1, 2, 2000)])
    found = backtest(book, past, lines=True)
    assert_equal(book, past, found)
    assert found.discounts.tolist() == [400, 0, 3, 1000]
    dear = a_past([(0, 5, 3000)])
    assert_equal(book, dear, backtest(book, dear, lines=True))


def test_remainders_that_do_not_fit_one_number_are_sorted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A basket of very many lines beside very many baskets."""
    draw = Random(5)
    past = some_baskets(draw, 40, floors=False)
    book = Rulebook.of([giving("p", off(AmountOff(amount=fen(101))))], line_facts=LINE_FACTS, facts=FACTS)
    found = numbers_of(backtest(book, past, lines=True))
    monkeypatch.setattr("ecomops.promotions.columnar.effects._WORD", 0)
    assert numbers_of(backtest(book, past, lines=True)) == found


def test_remainders_of_many_short_baskets_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row compared with each: what sorting says, ties to the earlier row."""
    alike = [[(item, 1, 1000) for item in range(size)] for size in (1, 2, 3, 4, 5)]
    past = a_past(
        *alike, [(0, 1, 7), (1, 1, 9), (2, 1, 9)], [(0, 2, 2001), (0, 3, 3001), *((n, 1, 5) for n in range(5))]
    )
    book = Rulebook.of([giving(f"p{n}", off(AmountOff(amount=fen(n)))) for n in (1, 2, 3, 104)])
    monkeypatch.setattr("ecomops.promotions.columnar.effects._MANY", 0)
    for baskets in (past, a_past(*alike[:4])):
        assert_equal(book, baskets, backtest(book, baskets, lines=True))
    past, book = some_baskets(Random(5), 60, floors=False), a_programme(Random(5), 8)
    found = numbers_of(backtest(book, past, lines=True))
    monkeypatch.undo()
    assert numbers_of(backtest(book, past, lines=True)) == found


def test_a_line_order_that_does_not_fit_one_number_is_sorted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Very many baskets of very many items."""
    past = some_baskets(Random(5), 40)
    book = a_programme(Random(5), 4)
    found = numbers_of(backtest(book, past, lines=True))
    monkeypatch.setattr("ecomops.promotions.columnar.blocks._WORD", 0)
    assert numbers_of(backtest(book, past, lines=True)) == found


def test_without_costs_there_is_no_margin() -> None:
    """Gifts are counted all the same, whether a basket is quoted in columns or by itself."""
    gift = Gift(choices=(GiftChoice(sku=Sku("cup"), value=fen(500)),), quantity=2)
    book = Rulebook.of([giving("g", gift), giving("h", HalfOfTheFirst(), by_coupon=True)])
    past = a_past([(0, 1, 1000)], [(1, 1, 1000)], coupons=Coded(codes=np.array([0, -1]), values=(("h",),)))
    known = backtest(book, past)
    unknown = backtest(book, evolve(past, catalogue=evolve(past.catalogue, costs=None)))
    told = known.of(PromotionId("g"))
    assert (known.requoted, told.gifts, told.gift_cost, told.sales, told.margin) == (1, 4, 1600, 1500, -900)
    told = unknown.of(PromotionId("g"))
    assert (unknown.margin, told.gifts, told.gift_cost, told.margin) == (None, 4, None, None)
    nobody = backtest(book, evolve(past, coupons=None))
    assert (nobody.requoted, nobody.of(PromotionId("h")).uses) == (0, 0)


def test_a_share_that_is_too_exact_is_quoted_one_by_one() -> None:
    """Its product with an amount would leave 64 bits."""
    book = Rulebook.of([a_promotion("p", Percent(share=Fraction(33_333_333_333, 10**11)))])
    past = a_past([(0, 1, 1000)])
    found = backtest(book, past, lines=True)
    assert found.requoted == 1
    assert_equal(book, past, found)


# --- one by one


def test_what_has_no_form_in_columns_is_quoted_one_by_one() -> None:
    """Exactly the baskets that such a promotion touches, and those that share a counter with them."""
    host = giving("h", HalfOfTheFirst(), promo_code="HALF")
    three = giving("t", Reduction(value=Percent(share=Fraction(1, 2)), target=Sets(parts=_same(sku("tea"), 3))))
    counted = a_promotion("c", AmountOff(amount=fen(100)), scope=sku("cup"), limits=Limits(uses=2))
    free = a_promotion("f", AmountOff(amount=fen(10)), scope=sku("pot"), limits=Limits(uses=2))
    book = Rulebook.of([host, three, counted, free])
    codes = Coded(codes=np.array([-1, -1, -1, -1, 0]), values=(("HALF",),))
    past = a_past(
        [(0, 4, 4000), (1, 1, 1000)], [(1, 1, 1000)], [(2, 1, 1000)], [(1, 2, 2000)], [(3, 2, 2001)], codes=codes
    )
    found = backtest(book, past, lines=True)
    assert (found.requoted, found.requoted_share) == (4, Fraction(4, 5))
    assert_equal(book, past, found)
    with pytest.raises(NotColumnar) as refused:
        backtest(book, past, requote=False)
    assert (refused.value.promotions, refused.value.baskets) == (("h", "t"), 4)


def test_a_host_decides_on_shipping_of_baskets_without_goods() -> None:
    """They are touched by their services, and quoted one by one."""
    freight = Reduction(value=AmountOff(amount=fen(500)), target=Shipping())
    book = Rulebook.of([giving("p", freight, own=(FewRows(most=1),))])
    services = Services(
        starts=np.array([0, 1, 2, 2]), names=np.zeros(2, dtype=np.int64), known=("freight",), amounts=np.full(2, 800)
    )
    past = a_past([(0, 1, 1000), (1, 1, 500)], [], [], services=services)
    found = backtest(book, past, lines=True)
    assert (found.requoted, found.discount) == (2, 500)
    assert_equal(book, past, found)


def _same(scope: Any, times: int) -> tuple[Part, ...]:  # noqa: ANN401 - a rule
    return tuple(Part(scope=scope, quantity=1) for _ in range(times))


@pytest.mark.parametrize(
    "changed",
    [
        {"amounts": np.array([2**40, 5, 70])},
        {"quantities": np.array([2**39, 1, 1])},
        {
            "services": Services(
                starts=np.array([0, 1, 1]), names=ONE - 1, known=("freight",), amounts=np.array([2**40])
            )
        },
    ],
)
def test_baskets_too_large_for_products_are_quoted_one_by_one(changed: dict[str, Any]) -> None:
    """A product of two of their amounts would leave 64 bits."""
    book = Rulebook.of([a_promotion("p", Percent(share=Fraction(1, 3)), target=Whole())])
    past = a_past([(0, 1, 9), (1, 1, 5)], [(2, 1, 70)], **changed)
    found = backtest(book, past, lines=True)
    assert found.requoted == 1
    if past.services is None:
        past = evolve(
            past, services=Services(starts=np.zeros(3, dtype=np.int64), names=ONE[:0], known=(), amounts=ONE[:0])
        )
    assert_equal(book, past, backtest(book, past, lines=True))


def test_a_coupon_of_a_stated_promotion_is_weighed_by_the_quote() -> None:
    """What a host states is no business of columns."""
    by_coupon = evolve(stated("match"), by_coupon=True)
    book = Rulebook.of([by_coupon, a_promotion()])
    coupons = Coded(codes=np.array([0, -1]), values=(("match",),))
    past = a_past([(0, 1, 1000)], [(0, 1, 1000)], coupons=coupons)
    found = backtest(book, past)
    assert (found.requoted, found.discount) == (1, 200)


def test_winners_that_bar_each_other_line_by_line_are_quoted_one_by_one() -> None:
    """And so is what is limited there."""
    policy = QuotePolicy(lanes=(Lane(name="main", pick=LanePick.BEST_PER_LINE),))
    barring = [a_promotion("a", bars=("b",)), a_promotion("b", AmountOff(amount=fen(50)), target=Lines())]
    limited = [a_promotion("a", limits=Limits(uses=1))]
    for promotions in (barring, limited):
        book = Rulebook.of(promotions, policy=policy)
        past = a_past([(0, 1, 1000)], [(1, 1, 400)])
        assert backtest(book, past).requoted == 2


# --- programmes side by side


def test_programmes_side_by_side() -> None:
    """Uses, cost, margin; who takes from whom; and what a caller believes, under its label."""
    first = a_promotion("a", AmountOff(amount=fen(1000)))
    second = a_promotion("b", AmountOff(amount=fen(1000)), conditions=spend(fen(1500)))
    past = a_past(
        [(0, 2, 2000)],
        [(1, 1, 1500)],
        services=Services(starts=np.array([0, 1, 1]), names=ONE - 1, known=("freight",), amounts=ONE * 800),
    )
    response = Response(label="Li, June", per_mille=np.array([1500, 1001]))
    one, two, none = compare(
        {"one": Rulebook.of([first]), "two": Rulebook.of([first, second]), "none": Rulebook.of()},
        past,
        overlaps=True,
        responses={"two": response},
    )
    assert [each.backtest.discount for each in (one, two, none)] == [2000, 3500, 0]
    assert [each.backtest.margin for each in (one, two, none)] == [300, -1200, 2300]
    assert [(each.promotion, each.within, each.alone, each.lost) for each in two.overlaps] == [
        ("a", 2000, 2000, 0),
        ("b", 1500, 2000, 500),
    ]
    assert none.overlaps == ()
    assert one.expected is None
    assert two.expected is not None
    assert (two.expected.label, two.expected.discount, two.expected.payable) == ("Li, June", 4502, 1200)
    (plain,) = compare({"plain": Rulebook.of([first])}, a_past([(0, 2, 2000)]), responses={"plain": _doubled()})
    assert plain.expected is not None
    assert (plain.expected.discount, plain.expected.payable) == (2000, 2000)
    with pytest.raises(OtherBaskets):
        compare({"one": Rulebook.of([first])}, past, responses={"one": _doubled()})


def _doubled() -> Response:
    return Response(label="twice", per_mille=ONE * 2000)


# --- bad input

BAD: dict[str, tuple[type[Exception], Callable[[], object]]] = {
    "an unknown item": (OutOfColumn, lambda: a_past([(5, 1, 1)])),
    "a negative amount": (OutOfColumn, lambda: a_past([(0, 1, -1)])),
    "no units": (OutOfColumn, lambda: a_past([(0, 0, 1)])),
    "a negative floor": (OutOfColumn, lambda: a_past([(0, 1, 1)], floors=-ONE)),
    "too few floors": (Uneven, lambda: a_past([(0, 1, 1), (0, 1, 1)], floors=ONE)),
    "amounts that may not be added": (CannotHoldSum, lambda: a_past([(0, 1, 2**62), (0, 1, 1)])),
    "falling starts": (OutOfColumn, lambda: a_past([(0, 1, 1)], starts=np.array([0, 1, 0]))),
    "floats": (WrongColumn, lambda: a_past([(0, 1, 1)], amounts=ONE * 1.0)),
    "a list": (WrongColumn, lambda: a_past([(0, 1, 1)], amounts=[1])),
    "too few amounts": (Uneven, lambda: a_past([(0, 1, 1)], amounts=ONE[:0])),
    "too few instants": (Uneven, lambda: a_past([(0, 1, 1)], at=ONE[:0])),
    "too few customers": (Uneven, lambda: a_past([(0, 1, 1)], customers=ONE[:0])),
    "a customer below a guest": (OutOfColumn, lambda: a_past([(0, 1, 1)], customers=ONE * -2)),
    "a fact of no kind": (WrongColumn, lambda: a_past([(0, 1, 1)], facts={"nth": [1]})),
    "a fact of floats": (WrongColumn, lambda: a_past([(0, 1, 1)], facts={"nth": ONE * 1.0})),
    "too few facts": (Uneven, lambda: a_past([(0, 1, 1)], facts={"nth": ONE[:0]})),
    "too few codes of a fact": (Uneven, lambda: a_past([(0, 1, 1)], facts={"t": Coded(codes=ONE[:0], values=("x",))})),
    "a number beyond all": (OutOfColumn, lambda: a_past([(0, 1, 1)], facts={"nth": ONE * (2**62 + 1)})),
    "a code of nothing": (OutOfColumn, lambda: Coded(codes=ONE, values=("x",))),
    "a code twice in a set": (BadTold, lambda: a_past([(0, 1, 1)], codes=Coded(codes=ONE - 1, values=(("A", "A"),)))),
    "a set that is a text": (BadTold, lambda: a_past([(0, 1, 1)], coupons=Coded(codes=ONE - 1, values=("A",)))),
    "too few sets": (Uneven, lambda: a_past([(0, 1, 1)], codes=Coded(codes=ONE[:0], values=(("A",),)))),
    "services of other baskets": (
        Uneven,
        lambda: a_past(
            [(0, 1, 1)],
            services=Services(starts=np.array([0, 1, 1]), names=ONE - 1, known=("x",), amounts=ONE),
        ),
    ),
    "a service without a name": (
        OutOfColumn,
        lambda: Services(starts=np.array([0, 1]), names=ONE, known=("x",), amounts=ONE),
    ),
    "a price below nothing": (OutOfColumn, lambda: Catalogue(skus=(Sku("a"),), prices=-ONE)),
    "too few prices": (Uneven, lambda: Catalogue(skus=(Sku("a"),), prices=ONE[:0])),
    "too few costs": (Uneven, lambda: Catalogue(skus=(Sku("a"),), prices=ONE, costs=ONE[:0])),
    "too few facts of items": (Uneven, lambda: Catalogue(skus=(Sku("a"),), prices=ONE, facts={"b": ()})),
    "a fact of items of no kind": (BadTold, lambda: Catalogue(skus=(Sku("a"),), prices=ONE, facts={"b": (1.5,)})),  # type: ignore[dict-item]
    "a price told once more": (BadTold, lambda: Catalogue(skus=(Sku("a"),), prices=ONE, facts={"price": (1,)})),
    "an instant of no year": (OutOfColumn, lambda: a_past([(0, 1, 1)], at=ONE * 2**62)),
    "a fact that nobody declared": (
        UndeclaredFact,
        lambda: backtest(Rulebook.of(), a_past([(0, 1, 1)], facts={"nth": ONE})),
    ),
    "a fact of another kind": (
        WrongKind,
        lambda: backtest(Rulebook.of(facts=FACTS), a_past([(0, 1, 1)], facts={"tier": ONE})),
    ),
    "a fact of a line that nobody declared": (
        UndeclaredFact,
        lambda: backtest(
            Rulebook.of(), a_past(catalogue=Catalogue(skus=(Sku("a"),), prices=ONE, facts={"new": (True,)}))
        ),
    ),
    "an item twice": (BadTold, lambda: Catalogue(skus=(Sku("a"), Sku("a")), prices=np.array([1, 1]))),
    "a response below nothing": (OutOfColumn, lambda: Response(label="x", per_mille=-ONE)),
    "no rulebook": (WrongKind, lambda: backtest([], a_past())),  # type: ignore[arg-type]
    "no baskets": (WrongKind, lambda: backtest(Rulebook.of(), [])),  # type: ignore[arg-type]
    "a block of a text": (WrongKind, lambda: backtest(Rulebook.of(), a_past(), block="1")),  # type: ignore[arg-type]
    "a block of nothing": (OutOfColumn, lambda: backtest(Rulebook.of(), a_past(), block=0)),
    "another currency": (CurrencyMismatch, lambda: backtest(Rulebook.of(currency=Currency.EUR), a_past())),
}


@pytest.mark.parametrize("case", list(BAD))
def test_bad_input_is_refused_at_once(case: str) -> None:
    """With the column and the row, and never in the middle of a backtest."""
    error, make = BAD[case]
    with pytest.raises(error):
        make()


def test_a_refusal_names_column_and_row() -> None:
    """So that a host finds what is wrong in a million lines."""
    with pytest.raises(OutOfColumn) as refused:
        a_past([(0, 1, 1), (1, 1, -5)])
    assert (refused.value.column, refused.value.row) == ("Baskets.amounts", 1)


def test_facts_that_nobody_declared_or_knows() -> None:
    """A rulebook that asks for what no column tells is told that it is unknown."""
    book = Rulebook.of([a_promotion(conditions=AtLeastFact(fact="nth", bound=1))], facts=FACTS, line_facts=LINE_FACTS)
    found = backtest(book, a_past([(0, 1, 1000)]))
    assert [*found.promotions[0].refused] == ["promotion.fact_unknown"]


def test_an_unknown_promotion_has_no_result() -> None:
    """It is looked up by its id."""
    with pytest.raises(KeyError):
        backtest(Rulebook.of(), a_past()).of(PromotionId("x"))


def test_an_instant_in_a_rule_is_no_number() -> None:
    """Every kind of measure reads in columns as it reads in a quote, in a scope of its own too."""
    draw = Random(9)
    past = some_baskets(draw, 30, catalogue=a_catalogue(draw))
    measures = tuple(Measure(fact=kind.value, of=kind, over=sku("s0", "s1")) for kind in MeasureKind)
    promotions = [
        Promotion(
            id=PromotionId(kind.value),
            benefits=(off(AmountOff(amount=fen(7))),),
            measures=measures,
            conditions=AtLeastFact(fact=kind.value, bound=2),
        )
        for kind in MeasureKind
    ]
    book = Rulebook.of(promotions, line_facts=LINE_FACTS, facts=FACTS)
    assert_equal(book, past, backtest(book, past, lines=True))
