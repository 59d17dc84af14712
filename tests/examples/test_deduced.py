"""What the data determine of their own discounts, on lines made by hand, and on the year."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import NO_CAMPAIGNS, Redemption
from completejourney import Tape
from deduced import SILENT, CardPrice, card_prices, coupons, face_and_units, foretold, matches
from tests.examples.planted import SUNDAY, a_tape

CUT = {"shelf": 300, "loyalty": 100}
FULL = {"shelf": 300}
S = SILENT


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([CUT, CUT], [100, 100]),
        ([CUT], [S]),
        ([CUT, CUT | {"basket": 31}], [S, S]),
        ([CUT, {"shelf": 500, "quantity": 2, "loyalty": 100}], [100, 100]),
        ([CUT, CUT, {"shelf": 190}], [100, 100, 0]),
        ([CUT, CUT, FULL], [S, S, S]),
        ([CUT, CUT, FULL | {"store": 8}], [100, 100, S]),
        ([CUT, CUT, {"shelf": 300, "loyalty": 50, "store": 8}], [100, 100, S]),
        ([CUT, CUT | {"store": 9}, FULL | {"store": 8}], [100, 100, S]),
        ([CUT, {"shelf": 600, "quantity": 2, "loyalty": 199}], [S, S]),
        ([CUT, CUT, {"shelf": 401, "quantity": 2}], [S, S, S]),
        ([CUT, CUT | {"week": 2}], [100, 100]),
        ([CUT, {"shelf": 300, "loyalty": 90, "week": 2}], [S, S]),
        ([CUT, FULL | {"week": 2}, CUT | {"week": 3}], [S, S, S]),
        ([CUT, CUT | {"product": 6}], [S, S]),
        ([CUT | {"fuel": 1}, CUT | {"fuel": 1}], [S, S]),
        ([CUT | {"quantity": 0}, CUT | {"quantity": 0}], [S, S]),
        ([{"shelf": 300, "loyalty": 300}] * 2, [300, 300]),
        ([FULL, FULL], [S, S]),
    ],
    ids=[
        *("two baskets show it", "one does not", "nor do two lines of one", "units may be several"),
        *("what is cheaper stays", "a full price denies it", "but in another store", "as does another price there"),
        *("stores with one price are taken together", "no whole cents a unit", "one unit is dearer"),
        *(
            "the week after shows it too",
            "with another price it does not",
            "nor behind a week at full price",
            "products are apart",
        ),
        *("fuel is left out", "and what is no goods", "free is a price", "nothing is off, nothing is said"),
    ],
)
def test_a_card_price_is_what_two_baskets_show_and_no_line_denies(lines: list[dict[str, int]], said: list[int]) -> None:
    """A price speaks of the lines that obey it, where two baskets show it; elsewhere it is silent."""
    assert card_prices(a_tape(*lines)).said.tolist() == said


def test_card_prices_are_listed_once_with_their_stores() -> None:
    """Everywhere is no list of stores; what is seen once is told apart."""
    here, there = CUT | {"product": 6, "store": 9}, CUT | {"product": 6, "store": 8}
    dear = {"shelf": 300, "loyalty": 30, "product": 6, "store": 7}
    found = card_prices(a_tape(CUT, CUT, here, there, dear))
    assert found.prices == (CardPrice(1, 5, 200, ()), CardPrice(1, 6, 200, (8, 9)))
    assert found.everywhere.tolist() == [True, True, False, False, False]
    assert found.seen_once.tolist() == [False, False, False, False, True]


LINE = st.fixed_dictionaries(
    {
        "product": st.sampled_from([5, 6]),
        "week": st.integers(1, 3),
        "store": st.sampled_from([8, 9]),
        "quantity": st.integers(0, 3),
        "shelf": st.sampled_from([0, 199, 200, 300, 400, 600]),
        "loyalty": st.sampled_from([0, 0, 1, 100, 199]),
        "basket": st.integers(31, 36),
    }
)


@given(lines=st.lists(LINE, min_size=1, max_size=12))
def test_what_a_card_price_says_is_true_of_every_line(lines: list[dict[str, int]]) -> None:
    """Wherever a price speaks, discounted line or not, the till took off just that."""
    tape = a_tape(*({**line, "loyalty": min(line["loyalty"], line["shelf"])} for line in lines))
    said = card_prices(tape).said
    assert np.array_equal(said[said != SILENT], tape.loyalty[said != SILENT])


def test_half_of_the_baskets_foretell_the_others() -> None:
    """Prices of even baskets are asked of the discounted lines of odd ones, those of some stores apart."""
    shown = [CUT | {"basket": 2}, CUT | {"basket": 4}]
    dear = [{**line, "product": 6} for line in shown]
    odd = [CUT | {"basket": 5}, {"shelf": 300, "loyalty": 1, "basket": 7}, FULL | {"basket": 9}]
    there = [{**FULL, "product": 6, "store": 8, "basket": 6}, {**CUT, "product": 6, "basket": 11}]
    everywhere, here = foretold(a_tape(*shown, *dear, *odd, *there))
    assert ((everywhere.lines, everywhere.right), (here.lines, here.right)) == ((2, 1), (1, 1))


def _matched(match: int, **line: int) -> dict[str, int]:
    return {"shelf": 300, "coupon": 50, "match": match, **line}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([_matched(50)] * 2, [50, 50]),
        ([_matched(50)], [S]),
        ([_matched(50)] * 2 + [_matched(30, shelf=80, loyalty=50)], [50, 50, 30]),
        ([_matched(50)] * 19 + [_matched(0)], [50] * 20),
        ([_matched(50)] * 18 + [_matched(0)], [S] * 19),
        ([_matched(50, quantity=2)] * 2, [50, 50]),
        ([_matched(25, quantity=2)] * 2, [S, S]),
        ([_matched(0, coupon=100)] * 2, [0, 0]),
    ],
    ids=[
        *("two baskets show it", "one does not", "never more than is left", "one of twenty may go against it"),
        *("one of nineteen may not", "several units have rules of their own", "which are whole cents a unit"),
        "that nothing is matched is a rule",
    ],
)
def test_a_match_is_what_nearly_all_lines_with_such_coupons_show(lines: list[dict[str, int]], said: list[int]) -> None:
    """By the coupons of a line and its units, the match is what all but one line in twenty show."""
    assert matches(a_tape(*lines)).said.tolist() == said


def test_a_coupon_takes_what_two_of_its_baskets_show() -> None:
    """Only lines count that one redemption belongs to, and that alone."""
    goods = {"shelf": 300, "coupon": 50}
    tape = a_tape(goods, goods, goods, goods | {"coupon": 70})
    day = date.fromordinal(SUNDAY.toordinal())
    redeemed = [(31, (1,)), (32, (1,)), (33, (1,)), (33, (1,)), (34, (1, 2)), (None, ())]
    found = replace(
        NO_CAMPAIGNS,
        redemptions=tuple(
            Redemption(number, 7, 900, 1, day, basket, lines)
            for number, (basket, lines) in enumerate(redeemed, start=1)
        ),
    )
    deduced = coupons(tape, found)
    assert (deduced.rows.tolist(), deduced.said.tolist()) == ([0, 1], [50, 50])
    assert [(rule.key, rule.amount) for rule in deduced.rules] == [(900, 50)]


def test_the_year_determines_most_of_its_card_prices(year: Tape) -> None:
    """As many prices as the page says, each true of every line that it speaks of; four fifths of the lines."""
    found = card_prices(year)
    speaks = found.said != SILENT
    assert (len(found.prices), sum(not each.stores for each in found.prices)) == (212_361, 196_460)
    assert np.array_equal(found.said[speaks], year.loyalty[speaks])
    assert (int(found.said[speaks].sum()), int(np.count_nonzero(found.said[speaks]))) == (552_842_33, 592_467)


def test_the_chain_doubles_coupons_up_to_a_dollar(year: Tape) -> None:
    """What is matched of one coupon is the coupon again up to half a dollar, and what a dollar leaves above it."""
    rules = [(*face_and_units(each.key), each.amount) for each in matches(year).rules]
    of_one = {face: amount for face, units, amount in rules if units == 1 and amount}
    assert of_one == {face: min(face, 100 - face) for face in of_one}
    assert len(of_one) == 14
