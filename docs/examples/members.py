"""The chain's households as members: registered on first sight, with points on every order, and one that leaves."""

from datetime import UTC, datetime, timedelta
from functools import partial

from pendulum import DateTime

from ecomops.customers import EarnRule, PersonalValue, PointsPolicy
from ecomops.customers.personal import FieldName, Purpose
from ecomops.kernel import CommandId, Currency, Money, instant
from ecomops.kernel import run as carry_out
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, OrderId, PersonalId
from ecomops.workflows.erasure import EraseCustomer, erase_customer
from ecomops.workflows.membership import ClawBackPoints, EarnPoints, claw_back_points, earn_points
from ecomops.workflows.profiles import RecordPersonal, record_personal
from ecomops.workflows.registration import RegisterCustomer, register_customer
from till import TILL

RULE = EarnRule(points=1, per=Money(1_00, Currency.USD))
"""A point for each whole dollar in cash."""
POINTS = PointsPolicy(
    earn=RULE,
    lifetime=timedelta(weeks=13),
    grain=timedelta(weeks=1),
    anchor=instant(datetime(2016, 1, 4, 5, tzinfo=UTC)),
)
"""Points await the end of the return window, and are lost a quarter after; they move on Mondays."""
NAME, PHONE, EMAIL, ADDRESS = "Erika Example", "+1-212-555-0199", "erika@example.org", "1 Example Plaza, Exampleville"
SECRETS = (NAME, PHONE, EMAIL, ADDRESS)
"""What one household tells of itself, and what is gone in the end."""


class Members:
    """The members of the chain.

    Attributes:
        first: The first household that came: it tells who it is, and is erased in the end.
    """

    def __init__(self, store: MemoryStore) -> None:
        """Begin without any."""
        self._store = store
        self._seen: set[CustomerId] = set()
        self.first: CustomerId | None = None

    def meet(self, household: CustomerId, *, at: DateTime) -> None:
        """Register a household that has not been seen before."""
        if household in self._seen:
            return
        self._seen.add(household)
        register = RegisterCustomer(id=CommandId(f"register:{household}"), by=TILL, at=at, customer_id=household)
        carry_out(register_customer, register, self._store.unit)
        if self.first is None:
            self.first = household
            self._tell(household, at=at)

    def _tell(self, household: CustomerId, *, at: DateTime) -> None:
        """Write down who a household is: one row to address it by, one to deliver to."""
        profile = (("name", NAME), ("phone", PHONE), ("email", EMAIL))
        recipient = (("name", NAME), ("phone", PHONE), ("address", ADDRESS))
        for purpose, values in ((Purpose.PROFILE, profile), (Purpose.RECIPIENT, recipient)):
            record = RecordPersonal(
                id=CommandId(f"tell:{household}:{purpose}"),
                by=TILL,
                at=at,
                personal_id=PersonalId(f"{purpose}:{household}"),
                customer_id=household,
                purpose=purpose,
                values=tuple(PersonalValue(name=FieldName(name), value=value) for name, value in values),
            )
            carry_out(record_personal, record, self._store.unit)

    def earn(self, order: OrderId, household: CustomerId, amount: Money, *, at: DateTime) -> None:
        """Credit the points of an order, of what was paid in cash."""
        earn = EarnPoints(
            id=CommandId(f"earn:{order}"), by=TILL, at=at, order_id=order, customer_id=household, amount=amount
        )
        carry_out(partial(earn_points, policy=POINTS), earn, self._store.unit)

    def claw_back(self, order: OrderId, refunded: Money, *, at: DateTime) -> None:
        """Take back the points of what was refunded."""
        claw = ClawBackPoints(id=CommandId(f"claw:{order}"), by=TILL, at=at, order_id=order, refunded=refunded)
        carry_out(claw_back_points, claw, self._store.unit)

    def erase_first(self, *, at: DateTime) -> None:
        """Forget who the first household is."""
        if self.first is not None:
            erase = EraseCustomer(id=CommandId(f"erase:{self.first}"), by=TILL, at=at, customer_id=self.first)
            carry_out(erase_customer, erase, self._store.unit)
