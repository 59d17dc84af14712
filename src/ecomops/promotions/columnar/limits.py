"""Limits in columns: baskets take their turns in order, and a counter that is full refuses those that come after.

As long as nothing is refused, cumulative sums tell everything; from the first refusal on, the baskets that may still
change a counter are looked at one by one.
"""

from collections.abc import Sequence

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel.counters import Excess
from ecomops.promotions.columnar.baskets import GUEST
from ecomops.promotions.columnar.blocks import Flags
from ecomops.promotions.columnar.earlier import Earlier
from ecomops.promotions.promotion import Limits
from ecomops.promotions.refusals import Reason

TAKES = 0
"""The verdict on a basket whose promotion applies as far as it goes; the others are places of reasons, from 1 on."""

REASONS: Sequence[Reason] = tuple(Reason)
VERDICTS = {reason: place for place, reason in enumerate(REASONS, start=1)}

_GUEST = VERDICTS[Reason.CUSTOMER_UNKNOWN]
_CUSTOMER = VERDICTS[Reason.CUSTOMER_EXHAUSTED]
_PERIOD = VERDICTS[Reason.PERIOD_EXHAUSTED]
_USES = VERDICTS[Reason.EXHAUSTED]
_MONEY = VERDICTS[Reason.BUDGET_EXHAUSTED]


class Counter:
    """What is counted of one promotion while a backtest runs.

    Args:
        limits: Its limits.
        earlier: What was used before.
    """

    def __init__(self, limits: Limits, earlier: Earlier) -> None:
        """Start with what was used before: what exceeds a limit leaves no room, as what reaches it."""
        self._limits = limits
        self._money = None if limits.money is None else limits.money.minor
        self._uses = earlier.uses
        self._spent = 0 if self._money is None else min(earlier.money, self._money)
        self._of_customer = earlier.of_customer
        self._of_period = earlier.of_period

    def admit(self, verdicts: Ints, savings: Ints, customers: Ints | None, periods: Ints | None) -> tuple[Ints, Ints]:
        """Return the verdicts and the savings of baskets in their order, as the limits leave them; count them.

        Args:
            verdicts: TAKES, or why not, without the limits.
            savings: What each would take off.
            customers: The buyers, when they are counted.
            periods: The periods, when they are counted.
        """
        verdicts, savings = verdicts.copy(), savings.copy()
        if customers is not None:
            verdicts[customers == GUEST] = _GUEST
        start = self._plain(verdicts, savings, customers, periods)
        self._scan(verdicts, savings, customers, periods, start)
        return verdicts, savings

    def _plain(self, verdicts: Ints, savings: Ints, customers: Ints | None, periods: Ints | None) -> int:
        """Count the leading baskets of which none is refused by a limit; return how many these are."""
        limits, taking = self._limits, verdicts == TAKES
        running = np.cumsum(taking)
        size = len(verdicts)
        full = np.zeros(size, dtype=np.bool_)
        if limits.uses is not None:
            full |= self._uses + running - taking >= limits.uses
        if self._money is not None:
            full |= self._spent + np.cumsum(np.where(taking, savings, 0)) > self._money
        if customers is not None and limits.per_customer is not None:
            full |= _reached(self._of_customer, customers, taking, limits.per_customer) & (customers != GUEST)
        if periods is not None and limits.per_period is not None:
            full |= _reached(self._of_period, periods, taking, limits.per_period.uses)
        end = int(full.argmax()) if full.any() else size
        self._uses += int(running[end - 1]) if end else 0
        self._spent += int(savings[:end][taking[:end]].sum())
        for counts, keys in ((self._of_customer, customers), (self._of_period, periods)):
            if keys is not None:
                for key, times in zip(*np.unique(keys[:end][taking[:end]], return_counts=True), strict=True):
                    counts[int(key)] = counts.get(int(key), 0) + int(times)
        return end

    def _scan(self, verdicts: Ints, savings: Ints, customers: Ints | None, periods: Ints | None, start: int) -> None:
        """Decide on the baskets from *start* on, one by one."""
        size = len(verdicts)
        of_customer = None if customers is None else customers[start:].tolist()
        of_period = None if periods is None else periods[start:].tolist()
        told, wanted = verdicts[start:].tolist(), savings[start:].tolist()
        for place in range(size - start):
            verdict = told[place]
            customer = None if of_customer is None else of_customer[place]
            period = None if of_period is None else of_period[place]
            full = self.full(customer, period)
            if full:
                told[place] = full
            elif verdict == TAKES:
                told[place], wanted[place] = self.allowed(wanted[place])
                if told[place] == TAKES:
                    self.count(customer, period, wanted[place])
        verdicts[start:], savings[start:] = told, wanted

    def full(self, customer: int | None, period: int | None) -> int:
        """Return which limit has been reached before a basket; 0 when none has."""
        limits = self._limits
        if customer is not None and limits.per_customer is not None:
            if customer == GUEST:
                return _GUEST
            if self._of_customer.get(customer, 0) >= limits.per_customer:
                return _CUSTOMER
        within = limits.per_period
        if period is not None and within is not None and self._of_period.get(period, 0) >= within.uses:
            return _PERIOD
        return _USES if limits.uses is not None and self._uses >= limits.uses else TAKES

    def allowed(self, saving: int) -> tuple[int, int]:
        """Return the verdict on a basket that would take *saving*, and what it may take."""
        if self._money is None or saving <= self._money - self._spent:
            return TAKES, saving
        rest = self._money - self._spent
        return (TAKES, rest) if rest and self._limits.excess is Excess.CLAMP else (_MONEY, 0)

    def count(self, customer: int | None, period: int | None, saving: int) -> None:
        """Count one basket that takes *saving*."""
        self._uses += 1
        self._spent += saving
        for counts, key in ((self._of_customer, customer), (self._of_period, period)):
            if key is not None:
                counts[key] = counts.get(key, 0) + 1


def _reached(counts: dict[int, int], keys: Ints, taking: Flags, most: int) -> Flags:
    """Return which baskets find the count of their key at *most*, if all before them were counted."""
    known, places = np.unique(keys, return_inverse=True)
    used = np.array([counts.get(int(key), 0) for key in known], dtype=np.int64)
    order = np.argsort(places, kind="stable")
    counted = taking[order].astype(np.int64)
    running = np.cumsum(counted) - counted
    first = np.searchsorted(places[order], np.arange(len(known)))
    found = np.empty(len(keys), dtype=np.bool_)
    found[order] = used[places[order]] + running - running[first][places[order]] >= most
    return found
