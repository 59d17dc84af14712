"""The bridge from events to columns: the log and nothing else, in any chunks, equal to what the nouns say."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops import facts as module
from ecomops import metrics, orders
from ecomops.columns import NEVER, microseconds
from ecomops.facts import FactReader
from ecomops.kernel import (
    Calendar,
    CommandId,
    CorruptHistory,
    Currency,
    CurrencyMismatch,
    Grain,
    Money,
    OutOfRange,
    Period,
    Recorded,
    later,
    run,
)
from ecomops.memory import MemoryStore
from ecomops.metrics import AOV, NET, PIECES, UNITS, Facts, tabulate
from ecomops.metrics.families import Columns
from ecomops.orders import DEFAULT_POLICY, ORDER, CancelReason, Checkout, LineUnits, Operation, Order, Outcome, Status
from ecomops.orders.aftersales import CaseRefunded
from ecomops.orders.order import OrderAdopted, OrderCancelled, OrderClosed, OrderPaid, OrderPlaced, OrderReduced
from ecomops.orders.payments import PAYMENT, PaymentNoticed, PaymentOpened, results
from ecomops.orders.refunds import refund_of
from ecomops.orders.rungs import Line, ServiceLine, StepKind
from ecomops.terms import (
    CaseId,
    CustomerId,
    LineId,
    LocationId,
    OrderId,
    Sku,
    StockKey,
    Tax,
    TaxRate,
    Tender,
    TenderKind,
)
from ecomops.testing import (
    BUYER,
    NOON,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_placement,
    a_service,
    cny,
)
from ecomops.workflows.placement import place_order
from ecomops.workflows.stocking import receive_stock

STOCKS = [StockKey.of(Sku(sku), LocationId(place)) for sku in ("tea", "oil") for place in ("hz", "sh@1")]


@frozen
class Story:
    """What becomes of one order."""

    customer: str | None
    lines: tuple[tuple[StockKey, int, str, str], ...]
    service: bool
    taxes: tuple[Tax | None, ...]
    tender: str
    after: tuple[str, ...]
    minutes: int


ON_TOP, INCLUDED = (Tax(code="standard", rate=TaxRate(parts=13), included=included) for included in (False, True))

STORIES = st.lists(
    st.builds(
        Story,
        customer=st.sampled_from([None, "u-1", "u-2"]),
        lines=st.lists(
            st.tuples(
                st.sampled_from(STOCKS),
                st.integers(2, 4),
                st.sampled_from(["3.00", "9.99", "0.05"]),
                st.sampled_from(["0", "0.05"]),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        service=st.booleans(),
        taxes=st.sampled_from([(None, None), (ON_TOP, None), (INCLUDED, ON_TOP)]),
        tender=st.sampled_from(["0", "1.00", "99.00"]),
        after=st.sampled_from(
            [
                (),
                ("pay",),
                ("reduce", "pay"),
                ("pay", "reduce"),
                ("cancel",),
                ("pay", "cancel"),
                ("pay", "refund"),
                ("pay", "refund", "close"),
                ("pay", "refund all"),
            ]
        ),
        minutes=st.integers(0, 10_000),
    ),
    max_size=5,
)


def checkout_of(story: Story, number: int) -> Checkout:
    """Return what was bought."""
    lines = [
        a_line(
            id=f"l-{place}",
            stock=stock,
            quantity=quantity,
            gross=gross,
            discounts=() if off == "0" else (a_discount(off),),
        )
        for place, (stock, quantity, gross, off) in enumerate(story.lines)
    ]
    tenders = () if story.tender == "0" else (Tender(kind=TenderKind.GIFT_CARD, amount=cny(story.tender)),)
    goods, service = story.taxes
    lines = [evolve(line, tax=goods) for line in lines]
    services = (evolve(a_service(id="s-1", gross="0.50"), tax=service),) if story.service else ()
    checkout = a_checkout(*lines, order_id=f"o-{number}", services=services, tenders=tenders)
    return evolve(checkout, customer=None if story.customer is None else CustomerId(story.customer))


def told(story: Story, number: int) -> list[object]:
    """Return the events of one order."""
    at = later(NOON, timedelta(minutes=story.minutes))
    events: list[object] = list(orders.place(checkout_of(story, number), policy=DEFAULT_POLICY, at=at))
    order = ORDER.replay(events)  # type: ignore[arg-type] # they are those of an order
    for what in story.after:
        at = later(at, timedelta(hours=1))
        new = _next(order, what, at)
        events += new
        own: Any = [each for each in new if not isinstance(each, (CaseRefunded, PaymentOpened, PaymentNoticed))]
        order = ORDER.fold(order, own)
    return events


def _next(order: Order, what: str, at: DateTime) -> list[object]:
    if order.status is Status.CANCELLED:
        return []
    unit = (LineUnits(line=LineId("l-0"), quantity=1),)
    match what:
        case "pay":
            return [*_noticed(order, at), *orders.settle(order, captured=max(order.due, cny("0")), at=at)]
        case "cancel":
            return list(orders.cancel(order, reason=CancelReason.CUSTOMER, at=at))
        case "reduce":
            return list(orders.reduce(order, units=unit, reason=CancelReason.SHOP, at=at))
        case "close":
            return [OrderClosed(order_id=order.id, at=at)]
        case _:
            units = unit if what == "refund" else tuple(LineUnits(line=row.id, quantity=row.kept) for row in order.rows)
            return [_refund(order, units, at)]


def _refund(order: Order, units: tuple[LineUnits, ...], at: DateTime) -> CaseRefunded:
    back = refund_of(order, units=units, fee=cny("0.03"))
    return CaseRefunded(
        case_id=CaseId(f"case-{order.id}"),
        order_id=order.id,
        lines=back.lines,
        services=back.services,
        amount=back.amount,
        fee=back.fee,
        tenders=back.tenders,
        at=at,
    )


def _noticed(order: Order, at: DateTime) -> list[object]:
    """Return three notices of a gateway, the middle one twice: asked, failed at last, captured in between."""
    if order.due.minor <= 0:
        return []
    shown = str(order.due).split()[0]
    asked, paid, again = (
        a_notice(outcome=outcome, amount=shown, at=later(at, timedelta(seconds=seconds)))
        for outcome, seconds in ((Outcome.REQUESTED, 9), (Outcome.SUCCEEDED, 5), (Outcome.FAILED, 1))
    )
    other = a_notice(operation=Operation.AUTHORISE, reference="r-2", amount=shown, at=at)
    opened = PaymentOpened(id=orders.PaymentId(order.id), currency=Currency.CNY, notices=(asked, other), at=at)
    return [opened, *(PaymentNoticed(id=opened.id, notice=notice, at=at) for notice in (paid, again, paid))]


@st.composite
def logs(draw: st.DrawFn) -> tuple[Recorded, ...]:
    """Return the log of some orders, whose events stand among one another, with gaps between the positions."""
    own = [told(story, number) for number, story in enumerate(draw(STORIES))]
    turns = draw(st.permutations([number for number, events in enumerate(own) for _ in events]))
    left = [iter(events) for events in own]
    return recorded(next(left[number]) for number in turns)


def recorded(events: Iterator[object]) -> tuple[Recorded, ...]:
    """Return events as they stand in a log."""
    return tuple(
        Recorded(
            position=3 * place + 2, kind="any", id="any", version=1, by=BUYER, command_id=CommandId("c"), event=event
        )
        for place, event in enumerate(events)
    )


def unit_of(sku: Sku) -> str:
    """Return that oil is sold by the millilitre."""
    return "millilitre" if sku == "oil" else PIECES


def read(*chunks: Sequence[Recorded]) -> Facts:
    """Return the facts of a log that was read in some chunks."""
    reader = FactReader(currency=Currency.CNY, unit_of=unit_of)
    for chunk in chunks:
        reader.read(chunk)
    return reader.facts()


def dumped(facts: Facts) -> dict[str, Any]:
    """Return all that facts hold, to be compared."""
    fields: dict[str, Any] = attrs.asdict(facts, recurse=False)
    return {
        name: {key: cells.tolist() for key, cells in value.to_columns().items()}
        if isinstance(value, Columns)
        else value
        for name, value in fields.items()
    }


@given(logs(), st.data())
def test_any_chunks_give_the_same_columns(log: tuple[Recorded, ...], data: st.DataObject) -> None:
    """Read at once, event by event, in any chunks, with chunks told again: the columns are the same."""
    whole = dumped(read(log))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(log)), max_size=4)))
    chunks = [log[start:end] for start, end in pairwise([0, *cuts, len(log)])]
    assert dumped(read(*chunks)) == whole
    assert dumped(read(*(chunk for chunk in chunks for _ in range(2)), log)) == whole
    assert dumped(read(*([each] for each in log))) == whole


@given(logs())
def test_facts_read_in_between_change_nothing_and_stay(log: tuple[Recorded, ...]) -> None:
    """Looking at the facts does not disturb the reader, and what was given out is not changed by later events."""
    reader = FactReader(currency=Currency.CNY, unit_of=unit_of)
    half = len(log) // 2
    assert reader.read(log[:half]) == half
    early = reader.facts()
    before = dumped(early)
    assert reader.read(log) == len(log) - half
    assert reader.position == (log[-1].position if log else -1)
    assert dumped(early) == before
    assert dumped(reader.facts()) == dumped(read(log))


def events_of(log: Sequence[Recorded], *kind: type[Any]) -> list[Any]:
    """Return the events of one kind."""
    return [each.event for each in log if isinstance(each.event, kind)]


def never_sold(log: Sequence[Recorded]) -> list[OrderReduced]:
    """Return what was called off of orders that were not paid."""
    paid: set[OrderId] = set()
    found: list[OrderReduced] = []
    for event in events_of(log, OrderPaid, OrderReduced):
        if isinstance(event, OrderPaid):
            paid.add(event.order_id)
        elif event.order_id not in paid:
            found.append(event)
    return found


def off(log: Sequence[Recorded], order: OrderId, line: LineId) -> tuple[int, tuple[int, ...]]:
    """Return how many units of a line were called off before it was paid, and the minor units of each of its parts."""
    for event in never_sold(log):
        for each in (*event.lines, *event.services):
            if (event.order_id, each.line) == (order, line):
                return each.quantity, tuple(part.amount.minor for part in each.parts)
    return 0, (0,) * 9


@given(logs())
def test_orders_are_what_their_events_say(log: tuple[Recorded, ...]) -> None:
    """Each placed order is a row, with the instants of its later events, and its amounts lead to what is due."""
    facts = read(log)
    columns, names = facts.orders, facts.names
    placed: list[OrderPlaced] = events_of(log, OrderPlaced)
    assert list(names.orders) == [event.order_id for event in placed]
    assert columns.placed_at.tolist() == [microseconds(event.at) for event in placed]
    last = {event.order_id: event.due.minor for event in placed}
    last |= {event.order_id: event.due.minor for event in never_sold(log)}
    assert columns.due.tolist() == [last[event.order_id] for event in placed]
    assert (columns.gross - columns.discount + columns.tax - columns.tendered).tolist() == columns.due.tolist()
    for name, kind in (("paid_at", OrderPaid), ("cancelled_at", OrderCancelled), ("closed_at", OrderClosed)):
        found = {event.order_id: microseconds(event.at) for event in events_of(log, kind)}
        assert getattr(columns, name).tolist() == [found.get(event.order_id, NEVER) for event in placed]
    codes: list[int] = columns.customer.tolist()
    buyers = [None if code < 0 else names.customers[code] for code in codes]
    assert buyers == [event.customer for event in placed]
    for event, code in zip(placed, columns.location.tolist(), strict=True):
        places = {line.stock.location for line in event.lines}
        assert (names.locations[code] in places) if len(places) == 1 else code == -1


@given(logs())
def test_lines_are_what_was_placed(log: tuple[Recorded, ...]) -> None:
    """Goods and services are rows under their orders, less what was called off before they were paid."""
    facts = read(log)
    placed: list[OrderPlaced] = events_of(log, OrderPlaced)
    wanted: list[Any] = []
    for row, event in enumerate(placed):
        every: tuple[Line | ServiceLine, ...] = (*event.lines, *event.services)
        for line in every:
            gone, (gross, *_) = off(log, event.order_id, line.id)
            *where, quantity = kept(line)
            wanted.append((row, line.id, *where, quantity - gone, line.rungs[0].left.minor - gross))
    names = facts.names
    cells: dict[str, list[int]] = {name: column.tolist() for name, column in facts.lines.to_columns().items()}
    texts = {"line": names.lines, "sku": names.skus, "location": names.locations, "unit": names.units}
    for name, known in texts.items():
        assert max(cells[name], default=-1) < len(known)
    shown = [[known[code] if code >= 0 else None for code in cells[name]] for name, known in texts.items()]
    assert list(zip(cells["order"], *shown, cells["quantity"], cells["gross"], strict=True)) == wanted


def kept(line: Line | ServiceLine) -> tuple[str | None, str | None, str | None, int]:
    """Return SKU, place, unit and quantity of a line; a service has none."""
    if isinstance(line, ServiceLine):
        return None, None, None, 0
    return line.stock.sku, line.stock.location, unit_of(line.stock.sku), line.quantity


@pytest.mark.parametrize(("tax", "on_top"), [(None, 0), (ON_TOP, 130), (INCLUDED, 0)])
def test_tax_counts_where_it_stands_on_top(tax: Tax | None, on_top: int) -> None:
    """Tax on top of a price is a figure of its own; tax within it changes nothing of what was paid."""
    checkout = a_checkout(evolve(a_line(gross="10.00"), tax=tax))
    facts = read(recorded(iter(orders.place(checkout, policy=DEFAULT_POLICY, at=NOON))))
    assert (facts.orders.tax.tolist(), facts.orders.due.tolist()) == ([on_top], [1_000 + on_top])


@given(logs())
def test_lines_add_up_to_their_orders(log: tuple[Recorded, ...]) -> None:
    """What the lines of an order come to is what the order says; what tenders exceed them stands on the order alone."""
    facts = read(log)
    for name in ("gross", "discount", "tax"):
        summed = facts.lines_of_orders.sums(getattr(facts.lines, name), name=name)
        assert summed.tolist() == getattr(facts.orders, name).tolist()
    paid = facts.orders.tendered - facts.lines_of_orders.sums(facts.lines.tendered, name="tendered")
    last = {event.order_id: event.excess.minor for event in (*events_of(log, OrderPlaced), *never_sold(log))}
    assert paid.tolist() == [last[event.order_id] for event in events_of(log, OrderPlaced)]


@given(logs())
def test_steps_lead_from_gross_to_what_was_left(log: tuple[Recorded, ...]) -> None:
    """Each rung below the first is a row with its kind, source, funder and amount."""
    facts = read(log)
    wanted: list[tuple[str, str, str, int]] = []
    for event in events_of(log, OrderPlaced):
        every: tuple[Line | ServiceLine, ...] = (*event.lines, *event.services)
        for line in every:
            _, (_, *gone) = off(log, event.order_id, line.id)
            wanted += [
                (
                    below.kind,
                    below.source,
                    below.funder,
                    above.left.minor - below.left.minor - (-taken if below.kind is StepKind.TAX else taken),
                )
                for (above, below), taken in zip(pairwise(line.rungs), gone, strict=False)
            ]
    names, steps = facts.names, facts.steps
    cells = zip(*(column.tolist() for column in (steps.kind, steps.source, steps.funder, steps.amount)), strict=True)
    assert [(names.kinds[k], names.sources[s], names.funders[f], amount) for k, s, f, amount in cells] == wanted
    discounts = steps.amount[steps.kind == names.kinds.index(StepKind.DISCOUNT)]
    assert int(discounts.sum()) == int(facts.lines.discount.sum())


@given(logs())
def test_payments_are_the_results_of_their_notices(log: tuple[Recorded, ...]) -> None:
    """One row for each operation and reference, by the same weight as the payment itself, in whatever order told."""
    facts = read(log)
    wanted: list[tuple[str, str, str, int, int]] = []
    for opened in events_of(log, PaymentOpened):
        own: Any = [event for event in events_of(log, PaymentOpened, PaymentNoticed) if event.id == opened.id]
        wanted += [
            (opened.id, each.operation, each.outcome, each.amount.minor, microseconds(each.at))
            for each in results(PAYMENT.replay(own))
        ]
    names, columns = facts.names, facts.payments
    rows: list[list[int]] = [column.tolist() for column in columns.to_columns().values()]
    cells: Iterable[tuple[int, ...]] = zip(*rows, strict=True)
    found: list[Any] = [
        (names.orders[o], names.operations[p], names.outcomes[r], amount, at) for o, p, r, amount, at in cells
    ]
    assert sorted(found) == sorted(wanted)


@given(logs())
def test_what_was_taken_back_goes_somewhere(log: tuple[Recorded, ...]) -> None:
    """Of what is taken back, gross less discount plus tax is what went back and the fee; only what was paid is."""
    facts = read(log)
    refunds = facts.refunds
    worth = refunds.gross - refunds.discount + refunds.tax
    went = refunds.amount + refunds.fee
    assert went.tolist() == worth.tolist()
    assert (facts.orders.paid_at[refunds.order] <= refunds.at).all()
    assert len(refunds) == len(events_of(log, OrderReduced, CaseRefunded)) - len(never_sold(log))
    for name in ("gross", "discount", "tax"):
        summed = facts.lines_of_refunds.sums(getattr(facts.refunded_lines, name), name=name)
        assert summed.tolist() == getattr(refunds, name).tolist()
    own = facts.lines.order[facts.refunded_lines.line]
    assert own.tolist() == refunds.order[facts.refunded_lines.refund].tolist()
    assert (facts.refunded_lines.quantity <= facts.lines.quantity[facts.refunded_lines.line]).all()


REDUCED = Story(
    customer="u-1",
    lines=((STOCKS[0], 2, "9.99", "0"),),
    service=False,
    taxes=(None, None),
    tender="0",
    after=(),
    minutes=0,
)


@pytest.mark.parametrize(
    ("after", "bought", "back"),
    [(("reduce", "pay"), (499, 1, 499), []), (("pay", "reduce"), (999, 2, 999), [[1, 500, 500]])],
)
def test_what_is_called_off_before_it_is_paid_was_never_sold(
    after: tuple[str, ...], bought: tuple[int, ...], back: list[list[int]]
) -> None:
    """A unit called off before the order is paid makes it smaller; of a paid one, it is a row with its money."""
    facts = read(recorded(iter(told(evolve(REDUCED, after=after), 1))))
    refunds, observed = facts.refunds, Period(start=NOON, end=NOON.add(days=1))
    rows = zip(refunds.called_off.tolist(), refunds.gross.tolist(), refunds.amount.tolist(), strict=True)
    assert [list(row) for row in rows] == back
    calendar = Calendar(timezone="UTC", day_start=time(12))
    table = tabulate(facts, (metrics.PAID, UNITS, AOV, NET), calendar=calendar, observed=observed, by=Grain.DAY)
    assert [table[kpi].tolist() for kpi in (metrics.PAID, UNITS, AOV, NET)] == [*([each] for each in bought), [499]]


@pytest.mark.parametrize("late", [Outcome.REQUESTED, Outcome.FAILED])
def test_late_notice_that_is_outweighed_changes_nothing(late: Outcome) -> None:
    """A capture stays one when an older result of it is told afterwards; a newer one takes its place."""
    paid, old, new = (
        a_notice(outcome=outcome, at=NOON.add(minutes=minute))
        for outcome, minute in ((Outcome.SUCCEEDED, 5), (late, 1), (Outcome.REVERSED, 9))
    )
    opened = PaymentOpened(id=orders.PaymentId("o-1"), currency=Currency.CNY, notices=(paid,), at=NOON)
    told_later = [PaymentNoticed(id=opened.id, notice=notice, at=NOON) for notice in (old, new)]
    for count, outcome in ((1, Outcome.SUCCEEDED), (2, Outcome.REVERSED)):
        facts = read(recorded(iter([an_adoption(Status.PAID), opened, *told_later[:count]])))
        assert [facts.names.outcomes[code] for code in facts.payments.outcome.tolist()] == [outcome]


def an_adoption(status: Status) -> OrderAdopted:
    """Return an order that was taken over two days after it was placed."""
    order = ORDER.replay(orders.place(a_checkout(a_line(gross="10.00")), policy=DEFAULT_POLICY, at=NOON))
    return OrderAdopted(
        order_id=order.id,
        customer=order.customer,
        status=status,
        currency=order.currency,
        lines=order.lines,
        services=order.services,
        tenders=order.tenders,
        excess=order.excess,
        due=order.due,
        placed_at=NOON,
        due_at=None,
        at=NOON.add(days=2),
    )


ADOPTED = [
    (Status.AWAITING_PAYMENT, False, False, False),
    (Status.PAID, True, False, False),
    (Status.CLOSED, True, False, True),
    (Status.CANCELLED, False, True, False),
]


@pytest.mark.parametrize(("status", "paid", "cancelled", "closed"), ADOPTED)
def test_adopted_order_is_one_in_its_status(status: Status, paid: bool, cancelled: bool, closed: bool) -> None:  # noqa: FBT001 - a table
    """An order that was taken over counts as placed when it was; paid, as paid at that instant."""
    columns = read(recorded(iter([an_adoption(status)]))).orders
    then, now = microseconds(NOON), microseconds(NOON.add(days=2))
    assert columns.placed_at.tolist() == [then]
    assert columns.paid_at.tolist() == [then if paid else NEVER]
    assert columns.cancelled_at.tolist() == [now if cancelled else NEVER]
    assert columns.closed_at.tolist() == [now if closed else NEVER]


def test_payment_of_an_order_that_the_log_does_not_hold_points_at_none() -> None:
    """A payment alone is kept, with no order."""
    opened = PaymentOpened(id=orders.PaymentId("o-9"), currency=Currency.CNY, notices=(a_notice(),), at=NOON)
    assert read(recorded(iter([opened]))).payments.order.tolist() == [-1]


PAID = OrderPaid(order_id=OrderId("o-1"), amount=cny("10.00"), at=NOON)


def test_log_is_read_from_its_beginning() -> None:
    """An event of an order that was never placed, or placed twice, is a bug of the log; the reader stays before it."""
    placed = an_adoption(Status.PAID)
    for events in ([PAID], [placed, placed]):
        log = recorded(iter(events))
        reader = FactReader(currency=Currency.CNY)
        with pytest.raises(CorruptHistory, match="order o-1 was"):
            reader.read(log)
        assert (reader.position, len(reader.facts().orders)) == (log[-2].position if log[1:] else -1, len(log) - 1)


def test_facts_have_one_currency() -> None:
    """An order in another currency is refused, and nothing of it is there."""
    reader = FactReader(currency=Currency.USD)
    with pytest.raises(CurrencyMismatch):
        reader.read(recorded(iter([an_adoption(Status.PAID)])))
    assert (reader.position, len(reader.facts().orders), len(reader.facts().lines)) == (-1, 0, 0)


def test_order_beyond_what_an_amount_can_be_is_refused_whole() -> None:
    """Lines that add up to more than 64 bits hold leave no row behind."""
    placed = an_adoption(Status.PAID)
    huge = tuple(
        evolve(line, id=LineId(f"l-{n}"), rungs=(evolve(line.rungs[0], left=Money(2**62, Currency.CNY)),))
        for n, line in enumerate(placed.lines * 2)
    )
    reader = FactReader(currency=Currency.CNY)
    with pytest.raises(OutOfRange, match=r"Orders\.gross"):
        reader.read(recorded(iter([evolve(placed, lines=huge)])))
    assert (reader.position, len(reader.facts().orders), len(reader.facts().lines)) == (-1, 0, 0)


@settings(max_examples=10)
@given(st.integers(1, 5))
def test_history_is_followed_to_its_end(at_once: int) -> None:
    """A reader takes what it has not read, however little at a time, and nothing twice."""
    store = MemoryStore()
    run(receive_stock, a_delivery(), store.unit)
    run(place_order, a_placement(), store.unit)
    reader = FactReader(currency=Currency.CNY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", at_once)
        assert reader.follow(store) == len(store.after(-1, 100))
        assert (reader.follow(store), len(reader.facts().orders)) == (0, 1)
        run(place_order, a_placement(a_checkout(order_id="o-2"), id="c-2"), store.unit)
        assert reader.follow(store) > 0
    assert reader.facts().names.orders == ("o-1", "o-2")
    assert reader.facts().names.units == (PIECES,)
    assert np.array_equal(reader.facts().lines.order, [0, 1])
