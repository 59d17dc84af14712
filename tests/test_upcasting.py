"""What was stored under an older schema: upcast a step at a time, and refused when it is none."""

import json
from typing import Any, ClassVar, cast

import pytest
from attrs import frozen

from ecomops.codec import CODEC, VALUES, Codec, Malformed, Upcast
from ecomops.kernel import Invalid
from ecomops.kernel.rules import Equals, Not
from ecomops.products import PRODUCT, Product
from ecomops.testing import a_product, cny


def through_json(value: object, codec: Codec = CODEC) -> Any:  # noqa: ANN401 - whatever JSON gives
    """Return *value* as a host reads it back from a text."""
    return json.loads(json.dumps(codec.dump(value), allow_nan=False))


def priced_by_text(stored: dict[str, Any]) -> dict[str, Any]:
    """Bring a draft of schema 1, which had its price as a text in yuan, to schema 2."""
    price = {"amount": {"minor": int(stored["price"].replace(".", "")), "currency": "CNY"}, "per": 1}
    return {**{name: stored[name] for name in stored if name != "price"}, "list_price": price}


def in_a_category(stored: dict[str, Any]) -> dict[str, Any]:
    """Bring schema 2, which knew no category, to schema 3."""
    return {**stored, "category": None}


DRAFT: tuple[Upcast, ...] = (
    Upcast(tag="product.drafted", since=3, step=in_a_category),
    Upcast(tag="product.drafted", since=2, step=priced_by_text),
)
ROW = Upcast(tag="product", since=2, step=priced_by_text)
GROWN = Codec(nouns=[PRODUCT], messages=[], upcasts=(*DRAFT, ROW))
"""The codec of a library in which the event has changed twice, and the model once."""

AT = "2026-06-18T12:00:00.000000+00:00"
EVENT_1 = {"type": "product.drafted", "sku": "tea", "price": "10.00", "at": AT}
EVENT_2 = {**{name: EVENT_1[name] for name in ("type", "sku", "at")}, "schema": 2, "list_price": None}


def test_an_old_event_is_read() -> None:
    """An event of schema 1, which says nothing of it, goes through both steps in their order."""
    drafted: Any = GROWN.load(EVENT_1, object)
    assert (drafted.sku, drafted.category, drafted.list_price.amount) == ("tea", None, cny("10.00"))
    assert PRODUCT.replay([drafted]).list_price == drafted.list_price


def test_a_step_is_taken_once() -> None:
    """An event of schema 2 takes the second step alone, and what is stored today takes none."""
    assert cast("Any", GROWN.load(EVENT_2, object)).category is None
    drafted = GROWN.load(EVENT_1, object)
    stored = through_json(drafted, GROWN)
    assert stored["schema"] == 3
    assert list(stored)[:2] == ["type", "schema"]
    assert GROWN.load(stored, object) == drafted


def test_an_old_model_is_read() -> None:
    """A row of an older schema is read as the model of today; stored again, it says which schema it has."""
    new = a_product(price="10.00")
    stored = through_json(new)
    old = {**{name: stored[name] for name in stored if name != "list_price"}, "price": "10.00"}
    assert GROWN.load(old, Product) == new
    assert GROWN.dump(new)["schema"] == 2
    assert GROWN.load(through_json(new, GROWN), Product) == new


def test_what_never_changed_says_nothing() -> None:
    """The number stands there from schema 2 on; 1 may be said, and is the same as silence."""
    retired = {"type": "product.retired", "sku": "tea", "at": AT}
    assert GROWN.dump(GROWN.load(retired, object)) == retired
    assert GROWN.load({**retired, "schema": 1}, object) == GROWN.load(retired, object)


def test_an_old_value_inside_another_is_read() -> None:
    """What stands with its tag inside another value has a schema of its own."""

    def named(stored: dict[str, Any]) -> dict[str, Any]:
        return {"fact": stored["name"], "value": stored["value"]}

    grown = Codec(nouns=(), messages=(), values=VALUES, upcasts=[Upcast(tag="rule.equals", since=2, step=named)])
    rule = Not(rule=Equals(fact="age", value=18))
    stored = through_json(rule, grown)
    assert (stored["rule"]["type"], stored["rule"]["schema"]) == ("rule.equals", 2)
    old = {"type": "rule.not", "rule": {"type": "rule.equals", "name": "age", "value": 18}}
    assert grown.load(stored, object) == grown.load(old, object) == rule


@pytest.mark.parametrize("schema", [0, -1, 4, True, 1.0, "1", None])
def test_unknown_schemas_are_refused(schema: object) -> None:
    """A schema that was never reached, a newer one too, is not guessed at."""
    with pytest.raises(Malformed) as refusal:
        GROWN.load({**EVENT_1, "schema": schema}, object)
    (problem,) = refusal.value.problems
    assert (problem.path, problem.code) == ("$.schema", "payload.unknown_schema")


@pytest.mark.parametrize(
    "changes",
    [{"price": "much"}, {"price": None}, {"price": []}, {"price": "1,0"}],
    ids=["value", "none", "kind", "words"],
)
def test_a_step_that_stumbles_is_told(changes: dict[str, Any]) -> None:
    """What was never of the older schema is malformed, in words, and no exception of the step."""
    for payload in ({**EVENT_1, **changes}, {name: EVENT_1[name] for name in ("type", "sku", "at")}):
        with pytest.raises(Malformed) as refusal:
            GROWN.load(payload, object)
        assert str(refusal.value) == "$: this is no product.drafted of schema 1"
        assert refusal.value.problems[0].code == "payload.bad_schema"


def test_unknown_fields_are_refused_after_the_steps() -> None:
    """Whatever the steps leave that no field is called is refused, as ever; and all failures are told."""
    with pytest.raises(Malformed) as refusal:
        GROWN.load({**EVENT_1, "colour": "green", "sku": 5}, object)
    assert [(each.path, each.code) for each in refusal.value.problems] == [
        ("$.?", "payload.unknown_field"),
        ("$.sku", "value.wrong_kind"),
    ]


@pytest.mark.parametrize(
    ("upcasts", "words"),
    [
        (DRAFT[:1], r"product\.drafted: exactly one step leads to schema 2"),
        ((*DRAFT, DRAFT[1]), r"product\.drafted: exactly one step leads to schema 3"),
        ((Upcast(tag="order", since=2, step=dict),), "nothing is tagged order"),
    ],
    ids=["gap", "twice", "foreign"],
)
def test_steps_follow_one_another(upcasts: tuple[Upcast, ...], words: str) -> None:
    """A step that is missing, stands twice, or is of something that the codec does not know is a mistake."""
    with pytest.raises(ValueError, match=words):
        Codec(nouns=[PRODUCT], messages=(), upcasts=upcasts)


@pytest.mark.parametrize("since", [1, 0, -1, True, "2"])
def test_the_first_change_leads_to_schema_two(since: Any) -> None:  # noqa: ANN401 - for callers without types
    """Schema 1 is what a class began with."""
    with pytest.raises(Invalid):
        Upcast(tag="product", since=since, step=dict)


@frozen
class Typed:
    """A message with a field that no stored value can have."""

    code: ClassVar[str] = "typed"

    schema: int = 1


def test_reserved_names_are_no_fields() -> None:
    """A field called as what stands before the fields would be lost."""
    with pytest.raises(ValueError, match="typed: no field can be called type or schema"):
        Codec(nouns=(), messages=[Typed])
