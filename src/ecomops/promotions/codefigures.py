"""Shared codes in numbers: what each cost and what was sold with it, a parent with all that stands under it."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import is_a, optional, require_once, whole
from ecomops.promotions.claims import Claim, Status, UseHold
from ecomops.promotions.sharedcode_errors import SalesUntold
from ecomops.promotions.sharedcodes import SharedCode
from ecomops.promotions.usage import UseId
from ecomops.terms import CodeId, OrderId


@frozen(kw_only=True)
class CodeUse:
    """What a shared code brought; a parent with all that stands under it.

    Args:
        shared: The code.
        parent: The code under which it stands; None when under none.
        orders: Paid orders that used it.
        cost: What its promotion took off them.
        sales: What they sold, as it was told.
    """

    shared: CodeId = field(validator=is_a(CodeId))
    parent: CodeId | None = field(validator=optional(is_a(CodeId)))
    orders: int = field(validator=whole(0))
    cost: Money = field(validator=is_a(Money))
    sales: Money = field(validator=is_a(Money))


def attribute_codes(
    codes: Sequence[SharedCode], claims: Sequence[Claim], sales: Mapping[OrderId, Money], *, currency: Currency
) -> tuple[CodeUse, ...]:
    """Return what each of *codes* cost and sold: each parent, then what stands under it, by id.

    A use under a parent stands in the row of the child and in that of the parent: rows of parents add up to all, rows
    of children to what came by codes of their own; single coupons under a parent stand in its row alone.

    Args:
        codes: The codes, each once.
        claims: What orders claimed, each once; those that are not paid, or were given back, count nothing.
        sales: What each paid order sold, after discounts.
        currency: Of all amounts.

    Raises:
        Repeated: A code or a claim stands twice.
        SalesUntold: A paid order that used one of these codes is not in *sales*; every such order is listed.
        CurrencyMismatch: An amount is in another currency.

    Example:
        >>> from ecomops.kernel import Period
        >>> from ecomops.promotions.claims import ClaimId
        >>> from ecomops.terms import PromotionId
        >>> from ecomops.testing import NOON, cny
        >>> week = Period(start=NOON, end=NOON.add(days=7))
        >>> anna = SharedCode(id=CodeId("ANNA10"), promotion=PromotionId("tenth"), valid=week)
        >>> held = UseHold(use=UseId.by_code(anna.promotion, anna.id), money=cny("4.00"))
        >>> paid = Claim(id=ClaimId("o-1"), status=Status.REDEEMED, uses=(held,), coupons=())
        >>> (row,) = attribute_codes([anna], [paid], {OrderId("o-1"): cny("36.00")}, currency=Currency.CNY)
        >>> row.orders, str(row.cost), str(row.sales)
        (1, '4.00 CNY', '36.00 CNY')
    """
    require_once((code.id for code in codes), field="attribute_codes.codes")
    require_once((claim.id for claim in claims), field="attribute_codes.claims")
    found: dict[UseId, list[tuple[OrderId, UseHold]]] = {UseId.by_code(code.promotion, code.id): [] for code in codes}
    for claim in claims:
        for held in claim.uses if claim.status is Status.REDEEMED else ():
            if held.use in found:
                found[held.use].append((OrderId(claim.id), held))
    untold = {order for uses in found.values() for order, _ in uses if order not in sales}
    if untold:
        raise SalesUntold(orders=tuple(sorted(untold)))
    ordered = sorted(codes, key=lambda code: (code.parent or code.id, code.parent is not None, code.id))
    return tuple(_row(code, found[UseId.by_code(code.promotion, code.id)], sales, currency) for code in ordered)


def _row(
    code: SharedCode, uses: list[tuple[OrderId, UseHold]], sales: Mapping[OrderId, Money], currency: Currency
) -> CodeUse:
    return CodeUse(
        shared=code.id,
        parent=code.parent,
        orders=len(uses),
        cost=Money.total((held.money for _, held in uses), currency),
        sales=Money.total((sales[order] for order, _ in uses), currency),
    )
