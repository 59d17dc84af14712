"""The laws of refunds: for any sequence of partial returns and cancellations, what goes back is what was given."""

from collections import Counter
from datetime import timedelta

from attrs import define, evolve, field, frozen
from hypothesis import assume, given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Currency, Money, worth
from ecomops.orders import DEFAULT_POLICY, ORDER, CancelReason, Line, LineUnits, Order, Refund, ServiceLine, Status
from ecomops.orders.balance import owed
from ecomops.orders.order import OrderReduced
from ecomops.orders.refunds import refund_of
from ecomops.orders.rungs import Part, StepKind, worth_of
from ecomops.terms import CaseId, Funder, OrderId, ShipmentId, Tax, TaxRate, TenderKind
from ecomops.testing import NOON, TEA, Given, a_checkout, a_discount, a_line, a_paid_order, a_service, cny
from ecomops.testing.strategies import checkouts

CASE = CaseId("k-1")
Payer = tuple[TenderKind, Funder]

taxes = st.none() | st.builds(
    Tax,
    code=st.sampled_from(["standard", "food"]),
    rate=st.builds(TaxRate, parts=st.integers(0, 300), per=st.just(1_000)),
    included=st.booleans(),
)


@st.composite
def placed_orders(draw: st.DrawFn) -> Order:
    """Draw an order with goods, some of them taxed."""
    checkout = draw(checkouts(order_ids=st.just(OrderId("o-1")), stocks=st.just(TEA)))
    assume(checkout.lines)
    lines = tuple(evolve(line, tax=draw(taxes)) for line in checkout.lines)
    services = tuple(evolve(service, tax=draw(taxes)) for service in checkout.services)
    return ORDER.replay(
        orders.place(evolve(checkout, lines=lines, services=services), policy=DEFAULT_POLICY, at=NOON)
    )  # fmt: skip


def arrived(order: Order) -> Order:
    """Return *order* paid, shipped and received."""
    order = ORDER.fold(order, orders.settle(order, captured=order.due, at=NOON))
    order = ORDER.fold(order, orders.ship(order, policy=DEFAULT_POLICY, at=NOON))
    return ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=NOON))


def some_of(draw: st.DrawFn, order: Order, *, all_of_it: bool) -> tuple[LineUnits, ...]:
    """Draw units that are left of *order*: of some lines some, or everything."""
    left = [(row.id, row.kept) for row in order.rows if row.kept]
    if not all_of_it:
        left = draw(st.lists(st.sampled_from(left), unique=True, min_size=1)) if left else []
        left = [(id, draw(st.integers(1, kept))) for id, kept in left]
    return tuple(LineUnits(line=id, quantity=quantity) for id, quantity in left)


def returned(order: Order, units: tuple[LineUnits, ...], fee: Money | None) -> tuple[Order, Refund]:
    """Return *order* after *units* came back and were refunded, and what went back."""
    order = ORDER.fold(order, orders.ask_back(order, case=CASE, units=units, at=NOON))
    lines = {line.id for line in order.lines}
    goods = tuple(each for each in units if each.line in lines)
    order = ORDER.fold(order, orders.take_back(order, case=CASE, units=goods, at=NOON) if goods else ())
    back = refund_of(order, units=units, fee=fee)
    return ORDER.fold(order, orders.refund(order, case=CASE, units=units, fee=fee, at=NOON)), back


@st.composite
def lives(draw: st.DrawFn) -> tuple[Order, list[tuple[Order, Refund]]]:
    """Draw an order and all that goes back of it, until nothing is left: some called off first, the rest in pieces."""
    first = order = draw(placed_orders())
    steps: list[tuple[Order, Refund]] = []
    if draw(st.booleans()):
        units = some_of(draw, order, all_of_it=False)
        back = refund_of(order, units=units)
        order = ORDER.fold(order, orders.reduce(order, units=units, reason=CancelReason.SHOP, at=NOON))
        if order.status is not Status.CANCELLED and any(line.unshipped for line in order.lines):
            steps.append((order, back))
        else:
            order = first
    order = arrived(order)
    while any(row.kept for row in order.rows):
        units = some_of(draw, order, all_of_it=len(steps) > 3)
        fee = draw(st.none() | st.integers(0, 500).map(lambda minor: Money(minor, Currency.CNY)))
        order, back = returned(order, units, fee)
        steps.append((order, back))
    return first, steps


