"""Every use case of the library by its command: what a test, or a host's queue of commands, hands to the drivers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ecomops.customers import EarnRule, PointsPolicy
from ecomops.kernel import Work
from ecomops.promotions import Promotion, Reduction, Rulebook, Stated, Whole
from ecomops.promotions.bargains import BargainPolicy
from ecomops.terms import PromotionId
from ecomops.testing.builders import cny
from ecomops.workflows.bargaining import (
    BargainDue,
    BuyBargain,
    CancelBargain,
    FollowBargain,
    HelpBargain,
    StartBargain,
    buy_bargain,
    help_bargain,
    move_bargain,
    start_bargain,
)
from ecomops.workflows.campaigning import (
    ApproveCampaign,
    CampaignDue,
    DoDuty,
    MonitorCampaign,
    PauseCampaign,
    PlanCampaign,
    ReplanCampaign,
    ResumeCampaign,
    ReviewCampaign,
    ScheduleCampaign,
    WithdrawCampaign,
    move_campaign,
    plan_campaign,
)
from ecomops.workflows.cancellation import CancelOrder, CancelUnits, cancel_order, cancel_units
from ecomops.workflows.categorisation import (
    AddCategory,
    CloseCategory,
    MoveCategory,
    RenameCategory,
    arrange_category,
)
from ecomops.workflows.codekeeping import (
    FreezeCode,
    InvalidateCode,
    LimitCode,
    OpenCode,
    ThawCode,
    freeze_code,
    invalidate_code,
    limit_code,
    open_code,
    thaw_code,
)
from ecomops.workflows.counter import SellAtCounter, sell_at_counter
from ecomops.workflows.couponing import (
    CouponDue,
    IssueCoupons,
    OpenBatch,
    PresentCoupon,
    ReleaseCoupon,
    expire_coupon,
    issue_coupons,
    open_batch,
    present_coupon,
    release_coupon,
)
from ecomops.workflows.custody import (
    ClaimCoupon,
    FreezeCoupon,
    InvalidateCoupon,
    LimitBatch,
    ThawCoupon,
    TransferCoupon,
    claim_coupon,
    freeze_coupon,
    invalidate_coupon,
    limit_batch,
    thaw_coupon,
    transfer_coupon,
)
from ecomops.workflows.deadlines import OrderDue, ReservationDue
from ecomops.workflows.erasure import EraseCustomer, erase_customer
from ecomops.workflows.flashorders import (
    FlashHoldDue,
    FollowFlashOrder,
    PlaceFlashOrder,
    follow_flash_order,
    pass_flash_hold,
    place_flash_order,
)
from ecomops.workflows.flashsales import (
    CloseFlashSale,
    FlashSaleDue,
    PlanFlashSale,
    SetFlashQuota,
    close_flash_sale,
    plan_flash_sale,
    set_flash_quota,
)
from ecomops.workflows.grouping import (
    CancelGroup,
    GroupDue,
    JoinGroup,
    LeaveGroup,
    OpenGroup,
    end_group,
    join_group,
    open_group,
)
from ecomops.workflows.intake import TakeCustomers, TakeProducts, take_customers, take_products
from ecomops.workflows.listing import (
    BarListing,
    DelistProduct,
    LiftBar,
    ListingDue,
    ListProduct,
    PlanListing,
    change_listing,
    switch_listing,
)
from ecomops.workflows.membership import (
    ClawBackPoints,
    EarnPoints,
    PointsDue,
    ReturnPoints,
    SpendPoints,
    claw_back_points,
    earn_points,
    pass_points_time,
    return_points,
    spend_points,
)
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.presaling import (
    CancelPresale,
    OrderPresale,
    PresaleDue,
    ReservePresale,
    TakeBalance,
    TakeDeposit,
    end_presale,
    order_presale,
    reserve_presale,
    take_balance,
    take_deposit,
)
from ecomops.workflows.pricing import StatePrice, state_price
from ecomops.workflows.profiles import RecordPersonal, TellConsent, record_personal, tell_consent
from ecomops.workflows.publication import (
    DescribeProduct,
    PublishProduct,
    RetireProduct,
    describe_product,
    publish_product,
    retire_product,
)
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.registration import (
    CompleteStep,
    DeactivateCustomer,
    MeetCustomer,
    MergeCustomers,
    ReactivateCustomer,
    RegisterCustomer,
    complete_step,
    deactivate_customer,
    meet_customer,
    merge_customers,
    reactivate_customer,
    register_customer,
)
from ecomops.workflows.reshelving import JudgeGoods, MendGoods, TakeGoodsBack, judge_goods, mend_goods, take_goods_back
from ecomops.workflows.returns import (
    ApproveReturn,
    CaseDue,
    RefundReturn,
    RejectReturn,
    RequestReturn,
    TakeReturn,
    WithdrawReturn,
    move_case,
    refund_return,
    request_return,
    take_return,
)
from ecomops.workflows.settlement import TakeNotice, take_notice
from ecomops.workflows.shipping import (
    DeliverShipment,
    LoseShipment,
    ShipOrder,
    TrackShipment,
    move_parcel,
    ship_order,
)
from ecomops.workflows.stocking import (
    AdjustStock,
    BoundStock,
    CountStock,
    ReceiveStock,
    adjust_stock,
    bound_stock,
    count_stock,
    receive_stock,
)
from ecomops.workflows.timers import pass_time
from ecomops.workflows.transfers import (
    CancelTransfer,
    CountTransfer,
    DispatchTransfer,
    RequestTransfer,
    cancel_transfer,
    count_transfer,
    dispatch_transfer,
    request_transfer,
)

POINTS_POLICY = PointsPolicy(earn=EarnRule(points=1, per=cny("1.00")))
"""By what orders earn points here: a point for a yuan."""

BARGAIN_POLICY = BargainPolicy(helpers=2)
"""How bargains go here: two helpers reach the floor."""

RULEBOOK = Rulebook.of(
    [Promotion(id=PromotionId("voucher"), benefits=(Reduction(value=Stated(), target=Whole()),), by_coupon=True)]
)
"""What coupons open here: `voucher`, for all goods, with amounts that the host states."""

WORKS: Mapping[type, Callable[[Any], Work[Any]]] = {
    PublishProduct: publish_product,
    DescribeProduct: describe_product,
    RetireProduct: retire_product,
    AddCategory: arrange_category,
    RenameCategory: arrange_category,
    MoveCategory: arrange_category,
    CloseCategory: arrange_category,
    ListProduct: change_listing,
    PlanListing: change_listing,
    DelistProduct: change_listing,
    BarListing: change_listing,
    LiftBar: change_listing,
    ListingDue: switch_listing,
    StatePrice: state_price,
    TakeProducts: take_products,
    TakeCustomers: take_customers,
    ReceiveStock: receive_stock,
    AdjustStock: adjust_stock,
    CountStock: count_stock,
    BoundStock: bound_stock,
    TakeGoodsBack: take_goods_back,
    JudgeGoods: judge_goods,
    MendGoods: mend_goods,
    RequestTransfer: request_transfer,
    DispatchTransfer: dispatch_transfer,
    CountTransfer: count_transfer,
    CancelTransfer: cancel_transfer,
    PlaceOrder: place_order,
    TakeNotice: take_notice,
    CancelOrder: cancel_order,
    CancelUnits: cancel_units,
    SellAtCounter: sell_at_counter,
    ShipOrder: ship_order,
    TrackShipment: move_parcel,
    DeliverShipment: move_parcel,
    LoseShipment: move_parcel,
    RequestReturn: request_return,
    ApproveReturn: move_case,
    RejectReturn: move_case,
    WithdrawReturn: move_case,
    CaseDue: move_case,
    TakeReturn: take_return,
    RefundReturn: refund_return,
    ConfirmReceipt: confirm_receipt,
    OrderDue: pass_time,
    ReservationDue: pass_time,
    MeetCustomer: meet_customer,
    RegisterCustomer: register_customer,
    CompleteStep: complete_step,
    DeactivateCustomer: deactivate_customer,
    ReactivateCustomer: reactivate_customer,
    MergeCustomers: merge_customers,
    RecordPersonal: record_personal,
    TellConsent: tell_consent,
    EarnPoints: partial(earn_points, policy=POINTS_POLICY),
    SpendPoints: spend_points,
    ReturnPoints: return_points,
    ClawBackPoints: claw_back_points,
    PointsDue: pass_points_time,
    EraseCustomer: erase_customer,
    OpenBatch: open_batch,
    IssueCoupons: issue_coupons,
    PresentCoupon: partial(present_coupon, rulebook=RULEBOOK),
    ReleaseCoupon: release_coupon,
    CouponDue: expire_coupon,
    ClaimCoupon: claim_coupon,
    TransferCoupon: transfer_coupon,
    FreezeCoupon: freeze_coupon,
    ThawCoupon: thaw_coupon,
    InvalidateCoupon: invalidate_coupon,
    LimitBatch: limit_batch,
    OpenCode: open_code,
    FreezeCode: freeze_code,
    ThawCode: thaw_code,
    InvalidateCode: invalidate_code,
    LimitCode: limit_code,
    PlanCampaign: plan_campaign,
    ReplanCampaign: move_campaign,
    DoDuty: move_campaign,
    ApproveCampaign: move_campaign,
    ScheduleCampaign: move_campaign,
    PauseCampaign: move_campaign,
    ResumeCampaign: move_campaign,
    MonitorCampaign: move_campaign,
    ReviewCampaign: move_campaign,
    WithdrawCampaign: move_campaign,
    CampaignDue: move_campaign,
    PlanFlashSale: plan_flash_sale,
    CloseFlashSale: close_flash_sale,
    FlashSaleDue: close_flash_sale,
    SetFlashQuota: set_flash_quota,
    PlaceFlashOrder: place_flash_order,
    FollowFlashOrder: follow_flash_order,
    FlashHoldDue: pass_flash_hold,
    StartBargain: partial(start_bargain, policy=BARGAIN_POLICY),
    HelpBargain: partial(help_bargain, draw=lambda below: below // 2, policy=BARGAIN_POLICY),
    BuyBargain: buy_bargain,
    FollowBargain: move_bargain,
    CancelBargain: move_bargain,
    BargainDue: move_bargain,
    OpenGroup: open_group,
    JoinGroup: join_group,
    LeaveGroup: end_group,
    CancelGroup: end_group,
    GroupDue: end_group,
    ReservePresale: reserve_presale,
    TakeDeposit: take_deposit,
    OrderPresale: order_presale,
    TakeBalance: take_balance,
    CancelPresale: end_presale,
    PresaleDue: end_presale,
}
"""Every use case, by its command."""
