"""Models, events, commands and answers as plain JSON and back; a payload that is wrong tells everything at once."""

import json
import math
import re
from datetime import time
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.codec import CODEC, MESSAGES, NOUNS, VALUES, Codec, Malformed, Problem, bind
from ecomops.kernel import Calendar, Command, CommandId, DomainError, Key, WrongKind
from ecomops.kernel.rules import Weekly
from ecomops.orders import DEFAULT_POLICY, ORDER, Order, place, settle
from ecomops.products import PRODUCT, Product
from ecomops.promotions import Trait
from ecomops.terms import PromotionId, Sku
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_product,
    a_taking,
    an_order,
    cny,
)
from ecomops.testing.strategies import instants, values_of
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.publication import Published
from ecomops.workflows.settlement import TakeNotice
from tests.kernel.hostile import KINDS
from tests.properties.library import classes

# The tags that stand in stores: a name never changes and never leaves this table.
ROOMS = ("products", "inventory", "orders", "customers", "promotions", "kernel", "workflows")
TAGS: dict[str, str] = {
    tag: cls
    for room in ROOMS
    for tag, cls in json.loads((Path(__file__).parent / room / "tags.json").read_text(encoding="utf-8")).items()
}
"""The tags of every room, as its own tests hold them: a stored tag never changes."""

