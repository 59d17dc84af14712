"""Marketing ROI: what campaigns and whole paths brought for what they cost."""

import numpy as np
import pytest

from ecomops.columns import OutOfColumn
from ecomops.kernel import Currency
from ecomops.metrics import Adverts, Columns, Costs, Facts, Lines, LineWorth, Orders, Reason, tabulate
from ecomops.metrics.dictionary.finance import ROAS, ROI, full_path_roi
from tests.metrics.shops import SHOP, at, ints, weeks

NAMES = {"campaigns": ("spring", "summer"), "cost_kinds": ("acquisition", "retention", "platform"), "units": ("piece",)}


def adverts(*, spend: tuple[int, ...] = (100, 300, 0)) -> dict[str, object]:
    """Return three days of two campaigns; the last one cost nothing."""
    codes: dict[str, object] = {
        "campaign": ints(0, 0, 1),
        "keyword": ints(-1, -1, -1),
        "channel": ints(-1, -1, -1),
        "at": at(1, 2, 3),
    }
    counts = {"shown": ints(9, 9, 9), "clicks": ints(1, 1, 1), "revenue": ints(500, 300, 50)}
    return {**codes, **counts, "spend": np.array(spend)}


def facts(**changed: tuple[int, ...]) -> Facts:
    """Return advertising, one order of 1,000 whose goods cost 400, and three kinds of costs."""
    order = Facts.of_orders(Currency.CNY, {"paid_at": at(1), "gross": ints(1_000)}).orders.to_columns()
    line: dict[str, object] = {
        name: ints(0) for name in ("order", "line", "sku", "location", "unit", "discount", "tax", "tendered")
    }
    costs: dict[str, object] = {
        "at": at(1, 1, 2),
        "kind": ints(0, 1, 2),
        "channel": ints(-1, -1, -1),
        "amount": ints(100, 200, 999),
    }
    worth: dict[str, object] = {"line": ints(0), "cost": ints(400), "tag_price": ints(1_000)}
    families: dict[type[Columns], dict[str, object]] = {
        Orders: dict(order),
        Lines: line | {"quantity": ints(1), "gross": ints(1_000)},
        LineWorth: worth,
        Costs: costs,
        Adverts: adverts(**changed),
    }
    return Facts.of(Currency.CNY, families, NAMES)


def test_return_on_what_campaigns_cost() -> None:
    """800 came of 400: twice the spend, and once more than it; of no spend there is no return."""
    table = tabulate(facts(), (ROI, ROAS), calendar=SHOP, observed=weeks(1), by=Adverts["campaign"])
    assert [table.column(kpi).plain() for kpi in (ROI, ROAS)] == [[1.0, None], [2.0, None]]
    assert table.why(1, ROI) is Reason.ZERO_DENOMINATOR


@pytest.mark.parametrize(("kinds", "wanted"), [(("acquisition", "retention"), 2.0), (("acquisition",), 6.0)])
def test_return_on_the_whole_path(kinds: tuple[str, ...], wanted: float) -> None:
    """A gross profit of 600 over all that it took to win and keep the customers, and over nothing else."""
    kpi = full_path_roi(kinds)
    assert tabulate(facts(), (kpi,), calendar=SHOP, observed=weeks(1)).column(kpi).plain() == [wanted]


def test_spend_below_nothing_is_refused() -> None:
    """A credit note is no advertising that cost less than nothing: the row is named."""
    with pytest.raises(OutOfColumn, match=r"Adverts\.spend") as refused:
        facts(spend=(100, -300, 0))
    assert refused.value.code == "column.out_of_range"
    assert refused.value.context["row"] == 1
