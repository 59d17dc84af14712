"""Coupons are read as their files mean them, and each redemption finds its basket."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import campaigns
from completejourney import EPOCH, Tape

Batch = dict[str, NDArray[Any]]
Tables = dict[str, Batch]

MONDAY = date(2017, 1, 2)
FILES: Tables = {
    "campaigns": {"campaign_id": np.array([1, 1, 2]), "household_id": np.array([7, 8, 7])},
    "campaign_descriptions": {
        "campaign_id": np.array([1, 2]),
        "campaign_type": np.array(["Type A", "Type B"], dtype=object),
        "start_date": np.array(["2017-01-01", "2017-02-01"], "M8[ns]"),
        "end_date": np.array(["2017-01-31", "2017-02-28"], "M8[ns]"),
    },
    "coupons": {
        "coupon_upc": np.array([55, 55, 55, 55, 66]),
        "product_id": np.array([900, 901, 900, 900, 950]),
        "campaign_id": np.array([1, 1, 2, 1, 1]),
    },
    "coupon_redemptions": {
        "household_id": np.array([7, 7, 8, 7]),
        "coupon_upc": np.array([55, 66, 55, 55]),
        "campaign_id": np.array([1, 1, 1, 1]),
        "redemption_date": np.array(["2017-01-02", "2017-01-02", "2017-01-02", "2017-01-03"], "M8[ns]"),
    },
}
"""Two campaigns of two coupons, one row twice; household 7 hands in both on Monday, 8 one of them."""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tables], None]:
    """Put tables in the place of the files."""

    def put(tables: Tables) -> None:
        def batches(table: str, _: Iterable[str]) -> Iterator[Batch]:
            return iter([tables[table]])

        monkeypatch.setattr(campaigns, "batches_of", batches)

    return put


def tape(**columns: list[int]) -> Tape:
    """Return a tape of Monday's lines: three baskets of household 7, the second and the third with coupons."""
    rows = {
        "basket": [50, 51, 51, 52],
        "household": [7, 7, 7, 7],
        "product": [900, 800, 901, 900],
        "coupon": [0, 30, 40, 50],
        "day": [MONDAY.toordinal() - EPOCH] * 4,
    } | columns
    nothing = np.zeros(len(rows["basket"]), dtype=np.int64)
    rest = ("week", "store", "quantity", "net", "loyalty", "match", "instant")
    return Tape(
        **{name: np.array(values, dtype=np.int64) for name, values in rows.items()},
        **dict.fromkeys(rest, nothing),
        fuel=nothing.astype(bool),
    )


def test_a_redemption_belongs_to_the_first_basket_with_a_coupon_on_a_product_of_its_own(
    files: Callable[[Tables], None],
) -> None:
    """Not to one without a coupon on the line, nor with a coupon on another product; Tuesday is not on the tape."""
    files(FILES)
    found = campaigns.read(tape()).redemptions
    assert [(each.number, each.basket_id, each.lines) for each in found] == [
        (1, 51, (2,)),
        (2, None, ()),
        (3, None, ()),
    ]
    assert [each.day for each in found] == [MONDAY] * 3


def test_a_coupon_holds_for_its_products_in_whatever_campaign(files: Callable[[Tables], None]) -> None:
    """Rows that stand twice count once."""
    files(FILES)
    found = campaigns.read(tape())
    assert found.coupons[55] == campaigns.Coupon(55, frozenset({900, 901}), (1, 2))
    assert found.campaigns[1] == campaigns.Campaign(1, "Type A", date(2017, 1, 1), date(2017, 1, 31), 2)
    assert (found.rows, found.duplicates) == (5, 1)


def test_both_lines_of_a_basket_qualify(files: Callable[[Tables], None]) -> None:
    """All lines of the basket on which the coupon may have been taken off are told, none of a later basket."""
    files(FILES)
    found = campaigns.read(tape(basket=[50, 51, 51, 52], product=[900, 900, 901, 900])).redemptions
    assert found[0].lines == (1, 2)


def test_what_was_met_is_counted(files: Callable[[Tables], None]) -> None:
    """Of two redemptions in one basket one came with another before."""
    files(FILES)
    found = campaigns.read(tape())
    twice = replace(found, redemptions=(found.redemptions[0], replace(found.redemptions[0], number=9)))
    assert list(campaigns.met(found).values()) == [2, 2, 5, 1, 3, 1, 2, 0]
    assert list(campaigns.met(twice).values()) == [2, 2, 5, 1, 2, 2, 0, 1]


def test_the_year_has_the_published_numbers(campaigns_of_the_year: campaigns.Campaigns) -> None:
    """27 campaigns, 116,204 rows of which 4,872 stand twice, 2,102 redemptions of which 1,158 find a basket."""
    assert list(campaigns.met(campaigns_of_the_year).values()) == [27, 981, 116_204, 4_872, 2_102, 1_158, 944, 422]


def test_what_is_to_be_taken_can_be_shown(campaigns_of_the_year: campaigns.Campaigns, year: Tape) -> None:
    """Each redemption has its household at a till on its day; each that belongs has goods under its coupon."""
    came = set(zip(year.household[year.starts].tolist(), year.day[year.starts].tolist(), strict=True))
    begins = dict(zip(year.basket[year.starts].tolist(), year.starts.tolist(), strict=True))
    for each in campaigns_of_the_year.redemptions:
        assert (each.household_id, each.day.toordinal() - EPOCH) in came
        if each.basket_id is not None:
            rows = [begins[each.basket_id] + line - 1 for line in each.lines]
            assert all(year.coupon[row] > 0 for row in rows)
            assert any(year.quantity[row] > 0 for row in rows)
