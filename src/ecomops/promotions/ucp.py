"""The discount extension of the Universal Commerce Protocol: codes in, what applied and what was rejected out.

Plain JSON values, one to one with `dev.ucp.shopping.discount` (version 2026-04-08). Amounts are minor units, never
negative; allocations add up; priority 1 is what was computed first. What the extension does not know is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, TypeAlias, TypeVar, cast

from attrs import define, field, frozen

from ecomops.kernel import Invalid, Language, Text
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.explaining import explain
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import Quote
from ecomops.promotions.refusals import NotApplied, Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.sentences import sentence
from ecomops.promotions.sharedcodes import SharedCode
from ecomops.promotions.targets import Lines, Per, Sets
from ecomops.terms import PromotionId

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | bool | None"
T = TypeVar("T")

CAPABILITY: Final = "dev.ucp.shopping.discount"
VERSION: Final = "2026-04-08"
SHIPPING: Final = "$.totals.shipping"
EACH, ACROSS = "each", "across"


@define(kw_only=True, slots=False, eq=False)
class UnknownUcpField(Invalid):
    """A payload has a field that the extension does not know."""

    code: ClassVar[str] = "ucp.unknown_field"
    text: ClassVar[Text] = Text("{path} has unknown fields: {fields}", "{path} 含未知字段：{fields}")

    path: str
    fields: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadUcpField(Invalid):
    """A field of a payload is missing, or of another kind than the extension says."""

    code: ClassVar[str] = "ucp.bad_field"
    text: ClassVar[Text] = Text("{path} must be {expected}", "{path} 须为 {expected}")

    path: str
    expected: str


@define(kw_only=True, slots=False, eq=False)
class UnequalAllocations(Invalid):
    """The allocations of a discount do not add up to it."""

    code: ClassVar[str] = "ucp.unequal_allocations"
    text: ClassVar[Text] = Text(
        "{path}: allocations sum to {sum}, the amount is {amount}", "{path}：分摊之和为 {sum}，金额为 {amount}"
    )

    path: str
    sum: int
    amount: int


_MINOR = whole(0, MOST_MINOR)


@frozen(kw_only=True)
class UcpAllocation:
    """What a discount takes off one target.

    Args:
        path: Of what: `$.line_items[0]`, or `$.totals.shipping`.
        amount: Minor units.
    """

    path: str = field(validator=some_text)
    amount: int = field(validator=_MINOR)


@frozen(kw_only=True)
class UcpDiscount:
    """A discount that applied.

    Args:
        title: What people read.
        amount: Minor units.
        code: What was entered for it; None when it is automatic.
        automatic: Whether nothing was to be entered.
        method: `each` or `across`; None when a host states the amounts.
        priority: 1 was computed first; None when it was not told.
        provisional: Whether it still has to be verified.
        eligibility: The claim of the buyer that was accepted for it.
        allocations: Where it went; they add up to the amount.
    """

    title: str = field(validator=is_a(str))
    amount: int = field(validator=_MINOR)
    code: str | None = field(default=None, validator=optional(some_text))
    automatic: bool = field(default=False, validator=is_a(bool))
    method: str | None = field(default=None, validator=optional(is_a(str)))
    priority: int | None = field(default=None, validator=optional(whole(1)))
    provisional: bool = field(default=False, validator=is_a(bool))
    eligibility: str | None = field(default=None, validator=optional(some_text))
    allocations: tuple[UcpAllocation, ...] = field(default=(), validator=tuple_of(UcpAllocation))


@frozen(kw_only=True)
class UcpMessage:
    """A code that was rejected.

    Args:
        code: Why, in the words of the protocol.
        path: Which code: `$.discounts.codes[0]`.
        content: Why, as a sentence.
    """

    code: str = field(validator=some_text)
    path: str = field(validator=some_text)
    content: str = field(validator=is_a(str))


@frozen(kw_only=True)
class UcpDiscounts:
    """What the extension adds to a cart or a checkout.

    Args:
        codes: The codes as they were submitted.
        applied: Discounts that applied, with codes and without.
        messages: Codes that were rejected.
    """

    codes: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    applied: tuple[UcpDiscount, ...] = field(default=(), validator=tuple_of(UcpDiscount))
    messages: tuple[UcpMessage, ...] = field(default=(), validator=tuple_of(UcpMessage))


_REJECTED: Mapping[Reason, str] = {
    Reason.ENDED: "discount_code_expired",
    Reason.EXHAUSTED: "discount_code_expired",
    Reason.BUDGET_EXHAUSTED: "discount_code_expired",
    Reason.COUPON_NOT_VALID: "discount_code_expired",
    Reason.COUPON_GONE: "discount_code_expired",
    Reason.CODE_REPEATED: "discount_code_already_applied",
    Reason.COUPON_SECOND: "discount_code_already_applied",
    Reason.SHARED_SECOND: "discount_code_already_applied",
    Reason.SHARED_EXHAUSTED: "discount_code_expired",
    Reason.PARENT_EXHAUSTED: "discount_code_expired",
    Reason.SHARED_NOT_VALID: "discount_code_expired",
    Reason.PARENT_NOT_VALID: "discount_code_expired",
    Reason.BARRED: "discount_code_combination_disallowed",
    Reason.EXCLUDED: "discount_code_combination_disallowed",
    Reason.DISPLACED: "discount_code_combination_disallowed",
    Reason.CUSTOMER_UNKNOWN: "discount_code_user_not_logged_in",
    Reason.CUSTOMER_EXHAUSTED: "discount_code_user_ineligible",
    Reason.FACT_UNKNOWN: "discount_code_user_ineligible",
    Reason.COUPON_NOT_OWNER: "discount_code_user_ineligible",
}
"""What the protocol says of a reason; it has one word, invalid, for all others, and the sentence says which."""

INVALID = "discount_code_invalid"


def discounts_of(
    quoted: Quote,
    rulebook: Rulebook,
    *,
    codes: Sequence[str] = (),
    coupons: Sequence[Coupon] = (),
    shared: Sequence[SharedCode] = (),
    language: Language = "en",
) -> UcpDiscounts:
    """Return a quote in the terms of the extension.

    Args:
        quoted: The quote.
        rulebook: Its rulebook.
        codes: What the platform submitted, in its order: the ids of single coupons are among them.
        coupons: The single coupons of which these are the ids.
        shared: The shared codes as they were quoted.
        language: Of titles and sentences.
    """
    token = {each.promotion: str(each.id) for each in reversed(coupons)}
    token |= {each.promotion: str(each.id) for each in shared if each.id in codes}
    order = {id: place for place, id in enumerate(_in_order(quoted), start=1)}
    applied = tuple(
        _applied(quoted, rulebook.by_id[id], rank, token.get(id), language) for id, rank in order.items()
    )  # fmt: skip
    return UcpDiscounts(codes=tuple(codes), applied=applied, messages=_rejected(quoted, rulebook, codes, language))


def _in_order(quoted: Quote) -> list[PromotionId]:
    """Return what applied in the order in which it was computed: what was stated comes first."""
    stated = {each.promotion for each in quoted.applications} - set(quoted.applied)
    return [*sorted(stated), *quoted.applied]


def _applied(quoted: Quote, promotion: Promotion, rank: int, token: str | None, language: Language) -> UcpDiscount:
    paths = {line.id: f"$.line_items[{place}]" for place, line in enumerate(quoted.lines)}
    parts: dict[str, int] = {}
    for each in quoted.applications:
        if each.promotion == promotion.id:
            for share in each.shares:
                path = paths.get(share.line, SHIPPING)
                parts[path] = parts.get(path, 0) + share.amount.minor
    order = {path: place for place, path in enumerate(paths.values())}
    code = promotion.promo_code if promotion.promo_code is not None else token if promotion.by_coupon else None
    return UcpDiscount(
        title=sentence(promotion, language),
        amount=sum(parts.values()),
        code=code,
        automatic=code is None,
        method=_method(promotion),
        priority=rank,
        allocations=tuple(
            UcpAllocation(path=path, amount=parts[path])
            for path in sorted(parts, key=lambda path: order.get(path, len(order)))
        ),
    )


def _method(promotion: Promotion) -> str | None:
    goods = promotion.goods
    if promotion.stated or (goods is None and promotion.freight is None):
        return None
    if goods is None:
        return ACROSS
    target = goods.target
    alone = isinstance(target, Lines) or (isinstance(target, Sets) and target.per is Per.UNIT)
    return EACH if alone else ACROSS


def _rejected(
    quoted: Quote, rulebook: Rulebook, codes: Sequence[str], language: Language
) -> tuple[UcpMessage, ...]:  # fmt: skip
    places = {code: place for place, code in reversed(list(enumerate(codes)))}
    found = [(places[each.given], each) for each in quoted.not_applied if each.given in places]
    found.sort(key=lambda pair: pair[0])
    return tuple(_message(rulebook, place, each, language) for place, each in found)


def _message(rulebook: Rulebook, place: int, refused: NotApplied, language: Language) -> UcpMessage:
    return UcpMessage(
        code=_REJECTED.get(refused.reason, INVALID),
        path=f"$.discounts.codes[{place}]",
        content=explain(rulebook, refused, language),
    )


def to_ucp(
    quoted: Quote,
    rulebook: Rulebook,
    *,
    codes: Sequence[str] = (),
    coupons: Sequence[Coupon] = (),
    shared: Sequence[SharedCode] = (),
    language: Language = "en",
) -> dict[str, Json]:
    """Return a quote as JSON values: the `discounts` of a cart or checkout, and its `messages`; see `discounts_of`.

    Example:
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import AmountOff, Basket, Reduction, Whole, quote
        >>> from ecomops.testing import NOON, a_line, cny
        >>> off = Reduction(value=AmountOff(amount=cny("5.00")), target=Whole())
        >>> book = Rulebook.of([Promotion(id=PromotionId("five"), benefits=(off,), promo_code="FIVE")])
        >>> basket = Basket(currency=Currency.CNY, lines=(a_line(gross="40.00"),))
        >>> codes = codes_of_ucp({"codes": ["five"]}, book)
        >>> answer = to_ucp(quote(book, basket, at=NOON, codes=codes), book, codes=codes)
        >>> answer["discounts"]["applied"][0]["allocations"]
        [{'path': '$.line_items[0]', 'amount': 500}]
    """
    return written(discounts_of(quoted, rulebook, codes=codes, coupons=coupons, shared=shared, language=language))


def written(discounts: UcpDiscounts) -> dict[str, Json]:
    """Return *discounts* as JSON values; what is not told, or is the default of the protocol, is left out."""
    found: dict[str, Json] = {
        "discounts": {"codes": list(discounts.codes), "applied": [_discount(each) for each in discounts.applied]}
    }
    if discounts.messages:
        found["messages"] = [
            {"type": "warning", "code": each.code, "path": each.path, "content": each.content}
            for each in discounts.messages
        ]
    return found


def _discount(discount: UcpDiscount) -> dict[str, Json]:
    found: dict[str, Json] = {
        "code": discount.code,
        "title": discount.title,
        "amount": discount.amount,
        "automatic": discount.automatic or None,
        "method": discount.method,
        "priority": discount.priority,
        "provisional": discount.provisional or None,
        "eligibility": discount.eligibility,
        "allocations": [{"path": each.path, "amount": each.amount} for each in discount.allocations] or None,
    }
    return {name: value for name, value in found.items() if value is not None}


# --- reading


def codes_of_ucp(payload: object, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the codes of a `discounts` object as the rulebook spells them: the protocol does not mind their case.

    A code that the rulebook does not know is returned as it came; `applied`, which is for reading, is passed over.

    Args:
        payload: What the platform submitted.
        rulebook: The promotions.

    Raises:
        UnknownUcpField: It has another field.
        BadUcpField: Its codes are no list of texts.
    """
    told = _object(payload, "$.discounts", {"codes", "applied"})
    spelt = {code.casefold(): code for code in sorted(rulebook.by_code, reverse=True)}
    codes = _list(told.get("codes", []), "$.discounts.codes", _text)
    return tuple(code if code in rulebook.by_code else spelt.get(code.casefold(), code) for code in codes)