SOME = settings(max_examples=max(settings().max_examples // 4, 1))
"""Fewer examples of each, where every class has its own."""

PLAIN = {dict, list, str, int, bool, type(None)}


def through_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON gives
    """Return *value* as a host reads it back from a text."""
    return json.loads(json.dumps(CODEC.dump(value), allow_nan=False))


def problems(payload: object, kind: type[Any] = object) -> list[tuple[str, str]]:
    """Return path and code of every failure of *payload*."""
    with pytest.raises(Malformed) as refusal:
        CODEC.load(payload, kind)
    return [(problem.path, problem.code) for problem in refusal.value.problems]


# --- tags ---------------------------------------------------------------------------------------------------------


def test_the_tags_are_these() -> None:
    """Every tag stands in the table of its room (`tests/<room>/tags.json`), and every name of the tables is a tag."""
    assert {tag: cls.__name__ for tag, cls in CODEC.tags.items()} == TAGS


def test_whatever_has_a_code_has_a_tag() -> None:
    """Every class with a code that is no refusal is tagged by this code."""
    found = [cls for cls in classes() if not issubclass(cls, DomainError) and isinstance(vars(cls).get("code"), str)]
    coded = {vars(cls)["code"]: cls for cls in found}
    assert len(found) == len(coded) > 40
    assert {tag: cls for tag, cls in CODEC.tags.items() if tag in coded} == coded
    assert {tag for tag in CODEC.tags if tag not in coded} == {noun.kind for noun in NOUNS}


@frozen
class First:
    """A message."""

    code: ClassVar[str] = "order.paid"


def test_a_tag_names_one_class() -> None:
    """Two classes of one tag are a mistake of the programmer; the same class twice is none."""
    with pytest.raises(ValueError, match=r"two classes are tagged order\.paid"):
        Codec(nouns=NOUNS, messages=[First])
    assert Codec(nouns=NOUNS, messages=[*MESSAGES, *MESSAGES], values=VALUES).tags == CODEC.tags


def test_a_host_makes_a_codec_of_its_own() -> None:
    """A codec of some nouns knows these and refuses the rest."""
    small = Codec(nouns=[PRODUCT], messages=[First])
    assert small.load(through_json(a_product()), Product) == a_product()
    assert small.load({"type": "order.paid"}, First) == First()
    with pytest.raises(WrongKind):
        small.dump(an_order())


@frozen
class Known:
    """What a host knows of a line."""

    code: ClassVar[str] = "known"

    trait: Trait


@pytest.mark.parametrize(
    ("value", "fact"),
    [(True, True), (3, 3), ("red", "red"), (["red", "blue"], ("red", "blue")), ([], ())],
    ids=repr,
)
def test_a_fact_is_what_it_looks_like(value: object, fact: bool | int | str | tuple[str, ...]) -> None:  # noqa: FBT001 - a fact
    """A flag, a number, a text or several texts, told apart by nothing but their looks."""
    told = Codec(nouns=(), messages=[Known]).load({"type": "known", "trait": {"name": "x", "value": value}}, Known)
    assert told == Known(trait=Trait(name="x", value=fact))


@pytest.mark.parametrize(
    ("value", "path"), [(1.5, ""), (None, ""), ({"a": 1}, ""), (["a", 1], "[1]")], ids=repr
)  # fmt: skip
def test_what_looks_like_no_fact_is_refused(value: Any, path: str) -> None:  # noqa: ANN401 - any JSON
    """With its place, or that of the member that is no text."""
    with pytest.raises(Malformed) as refusal:
        Codec(nouns=(), messages=[Known]).load({"type": "known", "trait": {"name": "x", "value": value}}, Known)
    assert [(each.path, each.code) for each in refusal.value.problems] == [
        ("$.trait.value" + path, "value.wrong_kind"),
    ]


# --- there and back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", sorted(TAGS))
@SOME
@given(data=st.data())
def test_there_and_back(tag: str, data: st.DataObject) -> None:
    """Every value of every class comes back equal, of its own class, through a JSON text."""
    cls: type[Any] = CODEC.tags[tag]
    value = data.draw(values_of(cls))
    payload = through_json(value)
    assert payload["type"] == tag
    back = CODEC.load(payload, cls)
    assert back == value
    assert type(back) is cls
    assert CODEC.dump(back) == CODEC.dump(value)


def odd_kinds(value: object) -> set[type]:
    """Return the kinds in *value* that no JSON reader makes."""
    if type(value) is dict:
        members: list[object] = [*value.keys(), *value.values()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return {kind for member in members for kind in odd_kinds(member)}
    if type(value) is list:
        return {kind for member in cast("list[object]", value) for kind in odd_kinds(member)}
    return {type(value)} - PLAIN


@pytest.mark.parametrize(
    "value",
    [
        a_product(),
        an_order(a_checkout(a_line(discounts=(a_discount("1.00"),)))),
        a_payment(a_notice()),
        a_placement(),
        a_taking(),
        Published(sku=Sku("tea"), new=True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_dumps_are_plain(value: object) -> None:
    """A dump is made of dict, list, str, int, bool and None themselves: any writer takes it, and `load` as it is."""
    assert odd_kinds(CODEC.dump(value)) == set()
    assert CODEC.load(CODEC.dump(value), type(value)) == value


def test_a_dump_is_what_it_looks_like() -> None:
    """Ids and members of enumerations stand as texts, money as minor units and code, instants in full."""
    order = an_order(a_checkout(a_line(discounts=(a_discount("1.00"),))))
    assert through_json(order) == {
        "type": "order",
        "id": "o-1",
        "customer": None,
        "status": "awaiting_payment",
        "currency": "CNY",
        "lines": [
            {
                "id": "l-1",
                "stock": "tea@hangzhou",
                "quantity": 1,
                "price": {"amount": {"minor": 1000, "currency": "CNY"}, "per": 1},
                "rungs": [
                    {"kind": "gross", "source": "gross", "funder": "shop", "left": {"minor": 1000, "currency": "CNY"}},
                    {
                        "kind": "discount",
                        "source": "loyalty",
                        "funder": "shop",
                        "left": {"minor": 900, "currency": "CNY"},
                    },
                ],
                "shipped": 0,
                "received": 0,
                "aftermath": {
                    "cancelled": 0,
                    "return_requested": 0,
                    "returned": 0,
                    "lost": 0,
                    "lost_claimed": 0,
                    "refunded": 0,
                    "windows": [],
                },
            }
        ],
        "services": [],
        "tenders": [],
        "excess": {"minor": 0, "currency": "CNY"},
        "due": {"minor": 900, "currency": "CNY"},
        "placed_at": "2026-06-18T12:00:00.000000+00:00",
        "due_at": "2026-06-18T12:30:00.000000+00:00",
        "fees": None,
        "parcels": [],
    }


def test_events_that_come_back_tell_the_same() -> None:
    """A log that went through texts replays to the same object."""
    placed = place(a_checkout(), policy=DEFAULT_POLICY, at=NOON)
    paid = settle(an_order(), captured=cny("10.00"), at=NOON)
    back: list[Any] = [CODEC.load(through_json(event), object) for event in (*placed, *paid)]
    assert ORDER.replay(back) == a_paid_order()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-18T20:00:00+08:00", NOON),
        ("2026-06-18T12:00:00Z", NOON),
        ("2026-06-18T12:00:00.000001+00:00", NOON.add(microseconds=1)),
    ],
)
def test_instants_of_any_zone_are_read(text: str, instant: object) -> None:
    """An aware instant of another writer is the same instant in UTC."""
    payload = {**through_json(an_order()), "placed_at": text}
    order = CODEC.load(payload, Order)
    assert order.placed_at == instant
    assert order.placed_at.timezone_name == "UTC"


def test_defaults_may_be_left_out() -> None:
    """A field with a default need not be told, so that a payload of an older release is read."""
    payload = through_json(a_placement())
    del payload["checkout"]["customer"], payload["checkout"]["services"], payload["checkout"]["tenders"]
    assert CODEC.load(payload, PlaceOrder) == a_placement()


def test_any_class_may_be_expected() -> None:
    """Where `object` is expected the tag alone decides."""
    assert CODEC.load(through_json(a_payment()), object) == a_payment()


def test_only_values_of_the_library_are_dumped() -> None:
    """A value without a tag of its own is refused by its kind."""
    for value in (None, 5, "order", object(), a_line(), {"type": "order"}, Order):
        with pytest.raises(WrongKind):
            CODEC.dump(value)


# --- payloads that are wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        None,
        5,
        "order",
        [],
        [("type", "order")],
        {},
        {"type": None},
        {"type": "orders"},
        {"type": "Order"},
        {"type": ["order"]},
        {"type": {}},
        {"type": PromotionId("order")},
        {"type": "order\ud800"},
    ],
    ids=repr,
)
def test_a_payload_names_its_type(payload: object) -> None:
    """Without a known tag under `type` nothing is read."""
    assert problems(payload) == [("$.type", "payload.unknown_type")]


def test_a_payload_is_what_was_asked_for() -> None:
    """A payload of another class than was asked for is refused."""
    assert problems(CODEC.dump(a_product()), Order) == [("$.type", "payload.unknown_type")]
    assert problems(CODEC.dump(a_taking()), PlaceOrder) == [("$.type", "payload.unknown_type")]


def test_unknown_fields_are_refused() -> None:
    """A field that a class does not have is refused by its path, at every depth."""
    payload = through_json(an_order())
    payload["colour"] = "red"
    payload["lines"][0]["price"]["amount"]["type"] = "money"
    assert problems(payload) == [
        ("$.?", "payload.unknown_field"),
        ("$.lines[0].price.amount.?", "payload.unknown_field"),
    ]


def test_missing_fields_are_refused() -> None:
    """A field without a default that is not told is refused by its path."""
    payload = through_json(a_placement())
    del payload["by"]["kind"], payload["at"], payload["checkout"]["lines"][0]["gross"]
    assert problems(payload) == [
        ("$.by.kind", "payload.missing_field"),
        ("$.at", "payload.missing_field"),
        ("$.checkout.lines[0].gross", "payload.missing_field"),
    ]


def test_every_failure_is_told_at_once() -> None:
    """All that is wrong with a payload comes in one refusal, each with its exact path and its own code."""
    checkout = a_checkout(a_line(), a_line(id="l-2"), a_line(id="l-3"))
    payload = through_json(a_placement(checkout))
    payload["id"] = " c-1"
    payload["by"]["kind"] = "robot"
    payload["at"] = "2026-06-18T12:00:00"
    lines = payload["checkout"]["lines"]
    lines[0]["quantity"] = 0
    lines[0]["gross"] = {"minor": 10.0, "currency": "CNY"}
    lines[1]["price"] = {"amount": {"minor": -1, "currency": "CNY"}, "per": True}
    lines[1]["stock"] = "tea"
    lines[2] = "l-3"
    payload["checkout"]["tenders"] = {}
    payload["checkout"]["currency"] = "XAU"
    payload["checkout"]["odd"] = None
    assert problems(payload) == [
        ("$.id", "value.bad_text"),
        ("$.by.kind", "value.wrong_kind"),
        ("$.at", "time.naive"),
        ("$.checkout.?", "payload.unknown_field"),
        ("$.checkout.lines[0].quantity", "value.out_of_range"),
        ("$.checkout.lines[0].gross.minor", "value.wrong_kind"),
        ("$.checkout.lines[1].stock", "value.bad_text"),
        ("$.checkout.lines[1].price.amount", "money.negative"),
        ("$.checkout.lines[1].price.per", "value.wrong_kind"),
        ("$.checkout.lines[2]", "value.wrong_kind"),
        ("$.checkout.tenders", "value.wrong_kind"),
    ]


def test_what_only_the_whole_value_shows_is_told_at_its_place() -> None:
    """A failure that no field has alone is told at the value that it makes impossible."""
    payload = through_json(a_taking())
    payload["notice"]["amount"]["currency"] = "XAU"
    assert problems(payload) == [("$.notice.amount", "money.no_minor_unit")]


def test_a_refusal_speaks_both_languages() -> None:
    """The sentence of a refusal lists every failure with its path, in the language that was asked for."""
    payload = through_json(a_taking())
    payload["odd"] = 1
    del payload["order_id"]
    with pytest.raises(Malformed) as refusal:
        CODEC.load(payload, TakeNotice)
    assert refusal.value.message("en") == "$.?: unknown field, $.order_id: missing"
    assert "$.?" in refusal.value.message("zh")
    assert "未知字段" in refusal.value.message("zh")
    assert "缺少该字段" in refusal.value.message("zh")


def test_a_failure_can_be_shown() -> None:
    """One failure reads as its path and its words."""
    with pytest.raises(Malformed) as refusal:
        CODEC.load({"type": "order.paid"}, object)
    first = refusal.value.problems[0]
    assert isinstance(first, Problem)
    assert str(first) == "$.order_id: missing"
    assert first.text.zh == "缺少该字段"


NUMBERS = [True, False, 1.0, 0.5, math.nan, math.inf, -math.inf, 10**30, -(10**30), "1", None, [1], {"minor": 1}]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_whole_numbers_are_whole_numbers(number: object) -> None:
    """No float, bool, text or number beyond all bounds passes for whole units."""
    payload = through_json(an_order())
    payload["lines"][0]["quantity"] = number
    payload["due"]["minor"] = number
    found = problems(payload)
    assert [path for path, _ in found] in (
        ["$.lines[0].quantity", "$.due.minor"],
        ["$.lines[0].quantity", "$.due"],
    )
    assert {code for _, code in found} <= {"value.wrong_kind", "value.out_of_range"}


@pytest.mark.parametrize("value", ["l-1", {}, {"0": {}}, 1, None, ()], ids=repr)
def test_arrays_are_arrays(value: object) -> None:
    """A text, an object or a number is no array."""
    payload = {**through_json(an_order()), "lines": value}
    assert problems(payload) == [("$.lines", "value.wrong_kind")]


@pytest.mark.parametrize("value", ["tea", [], ["minor", 1], 1, None], ids=repr)
def test_objects_are_objects(value: object) -> None:
    """A text, an array or a number is no object."""
    payload = {**through_json(an_order()), "due": value}
    assert problems(payload) == [("$.due", "value.wrong_kind")]


@pytest.mark.parametrize("value", [True, 1, 1.5, [], {}, None], ids=repr)
def test_texts_are_texts(value: object) -> None:
    """Nothing else passes for an id, a member of an enumeration or an instant."""
    payload = {**through_json(an_order()), "id": value, "status": value, "placed_at": value}
    assert problems(payload) == [(f"$.{name}", "value.wrong_kind") for name in ("id", "status", "placed_at")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "value.wrong_kind"),
        ("today", "value.wrong_kind"),
        ("2026-02-30T00:00:00+00:00", "value.wrong_kind"),
        ("2026-06-18", "time.naive"),
        ("2026-06-18T12:00:00", "time.naive"),
        ("0001-01-01T00:00:00+23:59", "value.out_of_range"),
        ("9999-12-31T23:59:59-23:59", "value.out_of_range"),
        ("2026-06-18T12:00:00+99:00", "value.wrong_kind"),
        ("٢٠٢٦-06-18T12:00:00+00:00", "value.wrong_kind"),
    ],
)
def test_instants_are_aware_instants(text: str, code: str) -> None:
    """A text that names no instant, or one of no known zone, or one outside all years, is refused."""
    assert problems({**through_json(an_order()), "placed_at": text}) == [("$.placed_at", code)]


HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(2**63)]),
    st.floats(),
    st.text(st.characters()),
    st.sampled_from(["", " ", "\ud800", "\x00", "a" * 10_000, "NaN", "1e5", "true"]),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)
DEEP = st.recursive(HOSTILE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every place in *value* as a pair of its container and its key."""
    found: list[tuple[Any, Any]] = []
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    for key, member in members:
        found += [(value, key), *places(member)]
    return found


@given(data=st.data())
def test_whatever_stands_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """A good payload with anything at any place, or with anything more or less, is read or malformed; no third way."""
    tag = data.draw(st.sampled_from(sorted(TAGS)))
    payload = through_json(data.draw(values_of(CODEC.tags[tag])))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(payload)))
        if data.draw(st.booleans()):
            container[key] = data.draw(DEEP)
        elif isinstance(container, dict):
            del container[key]
        payload[data.draw(st.text() | st.just("id"))] = data.draw(HOSTILE)
    value, refusal = read(payload)
    if refusal is None:
        assert CODEC.load(through_json(value), object) == value
        return
    assert refusal.problems
    assert all(problem.path.startswith("$") for problem in refusal.problems)
    assert all(problem.code and problem.text.en and problem.text.zh for problem in refusal.problems)
    assert refusal.message("en")
    assert refusal.message("zh")


def read(payload: object) -> tuple[object, Malformed | None]:
    """Return what *payload* tells of, or how it is refused."""
    try:
        return CODEC.load(payload, object), None
    except Malformed as refusal:
        return None, refusal


@given(DEEP)
def test_anything_at_all_is_refused(payload: object) -> None:
    """A payload that is nothing of ours is malformed."""
    with pytest.raises(Malformed):
        CODEC.load(payload, object)


def test_depth_does_not_exhaust_the_reader() -> None:
    """A payload that is nested without end is refused where it leaves the form of its class."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert problems({**through_json(an_order()), "lines": deep, "due": deep}) == [
        ("$.lines[0]", "value.wrong_kind"),
        ("$.due", "value.wrong_kind"),
    ]
    while deep:  # taken down by hand: so deep a list would take the interpreter along
        deep = deep.pop()


