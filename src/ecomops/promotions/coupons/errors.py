"""What coupons refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class CouponNotYours(Refused):
    """A coupon belongs to another customer."""

    code: ClassVar[str] = "coupon.not_owner"
    text: ClassVar[Text] = Text("coupon {id} belongs to another customer", "优惠券 {id} 属于其他顾客")

    id: str


@define(kw_only=True, slots=False, eq=False)
class CouponNotValid(Refused):
    """A coupon is used before it is valid, or after."""

    code: ClassVar[str] = "coupon.not_valid"
    text: ClassVar[Text] = Text(
        "coupon {id} is valid from {start} until {end}", "优惠券 {id} 的有效期为 {start} 至 {end}"
    )

    id: str
    start: str
    end: str


@define(kw_only=True, slots=False, eq=False)
class CouponUnmatched(Refused):
    """No line of a basket is one of the coupon's products."""

    code: ClassVar[str] = "coupon.unmatched"
    text: ClassVar[Text] = Text("no line qualifies for coupon {id}", "没有商品行符合优惠券 {id}")

    id: str


@define(kw_only=True, slots=False, eq=False)
class CouponBound(Refused):
    """A coupon is bound by another order than the one that asks."""

    code: ClassVar[str] = "coupon.bound"
    text: ClassVar[Text] = Text("coupon {id} is bound by order {order}", "优惠券 {id} 已被订单 {order} 占用")

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class CouponExists(Refused):
    """Coupons of these ids have been issued already."""

    code: ClassVar[str] = "coupon.exists"
    text: ClassVar[Text] = Text("already issued: {coupons}", "已发放：{coupons}")

    coupons: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadCouponOrder(Invalid):
    """A coupon is taken over as bound without its order, or as free with one."""

    code: ClassVar[str] = "coupon.bad_order"
    text: ClassVar[Text] = Text(
        "coupon {id} is {status}: one that is presented, reserved or redeemed names its order, another names none",
        "优惠券 {id} 的状态为 {status}：已出示、已占用或已核销的须指明订单，其余不得指明",
    )

    id: str
    status: str
