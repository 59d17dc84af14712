"""The arithmetic of a quote against a slow second engine; planted mistakes must be seen by it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from ecomops.kernel import Rounding, divide, split
from ecomops.promotions import (
    AmountOff,
    Basket,
    FixedPrice,
    MeasureKind,
    Over,
    Percent,
    Reading,
    Rulebook,
    Stated,
    arithmetic,
    quote,
)
from ecomops.promotions.arithmetic import Row, clamped, effect, measured, share, take
from ecomops.testing import NOON
from tests.promotions.kit import baskets, benefits, fen, rulebooks
from tests.promotions.reference import Taken, takes


def a_row(left: int, *, quantity: int = 1, floor: int = 0, sku: str = "a") -> Row:
    """Return a row of one line."""
    row = Row({"sku": sku})
    row.add(0, quantity=quantity, listed=left, left=left, floor=floor)
    row.entry = row.left
    return row


def computed(book: Rulebook, asked: Basket) -> Taken:
    """Return what the quote takes off every line by computed promotions."""
    taken: Taken = {}
    for line in quote(book, asked, at=NOON).lines:
        for discount in line.discounts:
            if discount.promotion != "loyalty":
                key = (line.id, discount.promotion)
                taken[key] = taken.get(key, 0) + discount.amount.minor
    return taken


@given(rulebooks(), baskets())
def test_both_engines_take_the_same_off_every_line(book: Rulebook, asked: Basket) -> None:
    """To the cent, by line and promotion."""
    assert computed(book, asked) == takes(book, asked)


# --- planted mistakes ---------------------------------------------------------------------------------------------


def per_unit(benefit: Any, amount: int, units: int, rounding: Rounding) -> int:  # noqa: ANN401 - a benefit
    """Round a percentage unit by unit."""
    if isinstance(benefit, Percent) and units > 1:
        each = divide(amount // units * benefit.share.numerator, benefit.share.denominator, rounding)
        return each * units
    return WANTED(benefit, amount, units, rounding)


def truncated(benefit: Any, amount: int, units: int, rounding: Rounding) -> int:  # noqa: ANN401, ARG001 - a benefit
    """Cut fractions of a cent off."""
    return WANTED(benefit, amount, units, Rounding.DOWN)


def rounded_price(benefit: Any, amount: int, units: int, rounding: Rounding) -> int:  # noqa: ANN401 - a benefit
    """Round the price that is left instead of the discount."""
    if isinstance(benefit, Percent):
        kept = 1 - benefit.share
        return amount - divide(amount * kept.numerator, kept.denominator, rounding)
    return WANTED(benefit, amount, units, rounding)


def once(benefit: Any, amount: int, units: int, rounding: Rounding) -> int:  # noqa: ANN401, ARG001 - a benefit
    """Take an amount off each line once, not off each unit."""
    return WANTED(benefit, amount, 1, rounding)


def last_first(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Give odd cents to the last of equal remainders."""
    return tuple(reversed(split(amount, tuple(reversed(weights)))))


def without_floors(amount: int, rows: Sequence[Row]) -> Sequence[int]:
    """Share without looking at floors: what exceeds the room of a row is lost."""
    parts = split(min(amount, sum(row.left for row in rows)), [row.left for row in rows])
    return [min(part, row.room) for part, row in zip(parts, rows, strict=True)]


def by_list(amount: int, rows: Sequence[Row]) -> Sequence[int]:
    """Share by what the lines cost at first."""
    amount = min(amount, sum(row.room for row in rows))
    return split(amount, [row.listed for row in rows]) if rows else []


def entry_is_list(row: Row) -> int:
    """Read a threshold before all discounts."""
    return row.listed


def entry_is_running(row: Row) -> int:
    """Read a threshold at the promotion's turn."""
    return row.left


def unmerged(amount: int, units: int, first: int) -> int:
    """Give the odd cents to the last units."""
    each, odd = divmod(amount, units)
    return first * each + max(first - (units - odd), 0)


WANTED: Callable[..., int] = arithmetic._wanted  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - mistakes are planted in it

