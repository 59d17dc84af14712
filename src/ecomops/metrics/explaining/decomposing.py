"""Why a figure changed: the part of each factor of a product or quotient, exact, complete and fair to all orders."""

from collections.abc import Mapping
from fractions import Fraction
from math import prod

from attrs import field, frozen

from ecomops.kernel import Currency, Language, Text
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.metrics.explaining.chains import (
    Factor,
    Figures,
    Undefined,
    checked_figures,
    formula_factors,
    listed_factors,
    named,
    ways,
)
from ecomops.metrics.explaining.exact import apportion
from ecomops.metrics.explaining.figures import Scale, percent
from ecomops.metrics.explaining.shapley import shapley
from ecomops.metrics.formulas import Constant, Formula, Kpi, Measure
from ecomops.metrics.units import NUMBER, Unit

PRODUCT = Text("the product", "乘积")
"""What people call a product of factors to which the host gives no name."""
LARGEST = MOST_MINOR
"""The largest part in whole steps: what an amount of money may be."""


@frozen(kw_only=True)
class Part:
    """What one factor has to do with a change.

    Args:
        key: The factor.
        name: What people call it.
        before: Its value before; None where it had none.
        after: Its value after.
        scale: What it is measured in.
        exact: Its part in the change, exactly.
        steps: That part in whole steps of the figure (minor units of money); the parts add up to the change.
    """

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    before: Fraction | None = field(validator=optional(is_a(Fraction)))
    after: Fraction | None = field(validator=optional(is_a(Fraction)))
    scale: Scale = field(validator=is_a(Scale))
    exact: Fraction = field(validator=is_a(Fraction))
    steps: int = field(validator=whole(-LARGEST, LARGEST))


