"""Bad input: what is handed to a constructor or the codec is a legal value or `Invalid`; never another exception."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from fractions import Fraction
from functools import partial
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import attrs
import numpy as np
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.codec import CODEC, NOUNS, Malformed, Upcast
from ecomops.customers import FieldName, PointsPolicy
from ecomops.inventory import Hold
from ecomops.kernel import (
    AtLeast,
    BadText,
    Calendar,
    Command,
    Commit,
    Currency,
    DomainError,
    Effective,
    Entry,
    Id,
    Invalid,
    Money,
    Noun,
    Period,
    RetailCalendar,
    Versioned,
    Write,
    WrongKind,
    instant,
    later,
)
from ecomops.kernel.copies import changed
from ecomops.kernel.intake import TextColumn
from ecomops.kernel.rules import Weekly
from ecomops.memory import AsyncMemoryUnit, MemoryStore
from ecomops.metrics import (
    NET,
    ORDERS,
    Column,
    Constant,
    Definition,
    Facts,
    Funnel,
    Keys,
    Kpi,
    MeanOfDays,
    Measure,
    Names,
    Orders,
    Table,
    Top,
    Trailing,
    Unit,
    funnel,
    tabulate,
)
from ecomops.metrics.arrow import Reading
from ecomops.metrics.dated import DatedSales, dated_sales_of
from ecomops.metrics.declaring import Declared, Is
from ecomops.metrics.dictionary.catalogue import ENTRIES, KpiEntry
from ecomops.metrics.explaining import MixAndRate, PriceVolumeMix, Seller, Slice, mix_and_rate, price_volume_mix
from ecomops.metrics.expressions import (
    AnyRow,
    Both,
    ClockOf,
    ColumnOf,
    Combined,
    Compared,
    DayOf,
    Edge,
    EdgeOf,
    Either,
    Named,
    Not,
    Number,
    SaleAmount,
)
from ecomops.metrics.formulas import AllOf, Compare
from ecomops.metrics.intake import Among, Rows
from ecomops.metrics.rfm import Rfm, rfm_of
from ecomops.metrics.sessions import VisitPolicy
from ecomops.metrics.sheets import Source
from ecomops.metrics.summary import OF_ORDERS, Partitioning, Parts, Summary, SummaryMeasure, SummarySpec
from ecomops.metrics.totals import CustomerTotals, customer_totals_of
from ecomops.orders import ORDER, Aftermath, Line, ServiceLine
from ecomops.orders.taxes import TaxClass
from ecomops.products import PRODUCT, draft
from ecomops.promotions import GroupPolicy, Part, PointsGrant, PresalePolicy, Promotion, Shipping
from ecomops.promotions.bargains import BargainId, BargainPolicy, BargainTerms
from ecomops.promotions.bargains.bargain import BargainAdopted
from ecomops.promotions.bargains.bargain import Status as BargainStatus
from ecomops.promotions.batches import BatchAdopted
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.codes import CodePattern
from ecomops.promotions.columnar import Baskets, Catalogue, Services, StatedDiscounts
from ecomops.promotions.coupons import CouponAdopted
from ecomops.promotions.coupons import Status as CouponStatus
from ecomops.promotions.flashsales import FlashQuotaId
from ecomops.promotions.flashsales.quotas import FlashQuotaAdopted
from ecomops.promotions.plans import CampaignPlan, Goal, Scope
from ecomops.promotions.refusals import Refusals
from ecomops.terms import (
    BatchId,
    CouponId,
    CustomerId,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PromotionId,
    Sku,
    StockKey,
)
from ecomops.testing import NOON, TEA, a_delivery, cny
from ecomops.testing.strategies import made_of
from ecomops.testing.works import POINTS_POLICY
from ecomops.workflows.binding import Bound
from ecomops.workflows.timers import TIMERS, Timer
from tests.properties.library import attrs_classes, classes

# --- what nobody should hand in -----------------------------------------------------------------------------------

SHANGHAI = pendulum.datetime(2026, 6, 18, 12, tz="Asia/Shanghai")
EIGHT_EAST = timezone(timedelta(hours=8), "UTC")  # it says UTC, and is not

HOSTILE: dict[str, Any] = {
    "None": None,
    "a bool": True,
    "a float": 1.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a fraction": Fraction(1, 2),
    "bytes": b"tea",
    "an object": object(),
    "a class": object,
    "a function": len,
    "a huge number": 10**30,
    "a huge negative number": -(10**30),
    "a number": -1,
    "zero": 0,
    "a naive datetime": datetime(2026, 6, 18),  # noqa: DTZ001 - that is the point
    "a plain datetime": datetime(2026, 6, 18, tzinfo=timezone.utc),  # noqa: UP017 - the class, not pendulum's
    "a naive instant": NOON.naive(),
    "an instant elsewhere": SHANGHAI,
    "a date": date(2026, 6, 18),
    "a negative time": timedelta(days=-1),
    "no text": "",
    "a space": " ",
    "a text with spaces": " tea ",
    "a line break": "tea\n",
    "a zero byte": "te\x00a",
    "a lone surrogate": "te\ud800a",
    "an invisible mark": "te\u202ea",
    "a long text": "a" * 10_001,
    "a text": "tea",
    "an empty list": [],
    "an empty tuple": (),
    "an empty mapping": {},
    "a tuple of nothing": (None,),
    "a tuple of objects": (object(),),
    "a tuple of texts": ("tea",),
    "negative money": cny("-0.01"),
    "other money": Money(1, Currency.JPY),
    "a member of another enumeration": Currency.CNY,
    "an id of another kind": PromotionId("p"),
}


def fits(value: object, kind: Any) -> bool:  # noqa: ANN401 - one arm for each form of annotation
    """Tell whether *value* is of the annotated *kind*, by the words of the annotation alone."""
    origin, members = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar) or kind in {Any, object}:
        return True
    if origin in {Union, UnionType}:
        return any(fits(value, member) for member in members)
    if origin is tuple:
        return type(value) is tuple and all(fits(each, members[0]) for each in cast("tuple[object, ...]", value))
    if origin is not None:
        return isinstance(value, origin)
    if kind is Command:
        return all(hasattr(value, name) for name in ("id", "by", "at"))
    if kind is NoneType:
        return value is None
    if kind is int:
        return type(value) is int and abs(value) < 2**63
    if kind is DateTime:
        return type(value) is DateTime and value.utcoffset() == timedelta(0) and value.timezone_name == "UTC"
    if issubclass(kind, (Id, Enum)):
        return isinstance(value, kind)
    return isinstance(value, kind)


# --- constructors -------------------------------------------------------------------------------------------------

NO_ROWS = np.zeros(0, dtype=np.int64)
SOME_FACTS = Facts.of_orders(Currency.CNY, {name: np.zeros(0, dtype=np.int64) for name in ("paid_at", "gross")})
BIG = Orders["gross"] >= 100_000

A_TABLE = tabulate(
    SOME_FACTS,
    (ORDERS,),
    calendar=Calendar(timezone="UTC"),
    observed=Period(start=NOON, end=NOON),
)
"""A table without a row."""
SOME_PARTS = Parts(partitioning=Partitioning(column="customer", parts=2), numbers=(0,))
A_SUMMARY_SPEC = SummarySpec(
    calendar=A_TABLE.calendar, observed=A_TABLE.observed, measures=OF_ORDERS, currency=Currency.CNY
)

SOURCE: dict[str, Any] = {
    "name": "search",
    "ranks": (Fraction(1),) * 4,
    "mean_rank": Fraction(1),
    **dict.fromkeys(("conversion", "pages", "seconds", "depth"), 0.5),
}

A_BARGAIN = BargainTerms(list_price=cny("9.00"), floor=cny("1.00"), helpers=2, least=1, most=799)

MADE_BY_HAND: dict[type[Any], Callable[[], Any]] = {
    AtLeast: lambda: AtLeast(weights={"on_hand": 1}),
    AsyncMemoryUnit: lambda: AsyncMemoryUnit(MemoryStore().unit()),
    Bound: lambda: Bound(None, {}),
    Aftermath: Aftermath,
    TaxClass: lambda: TaxClass(code="standard", rates=Effective()),
    Calendar: lambda: Calendar(timezone="Asia/Shanghai"),
    RetailCalendar: lambda: RetailCalendar(timezone="Asia/Shanghai"),
    Weekly: lambda: Weekly(fact="at", calendar=Calendar(timezone="UTC")),
    PointsGrant: lambda: PointsGrant(points=1),
    Part: lambda: Part(quantity=1),
    Shipping: Shipping,
    Refusals: lambda: Refusals(()),
    Promotion: lambda: Promotion(id=PromotionId("id"), benefits=(PointsGrant(points=1),)),
    Reading: Reading,
    Column: lambda: A_TABLE.column(ORDERS),
    TextColumn: lambda: TextColumn(name="sku", read=str),
    Services: lambda: Services(starts=np.zeros(1, dtype=np.int64), names=NO_ROWS, known=(), amounts=NO_ROWS),
    StatedDiscounts: lambda: StatedDiscounts(
        starts=np.zeros(1, dtype=np.int64), promotions=NO_ROWS, known=(), amounts=NO_ROWS
    ),
    Baskets: lambda: Baskets(
        currency=Currency.CNY,
        catalogue=made(Catalogue),
        starts=np.zeros(1, dtype=np.int64),
        items=NO_ROWS,
        quantities=NO_ROWS,
        amounts=NO_ROWS,
        at=NO_ROWS,
    ),
    BatchAdopted: lambda: BatchAdopted(
        batch=BatchId("id"), issued=3, reserved=1, redeemed=1, expired=1, most=1, at=NOON
    ),
    Scope: Scope,
    CampaignPlan: lambda: CampaignPlan(
        theme="id",
        goal=Goal(kpi="id", target=1),
        budget=(made(BudgetPart),),
        period=Period(start=NOON, end=later(NOON, timedelta(1))),
    ),
    BargainPolicy: BargainPolicy,
    BargainTerms: lambda: A_BARGAIN,
    BargainAdopted: lambda: BargainAdopted(
        bargain=BargainId("b-1"),
        buyer=CustomerId("c-1"),
        sku=Sku("tea"),
        promotion=PromotionId("p"),
        terms=A_BARGAIN,
        ends_at=NOON,
        status=BargainStatus.OPEN,
        cuts=(),
        order=None,
        at=NOON,
    ),
    FlashQuotaAdopted: lambda: FlashQuotaAdopted(
        quota=FlashQuotaId("s@tea"), units=9, reserved=1, sold=1, returned=1, at=NOON
    ),
    CodePattern: lambda: CodePattern(pattern="JUNE-####"),
    GroupPolicy: lambda: GroupPolicy(size=2, fill_from=1),
    PresalePolicy: PresalePolicy,
    CouponAdopted: lambda: CouponAdopted(
        coupon=CouponId("id"),
        batch=BatchId("id"),
        promotion=PromotionId("id"),
        owner=CustomerId("id"),
        status=CouponStatus.RESERVED,
        valid=made(Period),
        order=OrderId("id"),
        at=NOON,
    ),
    Definition: Definition,
    Declared: lambda: Declared(meaning="how many", kind=Is.COUNT),
    ColumnOf: lambda: ColumnOf(Orders, "gross"),
    SaleAmount: lambda: SaleAmount(Orders),
    DayOf: lambda: DayOf(Orders["paid_at"]),
    Combined: lambda: Orders["gross"] - Orders["discount"],
    Compared: lambda: BIG,
    Both: lambda: BIG & BIG,
    ClockOf: lambda: ClockOf(Orders["paid_at"]),
    AnyRow: lambda: AnyRow(entity=Orders["customer"], where=BIG),
    KpiEntry: lambda: ENTRIES["uv_value"],
    Funnel: lambda: funnel({"visit": 2, "paid": 1}),
    Source: lambda: Source(visits=1, visitors=1, place=1, **SOURCE),
    Either: lambda: BIG | BIG,
    Not: lambda: ~BIG,
    Compare: lambda: Compare(measure=ORDERS, than=BIG.than, number=1),
    AllOf: lambda: (ORDERS >= 1) & (ORDERS < 5),
    Constant: lambda: Constant(1),
    MeanOfDays: lambda: MeanOfDays(NET / ORDERS),
    Trailing: lambda: NET.trailing(7),
    EdgeOf: lambda: EdgeOf(Edge.START),
    Number: lambda: Number(1),
    Named: lambda: Named("tea"),
    Names: Names,
    Facts: lambda: SOME_FACTS,
    Keys: lambda: Keys(key="skus", codes=np.zeros(0, dtype=np.int64)),
    Top: lambda: Top(number=3, by=NET, of="skus"),
    Kpi: lambda: NET / ORDERS,
    Measure: lambda: ORDERS,
    Parts: lambda: SOME_PARTS,
    Summary: lambda: Summary.empty(A_SUMMARY_SPEC, SOME_PARTS),
    CustomerTotals: lambda: customer_totals_of(
        SOME_FACTS, calendar=Calendar(timezone="UTC"), window=Period(start=NOON, end=NOON)
    ),
    DatedSales: lambda: dated_sales_of(
        SOME_FACTS, calendar=Calendar(timezone="UTC"), period=Period(start=NOON, end=NOON)
    ),
    Rfm: lambda: rfm_of(SOME_FACTS, calendar=Calendar(timezone="UTC"), window=Period(start=NOON, end=NOON)),
    SummaryMeasure: lambda: OF_ORDERS[0],
    SummarySpec: lambda: A_SUMMARY_SPEC,
    Table: lambda: attrs.evolve(A_TABLE, columns=()),
    VisitPolicy: VisitPolicy,
    Unit: Unit,
    Slice: lambda: mix_and_rate({"a": (1, 2)}, {"a": (1, 2)}).slices[0],
    MixAndRate: lambda: mix_and_rate({"a": (1, 2)}, {"a": (1, 2)}),
    PriceVolumeMix: lambda: price_volume_mix({"a": (1, 2)}, {"a": (1, 2)}),
    Seller: lambda: price_volume_mix({"a": (1, 2)}, {"a": (1, 2)}).sellers[0],
    Commit: lambda: Commit(command=a_delivery(), answer=None, writes=()),
    Entry: lambda: Entry(postings=(), at=NOON, source="o-1"),
    Money: lambda: cny("1.00"),
    Noun: lambda: ORDER,
    PointsPolicy: lambda: POINTS_POLICY,
    Timer: lambda: TIMERS[0],
    Upcast: lambda: Upcast(tag="order", since=2, step=dict[str, Any]),
}

EXAMPLES: dict[Any, Any] = {
    bool: True,
    int: 1,
    float: 1.5,
    str: "id",
    pendulum.Date: pendulum.Date(2026, 6, 18),
    NoneType: None,
    object: None,
    DateTime: NOON,
    datetime: NOON,
    timedelta: timedelta(0),
    time: time(9),
    Rows: Among("sku", (-1,)),
    Fraction: Fraction(1, 2),
    Currency: Currency.CNY,
    Money: cny("1.00"),
    StockKey: TEA,
    type: int,
}


A_WRITE = PRODUCT.write(None, draft(Sku("tea"), category=None, list_price=None, at=NOON))[0]


def example(kind: Any) -> Any:  # noqa: ANN401 - of the annotated kind
    """Return a value of the annotated *kind*, always the same."""
    origin, members = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar) or kind is Any:
        return None
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    if origin in {Union, UnionType}:
        return example(members[0])
    if origin is tuple:
        return (example(members[0]),)
    if origin is Mapping:
        return {}
    if origin is np.ndarray:
        return np.zeros(1, dtype=np.int64)
    if origin is Noun or kind is Noun:
        return ORDER
    if origin is Versioned:
        return Versioned(example(members[0]), 1)
    if origin is Write:
        return A_WRITE
    if origin is not None:
        return made(origin)
    if issubclass(kind, Enum):
        return next(iter(kind))
    return kind("id") if issubclass(kind, Id) else made(kind)


def made(cls: type[Any]) -> Any:  # noqa: ANN401 - an instance of it
    """Return an instance of *cls*."""
    if cls in MADE_BY_HAND:
        return MADE_BY_HAND[cls]()
    return cls(**{field.name: sample(cls, field) for field in made_of(cls)})


def sample(cls: type[Any], field: "attrs.Attribute[Any]") -> Any:  # noqa: ANN401 - of the field's kind
    """Return a value for one field."""
    return "id" if (cls.__name__, field.name) == ("Query", "sort") else example(field.type)


INNER = frozenset({"cells", "measuring", "marks", "packing", "periods", "reading", "selling", "together", "windows"})
"""Modules of the metrics that no host imports."""


def exported(cls: type[Any]) -> bool:
    """Tell whether hosts build on a class of the metrics; what its packages do not export they hand to themselves."""
    package, _, module = cls.__module__.rpartition(".")
    if package == "ecomops.metrics" and module in INNER:
        return False
    if not package.startswith("ecomops.metrics."):
        return True
    return cls.__name__ in import_module(package).__all__


PUBLIC = [
    cls
    for cls in attrs_classes()
    if exported(cls)
    and not issubclass(cls, DomainError)  # made where the rule is known, of values that were checked
    and not cls.__name__.startswith("_")
    and not cls.__module__.startswith("ecomops.testing")
]

OWN = {
    "Purchases": "orders at first customer",
    # columns of results
    "Assortment": "sku units net units_before net_before rank rank_before abc",
    "Cover": "sku units opening received closing days",
    "Goods": "units net returned_units returned_net",
    "PriceVolumeMix": "steps",
    "Retention": "buyers",
    "Rfm": "customer recency frequency monetary recency_score frequency_score monetary_score segment",
    "Sold": "units net",
    "Traffic": "sources visits views bounces stayed orders converted",
}

UNCHECKED = {
    # what a programmer writes down once
    ("AtLeast", "weights"),
    ("TextColumn", "read"),
    ("Timer", "command_due"),
    ("Upcast", "step"),
    ("Text", "en"),
    ("Text", "zh"),
    # what the library hands to stores
    ("AsyncMemoryUnit", "inner"),
    ("Commit", "command"),
    # what the metrics hand to themselves
    *((cls, name) for cls, names in OWN.items() for name in names.split()),
    ("Sales", "valid"),
    ("Sales", "at"),
    ("Sales", "known"),
    ("Sales", "before"),
    # the members of what is folded at every step: the events that bring them have checked them
    ("Order", "lines"),
    ("Order", "services"),
    ("Order", "tenders"),
}
"""Fields that take more than they declare, and why."""

SOME = settings(max_examples=max(settings().max_examples // 4, 1))
"""Fewer examples of each, where every class has its own."""

OPAQUE = {("Between", "start"), ("Between", "end"), ("Cursor", "value")}
"""Fields whose numbers are only compared, and may be of any size."""


def came_of(attempt: Callable[[Any], object]) -> dict[str, str]:
    """Hand every hostile value to *attempt*; return what came of each that was not refused as `Invalid`."""
    came: dict[str, str] = {}
    for words, value in HOSTILE.items():
        try:
            attempt(value)
        except Invalid as refusal:
            silent = not all((refusal.code, refusal.message("en"), refusal.message("zh")))
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            came[words], silent = type(error).__name__, False
        else:
            came[words], silent = "accepted", False
        assert not silent
    return came


def with_field(good: Any, name: str, value: object) -> object:  # noqa: ANN401 - of any class
    """Return *good* with another value of one field."""
    return attrs.evolve(good, **{name: value})


@pytest.mark.parametrize("cls", PUBLIC, ids=lambda cls: cls.__name__)
def test_a_field_takes_its_kind_and_nothing_else(cls: type[Any]) -> None:
    """Every field of every class refuses each hostile value as `Invalid`, unless it is of the kind that is declared."""
    good, findings = made(cls), dict[str, object]()
    for field in made_of(cls):
        name = (cls.__name__, field.name)
        came = came_of(partial(with_field, good, field.name))
        wrong = {words: what for words, what in came.items() if not fits(HOSTILE[words], field.type)}
        if name in OPAQUE:
            wrong = {words: what for words, what in wrong.items() if "huge" not in words}
        if bool(wrong) != (name in UNCHECKED):
            findings[field.name] = wrong or "is checked"
        elif cls is not Noun and not set(came.values()) <= {"accepted"}:
            findings[field.name] = came
    assert findings == {}


def outcome(attempt: Callable[[], Any]) -> object:
    """Return what came of *attempt*: the kind and the parts of a value, or the kind and the message of a refusal."""
    try:
        value = attempt()
    except (Invalid, TypeError) as error:
        return type(error), str(error)
    kind = value.__class__
    return kind, [getattr(value, field.name) for field in attrs.fields(kind)]


FOLDED: set[type[Any]] = {Line, ServiceLine, Aftermath, Hold, *(noun.model for noun in NOUNS)}
COPIED = [cls for cls in PUBLIC if cls in FOLDED]


@pytest.mark.parametrize("cls", COPIED, ids=lambda cls: cls.__name__)
def test_a_changed_copy_is_what_evolving_makes_of_it(cls: type[Any]) -> None:
    """A copy with a field changed to any value, the hostile and its own, is the one of attrs, or refused with it."""
    good = made(cls)
    for field in made_of(cls):
        for value in (getattr(good, field.name), *HOSTILE.values()):
            change = {field.name: value}
            assert outcome(partial(changed, good, **change)) == outcome(partial(attrs.evolve, good, **change))


def test_a_zone_that_only_says_utc_is_another_zone() -> None:
    """An instant whose zone is called UTC and is eight hours off is refused like any other zone, whatever holds it."""
    fields = [(cls, field) for cls in PUBLIC for field in made_of(cls)]
    instants = [(cls, field.name) for cls, field in fields if fits(NOON, field.type) and not fits(0, field.type)]
    assert len(instants) > 40
    taken: list[str] = []
    for cls, name in instants:
        with suppress(WrongKind):
            attrs.evolve(made(cls), **{name: DateTime(2026, 6, 18, tzinfo=EIGHT_EAST)})
            taken.append(f"{cls.__name__}.{name}")
    assert taken == []


IDS = [cls for cls in classes() if issubclass(cls, Id) and cls is not Id]


@pytest.mark.parametrize("cls", IDS, ids=lambda cls: cls.__name__)
def test_an_id_is_a_plain_text(cls: type[Id]) -> None:
    """An id is made of a text that is fit to be one, and of nothing else."""
    came = came_of(cls)
    assert set(came.values()) <= {"accepted"}
    assert set(came) <= {"a text", "an id of another kind", "a member of another enumeration"}


@pytest.mark.parametrize("cls", [cls for cls in IDS if cls not in {StockKey, FieldName}], ids=lambda cls: cls.__name__)
@SOME
@given(text=st.text(st.characters()) | st.text("a \n", min_size=198, max_size=402))
def test_an_id_takes_printable_trimmed_texts(cls: type[Id], text: str) -> None:
    """Any text is an id exactly when it prints, is trimmed, is not empty and not too long."""
    plain = 0 < len(text) <= cls.longest and all(sign.isprintable() for sign in text) and text.strip() == text
    try:
        made = cls(text)
    except BadText:
        assert not plain
    else:
        assert plain
        assert made == text


@given(st.text("ab@%2540 \n\ud800é", max_size=12) | st.text(max_size=8))
def test_a_stock_key_is_two_ids(text: str) -> None:
    """Any text is refused as no stock key, or names a SKU and a location that are spelt so and no other way."""
    try:
        key = StockKey(text)
    except BadText:
        return
    assert StockKey.of(key.sku, key.location) == key == text


@given(st.text(min_size=1, max_size=200), st.text("@%a", min_size=1, max_size=200))
def test_any_two_ids_make_a_stock_key(sku: str, location: str) -> None:
    """Whatever a SKU and a location are called, their key names both of them."""
    try:
        ids = Sku(sku), LocationId(location)
    except BadText:
        return
    key = StockKey.of(*ids)
    assert (key.sku, key.location) == ids
    assert StockKey(str(key)) == key


# --- doors --------------------------------------------------------------------------------------------------------

TEN, TWO_A_PIECE = cny("10.00"), Price(amount=cny("2.00"))
SHOP = Calendar(timezone="Asia/Shanghai")


def line_with(name: str, value: Any) -> PricedLine:  # noqa: ANN401 - anything at all
    """Return a line made of its price, with *value* for one argument."""
    usual: dict[str, Any] = {"id": LineId("l-1"), "stock": TEA, "quantity": 1, "price": TWO_A_PIECE, "discounts": ()}
    arguments = usual | {name: value}
    return PricedLine.of(arguments.pop("id"), arguments.pop("stock"), **arguments)


DOORS: dict[str, Callable[[Any], object]] = {
    "Money.parse, amount": lambda value: Money.parse(value, "CNY"),
    "Money.parse, currency": lambda value: Money.parse("1", value),
    "Money.zero": Money.zero,
    "Money.total, amount": lambda value: Money.total([value], Currency.CNY),
    "Money.times": TEN.times,
    "Money.split": TEN.split,
    "Money +": lambda value: TEN + value,
    "Money -": lambda value: TEN - value,
    "Money *": lambda value: TEN * value,
    "Money <": lambda value: value > TEN,
    "Money <=": lambda value: value >= TEN,
    "Money >": lambda value: value < TEN,
    "Money >=": lambda value: value <= TEN,
    "Currency.of": Currency.of,
    "instant": instant,
    "later, at": lambda value: later(value, timedelta(1)),
    "later, elapsed": lambda value: later(NOON, value),
    "Calendar.day": SHOP.day,
    "Calendar.bounds": SHOP.bounds,
    "StockKey.of, sku": lambda value: StockKey.of(value, LocationId("hz")),
    "StockKey.of, location": lambda value: StockKey.of(Sku("tea"), value),
    "Price.of": TWO_A_PIECE.of,
    **{
        f"PricedLine.of, {name}": partial(line_with, name) for name in ("id", "stock", "quantity", "price", "discounts")
    },
}
"""The other ways into values: what makes one of something that a host has."""


@pytest.mark.parametrize("name", DOORS)
def test_a_door_lets_in_what_it_knows(name: str) -> None:
    """Every other way to make a value refuses what it does not know as `Invalid`, and raises nothing else."""
    came = came_of(DOORS[name])
    assert set(came.values()) <= {"accepted"}, came
    assert "an object" not in came


def test_money_equals_nothing_else() -> None:
    """Money compared with anything is equal or not, and never refused."""
    assert [words for words, value in HOSTILE.items() if value == TEN] == []


# --- the codec ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", CODEC.tags)
def test_a_payload_with_anything_in_a_field_is_read_or_malformed(tag: str) -> None:
    """Every field of every payload takes each hostile value as it stands, or tells where it is malformed."""
    cls = CODEC.tags[tag]
    good, findings = CODEC.dump(made(cls)), dict[str, object]()

    def load(value: object, name: str) -> None:
        loaded = CODEC.load({**good, name: value}, object)
        assert CODEC.load(CODEC.dump(loaded), object) == loaded

    for field in made_of(cls):
        came = came_of(partial(load, name=field.name))
        if "an object" in came or not set(came.values()) <= {"accepted"}:
            findings[field.name] = came
            continue
        with pytest.raises(Malformed) as refusal:
            load(object(), field.name)
        elsewhere = [each.path for each in refusal.value.problems if not each.path.startswith(f"$.{field.name}")]
        if elsewhere:
            findings[field.name] = elsewhere
    assert findings == {}
