"""What a rollup answers: figures by period or window, and by slice where it was asked for them."""

from collections.abc import Mapping

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.kernel import Grain
from ecomops.kernel.checks import is_a, optional
from ecomops.metrics.rollup.errors import NoSuchFigure


@frozen(kw_only=True, eq=False)
class Answer:
    """Figures of some periods.

    Args:
        grain: How long the periods are; None for windows.
        by: The dimension that cuts them; None for the whole shop.
        labels: The first day of each period, or where each window begins (as numpy's datetime64).
        figures: An int64 array for each figure: a row a period, and a column a slice when there is a dimension.

    Example:
        >>> import numpy as np
        >>> labels = np.array(["2026-06-01"], dtype="datetime64[D]")
        >>> figures = {"orders": np.array([4]), "orders_valid": np.array([3])}
        >>> answer = Answer(grain=Grain.DAY, by=None, labels=labels, figures=figures)
        >>> answer["orders"], answer.ratio("orders_valid", "orders")
        (array([4]), array([0.75]))
    """

    grain: Grain | None = field(validator=optional(is_a(Grain)))
    by: str | None = field(validator=optional(is_a(str)))
    labels: NDArray[np.datetime64] = field(validator=is_a(np.ndarray))
    figures: Mapping[str, Ints] = field(validator=is_a(dict))

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, figure: str) -> Ints:
        """Return a figure.

        Raises:
            NoSuchFigure: It was not asked for.
        """
        if figure not in self.figures:
            raise NoSuchFigure(figure=figure)
        return self.figures[figure]

    def ratio(self, above: str, below: str) -> NDArray[np.float64]:
        """Return one figure over another, NaN where the latter is zero.

        Raises:
            NoSuchFigure: One was not asked for.
        """
        over, under = self[above], self[below]
        found = np.full(over.shape, np.nan)
        np.divide(over, under, out=found, where=under != 0)
        return found

    def to_columns(self) -> dict[str, NDArray[np.generic]]:
        """Return the labels, the slices when there is a dimension, and the figures, as columns of one length."""
        if self.by is None:
            return {self._label: self.labels, **self.figures}
        slices = next(iter(self.figures.values())).shape[1] if self.figures else 0
        return {
            self._label: np.repeat(self.labels, slices),
            self.by: np.tile(np.arange(slices), len(self)),
            **{name: values.reshape(-1) for name, values in self.figures.items()},
        }

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the label as a text, the code of the slice, and the figures."""
        columns = self.to_columns()
        plain = [columns.pop(self._label).astype(str).tolist(), *(values.tolist() for values in columns.values())]
        return [dict(zip((self._label, *columns), row, strict=True)) for row in zip(*plain, strict=True)]

    @property
    def _label(self) -> str:
        return "from" if self.grain is None else self.grain.value
