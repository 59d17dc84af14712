"""Programmes side by side on the same past baskets: what each costs and brings, and who takes from whom inside it.

This is accounting: the baskets are those that were bought. How many more would have been is no business of a
backtest; a caller who believes to know says so, under a label of his own.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from attrs import field, frozen

from ecomops.columns import Ints, require_range, require_whole
from ecomops.kernel.checks import some_text
from ecomops.promotions.columnar.baskets import Baskets
from ecomops.promotions.columnar.errors import OtherBaskets
from ecomops.promotions.columnar.results import Backtest
from ecomops.promotions.columnar.running import backtest
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import PromotionId

MILLE = 1000
MOST_MILLE = 100 * MILLE


@frozen(kw_only=True, eq=False)
class Response:
    """What a caller believes of the demand under a programme; nothing here checks it.

    Args:
        label: Whose belief it is, and of when: it stands beside every number that depends on it.
        per_mille: For each basket, how many such baskets would be bought where 1000 were.
    """

    label: str = field(validator=some_text)
    per_mille: Ints

    def __attrs_post_init__(self) -> None:
        """Refuse what is no column of numbers from 0 to a hundredfold."""
        require_whole(self.per_mille, name="Response.per_mille")
        require_range(self.per_mille, name="Response.per_mille", least=0, most=MOST_MILLE)


class Expected(NamedTuple):
    """What a programme would cost and bring if a belief were true.

    Attributes:
        label: Of the belief.
        discount: What would be taken off, in minor units, rounded half up once.
        payable: What would be paid, likewise.
    """

    label: str
    discount: int
    payable: int


class Overlap(NamedTuple):
    """What a promotion takes in its programme, and what it would take alone.

    Attributes:
        promotion: Which.
        within: What it takes beside the others, in minor units.
        alone: What it would take without them.
    """

    promotion: PromotionId
    within: int
    alone: int

    @property
    def lost(self) -> int:
        """What the others keep it from taking; below 0 when it takes more beside them."""
        return self.alone - self.within


class Programme(NamedTuple):
    """One programme among those that are compared.

    Attributes:
        name: What the caller calls it.
        backtest: What it would have done.
        overlaps: What its promotions take from each other, in total order; () when nobody asked.
        expected: What would be if the caller's belief were true; None when there is none.
    """

    name: str
    backtest: Backtest
    overlaps: tuple[Overlap, ...] = ()
    expected: Expected | None = None


def compare(
    programmes: Mapping[str, Rulebook],
    baskets: Baskets,
    *,
    used: Mapping[UseId, PromotionUse] | None = None,
    overlaps: bool = False,
    responses: Mapping[str, Response] | None = None,
) -> tuple[Programme, ...]:
    """Return what each programme would have done to the same baskets, in the order in which they are given.

    Args:
        programmes: Rulebooks by name.
        baskets: The baskets.
        used: What was used of promotions with limits before the first basket, for each programme.
        overlaps: Whether each promotion is also tried without the others, stated ones apart: one backtest more for
            each.
        responses: What the caller believes of the demand, by the name of the programme.

    Raises:
        OtherBaskets: A response is of more or fewer baskets.
        BadUse: See `backtest`, and so are all others.

    Example:
        >>> import numpy as np
        >>> from ecomops.kernel import Currency, Money
        >>> from ecomops.promotions import AmountOff, Promotion, Reduction, Whole
        >>> from ecomops.promotions.columnar import Catalogue
        >>> from ecomops.terms import Sku
        >>> ten = Reduction(value=AmountOff(amount=Money(1000, Currency.CNY)), target=Whole())
        >>> two = Rulebook.of([Promotion(id=PromotionId(id), benefits=(ten,)) for id in ("a", "b")])
        >>> one = np.array([1])
        >>> past = Baskets(
        ...     currency=Currency.CNY,
        ...     catalogue=Catalogue(skus=(Sku("tea"),), prices=one * 1500),
        ...     starts=np.array([0, 1]),
        ...     items=one - 1,
        ...     quantities=one,
        ...     amounts=one * 1500,
        ...     at=one,
        ... )
        >>> (found,) = compare({"both": two}, past, overlaps=True)
        >>> [(each.promotion, each.within, each.alone, each.lost) for each in found.overlaps]
        [(PromotionId('a'), 1000, 1000, 0), (PromotionId('b'), 500, 1000, 500)]
    """
    believed = responses or {}
    for response in believed.values():
        if len(response.per_mille) != len(baskets):
            raise OtherBaskets(found=len(response.per_mille), expected=len(baskets))
    found: list[Programme] = []
    for name, book in programmes.items():
        tried, believes = backtest(book, baskets, used=used), believed.get(name)
        found.append(
            Programme(
                name=name,
                backtest=tried,
                overlaps=_overlaps(book, baskets, tried, used) if overlaps else (),
                expected=None if believes is None else _expected(baskets, tried, believes),
            )
        )
    return tuple(found)


def _overlaps(
    book: Rulebook, baskets: Baskets, found: Backtest, used: Mapping[UseId, PromotionUse] | None
) -> tuple[Overlap, ...]:
    overlaps: list[Overlap] = []
    for promotion, within in zip(book.promotions, found.promotions, strict=True):
        alone = Rulebook(
            (each for each in book.promotions if each is promotion or each.stated),
            currency=book.currency,
            policy=book.policy,
            line_facts=book.line_facts,
            facts=book.facts,
        )
        taken = backtest(alone, baskets, used=used).of(promotion.id).discount
        overlaps.append(Overlap(promotion=promotion.id, within=within.discount, alone=taken))
    return tuple(overlaps)


def _expected(baskets: Baskets, found: Backtest, response: Response) -> Expected:
    gross = np.zeros(len(baskets), dtype=np.int64)
    columns = [(baskets.amounts, baskets.starts)]
    if baskets.services is not None:
        columns.append((baskets.services.amounts, baskets.services.starts))
    for values, starts in columns:
        gross += np.diff(np.concatenate([[0], np.cumsum(values)])[starts])
    return Expected(
        label=response.label,
        discount=_weighed(found.discounts, response.per_mille),
        payable=_weighed(gross - found.discounts, response.per_mille),
    )


def _weighed(values: Ints, per_mille: Ints) -> int:
    """Return the sum of *values*, each so often, rounded half up; exact for any size."""
    weighed = sum(value * times for value, times in zip(values.tolist(), per_mille.tolist(), strict=True))
    return int((2 * weighed + MILLE) // (2 * MILLE))