def tendered(order: Order) -> Counter[Payer]:
    """Return what each payer gave."""
    given: Counter[Payer] = Counter()
    for tender in order.tenders:
        given[tender.kind, tender.funder] += tender.amount.minor
    return given


@given(lives())
def test_everything_returned_is_everything_paid(life: tuple[Order, list[tuple[Order, Refund]]]) -> None:
    """Over the gateway exactly what was due, fees apart; to tenders all that they gave, but for what was paid out."""
    order, steps = life
    assert sum(back.amount.minor + back.fee.minor for _, back in steps) == max(order.due.minor, 0)
    to_tenders = sum(each.amount.minor for _, back in steps for each in back.tenders)
    assert to_tenders == sum(tendered(order).values()) - max(-order.due.minor, 0)


@given(lives())
def test_nobody_gets_back_more_than_was_given(life: tuple[Order, list[tuple[Order, Refund]]]) -> None:
    """Neither the buyer nor any tender, at any moment; and nothing that goes back is negative."""
    order, steps = life
    given, gone, over = tendered(order), Counter[Payer](), 0
    for _, back in steps:
        over += back.amount.minor
        gone.update({(each.kind, each.funder): each.amount.minor for each in back.tenders})
        assert over <= max(order.due.minor, 0)
        assert all(gone[payer] <= given[payer] for payer in gone)
        assert all(part.amount.minor >= 0 for line in (*back.lines, *back.services) for part in line.parts)


def left_of(row: Line | ServiceLine) -> int:
    """Return what the units of a line that stay were sold for, tenders apart: all less the first ones."""
    last = row.rungs[-1].left.minor
    return last - worth(last, row.quantity, row.aftermath.undone)


@given(lives())
def test_what_is_due_is_the_worth_of_what_stays_and_the_fees(life: tuple[Order, list[tuple[Order, Refund]]]) -> None:
    """Less what tenders exceed it: the balance drives the money at every moment."""
    _, steps = life
    fees = 0
    for order, back in steps:
        fees += back.fee.minor
        assert order.due.minor == sum(map(left_of, order.rows)) - order.excess.minor
        assert owed(order).minor == order.due.minor + fees
        assert order.excess.minor >= 0
        assert (order.due, order.excess) == (back.due, back.excess)


def parts_of(line: Line | ServiceLine, parts: tuple[Part, ...], total: Counter[int]) -> None:
    """Count the parts of a run of units by the number of their step."""
    assert len(parts) == len(line.rungs)
    total.update({step: part.amount.minor for step, part in enumerate(parts)})


@given(lives())
def test_every_discount_and_tax_goes_back_with_its_line(life: tuple[Order, list[tuple[Order, Refund]]]) -> None:
    """The parts of all refunds of a line add up to the parts of the line, step by step."""
    order, steps = life
    for row in order.rows:
        total: Counter[int] = Counter()
        for _, back in steps:
            for line in (*back.lines, *back.services):
                if line.line == row.id:
                    parts_of(row, line.parts, total)
        whole = worth_of(row, start=0, end=row.quantity)
        assert [total[step] for step in range(len(whole))] == [part.amount.minor for part in whole]


@given(lives(), st.data())
def test_the_way_there_changes_nothing(life: tuple[Order, list[tuple[Order, Refund]]], data: st.DataObject) -> None:
    """A line returned in pieces or at once, in any order of the lines: the same goes back for it, to the cent."""
    order, _ = life
    order = arrived(order)
    units = tuple(LineUnits(line=row.id, quantity=row.kept) for row in order.rows)
    at_once = refund_of(order, units=units)
    moved = order
    refunds: Counter[str] = Counter()
    for each in data.draw(st.permutations(units)):
        cut = data.draw(st.integers(0, each.quantity))
        for quantity in (cut, each.quantity - cut):
            if quantity:
                moved, back = returned(moved, (LineUnits(line=each.line, quantity=quantity),), None)
                refunds.update({line.line: line.refund.minor for line in (*back.lines, *back.services)})
    assert refunds == {line.line: line.refund.minor for line in (*at_once.lines, *at_once.services)}
    assert (moved.due, moved.excess) == (at_once.due, at_once.excess)


