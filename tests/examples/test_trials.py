"""Discounts as promotions and invented programmes, on the year's first day and on a few households' year."""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

import programmes
import trials
from campaigns import NO_CAMPAIGNS, Campaigns
from checks import Untrue, as_money
from completejourney import Product, Tape
from faults import Fault
from promises import checks
from reproduced import Reproduced, Share, reproduce
from tests.examples.conftest import Chain, Run
from tests.examples.planted import a_tape
from trials import Trials


def test_the_first_day_is_reproduced_as_far_as_it_is_determined(day: Run) -> None:
    """Lines and money by what is known of them; all parts are what the tills took off."""
    loyalty = day.evidence.trials.discounts["loyalty"]
    assert (loyalty.rules, loyalty.promotions, loyalty.quoted, loyalty.unequal, loyalty.odd) == (248, 62, 2, 0, 0)
    assert (loyalty.reproduced, loyalty.against) == (Share(703, 661_85), Share(0, 0))
    assert list(loyalty.undetermined.values()) == [(13, 10_37), (0, 0), (1142, 1054_56), (57, 183_50), (2, 6_58)]
    assert list(loyalty.of_these.values()) == [(648, 639_00), (55, 22_85)]
    assert [each.cents for each in day.evidence.trials.discounts.values()] == [1_916_86, 2_85, 31_54]


def test_coupons_of_the_households_year_are_reproduced(chain: Chain) -> None:
    """Matches and coupons that two baskets show are promotions, each of which takes what the tills took."""
    found = chain.evidence.trials.discounts
    assert [each.odd + each.unequal for each in found.values()] == [0, 0, 0]
    assert [(found[kind].reproduced, found[kind].quoted) for kind in ("match", "coupons")] == [
        (Share(96, 36_70), 50),
        (Share(2, 1_00), 18),
    ]


def test_a_price_that_is_planted_wrong_is_odd() -> None:
    """The promotion takes a cent a unit less than the rule, and no line of it counts as reproduced."""
    tape = a_tape(*[{"shelf": 300, "loyalty": 100}] * 2, {"shelf": 300, "loyalty": 50, "product": 6})
    right, wrong = (reproduce(tape, NO_CAMPAIGNS, fault)["loyalty"] for fault in (None, Fault.PROMOTION))
    assert (right.reproduced, right.odd) == (Share(2, 200), 0)
    assert (wrong.reproduced, wrong.against, wrong.odd) == (Share(0, 0), Share(2, 200), 2)
    assert right.cents == wrong.cents == 250


def test_programmes_tell_what_each_promotion_takes_from_the_others(day: Run) -> None:
    """Three programmes on the same baskets; what comes second takes less than it would alone, a supplier pays half."""
    tried = day.evidence.trials.tried
    assert (len(tried.programmes), tried.quoted, tried.unequal) == (3, 120, 0)
    for programme in tried.programmes:
        first, second = programme.overlaps
        assert (first.lost, second.lost > 0) == (0, True)
        assert programme.backtest.margin == tried.margin - programme.backtest.discount
    assert {str(id): cents for id, cents in tried.supplied.items()} == {"second-half": 36_72}


def _loyalty(trials: Trials, changed: Reproduced) -> Trials:
    return replace(trials, discounts={**trials.discounts, "loyalty": changed})


def _as_it_was(trials: Trials) -> Trials:
    return trials


def _odd(trials: Trials) -> Trials:
    return _loyalty(trials, replace(trials.discounts["loyalty"], odd=3))


def _unequal(trials: Trials) -> Trials:
    return _loyalty(trials, replace(trials.discounts["loyalty"], unequal=1))


def _less(trials: Trials) -> Trials:
    return _loyalty(trials, replace(trials.discounts["loyalty"], reproduced=Share(1, 1)))


def _against(trials: Trials) -> Trials:
    moved = replace(trials.discounts["loyalty"], reproduced=Share(702, 661_00), against=Share(1, 85))
    return _loyalty(trials, moved)


def _quoted(trials: Trials) -> Trials:
    return replace(trials, tried=replace(trials.tried, unequal=2))


def _uneven(trials: Trials) -> Trials:
    return replace(trials, tried=replace(trials.tried, gross=trials.tried.gross + 1))


@pytest.mark.parametrize(
    ("name", "change", "finding"),
    [
        ("discounts", _odd, "loyalty: 3 lines are not what the rules say"),
        ("discounts", _unequal, "1 of 2 quotes differ"),
        ("discounts", _less, "loyalty: all parts are 1,255.02, the files have 1,916.86"),
        ("discounts", _against, "1 lines went against a card price"),
        ("programmes", _quoted, "2 of 120 quotes differ from the backtest"),
        ("programmes", _uneven, "the programme spend and save does not add up"),
    ],
)
def test_what_is_odd_breaks_its_check(name: str, change: Callable[[Trials], Trials], finding: str, day: Run) -> None:
    """Each way in which a trial can be wrong is named."""
    with pytest.raises(Untrue, match=finding):
        checks(1)[name](replace(day.evidence, trials=change(day.evidence.trials)))


@pytest.mark.parametrize(("change", "code"), [(_as_it_was, 0), (_unequal, 1), (_quoted, 1)])
def test_trials_run_alone(
    change: Callable[[Trials], Trials], code: int, day: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started alone they print what the run prints of them, and end with 0; with 1 when a line or a quote is odd."""

    def done(tape: Tape, found: Campaigns, products: tuple[Product, ...]) -> Trials:  # noqa: ARG001 - as `held` asks
        return change(day.evidence.trials)

    monkeypatch.setattr(trials, "held", done)
    out = StringIO()
    with redirect_stdout(out):
        assert trials.main(1) == code
    assert out.getvalue() in day.out


def test_the_page_tells_what_the_programmes_would_have_done(year: Tape, products: tuple[Product, ...]) -> None:
    """The figures of the year stand on its page, and quotes of drawn baskets agree with them."""
    tried = programmes.tried(year, products)
    results = [
        (each, overlap)
        for one in tried.programmes
        for each, overlap in zip(one.backtest.promotions, one.overlaps, strict=True)
    ]
    amounts = [
        *(tried.gross, tried.margin, *tried.supplied.values()),
        *(one.backtest.margin or 0 for one in tried.programmes),
        *(cents for each, overlap in results for cents in (each.discount, overlap.alone, overlap.lost)),
    ]
    told = [*(f"{tried.baskets:,}",), *(f"{each.uses:,}" for each, _ in results), *map(as_money, amounts)]
    page = (Path(__file__).parents[2] / "docs" / "real-year.md").read_text(encoding="utf-8")
    assert (tried.unequal, [figure for figure in told if figure not in page]) == (0, [])
