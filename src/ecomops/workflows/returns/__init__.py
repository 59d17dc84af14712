"""Take goods back: a buyer asks, the shop agrees or not, the goods come and are judged, the money goes back.

Each step moves the case and the order in one commit; goods that are fit to be sold go back on the shelves with the step
in which they are judged, and the refund asks the gateway for what the buyer had paid over it.
"""

from ecomops.workflows.returns.cases import (
    ApproveReturn,
    CaseCommand,
    CaseDue,
    CaseMoved,
    CaseNeeds,
    RejectReturn,
    RequestReturn,
    RequestReturnNeeds,
    WithdrawReturn,
    case_due,
    move_case,
    plan_move_case,
    plan_request_return,
    request_return,
)
from ecomops.workflows.returns.refunding import (
    CaseSettled,
    RefundReturn,
    RefundReturnNeeds,
    plan_refund_return,
    refund_return,
)
from ecomops.workflows.returns.taking import (
    Judged,
    ReturnTaken,
    TakeReturn,
    TakeReturnNeeds,
    plan_take_return,
    take_return,
)

__all__ = [
    "ApproveReturn",
    "CaseCommand",
    "CaseDue",
    "CaseMoved",
    "CaseNeeds",
    "CaseSettled",
    "Judged",
    "RefundReturn",
    "RefundReturnNeeds",
    "RejectReturn",
    "RequestReturn",
    "RequestReturnNeeds",
    "ReturnTaken",
    "TakeReturn",
    "TakeReturnNeeds",
    "WithdrawReturn",
    "case_due",
    "move_case",
    "plan_move_case",
    "plan_refund_return",
    "plan_request_return",
    "plan_take_return",
    "refund_return",
    "request_return",
    "take_return",
]
