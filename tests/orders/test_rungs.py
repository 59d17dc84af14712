"""The frozen amounts of a line: what its rungs are, what tenders reach, and what each unit is worth."""

from collections.abc import Callable

import pytest

from ecomops.kernel import Currency, CurrencyMismatch, DomainError, Money, OutOfRange, Repeated
from ecomops.orders import DiscountTooLarge, Line, Overdiscount, Rung, ServiceLine, UnknownLine
from ecomops.orders.rungs import Frozen, Part, StepKind, freeze, worth_of
from ecomops.terms import (
    Discount,
    Funder,
    LineId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Tender,
    TenderKind,
)
from ecomops.testing import TEA, a_discount, a_line, a_service, cny

COUPON = TenderKind.MANUFACTURER_COUPON
CARD = TenderKind.GIFT_CARD


def tender(amount: str, *lines: str, kind: TenderKind = COUPON, funder: Funder = Funder.BRAND) -> Tender:
    """Return a tender for the lines named; for all, when none is."""
    return Tender(kind=kind, amount=cny(amount), funder=funder, lines=tuple(LineId(line) for line in lines))


def frozen(*priced: PricedLine | PricedService, tenders: tuple[Tender, ...] = ()) -> Frozen:
    """Freeze an order in yuan."""
    return freeze(
        [each for each in priced if isinstance(each, PricedLine)],
        [each for each in priced if isinstance(each, PricedService)],
        tenders,
        order_id=OrderId("o-1"),
        currency=Currency.CNY,
    )


def left(line: Line | ServiceLine) -> list[str]:
    """Return the running amounts of a line."""
    return [str(rung.left).removesuffix(" CNY") for rung in line.rungs]


def gross(amount: str) -> Rung:
    """Return the first rung of a line."""
    return Rung(kind=StepKind.GROSS, source="gross", funder=Funder.SHOP, left=cny(amount))


def test_a_line_without_steps_has_its_gross_amount() -> None:
    """The amount is the truth of the line, not its price times its quantity."""
    priced = PricedLine(
        id=LineId("l-1"), stock=TEA, quantity=3, price=Price(amount=cny("4.00")), gross=cny("10.00"), discounts=()
    )
    assert frozen(priced) == Frozen(
        lines=(
            Line(id=LineId("l-1"), stock=TEA, quantity=3, price=Price(amount=cny("4.00")), rungs=(gross("10.00"),)),
        ),
        services=(),
        excess=cny("0.00"),
        due=cny("10.00"),
    )


def test_each_discount_is_a_rung_with_its_promotion_and_funder() -> None:
    """In the order in which they were stated; all of the line may be taken off."""
    platform = Discount(promotion=PromotionId("sale"), amount=cny("3.00"), funder=Funder.PLATFORM)
    (line,) = frozen(a_line(gross="4.00", discounts=(platform, a_discount("1.00"), a_discount("0.00")))).lines
    assert line.rungs == (
        gross("4.00"),
        Rung(kind=StepKind.DISCOUNT, source="sale", funder=Funder.PLATFORM, left=cny("1.00")),
        Rung(kind=StepKind.DISCOUNT, source="loyalty", funder=Funder.SHOP, left=cny("0.00")),
        Rung(kind=StepKind.DISCOUNT, source="loyalty", funder=Funder.SHOP, left=cny("0.00")),
    )


def test_services_take_discounts_and_tenders_too() -> None:
    """They are money of the order, and counted in what is due."""
    answer = frozen(
        a_line(gross="5.00"), a_service(gross="2.00", discounts=(a_discount("0.50"),)), tenders=(tender("1.00", "s-1"),)
    )
    assert answer.services == (
        ServiceLine(
            id=LineId("s-1"),
            name="gift wrap",
            rungs=(
                gross("2.00"),
                Rung(kind=StepKind.DISCOUNT, source="loyalty", funder=Funder.SHOP, left=cny("1.50")),
                Rung(kind=StepKind.TENDER, source="manufacturer_coupon", funder=Funder.BRAND, left=cny("0.50")),
            ),
        ),
    )
    assert left(answer.lines[0]) == ["5.00"]
    assert answer.due == cny("5.50")