def read_ucp(payload: object) -> UcpDiscounts:
    """Return what another business answered: the opposite of `to_ucp`.

    Args:
        payload: `discounts`, and `messages` if there are any.

    Raises:
        UnknownUcpField: It has a field that the extension does not know.
        BadUcpField: A field is missing, or of another kind.
        UnequalAllocations: The allocations of a discount do not add up to it.
    """
    told = _object(payload, "$", {"discounts", "messages"})
    discounts = _object(told.get("discounts"), "$.discounts", {"codes", "applied"})
    return UcpDiscounts(
        codes=_list(discounts.get("codes", []), "$.discounts.codes", _text),
        applied=_list(discounts.get("applied", []), "$.discounts.applied", _read_discount),
        messages=_list(told.get("messages", []), "$.messages", _read_message),
    )


_DISCOUNT = frozenset(
    ("code", "title", "amount", "automatic", "method", "priority", "provisional", "eligibility", "allocations")
)


def _read_discount(value: object, path: str) -> UcpDiscount:
    told = _object(value, path, _DISCOUNT)
    amount = _minor(told.get("amount"), f"{path}.amount")
    method, priority = told.get("method"), told.get("priority")
    if method not in {None, EACH, ACROSS}:
        raise BadUcpField(path=f"{path}.method", expected="each or across")
    if priority is not None and _minor(priority, f"{path}.priority") < 1:
        raise BadUcpField(path=f"{path}.priority", expected="1 or more")
    allocations = _list(told.get("allocations", []), f"{path}.allocations", _read_allocation)
    total = sum(each.amount for each in allocations)
    if allocations and total != amount:
        raise UnequalAllocations(path=path, sum=total, amount=amount)
    return UcpDiscount(
        title=_text(told.get("title"), f"{path}.title"),
        amount=amount,
        code=_maybe(told, "code", path),
        automatic=_flag(told.get("automatic", False), f"{path}.automatic"),
        method=_maybe(told, "method", path),
        priority=cast("int | None", priority),
        provisional=_flag(told.get("provisional", False), f"{path}.provisional"),
        eligibility=_maybe(told, "eligibility", path),
        allocations=allocations,
    )


