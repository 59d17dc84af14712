"""A backtest equals the quotes of its baskets in every minor unit, count and reason."""

from collections import Counter
from random import Random

import pytest

from ecomops.promotions import Rulebook
from ecomops.promotions.columnar import Backtest, Baskets, LineDiscounts, backtest
from tests.promotions.pasts import OneByOne, a_programme, some_baskets


def off_of(found: LineDiscounts | None, book: Rulebook) -> Counter[tuple[int, str]]:
    """Return (line, promotion) -> what it loses."""
    assert found is not None
    off: Counter[tuple[int, str]] = Counter()
    for line in range(len(found.starts) - 1):
        for at in range(int(found.starts[line]), int(found.starts[line + 1])):
            off[line, str(book.promotions[int(found.promotions[at])].id)] += int(found.amounts[at])
    return off


def assert_equal(book: Rulebook, baskets: Baskets, found: Backtest) -> None:
    """Compare with one quote a basket."""
    told = OneByOne(book, baskets)
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
    assert found.discount == sum(told.off.values()) + sum(told.off_services.values())


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("seed", range(150))
def test_it_equals_the_quotes(seed: int, limits: bool) -> None:  # noqa: FBT001 - a case
    draw = Random(seed)
    baskets = some_baskets(draw, 60, floors=seed % 2 == 0)
    book = a_programme(draw, draw.choice((3, 6, 12)), limits=limits)
    assert_equal(book, baskets, backtest(book, baskets, lines=True, block=23))