@pytest.mark.parametrize(
    ("tenders", "lines", "excess", "due"),
    [
        # three lines with 6.00, 3.00 and 1.00 left after discounts
        ((tender("5.00"),), (["6.00", "3.00"], ["3.00", "1.50"], ["2.00", "1.00", "0.50"]), "0.00", "5.00"),
        ((tender("0.01"),), (["6.00", "5.99"], ["3.00"], ["2.00", "1.00"]), "0.00", "9.99"),
        ((tender("10.00"),), (["6.00", "0.00"], ["3.00", "0.00"], ["2.00", "1.00", "0.00"]), "0.00", "0.00"),
        ((tender("12.50"),), (["6.00", "0.00"], ["3.00", "0.00"], ["2.00", "1.00", "0.00"]), "2.50", "-2.50"),
        ((tender("0.00"),), (["6.00"], ["3.00"], ["2.00", "1.00"]), "0.00", "10.00"),
        ((tender("2.00", "b"),), (["6.00"], ["3.00", "1.00"], ["2.00", "1.00"]), "0.00", "8.00"),
        # a tender never reaches beyond the lines that it names
        ((tender("4.00", "b"),), (["6.00"], ["3.00", "0.00"], ["2.00", "1.00"]), "1.00", "6.00"),
        ((tender("2.00", "b", "c"),), (["6.00"], ["3.00", "1.50"], ["2.00", "1.00", "0.50"]), "0.00", "8.00"),
        ((tender("2.00", "b", "b"),), (["6.00"], ["3.00", "1.00"], ["2.00", "1.00"]), "0.00", "8.00"),
        # the second finds what the first has left, and a line with nothing left gets no rung
        (
            (tender("3.00", "b"), tender("3.50")),
            (["6.00", "3.00"], ["3.00", "0.00"], ["2.00", "1.00", "0.50"]),
            "0.00",
            "3.50",
        ),
        ((tender("3.00", "b"), tender("1.00", "b")), (["6.00"], ["3.00", "0.00"], ["2.00", "1.00"]), "1.00", "6.00"),
        # the order of the tenders decides what exceeds
        ((tender("7.00"), tender("3.00", "b")), None, "2.10", "0.00"),
        ((tender("3.00", "b"), tender("7.00")), None, "0.00", "0.00"),
    ],
)
def test_a_tender_pays_for_its_lines_by_what_is_left_of_them(
    tenders: tuple[Tender, ...], lines: tuple[list[str], ...] | None, excess: str, due: str
) -> None:
    """Up to what is left; what exceeds them stands on the order and counts in what is due."""
    answer = frozen(
        a_line(id="a", gross="6.00"),
        a_line(id="b", gross="3.00"),
        a_line(id="c", gross="2.00", discounts=(a_discount("1.00"),)),
        tenders=tenders,
    )
    assert lines is None or tuple(left(line) for line in answer.lines) == lines
    assert (answer.excess, answer.due) == (cny(excess), cny(due))


def test_a_tender_is_a_rung_with_its_kind_and_funder() -> None:
    """The shop gets this money from its funder: it is never a discount."""
    (line,) = frozen(
        a_line(gross="9.00"), tenders=(tender("2.00"), tender("3.00", kind=CARD, funder=Funder.SHOP))
    ).lines
    assert line.rungs == (
        gross("9.00"),
        Rung(kind=StepKind.TENDER, source="manufacturer_coupon", funder=Funder.BRAND, left=cny("7.00")),
        Rung(kind=StepKind.TENDER, source="gift_card", funder=Funder.SHOP, left=cny("4.00")),
    )


def test_tenders_without_lines_are_all_excess() -> None:
    """Nothing is bought: all of it is to be paid out."""
    answer = frozen(tenders=(tender("2.00"), tender("0.50")))
    assert answer == Frozen(lines=(), services=(), excess=cny("2.50"), due=cny("-2.50"))


