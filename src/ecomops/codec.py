"""Models, events, commands and answers as plain JSON values, and back.

A value of its own is an object with its tag under `type`: a noun's kind (`order`), an event's dotted code
(`order.paid`), a command's or an answer's code (`place_order`); never a class name. What has changed since it was first
stored has the number of its schema beside it; what was stored before is upcast. Unknown fields are refused, and all
failures of a payload are reported at once, each with its path.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, Union, cast, get_args, get_origin

import attrs
from attrs import define, field, frozen
from cattrs import Converter
from pendulum import DateTime

from ecomops.customers import CONSENT, CUSTOMER, PERSONAL, POINTS, POINTS_AWARD, POINTS_SPENDING
from ecomops.inventory import RESERVATION, RETURNED_GOODS, STOCK, TRANSFER
from ecomops.kernel import Command, DomainError, Invalid, Key, Language, Noun, Text, instant
from ecomops.kernel.checks import is_a, is_instant, whole, wrong_kind
from ecomops.kernel.rules import RULES
from ecomops.orders import AFTERSALE, ORDER, PAYMENT, SHIPMENT
from ecomops.products import CATEGORY_TREE, LISTING, PRICE, PRODUCT
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    AmountOff,
    FixedPrice,
    Percent,
    Promotion,
    Stated,
)
from ecomops.workflows import (
    cancellation,
    categorisation,
    counter,
    couponing,
    deadlines,
    erasure,
    intake,
    listing,
    membership,
    placement,
    pricing,
    profiles,
    publication,
    receipt,
    registration,
    reshelving,
    returns,
    settlement,
    shipping,
    stocking,
    transfers,
)

T = TypeVar("T")

NOUNS: tuple[Noun[Any, Any, Any], ...] = (
    PRODUCT,
    CATEGORY_TREE,
    LISTING,
    PRICE,
    STOCK,
    RESERVATION,
    RETURNED_GOODS,
    TRANSFER,
    ORDER,
    PAYMENT,
    SHIPMENT,
    AFTERSALE,
    CUSTOMER,
    PERSONAL,
    CONSENT,
    POINTS,
    POINTS_AWARD,
    POINTS_SPENDING,
    COUPON,
    COUPON_BATCH,
    PROMOTION_USE,
    PROMOTION_CLAIM,
)
"""The nouns of the library."""

MESSAGES: tuple[type, ...] = (
    publication.PublishProduct,
    publication.Published,
    publication.DescribeProduct,
    publication.Described,
    publication.RetireProduct,
    publication.Retired,
    categorisation.AddCategory,
    categorisation.RenameCategory,
    categorisation.MoveCategory,
    categorisation.CloseCategory,
    categorisation.CategoryStands,
    listing.ListProduct,
    listing.PlanListing,
    listing.DelistProduct,
    listing.BarListing,
    listing.LiftBar,
    listing.ListingStands,
    listing.ListingDue,
    listing.ListingSwitched,
    pricing.StatePrice,
    pricing.PriceStated,
    intake.TakeProducts,
    intake.ProductsTaken,
    intake.TakeCustomers,
    intake.CustomersTaken,
    stocking.ReceiveStock,
    stocking.StockTaken,
    stocking.AdjustStock,
    stocking.StockCorrected,
    stocking.CountStock,
    stocking.StockCounted,
    stocking.BoundStock,
    stocking.StockBounded,
    reshelving.TakeGoodsBack,
    reshelving.GoodsTakenBack,
    reshelving.JudgeGoods,
    reshelving.GoodsJudged,
    reshelving.MendGoods,
    transfers.RequestTransfer,
    transfers.DispatchTransfer,
    transfers.CountTransfer,
    transfers.CancelTransfer,
    transfers.TransferStands,
    placement.PlaceOrder,
    placement.Placed,
    settlement.TakeNotice,
    settlement.NoticeTaken,
    cancellation.CancelOrder,
    cancellation.Cancelled,
    cancellation.CancelUnits,
    cancellation.UnitsCancelled,
    counter.SellAtCounter,
    counter.SoldAtCounter,
    shipping.ShipOrder,
    shipping.Shipped,
    shipping.TrackShipment,
    shipping.DeliverShipment,
    shipping.LoseShipment,
    shipping.ParcelMoved,
    receipt.ConfirmReceipt,
    receipt.Received,
    returns.RequestReturn,
    returns.ApproveReturn,
    returns.RejectReturn,
    returns.WithdrawReturn,
    returns.CaseDue,
    returns.CaseMoved,
    returns.TakeReturn,
    returns.ReturnTaken,
    returns.RefundReturn,
    returns.CaseSettled,
    deadlines.OrderDue,
    deadlines.ReservationDue,
    deadlines.Elapsed,
    registration.MeetCustomer,
    registration.RegisterCustomer,
    registration.CompleteStep,
    registration.DeactivateCustomer,
    registration.ReactivateCustomer,
    registration.Standing,
    registration.MergeCustomers,
    registration.CustomersMerged,
    profiles.RecordPersonal,
    profiles.PersonalHeld,
    profiles.TellConsent,
    profiles.ConsentTold,
    membership.EarnPoints,
    membership.PointsCredited,
    membership.SpendPoints,
    membership.PointsPaid,
    membership.ReturnPoints,
    membership.PointsBack,
    membership.ClawBackPoints,
    membership.PointsClawed,
    membership.PointsDue,
    membership.PointsElapsed,
    erasure.EraseCustomer,
    erasure.CustomerGone,
    couponing.OpenBatch,
    couponing.BatchOpen,
    couponing.IssueCoupons,
    couponing.CouponsIssued,
    couponing.PresentCoupon,
    couponing.CouponShown,
    couponing.ReleaseCoupon,
    couponing.CouponStanding,
    couponing.CouponDue,
)
"""The commands and the answers of the library's use cases."""