def _read_allocation(value: object, path: str) -> UcpAllocation:
    told = _object(value, path, {"path", "amount"})
    return UcpAllocation(
        path=_text(told.get("path"), f"{path}.path"), amount=_minor(told.get("amount"), f"{path}.amount")
    )  # fmt: skip


def _read_message(value: object, path: str) -> UcpMessage:
    told = _object(value, path, {"type", "code", "path", "content"})
    if told.get("type") != "warning":
        raise BadUcpField(path=f"{path}.type", expected="warning")
    code, of, content = (_text(told.get(name), f"{path}.{name}") for name in ("code", "path", "content"))
    return UcpMessage(code=code, path=of, content=content)


def _object(value: object, path: str, known: "frozenset[str] | set[str]") -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BadUcpField(path=path, expected="an object")
    told = cast("Mapping[str, object]", value)
    unknown = tuple(sorted(str(name) for name in told if name not in known))
    if unknown:
        raise UnknownUcpField(path=path, fields=unknown)
    return told


def _list(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    if not isinstance(value, list | tuple):
        raise BadUcpField(path=path, expected="a list")
    values = cast("Sequence[object]", value)
    return tuple(read(each, f"{path}[{place}]") for place, each in enumerate(values))


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadUcpField(path=path, expected="a text")
    return value


def _maybe(told: Mapping[str, object], name: str, path: str) -> str | None:
    value = told.get(name)
    return None if value is None else _text(value, f"{path}.{name}")


def _flag(value: object, path: str) -> bool:
    if type(value) is not bool:
        raise BadUcpField(path=path, expected="true or false")
    return value


def _minor(value: object, path: str) -> int:
    if type(value) is not int or not 0 <= value <= MOST_MINOR:
        raise BadUcpField(path=path, expected="minor units, not negative")
    return value
