"""Goods in the cases that every use case is put through: commands in few words, what came before, what they refuse."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ecomops.inventory import Disposition, Finding, Goods, ReturnId, TransferId
from ecomops.kernel import Command, CommandId
from ecomops.terms import CaseId, LocationId, Quantity, Sku
from ecomops.testing import NOON, TEA
from ecomops.workflows.reshelving import JudgeGoods, MendGoods, TakeGoodsBack
from ecomops.workflows.stocking import BoundStock, CountStock, StockCount
from ecomops.workflows.transfers import CancelTransfer, CountTransfer, DispatchTransfer, RequestTransfer
from tests.workflows.shop import CUP, STAFF, units


def told(cls: type[Any], *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command of staff at noon."""
    return cls(id=CommandId(id or f"c-{cls.__name__}"), by=STAFF, at=NOON, **words)


def of_transfer(cls: type[Any], *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about the transfer."""
    return told(cls, id=id, transfer_id=TransferId("t-1"), **words)


def tea(quantity: Quantity) -> tuple[Goods, ...]:
    """Return so many units of tea."""
    return (Goods(sku=Sku("tea"), quantity=quantity),)


def a_count(counted: Quantity, *, id: str = "c-count") -> CountStock:
    """Return the command that counts tea."""
    made: CountStock = told(CountStock, id=id, counts=(StockCount(stock=TEA, counted=counted),))
    return made


def a_judgement(quantity: Quantity = 3, what: Disposition = Disposition.REPAIR) -> JudgeGoods:
    """Return the command that judges what came back."""
    made: JudgeGoods = told(
        JudgeGoods, return_id=ReturnId("b-1"), findings=(Finding(stock=TEA, quantity=quantity, disposition=what),)
    )
    return made


BOUND = told(BoundStock, stock=TEA, buffer=2, backorder_limit=5)
BACK = told(TakeGoodsBack, return_id=ReturnId("b-1"), case=CaseId("b-1"), units=(units(3),))
MENDED = told(MendGoods, return_id=ReturnId("b-1"), units=(units(2),))
ASKED = of_transfer(RequestTransfer, origin=LocationId("hangzhou"), destination=LocationId("ningbo"), goods=tea(6))
SENT: tuple[Command, ...] = (ASKED, of_transfer(DispatchTransfer))

WAREHOUSE_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "count": (a_count(7), ()),
    "count what is there": (a_count(7, id="c-2"), (a_count(7),)),
    "bound": (BOUND, ()),
    "bound again": (evolve(BOUND, id=CommandId("c-2")), (BOUND,)),
    "take goods back": (BACK, ()),
    "judge goods": (a_judgement(), (BACK,)),
    "put goods back on the shelves": (a_judgement(what=Disposition.RESTOCK), (BACK,)),
    "mend goods": (MENDED, (BACK, a_judgement())),
    "ask for a transfer": (ASKED, ()),
    "send a transfer": (of_transfer(DispatchTransfer), (ASKED,)),
    "send a part": (of_transfer(DispatchTransfer, goods=tea(2)), (ASKED,)),
    "a transfer comes": (of_transfer(CountTransfer), SENT),
    "a transfer comes short": (of_transfer(CountTransfer, goods=tea(5)), SENT),
    "call a transfer off": (of_transfer(CancelTransfer), (ASKED,)),
}
"""A command of every use case of goods, and what came before it."""

WAREHOUSE_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "count unknown": ("noun.not_found", (), evolve(a_count(1), counts=(StockCount(stock=CUP, counted=1),))),
    "bound unknown": ("noun.not_found", (), evolve(BOUND, stock=CUP)),
    "take nothing back": ("returned_goods.empty", (), evolve(BACK, units=())),
    "take others back": ("returned_goods.exists", (BACK,), evolve(BACK, id=CommandId("c-2"), units=(units(4),))),
    "judge unknown": ("noun.not_found", (), a_judgement()),
    "judge more than came": ("returned_goods.miscounted", (BACK,), a_judgement(4)),
    "mend what was not to be": ("returned_goods.not_in_repair", (BACK, a_judgement(what=Disposition.SCRAP)), MENDED),
    "transfer nothing": ("transfer.empty", (), evolve(ASKED, goods=())),
    "transfer nowhere": ("transfer.same_location", (), evolve(ASKED, destination=LocationId("hangzhou"))),
    "send unknown": ("noun.not_found", (), of_transfer(DispatchTransfer)),
    "send more than asked": ("transfer.not_requested", (ASKED,), of_transfer(DispatchTransfer, goods=tea(7))),
    "send more than is there": ("stock.short", (a_count(5), ASKED), of_transfer(DispatchTransfer)),
    "count what was not sent": ("transfer.illegal_move", (ASKED,), of_transfer(CountTransfer)),
    "call off what was sent": ("transfer.illegal_move", SENT, of_transfer(CancelTransfer)),
}
"""A refusal of every use case of goods: its code, what came before, the command."""
