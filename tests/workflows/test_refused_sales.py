"""Flash sales, bargains, groups and pre-sales refuse what the tables of cases say, each by its code."""

import pytest

from ecomops.kernel import Command, DomainError
from tests.workflows.bargains import BARGAIN_REFUSED
from tests.workflows.flashing import FLASH_REFUSED
from tests.workflows.shop import a_shop, do, dump
from tests.workflows.together import TOGETHER_REFUSED

REFUSED = {**FLASH_REFUSED, **BARGAIN_REFUSED, **TOGETHER_REFUSED}


@pytest.mark.parametrize(("code", "before", "command"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_names_its_code(code: str, before: tuple[Command, ...], command: Command) -> None:
    """And leaves the store as it was."""
    store = a_shop()
    do(store, *before)
    kept = dump(store)
    with pytest.raises(DomainError) as refusal:
        do(store, command)
    assert (refusal.value.code, dump(store)) == (code, kept)
