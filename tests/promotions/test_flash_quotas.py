"""The units of a flash sale: reserved, sold, returned, never beyond the quota."""

from collections.abc import Callable
from itertools import permutations
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.kernel import BoundBroken, DomainError, WrongKind
from ecomops.promotions.flashsales import FLASH_QUOTA, FlashQuota, FlashQuotaId, FlashSessionId, quotas
from ecomops.promotions.flashsales.quotas import (
    COUNTERS,
    EFFECTS,
    FlashQuotaAdopted,
    FlashQuotaOpened,
    FlashQuotaReleased,
    FlashQuotaReserved,
    FlashQuotaReturned,
    FlashQuotaSet,
    FlashQuotaSold,
    FlashQuotaTakenBack,
)
from ecomops.terms import CustomerId, OrderId, Sku
from ecomops.testing import NOON, given

S, TEA, ORDER = FlashSessionId("20:00"), Sku("tea"), OrderId("o-1")
Q, MINE = FlashQuotaId.of(S, TEA), FlashQuotaId.of(S, TEA, CustomerId("c-1"))

Decide = Callable[[FlashQuota, int], tuple[Any, ...]]
DECISIONS: dict[str, Decide] = {
    "reserve": lambda quota, units: quotas.reserve(quota, order=ORDER, units=units, at=NOON),
    "sell": lambda quota, units: quotas.sell(quota, order=ORDER, units=units, at=NOON),
    "release": lambda quota, units: quotas.release(quota, order=ORDER, units=units, at=NOON),
    "take back": lambda quota, units: quotas.take_back(quota, order=ORDER, units=units, at=NOON),
}
LEDGER: dict[str, tuple[type[Any], int, int, int]] = {
    # what a clerk would write down: (event, reserved, sold, returned)
    "reserve": (FlashQuotaReserved, +1, 0, 0),
    "sell": (FlashQuotaSold, -1, +1, 0),
    "release": (FlashQuotaReleased, -1, 0, 0),
    "take back": (FlashQuotaTakenBack, 0, -1, 0),
}
every_movement = pytest.mark.parametrize("name", LEDGER)
small = st.integers(0, 4)
rows = st.builds(
    FlashQuota, id=st.sampled_from([Q, MINE]), quota=st.integers(0, 9), reserved=small, sold=small, returned=small
)


def moved(quota: FlashQuota, name: str, units: int) -> FlashQuota:
    """Return what the clerk makes of a movement."""
    _, *by = LEDGER[name]
    return evolve(quota, **{c: getattr(quota, c) + each * units for c, each in zip(COUNTERS, by, strict=True)})


def accepts(quota: FlashQuota, name: str, units: int) -> bool:
    """Tell whether the decision lets a movement through."""
    try:
        DECISIONS[name](quota, units)
    except DomainError:
        return False
    return True


def test_what_is_counted_has_one_name() -> None:
    """The sign between its parts is escaped inside them; another kind of text is refused."""
    parts = ("a", "a@b", "a%40b")
    names = {FlashQuotaId.of(FlashSessionId(s), Sku(k)) for s in parts for k in parts}
    assert len(names | {FlashQuotaId.of(FlashSessionId("a"), Sku("a"), CustomerId("b"))}) == 10
    of: Any = FlashQuotaId.of
    for wrong in (("s", TEA), (S, "tea"), (S, TEA, "c-1"), (TEA, S)):
        with pytest.raises(WrongKind):
            of(*wrong)


def test_counting_begins_with_the_quota() -> None:
    """Nothing is used; what was used elsewhere is told, and cannot exceed it."""
    opened = quotas.open_quota(Q, units=3, at=NOON)
    assert opened == (FlashQuotaOpened(quota=Q, units=3, at=NOON),)
    assert FLASH_QUOTA.replay(opened) == FlashQuota(id=Q, quota=3)
    adopted: dict[str, Any] = {"quota": Q, "reserved": 1, "sold": 2, "returned": 3, "at": NOON}
    taken_over = FLASH_QUOTA.replay((FlashQuotaAdopted(units=6, **adopted),))
    assert taken_over == FlashQuota(id=Q, quota=6, reserved=1, sold=2, returned=3)
    with pytest.raises(DomainError) as refusal:
        FlashQuotaAdopted(units=5, **adopted)
    assert (refusal.value.code, refusal.value.context) == (
        "flash_sale.bad_counters",
        {"id": Q, "quota": 5, "gone": 6},
    )


