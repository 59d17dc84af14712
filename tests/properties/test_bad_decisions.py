"""Decisions on values of right kinds and every sort: an answer or a refusal with a code; never another exception."""

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from functools import partial
from types import ModuleType
from typing import Any, Unpack, cast, get_args, get_origin, get_type_hints

import pendulum
import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops import terms
from ecomops.codec import CODEC, NOUNS
from ecomops.customers import awards, consent, customer, personal, points, receivables, spendings
from ecomops.inventory import StockItem, handling, in_hand, reservations, sellable, stock
from ecomops.inventory import returns as goods_back
from ecomops.inventory import transfers as moves
from ecomops.kernel import (
    Commit,
    Conflict,
    Currency,
    DomainError,
    Id,
    Invalid,
    Language,
    Money,
    NotFound,
    Noun,
    Plan,
    Refused,
    StaleVersion,
    Versioned,
    ask,
    counters,
    journal,
    lots,
    rounding,
    shares,
)
from ecomops.kernel.checks import MOST_UNITS
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import Fact, FactKind, evaluation, explaining
from ecomops.memory import MemoryStore
from ecomops.orders import (
    Status,
    aftersales,
    balance,
    fulfilment,
    order,
    payments,
    refunds,
    rungs,
    shipments,
    statuses,
    taxes,
)
from ecomops.products import categories, listings, prices, product
from ecomops.products import pricing as resolving
from ecomops.promotions import (
    AmountOff,
    Limits,
    Lines,
    Percent,
    Promotion,
    Reduction,
    Rulebook,
    Stated,
    Whole,
    advertisements,
    batches,
    budgets,
    campaigns,
    capacity,
    charges,
    claims,
    coupons,
    enrolment,
    festivals,
    findings,
    freezes,
    freight,
    groups,
    offline,
    pacing,
    plans,
    presales,
    promotion,
    quotes,
    quoting,
    spend,
    stopping,
    usage,
)
from ecomops.promotions import evaluation as evaluating
from ecomops.terms import LocationId, PromotionId, Sku, StockKey
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_placement, a_taking, cny
from ecomops.testing.strategies import USUAL, Leaves, values_of
from ecomops.workflows import (
    bargaining,
    campaigning,
    cancellation,
    categorisation,
    codekeeping,
    counter,
    couponing,
    custody,
    deadlines,
    erasure,
    flashorders,
    flashsales,
    grouping,
    intake,
    listing,
    membership,
    placement,
    presaling,
    pricing,
    profiles,
    publication,
    receipt,
    registration,
    reshelving,
    returns,
    settlement,
    shipping,
    stocking,
    timers,
    transfers,
)
from ecomops.workflows import quoting as from_quotes
from ecomops.workflows.binding import Bound, StockFound
from tests.workflows.people import a_meeting, a_record, a_registration, a_spending, an_earning
from tests.workflows.shop import (
    CUP,
    WORKS,
    a_cancellation,
    a_coupon,
    a_receipt,
    a_shipment,
    a_shop,
    a_shop_with,
    all_due,
    an_adjustment,
    do,
    dump,
    put,
    the_order,
    the_reservation,
    units,
)

# --- values of every sort -----------------------------------------------------------------------------------------