def test_names_of_unknown_fields_are_not_repeated() -> None:
    """They may be personal: the refusal names the object that has them, whatever they are."""
    payload: dict[Any, Any] = {**through_json(an_order()), "13800138000": 1, "anne": 1, 5: 2, None: 3}
    with pytest.raises(Malformed) as refusal:
        CODEC.load(payload, Order)
    assert [each.path for each in refusal.value.problems] == ["$.?"] * 4
    assert not re.search("13800138000|anne", repr(refusal.value) + str(refusal.value))


# --- fingerprints -------------------------------------------------------------------------------------------------


def test_a_fingerprint_is_the_same_for_ever() -> None:
    """The digest of a command does not change between releases: adapters have stored it."""
    stored = "9de73f6195d7db1ca666ddd84ff169e7708401f095bc3cefa0be104399b9fbb1"
    assert CODEC.fingerprint(a_placement()) == stored
    assert CODEC.fingerprint(CODEC.load(through_json(a_placement()), PlaceOrder)) == stored


def test_a_fingerprint_may_be_keyed() -> None:
    """With a secret it is the HMAC of what is digested without one; each key makes another, an empty one none."""
    plain, one, other = (CODEC.fingerprint(a_placement(), key) for key in (None, b"one", b"other"))
    assert (plain, len({plain, one, other})) == (CODEC.fingerprint(a_placement()), 3)
    assert (one, len(one)) == (CODEC.fingerprint(a_placement(), key=b"one"), 64)
    bad: list[Any] = ["text", 5, b""]
    for key in bad:
        with pytest.raises(WrongKind):
            CODEC.fingerprint(a_placement(), key)