def test_the_quota_is_changed_and_takes_nothing_back() -> None:
    """() when it is as it was; below what is used it only leaves nothing."""
    opened, used = FlashQuotaOpened(quota=Q, units=3, at=NOON), FlashQuotaReserved(
        quota=Q, order=ORDER, units=2, at=NOON
    )  # fmt: skip
    lower = FlashQuotaSet(quota=Q, units=1, at=NOON)
    given(FLASH_QUOTA, opened, used).when(quotas.set_quota, units=3, at=NOON).then()
    given(FLASH_QUOTA, opened, used).when(quotas.set_quota, units=1, at=NOON).then(lower)
    after = FLASH_QUOTA.replay((opened, used, lower))
    assert (after.quota, after.used, after.left) == (1, 2, 0)
    assert accepts(after, "sell", 2)
    assert accepts(after, "release", 2)
    assert not accepts(after, "reserve", 1)


def test_what_does_not_fit_is_refused_with_the_numbers() -> None:
    """Of the session: sold out; of a buyer: beyond the limit; what comes back is at most what went."""
    used: dict[str, Any] = {"quota": 6, "reserved": 1, "sold": 2, "returned": 1}
    for id, name, units, code, context in (
        (Q, "reserve", 3, "flash_sale.sold_out", {"id": Q, "wanted": 3, "left": 2}),
        (MINE, "reserve", 3, "flash_sale.over_limit", {"id": MINE, "wanted": 3, "bought": 4, "most": 6}),
        (Q, "sell", 2, "flash_sale.over_use", {"id": Q, "counter": "reserved", "wanted": 2, "counted": 1}),
        (Q, "release", 2, "flash_sale.over_use", {"id": Q, "counter": "reserved", "wanted": 2, "counted": 1}),
        (Q, "take back", 3, "flash_sale.over_use", {"id": Q, "counter": "sold", "wanted": 3, "counted": 2}),
    ):
        with pytest.raises(DomainError) as refusal:
            DECISIONS[name](FlashQuota(id=id, **used), units)
        assert (refusal.value.code, refusal.value.context) == (code, context)


def test_what_is_left_goes_back() -> None:
    """All of it, once."""
    row = FlashQuota(id=Q, quota=5, reserved=1, sold=1)
    back = quotas.hand_back(row, at=NOON)
    assert back == (FlashQuotaReturned(quota=Q, units=3, at=NOON),)
    after = FLASH_QUOTA.fold(row, back)
    assert (after.returned, after.left, quotas.hand_back(after, at=NOON)) == (3, 0, ())


def test_the_effects_are_those_of_the_ledger() -> None:
    """The table of the room says what a clerk would write down."""
    assert {event: by for event, *by in LEDGER.values()} == {
        event: list(by) for event, by in EFFECTS.items() if event is not FlashQuotaReturned
    }
    assert EFFECTS[FlashQuotaReturned] == (0, 0, 1)


@every_movement
@drawn(row=rows, units=st.integers(1, 5))
def test_a_store_that_adds_agrees_with_the_decision(name: str, row: FlashQuota, units: int) -> None:
    """Reserved, sold and returned are within the quota under any interleaving: bounds say what the decision says."""
    read = evolve(row, quota=10**6, reserved=500, sold=500, returned=0)
    event = LEDGER[name][0](quota=row.id, order=ORDER, units=units, at=NOON)
    additive = FLASH_QUOTA.additive
    assert additive is not None
    deltas = additive.deltas(read, FLASH_QUOTA.fold(read, (event,)))
    assert deltas is not None
    try:
        after = additive.add(row, deltas, (event,), kind="flash_quota", id=row.id)
    except BoundBroken:
        after = None
    assert (after is not None) is accepts(row, name, units)
    assert after is None or after == moved(row, name, units)


@drawn(rows, st.lists(st.tuples(st.sampled_from(sorted(LEDGER)), st.integers(1, 3)), max_size=4))
def test_movements_commute(row: FlashQuota, steps: list[tuple[str, int]]) -> None:
    """They are movements and never totals."""
    roomy = evolve(row, quota=10**6, reserved=50, sold=50)
    events = [event for name, units in steps for event in DECISIONS[name](roomy, units)]
    ends = {FLASH_QUOTA.fold(roomy, cast("Any", order)) for order in permutations(events)}
    assert len(ends) == 1


@drawn(st.integers(0, 6), st.lists(st.tuples(st.sampled_from(sorted(DECISIONS)), st.integers(1, 4)), max_size=12))
def test_any_row_of_orders_stays_within_the_quota(quota: int, steps: list[tuple[str, int]]) -> None:
    """However many come, are paid or cancelled: what fits is counted, the rest is refused, the sum is the quota."""
    row = FlashQuota(id=Q, quota=quota)
    for name, units in steps:
        if accepts(row, name, units):
            row = FLASH_QUOTA.fold(row, DECISIONS[name](row, units))
        elif name == "reserve":
            assert row.used + units > quota
        assert min(row.reserved, row.sold) >= 0
        assert row.used + row.left == quota
    assert FLASH_QUOTA.fold(row, quotas.hand_back(row, at=NOON)).used == quota