@frozen(kw_only=True)
class Case:
    """An open case about units of one line: lost ones or those that arrived, and whether these come back."""

    units: int
    lost: bool
    goods: bool


@define
class Told:
    """What a buyer and a shop know of three units that leave one by one: each is on its way, there, or lost."""

    here: int = 0
    gone: int = 0
    paid_here: int = 0
    paid_gone: int = 0
    cases: list[Case] = field(factory=list[Case])

    def open_of(self, *, lost: bool) -> int:
        """Return how many units, lost or there, nobody has asked the money of."""
        asked = sum(case.units for case in self.cases if case.lost is lost)
        return (self.gone - self.paid_gone if lost else self.here - self.paid_here) - asked


THREE = a_checkout(a_line(quantity=3, gross="10.00", discounts=(a_discount("0.01"),)))
LINE = THREE.lines[0].id
ENDED = NOON + DEFAULT_POLICY.return_window + timedelta(microseconds=1)
PARCELS = tuple(ShipmentId(f"s-{parcel}") for parcel in range(3))


def some(quantity: int) -> tuple[LineUnits, ...]:
    """Return so many units of the line."""
    return (LineUnits(line=LINE, quantity=quantity),) if quantity else ()


def arrives(order: Order, told: Told, *, lost: bool) -> Order:
    """Return *order* after its next parcel arrived or was lost."""
    told.gone, told.here = told.gone + lost, told.here + (not lost)
    if lost:
        return ORDER.fold(order, orders.lose(order, shipment=order.parcels[0], units=some(1), at=NOON))
    return ORDER.fold(
        order, orders.deliver(order, shipment=order.parcels[0], units=some(1), policy=DEFAULT_POLICY, at=NOON)
    )


def asks(order: Order, told: Told, case: Case) -> Order:
    """Return *order* after *case* was opened: it is if, and only if, nobody asked for its units before."""
    outcome = Given(order).when(
        orders.ask_back, case=CASE, units=some(case.units), goods=case.goods, lost=case.lost, at=NOON
    )
    may = told.open_of(lost=case.lost)
    assert (outcome.refusal is None) is (case.units <= may + (0 if case.goods else told.open_of(lost=not case.lost)))
    if case.units > may:  # of both at once, or refused
        return order
    told.cases.append(case)
    return ORDER.fold(order, outcome.events)


def ends(order: Order, told: Told, *, refunded: bool, at: DateTime) -> Order:
    """Return *order* after its oldest case was refunded, or dropped."""
    case = told.cases.pop(0)
    units = some(case.units)
    if not refunded:
        return ORDER.fold(
            order, orders.drop_return(order, case=CASE, units=units, lost=units if case.lost else (), at=at)
        )
    if case.goods:
        order = ORDER.fold(order, orders.take_back(order, case=CASE, units=units, at=at))
    told.paid_gone, told.paid_here = (
        (told.paid_gone + case.units, told.paid_here) if case.lost else (told.paid_gone, told.paid_here + case.units)
    )
    return ORDER.fold(order, orders.refund(order, case=CASE, units=units, at=at))


def agree(order: Order, told: Told) -> None:
    """Compare *order* with what everybody knows: what is due, and whether it is over."""
    (line,) = order.lines
    paid = told.paid_gone + told.paid_here
    assert (line.received, line.aftermath.lost) == (told.here, told.gone)
    assert (line.aftermath.refunded, line.lost_unclaimed) == (paid, told.open_of(lost=True))
    assert order.due.minor == left_of(line) == 999 - worth(999, 3, paid)
    if order.status is Status.CLOSED:
        assert (told.paid_gone, told.cases) == (told.gone, [])


def three_on_their_way() -> Order:
    """Return a paid order of three units, each in a parcel of its own."""
    order = a_paid_order(THREE)
    for parcel in PARCELS:
        order = ORDER.fold(order, orders.ship(order, units=some(1), shipment=parcel, policy=DEFAULT_POLICY, at=NOON))
    return order


