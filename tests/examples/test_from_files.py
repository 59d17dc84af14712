"""The totals straight from the files."""

import ast
import inspect

import pytest

import completejourney
import from_files
from completejourney import Tape
from totals import Totals


def test_the_year_comes_to_its_totals() -> None:
    """The year's totals are, to the cent, the published ones."""
    assert from_files.totals(53) == Totals(
        orders=155_528,
        goods_lines=1_460_438,
        service_lines=32,
        units=152_923_108,
        gross=5_392_232_87,
        loyalty=791_650_64,
        match=4_542_65,
        revenue=4_596_039_58,
        coupons=26_359_90,
        cash=4_569_679_68,
        paid_out=26_58,
    )


@pytest.mark.parametrize(("weeks", "baskets"), [(1, 382), (4, 9_151), (53, 155_848)])
def test_baskets_are_counted_with_the_empty_ones(weeks: int, baskets: int) -> None:
    """All baskets of the weeks count, also those that no order comes from."""
    assert from_files.baskets(weeks) == baskets


@pytest.mark.parametrize("weeks", [1, 4])
def test_totals_balance(weeks: int) -> None:
    """Gross less discounts is the revenue, and the revenue is cash and coupons."""
    totals = from_files.totals(weeks)
    assert totals.gross - totals.loyalty - totals.match == totals.revenue == totals.cash + totals.coupons


def test_two_readings_agree(month: Tape) -> None:
    """Four weeks summed over baskets give what the files give."""
    baskets = [each for each in completejourney.baskets(month) if not each.holds_nothing]
    lines = [line for each in baskets for line in each.lines]
    assert from_files.totals(4) == Totals(
        orders=len(baskets),
        goods_lines=sum(len(each.goods) for each in baskets),
        service_lines=sum(len(each.services) for each in baskets),
        units=sum(line.quantity for line in lines),
        gross=sum(line.shelf for line in lines),
        loyalty=sum(line.loyalty for line in lines),
        match=sum(line.match for line in lines),
        revenue=sum(line.net for line in lines),
        coupons=sum(each.coupon for each in baskets),
        cash=sum(each.due for each in baskets),
        paid_out=sum(-min(each.due, 0) for each in baskets),
    )


def test_it_shares_no_function() -> None:
    """The files are read without the library and without the other reading."""
    tree = ast.parse(inspect.getsource(from_files))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert modules == {"importlib", "importlib.metadata", "numpy", "numpy.typing", "totals", "typing"}
