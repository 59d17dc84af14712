"""The reach of an audience: over columns it is what the scalar rule says of each customer."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, DomainError, Period
from ecomops.kernel.rules import (
    ALWAYS,
    NEVER,
    All,
    AtLeastFact,
    AtMostFact,
    During,
    Equals,
    FactKind,
    Facts,
    Not,
    OneOf,
    Rule,
    Truth,
    Weekly,
    evaluate,
)
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions.audiences.columnar import CustomerColumn, estimate_reach
from ecomops.testing import NOON

DAYS = tuple(NOON.add(days=n) for n in range(4))
TIERS = ("gold", "black", "")
LEAVES: tuple[Rule, ...] = (
    Equals(fact="member", value=True),
    Equals(fact="member", value=False),
    Equals(fact="orders", value=2),
    Equals(fact="tier", value="gold"),
    Equals(fact="tier", value="silver"),
    OneOf(fact="tier", values=("gold", "black", "silver")),
    AtLeastFact(fact="orders", bound=2),
    AtMostFact(fact="orders", bound=1),
    During(fact="seen", periods=(Period(start=DAYS[0], end=DAYS[1]), Period(start=DAYS[2], end=DAYS[3]))),
    Weekly(fact="seen", calendar=Calendar(timezone="Asia/Shanghai"), weekdays=(DAYS[1].isoweekday(),)),
)
RULES = st.recursive(
    st.sampled_from((*LEAVES, ALWAYS, NEVER)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda rules: All(rules=tuple(rules))),
        st.lists(inner, max_size=3).map(lambda rules: AnyOf(rules=tuple(rules))),
        inner.map(lambda rule: Not(rule=rule)),
    ),
    max_leaves=6,
)
CUSTOMERS = st.fixed_dictionaries(
    {},
    optional={
        "member": st.booleans(),
        "orders": st.integers(0, 3),
        "tier": st.sampled_from(("gold", "black")),
        "seen": st.sampled_from(DAYS),
    },
)


def ints(values: list[int]) -> Ints:
    """Return a column."""
    return np.array(values, dtype=np.int64)


def number(value: Any) -> int:  # noqa: ANN401 - a fact of any kind
    """Return a fact as a column holds it."""
    if isinstance(value, DateTime):
        return microseconds(value)
    return TIERS.index(value) if isinstance(value, str) else int(value)


def columns_of(customers: list[Facts]) -> dict[str, CustomerColumn]:
    """Return the columns of *customers*; an unknown tier is -1, all else says what is known."""
    kinds = {
        "member": FactKind.FLAG,
        "orders": FactKind.NUMBER,
        "tier": FactKind.TEXT,
        "seen": FactKind.INSTANT,
    }
    columns: dict[str, CustomerColumn] = {}
    for name, kind in kinds.items():
        empty = -1 if kind is FactKind.TEXT else 0
        values = ints([number(each[name]) if name in each else empty for each in customers])
        known = None if kind is FactKind.TEXT else ints([name in each for each in customers])
        names = TIERS if kind is FactKind.TEXT else ()
        columns[name] = CustomerColumn(kind=kind, values=values, names=names, known=known)
    return columns


@given(RULES, st.lists(CUSTOMERS, max_size=6))
def test_columns_say_what_the_rule_says_of_each(rule: Rule, customers: list[Facts]) -> None:
    """Of how many it holds, and of how many it is unknown."""
    said = [evaluate(rule, each).truth for each in customers]
    reach = estimate_reach(rule, columns_of(customers))
    assert (reach.customers, reach.yes, reach.unknown) == (
        len(customers),
        said.count(Truth.YES),
        said.count(Truth.UNKNOWN),
    )
    assert reach.share == (Fraction(reach.yes, len(customers)) if customers else None)
    assert reach.contactable == reach.yes


PEOPLE: list[Facts] = [
    {"member": True, "orders": 2, "tier": "gold", "seen": DAYS[0]},
    {"member": False, "orders": 1, "tier": "black", "seen": DAYS[1]},
    {"orders": 3, "seen": DAYS[2]},
    {"member": True, "tier": "gold"},
]


@pytest.mark.parametrize(
    ("leaf", "yes"), list(zip(LEAVES, (2, 1, 1, 2, 0, 3, 2, 1, 2), strict=True)), ids=map(str, range(len(LEAVES)))
)
def test_every_comparison(leaf: Rule, yes: int) -> None:
    """Of four customers; the bound is in, the end of a period is not."""
    reach = estimate_reach(leaf, columns_of(PEOPLE))
    assert (reach.yes, reach.unknown) == (yes, 1)


PAIRS: list[Facts] = [
    {**member, **orders}
    for member in ({"member": True}, {"member": False}, {})
    for orders in ({"orders": 2}, {"orders": 1}, {})
]


def test_three_values() -> None:
    """Of yes, no and unknown, met with each other: one no decides all of them, one yes any; not turns them round."""
    member, orders = LEAVES[0], LEAVES[6]
    found = {
        "all": estimate_reach(All(rules=(member, orders)), columns_of(PAIRS)),
        "any": estimate_reach(AnyOf(rules=(member, orders)), columns_of(PAIRS)),
        "neither": estimate_reach(Not(rule=AnyOf(rules=(member, orders))), columns_of(PAIRS)),
    }
    assert {name: (each.yes, each.unknown) for name, each in found.items()} == {
        "all": (1, 3),
        "any": (5, 3),
        "neither": (1, 3),
    }


def test_whom_the_shop_may_write_to() -> None:
    """Of those whom the rule reaches; each comparison tells its own share, and reads as a sentence."""
    orders = CustomerColumn(kind=FactKind.NUMBER, values=ints([3, 1, 2, 5]), known=ints([1, 1, 1, 0]))
    rule = All(rules=(AtLeastFact(fact="orders", bound=2), Not(rule=Equals(fact="orders", value=3))))
    reach = estimate_reach(rule, {"orders": orders}, may_contact=ints([1, 1, 0, 1]))
    assert (reach.yes, reach.unknown, reach.contactable, reach.share) == (1, 1, 0, Fraction(1, 4))
    assert [(part.yes, part.unknown) for part in reach.parts] == [(2, 1), (1, 1)]
    assert reach.parts[0].chinese == "orders 不少于 2"


FLAGS = CustomerColumn(kind=FactKind.FLAG, values=ints([0, 1]))


def column(**fields: Any) -> Callable[[], object]:  # noqa: ANN401 - fields of the column
    """Return the making of a column."""
    return lambda: CustomerColumn(**fields)


def reach(rule: Any = LEAVES[0], **more: Any) -> Callable[[], object]:  # noqa: ANN401 - arguments of it
    """Return the asking of a rule."""
    arguments: dict[str, Any] = {"columns": {"member": FLAGS}, **more}
    return lambda: estimate_reach(rule, **arguments)


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (column(kind=FactKind.FLAG, values=ints([2])), "column.out_of_range"),
        (column(kind=FactKind.TEXT, values=ints([1]), names=("gold",)), "column.out_of_range"),
        (column(kind=FactKind.TEXT, values=ints([0]), names=("gold", "gold")), "value.repeated"),
        (column(kind=FactKind.TEXTS, values=ints([0])), "audience.wrong_form"),
        (column(kind=FactKind.NUMBER, values=ints([0]), known=ints([2])), "column.out_of_range"),
        (column(kind=FactKind.NUMBER, values=ints([0]), known=ints([])), "column.uneven"),
        (column(kind=FactKind.NUMBER, values=np.array([0.5])), "column.wrong_kind"),
        (reach("gold"), "value.wrong_kind"),
        (reach(columns={}), "figures.no_rows"),
        (reach(LEAVES[2]), "rule.undeclared_fact"),
        (reach(Equals(fact="member", value=1)), "audience.wrong_form"),
        (reach(may_contact=ints([1])), "column.uneven"),
        (reach(may_contact=ints([1, 2])), "column.out_of_range"),
        (reach(may_contact=[1, 1]), "column.wrong_kind"),
    ],
)
def test_columns_and_rules_that_do_not_fit(attempt: Callable[[], object], code: str) -> None:
    """They are refused before anything is counted."""
    with pytest.raises(DomainError) as refusal:
        attempt()
    assert refusal.value.code == code