@frozen(kw_only=True, repr=False)
class Decomposition:
    """A change and its parts, in the order of the factors.

    Args:
        key: The figure that changed.
        name: What people call it.
        before: Its value before, exactly.
        after: Its value after.
        scale: What it is measured in.
        parts: One for each factor.
    """

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    before: Fraction = field(validator=is_a(Fraction))
    after: Fraction = field(validator=is_a(Fraction))
    scale: Scale = field(validator=is_a(Scale))
    parts: tuple[Part, ...] = field(validator=tuple_of(Part))

    @property
    def change(self) -> Fraction:
        """The change, exactly."""
        return self.after - self.before

    @property
    def steps(self) -> int:
        """The change in whole steps: what the parts add up to."""
        return self.scale.rounded(self.change)

    @property
    def drivers(self) -> tuple[Part, ...]:
        """The parts, the largest in magnitude first, ties by key; without those that are exactly zero."""
        moved = [part for part in self.parts if part.exact]
        return tuple(sorted(moved, key=lambda part: (-abs(part.exact), part.key)))

    @property
    def bottleneck(self) -> Part | None:
        """The part that costs most; None when none costs anything. Compare a benchmark with what was reached."""
        costly = [part for part in self.drivers if part.exact < 0]
        return costly[0] if costly else None

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each factor: its values, its part in whole minor units or decimals, its share."""
        return [
            {
                "factor": part.key,
                "before": _plain(part.before),
                "after": _plain(part.after),
                "part": self.scale.plain(part.steps),
                "share": float(part.exact / self.change) if self.change else None,
                "unit": str(self.scale.unit),
            }
            for part in self.parts
        ]

    def words(self, language: Language = "en") -> str:
        """Return the change and its drivers in words, the largest first."""
        head = _HEAD.read(language).format(
            name=self.name.read(language),
            before=self.scale.figure(self.before),
            after=self.scale.figure(self.after),
            change=self.scale.change(self.steps),
            growth=percent(self.change, self.before),
        )
        return "\n".join([head, *(self._line(part, language) for part in self.drivers)])

    def _line(self, part: Part, language: Language) -> str:
        return _LINE.read(language).format(
            part=self.scale.change(part.steps),
            name=part.name.read(language),
            before=part.scale.figure(part.before),
            after=part.scale.figure(part.after),
            share=percent(part.exact, self.change),
        )

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_HEAD = Text("{name}: {before} -> {after}, {change} ({growth})", "{name}：{before} → {after}，{change}（{growth}）")
_LINE = Text(
    "  {part}  {name}: {before} -> {after} ({share} of the change)",
    "  {part}  {name}：{before} → {after}（占变化的 {share}）",
)


def _plain(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator


def decompose(
    before: Figures,
    after: Figures,
    *,
    of: Formula | None = None,
    unit: Unit = NUMBER,
    currency: Currency | None = None,
    name: Text | None = None,
    names: Mapping[str, Text] | None = None,
    undefined: Undefined = Undefined.OTHER_SIDE,
) -> Decomposition:
    """Return what each factor has to do with the change of a figure, by the Shapley value.

    The parts add up to the change, exactly and in whole steps: money to the minor unit by the largest remainder, all
    else to six decimals. Swapping the sides swaps every sign.

    Args:
        before: The figures before, by key: whole numbers, `Fraction`, pairs of numerator and denominator, or None.
        after: The figures after.
        of: The formula that changed, over measures (or KPIs) of which *before* and *after* tell under their keys; its
            factors are what stands between its outer signs. None: all figures are factors of one product.
        unit: What a product without a formula is measured in.
        currency: The currency of money; None shows minor units.
        name: What people call the figure; None is the name of the formula.
        names: What people call factors, by key.
        undefined: What becomes of a factor without a value on one side.

    Raises:
        WrongKind: What is given is of another kind; a float is not exact.
        OutOfRange: There is no factor, or there are more than 64, or a part has more than 2^62 steps.
        Repeated: A factor stands in the formula twice.
        NotAChain: The formula is no product and no quotient.
        FigureMissing: A side has no figure of a factor.
        NoValue: A factor has no value on either side, or on one where that is refused.
        ZeroDenominator: Something stands over zero.

    Example:
        >>> sold = decompose(
        ...     {"visitors": 1000, "conversion": (20, 1000), "basket": (90000, 20)},
        ...     {"visitors": 1200, "conversion": (36, 1200), "basket": (144000, 36)},
        ...     unit=Unit.of("money"),
        ...     currency=Currency.CNY,
        ... )
        >>> sold
        the product: 900.00 -> 1,440.00, +540.00 (60.0 %)
          +466.67  conversion: 0.0200 -> 0.0300 (86.4 % of the change)
          +211.67  visitors: 1,000 -> 1,200 (39.2 % of the change)
          -138.34  basket: 4,500 -> 4,000 (-25.6 % of the change)
    """
    checked_figures("decompose.before", before)
    checked_figures("decompose.after", after)
    _checked(of, name, names, undefined)
    known = names or {}
    factors = listed_factors(before, after, known) if of is None else formula_factors(of, before, after, known)
    chain = ways(factors, undefined)
    return Decomposition(
        key=" * ".join(before) if of is None else of.key,
        name=name or (PRODUCT if of is None else named(of)),
        before=prod((start for start, _ in chain), start=Fraction(1)),
        after=prod((end for _, end in chain), start=Fraction(1)),
        scale=(scale := Scale(unit=unit if of is None else of.unit, currency=currency)),
        parts=_parts(factors, chain, scale),
    )


def _checked(of: object, name: object, names: object, undefined: object) -> None:
    for field_name, value, kinds in (
        ("of", of, (Measure, Kpi, Constant, type(None))),
        ("name", name, (Text, type(None))),
        ("names", names, (Mapping, type(None))),
        ("undefined", undefined, (Undefined,)),
    ):
        if not isinstance(value, kinds):
            raise wrong_kind(f"decompose.{field_name}", kinds[0].__name__, value)


def _parts(factors: list[Factor], chain: list[tuple[Fraction, Fraction]], scale: Scale) -> tuple[Part, ...]:
    exact = shapley(chain)
    own = [(factor, part) for factor, part in zip(factors, exact, strict=True) if not factor.constant]
    total = scale.rounded(sum(exact, start=Fraction(0)))
    rounded = apportion(
        [(part.numerator * scale.steps, part.denominator) for _, part in own], [factor.key for factor, _ in own], total
    )
    return tuple(
        Part(
            key=factor.key,
            name=factor.name,
            before=factor.before,
            after=factor.after,
            scale=Scale(unit=factor.unit, currency=scale.currency),
            exact=part,
            steps=steps,
        )
        for (factor, part), steps in zip(own, rounded, strict=True)
    )