def test_the_odd_cent_of_a_tender_goes_to_the_largest_remainder_then_to_the_first_line() -> None:
    """A cent over two equal lines falls on the first."""
    answer = frozen(a_line(id="a", gross="1.00"), a_line(id="b", gross="1.00"), tenders=(tender("0.01"),))
    assert [left(line) for line in answer.lines] == [["1.00", "0.99"], ["1.00"]]


def usd(minor: int) -> Money:
    """Return an amount of another currency."""
    return Money(minor, Currency.USD)


def over(line: str, discounts: str) -> Overdiscount:
    """Return by how much the discounts of a line of 1.00 exceed it."""
    return Overdiscount(line=LineId(line), gross=cny("1.00"), discounts=cny(discounts))


def test_an_overdiscount_is_told_in_words() -> None:
    """The line, and both amounts."""
    assert str(over("l-1", "1.01")) == "l-1 (1.01 CNY > 1.00 CNY)"


MIXED = {"left": Currency.CNY, "right": Currency.USD}


@pytest.mark.parametrize(
    ("attempt", "refusal", "context"),
    [
        (
            lambda: frozen(
                a_line(gross="1.00", discounts=(a_discount("0.40"), a_discount("0.61"), a_discount("1.00")))
            ),
            DiscountTooLarge,
            {"lines": (over("l-1", "2.01"),)},
        ),
        (
            lambda: frozen(
                a_line(id="l-2", gross="1.00", discounts=(a_discount("3.00"),)),
                a_line(),
                a_service(gross="1.00", discounts=(a_discount("1.01"),)),
            ),
            DiscountTooLarge,
            {"lines": (over("l-2", "3.00"), over("s-1", "1.01"))},
        ),
        (lambda: frozen(a_line(), a_line()), Repeated, {"field": "order.lines", "key": "l-1"}),
        (lambda: frozen(a_line(), a_service(id="l-1")), Repeated, {"field": "order.lines", "key": "l-1"}),
        (
            lambda: frozen(a_line(), tenders=(tender("1.00", "x", "l-1", "y"),)),
            UnknownLine,
            {"id": "o-1", "lines": ("x", "y")},
        ),
        (
            lambda: frozen(
                PricedLine(id=LineId("l-1"), stock=TEA, quantity=1, price=Price(amount=usd(1)), gross=usd(1))
            ),
            CurrencyMismatch,
            MIXED,
        ),
        (lambda: frozen(PricedService(id=LineId("s-1"), name="fee", gross=usd(1))), CurrencyMismatch, MIXED),
        (
            lambda: frozen(a_line(discounts=(Discount(promotion=PromotionId("p"), amount=usd(1)),))),
            CurrencyMismatch,
            MIXED,
        ),
        (lambda: frozen(a_line(), tenders=(Tender(kind=COUPON, amount=usd(1)),)), CurrencyMismatch, MIXED),
        (lambda: frozen(tenders=(Tender(kind=COUPON, amount=usd(1)),)), CurrencyMismatch, MIXED),
    ],
)
def test_what_does_not_add_up_is_refused(
    attempt: Callable[[], Frozen], refusal: type[DomainError], context: dict[str, object]
) -> None:
    """Each refusal names the line and the numbers."""
    with pytest.raises(refusal) as caught:
        attempt()
    assert type(caught.value) is refusal
    assert caught.value.context == context


def test_amounts_beyond_what_can_be_kept_are_refused() -> None:
    """Two lines that each fit, and whose sum does not."""
    most = Money(2**62, Currency.CNY)
    lines = [
        PricedLine(id=LineId(id), stock=TEA, quantity=1, price=Price(amount=most), gross=most) for id in ("a", "b")
    ]
    with pytest.raises(OutOfRange) as refusal:
        frozen(*lines)
    assert refusal.value.context["field"] == "Money.minor"


# --- what the units of a line are worth