NUMBERS = st.sampled_from([1, 2, 0, -1, 3, 10, MOST_UNITS, -MOST_UNITS, MOST_UNITS - 1])
ODD_MONEY = st.builds(
    Money,
    st.sampled_from([0, 1, 100, 1_000, -1, -1_000, MOST_MINOR, -MOST_MINOR]),
    st.sampled_from([Currency.CNY, Currency.CNY, Currency.CNY, Currency.JPY]),
)
ODD_INSTANTS = st.sampled_from(
    [
        NOON,
        NOON.add(minutes=30),
        NOON.add(days=10),
        NOON.subtract(years=10),
        pendulum.datetime(1, 1, 1),
        pendulum.datetime(9999, 12, 31, 23, 59, 59, 999_999),
    ]
)
ENDS: Leaves = {
    **USUAL,
    int: NUMBERS,
    str: st.sampled_from(["tea", "x" * 500, "茶"]),
    pendulum.DateTime: ODD_INSTANTS,
    timedelta: st.sampled_from([timedelta(0), timedelta(days=7), timedelta(days=3650)]),
    Currency: st.sampled_from([Currency.CNY, Currency.CNY, Currency.CNY, Currency.JPY]),
    Money: ODD_MONEY,
    StockKey: st.sampled_from([TEA, CUP]),
    Id: st.sampled_from(["l-1", "l-2", "o-1", "o-1"]),
}
"""Right kinds and far ends: few ids, so that they meet; numbers and instants from one end to the other."""


RULEBOOK = Rulebook.of(
    [
        Promotion(
            id=PromotionId("l-1"),
            benefits=(Reduction(value=Percent(share=Fraction(1, 3)), target=Lines()),),
            conditions=spend(Money(99, Currency.CNY)),
        ),
        Promotion(
            id=PromotionId("l-2"),
            benefits=(Reduction(value=Stated(), target=Whole()),),
            limits=Limits(uses=1),
            by_coupon=True,
        ),
        Promotion(
            id=PromotionId("o-1"),
            benefits=(Reduction(value=AmountOff(amount=Money(MOST_MINOR, Currency.CNY)), target=Whole()),),
        ),
    ],
    line_facts=(Fact(name="tea", kind=FactKind.TEXT),),
    facts=(Fact(name="茶", kind=FactKind.NUMBER),),
)
"""Promotions whose ids meet the others'."""


def both_stocks(*, versioned: bool) -> SearchStrategy[Any]:
    """Return both stocks by their keys, as they are read: of every sort, with versions or without."""
    item = values_of(StockItem, ENDS)
    two = st.tuples(item, item).map(lambda pair: (evolve(pair[0], id=TEA), evolve(pair[1], id=CUP)))
    return two.map(lambda items: {each.id: Versioned(each, 1) if versioned else each for each in items})


def lowest(below: int) -> int:
    """Draw nothing, of however many."""
    return 0 * below


def highest(below: int) -> int:
    """Draw the last of *below*."""
    return below - 1


ODD: Leaves = {
    **ENDS,
    Mapping[StockKey, StockItem]: both_stocks(versioned=False),
    StockFound: both_stocks(versioned=True),
    Callable[[StockItem], int | None]: st.sampled_from([sellable, in_hand]),
    Callable[[int], int]: st.sampled_from([int, lowest, highest]),
    Rulebook: st.sampled_from([RULEBOOK]),
    Language: st.sampled_from(get_args(Language)),
    taxes.P: values_of(terms.PricedLine, ENDS),
    Plan[placement.Placed]: values_of(placement.Placed, ENDS).map(lambda answer: Plan(answer=answer)),
    Plan[settlement.NoticeTaken]: values_of(settlement.NoticeTaken, ENDS).map(lambda answer: Plan(answer=answer)),
}
"""With the stocks that a decision looks at; it is given all that it asks for."""

# --- decisions ----------------------------------------------------------------------------------------------------

ROOMS: tuple[ModuleType, ...] = (
    *(product, stock, reservations, order, payments, rungs, balance, fulfilment),
    *(aftersales, shipments, refunds, statuses),
    *(customer, personal, consent, points, awards, spendings),
    *(categories, listings, prices, resolving, handling, goods_back, moves),
    *(evaluation, explaining, usage, batches, coupons, claims, promotion, quoting, quotes),
    *(
        advertisements,
        budgets,
        campaigns,
        capacity,
        charges,
        enrolment,
        evaluating,
        festivals,
        findings,
        freezes,
        freight,
    ),
    *(offline, pacing, plans, stopping),
    *(groups, presales),
    *(receivables, taxes, counters, journal, lots, shares, rounding),
)
USE_CASES: tuple[ModuleType, ...] = (
    publication,
    stocking,
    placement,
    settlement,
    cancellation,
    counter,
    returns,
    shipping,
    receipt,
    timers,
    registration,
    profiles,
    membership,
    erasure,
    categorisation,
    listing,
    pricing,
    intake,
    transfers,
    reshelving,
    deadlines,
    couponing,
    custody,
    codekeeping,
    campaigning,
    grouping,
    presaling,
    bargaining,
    flashorders,
    flashsales,
    from_quotes,
)


def functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the public functions that *module* defines; of a folder, those that it shows."""
    return {
        name: each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if f"{each.__module__}.".startswith(f"{module.__name__}.") and not name.startswith("_")
    }


DECISIONS: dict[str, Callable[..., Any]] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": each
    for module in (*ROOMS, *USE_CASES, terms)
    for name, each in functions(module).items()
    # folds follow decisions, a check of fields is none, and `following` gives a use case
    if name not in {"begin", "evolve", "not_negative", "following"} and not inspect.isgeneratorfunction(each)
}
"""Every public decision, calculation and plan."""

FAST = [Phase.explicit, Phase.generate]
"""Without shrinking: it would take minutes for values as large as these, and they are shown as they are."""

FOLDS: dict[type[Any], Noun[Any, Any, Any]] = {noun.model: noun for noun in NOUNS}
BRANCHES = (Invalid, Refused, NotFound, Conflict)


def commands_of(plan: Callable[..., Any]) -> tuple[type[Any], ...]:
    """Return the classes of commands that a plan decides."""
    command = get_type_hints(plan)["command"]
    return get_args(command) or (command,)


def test_no_decision_is_left_out() -> None:
    """The table holds the decisions of every room and the plan of every use case."""
    assert {"order.place", "order.elapse", "stock.reserve", "reservations.claim", "payments.take"} <= set(DECISIONS)
    plans = [each for name, each in DECISIONS.items() if name.partition(".")[2].startswith("plan_")]
    planned = [command for plan in plans for command in commands_of(plan)]
    assert Counter(planned) == Counter(list(WORKS))
    assert len(DECISIONS) > 50


@pytest.mark.parametrize("name", DECISIONS)
@settings(max_examples=max(settings().max_examples // 8, 1), phases=FAST)
@given(data=st.data())
def test_a_decision_answers_or_refuses(name: str, data: st.DataObject) -> None:
    """Whatever the values, a decision gives its answer, which can be folded, or refuses in one of four branches."""
    decision = DECISIONS[name]
    arguments = {each: data.draw(values_of(kind, ODD), each) for each, kind in kinds_of(decision).items()}
    subject = next(iter(arguments.values()), None)
    refusal = refused(lambda: folded_answer(subject, call(decision, arguments)))
    if refusal is not None:
        assert len([branch for branch in BRANCHES if isinstance(refusal, branch)]) == 1
        assert all((refusal.code, refusal.message("en"), refusal.message("zh")))


def kinds_of(decision: Callable[..., Any]) -> dict[str, Any]:
    """Return the kinds of its arguments by name; those that it takes by name from a typed dictionary among them."""
    hints = get_type_hints(decision)
    kinds: dict[str, Any] = {}
    for name in inspect.signature(decision).parameters:
        named = get_args(hints[name]) if get_origin(hints[name]) is Unpack else ()
        kinds |= get_type_hints(named[0]) if named else {name: hints[name]}
    return kinds


def refused(attempt: Callable[[], object]) -> DomainError | None:
    """Return how *attempt* is refused, None when it is not."""
    try:
        attempt()
    except DomainError as refusal:
        return refusal
    return None


def folded_answer(subject: object, answer: Any) -> None:  # noqa: ANN401 - whatever a decision gives
    """Fold what a decision on *subject* gave, when it is events of that noun."""
    noun = FOLDS.get(type(subject))
    several = isinstance(answer, tuple)
    events = cast("tuple[Any, ...]", answer if several else ())
    if noun is not None and {type(event) for event in events} <= noun.later:
        noun.fold(subject, events)


def call(decision: Callable[..., Any], arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it gives
    """Call *decision*, by position where it wants that, and take whatever it gives."""
    parameters = inspect.signature(decision).parameters.values()
    places = [each.name for each in parameters if each.kind not in {each.KEYWORD_ONLY, each.VAR_KEYWORD}]
    by_name = {name: value for name, value in arguments.items() if name not in places}
    return decision(*(arguments[name] for name in places), **by_name)


# --- use cases ----------------------------------------------------------------------------------------------------


def lived_in() -> MemoryStore:
    """Return a store with orders in every state."""
    store = a_shop(on_hand=50, backorder_limit=5)
    for id, after in STATES.items():
        do(store, a_placement(a_checkout(a_line(), order_id=id), id=f"c-{id}"), *after)
    do(store, a_registration("o-1"), a_registration("o-2"), a_meeting("o-3"), a_record("o-1", customer="o-1"))
    do(store, an_earning(order="o-2", customer="o-1"), a_spending(1, order="o-2", customer="o-1", at=NOON.add(days=9)))
    return store


STATES: dict[str, tuple[Any, ...]] = {
    "o-1": (),
    "o-2": (a_taking(order_id="o-2", id="c-pay-2"),),
    "o-3": (a_taking(order_id="o-3", id="c-pay-3"), a_shipment(order_id="o-3", id="c-ship-3")),
    "o-4": (a_cancellation(order_id="o-4", id="c-cancel-4"),),
}
MEETING: Leaves = {**ODD, Id: st.sampled_from(["l-1", "l-2", *STATES, "o-5"])}


@pytest.mark.parametrize("kind", WORKS, ids=lambda kind: kind.__name__)
@settings(max_examples=max(settings().max_examples // 4, 1), phases=FAST)
@given(data=st.data())
def test_a_use_case_answers_or_leaves_no_trace(kind: type[Any], data: st.DataObject) -> None:
    """Whatever a command holds, its use case answers, or refuses and leaves the store byte for byte as it was."""
    store = lived_in()
    before = dump(store)
    command = data.draw(values_of(kind, MEETING))
    refusal = refused(lambda: do(store, command))
    if refusal is not None:
        assert refusal.code
        assert dump(store) == before
    else:
        (answer,) = do(store, command)
        assert CODEC.load(CODEC.dump(answer), object) == answer


STALE: dict[str, tuple[Any, Any]] = {
    "take a notice, cancelled meanwhile": (a_taking(), a_cancellation()),
    "cancel, paid meanwhile": (a_cancellation(), a_taking()),
    "place, placed meanwhile": (
        a_placement(a_checkout(order_id="o-2"), id="c-2"),
        a_placement(a_checkout(order_id="o-2"), id="c-3"),
    ),
    "place the last, sold meanwhile": (
        a_placement(a_checkout(a_line(quantity=9), order_id="o-2"), id="c-2"),
        a_placement(a_checkout(a_line(quantity=9), order_id="o-3"), id="c-3"),
    ),
    "lose what was sold meanwhile": (an_adjustment(-9), an_adjustment(-9, id="c-2")),
}


@pytest.mark.parametrize("name", STALE)
def test_a_plan_on_stale_versions_is_a_conflict(name: str) -> None:
    """A plan made of what another command has changed since cannot be saved, and leaves no trace."""
    command, meanwhile = STALE[name]
    store = a_shop_with(a_placement())
    plan: Plan[Any] = ask(partial(WORKS[type(command)], command), store.unit)
    do(store, meanwhile)
    before = dump(store)
    with pytest.raises(Conflict), store.unit() as unit:
        unit.save(Commit(command=command, answer=plan.answer, writes=plan.writes))
    assert dump(store) == before


def test_a_version_of_another_store_is_stale() -> None:
    """A version is only compared: one that was never given is stale, whatever it looks like."""
    store = a_shop_with(a_placement())
    for version in (0, -1, 2, 10**30, "1", ""):
        found = Versioned(the_order(store), version)
        needs = cancellation.CancelOrderNeeds(order=found, payment=None, bound=Bound(None, {}))
        plan = cancellation.plan_cancel_order(a_cancellation(), needs)
        with pytest.raises(StaleVersion):
            put(store, *plan.writes)


@pytest.mark.parametrize("quantity", [1, 1_000, MOST_UNITS])
def test_a_quantity_of_any_size_costs_the_same(quantity: int) -> None:
    """A line of a million million units goes through a whole life as one of a single unit does."""
    store = a_shop(on_hand=quantity)
    placing = a_placement(a_checkout(a_line(quantity=quantity)))
    placed, paid, shipped = do(store, placing, a_taking(), a_shipment())
    assert (placed.due, paid.unallocated, shipped.units) == (cny("10.00"), (), (units(quantity),))


def test_stock_beyond_all_counters_is_refused() -> None:
    """What no counter can hold is refused where it would come about, and nothing changes."""
    store = a_shop(on_hand=MOST_UNITS)
    before = dump(store)
    for command in (a_delivery(id="c-2", quantity=1), an_adjustment(1)):
        with pytest.raises(Invalid):
            do(store, command)
    assert dump(store) == before


def test_money_beyond_all_amounts_is_refused() -> None:
    """Amounts whose sum no column can hold are refused as a whole."""
    most = str(Money(MOST_MINOR, Currency.CNY)).partition(" ")[0]
    store = a_shop()
    before = dump(store)
    two = (a_line(gross=most), a_line(id="l-2", gross=most))
    for checkout in (a_checkout(*two), a_checkout(tenders=(a_coupon(most), a_coupon(most)))):
        with pytest.raises(Invalid) as refusal:
            do(store, a_placement(checkout))
        assert refusal.value.code == "value.out_of_range"
    assert dump(store) == before


LINES = 10_000


@pytest.mark.parametrize("stocks", [1, LINES], ids=["one stock", "a stock a line"])
def test_ten_thousand_lines_live_a_whole_life(stocks: int) -> None:
    """An order of ten thousand lines is placed, paid, shipped in two parts, received and closed."""
    keys = [StockKey.of(Sku(f"s-{n:05}"), LocationId("hz")) for n in range(stocks)]
    lines = tuple(a_line(id=f"l-{n}", stock=keys[n % stocks], quantity=2) for n in range(LINES))
    delivered = tuple(units(2 * LINES, key) for key in keys)
    store = MemoryStore()
    do(
        store,
        evolve(a_delivery(), units=delivered),
        a_placement(a_checkout(*lines, tenders=(a_coupon("1.00"),))),
        a_taking(evolve(a_taking().notice, amount=cny("99999.00"))),
        a_shipment(*((line.id, 1) for line in lines)),
        a_shipment(id="c-2"),
        a_receipt(),
    )
    for page in all_due(store, NOON.add(years=1)):
        do(store, *page)
    assert the_order(store).status is Status.CLOSED
    assert {hold.shipped for hold in the_reservation(store).holds} == {2 * LINES // stocks}


def test_ten_thousand_lines_are_refused_whole() -> None:
    """A long order of which everything is short lists every shortage, and one that repeats a line names it."""
    keys = [StockKey.of(Sku(f"s-{n:05}"), LocationId("hz")) for n in range(LINES)]
    lines = tuple(a_line(id=f"l-{n}", stock=key) for n, key in enumerate(keys))
    store = a_shop()
    before = dump(store)
    with pytest.raises(Refused) as refusal:
        do(store, a_placement(a_checkout(*lines)))
    assert [shortage.stock for shortage in refusal.value.context["shortages"]] == keys  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        do(store, a_placement(a_checkout(*lines, lines[0])))
    assert dump(store) == before