VALUES: tuple[type, ...] = (*RULES, Stated, Percent, AmountOff, FixedPrice, Promotion)
"""Values that a host stores on their own, or that stand where one of several kinds may: always with their tag."""


RESERVED = ("type", "schema")
"""What stands before the fields of every stored value: its tag and, above 1, the schema under which it was stored."""


@frozen
class Problem:
    """One failure of a payload: where, which, and in words.

    Args:
        path: The place, from the root: `$.lines[0].quantity`.
        code: The code of the failure.
        text: The words.
    """

    path: str = field(validator=is_a(str))
    code: str = field(validator=is_a(str))
    text: Text = field(validator=is_a(Text))

    def words(self, language: Language) -> str:
        """Return the place and the words in *language*."""
        return f"{self.path}: {self.text.read(language)}"

    def __str__(self) -> str:
        return self.words("en")


@define(kw_only=True, slots=False, eq=False)
class Malformed(Invalid):
    """A payload cannot be read; every failure is listed with its path."""

    code: ClassVar[str] = "payload.malformed"
    text: ClassVar[Text] = Text("{problems}", "{problems}")

    problems: tuple[Problem, ...]


class _Failures(Exception):
    """The failures below one place of a payload."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


UNKNOWN_FIELD = Text("unknown field", "未知字段")
MISSING_FIELD = Text("missing", "缺少该字段")
UNKNOWN_SCHEMA = Text("no schema that is known here", "此处未知的模式编号")
UNKNOWN_TYPE = Text("no known type is named here", "未指明已知类型")


def _of(error: DomainError) -> Problem:
    return Problem("", error.code, Text(error.message("en"), error.message("zh")))


def _below(place: str, error: Exception) -> Iterator[Problem]:
    """Yield the failures of *error*, which happened at *place*."""
    problems = error.problems if isinstance(error, _Failures) else (_of(cast("DomainError", error)),)
    for problem in problems:
        yield Problem(place + problem.path, problem.code, problem.text)


def _kind(value: object, expected: str) -> _Failures:
    return _Failures((_of(wrong_kind("value", expected, value)),))


def _exactly(kind: type) -> Callable[[object, type], object]:
    """Return a hook that lets values of exactly *kind* pass and converts nothing."""

    def structure(value: object, _: type) -> object:
        if type(value) is not kind:
            raise _kind(value, kind.__name__)
        return value

    return structure


def _text(value: object, kind: type[str]) -> str:
    """Read a text, an id or a member of an enumeration: all of them stand as texts."""
    if type(value) is not str:
        raise _kind(value, "str")
    if not issubclass(kind, Enum):
        return kind(value)
    if value not in kind._value2member_map_:
        raise _kind(value, f"one of the values of {kind.__name__}")
    return kind(value)


def _instant(value: object, _: type) -> DateTime:
    if type(value) is not str:
        raise _kind(value, "an instant as text")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _kind(value, "an instant as text") from None
    return instant(moment)


def _written(at: datetime) -> str:
    """Return an instant as text: always with microseconds, so that texts sort as the instants do."""
    return at.isoformat(timespec="microseconds")


def bind(key: Key) -> str | int:
    """Return the value of a key or a cursor as a database takes it: drivers tend to refuse the library's classes.

    Args:
        key: A value of a query, or what `Noun.key` gives for a row.

    Returns:
        A whole number as it is, an id as plain text, an instant as the codec writes it: in UTC with microseconds, so
        that the texts sort as the instants do.

    Raises:
        WrongKind: It is no value of a key.

    Example:
        >>> from ecomops.terms import OrderId
        >>> from ecomops.testing import NOON
        >>> bind(OrderId("o-1")), bind(7), bind(NOON)
        ('o-1', 7, '2026-06-18T12:00:00.000000+00:00')
    """
    if is_instant(key):
        return _written(cast("datetime", key))
    if isinstance(key, str):
        return str(key)
    if isinstance(key, int) and type(key) is not bool:
        return key
    raise wrong_kind("bind", "str, int or DateTime in UTC", key)


@frozen(kw_only=True)
class Upcast:
    """How what was stored before a class changed is read: one step, from one schema to the next.

    What never changed has schema 1, and its stored form says nothing of it. With its first `Upcast` a class has schema
    2: what is stored from then on says so under `schema`, and what says nothing is brought there by the step.

    Args:
        tag: Of the event, the model, or whatever else stands in stores with a tag of its own.
        since: The schema that the step leads to, 2 for the first.
        step: Given the fields as they were stored, returns those of the schema *since*; plain JSON values both, nested
            ones too. It must not look at anything else.

    Example:
        >>> def renamed(stored):
        ...     return {**{name: stored[name] for name in stored if name != "price"}, "list_price": stored["price"]}
        >>> Upcast(tag="product.drafted", since=2, step=renamed).since
        2
    """

    tag: str = field(validator=is_a(str))
    since: int = field(validator=whole(2))
    step: Callable[[dict[str, Any]], Mapping[str, Any]]


class _Schemas:
    """What each tag has gone through, and how what was stored on the way is read."""

    def __init__(self, upcasts: Iterable[Upcast]) -> None:
        self._steps: dict[str, list[Upcast]] = {}
        for each in sorted(upcasts, key=lambda each: (each.tag, each.since)):
            steps = self._steps.setdefault(each.tag, [])
            steps.append(each)
            if each.since != len(steps) + 1:
                raise ValueError(f"{each.tag}: exactly one step leads to schema {len(steps) + 1}")

    def require_known(self, tags: Iterable[str]) -> None:
        foreign = sorted(set(self._steps) - set(tags))
        if foreign:
            raise ValueError(f"nothing is tagged {', '.join(foreign)}")

    def stamp(self, tag: str) -> dict[str, Any]:
        """Return what stands before the fields of a stored value."""
        steps = self._steps.get(tag)
        return {"type": tag, "schema": steps[-1].since} if steps else {"type": tag}

    def fields(self, payload: object, tag: str) -> object:
        """Return the fields of a stored value as of today."""
        stored = cast("dict[str, Any]", payload)
        steps = self._steps.get(tag, [])
        schema = stored.get("schema", 1)
        if type(schema) is not int or not 1 <= schema <= len(steps) + 1:
            raise _Failures((Problem(".schema", "payload.unknown_schema", UNKNOWN_SCHEMA),))
        fields = {name: value for name, value in stored.items() if name not in RESERVED}
        for each in steps[schema - 1 :]:
            fields = _stepped(each, fields)
        return fields


def _stepped(upcast: Upcast, fields: dict[str, Any]) -> dict[str, Any]:
    """Take one step; what it stumbles over is a fault of what was stored."""
    try:
        return dict(upcast.step(fields))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        words = Text(
            f"this is no {upcast.tag} of schema {upcast.since - 1}", f"这不是模式 {upcast.since - 1} 的 {upcast.tag}"
        )
        raise _Failures((Problem("", "payload.bad_schema", words),)) from None


class Codec:
    """Reads and writes the values of a set of nouns and messages.

    Args:
        nouns: Their models are tagged by kind, their events by code.
        messages: Commands and answers, tagged by code.
        values: Values tagged by code wherever they stand.
        upcasts: How what was stored under older schemas is read; the library's own, of the tags that the codec knows,
            are `UPCASTS`.

    Raises:
        ValueError: Two classes have one tag, a field has a reserved name, or a step is missing, doubled or of no tag:
            a mistake of the programmer.

    Example:
        >>> from ecomops.testing import a_product
        >>> CODEC.dump(a_product())["type"]
        'product'
    """

    def __init__(
        self,
        *,
        nouns: Iterable[Noun[Any, Any, Any]],
        messages: Iterable[type],
        values: Iterable[type] = (),
        upcasts: Iterable[Upcast] = (),
    ) -> None:
        """Make the converter."""
        tagged = tuple(values)
        self._schemas = _Schemas(upcasts)
        self._classes: dict[str, type] = {}
        for noun in nouns:
            self._tag(noun.kind, noun.model)
            for event in noun.all_events:
                self._tag(cast("Any", event).code, event)
        for message in (*messages, *tagged):
            self._tag(cast("Any", message).code, message)
        self._tags = {cls: tag for tag, cls in self._classes.items()}
        self._schemas.require_known(self._classes)
        self._converter = _converter(tagged, self._schemas)

    def _tag(self, tag: str, cls: type) -> None:
        if self._classes.setdefault(tag, cls) is not cls:
            raise ValueError(f"two classes are tagged {tag}")
        if any(field.name in RESERVED for field in attrs.fields(cls)):
            raise ValueError(f"{tag}: no field can be called {' or '.join(RESERVED)}")

    @property
    def tags(self) -> Mapping[str, type]:
        """The class of every tag."""
        return self._classes

    def dump(self, value: object) -> dict[str, Any]:
        """Return *value* (a model, an event, a command or an answer) as a JSON object with its tag.

        Raises:
            WrongKind: It is none of these.
        """
        tag = self._tags.get(type(value))
        if tag is None:
            raise wrong_kind("dump", "a model, event, command or answer", value)
        return {**self._schemas.stamp(tag), **self._converter.unstructure(value)}

    def load(self, payload: object, kind: type[T]) -> T:
        """Return the value that *payload* tells of.

        Args:
            payload: A JSON object with its tag under `type`.
            kind: The class that is expected, or a base of it (`object` for any).

        Raises:
            Malformed: With every failure of the payload and its path.
        """
        try:
            cls = self._class(payload, kind)
            return self._converter.structure(self._schemas.fields(payload, self._tags[cls]), cls)
        except (_Failures, DomainError) as error:
            raise Malformed(problems=tuple(_below("$", error))) from None

    def _class(self, payload: object, kind: type[T]) -> type[T]:
        tag = cast("dict[str, object]", payload).get("type") if isinstance(payload, dict) else None
        cls = self._classes.get(tag) if type(tag) is str else None
        if cls is None or not issubclass(cls, kind):
            raise _Failures((Problem(".type", "payload.unknown_type", UNKNOWN_TYPE),))
        return cls

    def fingerprint(self, command: Command) -> str:
        """Return a digest of the content of *command*: what an adapter keeps to tell a repeat from a reused id.

        Fields that stand at their default are left out, so that a field which a later release adds changes no digest.
        """
        text = json.dumps(self._said(command), sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def _said(self, value: object) -> object:
        """Return what *value* says beyond the defaults of its class."""
        kind = type(value)
        if isinstance(value, tuple):
            return [self._said(each) for each in cast("tuple[object, ...]", value)]
        if not attrs.has(kind):
            return self._converter.unstructure(value)
        said = ((each.name, each.default, getattr(value, each.name)) for each in attrs.fields(kind))
        told = {name: self._said(own) for name, default, own in said if own != default}
        tag = getattr(kind, "code", None)
        return told if tag is None else {"type": tag, **told}


MOST_NESTED = 100
"""How deep a value of several kinds may nest: far above any of the library, far below what a stack holds."""


def _require_shallow(payload: object) -> None:
    """Refuse a payload that nests too deep, before anything reads it: such values hold values of their own kind."""
    layer: list[object] = [payload]
    for _ in range(MOST_NESTED):
        if not layer:
            return
        layer = [member for each in layer for member in _members(each)]
    words = Text("nested too deep", "嵌套过深")
    raise _Failures((Problem("", "payload.too_deep", words),))


def _members(value: object) -> Iterable[object]:
    if type(value) is dict:
        return cast("dict[object, object]", value).values()
    return cast("list[object]", value) if type(value) is list else ()


_RATIO = re.compile(r"-?[0-9]{1,30}(/[0-9]{1,30})?")


def _fraction(value: object, _: type) -> Fraction:
    if type(value) is not str or not _RATIO.fullmatch(value):
        raise _kind(value, "an exact ratio as text")
    over, under = value.split("/") if "/" in value else (value, "1")
    if not int(under):
        raise _kind(value, "an exact ratio as text")
    return Fraction(int(over), int(under))


def _union(kind: object) -> tuple[Any, ...]:
    """Return the members of a union; () for anything else."""
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else ()


_PLAIN = (bool, int, str)


def _is_plain_union(kind: object) -> bool:
    members = _union(kind)
    return bool(members) and all(member in _PLAIN or member == tuple[str, ...] for member in members)


def _plain_hook(converter: Converter) -> Callable[[object, Any], object]:
    """Return the hook of a flag, a number, a text or several texts: each is what it looks like."""

    def structure(value: object, kind: Any) -> object:  # noqa: ANN401 - a union
        members = _union(kind)
        if type(value) in members:
            return value
        if tuple[str, ...] in members and type(value) is list:
            return converter.structure(value, cast("Any", tuple[str, ...]))
        raise _kind(value, " or ".join(sorted(getattr(member, "__name__", "tuple") for member in members)))

    return structure


def _is_tagged_union(kind: object) -> bool:
    members = [member for member in _union(kind) if member is not NoneType]
    return len(members) > 1 and all(attrs.has(member) and hasattr(member, "code") for member in members)


def _tagged_hook(converter: Converter, schemas: _Schemas) -> Callable[[object, Any], object]:
    """Return the hook of a value of one of several kinds: its tag says which."""

    def structure(payload: object, kind: Any) -> object:  # noqa: ANN401 - a union
        members = _union(kind)
        if payload is None and NoneType in members:
            return None
        if type(payload) is not dict:
            raise _kind(payload, "object")
        _require_shallow(cast("object", payload))
        tag = cast("dict[str, object]", payload).get("type")
        cls = next((member for member in members if getattr(member, "code", None) == tag), None)
        if cls is None:
            raise _Failures((Problem(".type", "payload.unknown_type", UNKNOWN_TYPE),))
        return converter.structure(schemas.fields(cast("object", payload), cls.code), cls)

    return structure


def _tagged(converter: Converter, schemas: _Schemas) -> Callable[[Any], dict[str, Any]]:
    """Return how a value is written that stands with its tag wherever it stands."""

    def unstructure(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an attrs instance
        fields = (each.name for each in attrs.fields(cast("type[attrs.AttrsInstance]", type(value))) if each.init)
        return {**schemas.stamp(value.code), **{name: converter.unstructure(getattr(value, name)) for name in fields}}

    return unstructure


def _converter(tagged: Iterable[type], schemas: _Schemas) -> Converter:
    converter = Converter()
    for kind in tagged:
        converter.register_unstructure_hook(kind, _tagged(converter, schemas))
    converter.register_structure_hook(Fraction, _fraction)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook_func(_is_plain_union, _plain_hook(converter))
    converter.register_structure_hook_func(_is_tagged_union, _tagged_hook(converter, schemas))
    for kind in (int, bool):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(str, _text)
    converter.register_unstructure_hook(str, str)
    converter.register_unstructure_hook(Enum, lambda member: member.value)
    converter.register_structure_hook(DateTime, _instant)
    converter.register_unstructure_hook(DateTime, _written)
    converter.register_structure_hook_func(_is_tuple, _tuple_hook(converter))
    converter.register_unstructure_hook_func(_is_tuple, lambda values: [converter.unstructure(each) for each in values])
    converter.register_structure_hook_func(attrs.has, _fields_hook(converter))
    return converter


def _is_tuple(kind: object) -> bool:
    return cast("object", get_origin(kind)) is tuple


def _tuple_hook(converter: Converter) -> Callable[[object, Any], tuple[object, ...]]:
    """Return the hook of tuples of one kind: a JSON array, every member read, all failures kept."""

    def structure(values: object, kind: Any) -> tuple[object, ...]:  # noqa: ANN401 - a generic alias
        if type(values) is not list:
            raise _kind(values, "array")
        member = get_args(kind)[0]
        read: list[object] = []
        failures: list[Problem] = []
        for place, value in enumerate(cast("list[object]", values)):
            try:
                read.append(converter.structure(value, member))
            except (_Failures, DomainError) as error:
                failures.extend(_below(f"[{place}]", error))
        if failures:
            raise _Failures(failures)
        return tuple(read)

    return structure


def _fields_hook(converter: Converter) -> Callable[[object, type], object]:
    """Return the hook of attrs classes: every field is read and checked on its own, all failures kept."""

    def structure(payload: object, kind: type) -> object:
        cls: type = get_origin(kind) or kind
        if type(payload) is not dict:
            raise _kind(payload, "object")
        given = cast("dict[object, object]", payload)
        fields = {field.name: field for field in attrs.fields(attrs.resolve_types(cls)) if field.init}
        failures = [
            Problem(f".{str(name)[:80]}", "payload.unknown_field", UNKNOWN_FIELD)
            for name in given
            if name not in fields
        ]
        values: dict[str, object] = {}
        for name, declared in fields.items():
            if name not in given:
                missing = declared.default is attrs.NOTHING
                failures.extend([Problem(f".{name}", "payload.missing_field", MISSING_FIELD)] if missing else [])
                continue
            try:
                values[name] = _checked(cls, declared, converter.structure(given[name], _filled(declared.type, kind)))
            except (_Failures, DomainError) as error:
                failures.extend(_below(f".{name}", error))
        if failures:
            raise _Failures(failures)
        return cls(**values)

    return structure


def _filled(declared: Any, kind: type) -> Any:  # noqa: ANN401 - annotations
    """Return the *declared* type of a field; in a generic class, with the arguments of *kind* for its parameters."""
    arguments = get_args(kind)
    if not arguments:
        return declared
    given = dict(zip(cast("Any", get_origin(kind)).__parameters__, arguments, strict=True))
    if isinstance(declared, TypeVar):
        return given[declared]
    parameters = getattr(declared, "__parameters__", ())
    return declared[tuple(given[each] for each in parameters)] if parameters else declared


def _checked(cls: type, field: "attrs.Attribute[Any]", value: object) -> object:
    """Run the validator of one field, so that a class with two bad fields reports both."""
    if field.validator is not None:
        field.validator(object.__new__(cls), field, value)
    return value


UPCASTS: tuple[Upcast, ...] = ()
"""How what the library stored in earlier releases is read; none has changed a stored form yet."""

CODEC = Codec(nouns=NOUNS, messages=MESSAGES, values=VALUES, upcasts=UPCASTS)
"""The codec of all that the library ships."""
