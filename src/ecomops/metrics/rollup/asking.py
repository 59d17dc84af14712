"""Questions: the figures that were asked for last, checked once for as long as the same ones are asked for."""

from collections.abc import Iterable
from typing import cast

from attrs import frozen

from ecomops.metrics.rollup.figures import Figure, Head, chosen, heads_of, keys_of
from ecomops.metrics.rollup.spans import Plan, plan_of
from ecomops.metrics.rollup.spec import Spec

MOST = 8
"""So many questions are remembered."""


@frozen(eq=False)
class Question:
    """Figures of a scope.

    Args:
        given: How they were named.
        scope: Whose slices they are cut by.
        figures: Which.
        keys: The keys of all that they are made of, each once.
        heads: What a table says of them.
        plan: How they are read off any window; None when they are asked of days, weeks or months.
    """

    given: Iterable[Figure] | None
    scope: str
    figures: tuple[Figure, ...]
    keys: tuple[str, ...]
    heads: tuple[Head, ...]
    plan: Plan | None

    @property
    def windows(self) -> Plan:
        """How they are read off any window."""
        return cast("Plan", self.plan)


class Questions:
    """The last questions: the next one is most often one of them.

    Args:
        spec: What the rollup is made for.
    """

    __slots__ = ("_asked", "_spec")

    def __init__(self, spec: Spec) -> None:
        """Begin without a question."""
        self._spec = spec
        self._asked: tuple[Question, ...] = ()

    def of_periods(self, figures: Iterable[Figure] | None, by: str | None) -> Question:
        """Return what is asked of days, weeks or months.

        Raises:
            NoSuchDimension: There is no such dimension.
            NoSuchFigure: One is not kept, or its measure is another one under the same key.
            Repeated: One is named twice.
            WrongKind: One is neither a key nor a formula of sums and counts of its own rows.
        """
        return self._of(figures, self._spec.scope(by), of_windows=False)

    def of_windows(self, figures: Iterable[Figure] | None, by: str | None) -> Question:
        """Return what is asked of any windows.

        Raises:
            NoSuchDimension, NoSuchFigure, Repeated, WrongKind: As above.
            NotOnWindow: One has no meaning there.
            WindowsNotKept: Distinct buyers by a dimension that is not among the windows.
        """
        return self._of(figures, self._spec.scope(by), of_windows=True)

    def _of(self, given: Iterable[Figure] | None, scope: str, *, of_windows: bool) -> Question:
        for each in self._asked:
            if each.given is given and each.scope == scope and (each.plan is not None) is of_windows:
                return each
        spec = self._spec
        figures = chosen(spec, given, spec.of_window(scope) if of_windows else spec.figures)
        keys = keys_of(figures)
        plan = plan_of(spec, scope, keys) if of_windows else None
        question = Question(given, scope, figures, keys, heads_of(spec, figures), plan)
        if given is None or type(given) is tuple:  # what cannot be another one when it is given again
            self._asked = (question, *self._asked[: MOST - 1])
        return question
