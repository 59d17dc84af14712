"""The reach of an audience: a rule asked of columns of customers, in three values, equal to the scalar one."""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias, assert_never

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from ecomops.columns import UNKNOWN, Ints, Uneven, microseconds, moment, require_range, require_whole
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.rules import (
    RULES,
    All,
    AtLeastFact,
    AtMostFact,
    Comparison,
    During,
    Equals,
    FactKind,
    Not,
    OneOf,
    Rule,
    UndeclaredFact,
    Weekly,
    comparisons,
    sentence,
)
from ecomops.kernel.rules import Any as AnyOf
from ecomops.kernel.rules.facts import kinds_read
from ecomops.promotions.campaign_errors import NothingToAnswer, WrongForm
from ecomops.promotions.exact import an_exact, ratio

Mask: TypeAlias = NDArray[np.bool_]


def _a_column(_: object, attribute: "Attribute[Any]", value: Ints) -> None:
    require_whole(value, name=attribute.name)


@frozen(kw_only=True, eq=False)
class CustomerColumn:
    """A fact of every customer, one row each.

    Args:
        kind: What it is: a flag, a number, a text, an instant. Several texts of one customer are no column.
        values: Int64: a flag as 0 or 1; a number as it is (money in minor units); a text as its place in *names*, -1
            when it is unknown; an instant as microseconds since 1970.
        names: The texts, each once; () for other kinds.
        known: Int64, 1 where the value is known and 0 where it is not; None when all are.

    Raises:
        WrongColumn: A column is none of whole numbers in 64 bits.
        OutOfColumn: A flag is neither 0 nor 1, or a text has no place among the names.
        Uneven: *known* has another length.
        WrongForm: Several texts of one customer are declared.
        Repeated: A name stands twice.
    """

    kind: FactKind = field(validator=is_a(FactKind))
    values: Ints = field(validator=_a_column)
    names: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    known: Ints | None = field(default=None, validator=optional(_a_column))

    def __attrs_post_init__(self) -> None:
        """Refuse values that cannot be of that kind."""
        require_once(self.names, field="CustomerColumn.names")
        if self.kind is FactKind.TEXTS:
            raise WrongForm(fact="values", read=FactKind.TEXT.value, found=FactKind.TEXTS.value)
        if self.kind is FactKind.FLAG:
            require_range(self.values, name="values", least=0, most=1)
        if self.kind is FactKind.TEXT:
            require_range(self.values, name="values", least=UNKNOWN, most=len(self.names) - 1)
        if self.known is not None:
            require_range(self.known, name="known", least=0, most=1)
            if len(self.known) != len(self.values):
                raise Uneven(column="known", found=len(self.known), expected=len(self.values))


@frozen(kw_only=True)
class PartOfReach:
    """What one comparison of the rule says, by itself: of how many customers yes, and of how many it is unknown."""

    english: str = field(validator=some_text)
    chinese: str = field(validator=some_text)
    yes: int = field(validator=whole(0))
    unknown: int = field(validator=whole(0))


@frozen(kw_only=True)
class Reach:
    """How many customers a rule reaches.

    Args:
        customers: How many there are.
        yes: Of how many the rule holds.
        unknown: Of how many it is unknown: the reach lies between yes and yes with these.
        contactable: Of those of whom it holds, how many may be written to.
        share: Yes by customers; None where there are none.
        parts: Each comparison of the rule by itself, in the order in which they stand.
    """

    customers: int = field(validator=whole(0))
    yes: int = field(validator=whole(0))
    unknown: int = field(validator=whole(0))
    contactable: int = field(validator=whole(0))
    share: Fraction | None = field(validator=optional(an_exact))
    parts: tuple[PartOfReach, ...] = field(validator=tuple_of(PartOfReach))


@frozen(eq=False)
class _Said:
    """What a rule says of every customer: no is known and not yes."""

    yes: Mask
    known: Mask


