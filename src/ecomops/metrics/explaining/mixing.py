"""Why a rate changed: because its slices did, or because their weights moved (Kitagawa), nested over dimensions.

The rate of a whole is the mean of the rates of its slices, by weight. The change of a slice's rate counts at its mean
share; the change of its share counts at how far its mean rate lies from the mean rate of the whole: more of what is
better than the mean raises it. Inside a slice the same holds again for the next dimension.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from attrs import Attribute, field, frozen

from ecomops.kernel import Currency, Language, Text
from ecomops.kernel.checks import is_a, require_once, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.explaining.decomposing import LARGEST
from ecomops.metrics.explaining.errors import NothingToCompare, Side
from ecomops.metrics.explaining.exact import Pair, added, apportion, nearest, nearly, two_ints
from ecomops.metrics.explaining.figures import Scale, percent
from ecomops.metrics.explaining.nesting import Node, mix_in_all, nested
from ecomops.metrics.explaining.slices import Held, Name, Path, a_path, held, paired, told
from ecomops.metrics.units import NUMBER, Unit

RATE = "rate"
"""The key of what the slices' own rates did."""
THE_RATE = Text("the rate", "比率")


def _a_ratio(_: object, attribute: "Attribute[Pair]", value: object) -> None:
    pair = two_ints(value)
    if pair is None or pair[1] < 1:
        raise wrong_kind(f"Slice.{attribute.name}", "pair of int", value)


@frozen(kw_only=True)
class Slice:
    """What one slice has to do with the change of a rate.

    Args:
        path: Its value in each dimension down to its own.
        before: How much lay there, and what it weighed.
        after: How much lies there now, and what it weighs.
        mix: What the change of its share among its neighbours did, as an unreduced ratio.
        within: What happened inside it did: its own rate, or the mix and rates of the slices in it.
        mix_steps: The former in whole steps.
        within_steps: The latter in whole steps.
        innermost: Whether it has no slices in it.
    """

    path: Path = field(validator=a_path)
    before: Held = field(validator=held)
    after: Held = field(validator=held)
    mix: Pair = field(validator=_a_ratio)
    within: Pair = field(validator=_a_ratio)
    mix_steps: int = field(validator=whole(-LARGEST, LARGEST))
    within_steps: int = field(validator=whole(-LARGEST, LARGEST))
    innermost: bool = field(validator=is_a(bool))

    @property
    def rates(self) -> tuple[Fraction | None, Fraction | None]:
        """Its rate before and after; None where it was not there."""
        return _rate(self.before), _rate(self.after)

    @property
    def exact(self) -> Fraction:
        """All that it has to do with the change, exactly."""
        return Fraction(*self.mix) + Fraction(*self.within)

    @property
    def steps(self) -> int:
        """That in whole steps."""
        return self.mix_steps + self.within_steps


def _rate(held: Held) -> Fraction | None:
    return Fraction(*held) if held[1] else None


