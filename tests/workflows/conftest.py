"""Each use case is tried with both drivers."""

from typing import cast

import pytest

from tests.workflows.shop import Drive, awaited, in_turn


@pytest.fixture(params=[in_turn, awaited], ids=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Carry a command out on a store: with the plain driver, then with the async one."""
    return cast("Drive", request.param)