def estimate_reach(
    rule: Rule, columns: Mapping[str, CustomerColumn], *, may_contact: Ints | None = None
) -> Reach:  # fmt: skip
    """Count the customers whom an audience rule reaches (人群预估), as `kernel.rules.evaluate` says of each.

    Args:
        rule: The audience, over facts of a customer.
        columns: Each fact that the rule asks for, by name, one row a customer; more do no harm.
        may_contact: Int64, 1 for customers who may be written to (consent), 0 for others; None for all.

    Raises:
        NothingToAnswer: There is no column.
        UndeclaredFact: The rule asks for facts without a column; all are listed.
        WrongForm: It compares a fact as another kind than its column holds.
        Uneven: A column has another length than the first.
        WrongColumn: *may_contact* is no column of int64.
        OutOfColumn: It holds another number than 0 and 1.
        WrongKind: The rule is none.

    Example:
        >>> spent = CustomerColumn(kind=FactKind.NUMBER, values=np.array([500, 90, 300]))
        >>> tier = CustomerColumn(kind=FactKind.TEXT, values=np.array([0, 0, -1]), names=("gold",))
        >>> rule = All(rules=(AtLeastFact(fact="spent", bound=100), OneOf(fact="tier", values=("gold",))))
        >>> reach = estimate_reach(rule, {"spent": spent, "tier": tier})
        >>> reach.yes, reach.unknown, reach.share, [part.yes for part in reach.parts]
        (1, 1, Fraction(1, 3), [2, 2])
    """
    if not isinstance(rule, RULES):
        raise wrong_kind("estimate_reach.rule", "rule", rule)
    rows = _rows(rule, columns, may_contact)
    said = _said(rule, columns, rows)
    reachable = said.yes if may_contact is None else said.yes & (may_contact == 1)
    leaves = ((leaf, _compared(leaf, columns[leaf.fact])) for leaf in comparisons(rule))
    return Reach(
        customers=rows,
        yes=_count(said.yes),
        unknown=_count(~said.known),
        contactable=_count(reachable),
        share=ratio(_count(said.yes), rows),
        parts=tuple(
            PartOfReach(
                english=sentence(leaf), chinese=sentence(leaf, "zh"), yes=_count(own.yes), unknown=_count(~own.known)
            )
            for leaf, own in leaves
        ),
    )


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _rows(rule: Rule, columns: Mapping[str, CustomerColumn], may_contact: Ints | None) -> int:
    """Return how many customers there are, when rule and columns fit each other."""
    if not columns:
        raise NothingToAnswer(field="estimate_reach.columns")
    leaves = comparisons(rule)
    undeclared = sorted({leaf.fact for leaf in leaves} - columns.keys())
    if undeclared:
        raise UndeclaredFact(rule="audience", facts=tuple(undeclared))
    for leaf in leaves:
        kinds, found = kinds_read(leaf), columns[leaf.fact].kind
        if found not in kinds:
            raise WrongForm(fact=leaf.fact, read=kinds[0].value, found=found.value)
    lengths = {name: len(each.values) for name, each in columns.items()}
    if may_contact is not None:
        require_whole(may_contact, name="may_contact")
        require_range(may_contact, name="may_contact", least=0, most=1)
        lengths["may_contact"] = len(may_contact)
    rows = next(iter(lengths.values()))
    for name, length in lengths.items():
        if length != rows:
            raise Uneven(column=name, found=length, expected=rows)
    return rows


def _said(rule: Rule, columns: Mapping[str, CustomerColumn], rows: int) -> _Said:
    match rule:
        case All(rules=rules):
            return reduce(_both, (_said(each, columns, rows) for each in rules), _all(yes=True, rows=rows))
        case AnyOf(rules=rules):
            return reduce(_either, (_said(each, columns, rows) for each in rules), _all(yes=False, rows=rows))
        case Not(rule=inner):
            said = _said(inner, columns, rows)
            return _Said(said.known & ~said.yes, said.known)
        case _:
            return _compared(rule, columns[rule.fact])


def _all(*, yes: bool, rows: int) -> _Said:
    return _Said(np.full(rows, yes), np.full(rows, fill_value=True))


def _both(left: _Said, right: _Said) -> _Said:
    """A no of either decides; else it is known when both are."""
    yes = left.yes & right.yes
    no = (left.known & ~left.yes) | (right.known & ~right.yes)
    return _Said(yes, yes | no)


def _either(left: _Said, right: _Said) -> _Said:
    """A yes of either decides; else it is known when both are."""
    yes = left.yes | right.yes
    return _Said(yes, yes | (left.known & right.known))


def _compared(leaf: Comparison, told: CustomerColumn) -> _Said:
    known = np.full(len(told.values), fill_value=True) if told.known is None else told.known == 1
    if told.kind is FactKind.TEXT:
        known &= told.values != UNKNOWN
    return _Said(_holds(leaf, told) & known, known)


def _holds(leaf: Comparison, told: CustomerColumn) -> Mask:
    values = told.values
    match leaf:
        case Equals(value=str() as text):
            return np.isin(values, _places(told, (text,)))
        case Equals(value=value):
            return np.asarray(values == int(value))
        case OneOf(values=texts):
            return np.isin(values, _places(told, texts))
        case AtLeastFact(bound=bound):
            return np.asarray(values >= bound)
        case AtMostFact(bound=bound):
            return np.asarray(values <= bound)
        case During(periods=periods):
            within = [(values >= microseconds(each.start)) & (values < microseconds(each.end)) for each in periods]
            return np.asarray(np.logical_or.reduce(within))
        case Weekly():
            told_of = values if told.known is None else np.where(told.known == 1, values, 0)
            instants, places = np.unique(told_of, return_inverse=True)  # each instant is asked once: clocks are slow
            said = np.fromiter((leaf.has(moment(each)) for each in instants.tolist()), dtype=np.bool_)
            return np.asarray(said.take(places))
        case _:
            assert_never(leaf)


def _places(told: CustomerColumn, texts: tuple[str, ...]) -> Ints:
    places = {name: place for place, name in enumerate(told.names)}
    return np.array([places[text] for text in texts if text in places], dtype=np.int64)