MISTAKES: dict[str, tuple[Any, str, Any]] = {
    "percentages rounded per unit": (arithmetic, "_wanted", per_unit),
    "fractions cut off": (arithmetic, "_wanted", truncated),
    "the price rounded": (arithmetic, "_wanted", rounded_price),
    "an amount once a line": (arithmetic, "_wanted", once),
    "ties to the last": (arithmetic, "split", last_first),
    "floors lost in sharing": (arithmetic, "share", without_floors),
    "shares by list amounts": (arithmetic, "share", by_list),
    "thresholds at list": (arithmetic._AMOUNTS, Reading.ENTRY, entry_is_list),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    "thresholds running": (arithmetic._AMOUNTS, Reading.ENTRY, entry_is_running),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    "odd cents to the last units": (arithmetic, "worth", unmerged),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some basket that the strategies draw tells each wrong arithmetic from the right one."""
    where, what, wrong = MISTAKES[name]
    if name.startswith("thresholds"):
        monkeypatch.setitem(where, what, wrong)
    else:
        monkeypatch.setattr(where, what, wrong)

    def differs(pair: tuple[Rulebook, Basket]) -> bool:
        book, asked = pair
        try:
            return computed(book, asked) != takes(book, asked)
        except Exception:  # noqa: BLE001 - a mistake may also lead to an impossible amount
            return True

    found = find(
        st.tuples(rulebooks(), baskets()),
        differs,
        settings=settings(max_examples=3_000, phases=[Phase.generate], derandomize=True, database=None),
    )
    assert differs(found)


def test_no_mistake_is_seen_where_none_is() -> None:
    """The search finds nothing in the engine as it stands."""
    with pytest.raises(NoSuchExample):
        find(
            st.tuples(rulebooks(), baskets()),
            lambda pair: computed(*pair) != takes(*pair),
            settings=settings(max_examples=100, phases=[Phase.generate], derandomize=True, database=None),
        )


# --- parts ------------------------------------------------------------------------------------------------------

rows = st.lists(
    st.tuples(st.sampled_from([0, 1, 2, 3, 100, 101]), st.integers(0, 101)).map(
        lambda pair: a_row(pair[0], floor=min(pair))
    ),
    max_size=5,
)


@given(st.integers(0, 400), rows)
def test_shares_add_up_and_leave_every_floor(amount: int, among: list[Row]) -> None:
    """All of the amount is shared as far as there is room, and none of a row below its floor."""
    parts = share(amount, among)
    assert sum(parts) == min(amount, sum(row.room for row in among))
    assert all(0 <= part <= row.room for part, row in zip(parts, among, strict=True))


def test_a_full_row_drops_out_and_the_rest_is_shared_again() -> None:
    """The part that a floor keeps goes to the others, by what is left of them."""
    assert share(60, [a_row(100, floor=90), a_row(100), a_row(50)]) == [10, 33, 17]
    assert share(3, [a_row(1), a_row(1), a_row(1), a_row(1)]) == [1, 1, 1, 0]
    assert share(3, [a_row(1), a_row(1), a_row(3)]) == [1, 0, 2]  # just full is not too full
    assert share(5, []) == []


@given(benefits, rows, st.sampled_from(Rounding))
def test_an_effect_writes_nothing_and_takes_no_more_than_there_is(
    benefit: Any,  # noqa: ANN401 - a benefit
    among: list[Row],
    rounding: Rounding,
) -> None:
    """What was there before is there after it, and `take` takes exactly what it says."""
    before = [(row.left, row.listed, row.floor, row.entry, list(row.taken)) for row in among]
    found = effect(benefit, among, rounding=rounding)
    assert [(row.left, row.listed, row.floor, row.entry, list(row.taken)) for row in among] == before
    assert all(0 <= part <= row.room for part, row in zip(found, among, strict=True))
    take(among, found, promotion=0)
    assert [row.left for row in among] == [was[0] - part for was, part in zip(before, found, strict=True)]


@pytest.mark.parametrize(
    ("benefit", "parts"),
    [
        (Percent(share=Fraction(1, 10)), [1, 10]),  # half up: 0.5 is 1
        (Percent(share=Fraction(1, 10), over=Over.WHOLE), [1, 10]),  # 10.5 once is 11, shared
        (AmountOff(amount=fen(3)), [0, 3]),
        (AmountOff(amount=fen(3), over=Over.LINES), [3, 5]),  # two units, a floor of 95
        (FixedPrice(price=fen(40)), [0, 5]),
        (FixedPrice(price=fen(90), over=Over.WHOLE), [5, 5]),
        (Stated(), [0, 0]),
    ],
)
def test_each_benefit_by_hand(benefit: Any, parts: list[int]) -> None:  # noqa: ANN401 - a benefit
    """Five cents for one unit beside a yuan for two, of which 95 cents must be left where a floor is told."""
    floor = 95 if isinstance(benefit, AmountOff | FixedPrice) and parts[1] == 5 else 0
    found = effect(benefit, [a_row(5), a_row(100, quantity=2, floor=floor)], rounding=Rounding.HALF_UP)
    assert list(found) == parts


def test_what_exceeds_the_money_is_cut_in_proportion() -> None:
    """Nothing is cut that fits."""
    assert list(clamped([10, 20, 30], 60)) == [10, 20, 30]
    assert list(clamped([10, 20, 30], 30)) == [5, 10, 15]
    assert list(clamped([10, 20, 30], 0)) == [0, 0, 0]


def test_rows_are_measured() -> None:
    """Amounts as they are read, units, and different SKUs."""
    one, two = a_row(10, quantity=2), a_row(20, sku="b")
    one.entry, one.left = 8, 5
    among = [one, two]
    assert [measured(among, MeasureKind.AMOUNT, read) for read in (Reading.LIST, Reading.ENTRY, Reading.RUNNING)] == [
        30,
        28,
        25,
    ]
    assert measured(among, MeasureKind.QUANTITY, Reading.ENTRY) == 3
    assert measured([*among, a_row(1)], MeasureKind.PRODUCTS, Reading.ENTRY) == 2
    assert measured([], MeasureKind.AMOUNT, Reading.ENTRY) == 0
