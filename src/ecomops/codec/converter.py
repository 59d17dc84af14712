"""How values with fields are read and written: classes, tuples of them, one of several kinds by its tag."""

from collections.abc import Callable, Iterable
from datetime import time
from enum import Enum, IntEnum
from fractions import Fraction
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin

import attrs
from cattrs import Converter
from pendulum import DateTime

from ecomops.codec.leaves import (
    exactly,
    fraction_of,
    instant_of,
    is_plain_union,
    number_of,
    plain_hook,
    text_of,
    union_of,
    wall_time_of,
    written,
)
from ecomops.codec.problems import UNKNOWN_TYPE, Failures, Problem, below, misfit
from ecomops.codec.schemas import Schemas
from ecomops.kernel import DomainError, Text

UNKNOWN_FIELD = Text("unknown field", "未知字段")
MISSING_FIELD = Text("missing", "缺少该字段")

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
    raise Failures((Problem("", "payload.too_deep", words),))


def _members(value: object) -> Iterable[object]:
    if type(value) is dict:
        return cast("dict[object, object]", value).values()
    return cast("list[object]", value) if type(value) is list else ()


def converter_of(tagged: Iterable[type], schemas: Schemas) -> Converter:
    """Return the converter of all values; those of *tagged* classes are written with their tags."""
    converter, tagged = Converter(), tuple(tagged)
    for kind in tagged:
        converter.register_unstructure_hook(kind, _tagged(converter, schemas))
    converter.register_structure_hook(Fraction, fraction_of)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook_func(is_plain_union, plain_hook(converter))
    converter.register_structure_hook_func(_is_open, _tagged_hook(converter, schemas, tagged))
    converter.register_structure_hook_func(_is_tagged_union, _tagged_hook(converter, schemas, tagged))
    for kind in (int, bool):
        converter.register_structure_hook(kind, exactly(kind))
    converter.register_structure_hook(str, text_of)
    converter.register_unstructure_hook(str, str)
    converter.register_unstructure_hook(Enum, lambda member: member.value)
    converter.register_structure_hook(IntEnum, number_of)
    converter.register_structure_hook(time, wall_time_of)
    converter.register_unstructure_hook(time, lambda wall: wall.isoformat(timespec="minutes"))
    converter.register_structure_hook(DateTime, instant_of)
    converter.register_unstructure_hook(DateTime, written)
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
            raise misfit(values, "array")
        member = get_args(kind)[0]
        read: list[object] = []
        failures: list[Problem] = []
        for place, value in enumerate(cast("list[object]", values)):
            try:
                read.append(converter.structure(value, member))
            except (Failures, DomainError) as error:
                failures.extend(below(f"[{place}]", error))
        if failures:
            raise Failures(failures)
        return tuple(read)

    return structure


def _fields_hook(converter: Converter) -> Callable[[object, type], object]:
    """Return the hook of attrs classes: every field is read and checked on its own, all failures kept."""

    def structure(payload: object, kind: type) -> object:
        cls: type = get_origin(kind) or kind
        if type(payload) is not dict:
            raise misfit(payload, "object")
        given = cast("dict[object, object]", payload)
        fields = {field.name: field for field in attrs.fields(attrs.resolve_types(cls)) if field.init}
        failures = [
            Problem(".?", "payload.unknown_field", UNKNOWN_FIELD)  # a name that nobody knows may be personal
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
            except (Failures, DomainError) as error:
                failures.extend(below(f".{name}", error))
        if failures:
            raise Failures(failures)
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


def _is_tagged_union(kind: object) -> bool:
    members = [member for member in union_of(kind) if member is not NoneType]
    if any(_is_open(member) for member in members):
        return True
    return len(members) > 1 and all(attrs.has(member) and hasattr(member, "code") for member in members)


def _is_open(kind: object) -> bool:
    """Tell whether *kind* is a protocol of values with a tag: a host's own classes take part where it stands."""
    return bool(getattr(kind, "_is_protocol", False)) and "code" in getattr(kind, "__annotations__", {})


def _tagged_hook(
    converter: Converter, schemas: Schemas, tagged: Iterable[type]
) -> Callable[[object, Any], object]:  # fmt: skip
    """Return the hook of a value of one of several kinds: its tag says which."""

    def structure(payload: object, kind: Any) -> object:  # noqa: ANN401 - a union, or a protocol
        members = union_of(kind) or (kind,)
        if payload is None and NoneType in members:
            return None
        if type(payload) is not dict:
            raise misfit(payload, "object")
        _require_shallow(cast("object", payload))
        tag = cast("dict[str, object]", payload).get("type")
        known = (*members, *tagged) if any(_is_open(member) for member in members) else members
        cls = next((each for each in known if attrs.has(each) and getattr(each, "code", None) == tag), None)
        if cls is None:
            raise Failures((Problem(".type", "payload.unknown_type", UNKNOWN_TYPE),))
        return converter.structure(schemas.fields(cast("object", payload), cast("Any", cls).code), cls)

    return structure


def _tagged(converter: Converter, schemas: Schemas) -> Callable[[Any], dict[str, Any]]:
    """Return how a value is written that stands with its tag wherever it stands."""

    def unstructure(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an attrs instance
        fields = (each.name for each in attrs.fields(cast("type[attrs.AttrsInstance]", type(value))) if each.init)
        return {**schemas.stamp(value.code), **{name: converter.unstructure(getattr(value, name)) for name in fields}}

    return unstructure
