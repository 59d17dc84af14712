"""What a rulebook needs of past baskets, found once: items of each scope, and what has no form in columns."""

from collections.abc import Collection, Mapping

import numpy as np

from ecomops.columns import Ints
from ecomops.promotions.columnar.asking import Asking, periods
from ecomops.promotions.columnar.baskets import Baskets, Catalogue, Coded
from ecomops.promotions.columnar.blocks import Flags
from ecomops.promotions.columnar.earlier import earlier
from ecomops.promotions.columnar.effects import columnar
from ecomops.promotions.columnar.limits import Counter
from ecomops.promotions.columnar.sets import overlapping
from ecomops.promotions.columnar.standing import Standing
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.policy import LanePick
from ecomops.promotions.predicates import Scope
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.scoping import Scoping
from ecomops.promotions.usage import PromotionUse, UseId


class Items:
    """The items of a catalogue in canonical order.

    Attributes:
        places: The canonical place of each item.
        of_place: The item of each place.
        skus: The SKU of each place, as a number.
        count: How many places there are.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Order the items as a basket orders its lines."""
        order = catalogue.order
        self.count = len(order)
        self.of_place: Ints = np.array(order, dtype=np.int64)
        self.places: Ints = np.argsort(self.of_place)
        numbers = {sku: number for number, sku in enumerate(dict.fromkeys(catalogue.skus))}
        self.skus: Ints = np.array([numbers[catalogue.skus[item]] for item in order], dtype=np.int64)
        self._scoping = Scoping([catalogue.told(item) for item in order])
        self._fits: dict[int, Flags] = {}

    def fits(self, scope: Scope) -> Flags:
        """Return which places are in a scope."""
        found = self._fits.get(scope.place)
        if found is None:
            found = np.zeros(self.count, dtype=np.bool_)
            found[list(self._scoping.rows(scope))] = True
            self._fits[scope.place] = found
        return found


class Plan:
    """A rulebook over past baskets.

    Attributes:
        book: The rulebook.
        baskets: The baskets.
        items: Their items in canonical order.
        asking: What conditions ask.
        unfit: The places of the promotions without a form in columns.
        counters: What is counted of those with limits, by place.
        periods: The period of each basket, for those that are limited by period.
        groups: The parts of sets that meet, by place.
        sets: Whether any promotion takes sets.
        barring: The places of promotions that cannot apply with another one.
        standing: What the host states; None when it states nothing.
        bound: The places of stated promotions that do not hold for everything, always and without limit.
    """

    def __init__(self, book: Rulebook, baskets: Baskets, used: Mapping[UseId, PromotionUse]) -> None:
        """Find everything once.

        Raises:
            UnknownStated: A discount is stated for promotions that do not take any.
            BadUse: A counter is none that a backtest can go on counting; see `earlier`.
        """
        self.book, self.baskets = book, baskets
        self.items = Items(baskets.catalogue)
        self.asking = Asking(baskets)
        self.groups: dict[int, list[list[int]]] = {}
        self.computed = [each for each in book.compiled if not each.stated]
        self.unfit = frozenset(each.place for each in self.computed if not self._fit(each))
        counted = [each for each in self.computed if each.counted]
        before = earlier(used, counted)
        self.counters = {each.place: Counter(each.promotion.limits, before[each.place]) for each in counted}
        self.periods: dict[int, Ints] = {}
        for each in self.computed:
            within = each.promotion.limits.per_period
            if within is not None and len(baskets):
                self.periods[each.place] = periods(within.calendar, within.grain, baskets.at)
        self.sets = any(each.goods is not None and each.goods.parts for each in self.computed)
        self.barring = frozenset(place for each in self.computed for place in each.enemies)
        states = baskets.stated is not None or (baskets.services is not None and baskets.services.stated is not None)
        self.standing = Standing(book, baskets) if states else None
        self.bound = frozenset(each.place for each in book.compiled if each.stated and each.id not in book.plain)
        self._given: dict[int, Flags] = {}

    def _fit(self, compiled: Compiled) -> bool:
        """Tell whether a promotion has a form in columns."""
        if compiled.host is not None or compiled.promotion.own:
            return False
        pick = self.book.policy.lanes[self.book.lane_of[compiled.place]].pick
        if pick is LanePick.BEST_PER_LINE and not compiled.promotion.exclusive and compiled.counted:
            return False
        lane = self.book.lane_of[compiled.place]
        rivals = any(self.book.lane_of[place] == lane for place in compiled.enemies)
        if pick is LanePick.BEST_PER_LINE and rivals:
            return False
        plans = [plan.value for plan in (compiled.goods, compiled.freight) if plan is not None]
        if not all(columnar(want) for plan in plans for want in plan.wants):
            return False
        if compiled.goods is not None and compiled.goods.parts:
            groups = overlapping([self.items.fits(scope) for scope in compiled.goods.scopes])
            if groups is None:
                return False
            self.groups[compiled.place] = groups
        return True

    def given(self, compiled: Compiled) -> Flags:
        """Return which baskets present what a promotion asks for."""
        found = self._given.get(compiled.place)
        if found is None:
            found = np.zeros(len(self.baskets), dtype=np.bool_)
            promotion = compiled.promotion
            if promotion.promo_code is not None:
                found |= _having(self.baskets.codes, promotion.promo_code, len(found))
            if promotion.by_coupon:
                found |= _having(self.baskets.coupons, str(promotion.id), len(found))
            self._given[compiled.place] = found
        return found


def _having(sets: Coded | None, text: str, size: int) -> Flags:
    """Return which baskets have *text* in their set."""
    if sets is None:
        return np.zeros(size, dtype=np.bool_)
    table = np.array([*(text in each for each in sets.values), False], dtype=np.bool_)
    return table[sets.codes]


def strays(sets: Coded, known: Collection[str]) -> Ints:
    """Return how many texts of the set of each value are none of *known*, and 0 for no set at last."""
    return np.array([*(sum(text not in known for text in each) for each in sets.values), 0], dtype=np.int64)