@given(st.data())
def test_everything_owed_is_paid_and_nothing_twice(data: st.DataObject) -> None:
    """However units arrive, are lost, asked for, refunded, dropped: the order closes when all that is owed is paid."""
    order, told = three_on_their_way(), Told()
    for _ in range(data.draw(st.integers(0, 12))):
        steps = ["ask", *(["arrive"] * 2 if order.parcels else []), *(["end"] if told.cases else [])]
        step = data.draw(st.sampled_from(steps))
        if step == "arrive":
            order = arrives(order, told, lost=data.draw(st.booleans()))
        elif step == "ask":
            lost = data.draw(st.booleans())
            case = Case(units=data.draw(st.integers(1, 2)), lost=lost, goods=not lost and data.draw(st.booleans()))
            order = asks(order, told, case)
        else:
            order = ends(order, told, refunded=data.draw(st.booleans()), at=NOON)
        agree(order, told)
        if order.status is Status.CLOSED:
            return
    while order.parcels:
        order = arrives(order, told, lost=data.draw(st.booleans()))
    while told.cases:
        order = ends(order, told, refunded=True, at=ENDED)
        agree(order, told)
    order = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=ENDED))
    agree(order, told)
    if owed_for := told.open_of(lost=True):  # the windows have ended, and nothing but the loss keeps the order open
        order = ends(asks(order, told, Case(units=owed_for, lost=True, goods=False)), told, refunded=True, at=ENDED)
        agree(order, told)
    assert (order.status, told.paid_gone) == (Status.CLOSED, told.gone)


def test_two_units_worth_two_cents_with_two_discounts_of_one_refund_nothing() -> None:
    """Neither of them is worth a cent, and none is worth less than nothing."""
    cents = (a_discount("0.01", promotion="a"), a_discount("0.01", promotion="b"))
    order = arrived(
        ORDER.replay(
            orders.place(a_checkout(a_line(quantity=2, gross="0.02", discounts=cents)), policy=DEFAULT_POLICY, at=NOON)
        )
    )
    one = (LineUnits(line=order.lines[0].id, quantity=1),)
    for _ in range(2):
        order, back = returned(order, one, None)
        assert back.amount == cny("0.00")
        assert [part.amount.minor for part in back.lines[0].parts[1:]] != [1, 1] or back.lines[0].refund.minor == 0
    assert order.due == cny("0.00")


def test_a_part_that_was_called_off_comes_out_of_the_same_rungs() -> None:
    """Three units of a yuan: the first is called off for 34 cents, the others come back for 33."""
    order = ORDER.replay(
        orders.place(
            a_checkout(a_line(quantity=3, gross="1.00"), services=(a_service(),)), policy=DEFAULT_POLICY, at=NOON
        )
    )
    one = (LineUnits(line=order.lines[0].id, quantity=1),)
    (reduced,) = orders.reduce(order, units=one, reason=CancelReason.CUSTOMER, at=NOON)
    assert isinstance(reduced, OrderReduced)
    assert (reduced.amount, reduced.due) == (cny("0.34"), cny("5.66"))
    order = arrived(ORDER.fold(order, (reduced,)))
    amounts: list[str] = []
    for _ in range(2):
        order, back = returned(order, one, None)
        amounts.append(str(back.amount))
    assert amounts == ["0.33 CNY", "0.33 CNY"]


def test_the_steps_of_tax_are_parts_too() -> None:
    """The tax that was charged goes back with the units that it was charged on."""
    tax = Tax(code="standard", rate=TaxRate(parts=13))
    order = arrived(
        ORDER.replay(
            orders.place(a_checkout(evolve(a_line(quantity=2, gross="10.01"), tax=tax)), policy=DEFAULT_POLICY, at=NOON)
        )
    )
    _, back = returned(order, (LineUnits(line=order.lines[0].id, quantity=1),), None)
    gross, charged = back.lines[0].parts
    assert charged.kind is StepKind.TAX
    assert (gross.amount, charged.amount, back.amount) == (cny("5.01"), cny("0.65"), cny("5.66"))
