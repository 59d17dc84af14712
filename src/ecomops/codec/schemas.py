"""Older schemas: how what was stored before a class changed is read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from attrs import field, frozen

from ecomops.codec.problems import Failures, Problem
from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, whole

RESERVED = ("type", "schema")
"""What stands before the fields of every stored value: its tag and, above 1, the schema under which it was stored."""

UNKNOWN_SCHEMA = Text("no schema that is known here", "此处未知的模式编号")


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


class Schemas:
    """What each tag has gone through, and how what was stored on the way is read."""

    def __init__(self, upcasts: Iterable[Upcast]) -> None:
        self._steps: dict[str, list[Upcast]] = {}
        for each in sorted(upcasts, key=lambda each: (each.tag, each.since)):
            steps = self._steps.setdefault(each.tag, [])
            steps.append(each)
            if each.since != len(steps) + 1:
                raise ValueError(f"{each.tag}: exactly one step leads to schema {len(steps) + 1}")

    def require_known(self, tags: Iterable[str]) -> None:
        """Refuse steps of tags that the codec does not know."""
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
            raise Failures((Problem(".schema", "payload.unknown_schema", UNKNOWN_SCHEMA),))
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
        raise Failures((Problem("", "payload.bad_schema", words),)) from None