def test_a_fingerprint_tells_contents_apart() -> None:
    """Commands of different content, and of different kinds, have different digests."""
    others: list[Command] = [
        evolve(a_placement(), at=NOON.add(microseconds=1)),
        a_placement(id="c-2"),
        a_placement(a_checkout(a_line(gross="10.01"))),
        a_placement(a_checkout(order_id="o-2")),
        a_taking(id="c-place"),
    ]
    digests = {CODEC.fingerprint(command) for command in (a_placement(), *others)}
    assert len(digests) == 6


@frozen(kw_only=True)
class Parcel:
    """A value within a command, as it was."""

    weight: int


@frozen(kw_only=True)
class LaterParcel:
    """The same of a later release."""

    weight: int
    fragile: bool = False


@frozen(kw_only=True)
class Send:
    """A command, as it was."""

    code: ClassVar[str] = "send"

    id: CommandId
    parcels: tuple[Any, ...]


@frozen(kw_only=True)
class LaterSend:
    """The same of a later release."""

    code: ClassVar[str] = "send"

    id: CommandId
    parcels: tuple[Any, ...]
    note: str | None = None


def test_a_field_of_a_later_release_changes_no_fingerprint() -> None:
    """What a command, or a value within it, can say since a later release counts only where it says something."""
    parcels = tuple(LaterParcel(weight=weight) for weight in (1, 2))
    sent = LaterSend(id=CommandId("c-1"), parcels=parcels)
    as_it_was = Send(id=CommandId("c-1"), parcels=tuple(Parcel(weight=each.weight) for each in parcels))
    others = [
        evolve(sent, note=""),
        evolve(sent, parcels=(*parcels[:1], LaterParcel(weight=2, fragile=True))),
        evolve(sent, parcels=parcels[::-1]),
        evolve(sent, parcels=()),
    ]
    digests = [CODEC.fingerprint(cast("Command", each)) for each in (as_it_was, sent, *others)]
    assert digests[0] == digests[1]
    assert len({*digests}) == 5


