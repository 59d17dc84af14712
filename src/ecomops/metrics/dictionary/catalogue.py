"""All entries of the dictionary under their keys, in its order: what each says, and what computes it here."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import Attribute, field, frozen

from ecomops.kernel.checks import is_a, wrong_kind
from ecomops.metrics.comparing import compare
from ecomops.metrics.dictionary import basic, care, finance, goods, people, selling, traffic
from ecomops.metrics.dictionary.texts import TOLD, Told
from ecomops.metrics.formulas import Constant, Formula, Kpi, MeanOfDays, Measure, Trailing
from ecomops.metrics.measuring import parts_of

Made: TypeAlias = Measure | Kpi | Callable[..., Any]


def _makes(_: object, __: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, (Measure, Kpi)) and not inspect.isfunction(value):
        raise wrong_kind("KpiEntry.made", "Measure, Kpi or function", value)


@frozen
class KpiEntry:
    """An entry of the dictionary.

    Args:
        told: What the dictionary says.
        made: What computes it: a figure, or a function that returns one of its parameters, or computes it of figures.
    """

    told: Told = field(validator=is_a(Told))
    made: Made = field(validator=_makes)

    @property
    def parameters(self) -> Mapping[str, object]:
        """What may be chosen, with its default."""
        if isinstance(self.made, (Measure, Kpi)):
            return {}
        found = inspect.signature(self.made).parameters.values()
        return {each.name: None if each.default is inspect.Parameter.empty else each.default for each in found}

    def figure(self, **chosen: object) -> Formula | None:
        """Return the figure, with what is *chosen*; None for what is computed of other figures.

        Raises:
            TypeError: A parameter without a default is missing.
        """
        if isinstance(self.made, (Measure, Kpi)):
            return self.made
        if self.told.key in OF_FIGURES:
            return None
        made: Formula = self.made(**chosen)
        return made

    @property
    def formula(self) -> str:
        """How it is computed here, in the keys of what it is made of, with the defaults."""
        if self.told.key in OF_FIGURES:
            return str(getattr(self.made, "__name__", ""))
        sample = {name: f"<{name}>" for name, value in self.parameters.items() if value is None}
        return written(self.figure(**sample))


OF_FIGURES = frozenset({"sales_growth", "campaign_lift", "rfm_score", "dsr_vs_industry", "kpi_weighted_score"})
"""What is computed of figures, not of facts."""


def written(formula: Formula | None) -> str:
    """Return how a figure is computed: a formula in keys, or what its measure does.

    Example:
        >>> from ecomops.metrics import NET, ORDERS
        >>> written(NET / ORDERS), written(ORDERS)
        ('net_sales / orders_valid', 'rows(Orders)')
    """
    if isinstance(formula, Kpi):
        return f"{_side(formula.left)} {formula.sign} {_side(formula.right)}"
    if isinstance(formula, (MeanOfDays, Trailing)):
        days = f", last {formula.days} days" if isinstance(formula, Trailing) else ", mean of days"
        return f"({written(formula.inner)}{days})"
    return str(formula.value) if isinstance(formula, Constant) else "" if formula is None else _measure(formula)


def _side(formula: Formula) -> str:
    if isinstance(formula, Kpi) and not formula.called:
        return f"({written(formula)})"
    return written(formula) if isinstance(formula, (MeanOfDays, Trailing, Constant)) else formula.key


def _measure(measure: Measure) -> str:
    what = measure.expression or measure.entity or measure.family.__name__
    where = "" if measure.where is None else f", {measure.where!r}"
    seen = "" if measure.seen is None else f", before: {measure.seen.before} {measure.seen.days or ''}".rstrip()
    having = ""
    if measure.having is not None:
        having = "".join(f", {each.measure.key} {each.than} {each.number}" for each in parts_of(measure.having))
    return f"{measure.counted}({what!r}{where}{having}{seen})".replace("'", "")


_MODULES = (basic, traffic, selling, people, goods, finance, care)


def _made() -> Mapping[str, Made]:
    found: dict[str, Made] = {}
    for module in _MODULES:
        for name, value in vars(module).items():
            if isinstance(value, (Measure, Kpi)):
                found.setdefault(value.key, value)
            elif inspect.isfunction(value) and value.__module__ == module.__name__:
                found.setdefault(name, value)
    return found | {"sales_growth": compare}


_FOUND = _made()
ENTRIES: Mapping[str, KpiEntry] = {told.key: KpiEntry(told, _FOUND[told.key]) for told in TOLD if told.key in _FOUND}
"""All entries by their keys."""


def search(words: str) -> tuple[KpiEntry, ...]:
    """Return the entries whose key, names, formula or trap hold all of *words*, in the order of the dictionary.

    Example:
        >>> [each.told.key for each in search("客单价 buyers")]
        ['avg_order_value_per_buyer']
    """
    wanted = words.casefold().split()
    return tuple(each for each in ENTRIES.values() if all(word in _text(each.told) for word in wanted))


def _text(told: Told) -> str:
    return f"{told.key} {told.name.en} {told.name.zh} {told.formula} {told.trap}".casefold()
