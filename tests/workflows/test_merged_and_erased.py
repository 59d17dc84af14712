"""Who was merged into somebody whose data were erased is erased too: nothing new is written about them."""

import pytest

from ecomops.customers import PERSONAL
from ecomops.kernel import Command, DomainError
from ecomops.kernel.intake import OnBad, rows_of
from ecomops.workflows.intake import TakeCustomers
from tests.workflows.people import a_consent, a_merger, a_record, an_erasure, do, people, told

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
