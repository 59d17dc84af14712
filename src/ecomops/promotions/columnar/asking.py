"""Conditions over columns: a rule asked of many baskets at once, in three values as of one basket."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints, intervals, microseconds, moment
from ecomops.kernel import Calendar, Grain
from ecomops.kernel.instants import day_at
from ecomops.kernel.rules import All, AtLeastFact, AtMostFact, Comparison, During, Equals, Not, Rule, Weekly
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions.columnar.baskets import UNTOLD, Baskets, Coded
from ecomops.promotions.predicates import compiled

Flags = NDArray[np.bool_]

Told = tuple[Flags, Flags]
"""For each basket: whether a rule is known to hold, whether it is known not to."""

_MINUTE = 60_000_000


class Asking:
    """What conditions ask of all baskets of a backtest.

    Args:
        baskets: All of them.
    """

    def __init__(self, baskets: Baskets) -> None:
        """Start without having asked anything."""
        self._baskets = baskets
        self._tables: dict[tuple[Comparison, str], Flags] = {}
        self._weekly: dict[Weekly, dict[int, bool]] = {}

    def ask(self, rule: Rule, measures: Mapping[str, Ints], numbers: Ints) -> Told:
        """Return what *rule* says of the baskets *numbers*, whose *measures* are at hand."""
        match rule:
            case All(rules=rules):
                return self._folded(rules, measures, numbers, deciding=1)
            case AnyOf(rules=rules):
                return self._folded(rules, measures, numbers, deciding=0)
            case Not(rule=inner):
                yes, no = self.ask(inner, measures, numbers)
                return no, yes
            case _:
                return self._compared(rule, measures, numbers)

    def _folded(self, rules: tuple[Rule, ...], measures: Mapping[str, Ints], numbers: Ints, *, deciding: int) -> Told:
        """Return what *rules* say together: one *deciding* member decides, and all others must be known."""
        decides, other = np.zeros(len(numbers), dtype=np.bool_), np.ones(len(numbers), dtype=np.bool_)
        for each in rules:
            told = self.ask(each, measures, numbers)
            decides |= told[deciding]
            other &= told[1 - deciding]
        return (other, decides) if deciding else (decides, other)

    def _compared(self, leaf: Comparison, measures: Mapping[str, Ints], numbers: Ints) -> Told:
        if leaf.fact in measures:
            return _decided(_number(leaf, measures[leaf.fact]))
        if leaf.fact == "at":
            return _decided(self._at(leaf, numbers))
        column = self._baskets.facts.get(leaf.fact)
        if column is None:
            unknown = np.zeros(len(numbers), dtype=np.bool_)
            return unknown, unknown
        if isinstance(column, Coded):
            table, codes = self._table(leaf, column), column.codes[numbers]
            yes = table[codes]
            return yes, ~yes & (codes != UNTOLD)
        return _decided(_number(leaf, column[numbers]))

    def _table(self, leaf: Comparison, column: Coded) -> Flags:
        """Return what *leaf* says of each value of a column, and of none at last."""
        key = (leaf, leaf.fact)
        found = self._tables.get(key)
        if found is None:
            ask = compiled(leaf)
            found = np.array([*(bool(ask({leaf.fact: value})) for value in column.values), False], dtype=np.bool_)
            self._tables[key] = found
        return found

    def _at(self, leaf: Comparison, numbers: Ints) -> Flags:
        at = self._baskets.at[numbers]
        found = np.zeros(len(at), dtype=np.bool_)
        if isinstance(leaf, During):
            for period in leaf.periods:
                found |= (at >= microseconds(period.start)) & (at < microseconds(period.end))
        if isinstance(leaf, Weekly):
            minutes, places = np.unique(at // _MINUTE, return_inverse=True)  # a wall clock shows whole minutes
            known = self._weekly.setdefault(leaf, {})
            for minute in minutes.tolist():
                if minute not in known:
                    known[minute] = leaf.has(moment(minute * _MINUTE))
            found = np.array([known[minute] for minute in minutes.tolist()], dtype=np.bool_)[places]
        return found


def _decided(yes: Flags) -> Told:
    return yes, ~yes


def _number(leaf: Comparison, values: NDArray[Any]) -> Flags:
    yes: Flags
    if isinstance(leaf, AtLeastFact):
        yes = np.greater_equal(values, leaf.bound)
    elif isinstance(leaf, AtMostFact):
        yes = np.less_equal(values, leaf.bound)
    else:  # no other leaf reads a number or a flag
        yes = np.equal(values, cast("Equals", leaf).value)
    return yes


def periods(calendar: Calendar, grain: Grain, at: Ints) -> Ints:
    """Return a number for the day, week or month of each instant: equal where the first day is."""
    first, last = calendar.day(moment(int(at.min()))), calendar.day(moment(int(at.max())))
    days = [day_at(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1)]
    edges = np.array([microseconds(calendar.bounds(day).start) for day in days], dtype=np.int64)
    starts = np.array([calendar.first_day(day, grain).toordinal() for day in days], dtype=np.int64)
    return starts[intervals(at, edges)]
