"""What a summary holds, of one form and read-only."""

from attrs import Attribute, field, frozen

from ecomops.columns import Uneven
from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import is_a, tuple_of, wrong_kind
from ecomops.metrics.summary.gathering import sums
from ecomops.metrics.summary.partitioning import Parts
from ecomops.metrics.summary.shapes import shapes
from ecomops.metrics.summary.specs import SummarySpec
from ecomops.metrics.summary.states import Block


def _weights(_: object, __: "Attribute[tuple[int, ...]]", value: tuple[int, ...]) -> None:
    if type(value) is not tuple or any(type(each) is not int for each in value):
        raise wrong_kind("Contents.weights", "tuple of int", value)
    if any(each < 0 for each in value):
        raise OutOfRange(field="Contents.weights", least="0", most="∞")


@frozen(kw_only=True, eq=False)
class Contents:
    """What a summary holds.

    Args:
        spec: The figures.
        parts: The parts that were seen.
        blocks: The states, as `shapes` has them.
        weights: What the amounts of each sum come to without their signs.

    Raises:
        Uneven: There are blocks, columns or weights that the specification does not ask for.
    """

    spec: SummarySpec = field(validator=is_a(SummarySpec))
    parts: Parts = field(validator=is_a(Parts))
    blocks: tuple[Block, ...] = field(validator=tuple_of(Block))
    weights: tuple[int, ...] = field(validator=_weights)

    def __attrs_post_init__(self) -> None:
        """Refuse another form, and let nobody change a column."""
        forms = shapes(self.spec, self.parts.partitioning)
        _require_as_many("blocks", len(self.blocks), len(forms))
        _require_as_many("weights", len(self.weights), len(sums(self.spec)))
        for shape, block in zip(forms, self.blocks, strict=True):
            _require_as_many("keys", len(block.keys), shape.keys)
            _require_as_many("values", len(block.values), len(shape.how))
            for each in block.columns:
                _require_as_many("rows", len(each), len(block))
                each.flags.writeable = False


def _require_as_many(name: str, found: int, expected: int) -> None:
    if found != expected:
        raise Uneven(column=f"Contents.{name}", found=found, expected=expected)
