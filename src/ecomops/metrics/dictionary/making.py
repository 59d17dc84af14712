"""How the entries are made: short ways to write a measure, and to give a formula the names of its entry."""

from typing import TypeVar

from attrs import evolve as changed

from ecomops.kernel import Text
from ecomops.metrics.counting import Counted, Seen
from ecomops.metrics.declaring import MICROSECONDS, Columns
from ecomops.metrics.dictionary.texts import TOLD, Told
from ecomops.metrics.expressions import ColumnOf, Expression, Where
from ecomops.metrics.formulas import Constant, Having, Kpi, Measure, Trailing
from ecomops.metrics.units import NUMBER, Unit

F = TypeVar("F", Measure, Kpi)

SECOND = Constant(1_000_000, MICROSECONDS / Unit.of("seconds"))
"""The microseconds of a second."""
MINUTES = 60_000_000
"""The microseconds of a minute."""
HOURS = 3_600_000_000
"""The microseconds of an hour."""
HUNDRED = Constant(100)


_BY_KEY = {each.key: each for each in TOLD}


def told(key: str) -> Told:
    """Return what the dictionary says of a figure; every key that is asked for here is one of its own."""
    return _BY_KEY[key]


def entry(key: str, formula: F) -> F:
    """Return *formula* under the key and the names of its entry, and with its direction."""
    words = told(key)
    if isinstance(formula, Measure):
        return changed(formula, key=key, name=words.name, better=words.better)
    return changed(formula, called=key, name=words.name, better=words.better)


def trailing(key: str, formula: Measure | Kpi, days: int) -> Trailing:
    """Return *formula* over the last *days* days under the key of its entry."""
    words = told(key)
    better = changed(formula, better=words.better)
    return Trailing(better, days=days, called=key, label=words.name)


def rows(
    family: type[Columns],
    key: str,
    unit: str,
    *,
    where: Where | None = None,
    at: ColumnOf | None = None,
    valid: bool = True,
) -> Measure:
    """Return the number of rows of a family."""
    return Measure(
        key=key,
        name=_words(key),
        unit=_unit(unit),
        family=family,
        counted=Counted.ROWS,
        where=where,
        at=at,
        valid=valid,
    )


def total(
    family: type[Columns],
    key: str,
    unit: Unit,
    column: Expression | str,
    *,
    where: Where | None = None,
    at: ColumnOf | None = None,
    valid: bool = True,
) -> Measure:
    """Return the sum of a column."""
    return Measure(key=key, name=_words(key), unit=unit, family=family, column=column, where=where, at=at, valid=valid)


def distinct(
    family: type[Columns],
    key: str,
    unit: str,
    column: ColumnOf | str,
    *,
    where: Where | None = None,
    at: ColumnOf | None = None,
    valid: bool = True,
    seen: Seen | None = None,
) -> Measure:
    """Return the number of values of a column, each once."""
    return Measure(
        key=key,
        name=_words(key),
        unit=_unit(unit),
        family=family,
        counted=Counted.DISTINCT,
        column=column,
        where=where,
        at=at,
        valid=valid,
        seen=seen,
    )


def level(
    family: type[Columns], key: str, unit: Unit, column: Expression | str | None, *, closing: bool = True
) -> Measure:
    """Return what holds at the end of a period, or at its beginning."""
    counted = Counted.CLOSING if closing else Counted.OPENING
    return Measure(key=key, name=_words(key), unit=unit, family=family, counted=counted, column=column)


def having(
    entity: ColumnOf,
    key: str,
    unit: str,
    condition: Having,
    *,
    family: type[Columns] | None = None,
    where: Where | None = None,
    within: int = 0,
) -> Measure:
    """Return the number of entities of which something holds."""
    return Measure(
        key=key,
        name=_words(key),
        unit=_unit(unit),
        family=family or entity.family,
        counted=Counted.HAVING,
        entity=entity,
        having=condition,
        where=where,
        number=within,
    )


def _unit(name: str) -> Unit:
    return Unit.of(name) if name else NUMBER


def _words(key: str) -> Text:
    words = key.replace("_", " ")
    return Text(words, words)
