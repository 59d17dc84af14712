"""Who was merged into somebody whose data were erased is erased too: nothing new is written about them."""

from types import TracebackType
from typing import Any

import pytest

from ecomops.customers import CUSTOMER, PERSONAL
from ecomops.kernel import Command, DomainError, run
from ecomops.kernel.intake import OnBad, rows_of
from ecomops.memory import MemoryUnit
from ecomops.workflows.intake import TakeCustomers, take_customers
from tests.workflows.people import (
    PEOPLE_WORKS,
    a_consent,
    a_merger,
    a_record,
    a_registration,
    an_erasure,
    do,
    people,
    told,
)

CHAIN = (a_merger("c-1", "c-2"), an_erasure("c-2"))


def an_intake(*, on_bad: OnBad = OnBad.REFUSE) -> TakeCustomers:
    """Return the command that brings a name of the first customer in a batch of guests."""
    rows = rows_of([{"customer_id": "c-1", "personal_id": "p-9", "personal.name": "Zaphod"}])
    return TakeCustomers(**told("c-intake"), rows=rows, register=False, on_bad=on_bad)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (a_record("p-9", customer="c-1", name="Zaphod"), "customer.erased"),
        (a_consent("v1", customer="c-1"), "customer.erased"),
        (an_intake(), "intake.bad_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_nothing_new_is_written(command: Command, code: str) -> None:
    """Neither a value, nor a consent, nor a row of a batch."""
    store = people(*CHAIN)
    with pytest.raises(DomainError) as refusal:
        do(store, command)
    assert refusal.value.code == code
    assert not store.rows(PERSONAL)


@pytest.mark.parametrize(
    "command",
    [a_record("p-9", customer="c-2"), a_record("p-9", customer="c-1"), an_intake(), a_merger("c-3", "c-2")],
    ids=["a row", "a row of a merged customer", "a batch", "a merger"],
)
def test_an_erasure_in_the_meantime_conflicts(command: Command) -> None:
    """What was decided before an erasure and ends after it does not hold: it is decided anew, and refused."""
    store = people(a_registration("c-3"), a_record("p-3", customer="c-3"), CHAIN[0])
    before = store.rows(PERSONAL)["p-3"]
    rivals = [CHAIN[1]]

    class Overtaken(MemoryUnit):
        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            if rivals and self.saved:
                do(store, rivals.pop())
            super().__exit__(kind, error, trace)

    def unit(attempt: int = 0) -> Overtaken:  # noqa: ARG001 - the form of every unit
        return Overtaken(store)

    with pytest.raises(DomainError) as refusal:
        run(PEOPLE_WORKS.get(type(command), take_customers), command, unit)
    assert refusal.value.code in {"customer.erased", "intake.bad_rows"}
    assert (rivals, dict(store.rows(PERSONAL))) == ([], {"p-3": before})


def test_rows_of_one_batch_lean_on_one_customer() -> None:
    """Two who were merged into the same, and that one too, are written down in one step."""
    store = people(a_registration("c-3"), a_merger("c-1", "c-2"), a_merger("c-3", "c-2"))
    version: Any = store.rows(CUSTOMER)["c-2"].version
    table = [{"customer_id": f"c-{n}", "personal_id": f"p-{n}", "personal.name": "Zaphod"} for n in (1, 2, 3, 4)]
    do(store, TakeCustomers(**told("c-intake"), rows=rows_of(table), register=False))
    assert sorted(store.rows(PERSONAL)) == ["p-1", "p-2", "p-3", "p-4"]
    assert (store.rows(CUSTOMER)["c-2"].version, store.rows(CUSTOMER)["c-4"].version) == (version + 1, 1)


def test_a_bad_row_says_why() -> None:
    """A batch whose good rows are taken lists the row of the erased one."""
    (answer,) = do(people(*CHAIN), an_intake(on_bad=OnBad.TAKE_GOOD))
    assert [each.code for each in answer.bad] == ["customer.erased"]


def test_a_withdrawal_is_never_refused() -> None:
    """Nor is what is told of somebody who was merged into a customer who is there."""
    store = people(*CHAIN)
    assert do(store, a_consent(None, customer="c-1"))[0].text_version is None
    store = people(CHAIN[0], an_intake())
    (row,) = store.rows(PERSONAL).values()
    assert row.value.customer == "c-1"
