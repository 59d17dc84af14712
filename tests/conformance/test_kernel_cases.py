"""The public cases that the kernel answers: splitting money over weights."""

import pytest

from ecomops.kernel.currency import Currency
from ecomops.kernel.money import Money
from tests.conformance.case_files import Case, cases

USD = Currency.of("USD")


def parts(amount: int, weights: list[int]) -> list[int]:
    """Split *amount* cents over *weights* as `Money` does."""
    return [part.minor for part in Money(amount, USD).split(weights)]


@cases("PRO-001", "PRO-002", "PRO-008")
def test_a_total_is_prorated(case: Case) -> None:
    """Parts follow the weights, a negative total like its magnitude, and all weights zero evenly."""
    shares = parts(case["given"]["total"], case["given"]["weights"])
    assert shares == case["then"]["shares"]
    assert sum(shares) == case["then"]["sum"] == case["given"]["total"]


@cases("VEN-PRO-01", "VEN-PRO-09")
def test_an_amount_is_shared_over_lines(case: Case) -> None:
    """The weights are the lines' amounts; the parts are whole and add up."""
    weights = [line["unit_price_minor"] * line["qty"] for line in case["lines"]]
    shares = parts(case["amount_minor"], weights)
    assert shares == case["expected"]["parts_minor"]
    assert sum(shares) == case["expected"]["sum_minor"]


@cases("PRO-015")
def test_a_total_is_split_evenly(case: Case) -> None:
    """The odd cents go to the first parts, whatever the sign."""
    evenly = [1] * case["given"]["targets"]
    assert parts(case["given"]["total"], evenly) == case["then"]["shares"]
    assert parts(-case["given"]["total"], evenly) == case["then"]["negated"]


@cases("PRO-012")
def test_the_odd_cent_goes_to_the_largest_remainder_not_to_the_first(case: Case) -> None:
    """On purpose otherwise (policy: odd cent of a split): the cent of 161.25, 52.5, 86.25 goes to 52.5."""
    shares = parts(case["given"]["total"], case["given"]["weights"])
    assert case["then"]["shares"] == [162, 52, 86]
    assert shares == [161, 53, 86]


@cases("ISS-007")
def test_shares_of_a_discount_add_up_where_rounded_ratios_do_not(case: Case) -> None:
    """Ten over three lines of ten: 9.99 by rounding each, 10.00 by the split."""
    given, then = case["given"], case["then"]
    shares = Money.parse(f"{given['discount']}.00", "USD").split([given["line"]] * given["lines"])
    assert str(Money.total(shares, USD)) == f"{then['required_sum']} USD"
    assert then["naive_sum"] != then["required_sum"]


def test_a_case_must_exist() -> None:
    """Asking for a case that stands in no file fails where the test is defined."""
    with pytest.raises(KeyError):
        cases("PRO-999")
