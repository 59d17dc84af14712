"""The trace of a quote: every step with what was left before and after it, as data and as text."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from attrs import field, frozen

from ecomops.kernel import Language, Money, Text
from ecomops.kernel.checks import is_a, tuple_of
from ecomops.promotions.basket import Entry
from ecomops.promotions.canonical import Canonical
from ecomops.promotions.desk import Desk
from ecomops.promotions.explaining import explain
from ecomops.promotions.quotes import Quote
from ecomops.promotions.rulebook import Rulebook
from ecomops.terms import LineId, PromotionId


@frozen(kw_only=True)
class TracedRow:
    """What a step left of equal units of a basket.

    Args:
        lines: The lines that they stand on.
        before: What was left of them before.
        after: What was left after it.
    """

    lines: tuple[LineId, ...] = field(validator=tuple_of(LineId))
    before: Money = field(validator=is_a(Money))
    after: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class Step:
    """A promotion that applied.

    Args:
        promotion: Which.
        lane: In which lane.
        rows: What it left of each row of which it took something, services last.
        payable: What the basket cost after it.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    lane: str = field(validator=is_a(str))
    rows: tuple[TracedRow, ...] = field(validator=tuple_of(TracedRow))
    payable: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class Trace:
    """Every step of a quote.

    Args:
        quote: The quote.
        start: What the basket cost after stated discounts.
        steps: The promotions that a quote computed, in the order in which they applied.
    """

    quote: Quote = field(validator=is_a(Quote))
    start: Money = field(validator=is_a(Money))
    steps: tuple[Step, ...] = field(validator=tuple_of(Step))

    def text(self, rulebook: Rulebook, language: Language = "en") -> str:
        """Return the steps, and what did not apply, a line each.

        Args:
            rulebook: The rulebook of the quote.
            language: `en` or `zh`.
        """
        said = [_START.read(language).format(amount=self.start)]
        said += [_said(step, language) for step in self.steps]
        said += [f"- {explain(rulebook, each, language)}" for each in self.quote.not_applied]
        return "\n".join(said)


_START = Text("before promotions: {amount}", "促销前：{amount}")
_STEP = Text("+ {promotion} ({lane}): {rows}; payable {payable}", "+ {promotion}（{lane}）：{rows}；应付 {payable}")
_NO_ROWS = Text("takes nothing off", "不减金额")


def _said(step: Step, language: Language) -> str:
    rows = ", ".join(f"{'+'.join(row.lines)} {row.before} -> {row.after}" for row in step.rows)
    said = rows or _NO_ROWS.read(language)
    return _STEP.read(language).format(promotion=step.promotion, lane=step.lane, rows=said, payable=step.payable)


def traced(desk: Desk, quoted: Quote) -> Trace:
    """Return the trace of a quote."""
    left = sum(desk.left) + sum(desk.left_of_services)
    start, steps = Money(left, desk.currency), list[Step]()
    if not desk.applied:
        return Trace(quote=quoted, start=start, steps=())
    goods = _by_promotion(desk, desk.goods, desk.lines)
    services = _by_promotion(desk, desk.services, desk.service_lines)
    for compiled in desk.applied:
        rows = (*goods.get(compiled.place, ()), *services.get(compiled.place, ()))
        left -= sum(row.before.minor - row.after.minor for row in rows)
        lane = compiled.promotion.lane
        steps.append(Step(promotion=compiled.id, lane=lane, rows=rows, payable=Money(left, desk.currency)))
    return Trace(quote=quoted, start=start, steps=tuple(steps))


def _by_promotion(desk: Desk, at: Canonical, entries: Sequence[Entry]) -> dict[int, list[TracedRow]]:
    """Return what each promotion left of the rows of which it took something, all who bear it together."""
    found: dict[int, list[TracedRow]] = {}
    left = at.began[:]
    for promotion, parts in groupby(at.taken, key=itemgetter(0)):
        before = left[:]
        for _, _, rows, effect in parts:
            for row, amount in zip(rows, effect, strict=True):
                left[row] -= amount
        found[promotion] = [
            TracedRow(
                lines=tuple(entries[place].id for place, _ in at.parts[row]),
                before=Money(old, desk.currency),
                after=Money(new, desk.currency),
            )
            for row, (old, new) in enumerate(zip(before, left, strict=True))
            if old != new
        ]
    return found
