"""Rules that a host might write: benefits with useless answers among them, and conditions with and without needs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import frozen

from ecomops.kernel.rules import OneOf, Rule
from ecomops.promotions import Shortfall, View


@frozen(kw_only=True)
class Shaved:
    """So much off each row of a product, whether there is room or not; of two rows and more perhaps no use at all."""

    code: ClassVar[str] = "oracle.shaved"

    sku: str
    off: int
    useless: str | None = None

    def effect(self, view: View) -> Sequence[Any]:
        """Return what is taken off each row."""
        told: list[Any] = [self.off * (row.facts["sku"] == self.sku) + row.left % 2 for row in view.rows]
        if len(told) < 2 or self.useless is None:
            return told
        return told[1:] if self.useless == "short" else [True, *told[1:]]


@frozen(kw_only=True)
class Units:
    """At least so many units, at the entry of the lane worth an odd number: nobody says by how much it falls short."""

    code: ClassVar[str] = "oracle.units"

    least: int

    def unmet(self, view: View) -> Shortfall | None:
        """Return what is missing."""
        units = sum(row.units for row in view.rows)
        if units < self.least:
            return Shortfall(units, self.least)
        return None if sum(row.entry for row in view.rows) % 2 else Shortfall()


@frozen(kw_only=True)
class Beside:
    """A product that must be there: without it there is nothing to tell of."""

    code: ClassVar[str] = "oracle.beside"

    sku: str

    def needs(self) -> Rule:
        """Return what must be there."""
        return OneOf(fact="sku", values=(self.sku,))

    def unmet(self, view: View) -> Shortfall | None:
        """Return nothing: where it is asked it is met, unless the row is empty by now."""
        left = sum(row.room for row in view.rows if row.facts["sku"] == self.sku)
        return None if left else Shortfall(0, 1)