def test_what_stands_at_its_default_is_not_said_twice() -> None:
    """A default that is written out says as much as one that is left to itself."""
    written = {**through_json(a_placement()), "claims": CODEC.dump(a_placement())["claims"]}
    short = {name: value for name, value in through_json(a_placement()).items() if name != "claims"}
    digests = {CODEC.fingerprint(CODEC.load(payload, PlaceOrder)) for payload in (written, short)}
    assert digests == {CODEC.fingerprint(a_placement())}


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [7, -(2**63), "", "o'neil", Sku("tea"), TEA])
def test_plain_keys_are_bound_as_they_are(key: Key) -> None:
    """A number stays one, and an id becomes the text that it is, which every driver takes."""
    assert bind(key) == key
    assert type(bind(key)) in {int, str}


@given(instants(), instants())
def test_bound_instants_sort_as_they_follow(one: Any, other: Any) -> None:  # noqa: ANN401 - drawn
    """An instant is bound as the codec writes it, and these texts stand in the order of time."""
    assert bind(one) == CODEC.dump(evolve(a_delivery(), at=one))["at"]
    assert (cast("str", bind(one)) < cast("str", bind(other))) == (one < other)


NO_KEYS = [name for name, value in KINDS.items() if isinstance(value, bool) or not isinstance(value, (int, str))]


@pytest.mark.parametrize("name", [name for name in NO_KEYS if name != "instant"])
def test_what_is_no_key_is_not_bound(name: str) -> None:
    """Neither a flag nor a local time nor anything else of another kind is given to a database."""
    with pytest.raises(WrongKind, match="bind must be str, int or DateTime in UTC"):
        bind(cast("Any", KINDS[name]))


@pytest.mark.parametrize("start", ["4:30", "24:00", "04:60", 430])
def test_a_time_on_the_wall_is_two_numbers(start: object) -> None:
    """`04:30`, and nothing that looks a little like it."""
    early = Weekly(fact="at", calendar=Calendar(timezone="UTC", day_start=time(4, 30)))
    payload = CODEC.dump(early)
    assert payload["calendar"]["day_start"] == "04:30"
    assert CODEC.load(payload, Weekly) == early
    payload["calendar"]["day_start"] = start
    assert [path for path, _ in problems(payload, Weekly)] == ["$.calendar.day_start"]


@pytest.mark.parametrize("day", ["0", 7, True, None], ids=repr)
def test_a_day_of_the_week_is_one_of_its_numbers(day: object) -> None:
    """From 0, the Monday; no text and no flag is one."""
    weekly = Weekly(fact="at", calendar=Calendar(timezone="UTC"))
    payload = CODEC.dump(weekly)
    assert payload["calendar"]["week_start"] == 0
    payload["calendar"]["week_start"] = day
    assert [path for path, _ in problems(payload, Weekly)] == ["$.calendar.week_start"]