LINE = frozen(
    a_line(quantity=3, gross="10.00", discounts=(a_discount("2.00"),)), tenders=(tender("1.00", kind=CARD),)
).lines[0]


def part(kind: StepKind, source: str, funder: Funder, amount: str) -> Part:
    """Return what one step contributes."""
    return Part(kind=kind, source=source, funder=funder, amount=cny(amount))


@pytest.mark.parametrize(
    ("start", "end", "amounts"),
    [
        # rungs 10.00, 8.00, 7.00 over three units: 3.34 3.33 3.33, 2.67 2.67 2.66, 2.34 2.33 2.33
        (0, 1, ("3.34", "0.67", "0.33")),
        (1, 2, ("3.33", "0.66", "0.34")),
        (2, 3, ("3.33", "0.67", "0.33")),
        (0, 2, ("6.67", "1.33", "0.67")),
        (1, 3, ("6.66", "1.33", "0.67")),
        (0, 3, ("10.00", "2.00", "1.00")),
        (0, 0, ("0.00", "0.00", "0.00")),
        (3, 3, ("0.00", "0.00", "0.00")),
    ],
)
def test_each_step_has_its_share_in_a_run_of_units(start: int, end: int, amounts: tuple[str, str, str]) -> None:
    """Whole cents go to every unit alike and the odd ones to the first; a step is the difference of two rungs."""
    gross, discount, paid = amounts
    assert worth_of(LINE, start=start, end=end) == (
        part(StepKind.GROSS, "gross", Funder.SHOP, gross),
        part(StepKind.DISCOUNT, "loyalty", Funder.SHOP, discount),
        part(StepKind.TENDER, "gift_card", Funder.BRAND, paid),
    )


@pytest.mark.parametrize(("start", "end"), [(0, 4), (4, 4), (-1, 1), (-1, -1), (2, 1), (3, 0)])
def test_a_run_beyond_the_units_of_its_line_is_refused(start: int, end: int) -> None:
    """It starts at the first unit or later, ends at the last or earlier, and never ends before it starts."""
    with pytest.raises(OutOfRange):
        worth_of(LINE, start=start, end=end)


def test_a_line_has_at_least_its_gross_amount() -> None:
    """One that a host made without any amounts is refused, when it is made or when it is asked for its worth."""
    with pytest.raises(DomainError):
        worth_of(Line(id=LineId("l-1"), stock=TEA, quantity=1, price=LINE.price, rungs=()), start=0, end=1)


def test_a_line_counts_what_is_still_to_go() -> None:
    """Its quantity less what has left."""
    line = Line(id=LINE.id, stock=TEA, quantity=3, price=LINE.price, rungs=LINE.rungs, shipped=2, received=1)
    assert (line.unshipped, line.sku) == (1, "tea")


def test_the_kinds_of_steps_keep_their_names() -> None:
    """They stand in stored events."""
    assert [kind.value for kind in StepKind] == ["gross", "discount", "net", "tax", "tender"]


def test_who_gets_the_odd_cent_does_not_depend_on_the_order_of_lines() -> None:
    """What a line pays, and what is due, is the same wherever the line stands and however a tender names it."""
    one, two = a_line(id="a", gross="0.01"), a_line(id="b", gross="0.01")
    tenders = (tender("0.01"), tender("0.01", "b"))
    there, back = frozen(one, two, tenders=tenders), frozen(two, one, tenders=tenders)
    assert {line.id: left(line) for line in there.lines} == {line.id: left(line) for line in back.lines}
    assert (there.due, there.excess) == (back.due, back.excess) == (cny("0"), cny("0"))
    named = {
        names: {line.id: left(line) for line in frozen(*same, tenders=(tender("1.01", *names),)).lines}
        for names in (("a", "b"), ("b", "a"))
        for same in [(a_line(id="a", gross="1.00"), a_line(id="b", gross="1.00"))]
    }
    assert named["a", "b"] == named["b", "a"] == {"a": ["1.00", "0.49"], "b": ["1.00", "0.50"]}
