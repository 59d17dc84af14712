"""What happens the next morning: goods come back in part, and money comes for orders that time has called off."""

from collections import Counter
from datetime import timedelta

from attrs import evolve
from pendulum import DateTime

from ecomops.inventory import Disposition
from ecomops.kernel import CommandId, later
from ecomops.kernel import run as carry_out
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, Notice, Operation, Outcome, Reference
from ecomops.terms import CaseId, OrderId
from ecomops.workflows.placement import Placed
from ecomops.workflows.returns import (
    ApproveReturn,
    Judged,
    RefundReturn,
    RequestReturn,
    TakeReturn,
    move_case,
    refund_return,
    request_return,
    take_return,
)
from ecomops.workflows.settlement import NoticeTaken, TakeNotice, take_notice
from members import Members
from mischief import some_units
from till import TILL

MORNING = timedelta(hours=9)
"""When it is, after the day's end."""
KEPT_WHOLE = 5
"""One case of so many brings goods that cannot be sold again."""
PAYING_OUT = timedelta(seconds=1)
"""How long the till takes to pay out what it owes."""


class Aftercare:
    """What the shop does for orders that are over for the till.

    Attributes:
        counted: Cases, units that came back, units on the shelf again, and money in cents, under a word for each.
    """

    def __init__(self, store: MemoryStore, members: Members) -> None:
        """Begin with nothing to do."""
        self._store = store
        self._members = members
        self._returns: list[tuple[OrderId, int]] = []
        self._late: list[Placed] = []
        self.counted: Counter[str] = Counter()

    def expect(self, order: OrderId, basket: int) -> None:
        """Expect some goods of an order back the next morning."""
        self._returns.append((order, basket))

    def expect_payment(self, placed: Placed) -> None:
        """Expect the money of an order the next morning."""
        self._late.append(placed)

    def next_morning(self, day_end: DateTime) -> None:
        """Do what is to be done on the morning after a day."""
        at = later(day_end, MORNING)
        for order, basket in self._returns:
            self._bring_back(order, basket, at=at)
        for placed in self._late:
            self._pay_late(placed, at=at)
        self._returns, self._late = [], []

    def _bring_back(self, order_id: OrderId, basket: int, *, at: DateTime) -> None:
        """Have some units of an order asked back, judged, refunded, and their points taken back."""
        order, case = self._store.rows(ORDER)[order_id].value, CaseId(f"return:{order_id}")
        units = some_units(order, basket=basket)
        ask = RequestReturn(
            id=CommandId(f"ask:{case}"), by=TILL, at=at, case_id=case, order_id=order_id, units=units
        )  # fmt: skip
        carry_out(request_return, ask, self._store.unit)
        carry_out(
            move_case, ApproveReturn(id=CommandId(f"allow:{case}"), by=TILL, at=at, case_id=case), self._store.unit
        )
        again = Disposition.SCRAP if basket % KEPT_WHOLE == 0 else Disposition.RESTOCK
        judged = tuple(Judged(line=each.line, quantity=each.quantity, disposition=again) for each in units)
        taken = TakeReturn(id=CommandId(f"take:{case}"), by=TILL, at=at, case_id=case, judged=judged)
        back = carry_out(take_return, taken, self._store.unit)
        settled = carry_out(
            refund_return, RefundReturn(id=CommandId(f"refund:{case}"), by=TILL, at=at, case_id=case), self._store.unit
        )
        if settled.payout is not None:
            self._tell(order_id, settled.payout, at=at)
        self._members.claw_back(order_id, settled.amount, at=at)
        self.counted["cases"] += 1
        self.counted["units back"] += sum(each.quantity for each in units)
        self.counted["units restocked"] += sum(each.quantity for each in back.restocked)
        self.counted["refunded"] += settled.amount.minor
        self.counted["back to brands"] += sum(each.amount.minor for each in settled.tenders)

    def _pay_late(self, placed: Placed, *, at: DateTime) -> None:
        """Take money for an order that time has called off, and give it back."""
        came = self._tell(placed.order_id, _capture(placed, at=at), at=at)
        owed = came.refund_due
        refund = evolve(_capture(placed, at=at), operation=Operation.REFUND, amount=owed)
        self._tell(placed.order_id, refund, at=at)
        self.counted["paid too late"] += 1
        self.counted["came too late"] += placed.due.minor
        self.counted["given back"] += owed.minor

    def _tell(self, order: OrderId, notice: Notice, *, at: DateTime) -> NoticeTaken:
        """Tell the order that money has moved."""
        done = evolve(notice, outcome=Outcome.SUCCEEDED, at=later(at, PAYING_OUT))
        id = CommandId(f"told:{order}:{notice.operation}:{notice.reference}")
        take = TakeNotice(id=id, by=TILL, at=done.at, order_id=order, notice=done)
        return carry_out(take_notice, take, self._store.unit)


def _capture(placed: Placed, *, at: DateTime) -> Notice:
    return Notice(
        operation=Operation.CAPTURE,
        reference=Reference(placed.order_id),
        outcome=Outcome.SUCCEEDED,
        amount=placed.due,
        at=at,
    )