@frozen(kw_only=True, repr=False)
class MixAndRate:
    """The change of a rate by slices.

    Args:
        name: What people call the rate.
        before: How much there was in all, and what it weighed.
        after: How much there is now.
        scale: What the rate is measured in.
        dimensions: The names of the dimensions, the outermost first.
        mix_steps: What the mix of each dimension did, in whole steps.
        rate_steps: What the rates of the innermost slices did.
        slices: All slices of all dimensions, in the order of their paths.
    """

    name: Text = field(validator=is_a(Text))
    before: Held = field(validator=held)
    after: Held = field(validator=held)
    scale: Scale = field(validator=is_a(Scale))
    dimensions: tuple[str, ...] = field(validator=tuple_of(str, least=1))
    mix_steps: tuple[int, ...] = field(validator=tuple_of(int))
    rate_steps: int = field(validator=whole(-LARGEST, LARGEST))
    slices: tuple[Slice, ...] = field(validator=tuple_of(Slice))

    @property
    def change(self) -> Fraction:
        """The change of the rate, exactly."""
        return Fraction(*self.after) - Fraction(*self.before)

    @property
    def steps(self) -> int:
        """The change in whole steps: what mix and rates add up to."""
        return self.rate_steps + sum(self.mix_steps)

    @property
    def mix(self) -> tuple[Fraction, ...]:
        """What the mix of each dimension did, exactly: computed when asked for, slow when weights differ widely."""
        inner = {each.path: (each.before, each.after) for each in self.slices if each.innermost}
        return tuple(Fraction(*mix_in_all(nodes)) for nodes in nested(inner))

    @property
    def rate(self) -> Fraction:
        """What the rates of the innermost slices did, exactly."""
        return self.change - sum(self.mix)

    @property
    def drivers(self) -> tuple[Slice, ...]:
        """The outermost slices by what they have to do with the change, the largest first, ties by name."""
        outer = [each for each in self.slices if len(each.path) == 1]
        return tuple(sorted(outer, key=lambda each: (-abs(each.exact), each.path)))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each slice: its path, rates and shares, what its mix did, and what lies in it."""
        return [
            {
                "path": list(each.path),
                "before": _plain(each.rates[0]),
                "after": _plain(each.rates[1]),
                "weight_before": each.before[1],
                "weight_after": each.after[1],
                "mix": self.scale.plain(each.mix_steps),
                RATE if each.innermost else "within": self.scale.plain(each.within_steps),
                "unit": str(self.scale.unit),
            }
            for each in self.slices
        ]

    def words(self, language: Language = "en", *, number: int = 5) -> str:
        """Return the change in words: mix of each dimension, rates, and the *number* outermost slices that did most."""
        before, after = Fraction(*self.before), Fraction(*self.after)
        head = _HEAD.read(language).format(
            name=self.name.read(language),
            before=self.scale.figure(before),
            after=self.scale.figure(after),
            change=self.scale.change(self.steps),
            growth=percent(self.change, before),
        )
        mixes = [
            f"  {self.scale.change(steps)}  {_MIX.read(language).format(dimension=dimension)}"
            for dimension, steps in zip(self.dimensions, self.mix_steps, strict=True)
        ]
        rates = f"  {self.scale.change(self.rate_steps)}  {_RATES.read(language)}"
        return "\n".join([head, *mixes, rates, *(self._line(each, language) for each in self.drivers[:number])])

    def _line(self, each: Slice, language: Language) -> str:
        return _LINE.read(language).format(
            steps=self.scale.change(each.steps),
            name=told(each.path),
            before=self.scale.figure(each.rates[0]),
            after=self.scale.figure(each.rates[1]),
            mix=self.scale.change(each.mix_steps),
            within=self.scale.change(each.within_steps),
        )

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_HEAD = Text("{name}: {before} -> {after}, {change} ({growth})", "{name}：{before} → {after}，{change}（{growth}）")
_MIX = Text("mix by {dimension}", "{dimension}的结构")
_RATES = Text("rates of the slices", "各组自身比率")
_LINE = Text(
    "    {steps}  {name}: {before} -> {after} (mix {mix}, within {within})",
    "    {steps}  {name}：{before} → {after}（结构 {mix}，组内 {within}）",
)


def _plain(value: Fraction | None) -> float | None:
    return None if value is None else value.numerator / value.denominator


def mix_and_rate(
    before: Mapping[Name, Held],
    after: Mapping[Name, Held],
    *,
    dimensions: Sequence[str] = (),
    unit: Unit = NUMBER,
    currency: Currency | None = None,
    name: Text = THE_RATE,
) -> MixAndRate:
    """Return whether a rate changed because those of its slices did, or because the weights moved between them.

    The rate of a slice is its amount over its weight: paid amount and orders give the average order value, orders and
    visits the conversion. A slice that is new or has vanished has no rate on one side: all of it is mix.

    Args:
        before: For each slice its amount and weight before. A slice is named by a text, or by a path of one text for
            each dimension, the outermost first; one that is left out was not there.
        after: The slices after.
        dimensions: What the dimensions are called, the outermost first; none numbers them.
        unit: What the rate is measured in.
        currency: The currency of money; None shows minor units.
        name: What people call the rate.

    Raises:
        WrongKind: What is given is of another kind.
        BadText: A slice or dimension has no plain name.
        UnevenPaths: Slices are named by different numbers of dimensions.
        NegativeWeight: A slice weighs less than nothing.
        ZeroDenominator: Something lies in a slice that weighs nothing.
        NothingToCompare: All slices of a side weigh nothing.
        OutOfRange: There is no slice, or not one name for each dimension.
        Repeated: Two dimensions have one name.

    Example:
        >>> mix_and_rate({"web": (20, 1000), "app": (50, 1000)}, {"web": (10, 500), "app": (75, 1500)})
        the rate: 0.0350 -> 0.0425, +0.0075 (21.4 %)
          +0.0075  mix by 1
          0  rates of the slices
            +0.004687  web: 0.0200 -> 0.0200 (mix +0.004687, within 0)
            +0.002813  app: 0.0500 -> 0.0500 (mix +0.002813, within 0)

    Note:
        E. Kitagawa, Components of a difference between two rates, 1955; shares against the mean rate as P. Das Gupta,
        1993, has them in sum.
    """
    pairs = paired(before, after, field="mix_and_rate")
    depth = len(next(iter(pairs)))
    called = _dimensions(dimensions, depth)
    if not isinstance(name, Text):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("mix_and_rate.name", "Text", name)
    nodes, scale = nested(pairs), Scale(unit=unit, currency=currency)
    was, now = nodes[0][0].inside_before, nodes[0][0].inside_after
    for side, (_, weight) in ((Side.BEFORE, was), (Side.AFTER, now)):
        if not weight:
            raise NothingToCompare(side=side)
    mixes = [[node.mix for node in level] for level in nodes]
    *mix_steps, rate_steps = _kinds(mixes, was, now, scale)
    return MixAndRate(
        name=name,
        before=was,
        after=now,
        scale=scale,
        dimensions=called,
        mix_steps=tuple(mix_steps),
        rate_steps=rate_steps,
        slices=_slices(nodes, mixes, [*mix_steps, rate_steps], scale),
    )


def _dimensions(given: object, depth: int) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise wrong_kind("mix_and_rate.dimensions", "sequence of str", given)
    called = tuple(cast("Sequence[str]", given)) or tuple(str(number + 1) for number in range(depth))
    for each in called:
        if not isinstance(each, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("mix_and_rate.dimensions", "str", each)
    if len(called) != depth:
        raise OutOfRange(field="mix_and_rate.dimensions", least=str(depth), most=str(depth))
    require_once(called, field="mix_and_rate.dimensions")
    return called


def _kinds(mixes: Sequence[Sequence[Pair]], was: Held, now: Held, scale: Scale) -> list[int]:
    """Return mixes and rates in whole steps that add up to the change in whole steps."""
    kinds = [nearly(level) for level in mixes]
    change = now[0] * was[1] - was[0] * now[1], was[1] * now[1]
    rest = added([change, *((-above, below) for above, below in kinds)])
    return apportion(
        _scaled([*kinds, rest], scale), range(len(kinds) + 1), nearest((change[0] * scale.steps, change[1]))
    )


def _scaled(pairs: Iterable[Pair], scale: Scale) -> list[Pair]:
    return [(above * scale.steps, below) for above, below in pairs]


def _slices(
    nodes: Sequence[Sequence[Node]], mixes: Sequence[Sequence[Pair]], steps: Sequence[int], scale: Scale
) -> tuple[Slice, ...]:
    """Return all slices: the steps of a mix go to the slices of its dimension, those of the rates to the innermost."""
    own = _shared(nodes[-1], [node.within for node in nodes[-1]], steps[-1], scale)
    inside = Counter(own)
    found: list[Slice] = []
    for level, of_level, total in reversed(list(zip(nodes, mixes, steps[:-1], strict=True))):
        shared = _shared(level, of_level, total, scale)
        for node, mix in zip(level, of_level, strict=True):
            path = node.path
            inside[path[:-1]] += shared[path] + inside[path]
            found.append(
                Slice(
                    path=path,
                    before=node.before,
                    after=node.after,
                    mix=mix,
                    within=node.within,
                    mix_steps=shared[path],
                    within_steps=inside[path],
                    innermost=path in own,
                )
            )
    return tuple(sorted(found, key=lambda each: each.path))


def _shared(level: Sequence[Node], parts: Sequence[Pair], total: int, scale: Scale) -> dict[Path, int]:
    paths = [node.path for node in level]
    return dict(zip(paths, apportion(_scaled(parts, scale), paths, total), strict=True))
